//! What administrators decide for the whole installation.

use std::collections::HashMap;

use domain::{
    Error, Permission, Problem,
    audit::{Event, FieldChange},
    factors::{Factors, Required, SecondFactorPolicy},
    settings::{Security, SecurityForm, Settings, SettingsForm},
    time::TimeZone,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};

use crate::{
    Context, Failure, Result,
    context::{Change, Done, Held, done, unchanged},
    stored::{self, Unreadable},
};

mod enrolling;
mod passkeys;
mod time_zone;

pub use enrolling::count_enrolling;
pub use passkeys::{passkey_place, stranded_passkeys};
pub(crate) use time_zone::time_zone;
pub use time_zone::{find_time_zone, find_time_zone_setting, list_time_zones, update_time_zone};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

const BIN_DAYS: &str = "bin_days";
const SECURITY: &str = "security";

/// The settings that hold.
///
/// # Errors
/// Those of the gate.
pub async fn find(cx: &Context) -> Result<Settings> {
    current(cx.read(Permission::ViewSettings).await?.db()).await
}

/// Saves the settings.
///
/// # Errors
/// Field errors; `Stale` when somebody else saved since the form was opened; those of the gate.
pub async fn update(cx: &Context, form: &SettingsForm) -> Result<Settings> {
    cx.may_change(Permission::EditSettings).await?;
    let after = form.parse()?;
    change_settings(cx, async |change: &Change| {
        let before = current(change.db()).await?;
        let (was, is) = (before.bin_days.to_string(), after.bin_days.to_string());
        let Some(changed) = FieldChange::between("Days in the bin", Some(&was), Some(&is)) else {
            return Ok(unchanged(after));
        };
        if before != form.seen {
            return Err(Error::Stale.into());
        }
        write(change, BIN_DAYS, is).await?;
        Ok(done(after, Event::SettingsChanged { changes: vec![changed] }))
    })
    .await
}

/// The rules about what proves people.
///
/// # Errors
/// Those of the gate.
pub async fn find_security(cx: &Context) -> Result<Security> {
    security(cx.read(Permission::ViewSettings).await?.db()).await
}

/// The rules about second factors, for whoever creates people.
///
/// # Errors
/// Those of the gate.
pub async fn find_second_factor_policy(cx: &Context) -> Result<SecondFactorPolicy> {
    Ok(security(cx.read(Permission::CreateUsers).await?.db()).await?.second_factor)
}

/// Saves the rules about what proves people.
///
/// # Errors
/// Field errors; `Stale` when somebody else saved since the form was opened; those of the gate.
pub async fn update_security(cx: &Context, form: &SecurityForm) -> Result<Security> {
    cx.may_change(Permission::EditSettings).await?;
    change_settings(cx, async |change: &Change| {
        let before = security(change.db()).await?;
        let zone = time_zone(cx, change.db()).await?;
        let after = form.parse(&zone, before.second_factor.from)?;
        let names = group_names(change.db()).await?;
        if let Required::Groups(groups) = &after.second_factor.required
            && groups.iter().any(|group| !names.contains_key(&group.0))
        {
            return Err(Failure::field("required", Problem::UnknownGroup));
        }
        let changes = differences(&in_words(&before, &names, &zone), &in_words(&after, &names, &zone));
        if changes.is_empty() {
            return Ok(unchanged(after));
        }
        if before != form.seen {
            return Err(Error::Stale.into());
        }
        let text = serde_json::to_string(&after).map_err(|error| Failure::Unexpected(error.to_string()))?;
        write(change, SECURITY, text).await?;
        Ok(done(after, Event::SettingsChanged { changes }))
    })
    .await
}

/// A change to what is decided: nobody else makes one meanwhile, so that what was seen is what is there.
async fn change_settings<T>(cx: &Context, body: impl AsyncFnOnce(&Change) -> Result<Done<T>>) -> Result<T> {
    cx.change_holding(Permission::EditSettings, Held::Settings, body).await
}

async fn group_names(db: &impl ConnectionTrait) -> Result<HashMap<uuid::Uuid, String>> {
    let groups = crate::groups::entity::group::Entity::find().all(db).await?;
    Ok(groups.into_iter().map(|group| (group.id, group.name)).collect())
}

/// Each rule with its value, as the log tells them.
fn in_words(security: &Security, names: &HashMap<uuid::Uuid, String>, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let Security { second_factor, passwords } = security;
    let required = match &second_factor.required {
        Required::Nobody => "Nobody".to_owned(),
        Required::Everyone => "Everyone".to_owned(),
        Required::Groups(groups) => {
            let named: Vec<_> = groups.iter().filter_map(|group| names.get(&group.0)).map(String::as_str).collect();
            named.join(", ")
        }
    };
    let kinds = [(Factors::APP, "authenticator app"), (Factors::PASSKEY, "passkey")];
    let allowed: Vec<_> =
        kinds.iter().filter(|(kind, _)| second_factor.allowed.has(*kind)).map(|(_, name)| *name).collect();
    vec![
        ("Second factor required of", required),
        ("Second factor required from", second_factor.from.map(|from| zone.record(from)).unwrap_or_default()),
        ("Second factors that count", allowed.join(", ")),
        ("Days a device is remembered", second_factor.remember_days.to_string()),
        ("Shortest password", passwords.least.to_string()),
        ("Shortest password beside a second factor", passwords.least_with_second_factor.to_string()),
        ("Words not for passwords", passwords.words.join(", ")),
    ]
}

fn differences(before: &[(&'static str, String)], after: &[(&'static str, String)]) -> Vec<FieldChange> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let pairs = before.iter().zip(after);
    pairs
        .filter_map(|((name, was), (_, is))| FieldChange::between(name, some(was).as_deref(), some(is).as_deref()))
        .collect()
}

async fn write(change: &Change, name: &str, value: String) -> Result<()> {
    let row = entity::ActiveModel { name: Set(name.into()), value: Set(value) };
    entity::Entity::insert(row)
        .on_conflict(OnConflict::column(entity::Column::Name).update_column(entity::Column::Value).to_owned())
        .exec_without_returning(change.db())
        .await?;
    Ok(())
}

/// The rules that hold; the defaults where nothing was decided.
pub(crate) async fn security(db: &impl ConnectionTrait) -> Result<Security> {
    let row = entity::Entity::find_by_id(SECURITY).one(db).await?;
    match row {
        None => Ok(Security::default()),
        // Rules that cannot be read must not become no rules.
        Some(row) => Ok(stored::json("settings.value of security", &row.value)?),
    }
}

/// The settings that hold; the defaults where nothing was decided.
pub(crate) async fn current(db: &impl ConnectionTrait) -> Result<Settings> {
    match entity::Entity::find_by_id(BIN_DAYS).one(db).await? {
        None => Ok(Settings::default()),
        // Days that cannot be read must not become fewer: people in the bin would be erased.
        Some(row) => {
            let read = Settings::parse(&row.value);
            Ok(read.map_err(|_| Unreadable::new("settings.value of bin_days", "no number of days within the bounds"))?)
        }
    }
}

/// Refuses settings that cannot be read, at the start: later everybody would meet what only the operator mends.
///
/// # Errors
/// `Unexpected` with a sentence for the operator.
pub(crate) async fn ensure_readable(cx: &Context) -> Result<()> {
    let access = cx.process_read()?;
    let read = async {
        security(access.db()).await?;
        current(access.db()).await
    };
    match read.await {
        Err(Failure::Unexpected(what)) => Err(Failure::Unexpected(format!(
            "{what}. Start the version of Keydesk that wrote it, or put back what was there before."
        ))),
        read => read.map(drop),
    }
}
