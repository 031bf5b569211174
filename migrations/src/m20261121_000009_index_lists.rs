//! What the users table needs to be as fast at a million people as at ten.
//!
//! Whoever is in the bin is in no list but the bin's, so each order has two indexes that
//! share the rows between them: a list never has to step over people who are not in it.
//! Each state has an index too, so that a few people in it are found without the others.
//!
//! SQLite goes to a place within an index only by columns, never by expressions, so it has
//! columns that are the expressions and take no room. PostgreSQL answers from an index alone
//! only if that holds the expression's column as well.

const STATEMENTS: &str = r#"
DROP INDEX users_by_created
;
DROP INDEX users_by_name
;
DROP INDEX users_by_email
;
DROP INDEX users_by_last_sign_in
;
CREATE INDEX users_by_created ON users (created_at, id) WHERE deleted_at IS NULL
;
CREATE INDEX users_by_name ON users (display_name_key, id) WHERE deleted_at IS NULL
;
CREATE INDEX users_by_email ON users ({email}, id) WHERE deleted_at IS NULL
;
CREATE INDEX users_by_last_sign_in ON users ({signed_in}, id){with_signed_in} WHERE deleted_at IS NULL
;
CREATE INDEX users_by_expiry ON users ({end}, id){with_end} WHERE deleted_at IS NULL
;
CREATE INDEX bin_by_created ON users (created_at, id) WHERE deleted_at IS NOT NULL
;
CREATE INDEX bin_by_name ON users (display_name_key, id) WHERE deleted_at IS NOT NULL
;
CREATE INDEX bin_by_email ON users ({email}, id) WHERE deleted_at IS NOT NULL
;
CREATE INDEX bin_by_last_sign_in ON users ({signed_in}, id){with_signed_in} WHERE deleted_at IS NOT NULL
;
CREATE INDEX bin_by_expiry ON users ({end}, id){with_end} WHERE deleted_at IS NOT NULL
;
CREATE INDEX bin_by_id ON users (id) WHERE deleted_at IS NOT NULL
;
CREATE INDEX bin_by_deletion ON users (deleted_at, id) WHERE deleted_at IS NOT NULL
;
CREATE INDEX users_disabled ON users (id) WHERE disabled_at IS NOT NULL AND deleted_at IS NULL
;
CREATE INDEX users_invited ON users (id) WHERE has_credential = 0 AND disabled_at IS NULL AND deleted_at IS NULL
;
CREATE INDEX users_active ON users (id) WHERE has_credential = 1 AND disabled_at IS NULL AND deleted_at IS NULL
"#;

const SQLITE_COLUMNS: &str = r#"
ALTER TABLE users ADD COLUMN email_order TEXT GENERATED ALWAYS AS (COALESCE(email_key, '')) VIRTUAL
;
ALTER TABLE users ADD COLUMN signed_in_order INTEGER GENERATED ALWAYS AS (COALESCE(last_sign_in_at, 0)) VIRTUAL
;
ALTER TABLE users ADD COLUMN end_order INTEGER GENERATED ALWAYS AS (COALESCE(expires_at, 9223372036854775807)) VIRTUAL
;
"#;

fn statements(postgres: bool) -> String {
    let words = if postgres {
        [
            ("{email}", "(COALESCE(email_key, ''))"),
            ("{signed_in}", "(COALESCE(last_sign_in_at, 0))"),
            ("{end}", "(COALESCE(expires_at, 9223372036854775807))"),
            ("{with_signed_in}", " INCLUDE (last_sign_in_at)"),
            ("{with_end}", " INCLUDE (expires_at)"),
        ]
    } else {
        [
            ("{email}", "email_order"),
            ("{signed_in}", "signed_in_order"),
            ("{end}", "end_order"),
            ("{with_signed_in}", ""),
            ("{with_end}", ""),
        ]
    };
    let columns = if postgres { "" } else { SQLITE_COLUMNS };
    words.iter().fold(format!("{columns}{STATEMENTS}"), |text, (word, own)| text.replace(word, own))
}

crate::sql::step!("Indexes `users` by every order, by state and by the bin.", manager =>
    &statements(crate::sql::is_postgres(manager))
);
