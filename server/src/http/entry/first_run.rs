//! The first run.

use app::entry as pages;
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use domain::Error;
use http::{HeaderMap, header};
use serde::Deserialize;
use services::{Context, Failure, setup};
use tower_sessions::Session;

use super::{App, Sent, answer, arrival::Arrival, begin, cookies, entry, failed, read};

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
    if let Some(cookie) = (!code.is_empty()).then(|| cookies::set_setup_code(app.origin(), &code)).flatten() {
        // The code leaves the address, so that neither history nor a screenshot keeps it.
        return (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to("/first-run")).into_response();
    }
    let has_code = cookies::setup_code(app.origin(), &headers).is_some_and(|code| !code.is_empty());
    let form = pages::FirstRun { has_code, ..Default::default() };
    answer(None, pages::first_run_page(entry(&app, &headers), form))
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

pub async fn create_first_administrator(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    form: Sent<FirstRunForm>,
) -> Response {
    let form = match read(form) {
        Ok(form) => form,
        Err(failure) => return failed(&app, &headers, failure),
    };
    let kept = cookies::setup_code(app.origin(), &headers).filter(|code| !code.is_empty());
    let code = if form.code.trim().is_empty() { kept.unwrap_or_default() } else { form.code.as_str() };
    let arrival = match Arrival::new(&app, &headers) {
        Ok(arrival) => arrival,
        Err(failure) => return failed(&app, &headers, failure),
    };
    let created = setup::create_first_administrator(
        &cx,
        setup::FirstRun {
            code,
            username: &form.username,
            display_name: &form.display_name,
            email: &form.email,
            password: &form.password,
        },
        arrival.cookies,
    );
    let done = async { begin(&session, created.await?, arrival.id).await }.await;
    match done.map_err(Failure::tell) {
        Ok(()) => {
            let cookies = cookies::clear_setup_code(app.origin()).into_iter().chain(arrival.device);
            (AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie))), Redirect::to("/")).into_response()
        }
        Err(error @ Error::Refused(_)) => {
            let page = pages::message_page(
                entry(&app, &headers),
                "Keydesk is set up",
                error.sentence(),
                Some(("/sign-in", "Sign in")),
            );
            answer(Some(&error), page)
        }
        Err(error) => {
            let page = pages::first_run_page(
                entry(&app, &headers),
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
