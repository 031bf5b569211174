//! What the pages about users ask of the server.

use domain::{
    audit::Activity,
    factors::{FactorList, PasskeyId, SecondFactorPolicy},
    fields::FieldId,
    groups::GroupId,
    listing::Page,
    sessions::{SessionId, SessionRow},
    users::{
        CreatedUser, Edited, Ended, NewUserForm, PasswordGiven, TableView, User, UserChanges, UserId, UserListing,
        UserRow,
    },
};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answer;
#[cfg(feature = "ssr")]
use {
    crate::api::{context, respond},
    services::{audit, credentials, groups, sessions, settings, throttle, users},
};

/// `fields` are the custom fields that the table shows as columns.
#[server(prefix = "/fn", endpoint = "users/list", input = Json)]
pub async fn list_users(listing: UserListing, fields: Vec<FieldId>) -> Answer<Page<UserRow>> {
    respond(users::list(&context()?, &listing, &fields).await)
}

#[server(prefix = "/fn", endpoint = "users/find", input = Json)]
pub async fn find_user(id: UserId) -> Answer<User> {
    respond(users::find(&context()?, id).await)
}

#[server(prefix = "/fn", endpoint = "users/create", input = Json)]
pub async fn create_user(form: NewUserForm) -> Answer<CreatedUser> {
    respond(users::create(&context()?, form).await)
}

#[server(prefix = "/fn", endpoint = "users/find_second_factor_policy", input = Json)]
pub async fn find_second_factor_policy() -> Answer<SecondFactorPolicy> {
    respond(settings::find_second_factor_policy(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "users/check_username", input = Json)]
pub async fn check_username(username: String) -> Answer<()> {
    respond(users::check_username(&context()?, &username).await)
}

#[server(prefix = "/fn", endpoint = "users/update", input = Json)]
pub async fn update_user(form: UserChanges) -> Answer<Edited> {
    respond(users::update(&context()?, &form).await)
}

#[server(prefix = "/fn", endpoint = "users/disable", input = Json)]
pub async fn disable_user(id: UserId) -> Answer<Ended> {
    respond(users::disable(&context()?, id).await)
}

#[server(prefix = "/fn", endpoint = "users/enable", input = Json)]
pub async fn enable_user(id: UserId) -> Answer<()> {
    respond(users::enable(&context()?, id).await)
}

#[server(prefix = "/fn", endpoint = "users/delete", input = Json)]
pub async fn delete_user(id: UserId) -> Answer<Ended> {
    respond(users::delete(&context()?, id).await)
}

#[server(prefix = "/fn", endpoint = "users/restore", input = Json)]
pub async fn restore_user(id: UserId) -> Answer<()> {
    respond(users::restore(&context()?, id).await)
}

/// `name` is the username, typed once more.
#[server(prefix = "/fn", endpoint = "users/erase", input = Json)]
pub async fn erase_user(id: UserId, name: String) -> Answer<()> {
    respond(users::erase(&context()?, id, &name).await)
}

#[server(prefix = "/fn", endpoint = "users/reset_password", input = Json)]
pub async fn reset_password(id: UserId) -> Answer<PasswordGiven> {
    respond(credentials::reset_password(&context()?, id).await)
}

/// Puts a user into groups and takes them out of others. Says whether anything was changed.
#[server(prefix = "/fn", endpoint = "users/assign_groups", input = Json)]
pub async fn assign_groups(id: UserId, add: Vec<GroupId>, remove: Vec<GroupId>) -> Answer<bool> {
    respond(groups::assign(&context()?, id, &add, &remove).await)
}

#[server(prefix = "/fn", endpoint = "users/sessions", input = Json)]
pub async fn list_sessions(id: UserId) -> Answer<Vec<SessionRow>> {
    respond(sessions::list_for_user(&context()?, id).await)
}

/// How many sessions of a user live.
#[server(prefix = "/fn", endpoint = "users/count_sessions", input = Json)]
pub async fn count_sessions(id: UserId) -> Answer<u32> {
    respond(sessions::count_for_user(&context()?, id).await)
}

/// One session of a user, or all of them.
#[server(prefix = "/fn", endpoint = "users/end_sessions", input = Json)]
pub async fn end_sessions(id: UserId, only: Option<SessionId>) -> Answer<Ended> {
    respond(sessions::end_for_user(&context()?, id, only).await)
}

/// `before` is the number of the last event already shown.
#[server(prefix = "/fn", endpoint = "users/activity", input = Json)]
pub async fn list_activity(id: UserId, before: Option<i64>) -> Answer<Vec<Activity>> {
    respond(audit::activity(&context()?, id, before).await)
}

/// How the viewer likes the users table.
#[server(prefix = "/fn", endpoint = "users/find_table_view", input = Json)]
pub async fn find_table_view() -> Answer<TableView> {
    respond(users::table_view(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "users/keep_table_view", input = Json)]
pub async fn keep_table_view(view: TableView) -> Answer<()> {
    respond(users::keep_table_view(&context()?, &view).await)
}

/// What proves a user.
#[server(prefix = "/fn", endpoint = "users/factors", input = Json)]
pub async fn list_factors(id: UserId) -> Answer<FactorList> {
    respond(credentials::list_for_user(&context()?, id).await)
}

/// Takes the app, the recovery codes and the remembered devices away, and with `passkeys` those too.
#[server(prefix = "/fn", endpoint = "users/reset_factors", input = Json)]
pub async fn reset_factors(id: UserId, passkeys: bool) -> Answer<Ended> {
    respond(credentials::reset_second_factors(&context()?, id, passkeys).await)
}

#[server(prefix = "/fn", endpoint = "users/remove_passkey", input = Json)]
pub async fn remove_passkey(id: UserId, passkey: PasskeyId) -> Answer<Ended> {
    respond(credentials::remove_passkey_for_user(&context()?, id, passkey).await)
}

#[server(prefix = "/fn", endpoint = "users/ask_second_factor", input = Json)]
pub async fn ask_second_factor(id: UserId, required: bool) -> Answer<()> {
    respond(credentials::require_second_factor(&context()?, id, required).await)
}

/// Lets a user try again at once who has to wait after wrong tries.
#[server(prefix = "/fn", endpoint = "users/release", input = Json)]
pub async fn release_user(id: UserId) -> Answer<()> {
    respond(throttle::release_throttle(&context()?, id).await)
}

/// Answers with the number of browsers that were remembered.
#[server(prefix = "/fn", endpoint = "users/forget_devices", input = Json)]
pub async fn forget_devices(id: UserId) -> Answer<u32> {
    respond(credentials::forget_devices_for_user(&context()?, id).await)
}
