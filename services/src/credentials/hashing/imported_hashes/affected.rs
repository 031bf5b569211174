//! Whose password no sign-in can match.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Unverifiable, unverifiable};
use crate::{
    Context, Result,
    auth::{argon::hashing_prefix, entity::password},
};

/// Hashes looked at together.
const AT_ONCE: u64 = 1_000;

/// How many people have a password that cannot be verified, by the reason; for the operator.
///
/// # Errors
/// Those of the gate.
pub async fn unverifiable_passwords(cx: &Context) -> Result<BTreeMap<Unverifiable, u64>> {
    let access = cx.process_read()?;
    let (mut found, mut last) = (BTreeMap::new(), Uuid::nil());
    loop {
        let rows: Vec<(Uuid, String)> = password::Entity::find()
            .select_only()
            .columns([password::Column::UserId, password::Column::Hash])
            .filter(password::Column::Hash.not_like(format!("{}%", hashing_prefix())))
            .filter(password::Column::UserId.gt(last))
            .order_by_asc(password::Column::UserId)
            .limit(AT_ONCE)
            .into_tuple()
            .all(access.db())
            .await?;
        for (_, hash) in &rows {
            if let Some(why) = unverifiable(hash) {
                *found.entry(why).or_default() += 1;
            }
        }
        match rows.last() {
            Some((user, _)) => last = *user,
            None => return Ok(found),
        }
    }
}
