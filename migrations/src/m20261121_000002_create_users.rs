//! Users and their passwords.
//!
//! SQLite's full-text index needs a row number that survives VACUUM, hence `number`.

crate::sql::step!("Creates `users` and `passwords`.", manager => &r#"
CREATE TABLE users (
    {identity},
    kind TEXT NOT NULL DEFAULT 'person'
        CONSTRAINT users_kind CHECK (kind IN ('person', 'service')),
    username TEXT NOT NULL,
    username_key {key} NOT NULL CONSTRAINT users_username_unique UNIQUE,
    display_name TEXT NOT NULL,
    display_name_key {key} NOT NULL,
    email TEXT,
    email_key {key} CONSTRAINT users_email_unique UNIQUE,
    email_verified_at {integer},
    search_key {key} NOT NULL,
    created_at {integer} NOT NULL,
    created_by {uuid},
    updated_at {integer} NOT NULL,
    version {integer} NOT NULL DEFAULT 1,
    last_sign_in_at {integer},
    disabled_at {integer},
    deleted_at {integer},
    expires_at {integer},
    security_epoch {integer} NOT NULL DEFAULT 1
) {strict}
;
CREATE INDEX users_by_created ON users (created_at, id)
;
CREATE INDEX users_by_name ON users (display_name_key, id)
;
CREATE INDEX users_by_email ON users ((COALESCE(email_key, '')), id)
;
CREATE INDEX users_by_last_sign_in ON users ((COALESCE(last_sign_in_at, 0)), id)
;
CREATE TABLE passwords (
    user_id {uuid} NOT NULL PRIMARY KEY
        CONSTRAINT passwords_user REFERENCES users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    changed_at {integer} NOT NULL,
    must_change_at {integer}
) {strict}
"#.replace("{identity}", if crate::sql::is_postgres(manager) {
    "id uuid NOT NULL PRIMARY KEY"
} else {
    "number INTEGER PRIMARY KEY, id BLOB NOT NULL CONSTRAINT users_id_unique UNIQUE"
}));
