//! Counters of failed attempts. In the database, so that neither a restart nor a
//! second node forgets them.

crate::sql::step!("Creates `throttle`.", manager => r#"
CREATE TABLE throttle (
    bucket {bytes} NOT NULL PRIMARY KEY,
    failures {integer} NOT NULL,
    last_failure_at {integer} NOT NULL,
    blocked_until {integer} NOT NULL
) {strict}
;
CREATE INDEX throttle_by_last_failure ON throttle (last_failure_at)
"#);
