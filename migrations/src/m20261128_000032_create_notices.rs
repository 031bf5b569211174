//! What people are told of how they sign in: on their next pages, in every browser until it was
//! dismissed there. What the log holds and nobody has said to have seen goes over.

crate::sql::step!("Creates `notices` and `notices_seen`; names browsers in `known_devices` and `sessions`.", manager => r#"
CREATE TABLE notices (
    user_id {uuid} NOT NULL CONSTRAINT notices_user REFERENCES users (id) ON DELETE CASCADE,
    seq {integer} NOT NULL,
    at {integer} NOT NULL,
    session_id {uuid},
    CONSTRAINT notices_once PRIMARY KEY (user_id, seq)
) {strict}
;
CREATE INDEX notices_by_time ON notices (at)
;
CREATE TABLE notices_seen (
    user_id {uuid} NOT NULL CONSTRAINT notices_seen_user REFERENCES users (id) ON DELETE CASCADE,
    browser_id {uuid} NOT NULL,
    seq {integer} NOT NULL,
    at {integer} NOT NULL,
    CONSTRAINT notices_seen_once PRIMARY KEY (user_id, browser_id)
) {strict}
;
CREATE INDEX notices_seen_by_time ON notices_seen (at)
;
ALTER TABLE known_devices ADD COLUMN browser_id {uuid}
;
ALTER TABLE sessions ADD COLUMN browser_id {uuid}
;
INSERT INTO notices (user_id, seq, at)
SELECT s.user_id, e.seq, e.at FROM audit_events AS e JOIN audit_subjects AS s ON s.seq = e.seq
JOIN users AS u ON u.id = s.user_id
WHERE e.at > (SELECT max(at) FROM audit_events) - 2592000000
    AND e.kind IN ('recovery_code_used', 'passkey_suspect', 'second_factors_reset', 'passkey_removed', 'app_removed',
        'password_reset', 'brakes_released', 'second_factor_asked', 'devices_forgotten')
    AND (e.kind IN ('recovery_code_used', 'passkey_suspect') OR e.actor_id IS NULL OR e.actor_id <> s.user_id)
    AND NOT EXISTS (SELECT 1 FROM preferences AS p
        WHERE p.user_id = s.user_id AND p.name = 'notices_seen' AND e.seq <= CAST(p.value AS {integer}))
;
DELETE FROM preferences WHERE name = 'notices_seen'
"#);
