//! The words of a search. Both databases find them by their trigrams: long ones as they are,
//! those of one or two letters by the mark that stands before the beginnings of words.

use super::{super::search_key::needle, Sql, Wanted, former::Spelling};

pub(super) struct Words {
    /// What a row's key has to hold: one of each word's spellings.
    pub needles: Vec<Vec<String>>,
    /// While keys of an earlier version are there: short words alone, as beginnings of names.
    pub beginnings: Vec<Vec<String>>,
}

impl Words {
    pub fn of(search: &str, spelling: Spelling) -> Self {
        let words = spelling.words(search);
        if spelling == Spelling::Former {
            let short = |word: &Vec<String>| word.iter().any(|spelt| spelt.chars().count() < 3);
            let alone = words.iter().all(short);
            return match alone {
                true => Self { needles: vec![], beginnings: words },
                false => Self { needles: words, beginnings: vec![] },
            };
        }
        Self {
            needles: words.iter().map(|word| word.iter().map(|spelt| needle(spelt)).collect()).collect(),
            beginnings: vec![],
        }
    }

    pub fn is_empty(&self) -> bool {
        self.needles.is_empty() && self.beginnings.is_empty()
    }

    /// The words that the index over trigrams finds: PostgreSQL's knows letters and digits only.
    pub fn indexed(&self, postgres: bool) -> impl Iterator<Item = &Vec<String>> {
        self.needles.iter().filter(move |word| {
            word.iter().all(|spelt| !trigrams(spelt).is_empty() && (!postgres || has_letters(spelt)))
        })
    }

    /// What SQLite's full-text search is asked for: every trigram of every word. That they
    /// stand side by side is a condition on each row, which costs less than asking here.
    pub fn trigrams(&self) -> String {
        let mut all = vec![];
        for word in self.indexed(false) {
            match &word[..] {
                [one] => all.extend(trigrams(one)),
                several => {
                    let several: Vec<_> =
                        several.iter().map(|one| format!("({})", trigrams(one).join(" AND "))).collect();
                    all.push(format!("({})", several.join(" OR ")));
                }
            }
        }
        all.dedup();
        all.join(" AND ")
    }
}

fn trigrams(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    let quoted = |three: &[char]| format!("\"{}\"", three.iter().collect::<String>().replace('"', "\"\""));
    chars.windows(3).map(quoted).collect()
}

/// Whether PostgreSQL's trigrams of a pattern with this in its middle are any: it leaves out
/// all but letters and digits, and knows where a word begins only by what stands before it.
fn has_letters(needle: &str) -> bool {
    let letters: Vec<bool> = needle.chars().map(char::is_alphanumeric).collect();
    letters.windows(2).any(|two| !two[0] && two[1])
        || letters.windows(3).any(|three| three.iter().all(|letter| *letter))
}

/// A `LIKE` pattern for a word anywhere in a text.
fn anywhere(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

impl Wanted<'_> {
    /// The words as PostgreSQL's index understands them.
    pub(super) fn like(&self, sql: &mut Sql) {
        for (at, word) in self.words.indexed(true).enumerate() {
            sql.add(if at > 0 { " AND " } else { "" });
            any(sql, word, |sql, spelt| {
                sql.add("u.search_key LIKE ").bind(anywhere(spelt));
            });
        }
    }

    /// That a row matches every word.
    pub(super) fn matching(&self, sql: &mut Sql) {
        self.begun_with(sql);
        let find = if self.postgres { "strpos(u.search_key, " } else { "instr(u.search_key, " };
        for word in &self.words.needles {
            sql.add(" AND ");
            any(sql, word, |sql, spelt| {
                sql.add(find).bind(spelt).add(") > 0");
            });
        }
    }
}

/// That one of the spellings is there.
fn any(sql: &mut Sql, word: &[String], mut one: impl FnMut(&mut Sql, &str)) {
    sql.add(if word.len() > 1 { "(" } else { "" });
    for (at, spelt) in word.iter().enumerate() {
        sql.add(if at > 0 { " OR " } else { "" });
        one(sql, spelt);
    }
    sql.add(if word.len() > 1 { ")" } else { "" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_databases_own_languages_are_only_signs() {
        assert_eq!(anywhere("50%_\\"), "%50\\%\\_\\\\%");
        assert_eq!(
            Words::of("a\"b* or(x)", Spelling::Present).trigrams(),
            "\"a\"\"b\" AND \"\"\"b*\" AND \"or(\" AND \"r(x\" AND \"(x)\""
        );
    }

    #[test]
    fn short_words_are_the_beginnings_of_words() {
        let words = Words::of("  Li  YUTONG a 太郎 ", Spelling::Present);
        assert_eq!(words.needles, [["\u{1}li"], ["yutong"], ["\u{1}\u{1}a"], ["\u{1}太郎"]]);
        assert_eq!(Words::of("Li", Spelling::Present).trigrams(), "\"\u{1}li\"");
    }

    #[test]
    fn what_has_no_letters_is_in_no_index_of_postgresql() {
        for (needle, indexed) in [
            ("abc", true),
            ("***", false),
            ("t.h", true),
            ("\u{1}li", true),
            ("\u{1}[(", false),
            ("ab.", false),
            ("\u{1}\u{1}太", true),
        ] {
            assert_eq!(has_letters(needle), indexed, "{needle:?}");
        }
    }

    #[test]
    fn until_all_is_folded_anew_words_are_looked_for_in_both_spellings() {
        let words = Words::of("Łukasz ana", Spelling::Former);
        assert_eq!(words.needles, [vec!["łukasz", "lukasz"], vec!["ana"]]);
        assert_eq!(Words::of("Łu", Spelling::Former).beginnings, [["łu", "lu"]]);
        assert!(words.trigrams().starts_with("((\"łuk\" AND \"uka\""), "{}", words.trigrams());
    }
}
