//! The table of passkeys: what others ask of it.

use domain::{
    factors::{PasskeyId, PasskeyRow},
    users::UserId,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{entity::passkey, providers};
use crate::{Context, Result, context::StandingChange};

/// A user's passkeys, the oldest first.
pub(super) async fn list(db: &impl ConnectionTrait, user: Uuid) -> Result<Vec<passkey::Model>> {
    let own = passkey::Entity::find().filter(passkey::Column::UserId.eq(user));
    Ok(own.order_by_asc(passkey::Column::CreatedAt).order_by_asc(passkey::Column::Id).all(db).await?)
}

/// Whether a passkey works at this address: its domain is ours.
pub(super) fn works(cx: &Context, row: &passkey::Model) -> bool {
    cx.installation().passkeys().is_some_and(|party| party.id() == row.rp_id)
}

/// The ids of a user's credentials that work at this address, the oldest first.
pub(crate) async fn usable_ids(cx: &Context, db: &impl ConnectionTrait, user: Uuid) -> Result<Vec<Vec<u8>>> {
    let all = list(db, user).await?;
    Ok(all.into_iter().filter(|row| works(cx, row)).map(|row| row.credential_id).collect())
}

/// Whether one of a user's passkeys works at this address.
pub(in crate::credentials) async fn any_usable(cx: &Context, db: &impl ConnectionTrait, user: Uuid) -> Result<bool> {
    Ok(!usable_ids(cx, db, user).await?.is_empty())
}

/// A user's passkeys as a page shows them, the oldest first.
pub(in crate::credentials) async fn list_rows(
    cx: &Context,
    db: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<PasskeyRow>> {
    let shown = |row: passkey::Model| PasskeyRow {
        works: works(cx, &row),
        id: PasskeyId(row.id),
        provider: providers::name(row.aaguid).map(ToOwned::to_owned),
        name: row.name,
        synced: row.synced != 0,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        suspect_at: row.suspect_at,
    };
    Ok(list(db, user.0).await?.into_iter().map(shown).collect())
}

/// Whether anybody has a passkey for this domain.
pub(crate) async fn any_for_domain(db: &impl ConnectionTrait, domain: &str) -> Result<bool> {
    Ok(passkey::Entity::find().filter(passkey::Column::RpId.eq(domain)).one(db).await?.is_some())
}

/// Within a change: takes one passkey away.
pub(in crate::credentials) async fn delete(change: &StandingChange, id: PasskeyId) -> Result<()> {
    passkey::Entity::delete_by_id(id.0).exec(change.db()).await?;
    Ok(())
}

/// Within a change: takes all passkeys of a user away. Says how many.
pub(in crate::credentials) async fn delete_all(change: &StandingChange, user: UserId) -> Result<u64> {
    let gone = passkey::Entity::delete_many().filter(passkey::Column::UserId.eq(user.0)).exec(change.db()).await?;
    Ok(gone.rows_affected)
}
