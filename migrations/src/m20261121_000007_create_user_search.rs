//! Finding users by any part of their names: trigrams in both databases.

crate::sql::step!("Creates the search index over `users.search_key`.", manager =>
    if crate::sql::is_postgres(manager) {
        r#"
CREATE EXTENSION IF NOT EXISTS pg_trgm
;
CREATE INDEX users_by_search ON users USING gin (search_key gin_trgm_ops)
"#
    } else {
        r#"
CREATE VIRTUAL TABLE user_search USING fts5 (
    search_key, content='users', content_rowid='number', tokenize='trigram case_sensitive 1',
    detail='none', columnsize=0
)
;
CREATE TRIGGER user_search_insert AFTER INSERT ON users BEGIN
    INSERT INTO user_search (rowid, search_key) VALUES (new.number, new.search_key);
END
;
CREATE TRIGGER user_search_delete AFTER DELETE ON users BEGIN
    INSERT INTO user_search (user_search, rowid, search_key)
        VALUES ('delete', old.number, old.search_key);
END
;
CREATE TRIGGER user_search_update AFTER UPDATE OF search_key ON users
WHEN old.search_key <> new.search_key BEGIN
    INSERT INTO user_search (user_search, rowid, search_key)
        VALUES ('delete', old.number, old.search_key);
    INSERT INTO user_search (rowid, search_key) VALUES (new.number, new.search_key);
END
"#
    }
);
