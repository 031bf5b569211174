//! How long a counter of failures is kept: those of a second factor for a day and more, others for
//! minutes.

crate::sql::step!("Adds a column to `throttle`.", manager => r#"
ALTER TABLE throttle ADD COLUMN kept_until {integer} NOT NULL DEFAULT 0
;
UPDATE throttle SET kept_until = last_failure_at + 3600000
;
CREATE INDEX throttle_by_kept ON throttle (kept_until)
"#);
