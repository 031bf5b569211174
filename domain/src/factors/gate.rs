//! When one factor is not enough, and which one is asked for then.

use super::Factors;

/// What a sign-in has shown so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Password,
    /// A passkey verifies its user: possession and a finger, a face or a PIN in one.
    Passkey,
    /// A second factor after the password.
    Both,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A session. Whoever must enrol can do nothing else in it before.
    Session { must_enrol: bool },
    /// One of these, or a recovery code.
    SecondFactor(Factors),
}

/// What the gate after a first factor goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// What the person has.
    pub factors: Factors,
    /// What of it can be shown at this address.
    pub working: Factors,
    /// Whether they have to have a second factor.
    pub required: bool,
    /// The kinds that count.
    pub allowed: Factors,
}

impl Held {
    /// What counts of that which can be shown here.
    fn counts(self) -> Factors {
        Factors(self.factors.second().0 & self.working.0 & self.allowed.0)
    }

    /// The kinds that are asked for: those that count, where the person has one; else any.
    #[must_use]
    pub fn asked(self) -> Factors {
        if self.counts().is_empty() { self.factors.second() } else { self.counts() }
    }

    /// Whether a second factor has to be set up before anything else.
    pub fn must_enrol(self) -> bool {
        self.required && self.counts().is_empty()
    }
}

/// The gate after every first factor (T8). `remembered`: whether this browser was told to be.
pub fn after(shown: Shown, held: Held, remembered: bool) -> Next {
    let asked = held.asked();
    let enough = match shown {
        Shown::Password => remembered || asked.is_empty(),
        // It is a kind like the others: where only others count and there is one, that is asked for.
        Shown::Passkey => asked.has(Factors::PASSKEY),
        Shown::Both => true,
    };
    if enough { Next::Session { must_enrol: held.must_enrol() } } else { Next::SecondFactor(asked) }
}

/// Whether what was added begins to protect its owner: the first second factor, or the first of a
/// kind that counts. Sessions from before it are not worth what sessions are from then on.
pub fn enrols(before: Factors, after: Factors, allowed: Factors) -> bool {
    let counts = |factors: Factors| factors.second().0 & allowed.0 != 0;
    before.second().is_empty() && !after.second().is_empty() || !counts(before) && counts(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Factors = Factors(6);

    fn password() -> Factors {
        Factors::PASSWORD
    }

    fn held(factors: Factors, required: bool, allowed: Factors) -> Held {
        Held { factors, working: factors, required, allowed }
    }

    #[test]
    fn t8_a_password_alone_is_not_enough_once_there_is_a_second_factor() {
        for second in [Factors::APP, Factors::PASSKEY, BOTH] {
            let next = after(Shown::Password, held(password().and(second), false, BOTH), false);
            assert_eq!(next, Next::SecondFactor(second));
        }
        let next = after(Shown::Password, held(password(), false, BOTH), false);
        assert_eq!(next, Next::Session { must_enrol: false });
    }

    #[test]
    fn t8_a_passkey_is_two_factors_in_one() {
        let next = after(Shown::Passkey, held(password().and(BOTH), true, BOTH), false);
        assert_eq!(next, Next::Session { must_enrol: false });
    }

    #[test]
    fn t8_whoever_has_to_have_a_second_factor_and_has_none_must_enrol() {
        for remembered in [false, true] {
            let next = after(Shown::Password, held(password(), true, BOTH), remembered);
            assert_eq!(next, Next::Session { must_enrol: true });
        }
    }

    #[test]
    fn t8_a_kind_that_does_not_count_is_asked_for_and_does_not_fulfil() {
        let held = held(password().and(Factors::APP), true, Factors::PASSKEY);
        assert_eq!(after(Shown::Password, held, false), Next::SecondFactor(Factors::APP));
        assert_eq!(after(Shown::Both, held, false), Next::Session { must_enrol: true });
    }

    #[test]
    fn t8_whoever_has_a_kind_that_counts_is_asked_for_that() {
        for required in [false, true] {
            let held = |allowed| held(password().and(BOTH), required, allowed);
            let next = |shown, allowed| after(shown, held(allowed), false);
            assert_eq!(next(Shown::Password, Factors::PASSKEY), Next::SecondFactor(Factors::PASSKEY));
            assert_eq!(next(Shown::Password, Factors::APP), Next::SecondFactor(Factors::APP));
            assert_eq!(next(Shown::Passkey, Factors::APP), Next::SecondFactor(Factors::APP), "also after a passkey");
            assert_eq!(next(Shown::Passkey, Factors::PASSKEY), Next::Session { must_enrol: false });
        }
        let passkey = held(Factors::PASSKEY, true, Factors::APP);
        assert_eq!(after(Shown::Passkey, passkey, false), Next::Session { must_enrol: true }, "there is no other yet");
    }

    #[test]
    fn t8_a_kind_that_counts_and_cannot_be_shown_here_does_not_shut_its_owner_out() {
        let held = Held { working: Factors::APP, ..held(password().and(BOTH), true, Factors::PASSKEY) };
        assert_eq!(after(Shown::Password, held, false), Next::SecondFactor(BOTH));
        assert_eq!(after(Shown::Both, held, false), Next::Session { must_enrol: true });
    }

    #[test]
    fn t8_the_first_factor_that_protects_or_counts_enrols_and_no_later_one_does() {
        let (app, passkey) = (password().and(Factors::APP), password().and(Factors::PASSKEY));
        assert!(enrols(password(), app, BOTH));
        assert!(enrols(password(), app, Factors::PASSKEY), "it is asked for from now on, whether it counts or not");
        assert!(enrols(app, app.and(passkey), Factors::PASSKEY), "the first that counts");
        assert!(!enrols(app, app.and(passkey), BOTH));
        assert!(!enrols(app, app, BOTH), "replaced");
        assert!(!enrols(Factors::PASSKEY, passkey, BOTH), "a password is no second factor");
    }

    #[test]
    fn a_remembered_browser_is_not_asked_for_the_second_factor() {
        let next = after(Shown::Password, held(password().and(BOTH), true, BOTH), true);
        assert_eq!(next, Next::Session { must_enrol: false });
        let next = after(Shown::Passkey, held(BOTH, true, Factors::APP), true);
        assert_eq!(next, Next::SecondFactor(Factors::APP), "what was remembered stood beside a password");
    }
}
