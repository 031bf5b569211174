//! Rows of the users table, with all that they show from other tables.

use domain::{
    factors::Factors,
    fields::FieldId,
    listing::{Cursor, Sort},
    users::{Found, Refusals, Standing, Status, UserId, UserRow, UserSort},
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::{
    Context, Result, fields, groups, settings, setup, throttle,
    users::{refusals, stats},
};

#[derive(FromQueryResult)]
pub(super) struct Row {
    id: Uuid,
    username: String,
    display_name: String,
    email: Option<String>,
    last_sign_in_at: Option<i64>,
    created_at: i64,
    disabled_at: Option<i64>,
    deleted_at: Option<i64>,
    expires_at: Option<i64>,
    has_credential: i64,
    factors: i64,
    text_key: Option<String>,
    number_key: Option<i64>,
}

/// Where an entry of the order stands.
#[derive(FromQueryResult)]
pub(super) struct Place {
    id: Uuid,
    text_key: Option<String>,
    number_key: Option<i64>,
}

impl Place {
    pub fn cursor(self, sort: UserSort) -> Cursor {
        let number = || self.number_key.unwrap_or_default().to_string();
        let key = if sort.is_number() { number() } else { self.text_key.unwrap_or_default() };
        Cursor { key, id: self.id }
    }
}

impl Row {
    pub fn cursor(&self, sort: UserSort) -> Cursor {
        Place { id: self.id, text_key: self.text_key.clone(), number_key: self.number_key }.cursor(sort)
    }

    fn standing(&self) -> Standing {
        Standing {
            deleted_at: self.deleted_at,
            disabled_at: self.disabled_at,
            expires_at: self.expires_at,
            has_credential: self.has_credential != 0,
        }
    }
}

/// The rows with groups, sessions, custom fields and what the viewer may not do: a query
/// for each of these, whatever the number of rows.
pub(super) async fn filled(
    cx: &Context,
    db: &impl ConnectionTrait,
    rows: Vec<Row>,
    columns: &[FieldId],
) -> Result<Vec<UserRow>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut groups = groups::tags_of(db, &ids).await?;
    let mut fields = fields::of_all(db, &ids, columns).await?;
    let sessions = stats::live_of(cx, db, &ids).await?;
    let held_up = throttle::locked_until(cx, db, &ids).await?;
    let settings = match rows.iter().any(|row| row.deleted_at.is_some()) {
        true => settings::current(db).await?,
        false => domain::settings::Settings::default(),
    };
    let first = setup::first_administrator(db).await?;
    let now = cx.now();
    let filled = rows.into_iter().map(|row| {
        let id = UserId(row.id);
        let groups = groups.remove(&row.id).unwrap_or_default();
        let refusals = match cx.actor() {
            Ok(actor) => refusals::of(actor, id, &row.display_name, &groups, first),
            Err(_) => Refusals::default(),
        };
        UserRow {
            id,
            status: Status::of(row.standing(), now),
            sessions: sessions.get(&row.id).copied().unwrap_or_default(),
            erase_at: row.deleted_at.map(|deleted_at| settings.erase_at(deleted_at)),
            fields: fields.remove(&row.id).unwrap_or_default(),
            refusals,
            factors: Factors::of(row.factors),
            found: Found::default(),
            locked_for: held_up.get(&row.id).copied(),
            groups,
            username: row.username,
            display_name: row.display_name,
            email: row.email,
            last_sign_in_at: row.last_sign_in_at,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    });
    Ok(filled.collect())
}
