//! Signing in and out.

use app::{api::Opened, entry as pages, layout::Audience};
use axum::{
    Extension, Json,
    extract::{Query, State, rejection::QueryRejection},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use domain::{Error, factors::Challenge};
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use services::{Context, Failure, credentials, setup, sign_in};
use tower_sessions::Session;

use super::{
    App, EntryForm, Sent, answer,
    arrival::{open_session, open_session_with_passkey},
    cookies, entry, failed, own_path,
};

/// Whether the browser brings a session's cookie, be it one that opens nothing any more.
pub fn had_session(app: &App, headers: &HeaderMap) -> bool {
    cookies::get(headers, cookies::session_name(app.origin())).is_some()
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    next: String,
    /// There was a session, and it opens nothing any more.
    ended: bool,
    /// A sign-in waited too long for its second factor.
    late: bool,
}

pub async fn sign_in(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    headers: HeaderMap,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    let Wanted { next, ended, late } = query.map(|Query(query)| query).unwrap_or_default();
    if cx.actor().is_ok() {
        return Redirect::to(own_path(&next)).into_response();
    }
    match setup::is_set_up(&cx).await {
        Err(failure) => return failed(&app, &headers, failure),
        Ok(false) => return Redirect::to("/first-run").into_response(),
        Ok(true) => {}
    }
    // Say so instead of asking out of the blue.
    let notice = if late {
        Some("This sign-in has waited too long. Begin again.")
    } else {
        (ended || had_session(&app, &headers)).then_some("Your session has ended. Sign in again to go on.")
    };
    page(&app, &cx, &headers, pages::SignIn { next, notice, ..Default::default() }).await
}

/// The sign-in page, with a question for any passkey that the browser knows. In a flood there is
/// none: the small script asks for it once somebody wants it.
async fn page(app: &App, cx: &Context, headers: &HeaderMap, form: pages::SignIn) -> Response {
    if let Some(error @ Error::Busy { .. }) = &form.error {
        let error = error.clone();
        let passkey = app.installation().passkeys().map(|_| Challenge::default());
        return answer(
            Some(&error),
            pages::sign_in_page(entry(app, headers, Audience::Strangers), pages::SignIn { passkey, ..form }),
        );
    }
    let (cookie, binder) = match binder(app, headers) {
        Ok(found) => found,
        Err(failure) => return failed(app, headers, failure),
    };
    // Passkeys may not work at this address; the page does.
    let passkey = sign_in::start_passkey(cx, binder.as_bytes(), "").await.ok();
    let error = form.error.clone();
    let page = pages::sign_in_page(entry(app, headers, Audience::Strangers), pages::SignIn { passkey, ..form });
    let cookie = cookie.map(|cookie| (header::SET_COOKIE, cookie));
    (AppendHeaders(cookie), answer(error.as_ref(), page)).into_response()
}

/// What binds questions to this browser, and its cookie where that is new.
fn binder(app: &App, headers: &HeaderMap) -> Result<(Option<HeaderValue>, String), Failure> {
    match cookies::binder(app.origin(), headers) {
        Some(binder) => Ok((None, binder.to_owned())),
        None => cookies::new_binder(app.origin()).map_err(|error| Failure::Unexpected(error.to_string())),
    }
}

/// Where a sign-in leads: to the page that was wanted, or to the question for a second factor.
pub(super) fn onward(opened: Opened, next: &str) -> Response {
    let cookies: Vec<_> = opened.cookies.into_iter().map(|cookie| (header::SET_COOKIE, cookie)).collect();
    let next = own_path(next);
    let to = match opened.second_factor {
        None => next.to_owned(),
        Some(_) if next == "/" => "/second-factor".to_owned(),
        Some(_) => format!("/second-factor{}", domain::text::query([("next".to_owned(), next.to_owned())])),
    };
    (axum::response::AppendHeaders(cookies), Redirect::to(&to)).into_response()
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    username: String,
    password: String,
    next: String,
}

impl EntryForm for SignInForm {}

pub async fn do_sign_in(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    Sent(form): Sent<SignInForm>,
) -> Response {
    let done = open_session(&app, &cx, &session, &headers, &form.username, &form.password);
    match done.await.map_err(Failure::tell) {
        Ok(opened) => onward(opened, &form.next),
        Err(error) => {
            let username = form.username.chars().take(254).collect();
            let form = pages::SignIn { username, next: form.next, error: Some(error), ..Default::default() };
            page(&app, &cx, &headers, form).await
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AskForm {
    username: String,
}

impl EntryForm for AskForm {}

/// A new question for a passkey: of the person named, or any.
pub async fn ask_passkey(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    headers: HeaderMap,
    Sent(AskForm { username }): Sent<AskForm>,
) -> Response {
    let asked = async {
        let (cookie, binder) = binder(&app, &headers)?;
        Ok((cookie, sign_in::start_passkey(&cx, binder.as_bytes(), &username).await?))
    };
    match asked.await {
        Ok((cookie, question)) => {
            let cookie = cookie.map(|cookie| (header::SET_COOKIE, cookie));
            (AppendHeaders(cookie), Json::<Challenge>(question)).into_response()
        }
        Err(failure) => failed(&app, &headers, failure),
    }
}

/// The answer of a passkey, as the small script sends it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    pub ticket: String,
    pub answer: String,
    pub next: String,
    pub remember: String,
}

impl EntryForm for AnswerForm {}

pub async fn sign_in_with_passkey(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    Sent(form): Sent<AnswerForm>,
) -> Response {
    let done = open_session_with_passkey(&app, &cx, &session, &headers, &form.ticket, &form.answer);
    match done.await.map_err(Failure::tell) {
        Ok(opened) => onward(opened, &form.next),
        Err(error) => {
            // A courtesy, which nothing else may fail with.
            let unknown = match error {
                Error::NotRecognised => credentials::unknown_passkey(&cx, &form.answer).await.unwrap_or_default(),
                _ => None,
            };
            let again = pages::SignIn { unknown, next: form.next, error: Some(error), ..Default::default() };
            page(&app, &cx, &headers, again).await
        }
    }
}

pub async fn sign_out(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
) -> Response {
    // Already ended is as good as ended now.
    match sign_in::sign_out(&cx).await.map_err(Failure::tell) {
        Ok(()) | Err(Error::SignedOut) => {}
        Err(error) => return failed(&app, &headers, error.into()),
    }
    if let Err(error) = session.flush().await {
        tracing::warn!(cause = %error, "a session that was ended could not be flushed");
    }
    Redirect::to("/sign-in").into_response()
}
