//! What the users table needs to be as fast at a million people as at ten.

crate::sql::step!("Indexes `users` by account expiry, by state and by the bin.", manager => r#"
CREATE INDEX users_by_expiry ON users ((COALESCE(expires_at, 9223372036854775807)), id)
;
CREATE INDEX users_in_bin ON users (deleted_at, id) WHERE deleted_at IS NOT NULL
;
CREATE INDEX users_disabled ON users (created_at, id) WHERE disabled_at IS NOT NULL AND deleted_at IS NULL
;
CREATE INDEX users_invited ON users (created_at, id) WHERE has_credential = 0 AND disabled_at IS NULL AND deleted_at IS NULL
"#);
