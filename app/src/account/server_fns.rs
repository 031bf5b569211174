//! What the pages about oneself ask of the server. None takes a user's id.

use domain::{
    Millis,
    audit::Activity,
    factors::{AppSetup, Challenge, FactorList, KeptPasskeys, PasskeyId, Proof, Step, Strength},
    sessions::{SessionId, SessionRow},
    users::Profile,
};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::api::Answer;
#[cfg(feature = "ssr")]
use {
    crate::api::{context, renew_session, respond, sign_in},
    services::{account, credentials, sessions, sign_in, users},
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
    let ended = respond(credentials::change_password(&context()?, &current, &new, end_others).await)?;
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

/// Recent proof: any factor once more.
#[server(prefix = "/fn", endpoint = "account/prove", input = Json)]
pub async fn prove(proof: Proof) -> Answer<()> {
    let proof_at = respond(sign_in::reauthenticate(&context()?, &proof).await)?;
    renew_session(proof_at).await
}

/// A question that one of one's own passkeys answers, for [`prove`].
#[server(prefix = "/fn", endpoint = "account/ask_proof", input = Json)]
pub async fn ask_proof() -> Answer<Challenge> {
    respond(sign_in::start_reauthentication(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "account/factors", input = Json)]
pub async fn list_own_factors() -> Answer<FactorList> {
    respond(credentials::list_own(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "account/begin_app", input = Json)]
pub async fn begin_app() -> Answer<AppSetup> {
    respond(credentials::begin_totp(&context()?).await)
}

/// Answers with recovery codes where these were made.
#[server(prefix = "/fn", endpoint = "account/add_app", input = Json)]
pub async fn add_app(ticket: String, code: String) -> Answer<Option<Vec<String>>> {
    let codes = respond(credentials::add_totp(&context()?, &ticket, &code).await)?;
    renew_session(context()?.now()).await?;
    Ok(codes)
}

#[server(prefix = "/fn", endpoint = "account/remove_app", input = Json)]
pub async fn remove_app() -> Answer<()> {
    respond(credentials::remove_totp(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "account/begin_passkey", input = Json)]
pub async fn begin_passkey() -> Answer<Challenge> {
    respond(credentials::begin_passkey(&context()?).await)
}

/// Answers with recovery codes where these were made.
#[server(prefix = "/fn", endpoint = "account/add_passkey", input = Json)]
pub async fn add_passkey(ticket: String, answer: String, name: String) -> Answer<Option<Vec<String>>> {
    let codes = respond(credentials::add_passkey(&context()?, &ticket, &answer, &name).await)?;
    renew_session(context()?.now()).await?;
    Ok(codes)
}

#[server(prefix = "/fn", endpoint = "account/rename_passkey", input = Json)]
pub async fn rename_passkey(id: PasskeyId, name: String) -> Answer<()> {
    respond(credentials::rename_passkey(&context()?, id, &name).await)
}

#[server(prefix = "/fn", endpoint = "account/remove_passkey", input = Json)]
pub async fn remove_own_passkey(id: PasskeyId) -> Answer<()> {
    respond(credentials::remove_passkey(&context()?, id).await)
}

/// What whoever keeps one's own passkeys should know of them.
#[server(prefix = "/fn", endpoint = "account/kept_passkeys", input = Json)]
pub async fn find_kept_passkeys() -> Answer<Option<KeptPasskeys>> {
    respond(credentials::kept_passkeys(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "account/make_recovery_codes", input = Json)]
pub async fn make_recovery_codes() -> Answer<Vec<String>> {
    respond(credentials::make_recovery_codes(&context()?).await)
}

/// Answers with the number of browsers that were remembered.
#[server(prefix = "/fn", endpoint = "account/forget_devices", input = Json)]
pub async fn forget_own_devices() -> Answer<u32> {
    respond(credentials::forget_own_devices(&context()?).await)
}

#[server(prefix = "/fn", endpoint = "account/remove_password", input = Json)]
pub async fn remove_own_password() -> Answer<()> {
    respond(credentials::remove_password(&context()?).await)
}

/// How hard this password is to guess, or what is wrong with it.
#[server(prefix = "/fn", endpoint = "account/password_strength", input = Json)]
pub async fn password_strength(password: String) -> Answer<Strength> {
    respond(credentials::password_strength(&context()?, &password).await)
}

/// What was done to one's own factors and one has not seen yet.
#[server(prefix = "/fn", endpoint = "account/notices", input = Json)]
pub async fn list_notices() -> Answer<Vec<Activity>> {
    respond(account::notices(&context()?).await)
}

/// Tells no more of what has happened up to this number.
#[server(prefix = "/fn", endpoint = "account/see_notices", input = Json)]
pub async fn see_notices(number: i64) -> Answer<()> {
    respond(account::see_notices(&context()?, number).await)
}

/// Signs in again without leaving the page, with the work, the brakes and the answers of the form.
#[server(prefix = "/fn/public", endpoint = "account/sign_in_here", input = Json)]
pub async fn sign_in_here(step: Step) -> Answer<()> {
    sign_in(step).await
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
