//! What the pages about groups ask of the server.

use domain::groups::{GroupChoice, GroupRow};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answer;
#[cfg(feature = "ssr")]
use {
    crate::api::{context, respond},
    services::groups,
};

#[server(prefix = "/fn", endpoint = "groups/list", input = Json)]
pub async fn list_groups() -> Answer<Vec<GroupRow>> {
    respond(groups::list(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "groups/choices", input = Json)]
pub async fn list_group_choices() -> Answer<Vec<GroupChoice>> {
    respond(groups::choices(&context()?).await)
}
