//! Sessions. The cookie's value is not in here, only its hash.

crate::sql::step!("Creates `sessions` and `known_devices`.", manager => r#"
CREATE TABLE sessions (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    id {uuid} NOT NULL CONSTRAINT sessions_id_unique UNIQUE,
    user_id {uuid} NOT NULL CONSTRAINT sessions_user REFERENCES users (id) ON DELETE CASCADE,
    epoch {integer} NOT NULL,
    method TEXT NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    created_at {integer} NOT NULL,
    last_seen_at {integer} NOT NULL,
    proof_at {integer} NOT NULL,
    expires_at {integer} NOT NULL
) {strict}
;
CREATE INDEX sessions_by_user ON sessions (user_id, last_seen_at, id)
;
CREATE INDEX sessions_by_expiry ON sessions (expires_at)
;
CREATE INDEX sessions_by_last_seen ON sessions (last_seen_at)
;
CREATE TABLE known_devices (
    token_hash {bytes} NOT NULL,
    user_id {uuid} NOT NULL CONSTRAINT known_devices_user REFERENCES users (id) ON DELETE CASCADE,
    seen_at {integer} NOT NULL,
    CONSTRAINT known_devices_once PRIMARY KEY (token_hash, user_id)
) {strict}
;
CREATE INDEX known_devices_by_user ON known_devices (user_id)
;
CREATE INDEX known_devices_by_seen ON known_devices (seen_at)
"#);
