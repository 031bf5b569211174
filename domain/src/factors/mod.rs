//! Factors: what proves a person, and when one of them is not enough.

use serde::{Deserialize, Serialize};

use uuid::Uuid;

use crate::{Millis, Problem};

mod gate;
mod list;
mod place;
mod policy;

pub use gate::{Held, Next, Shown, after, enrols};
pub use list::{FactorList, PasskeyRow, Verdict};
pub use place::{PasskeyPlace, StrandedPasskeys};
pub use policy::{Remembered, Required, SecondFactorPolicy};

crate::users::id_type! {
    /// Which passkey.
    PasskeyId
}

/// A pending sign-in waits so long for its second factor.
pub const PENDING_LASTS: Millis = 10 * crate::MINUTE;
/// A passkey's challenge can be answered so long (T11).
pub const CHALLENGE_LASTS: Millis = 5 * crate::MINUTE;
/// Recovery codes in a set (T10).
pub const RECOVERY_CODES: usize = 10;

/// Which factors somebody has. Stored as its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Factors(u8);

impl Factors {
    pub const NONE: Self = Self(0);
    pub const PASSWORD: Self = Self(1);
    pub const PASSKEY: Self = Self(2);
    pub const APP: Self = Self(4);

    /// From the stored number; bits that mean nothing are left out.
    pub fn of(number: i64) -> Self {
        Self((number & 7) as u8)
    }

    pub fn number(self) -> i64 {
        i64::from(self.0)
    }

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What they can begin a sign-in with.
    pub fn can_sign_in(self) -> bool {
        !self.first().is_empty()
    }

    /// What a sign-in can begin with.
    #[must_use]
    pub fn first(self) -> Self {
        self.without(Self::APP)
    }

    /// What can follow a password.
    #[must_use]
    pub fn second(self) -> Self {
        self.without(Self::PASSWORD)
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Whether something may be taken away: the last way in stays (T11).
pub fn may_remove(factors: Factors, which: Factors, others_of_its_kind: bool) -> bool {
    others_of_its_kind || factors.without(which).can_sign_in()
}

/// An authenticator app about to be set up. Nothing is stored until a code of it was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppSetup {
    /// The secret, sealed for its owner and for half an hour.
    pub ticket: String,
    /// In base 32, in groups of four, for typing.
    pub secret: String,
    /// The QR code as SVG.
    pub picture: String,
    /// The same as a link, for apps on this device.
    pub link: String,
}

/// A question to a passkey: options for the browser as JSON, and what to send back with the answer.
/// Empty where it is still to be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    pub options: String,
    pub ticket: String,
}

/// What whoever keeps a person's passkeys should know of them (WebAuthn Level 3, section
/// 5.1.10). Bytes are in base 64 for URLs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPasskeys {
    pub rp_id: String,
    /// The handle by which authenticators know the person.
    pub user_id: String,
    pub name: String,
    pub display_name: String,
    /// The credentials that are accepted; any other of this person's is not.
    pub accepted: Vec<String>,
}

/// What somebody proves themselves with once more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    Password(String),
    App(String),
    Passkey { ticket: String, answer: String },
}

/// A password while it is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strength {
    /// How hard it is to guess, from 1 to 4.
    pub score: u8,
    /// The same in words, or why it could not be used.
    pub words: String,
}

impl Strength {
    const WORDS: [&str; 5] =
        ["Very easy to guess.", "Easy to guess.", "Could be better.", "Hard to guess.", "Very hard to guess."];

    /// Of an estimate from 0 to 4. One that cannot be used is as good as none, however long it is.
    pub fn of(estimate: u8, problem: Option<Problem>) -> Self {
        match problem {
            Some(problem) => Self { score: 1, words: problem.sentence() },
            None => {
                let estimate = estimate.min(4);
                Self { score: estimate.max(1), words: Self::WORDS[usize::from(estimate)].to_owned() }
            }
        }
    }
}

/// A step of signing in again without leaving the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Password {
        username: String,
        password: String,
    },
    App(String),
    RecoveryCode(String),
    /// After the password.
    Passkey {
        ticket: String,
        answer: String,
    },
    /// In place of it.
    FirstPasskey {
        ticket: String,
        answer: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::GroupId;

    const BOTH: Factors = Factors(6);

    #[test]
    fn a_password_that_cannot_be_used_is_as_good_as_none() {
        let told = |estimate, problem| {
            let Strength { score, words } = Strength::of(estimate, problem);
            (score, words)
        };
        assert_eq!(told(4, Some(Problem::TooShort { least: 15 })), (1, "Use at least 15 characters.".to_owned()));
        assert_eq!(told(0, None), (1, "Very easy to guess.".to_owned()));
        assert_eq!(told(3, None), (3, "Hard to guess.".to_owned()));
        assert_eq!(told(9, None), (4, "Very hard to guess.".to_owned()));
    }

    fn password() -> Factors {
        Factors::PASSWORD
    }

    #[test]
    fn a_browser_is_remembered_as_long_as_was_said_and_no_longer_than_is_allowed_now() {
        let days = |remember_days| SecondFactorPolicy { remember_days, ..SecondFactorPolicy::default() };
        let since = 1_000;
        let remembered = days(30).remember(since, Factors::APP).unwrap();
        let holds = |policy: SecondFactorPolicy, asked, after| policy.remembers(remembered, asked, since + after);
        assert!(holds(days(30), BOTH, 30 * crate::DAY - 1) && !holds(days(30), BOTH, 30 * crate::DAY));
        assert!(holds(days(7), BOTH, 7 * crate::DAY - 1) && !holds(days(7), BOTH, 7 * crate::DAY), "shorter binds");
        assert!(!holds(days(365), BOTH, 30 * crate::DAY), "longer was not agreed to");
        assert!(!holds(days(0), BOTH, 0));
        assert!(!holds(days(30), Factors::PASSKEY, 0), "the kind that was given is not what is asked for");
        assert_eq!(days(0).remember(since, Factors::APP), None);
        assert_eq!(days(30).remember(since, Factors::NONE), None, "a recovery code is no second factor to keep");
    }

    #[test]
    fn a_policy_holds_from_its_date_on_and_for_its_groups() {
        let (auditors, managers) = (GroupId(Uuid::from_u128(1)), GroupId(Uuid::from_u128(2)));
        let policy = SecondFactorPolicy {
            required: Required::Groups(vec![auditors]),
            from: Some(100),
            ..SecondFactorPolicy::default()
        };
        assert!(!policy.requires(&[auditors], false, 99));
        assert!(policy.requires(&[managers, auditors], false, 100));
        assert!(!policy.requires(&[managers], false, 100));
        assert!(policy.requires(&[managers], true, 99), "asked of them alone, no date puts it off");
        assert!(!SecondFactorPolicy::default().requires(&[auditors], false, 100));
    }

    #[test]
    fn t11_the_last_way_in_stays() {
        let passkey = Factors::PASSKEY;
        assert!(!may_remove(passkey, passkey, false));
        assert!(may_remove(passkey, passkey, true), "another passkey is left");
        assert!(may_remove(passkey.and(password()), passkey, false));
        assert!(may_remove(password().and(Factors::APP), Factors::APP, false));
        assert!(!may_remove(password().and(Factors::APP), password(), false), "an app does not begin a sign-in");
    }

    #[test]
    fn a_verdict_says_what_to_do_next() {
        let passkey = |suspect_at| PasskeyRow {
            id: PasskeyId::nil(),
            name: "Laptop".into(),
            provider: None,
            synced: false,
            works: true,
            created_at: 1,
            last_used_at: None,
            suspect_at,
        };
        let elsewhere = PasskeyRow { works: false, ..passkey(None) };
        let with =
            |factors, passkeys, recovery_left| FactorList { factors, passkeys, recovery_left, ..FactorList::default() };
        assert_eq!(with(password(), vec![], 0).verdict(), Verdict::AddSecondFactor);
        assert_eq!(with(password().and(Factors::APP), vec![], 10).verdict(), Verdict::WellProtected);
        assert_eq!(with(password().and(Factors::APP), vec![], 2).verdict(), Verdict::NewRecoveryCodes);
        assert_eq!(with(Factors::PASSKEY, vec![passkey(None)], 10).verdict(), Verdict::AddAnotherPasskey);
        assert_eq!(with(Factors::PASSKEY, vec![passkey(None), passkey(None)], 0).verdict(), Verdict::WellProtected);
        let left = vec![passkey(None), elsewhere.clone()];
        assert_eq!(with(Factors::PASSKEY, left, 0).verdict(), Verdict::AddAnotherPasskey, "the other is for elsewhere");
        let both = password().and(Factors::PASSKEY);
        assert_eq!(with(both, vec![elsewhere], 10).verdict(), Verdict::AddSecondFactor, "it cannot be shown here");
        assert_eq!(with(Factors::PASSKEY, vec![passkey(Some(9))], 10).verdict(), Verdict::CheckPasskey);
    }
}
