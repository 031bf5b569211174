//! What the settings pages ask of the server.

use domain::{
    factors::PasskeyPlace,
    fields::{Field, FieldForm, FieldId},
    listing::Count,
    settings::{Security, SecurityForm, Settings, SettingsForm, TimeZoneSetting},
    time::TimeZone,
};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answer;
#[cfg(feature = "ssr")]
use {
    crate::api::{context, respond},
    services::{fields, settings},
};

#[server(prefix = "/fn", endpoint = "settings/find", input = Json)]
pub async fn find_settings() -> Answer<Settings> {
    respond(settings::find(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "settings/update", input = Json)]
pub async fn update_settings(form: SettingsForm) -> Answer<Settings> {
    respond(settings::update(&context()?, &form).await)
}

#[server(prefix = "/fn", endpoint = "settings/find_security", input = Json)]
pub async fn find_security() -> Answer<Security> {
    respond(settings::find_security(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "settings/update_security", input = Json)]
pub async fn update_security(form: SecurityForm) -> Answer<Security> {
    respond(settings::update_security(&context()?, &form).await)
}

/// How many people such rules would make set a second factor up.
#[server(prefix = "/fn", endpoint = "settings/count_enrolling", input = Json)]
pub async fn count_enrolling(form: SecurityForm) -> Answer<Count> {
    respond(settings::count_enrolling(&context()?, &form).await)
}

#[server(prefix = "/fn", endpoint = "settings/find_passkeys", input = Json)]
pub async fn find_passkeys() -> Answer<PasskeyPlace> {
    respond(settings::passkey_place(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "settings/find_time_zone", input = Json)]
pub async fn find_time_zone_setting() -> Answer<TimeZoneSetting> {
    respond(settings::find_time_zone_setting(&context()?).await)
}

/// The names to choose from.
#[server(prefix = "/fn", endpoint = "settings/list_time_zones", input = Json)]
pub async fn list_time_zones() -> Answer<Vec<String>> {
    respond(settings::list_time_zones(&context()?).await)
}

/// Answers with the zone whose days are shown from now on.
#[server(prefix = "/fn", endpoint = "settings/update_time_zone", input = Json)]
pub async fn update_time_zone(name: String) -> Answer<TimeZone> {
    respond(settings::update_time_zone(&context()?, &name).await.map(|zone| TimeZone::clone(&zone)))
}

#[server(prefix = "/fn", endpoint = "fields/list", input = Json)]
pub async fn list_fields() -> Answer<Vec<Field>> {
    respond(fields::list(&context()?).await)
}

/// Creates a field, or changes the one that the form names.
#[server(prefix = "/fn", endpoint = "fields/save", input = Json)]
pub async fn save_field(form: FieldForm) -> Answer<FieldId> {
    respond(fields::save(&context()?, &form).await)
}

#[server(prefix = "/fn", endpoint = "fields/delete", input = Json)]
pub async fn delete_field(id: FieldId) -> Answer<()> {
    respond(fields::delete(&context()?, id).await)
}

#[server(prefix = "/fn", endpoint = "fields/move", input = Json)]
pub async fn move_field(id: FieldId, up: bool) -> Answer<()> {
    respond(fields::move_by_one(&context()?, id, up).await)
}

/// Company, origin and location, where their names are free. Says how many were created.
#[server(prefix = "/fn", endpoint = "fields/add_examples", input = Json)]
pub async fn add_example_fields() -> Answer<u32> {
    respond(fields::add_examples(&context()?).await)
}
