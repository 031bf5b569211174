//! Which passwords are accepted (T1, T2). Guesses are estimated by zxcvbn, which knows
//! dictionaries, names, keyboard walks and repetitions; a bundled list adds the long
//! phrases that people are known to use.

use std::{collections::HashSet, sync::LazyLock};

use domain::{Problem, passwords};
use sea_orm::ConnectionTrait;
use unicode_normalization::UnicodeNormalization;
use zxcvbn::Score;

use super::{Breaches, estimate};
use crate::{Context, credentials::SecondFactorRequirement, settings, users::entity as user};

static COMMON: LazyLock<HashSet<String>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().map(bare).collect());

/// Words that an attacker of this product tries first.
const OURS: [&str; 4] = ["keydesk", "administrator", "passwort", "password"];

/// Words that are looked for, ours not counted: each is looked for everywhere in a password.
const MOST_WORDS: usize = 1_000;

/// Unicode form NFC, so that the same password typed on another keyboard is the same
/// (NIST SP 800-63B-4, section 3.1.1.2).
pub fn normal_form(password: &str) -> String {
    password.nfc().collect()
}

/// What passwords have to satisfy, for one person.
#[derive(Clone, Debug)]
pub struct PasswordRules {
    /// Characters at least.
    pub min_length: u32,
    /// Words of this organisation.
    pub words: Vec<String>,
    pub breaches: Option<Breaches>,
}

impl Default for PasswordRules {
    fn default() -> Self {
        Self { min_length: passwords::LEAST, words: vec![], breaches: None }
    }
}

impl PasswordRules {
    /// For this person: shorter ones are enough beside a second factor that they have to have.
    pub(crate) async fn of(cx: &Context, db: &impl ConnectionTrait, user: &user::Model) -> crate::Result<Self> {
        Self::with_second_factor(cx, db, SecondFactorRequirement::of(cx, db, user).await?.held.required).await
    }

    /// For a new user, of whom nothing is required yet.
    pub(crate) async fn of_nobody(cx: &Context, db: &impl ConnectionTrait) -> crate::Result<Self> {
        Self::with_second_factor(cx, db, false).await
    }

    /// Eight random characters are worth 2 in zxcvbn's eyes, six are worth 1: where so few are
    /// enough, more cannot be asked.
    fn hard_enough(&self) -> Score {
        match self.min_length {
            ..8 => Score::One,
            8..12 => Score::Two,
            _ => Score::Three,
        }
    }

    async fn with_second_factor(cx: &Context, db: &impl ConnectionTrait, second_factor: bool) -> crate::Result<Self> {
        let policy = settings::security(db).await?.passwords;
        let min_length = if second_factor { policy.least_with_second_factor } else { policy.least };
        let mut words = policy.words;
        words.push(cx.installation().name().to_owned());
        Ok(Self { min_length, words, breaches: cx.inner().breaches.clone() })
    }
}

/// The password in normal form and how hard it is to guess, from 0 to 4, if a user with these
/// names may use it. Takes some hundredths of a second: not for the runtime's threads.
///
/// # Errors
/// What is wrong with it.
pub(super) fn strength(password: &str, names: &[&str], rules: &PasswordRules) -> Result<(String, u8), Problem> {
    let password = normal_form(password);
    passwords::length(&password, rules.min_length)?;
    if COMMON.contains(&bare(&password)) {
        return Err(Problem::PasswordCommon);
    }
    let personal = personal(names, rules);
    if made_of(&password, &personal) {
        return Err(Problem::PasswordPersonal);
    }
    let score = estimate::score(&password, &personal);
    if score < rules.hard_enough() {
        return Err(Problem::PasswordGuessable);
    }
    match rules.breaches.as_ref().map(|list| list.contains(&password)) {
        Some(Ok(true)) => return Err(Problem::PasswordBreached),
        // A list that went away must not keep everybody from a new password.
        Some(Err(cause)) => tracing::error!(%cause, "the breach list cannot be read"),
        _ => {}
    }
    Ok((password, score.into()))
}

/// What a user with these names, of this organisation, would choose first.
fn personal<'a>(names: &[&'a str], rules: &'a PasswordRules) -> Vec<&'a str> {
    names
        .iter()
        .copied()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()).chain([name]))
        .chain(rules.words.iter().map(String::as_str))
        .filter(|word| word.chars().count() >= 3)
        .take(MOST_WORDS)
        .chain(OURS)
        .collect()
}

/// Lower case, without what people put between words.
fn bare(password: &str) -> String {
    password.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether little is left once the person's and our own words are taken out.
fn made_of(password: &str, words: &[&str]) -> bool {
    let mut rest = bare(password);
    let whole = rest.chars().count();
    for word in words {
        let word = bare(word);
        if word.chars().count() >= 3 {
            rest = rest.replace(&word, "");
        }
    }
    let left = rest.chars().filter(|c| !c.is_ascii_digit()).count();
    rest.chars().count() < whole && left < 6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acceptable(password: &str, names: &[&str], rules: &PasswordRules) -> Result<String, Problem> {
        strength(password, names, rules).map(|(password, _)| password)
    }

    #[test]
    fn t1_a_long_phrase_of_unrelated_words_is_accepted() {
        assert!(acceptable("violet anchor paper thunder", &[], &PasswordRules::default()).is_ok());
        assert!(acceptable("тихий фонарь над рекой", &[], &PasswordRules::default()).is_ok());
    }

    #[test]
    fn t1_the_same_letters_typed_differently_are_the_same_password() {
        let composed = acceptable("l\u{e9}opard anchor thunder", &[], &PasswordRules::default());
        assert_eq!(composed, acceptable("le\u{301}opard anchor thunder", &[], &PasswordRules::default()));
    }

    #[test]
    fn t2_common_passwords_are_refused_however_they_are_spaced() {
        for common in ["correct horse battery staple", "PasswordPassword", "123456789012345", "iloveyou iloveyou"] {
            assert_eq!(acceptable(common, &[], &PasswordRules::default()), Err(Problem::PasswordCommon), "{common}");
        }
    }

    #[test]
    fn t2_easy_patterns_are_refused() {
        for easy in ["aaaaaaaaaaaaaaaaaaa", "abcdefghijklmnopqr", "qwertyuiop123456"] {
            assert!(acceptable(easy, &[], &PasswordRules::default()).is_err(), "{easy}");
        }
    }

    #[test]
    fn t2_ones_own_name_and_ours_are_refused() {
        let names = ["ingrid", "Ingrid Sólveigardóttir", "ingrid@northwind.example"];
        for personal in ["ingridsólveigardóttir", "Keydesk-Ingrid-2026", "Administrator of Keydesk"] {
            assert_eq!(
                acceptable(personal, &names, &PasswordRules::default()),
                Err(Problem::PasswordPersonal),
                "{personal}"
            );
        }
    }

    #[test]
    fn t2_a_published_password_is_refused_where_the_operator_keeps_a_list() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.txt");
        // SHA-1 of “violet anchor paper thunder”.
        std::fs::write(&path, "2709C82B696BF7A4D72582D3F91814C1EBA87714:3\n").unwrap();
        let rules = PasswordRules { breaches: Some(Breaches::open(&path).unwrap()), ..PasswordRules::default() };
        assert_eq!(acceptable("violet anchor paper thunder", &[], &rules), Err(Problem::PasswordBreached));
        assert!(acceptable("copper window gentle orbit", &[], &rules).is_ok());
        std::fs::remove_file(&path).unwrap();
        assert!(acceptable("violet anchor paper thunder", &[], &rules).is_ok(), "a list that went away bars nobody");
    }

    #[test]
    fn t1_where_few_characters_are_enough_so_is_what_they_are_worth() {
        let rules = |min_length| PasswordRules { min_length, ..PasswordRules::default() };
        assert!(acceptable("q7#Vx!pL", &[], &rules(8)).is_ok());
        assert!(acceptable("q7#Vx!", &[], &rules(6)).is_ok());
        assert!(acceptable("password", &[], &rules(8)).is_err());
        assert!(acceptable("abcdef", &[], &rules(6)).is_err());
    }
}
