//! The second factor of a sign-in whose password was right.

use app::{entry as pages, layout::Audience};
use axum::{
    Extension, Json,
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Error, factors::Factors};
use http::HeaderMap;
use serde::Deserialize;
use services::{
    Context, Failure,
    sign_in::{self, SecondFactor},
};
use tower_sessions::Session;

use super::{
    App, EntryForm, Sent, answer,
    arrival::give_second_here,
    cookies, entry, failed, own_path,
    sign_in::{AnswerForm, onward},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    with: String,
    next: String,
}

/// What a page shows that is shown again.
#[derive(Default)]
struct Again {
    recovery: bool,
    remember: bool,
    next: String,
    error: Option<Error>,
}

pub async fn second_factor(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    headers: HeaderMap,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    let Wanted { with, next } = query.map(|Query(query)| query).unwrap_or_default();
    page(&app, &cx, &headers, Again { recovery: with == "recovery", next, ..Again::default() }).await
}

async fn page(app: &App, cx: &Context, headers: &HeaderMap, again: Again) -> Response {
    let Again { recovery, remember, next, error } = again;
    if cx.actor().is_ok() {
        return Redirect::to(own_path(&next)).into_response();
    }
    let found = async {
        let Some(token) = cookies::pending(app.origin(), headers) else { return Ok(None) };
        let Some(waiting) = sign_in::find_pending(cx, token).await? else { return Ok(None) };
        let passkey = match waiting.factors.has(Factors::PASSKEY) {
            true => waiting.start_passkey(cx).await.ok(),
            false => None,
        };
        Ok::<_, Failure>(Some((waiting, passkey)))
    };
    let (waiting, passkey) = match found.await {
        Ok(Some(found)) => found,
        Ok(None) => return Redirect::to("/sign-in?late=true").into_response(),
        Err(failure) => return failed(app, headers, failure),
    };
    let form = pages::SecondFactor {
        username: waiting.username,
        factors: waiting.factors,
        recovery_left: waiting.recovery_left,
        remember_days: waiting.remember_days,
        recovery,
        passkey,
        next,
        remember,
        error: error.clone(),
    };
    answer(error.as_ref(), pages::second_factor_page(entry(app, headers, Audience::Strangers), form))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    with: String,
    code: String,
    remember: String,
    next: String,
}

impl EntryForm for CodeForm {}

pub async fn give_second_factor(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    Sent(CodeForm { with, code, remember, next }): Sent<CodeForm>,
) -> Response {
    let (recovery, remember) = (with == "recovery", !remember.is_empty());
    let second = if recovery { SecondFactor::RecoveryCode(&code) } else { SecondFactor::App(&code) };
    match give_second_here(&app, &cx, &session, &headers, second, remember).await.map_err(Failure::tell) {
        Ok(opened) => onward(opened, &next),
        Err(Error::SignedOut) => Redirect::to("/sign-in?late=true").into_response(),
        Err(error) => page(&app, &cx, &headers, Again { recovery, remember, next, error: Some(error) }).await,
    }
}

pub async fn ask_second_passkey(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    headers: HeaderMap,
) -> Response {
    let asked = async {
        let token = cookies::pending(app.origin(), &headers).ok_or(Error::SignedOut)?;
        sign_in::start_pending_passkey(&cx, token).await
    };
    match asked.await {
        Ok(question) => Json(question).into_response(),
        Err(failure) => failed(&app, &headers, failure),
    }
}

pub async fn give_second_passkey(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    Sent(AnswerForm { ticket, answer, next, remember }): Sent<AnswerForm>,
) -> Response {
    let remember = !remember.is_empty();
    let second = SecondFactor::Passkey { ticket: &ticket, answer: &answer };
    match give_second_here(&app, &cx, &session, &headers, second, remember).await.map_err(Failure::tell) {
        Ok(opened) => onward(opened, &next),
        Err(Error::SignedOut) => Redirect::to("/sign-in?late=true").into_response(),
        Err(error) => page(&app, &cx, &headers, Again { remember, next, error: Some(error), recovery: false }).await,
    }
}
