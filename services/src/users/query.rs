//! Scoped selects: everything that reads users starts from one of these.

use domain::listing::{Direction, Position, UserListing, UserSort};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select, Value, sea_query::ExprTrait};

use super::{entity, fold};

/// The user that a login names: by username, or by an e-mail address that was verified.
pub(crate) fn by_login(login: &str) -> Select<entity::Entity> {
    entity::Entity::find().filter(
        Condition::any()
            .add(entity::Column::UsernameKey.eq(login))
            .add(entity::Column::EmailKey.eq(login).and(entity::Column::EmailVerifiedAt.is_not_null())),
    )
}

/// SQL under construction, with its values in order.
pub(crate) struct Sql {
    pub text: String,
    pub values: Vec<Value>,
    postgres: bool,
}

impl Sql {
    pub fn new(text: &str, postgres: bool) -> Self {
        Self { text: text.into(), values: vec![], postgres }
    }

    pub fn add(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder for the value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push_str(&format!("${}", self.values.len()));
        self
    }

    /// Restricts to users that match every word of a search: trigrams from three
    /// characters, the beginning of a name below.
    pub fn matching(&mut self, search: &str) -> &mut Self {
        let folded = fold(search);
        let words: Vec<&str> = folded.split_whitespace().collect();
        let (long, short): (Vec<&str>, Vec<&str>) = words.into_iter().partition(|word| word.chars().count() >= 3);
        for word in &long {
            self.add(" AND ").containing(word);
        }
        if long.is_empty() && !short.is_empty() {
            // Some name begins with one of them: that narrows the rows down by an index.
            self.add(" AND (");
            for (at, word) in short.iter().enumerate() {
                self.add(if at > 0 { " OR " } else { "" }).beginning(word);
            }
            self.add(")");
        }
        for word in short {
            // Looking through what is left is cheap.
            self.add(if self.postgres { " AND strpos(" } else { " AND instr(" })
                .add("search_key, ")
                .bind(word)
                .add(") > 0");
        }
        self
    }

    fn containing(&mut self, word: &str) {
        if self.postgres {
            let mut pattern = String::from("%");
            for c in word.chars() {
                if matches!(c, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(c);
            }
            pattern.push('%');
            self.add("search_key LIKE ").bind(pattern);
        } else {
            let mut pattern = String::from("*");
            for c in word.chars() {
                match c {
                    '*' | '?' | '[' => pattern.extend(['[', c, ']']),
                    _ => pattern.push(c),
                }
            }
            pattern.push('*');
            self.add("number IN (SELECT rowid FROM user_search WHERE search_key GLOB ").bind(pattern).add(")");
        }
    }

    fn beginning(&mut self, word: &str) {
        // The first text after all that begin with the word, byte by byte.
        let after = format!("{word}\u{10ffff}");
        self.add("(");
        for (at, column) in ["username_key", "display_name_key", "COALESCE(email_key, '')"].iter().enumerate() {
            self.add(if at > 0 { " OR (" } else { "(" })
                .add(column)
                .add(" >= ")
                .bind(word)
                .add(" AND ")
                .add(column)
                .add(" < ")
                .bind(after.clone())
                .add(")");
        }
        self.add(")");
    }

    /// Continues from the cursor, in the direction in which this page is read.
    pub fn at_position(&mut self, listing: &UserListing) -> &mut Self {
        let (Position::After(cursor) | Position::Before(cursor)) = &listing.position else {
            return self;
        };
        let beyond = if reads(listing) == Direction::Ascending { ">" } else { "<" };
        self.add(" AND (").add(key(listing.sort)).add(", id) ").add(beyond).add(" (");
        match cursor.key.parse::<i64>() {
            Ok(at) if listing.sort.is_number() => self.bind(at),
            _ => self.bind(cursor.key.clone()),
        };
        self.add(", ").bind(cursor.id.0).add(")")
    }

    pub fn ordered(&mut self, listing: &UserListing) -> &mut Self {
        let direction = if reads(listing) == Direction::Ascending { "ASC" } else { "DESC" };
        let order = format!(" ORDER BY {} {direction}, id {direction}", key(listing.sort));
        self.add(&order)
    }
}

/// The stored key that a sort reads; each has an index.
pub(crate) fn key(sort: UserSort) -> &'static str {
    match sort {
        UserSort::Name => "display_name_key",
        UserSort::Email => "COALESCE(email_key, '')",
        UserSort::LastSignIn => "COALESCE(last_sign_in_at, 0)",
        UserSort::Created => "created_at",
        UserSort::Sessions => "(SELECT sessions FROM user_stats s WHERE s.user_id = users.id)",
        UserSort::Expires => "COALESCE(expires_at, 9223372036854775807)",
    }
}

/// A page before a cursor is read backwards and turned round afterwards.
pub(crate) fn reads(listing: &UserListing) -> Direction {
    match listing.position {
        Position::Before(_) => listing.direction.reversed(),
        _ => listing.direction,
    }
}
