//! The words of a search. From three characters on, both databases find them by their
//! trigrams; shorter ones are the beginning of a name.

use super::{super::fold, Sql, Wanted};

pub(super) struct Words {
    pub long: Vec<String>,
    pub short: Vec<String>,
}

impl Words {
    pub fn of(search: &str) -> Self {
        let folded = fold(search);
        let words = folded.split_whitespace().map(str::to_owned);
        let (long, short) = words.partition(|word| word.chars().count() >= 3);
        Self { long, short }
    }

    pub fn is_empty(&self) -> bool {
        self.long.is_empty() && self.short.is_empty()
    }

    /// What SQLite's full-text search is asked for: every trigram of every word. That they
    /// stand side by side is a condition on each row, which costs less than asking here.
    pub fn trigrams(&self) -> String {
        let mut trigrams = vec![];
        for word in &self.long {
            let chars: Vec<char> = word.chars().collect();
            trigrams.extend(chars.windows(3).map(|three| {
                let three: String = three.iter().collect();
                format!("\"{}\"", three.replace('"', "\"\""))
            }));
        }
        trigrams.dedup();
        trigrams.join(" AND ")
    }
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

/// The range of texts that begin with a word, byte by byte.
pub(super) fn beginning(sql: &mut Sql, column: &str, word: &str) {
    sql.add(column).add(" >= ").bind(word).add(" AND ").add(column).add(" < ").bind(format!("{word}\u{10ffff}"));
}

impl Wanted<'_> {
    /// The long words as PostgreSQL's index understands them.
    pub(super) fn like(&self, sql: &mut Sql) {
        for (at, word) in self.words.long.iter().enumerate() {
            sql.add(if at > 0 { " AND " } else { "" }).add("u.search_key LIKE ").bind(anywhere(word));
        }
    }

    /// That a row matches every word.
    pub(super) fn matching(&self, sql: &mut Sql) {
        if self.words.long.is_empty() && !self.words.short.is_empty() {
            sql.add(" AND (");
            for (at, (word, column)) in self.beginnings().into_iter().enumerate() {
                sql.add(if at > 0 { " OR (" } else { "(" });
                beginning(sql, column, word);
                sql.add(")");
            }
            sql.add(")");
        }
        // A short word beside others counts anywhere: looking through what is left is cheap.
        for word in self.words.long.iter().chain(&self.words.short) {
            let find = if self.postgres { " AND strpos(u.search_key, " } else { " AND instr(u.search_key, " };
            sql.add(find).bind(word.as_str()).add(") > 0");
        }
    }

    /// Each short word with each column that it may be the beginning of.
    pub(super) fn beginnings(&self) -> Vec<(&str, &'static str)> {
        let names = ["u.username_key", "u.display_name_key", self.email()];
        self.words.short.iter().flat_map(|word| names.map(|column| (word.as_str(), column))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_databases_own_languages_are_only_signs() {
        assert_eq!(anywhere("50%_\\"), "%50\\%\\_\\\\%");
        assert_eq!(
            Words::of("a\"b* or(x)").trigrams(),
            "\"a\"\"b\" AND \"\"\"b*\" AND \"or(\" AND \"r(x\" AND \"(x)\""
        );
    }

    #[test]
    fn short_words_are_kept_apart() {
        let words = Words::of("  Li  YUTONG ab ");
        assert_eq!((words.long, words.short), (vec!["yutong".to_owned()], vec!["li".to_owned(), "ab".to_owned()]));
    }
}
