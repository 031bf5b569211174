//! When a browser was remembered, and by which kind of factor: a shorter time and fewer kinds that
//! count bind those that are there. Browsers of before were known by a value that they might have
//! brought along themselves: each is asked once more. Sign-ins that wait may have begun with a passkey.

crate::sql::step!("Adds columns to `known_devices` and `pending_sign_ins`.", manager => r#"
ALTER TABLE known_devices ADD COLUMN remembered_at {integer}
;
ALTER TABLE known_devices ADD COLUMN remembered_by {integer}
;
UPDATE known_devices SET remembered_until = NULL WHERE remembered_until IS NOT NULL
;
ALTER TABLE pending_sign_ins ADD COLUMN passkey_first {integer} NOT NULL DEFAULT 0
"#);
