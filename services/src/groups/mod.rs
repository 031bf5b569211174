//! Groups: what they allow, who is in them, and who may be put into them.

use std::collections::HashMap;

use domain::{
    Millis, Permission, PermissionSet, Problem,
    groups::{Builtin, GroupChoice, GroupId, GroupRow, GroupTag},
    guard,
    listing::{COUNT_MOST, Count},
    users::UserId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Statement,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use uuid::Uuid;

use crate::{
    Context, Failure, Result,
    context::{Bookkeeping, Change, StandingChange},
    random,
    stored::{self, Unreadable},
};

pub mod entity;
mod members;

pub use members::assign;
pub(crate) use members::change_members;

use entity::{group, membership};

/// Every group, with what it allows and about how many are in it.
///
/// # Errors
/// Those of the gate.
pub async fn list(cx: &Context) -> Result<Vec<GroupRow>> {
    let access = cx.read(Permission::ViewGroups).await?;
    let groups = group::Entity::find().order_by_asc(group::Column::NameKey).all(access.db()).await?;
    let mut rows = Vec::with_capacity(groups.len());
    for group in groups {
        let builtin = group.builtin.as_deref().and_then(known);
        rows.push(GroupRow {
            id: GroupId(group.id),
            builtin,
            members: count_members(access.db(), group.id).await?,
            permissions: permissions(&group),
            name: group.name,
            description: group.description,
        });
    }
    Ok(rows)
}

/// The groups that a form offers, each with the reason where the actor may not assign it.
///
/// # Errors
/// Those of the gate.
pub async fn choices(cx: &Context) -> Result<Vec<GroupChoice>> {
    let access = cx.read(Permission::AssignGroups).await?;
    let actor = cx.actor()?;
    let groups = group::Entity::find().order_by_asc(group::Column::NameKey).all(access.db()).await?;
    Ok(groups
        .into_iter()
        .map(|group| GroupChoice {
            id: GroupId(group.id),
            refused: guard::may_grant(actor, &group.name, permissions(&group)).err().map(|refusal| refusal.sentence()),
            name: group.name,
            description: group.description,
        })
        .collect())
}

/// The built-in group with this code. One that this version does not know allows nothing.
pub(crate) fn known(code: &str) -> Option<Builtin> {
    stored::code("groups.builtin", Builtin::from_code(code)).inspect_err(Unreadable::log).ok()
}

fn permissions(group: &group::Model) -> PermissionSet {
    group.builtin.as_deref().and_then(known).map_or(PermissionSet::NONE, Builtin::permissions)
}

/// Members of a group, counted no further than a list counts.
async fn count_members(db: &impl ConnectionTrait, group: Uuid) -> Result<Count> {
    let query = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT count(*) AS found FROM (SELECT 1 FROM memberships WHERE group_id = $1 LIMIT $2) AS counted",
        [group.into(), i64::from(COUNT_MOST + 1).into()],
    );
    let found = db.query_one_raw(query).await?;
    let found: i64 = found.map_or(Ok(0), |row| row.try_get("", "found"))?;
    Ok(Count::of(found as u32))
}

/// Within a change: reads groups by id and asks whether the actor may grant them.
///
/// # Errors
/// A field error for unknown ids; `Refused` for a group that allows more than the actor holds.
pub(crate) async fn grantable(change: &Change, ids: &[GroupId]) -> Result<Vec<group::Model>> {
    let mut wanted: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let groups = group::Entity::find()
        .filter(group::Column::Id.is_in(wanted.iter().copied()))
        .order_by_asc(group::Column::NameKey)
        .all(change.db())
        .await?;
    if groups.len() != wanted.len() {
        return Err(Failure::field("groups", Problem::UnknownGroup));
    }
    for group in &groups {
        change.guard(|actor| guard::may_grant(actor, &group.name, permissions(group)))?;
    }
    Ok(groups)
}

/// Within a change: puts a user into groups.
pub(crate) async fn add(change: &Change, user: UserId, groups: &[group::Model]) -> Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let rows = groups.iter().map(|group| membership::ActiveModel {
        user_id: Set(user.0),
        group_id: Set(group.id),
        since: Set(change.now()),
    });
    membership::Entity::insert_many(rows)
        .on_conflict_do_nothing_on([membership::Column::UserId, membership::Column::GroupId])
        .exec_without_returning(change.db())
        .await?;
    Ok(())
}

/// Within a change: takes a user out of groups.
pub(crate) async fn remove(change: &StandingChange, user: UserId, groups: &[Uuid]) -> Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    membership::Entity::delete_many()
        .filter(membership::Column::UserId.eq(user.0))
        .filter(membership::Column::GroupId.is_in(groups.iter().copied()))
        .exec(change.db())
        .await?;
    Ok(())
}

/// The groups that a user is in.
pub(crate) async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<group::Model>> {
    let ids = Query::select()
        .column(membership::Column::GroupId)
        .from(membership::Entity)
        .and_where(Expr::col(membership::Column::UserId).eq(user.0))
        .to_owned();
    let groups = group::Entity::find()
        .filter(group::Column::Id.in_subquery(ids))
        .order_by_asc(group::Column::NameKey)
        .all(db)
        .await?;
    Ok(groups)
}

/// What these groups allow together.
pub(crate) fn allowed(groups: &[group::Model]) -> PermissionSet {
    groups.iter().fold(PermissionSet::NONE, |all, group| all.and(permissions(group)))
}

pub(crate) fn is_administrators(group: &group::Model) -> bool {
    group.builtin.as_deref() == Some(Builtin::Administrators.code())
}

/// Within a change: a built-in group.
pub(crate) async fn builtin(change: &Change, which: Builtin) -> Result<group::Model> {
    group::Entity::find()
        .filter(group::Column::Builtin.eq(which.code()))
        .one(change.db())
        .await?
        .ok_or_else(|| Failure::Unexpected(format!("the group {} is missing", which.name())))
}

/// Writes down the built-in groups that are missing.
pub(crate) async fn insert_builtin(books: &Bookkeeping<'_>, now: Millis) -> Result<()> {
    let rows = Builtin::ALL.map(|group| group::ActiveModel {
        id: Set(random::id(now)),
        name: Set(group.name().into()),
        name_key: Set(group.name().to_lowercase()),
        description: Set(group.description().into()),
        builtin: Set(Some(group.code().into())),
        created_at: Set(now),
    });
    group::Entity::insert_many(rows)
        // Whatever is there already, by name or by code, stays.
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(books.db())
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct TagRow {
    user_id: Uuid,
    id: Uuid,
    name: String,
    builtin: Option<String>,
}

/// The groups of each of these users, built-in ones first.
pub(crate) async fn tags_of(db: &impl ConnectionTrait, users: &[Uuid]) -> Result<HashMap<Uuid, Vec<GroupTag>>> {
    let mut tags = HashMap::<Uuid, Vec<GroupTag>>::new();
    if users.is_empty() {
        return Ok(tags);
    }
    let places: Vec<_> = (1..=users.len()).map(|n| format!("${n}")).collect();
    let query = Statement::from_sql_and_values(
        db.get_database_backend(),
        format!(
            "SELECT m.user_id, g.id, g.name, g.builtin FROM memberships m \
             JOIN groups g ON g.id = m.group_id WHERE m.user_id IN ({}) \
             ORDER BY (g.builtin IS NULL), g.name_key",
            places.join(", ")
        ),
        users.iter().map(|id| (*id).into()),
    );
    for row in TagRow::find_by_statement(query).all(db).await? {
        tags.entry(row.user_id).or_default().push(GroupTag {
            id: GroupId(row.id),
            name: row.name,
            administrators: row.builtin.as_deref() == Some(Builtin::Administrators.code()),
            permissions: row.builtin.as_deref().and_then(known).map_or(PermissionSet::NONE, Builtin::permissions),
        });
    }
    Ok(tags)
}
