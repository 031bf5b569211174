//! The pages before the console: plain forms, answered with the same page, its errors
//! and what was typed, or with a redirect.

use app::{
    entry::{self as pages, Entry},
    layout::{Audience, THEME_COOKIE, Theme},
};
use axum::{
    Json,
    response::{Html, IntoResponse, Redirect, Response},
};
use domain::{Error, Obligation};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use services::{
    Context, Failure,
    sessions::{NewSession, record},
};
use tower_sessions::{Session, session::Id};

use super::{App, cookies};

mod arrival;
mod first_run;
mod form;
mod new_password;
mod second_factor;
mod set_up;
mod sign_in;

use form::{EntryForm, Sent};

pub use arrival::step;
pub use first_run::{create_first_administrator, first_password_strength, first_run};
pub use new_password::{new_password, set_new_password};
pub use second_factor::{ask_second_passkey, give_second_factor, give_second_passkey, second_factor};
pub use set_up::{ask_new_passkey, set_up, set_up_app, set_up_passkey};
pub use sign_in::{ask_passkey, do_sign_in, had_session, sign_in, sign_in_with_passkey, sign_out};

/// Where somebody does what they have to do first.
pub fn obligation(obligation: Obligation) -> &'static str {
    match obligation {
        Obligation::NewPassword => "/new-password",
        Obligation::SecondFactor => "/set-up",
    }
}

/// What every entry page needs.
fn entry(app: &App, headers: &HeaderMap, audience: Audience) -> Entry {
    Entry {
        assets: app.assets().entry(),
        audience,
        theme: cookies::get(headers, THEME_COOKIE).map(Theme::from_name).unwrap_or_default(),
        installation: app.installation().name().to_owned(),
    }
}

/// For a page of whoever's session it is that asks.
fn viewer(cx: &Context) -> Audience {
    cx.actor().map_or(Audience::Strangers, |actor| Audience::User(actor.id))
}

/// A page with the status of its error, and when to come back where that matters.
fn answer(error: Option<&Error>, page: String) -> Response {
    let status = error.map_or(200, Error::status);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // What was typed comes back in the form, and no page holds the null character (HTML, 13.2.3.5).
    let mut response = (status, Html(page.replace('\0', "\u{fffd}"))).into_response();
    if let Some(Error::TooMany { retry_after } | Error::Busy { retry_after }) = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
    }
    response
}

/// A page that only says what went wrong.
pub fn failed(app: &App, headers: &HeaderMap, failure: Failure) -> Response {
    let error = failure.tell();
    let page = pages::message_page(
        entry(app, headers, Audience::Everybody),
        "That did not work",
        error.sentence(),
        Some(("/", "Back")),
    );
    answer(Some(&error), page)
}

/// The answer while the database is busy or cannot be reached: a page, or what a server function's
/// caller understands.
pub fn away(app: &App, path: &str, headers: &HeaderMap) -> Response {
    let error = Error::Busy { retry_after: 5 };
    let mut answer = if path.starts_with("/fn/") {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        (status, Json(&error)).into_response()
    } else {
        let text = "Keydesk cannot reach its database at the moment. Nothing was changed. Try again in a minute.";
        let page = pages::message_page(
            entry(app, headers, Audience::Everybody),
            "Not available",
            text.into(),
            Some(("/", "Try again")),
        );
        answer(Some(&error), page)
    };
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    answer
}

/// A path of this console, or its beginning: never somebody else's address (T24).
pub fn own_path(path: &str) -> &str {
    let plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if path.starts_with('/') && !path.starts_with("//") && plain && path.len() <= 2_000 { path } else { "/" }
}

/// Gives the browser a session of its own, never one that it brought along (T13).
async fn begin(session: &Session, new: NewSession, id: Id) -> Result<(), Failure> {
    let fields = record::opened(&new, id.to_string())?;
    let started = async {
        session.clear().await;
        // Whatever this browser's session was ends with it (T13).
        if session.id().is_some() {
            session.cycle_id().await?;
        }
        for (name, value) in fields {
            session.insert_value(&name, value).await?;
        }
        session.save().await
    };
    started.await.map_err(|error| Failure::from_text("a session could not be written", error))
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
