//! From the cookie to the gate: puts a [`services::Context`] into every request.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use services::{
    Disconnect,
    sessions::{self, Loaded, record::LOADED},
};
use tower_sessions::Session;

use super::{App, client, cookies, entry};

/// When the session ends whatever its activity.
#[derive(Clone, Copy)]
pub struct AbsoluteEnd(pub domain::Millis);

/// What pages ask by themselves is no activity, or no session would ever be idle.
const NO_ACTIVITY: [&str; 2] = ["/fn/account/time_left", super::session::PATH];

pub async fn authenticate(State(app): State<App>, session: Session, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let origin = client::origin(peer, request.headers(), &app.0.trusted_proxies);
    let disconnect = request.extensions().get::<Disconnect>().cloned().unwrap_or_default();
    let loaded: Option<Loaded> = match session.get(LOADED).await {
        Ok(loaded) => loaded,
        Err(error) => {
            tracing::error!(cause = %error, "a session could not be looked up");
            return entry::away(&app, request.uri().path(), request.headers());
        }
    };
    let context = match loaded {
        Some(loaded) => {
            let end = loaded.session.created_at + app.installation().limits().absolute;
            request.extensions_mut().insert(AbsoluteEnd(end));
            let context = app.installation().person(loaded.actor, origin);
            if !NO_ACTIVITY.contains(&request.uri().path()) {
                sessions::touch(&context, loaded.session.id);
            }
            context
        }
        None => app.installation().stranger(origin),
    };
    request.extensions_mut().insert(context.on_connection(disconnect));
    next.run(request).await
}

/// Around the session layer: only signing out takes the cookie away.
pub async fn keep_cookie(State(app): State<App>, request: Request, next: Next) -> Response {
    let signs_out = request.uri().path() == "/sign-out";
    let mut response = next.run(request).await;
    if !signs_out {
        cookies::keep_session(app.origin(), response.headers_mut());
    }
    response
}
