//! Groups and who is in them.

crate::sql::step!("Creates `groups` and `memberships`.", manager => r#"
CREATE TABLE groups (
    id {uuid} NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key {key} NOT NULL CONSTRAINT groups_name_unique UNIQUE,
    description TEXT NOT NULL,
    builtin TEXT CONSTRAINT groups_builtin_unique UNIQUE,
    created_at {integer} NOT NULL
) {strict}
;
CREATE TABLE memberships (
    user_id {uuid} NOT NULL CONSTRAINT memberships_user REFERENCES users (id) ON DELETE CASCADE,
    group_id {uuid} NOT NULL CONSTRAINT memberships_group REFERENCES groups (id),
    since {integer} NOT NULL,
    CONSTRAINT memberships_once PRIMARY KEY (user_id, group_id)
) {strict}
;
CREATE INDEX memberships_by_group ON memberships (group_id, user_id)
"#);
