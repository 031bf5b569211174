//! Whose session a browser has: what a page asks before it shows again what it showed before
//! (`public/js/session.js`). Strangers get an answer too, so that asking is no error.

use axum::{Extension, Json, extract::State};
use domain::users::UserId;
use http::HeaderMap;
use serde::Serialize;
use services::Context;

use super::{App, entry};

pub const PATH: &str = "/session";

#[derive(Serialize)]
pub struct Session {
    user: Option<UserId>,
    /// The browser still brings the cookie of a session that opens nothing any more: it was ended
    /// elsewhere or by time. Signing out takes the cookie along.
    ended: bool,
}

pub async fn session(State(app): State<App>, Extension(cx): Extension<Context>, headers: HeaderMap) -> Json<Session> {
    let user = cx.actor().ok().map(|actor| actor.id);
    Json(Session { user, ended: user.is_none() && entry::had_session(&app, &headers) })
}
