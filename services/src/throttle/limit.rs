//! How failures make people wait: how many are free, how long a wait becomes, and how long they
//! are remembered.

use domain::{DAY, HOUR, MINUTE, Millis, SECOND};

/// What failures in one bucket cost.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    /// Failures that cost nothing.
    free: i64,
    /// The longest wait before the hard step.
    pub most: Millis,
    /// After so long without a failure, counting starts again.
    pub memory: Millis,
    /// From so many failures on, each costs a day (NIST SP 800-63B-4, 3.2.2).
    hard_step: Option<i64>,
}

pub(super) const PAIR: Limit = Limit { free: 5, most: 15 * MINUTE, memory: 15 * MINUTE, hard_step: None };
pub(super) const SOURCE: Limit = Limit { free: 50, most: 5 * MINUTE, memory: HOUR, hard_step: None };
pub(super) const ACCOUNT: Limit = Limit { free: 30, most: 30 * SECOND, memory: HOUR, hard_step: None };
/// Behind the password, over all browsers that the account does not know: whoever gets here
/// has the password and is no mere outsider, and six digits are few.
pub(super) const SECOND_FACTOR: Limit = Limit { free: 5, most: 15 * MINUTE, memory: DAY, hard_step: Some(100) };

impl Limit {
    /// The wait after this many failures: a second, doubled each time.
    pub fn wait(self, failures: i64) -> Millis {
        match failures - self.free {
            ..=0 => 0,
            _ if self.hard_step.is_some_and(|step| failures >= step) => DAY,
            over => Ord::min(SECOND << Ord::min(over - 1, 30), self.most),
        }
    }

    /// How long this many failures are remembered: waiting does not make them forgotten.
    pub fn keeps(self, failures: i64) -> Millis {
        Ord::max(self.memory, 2 * self.wait(failures))
    }

    /// Whether this failure is one of which the account's owner is told: once early, and wherever
    /// it costs a day.
    pub fn tells(self, failures: i64) -> bool {
        self.hard_step.is_some_and(|step| failures == TOLD_AT || failures >= step)
    }
}

/// Wrong codes of which the account's owner is told: more than slips.
const TOLD_AT: i64 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t7_a_few_slips_cost_nothing_and_then_waits_double() {
        let waits: Vec<_> = (4..10).map(|failures| PAIR.wait(failures) / SECOND).collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 8]);
        assert_eq!(PAIR.wait(1_000), 15 * MINUTE);
    }

    #[test]
    fn t7_an_outsider_keeps_nobody_out_for_more_than_half_a_minute() {
        assert_eq!(ACCOUNT.wait(i64::MAX / 2), 30 * SECOND);
    }

    /// How many codes can be guessed in so many days by somebody who tries whenever the limit lets
    /// them, and after each `burst` lets it forget.
    fn guesses(days: i64, burst: i64) -> i64 {
        let (mut now, mut failures, mut guesses) = (0, 0, 0);
        while now < days * DAY {
            failures += 1;
            guesses += 1;
            now += if failures == burst { SECOND_FACTOR.keeps(failures) + 1 } else { SECOND_FACTOR.wait(failures) };
            failures = if failures == burst { 0 } else { failures };
        }
        guesses
    }

    #[test]
    fn t7_whoever_has_the_password_guesses_a_hundred_codes_a_day_at_most() {
        assert!(guesses(1, i64::MAX) <= 100, "{}", guesses(1, i64::MAX));
        assert!(guesses(30, i64::MAX) <= 130, "{}", guesses(30, i64::MAX));
        for burst in 1..=110 {
            let a_day = guesses(30, burst) / 30;
            assert!(a_day <= 60, "{a_day} with bursts of {burst}");
        }
    }

    #[test]
    fn t7_its_owner_is_told_early_and_of_each_that_costs_a_day() {
        let told: Vec<_> = (0..103).filter(|failures| SECOND_FACTOR.tells(*failures)).collect();
        assert_eq!(told, [10, 100, 101, 102]);
        assert!((0..200).all(|failures| !PAIR.tells(failures)), "a password is not a code");
    }
}
