//! What the pages about users ask of the server.

use domain::{
    audit::Activity,
    listing::{Page, UserListing},
    users::{CreatedUser, NewUserForm, User, UserId, UserRow},
};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answer;
#[cfg(feature = "ssr")]
use {
    crate::api::{context, respond},
    services::{audit, users},
};

#[server(prefix = "/fn", endpoint = "users/list", input = Json)]
pub async fn list_users(listing: UserListing) -> Answer<Page<UserRow>> {
    respond(users::list(&context()?, &listing).await)
}

#[server(prefix = "/fn", endpoint = "users/find", input = Json)]
pub async fn find_user(id: UserId) -> Answer<User> {
    respond(users::find(&context()?, id).await)
}

#[server(prefix = "/fn", endpoint = "users/create", input = Json)]
pub async fn create_user(form: NewUserForm) -> Answer<CreatedUser> {
    respond(users::create(&context()?, form).await)
}

#[server(prefix = "/fn", endpoint = "users/check_username", input = Json)]
pub async fn check_username(username: String) -> Answer<()> {
    respond(users::check_username(&context()?, &username).await)
}

/// `before` is the number of the last event already shown.
#[server(prefix = "/fn", endpoint = "users/activity", input = Json)]
pub async fn list_activity(id: UserId, before: Option<i64>) -> Answer<Vec<Activity>> {
    respond(audit::activity(&context()?, id, before).await)
}
