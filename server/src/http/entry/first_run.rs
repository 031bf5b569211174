//! The first run.

use app::{entry as pages, layout::Audience};
use axum::{
    Extension, Json,
    extract::{
        Query, State,
        rejection::{JsonRejection, QueryRejection},
    },
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use domain::{Error, factors::Strength};
use http::{HeaderMap, header};
use serde::Deserialize;
use services::{Context, Failure, setup};
use tower_sessions::Session;

use super::{App, EntryForm, Sent, answer, arrival::Arrival, begin, cookies, entry, failed};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct FirstRunQuery {
    code: String,
}

pub async fn first_run(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    headers: HeaderMap,
    query: Result<Query<FirstRunQuery>, QueryRejection>,
) -> Response {
    match setup::is_set_up(&cx).await {
        Err(failure) => return failed(&app, &headers, failure),
        Ok(true) => return Redirect::to("/sign-in").into_response(),
        Ok(false) => {}
    }
    let code = query.map(|Query(query)| query.code).unwrap_or_default();
    if !code.is_empty() {
        // The code leaves the address, so that neither history nor a screenshot keeps it.
        let kept = cookies::set_setup_code(app.origin(), &code).map(|cookie| (header::SET_COOKIE, cookie));
        return (AppendHeaders(kept), Redirect::to("/first-run")).into_response();
    }
    let has_code = cookies::setup_code(app.origin(), &headers).is_some_and(|code| !code.is_empty());
    let form = pages::FirstRun { has_code, ..Default::default() };
    answer(None, pages::first_run_page(entry(&app, &headers, Audience::Strangers), form))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct FirstRunForm {
    code: String,
    username: String,
    display_name: String,
    email: String,
    password: String,
}

impl EntryForm for FirstRunForm {}

impl FirstRunForm {
    /// As typed, with the code that the browser kept where none was.
    fn with<'a>(&'a self, kept: Option<&'a str>) -> setup::FirstRun<'a> {
        let Self { code, username, display_name, email, password } = self;
        let code = if domain::text::trimmed(code).is_empty() { kept.unwrap_or_default() } else { code };
        setup::FirstRun { code, username, display_name, email, password }
    }
}

/// How hard the password is to guess, while somebody types it.
pub async fn first_password_strength(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    headers: HeaderMap,
    form: Result<Json<FirstRunForm>, JsonRejection>,
) -> Response {
    let said = async {
        let Json(form) = form.map_err(|error| Error::Malformed(error.body_text()))?;
        setup::password_strength(&cx, form.with(cookies::setup_code(app.origin(), &headers))).await
    };
    match said.await {
        Ok(strength) => Json::<Strength>(strength).into_response(),
        Err(failure) => failed(&app, &headers, failure),
    }
}

pub async fn create_first_administrator(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    Sent(form): Sent<FirstRunForm>,
) -> Response {
    let kept = cookies::setup_code(app.origin(), &headers).filter(|code| !code.is_empty());
    let arrival = match Arrival::new(&app, &headers) {
        Ok(arrival) => arrival,
        Err(failure) => return failed(&app, &headers, failure),
    };
    let created = setup::create_first_administrator(&cx, form.with(kept), arrival.cookies);
    let done = async { begin(&session, created.await?, arrival.id).await }.await;
    match done.map_err(Failure::tell) {
        Ok(()) => {
            let cookies = cookies::clear_setup_code(app.origin()).into_iter().chain(arrival.device);
            (AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie))), Redirect::to("/")).into_response()
        }
        Err(error @ Error::Refused(_)) => {
            let page = pages::message_page(
                entry(&app, &headers, Audience::Everybody),
                "Keydesk is set up",
                error.sentence(),
                Some(("/sign-in", "Sign in")),
            );
            answer(Some(&error), page)
        }
        Err(error) => {
            let page = pages::first_run_page(
                entry(&app, &headers, Audience::Strangers),
                pages::FirstRun {
                    has_code: kept.is_some(),
                    username: form.username,
                    display_name: form.display_name,
                    email: form.email,
                    error: Some(error.clone()),
                },
            );
            answer(Some(&error), page)
        }
    }
}
