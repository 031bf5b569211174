//! How hard a password is to guess, as zxcvbn estimates it: dictionaries, names, keyboard walks and
//! repetitions. Its work grows with the square of the length and with every way to read digits
//! and signs as letters, so that what it is given is bounded (T4).

use zxcvbn::Score;

/// Characters that are looked at together.
const WINDOW: usize = 64;

/// Ways to read signs as letters that are tried at most.
const READINGS: usize = 16;

/// The signs that zxcvbn reads as each of these letters.
const READ_AS: [(char, &[char]); 12] = [
    ('a', &['4', '@']),
    ('b', &['8']),
    ('c', &['(', '{', '[', '<']),
    ('e', &['3']),
    ('g', &['6', '9']),
    ('i', &['1', '!', '|']),
    ('l', &['1', '|', '7']),
    ('o', &['0']),
    ('s', &['$', '5']),
    ('t', &['+', '7']),
    ('x', &['%']),
    ('z', &['2']),
];

/// The estimate for a password in normal form: that of its beginning or of its end, where that is
/// better. It is no easier to guess than any part of it.
pub(super) fn score(password: &str, words: &[&str]) -> Score {
    let length = password.chars().count();
    let beginning: String = password.chars().take(WINDOW).collect();
    let score = zxcvbn::zxcvbn(&bounded(beginning), words).score();
    if length <= WINDOW {
        return score;
    }
    let end: String = password.chars().skip(length - WINDOW).collect();
    Ord::max(score, zxcvbn::zxcvbn(&bounded(end), words).score())
}

/// The same where there are few readings. Where there are many, signs that are read alike are made
/// one sign: words are found as before, and it takes no ten thousand tries.
fn bounded(password: String) -> String {
    if readings(&password) <= READINGS { password } else { password.chars().map(one_of).collect() }
}

fn one_of(sign: char) -> char {
    match sign {
        '@' => '4',
        '{' | '[' | '<' => '(',
        '!' | '|' => '1',
        '$' => '5',
        '+' => '7',
        other => other,
    }
}

/// How many ways zxcvbn tries: one sign for each letter, and twice as many for a sign that can be
/// two letters.
fn readings(password: &str) -> usize {
    let has = |sign: &char| password.contains(*sign);
    let signs: usize =
        READ_AS.iter().map(|(_, signs)| Ord::max(1, signs.iter().filter(|sign| has(sign)).count())).product();
    let doubled = ['1', '|', '7'].iter().filter(|sign| has(sign)).count();
    signs << doubled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t4_no_password_makes_the_estimator_try_more_than_a_few_readings() {
        let everything: String = READ_AS.iter().flat_map(|(_, signs)| signs.iter()).collect();
        assert_eq!(readings(&everything), 4_608);
        assert_eq!(readings(&bounded(everything.repeat(3))), READINGS);
        assert_eq!(readings("violet anchor paper thunder"), 1);
    }

    #[test]
    fn t4_a_word_is_found_though_there_is_every_sign() {
        let signs: String = READ_AS.iter().flat_map(|(_, signs)| signs.iter()).collect();
        assert!(score(&signs.chars().cycle().take(128).collect::<String>(), &[]) >= Score::Three);
        let word: String = bounded(format!("p@$$w0rd{signs}")).chars().take(8).collect();
        assert_eq!(word, "p455w0rd");
        let guesses = |word: &str| zxcvbn::zxcvbn(word, &[]).guesses_log10();
        assert!((guesses(&word) - guesses("p@$$w0rd")).abs() < 1.0, "{} {}", guesses(&word), guesses("p@$$w0rd"));
    }

    #[test]
    fn t2_words_that_are_written_with_signs_are_found_as_before() {
        for easy in ["p@ssw0rd", "p@$$w0rd!1", "1l0v3y0u", "qwertyuiop123456"] {
            assert!(score(easy, &[]) < Score::Three, "{easy}");
        }
    }

    #[test]
    fn t1_a_long_password_is_as_hard_as_its_better_end() {
        let easy = "a".repeat(100);
        assert!(score(&easy, &[]) < Score::Three);
        for hard in [format!("{easy}violet anchor paper"), format!("violet anchor paper{easy}")] {
            assert!(score(&hard, &[]) >= Score::Three, "{hard}");
        }
    }
}
