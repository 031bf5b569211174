//! Which passwords are accepted (T1, T2). Guesses are estimated by zxcvbn, which knows
//! dictionaries, names, keyboard walks and repetitions; a bundled list adds the long
//! phrases that people are known to use.

use std::{collections::HashSet, sync::LazyLock};

use domain::{Problem, passwords};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::Score;

static COMMON: LazyLock<HashSet<String>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().map(bare).collect());

/// Words that an attacker of this product tries first.
const OURS: [&str; 4] = ["keydesk", "administrator", "passwort", "password"];

/// Unicode form NFC, so that the same password typed on another keyboard is the same
/// (NIST SP 800-63B-4, section 3.1.1.2).
pub fn normal_form(password: &str) -> String {
    password.nfc().collect()
}

/// The password in normal form, if it may be used by somebody with these names.
///
/// # Errors
/// What is wrong with it.
pub fn acceptable(password: &str, names: &[&str]) -> Result<String, Problem> {
    let password = normal_form(password);
    passwords::length(&password)?;
    if COMMON.contains(&bare(&password)) {
        return Err(Problem::PasswordCommon);
    }
    let personal: Vec<&str> = names
        .iter()
        .copied()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()).chain([name]))
        .filter(|word| word.chars().count() >= 3)
        .chain(OURS)
        .collect();
    if made_of(&password, &personal) {
        return Err(Problem::PasswordPersonal);
    }
    let estimate = zxcvbn::zxcvbn(&password, &personal);
    if estimate.score() < Score::Three { Err(Problem::PasswordGuessable) } else { Ok(password) }
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

    #[test]
    fn t1_a_long_phrase_of_unrelated_words_is_accepted() {
        assert!(acceptable("violet anchor paper thunder", &[]).is_ok());
        assert!(acceptable("тихий фонарь над рекой", &[]).is_ok());
    }

    #[test]
    fn t1_the_same_letters_typed_differently_are_the_same_password() {
        let composed = acceptable("l\u{e9}opard anchor thunder", &[]);
        assert_eq!(composed, acceptable("le\u{301}opard anchor thunder", &[]));
    }

    #[test]
    fn t2_common_passwords_are_refused_however_they_are_spaced() {
        for common in ["correct horse battery staple", "PasswordPassword", "123456789012345", "iloveyou iloveyou"] {
            assert_eq!(acceptable(common, &[]), Err(Problem::PasswordCommon), "{common}");
        }
    }

    #[test]
    fn t2_easy_patterns_are_refused() {
        for easy in ["aaaaaaaaaaaaaaaaaaa", "abcdefghijklmnopqr", "qwertyuiop123456"] {
            assert!(acceptable(easy, &[]).is_err(), "{easy}");
        }
    }

    #[test]
    fn t2_ones_own_name_and_ours_are_refused() {
        let names = ["ingrid", "Ingrid Sólveigardóttir", "ingrid@northwind.example"];
        for personal in ["ingridsólveigardóttir", "Keydesk-Ingrid-2026", "Administrator of Keydesk"] {
            assert_eq!(acceptable(personal, &names), Err(Problem::PasswordPersonal), "{personal}");
        }
    }
}
