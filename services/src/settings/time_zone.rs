//! The zone whose days are shown and typed everywhere.

use std::sync::Arc;

use domain::{
    Permission, Problem,
    audit::{Event, FieldChange},
    settings::TimeZoneSetting,
    time::TimeZone,
};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::{entity, write};
use crate::{
    Context, Failure, Result,
    context::{Change, done, unchanged},
    time_zones,
};

const TIME_ZONE: &str = "time_zone";

/// The zone of the installation, for everybody who is signed in.
///
/// # Errors
/// Those of the gate.
pub async fn find_time_zone(cx: &Context) -> Result<Arc<TimeZone>> {
    time_zone(cx, cx.own_account()?.db()).await
}

/// The zone as a setting.
///
/// # Errors
/// Those of the gate.
pub async fn find_time_zone_setting(cx: &Context) -> Result<TimeZoneSetting> {
    let access = cx.read(Permission::ViewSettings).await?;
    let zone = time_zone(cx, access.db()).await?;
    Ok(TimeZoneSetting { name: zone.name().to_owned(), configured: cx.inner().time_zone.is_some() })
}

/// The names to choose from.
///
/// # Errors
/// Those of the gate.
pub async fn list_time_zones(cx: &Context) -> Result<Vec<String>> {
    cx.read(Permission::ViewSettings).await?;
    Ok(time_zones::names())
}

/// Makes this the zone of the installation. No moment that is stored moves.
///
/// # Errors
/// A field error for a name that there is none of, and where the configuration says the zone;
/// those of the gate.
pub async fn update_time_zone(cx: &Context, name: &str) -> Result<Arc<TimeZone>> {
    cx.may_change(Permission::EditSettings).await?;
    let wrong = |problem| Failure::field("time_zone", problem);
    if cx.inner().time_zone.is_some() {
        return Err(wrong(Problem::Configured("KEYDESK_TIME_ZONE".into())));
    }
    let after = time_zones::find(name).ok_or_else(|| wrong(Problem::UnknownTimeZone))?;
    cx.change(Permission::EditSettings, async |change: &Change| {
        let before = time_zone(cx, change.db()).await?;
        let Some(changed) = FieldChange::between("Time zone", Some(before.name()), Some(after.name())) else {
            return Ok(unchanged(after));
        };
        write(change, TIME_ZONE, after.name().to_owned()).await?;
        Ok(done(after, Event::SettingsChanged { changes: vec![changed] }))
    })
    .await
}

/// The zone that holds: what the configuration says, else what was chosen, else UTC.
pub(crate) async fn time_zone(cx: &Context, db: &impl ConnectionTrait) -> Result<Arc<TimeZone>> {
    if let Some(configured) = &cx.inner().time_zone {
        return Ok(configured.clone());
    }
    let Some(row) = entity::Entity::find_by_id(TIME_ZONE).one(db).await? else { return Ok(Arc::default()) };
    Ok(time_zones::find(&row.value).unwrap_or_else(|| {
        // A database of a later version may know a zone that this one does not: its pages say UTC beside each day.
        tracing::warn!(
            zone = row.value,
            "the time zone of the settings is unknown to this version; days are those of UTC"
        );
        Arc::default()
    }))
}
