//! One row about the installation itself, and the codes that open its first run.

crate::sql::step!("Creates `installation` and `setup_codes`.", manager => r#"
CREATE TABLE installation (
    id {integer} NOT NULL PRIMARY KEY CONSTRAINT installation_only_one CHECK (id = 1),
    name TEXT NOT NULL,
    created_at {integer} NOT NULL,
    set_up_at {integer},
    first_administrator {uuid},
    master_key_id TEXT NOT NULL,
    master_key_check {bytes} NOT NULL
) {strict}
;
CREATE TABLE setup_codes (
    code_hash {bytes} NOT NULL PRIMARY KEY,
    created_at {integer} NOT NULL,
    expires_at {integer} NOT NULL
) {strict}
"#);
