//! Search keys begin with a mark of the way in which they were folded; those of before begin with
//! a letter or a digit, which comes after every mark. Whose key is one of those stands in an
//! index, until `services::users::rebuild_search` has written it anew.

crate::sql::step!("Indexes the users whose `search_key` was folded by an earlier version.", manager => r#"
CREATE INDEX users_former ON users (id) WHERE search_key >= '!'
"#);
