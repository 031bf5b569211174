//! Replacing a password that was only for the first sign-in.

use app::entry as pages;
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Error, Obligation};
use http::HeaderMap;
use serde::Deserialize;
use services::{Context, Failure, credentials};
use tower_sessions::Session;

use super::{App, EntryForm, Sent, answer, entry, failed, viewer};

pub async fn new_password(State(app): State<App>, Extension(cx): Extension<Context>, headers: HeaderMap) -> Response {
    match cx.actor() {
        Err(_) => Redirect::to("/sign-in").into_response(),
        Ok(actor) if actor.obligation != Some(Obligation::NewPassword) => {
            Redirect::to("/account/security").into_response()
        }
        Ok(_) => page(&app, &cx, &headers, None).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct NewPasswordForm {
    current: String,
    new: String,
}

impl EntryForm for NewPasswordForm {
    async fn unreadable(app: &App, cx: &Context, headers: &HeaderMap, error: Error) -> Response {
        page(app, cx, headers, Some(error)).await
    }
}

pub async fn set_new_password(
    State(app): State<App>,
    Extension(cx): Extension<Context>,
    session: Session,
    headers: HeaderMap,
    Sent(form): Sent<NewPasswordForm>,
) -> Response {
    let done = async {
        credentials::change_password(&cx, &form.current, &form.new, true).await?;
        app::api::renew(&cx, &session, cx.now()).await
    };
    match done.await.map_err(Failure::tell) {
        Ok(_) => Redirect::to("/").into_response(),
        Err(Error::SignedOut) => Redirect::to("/sign-in").into_response(),
        Err(error) => page(&app, &cx, &headers, Some(error)).await,
    }
}

async fn page(app: &App, cx: &Context, headers: &HeaderMap, error: Option<Error>) -> Response {
    let least = match credentials::min_password_length(cx).await {
        Ok(least) => least,
        Err(failure) => return failed(app, headers, failure),
    };
    let username = cx.actor().map(|actor| actor.username.clone()).unwrap_or_default();
    answer(error.as_ref(), pages::new_password_page(entry(app, headers, viewer(cx)), username, least, error.clone()))
}
