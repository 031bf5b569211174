//! Codes of authenticator apps: RFC 6238 with SHA-1, six digits, 30 seconds, which is what
//! every app understands.

use domain::{Millis, SECOND};
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use crate::{Failure, Result};

/// Bytes of a secret: 160 bits (RFC 4226, section 4, R6).
pub(super) const SECRET: usize = 20;
const STEP: i64 = 30;
/// A code of one step before or after counts (RFC 6238, section 5.2).
const DRIFT: i64 = 1;
/// So many steps away a code is recognised, to say that a clock is wrong: ten minutes.
const RECOGNISED: i64 = 20;

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    /// The code of this step.
    Right(i64),
    /// The code of a step that counted before.
    Used,
    /// The code of a step too far from now.
    ClockOff {
        step: i64,
        seconds: u32,
        ahead: bool,
    },
    Wrong,
}

pub(super) fn totp(secret: &[u8], issuer: &str, account: &str) -> Result<Totp> {
    let secret: Box<[u8]> = secret.into();
    // A colon divides issuer and account in the link.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(totp_rs::Secret::new(secret))
        .with_skew(0)
        .with_issuer(Some(plain(issuer)))
        .with_account_name(plain(account))
        .build()
        .map_err(|error| Failure::Unexpected(format!("an authenticator app's secret: {error}")))
}

/// Compares what was typed with the codes around `now`. `last` is the last step that counted,
/// `burnt` one that may not count any more.
pub(super) fn check(totp: &Totp, typed: &str, now: Millis, last: i64, burnt: Option<i64>) -> Checked {
    let digits = Zeroizing::new(domain::text::code(typed, 6));
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Checked::Wrong;
    }
    let present = now / SECOND / STEP;
    let is = |step: i64| step >= 0 && totp.check(&digits, (step * STEP) as u64).is_some();
    let near = (-DRIFT..=DRIFT).map(|off| present + off).find(|step| is(*step));
    if let Some(step) = near {
        return if step <= last || Some(step) == burnt { Checked::Used } else { Checked::Right(step) };
    }
    let far = (DRIFT + 1..=RECOGNISED).flat_map(|off| [present - off, present + off]).find(|step| is(*step));
    match far {
        Some(step) if step > last => {
            let off = step - present;
            Checked::ClockOff { step, seconds: (off.abs() * STEP) as u32, ahead: off > 0 }
        }
        _ => Checked::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const RFC: &[u8] = b"12345678901234567890";

    fn rfc() -> Totp {
        totp(RFC, "Northwind", "ana").unwrap()
    }

    #[test]
    fn t9_codes_are_those_of_the_standard() {
        // Appendix B gives eight digits; six are their end.
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(check(&rfc(), code, seconds * SECOND, 0, None), Checked::Right(seconds / STEP), "{code}");
        }
    }

    #[test]
    fn t9_one_step_of_drift_is_forgiven_and_two_are_told() {
        let at = |seconds: i64| check(&rfc(), "005924", seconds * SECOND, 0, None);
        let step = 1_234_567_890 / STEP;
        assert_eq!(at(1_234_567_890 - STEP), Checked::Right(step));
        assert_eq!(at(1_234_567_890 + STEP), Checked::Right(step));
        assert_eq!(at(1_234_567_890 - 2 * STEP), Checked::ClockOff { step, seconds: 60, ahead: true });
        assert_eq!(at(1_234_567_890 + 4 * STEP), Checked::ClockOff { step, seconds: 120, ahead: false });
        assert_eq!(at(1_234_567_890 + 21 * STEP), Checked::Wrong);
    }

    #[test]
    fn t9_a_step_that_counted_counts_no_more() {
        let step = 1_234_567_890 / STEP;
        assert_eq!(check(&rfc(), "005924", 1_234_567_890 * SECOND, step, None), Checked::Used);
        assert_eq!(check(&rfc(), "005924", 1_234_567_890 * SECOND, 0, Some(step)), Checked::Used);
    }

    #[test]
    fn what_stands_between_the_digits_does_not_matter_and_anything_else_is_wrong() {
        for typed in [" 005 924 ", "005-924", "005.924", "００５９２４", "٠٠٥٩٢٤", "005924\u{200b}"] {
            let right = Checked::Right(1_234_567_890 / STEP);
            assert_eq!(check(&rfc(), typed, 1_234_567_890 * SECOND, 0, None), right, "{typed}");
        }
        for bad in ["", "5924", "0059240", "00592a", "+005924", "🔑", "-------"] {
            assert_eq!(check(&rfc(), bad, 1_234_567_890 * SECOND, 0, None), Checked::Wrong, "{bad}");
        }
    }
}
