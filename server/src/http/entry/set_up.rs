//! Setting up a second factor before anything else.

use app::entry as pages;
use axum::{
    Extension, Json,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Error, Obligation, factors::Factors};
use http::HeaderMap;
use serde::Deserialize;
use services::{Context, Failure, credentials};
use tower_sessions::Session;

use super::{App, EntryForm, Sent, answer, entry, failed, sign_in::AnswerForm, viewer};

pub async fn set_up(State(app): State<App>, Extension(cx): Extension<Context>, headers: HeaderMap) -> Response {
    match cx.actor() {
        Err(_) => Redirect::to("/sign-in").into_response(),
        Ok(actor) if actor.obligation != Some(Obligation::SecondFactor) => Redirect::to("/").into_response(),
        Ok(_) => page(&app, &cx, &headers, "", None).await,
    }
}

/// The page; `ticket` is of an app that is being set up already.
async fn page(app: &App, cx: &Context, headers: &HeaderMap, ticket: &str, error: Option<Error>) -> Response {
    let found = async {
        let list = credentials::list_own(cx).await?;
        let setup = match list.allowed.has(Factors::APP) {
            true => Some(credentials::continue_totp(cx, ticket).await?),
            false => None,
        };
        let passkey = match list.allowed.has(Factors::PASSKEY) {
            true => credentials::begin_passkey(cx).await.ok(),
            false => None,
        };
        Ok::<_, Failure>((setup, passkey))
    };
    match found.await {
        Ok((setup, passkey)) => {
            let username = cx.actor().map(|actor| actor.username.clone()).unwrap_or_default();
            let form = pages::SetUp { username, app: setup, passkey, error: error.clone() };
            answer(error.as_ref(), pages::set_up_page(entry(app, headers, viewer(cx)), form))
        }
        Err(failure) => failed(app, headers, failure),
    }
}

/// The session gets a new cookie, and its person the recovery codes.
async fn done(app: &App, cx: &Context, session: &Session, headers: &HeaderMap, codes: Option<Vec<String>>) -> Response {
    if let Err(failure) = app::api::renew(cx, session, cx.now()).await {
        return failed(app, headers, failure);
    }
    match codes {
        Some(codes) => answer(None, pages::recovery_codes_page(entry(app, headers, viewer(cx)), codes)),
        None => Redirect::to("/").into_response(),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AppForm {
    ticket: String,
    code: String,
}

impl EntryForm for AppForm {}

pub async fn set_up_app(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    Sent(AppForm { ticket, code }): Sent<AppForm>,
) -> Response {
    match credentials::add_totp(&cx, &ticket, &code).await.map_err(Failure::tell) {
        Ok(codes) => done(&app, &cx, &session, &headers, codes).await,
        Err(Error::SignedOut) => Redirect::to("/sign-in").into_response(),
        Err(error) => page(&app, &cx, &headers, &ticket, Some(error)).await,
    }
}

pub async fn ask_new_passkey(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    headers: HeaderMap,
) -> Response {
    match credentials::begin_passkey(&cx).await {
        Ok(question) => Json(question).into_response(),
        Err(failure) => failed(&app, &headers, failure),
    }
}

pub async fn set_up_passkey(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    Sent(AnswerForm { ticket, answer, .. }): Sent<AnswerForm>,
) -> Response {
    match credentials::add_passkey(&cx, &ticket, &answer, "").await.map_err(Failure::tell) {
        Ok(codes) => done(&app, &cx, &session, &headers, codes).await,
        Err(Error::SignedOut) => Redirect::to("/sign-in").into_response(),
        Err(error) => page(&app, &cx, &headers, "", Some(error)).await,
    }
}
