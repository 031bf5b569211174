//! Searching while keys that an earlier version wrote are still there: they were folded in
//! another way, and know no beginnings of words. Once all of them were written anew
//! ([`super::super::rebuild`]), none of this is used.

use super::{
    super::fold::{fold, former_fold},
    Sql, Wanted,
};

/// How the words of a list are spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As now, and as before where that differs.
    Former,
    Present,
}

impl Spelling {
    /// The words of a search, each in every spelling.
    pub(super) fn words(self, search: &str) -> Vec<Vec<String>> {
        search.split_whitespace().flat_map(|word| self.word(word)).collect()
    }

    /// Folding may leave nothing of a word, or make several of it.
    fn word(self, word: &str) -> Vec<Vec<String>> {
        let several = |text: String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (now, before) = (several(fold(word)), several(former_fold(word)));
        let pairs = now.into_iter().enumerate().map(|(at, now)| match before.get(at) {
            Some(before) if self == Self::Former && *before != now => vec![before.clone(), now],
            _ => vec![now],
        });
        pairs.collect()
    }

    /// A value of a custom field as it is stored.
    pub(crate) fn value(self, value: &str) -> Vec<String> {
        let (now, before) = (fold(value), former_fold(value));
        if self == Self::Former && now != before { vec![now, before] } else { vec![now] }
    }
}

impl Wanted<'_> {
    /// That some name begins with one of the short words.
    pub(super) fn begun_with(&self, sql: &mut Sql) {
        if self.words.beginnings.is_empty() {
            return;
        }
        sql.add(" AND (");
        for (at, (word, column)) in self.beginnings().into_iter().enumerate() {
            sql.add(if at > 0 { " OR (" } else { "(" });
            beginning(sql, column, word);
            sql.add(")");
        }
        sql.add(")");
        let find = if self.postgres { "strpos(u.search_key, " } else { "instr(u.search_key, " };
        for word in &self.words.beginnings {
            for (at, spelt) in word.iter().enumerate() {
                sql.add(if at > 0 { " OR " } else { " AND (" }).add(find).bind(spelt.as_str()).add(") > 0");
            }
            sql.add(")");
        }
    }

    /// Everybody with some name that begins with one of the short words.
    pub(super) fn begun(&self, sql: &mut Sql, most: u32) {
        sql.add("SELECT b.one FROM (");
        for (at, (word, column)) in self.beginnings().into_iter().enumerate() {
            sql.add(if at > 0 { " UNION " } else { "" });
            sql.add(&format!("SELECT p.one FROM (SELECT u.{} AS one FROM users AS u WHERE ", self.row()));
            // The index over usernames has no condition: they are unique across the bin.
            if column != "u.username_key" {
                sql.add(self.kept()).add(" AND ");
            }
            beginning(sql, column, word);
            sql.limit(most).add(") AS p");
        }
        sql.add(") AS b");
    }

    /// Each short word with each column that it may be the beginning of.
    fn beginnings(&self) -> Vec<(&str, &'static str)> {
        let names = ["u.username_key", "u.display_name_key", self.email()];
        let words = self.words.beginnings.iter().flatten();
        words.flat_map(|word| names.map(|column| (word.as_str(), column))).collect()
    }
}

/// The range of texts that begin with a word, byte by byte.
fn beginning(sql: &mut Sql, column: &str, word: &str) {
    sql.add(column).add(" >= ").bind(word).add(" AND ").add(column).add(" < ").bind(format!("{word}\u{10ffff}"));
}
