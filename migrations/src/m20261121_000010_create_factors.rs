//! What proves people beside their passwords, sign-ins that wait for a second factor, and
//! whom the brakes on guessing hold up.

crate::sql::step!("Creates `authenticator_apps`, `recovery_codes`, `passkeys`, `passkey_handles`, `pending_sign_ins`, `answered_challenges`.", manager => r#"
CREATE TABLE authenticator_apps (
    user_id {uuid} NOT NULL PRIMARY KEY CONSTRAINT authenticator_apps_user REFERENCES users (id) ON DELETE CASCADE,
    secret {bytes} NOT NULL,
    last_step {integer} NOT NULL,
    burnt_step {integer},
    created_at {integer} NOT NULL,
    last_used_at {integer}
) {strict}
;
CREATE TABLE recovery_codes (
    user_id {uuid} NOT NULL CONSTRAINT recovery_codes_user REFERENCES users (id) ON DELETE CASCADE,
    hash {bytes} NOT NULL,
    created_at {integer} NOT NULL,
    used_at {integer},
    CONSTRAINT recovery_codes_once PRIMARY KEY (user_id, hash)
) {strict}
;
CREATE TABLE passkeys (
    id {uuid} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL CONSTRAINT passkeys_user REFERENCES users (id) ON DELETE CASCADE,
    credential_id {bytes} NOT NULL CONSTRAINT passkeys_credential_unique UNIQUE,
    rp_id {key} NOT NULL,
    passkey TEXT NOT NULL,
    name TEXT NOT NULL,
    aaguid {uuid} NOT NULL,
    synced {integer} NOT NULL,
    created_at {integer} NOT NULL,
    last_used_at {integer},
    suspect_at {integer}
) {strict}
;
CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at, id)
;
CREATE INDEX passkeys_by_rp_id ON passkeys (rp_id, user_id)
;
CREATE TABLE passkey_handles (
    user_id {uuid} NOT NULL PRIMARY KEY CONSTRAINT passkey_handles_user REFERENCES users (id) ON DELETE CASCADE,
    handle {uuid} NOT NULL CONSTRAINT passkey_handles_unique UNIQUE
) {strict}
;
CREATE TABLE pending_sign_ins (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    user_id {uuid} NOT NULL CONSTRAINT pending_sign_ins_user REFERENCES users (id) ON DELETE CASCADE,
    epoch {integer} NOT NULL,
    created_at {integer} NOT NULL,
    expires_at {integer} NOT NULL
) {strict}
;
CREATE INDEX pending_sign_ins_by_user ON pending_sign_ins (user_id)
;
CREATE INDEX pending_sign_ins_by_expiry ON pending_sign_ins (expires_at)
;
CREATE TABLE answered_challenges (
    hash {bytes} NOT NULL PRIMARY KEY,
    expires_at {integer} NOT NULL
) {strict}
;
CREATE INDEX answered_challenges_by_expiry ON answered_challenges (expires_at)
;
ALTER TABLE users ADD COLUMN factors {integer} NOT NULL DEFAULT 0
;
UPDATE users SET factors = 1 WHERE id IN (SELECT user_id FROM passwords)
;
ALTER TABLE users ADD COLUMN second_factor_required {integer} NOT NULL DEFAULT 0
;
CREATE INDEX users_without_second_factor ON users (id) WHERE factors IN (0, 1) AND deleted_at IS NULL
;
CREATE INDEX users_passkey_only ON users (id) WHERE factors IN (2, 6) AND deleted_at IS NULL
;
ALTER TABLE sessions ADD COLUMN must_enrol {integer} NOT NULL DEFAULT 0
;
ALTER TABLE known_devices ADD COLUMN remembered_until {integer}
;
ALTER TABLE throttle ADD COLUMN user_id {uuid}
;
CREATE INDEX throttle_by_user ON throttle (user_id) WHERE user_id IS NOT NULL
;
CREATE INDEX throttle_by_end ON throttle (blocked_until) WHERE user_id IS NOT NULL
"#);
