//! The users table: one page, found by key.

use domain::{
    Permission,
    listing::{COUNT_MOST, Count, Cursor, PAGE, Page, Position, UserListing, UserSort},
    users::{Standing, Status, UserId, UserRow},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use super::query::{Sql, key};
use crate::{Context, Result, groups};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    username: String,
    display_name: String,
    email: Option<String>,
    last_sign_in_at: Option<i64>,
    created_at: i64,
    disabled_at: Option<i64>,
    expires_at: Option<i64>,
    credential: i64,
    text_key: Option<String>,
    time_key: Option<i64>,
}

/// One page of the users who are not in the bin.
///
/// # Errors
/// A field error for a position that does not fit the sort; those of the gate.
pub async fn list(cx: &Context, listing: &UserListing, _fields: &[domain::fields::FieldId]) -> Result<Page<UserRow>> {
    let access = cx.read(Permission::ViewUsers).await?;
    listing.check()?;
    let db = access.db();
    let mut rows = Row::find_by_statement(statement(db, &page(cx, listing))).all(db).await?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let backwards = matches!(listing.position, Position::Before(_));
    if backwards {
        rows.reverse();
    }
    let has_previous = if backwards { more } else { listing.position != Position::First };
    let has_next = if backwards { true } else { more };
    let edge = |row: Option<&Row>| row.map(|row| cursor(row, listing.sort));
    let previous = edge(rows.first()).filter(|_| has_previous);
    let next = edge(rows.last()).filter(|_| has_next);

    let found = db.query_one_raw(statement(db, &counted(cx, listing))).await?;
    let found: i64 = found.map_or(Ok(0), |row| row.try_get("", "found"))?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut groups = groups::tags_of(db, &ids).await?;
    let now = cx.now();
    let rows = rows
        .into_iter()
        .map(|row| UserRow {
            id: UserId(row.id),
            groups: groups.remove(&row.id).unwrap_or_default(),
            status: Status::of(
                Standing {
                    deleted_at: None,
                    disabled_at: row.disabled_at,
                    expires_at: row.expires_at,
                    has_credential: row.credential > 0,
                },
                now,
            ),
            username: row.username,
            display_name: row.display_name,
            email: row.email,
            last_sign_in_at: row.last_sign_in_at,
            created_at: row.created_at,
            expires_at: row.expires_at,
            sessions: 0,
            erase_at: None,
            fields: vec![],
            refusals: domain::users::Refusals::default(),
        })
        .collect();
    Ok(Page { rows, previous, next, count: Count::of(found as u32) })
}

fn page(cx: &Context, listing: &UserListing) -> Sql {
    let (text, time) = if listing.sort.is_number() { ("NULL", key(listing.sort)) } else { (key(listing.sort), "NULL") };
    let mut sql = Sql::new(
        &format!(
            "SELECT id, username, display_name, email, last_sign_in_at, created_at, disabled_at, \
             expires_at, (SELECT count(*) FROM passwords p WHERE p.user_id = users.id) AS credential, \
             {text} AS text_key, CAST({time} AS bigint) AS time_key FROM users WHERE deleted_at IS NULL"
        ),
        cx.is_postgres(),
    );
    sql.matching(&listing.search).at_position(listing).ordered(listing);
    sql.add(" LIMIT ").bind(i64::from(PAGE + 1));
    sql
}

/// Counts no further than the list says.
fn counted(cx: &Context, listing: &UserListing) -> Sql {
    let text = "SELECT count(*) AS found FROM (SELECT 1 FROM users WHERE deleted_at IS NULL";
    let mut sql = Sql::new(text, cx.is_postgres());
    sql.matching(&listing.search).add(" LIMIT ").bind(i64::from(COUNT_MOST + 1)).add(") AS counted");
    sql
}

fn statement(db: &impl ConnectionTrait, sql: &Sql) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), &sql.text, sql.values.clone())
}

fn cursor(row: &Row, sort: UserSort) -> Cursor {
    let key = if sort.is_number() {
        row.time_key.unwrap_or_default().to_string()
    } else {
        row.text_key.clone().unwrap_or_default()
    };
    Cursor { key, id: UserId(row.id) }
}
