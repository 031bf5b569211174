//! What the pages about oneself ask of the server. None takes a user's id.

use domain::{
    Millis,
    sessions::{SessionId, SessionRow},
    users::Profile,
};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answer;
#[cfg(feature = "ssr")]
use {
    crate::api::{context, renew_session, respond, sign_in},
    services::{account, sessions, users},
};

#[server(prefix = "/fn", endpoint = "account/profile", input = Json)]
pub async fn own_profile() -> Answer<Profile> {
    respond(account::profile(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "account/update_profile", input = Json)]
pub async fn update_own_profile(display_name: String) -> Answer<()> {
    respond(account::update_profile(&context()?, &display_name).await)
}

/// Answers with the number of other sessions that ended.
#[server(prefix = "/fn", endpoint = "account/change_password", input = Json)]
pub async fn change_own_password(current: String, new: String, end_others: bool) -> Answer<u32> {
    let ended = respond(account::change_password(&context()?, &current, &new, end_others).await)?;
    renew_session(context()?.now()).await?;
    Ok(ended)
}

#[server(prefix = "/fn", endpoint = "account/sessions", input = Json)]
pub async fn list_own_sessions() -> Answer<Vec<SessionRow>> {
    respond(sessions::list_own(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "account/end_session", input = Json)]
pub async fn end_own_session(id: SessionId) -> Answer<()> {
    respond(sessions::end_own(&context()?, id).await)
}

/// Answers with the number of sessions that ended.
#[server(prefix = "/fn", endpoint = "account/end_other_sessions", input = Json)]
pub async fn end_own_other_sessions() -> Answer<u32> {
    respond(sessions::end_own_others(&context()?).await)
}

/// Recent proof: the password once more.
#[server(prefix = "/fn", endpoint = "account/prove", input = Json)]
pub async fn prove(password: String) -> Answer<()> {
    let proof_at = respond(sessions::give_proof(&context()?, &password).await)?;
    renew_session(proof_at).await
}

/// Signs in again without leaving the page, with the work, the brakes and the answers of the form.
#[server(prefix = "/fn/public", endpoint = "account/sign_in_here", input = Json)]
pub async fn sign_in_here(username: String, password: String) -> Answer<()> {
    sign_in(username, password).await
}

/// Milliseconds until the session ends. Asking is no activity.
#[server(prefix = "/fn", endpoint = "account/time_left", input = Json)]
pub async fn session_time_left() -> Answer<Millis> {
    respond(sessions::time_left(&context()?).await)
}

/// A sign of life: any call is one, this does nothing else.
#[server(prefix = "/fn", endpoint = "account/stay", input = Json)]
pub async fn stay_signed_in() -> Answer<Millis> {
    respond(sessions::time_left(&context()?).await)
}

/// Gives one's protection as the first administrator to another administrator.
#[server(prefix = "/fn", endpoint = "account/hand_over_protection", input = Json)]
pub async fn hand_over_protection(username: String) -> Answer<()> {
    respond(users::hand_over_protection(&context()?, &username).await)
}
