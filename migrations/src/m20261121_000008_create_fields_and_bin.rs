//! Custom fields, settings, what remains of erased users, and how people like their table.

crate::sql::step!("Creates `custom_fields`, `custom_values`, `settings`, `retired_usernames`, `preferences`.", manager => r#"
CREATE TABLE custom_fields (
    id {uuid} NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key {key} NOT NULL CONSTRAINT custom_fields_name_unique UNIQUE,
    kind TEXT NOT NULL CONSTRAINT custom_fields_kind CHECK (kind IN ('text', 'choice', 'date')),
    required {integer} NOT NULL,
    choices TEXT NOT NULL,
    place {integer} NOT NULL,
    created_at {integer} NOT NULL,
    deleted_at {integer}
) {strict}
;
CREATE TABLE custom_values (
    user_id {uuid} NOT NULL CONSTRAINT custom_values_user REFERENCES users (id) ON DELETE CASCADE,
    field_id {uuid} NOT NULL CONSTRAINT custom_values_field REFERENCES custom_fields (id) ON DELETE CASCADE,
    value TEXT NOT NULL,
    value_key {key} NOT NULL,
    CONSTRAINT custom_values_once PRIMARY KEY (user_id, field_id)
) {strict}
;
CREATE INDEX custom_values_by_value ON custom_values (field_id, value_key, user_id)
;
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) {strict}
;
CREATE TABLE retired_usernames (
    hash {bytes} NOT NULL PRIMARY KEY,
    retired_at {integer} NOT NULL
) {strict}
;
CREATE TABLE preferences (
    user_id {uuid} NOT NULL CONSTRAINT preferences_user REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT preferences_once PRIMARY KEY (user_id, name)
) {strict}
;
ALTER TABLE users ADD COLUMN has_credential {integer} NOT NULL DEFAULT 0
;
UPDATE users SET has_credential = 1 WHERE id IN (SELECT user_id FROM passwords)
;
CREATE TABLE user_stats (
    user_id {uuid} NOT NULL PRIMARY KEY CONSTRAINT user_stats_user REFERENCES users (id) ON DELETE CASCADE,
    sessions {integer} NOT NULL DEFAULT 0
) {strict}
;
INSERT INTO user_stats (user_id) SELECT id FROM users
;
CREATE INDEX user_stats_by_sessions ON user_stats (sessions, user_id)
;
CREATE INDEX audit_events_by_kind ON audit_events (kind, seq)
;
CREATE INDEX audit_events_by_time ON audit_events (at, seq)
;
CREATE INDEX audit_events_failed ON audit_events (seq) WHERE failed = 1
"#);
