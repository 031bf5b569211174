//! The audit log: a chain of events. No foreign keys lead out of it, so that what
//! happened outlives whom it happened to.

crate::sql::step!("Creates `audit_events`, `audit_subjects` and `audit_head`.", manager => r#"
CREATE TABLE audit_events (
    seq {integer} NOT NULL PRIMARY KEY,
    id {uuid} NOT NULL CONSTRAINT audit_events_id_unique UNIQUE,
    kind TEXT NOT NULL,
    version {integer} NOT NULL,
    at {integer} NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id {uuid},
    failed {integer} NOT NULL,
    details TEXT,
    salt {bytes},
    details_hash {bytes} NOT NULL,
    mac {bytes} NOT NULL
) {strict}
;
CREATE INDEX audit_events_by_actor ON audit_events (actor_id, seq)
;
CREATE TABLE audit_subjects (
    user_id {uuid} NOT NULL,
    seq {integer} NOT NULL,
    CONSTRAINT audit_subjects_once PRIMARY KEY (user_id, seq)
) {strict}
;
CREATE INDEX audit_subjects_by_event ON audit_subjects (seq)
;
CREATE TABLE audit_head (
    id {integer} NOT NULL PRIMARY KEY CONSTRAINT audit_head_only_one CHECK (id = 1),
    seq {integer} NOT NULL,
    mac {bytes} NOT NULL
) {strict}
"#);
