//! What the audit log's page asks of the server.

use domain::audit::{LogListing, LogPage};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answer;
#[cfg(feature = "ssr")]
use {
    crate::api::{context, respond},
    services::audit,
};

#[server(prefix = "/fn", endpoint = "audit/list", input = Json)]
pub async fn list_log(listing: LogListing) -> Answer<LogPage> {
    respond(audit::list(&context()?, &listing).await)
}
