//! The pages before the console: plain forms, answered with the same page, its errors
//! and what was typed, or with a redirect.

use app::{
    entry::{self as pages, Entry},
    layout::{THEME_COOKIE, Theme},
};
use axum::{
    Extension, Form,
    extract::{
        Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    response::{AppendHeaders, Html, IntoResponse, Redirect, Response},
};
use domain::Error;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use services::{
    Context, Failure, account,
    auth::{self, Attempt},
    sessions::{SEAT, Seat},
    setup,
};
use tower_sessions::Session;

use super::{App, cookies};

/// What every entry page needs.
fn entry(app: &App, headers: &HeaderMap) -> Entry {
    Entry {
        assets: app.assets().entry(),
        theme: cookies::get(headers, THEME_COOKIE).map(Theme::from_name).unwrap_or_default(),
        installation: app.installation().name().to_owned(),
    }
}

/// A page with the status of its error, and when to come back where that matters.
fn answer(error: Option<&Error>, page: String) -> Response {
    let status = error.map_or(200, Error::status);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Html(page)).into_response();
    if let Some(Error::TooMany { retry_after } | Error::Busy { retry_after }) = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
    }
    response
}

/// A page that only says what went wrong.
pub fn failed(app: &App, headers: &HeaderMap, failure: Failure) -> Response {
    let error = failure.tell();
    let page = pages::message_page(entry(app, headers), "That did not work", error.sentence(), Some(("/", "Back")));
    answer(Some(&error), page)
}

/// The page for when the database cannot be reached.
pub fn away(app: &App, headers: &HeaderMap) -> Html<String> {
    let text = "Keydesk cannot reach its database at the moment. Nothing was changed. Try again in a minute.";
    Html(pages::message_page(entry(app, headers), "Not available", text.into(), Some(("/", "Try again"))))
}

/// A path of this console, or its beginning: never somebody else's address (T24).
pub fn own_path(path: &str) -> &str {
    let plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if path.starts_with('/') && !path.starts_with("//") && plain && path.len() <= 2_000 { path } else { "/" }
}

/// A form that arrived whole; missing fields are empty.
type Sent<T> = Result<Form<T>, FormRejection>;

fn read<T>(form: Sent<T>) -> Result<T, Failure> {
    match form {
        Ok(Form(form)) => Ok(form),
        Err(error) => Err(Error::Malformed(error.body_text()).into()),
    }
}

/// Gives the browser a session of its own, never one that it brought along (T13).
async fn begin(session: &Session, seat: Seat) -> Result<(), Failure> {
    let started = async {
        session.clear().await;
        session.cycle_id().await?;
        session.insert(SEAT, seat).await?;
        session.save().await
    };
    started.await.map_err(|error| Failure::Unexpected(format!("a session could not be written: {error}")))
}

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
    let created = setup::create_first_administrator(
        &cx,
        setup::FirstRun {
            code,
            username: &form.username,
            display_name: &form.display_name,
            email: &form.email,
            password: &form.password,
        },
    );
    let done = async { begin(&session, created.await?).await }.await;
    match done.map_err(Failure::tell) {
        Ok(()) => {
            let cookie = cookies::clear_setup_code(app.origin());
            (AppendHeaders(cookie.map(|cookie| (header::SET_COOKIE, cookie))), Redirect::to("/")).into_response()
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

/// Whether the browser brings a session's cookie, be it one that opens nothing any more.
pub fn had_session(app: &App, headers: &HeaderMap) -> bool {
    cookies::get(headers, cookies::session_name(app.origin())).is_some()
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Next {
    next: String,
    /// There was a session, and it opens nothing any more.
    ended: bool,
}

pub async fn sign_in(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    headers: HeaderMap,
    query: Result<Query<Next>, QueryRejection>,
) -> Response {
    let Next { next, ended } = query.map(|Query(query)| query).unwrap_or_default();
    if cx.actor().is_ok() {
        return Redirect::to(own_path(&next)).into_response();
    }
    match setup::is_set_up(&cx).await {
        Err(failure) => return failed(&app, &headers, failure),
        Ok(false) => return Redirect::to("/first-run").into_response(),
        Ok(true) => {}
    }
    // Say so instead of asking out of the blue.
    let notice = (ended || had_session(&app, &headers)).then_some("Your session has ended. Sign in again to go on.");
    let form = pages::SignIn { next, notice, ..Default::default() };
    answer(None, pages::sign_in_page(entry(&app, &headers), form))
}

/// Signs somebody in and gives their browser a session; with the cookie by which a new browser
/// is known again.
pub async fn open_session(
    app: &App,
    cx: &Context,
    session: &Session,
    headers: &HeaderMap,
    login: &str,
    password: &str,
) -> Result<Option<HeaderValue>, Failure> {
    let device = cookies::device_hash(app.origin(), headers);
    let seat = auth::sign_in(cx, Attempt { login, password, device }).await?;
    let user = seat.user;
    begin(session, seat).await?;
    let (cookie, hash) = match device {
        Some(hash) => (None, hash),
        None => cookies::new_device(app.origin()).map_err(|e| Failure::Unexpected(e.to_string()))?,
    };
    auth::remember_device(cx, user, hash).await?;
    Ok(cookie)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    username: String,
    password: String,
    next: String,
}

pub async fn do_sign_in(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    form: Sent<SignInForm>,
) -> Response {
    let form = match read(form) {
        Ok(form) => form,
        Err(failure) => return failed(&app, &headers, failure),
    };
    let done = open_session(&app, &cx, &session, &headers, &form.username, &form.password);
    match done.await.map_err(Failure::tell) {
        Ok(cookie) => {
            let cookie = cookie.map(|cookie| (header::SET_COOKIE, cookie));
            (AppendHeaders(cookie), Redirect::to(own_path(&form.next))).into_response()
        }
        Err(error) => {
            let typed: String = form.username.chars().take(254).collect();
            let page = pages::sign_in_page(
                entry(&app, &headers),
                pages::SignIn { username: typed, next: form.next, error: Some(error.clone()), notice: None },
            );
            answer(Some(&error), page)
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
    match auth::sign_out(&cx).await.map_err(Failure::tell) {
        Ok(()) | Err(Error::SignedOut) => {}
        Err(error) => return failed(&app, &headers, error.into()),
    }
    if let Err(error) = session.flush().await {
        tracing::warn!(cause = %error, "a session that was ended could not be flushed");
    }
    Redirect::to("/sign-in").into_response()
}

pub async fn new_password(State(app): State<App>, Extension(cx): Extension<Context>, headers: HeaderMap) -> Response {
    match cx.actor() {
        Err(_) => Redirect::to("/sign-in").into_response(),
        Ok(actor) if actor.obligation.is_none() => Redirect::to("/account/security").into_response(),
        Ok(actor) => answer(None, pages::new_password_page(entry(&app, &headers), actor.username.clone(), None)),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NewPasswordForm {
    current: String,
    new: String,
}

pub async fn set_new_password(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    form: Sent<NewPasswordForm>,
) -> Response {
    let done = async {
        let form = read(form)?;
        account::change_password(&cx, &form.current, &form.new, true).await?;
        app::api::renew(&cx, &session, cx.now()).await
    };
    match done.await.map_err(Failure::tell) {
        Ok(_) => Redirect::to("/").into_response(),
        Err(Error::SignedOut) => Redirect::to("/sign-in").into_response(),
        Err(error) => {
            let username = cx.actor().map(|actor| actor.username.clone()).unwrap_or_default();
            let page = pages::new_password_page(entry(&app, &headers), username, Some(error.clone()));
            answer(Some(&error), page)
        }
    }
}

/// Where password managers send people (W3C, A Well-Known URL for Changing Passwords).
pub async fn change_password() -> Redirect {
    Redirect::to("/account/security")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t24_nobody_is_sent_to_somebody_elses_address() {
        for bad in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "", "/a\nb", "evil"] {
            assert_eq!(own_path(bad), "/", "{bad:?}");
        }
        assert_eq!(own_path("/users?q=ana"), "/users?q=ana");
    }
}
