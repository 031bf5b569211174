//! Every route on one screen, and the order in which a request passes the layers.

use std::time::Duration;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use http::StatusCode;
use time::OffsetDateTime;
use tower::ServiceBuilder;
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer, timeout::TimeoutLayer};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

use super::{
    App, assets,
    authenticate::{authenticate, keep_cookie},
    console, cookies, entry, health, panic, same_origin, security_headers, session,
    session_store::Store,
    to_the_end, well_known,
};

/// No form and no call of ours is larger.
const BODY: usize = 64 * 1024;

/// Nothing takes longer: a client that sends slowly is cut off.
const PATIENCE: Duration = Duration::from_secs(30);

/// Every route that is not a server function or a page of the console; the access table
/// calls each of them as each person.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/health"),
    ("GET", "/health/ready"),
    ("GET", "/robots.txt"),
    ("GET", "/favicon.svg"),
    ("GET", "/.well-known/change-password"),
    ("GET", "/first-run"),
    ("POST", "/first-run"),
    ("POST", "/first-run/strength"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-in/passkey"),
    ("POST", "/sign-in/passkey/ask"),
    ("GET", "/second-factor"),
    ("POST", "/second-factor"),
    ("POST", "/second-factor/passkey"),
    ("POST", "/second-factor/passkey/ask"),
    ("GET", "/set-up"),
    ("POST", "/set-up"),
    ("POST", "/set-up/passkey"),
    ("POST", "/set-up/passkey/ask"),
    ("GET", "/.well-known/webauthn"),
    ("GET", "/new-password"),
    ("POST", "/new-password"),
    ("POST", "/sign-out"),
    ("GET", session::PATH),
];

/// The whole application.
pub fn router(app: App) -> Router {
    router_within(app, PATIENCE)
}

/// As [`router`], with another limit to how long a request may take.
pub fn router_within(app: App, patience: Duration) -> Router {
    // Pages are rendered on this runtime; a second call finds it done.
    let _ = any_spawner::Executor::init_tokio();
    let sessions = {
        let limits = app.installation().limits();
        let end = OffsetDateTime::from_unix_timestamp(limits.absolute / 1_000)
            .map_or(time::Duration::HOUR, |end| end - OffsetDateTime::UNIX_EPOCH);
        SessionManagerLayer::new(Store::new(app.installation().clone()))
            .with_name(cookies::session_name(app.origin()))
            .with_secure(app.origin().is_https())
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_path("/")
            .with_expiry(Expiry::OnInactivity(end))
    };
    let people = Router::new()
        .route("/.well-known/change-password", get(entry::change_password))
        .route("/first-run", get(entry::first_run).post(entry::create_first_administrator))
        .route("/first-run/strength", post(entry::first_password_strength))
        .route("/sign-in", get(entry::sign_in).post(entry::do_sign_in))
        .route("/sign-in/passkey", post(entry::sign_in_with_passkey))
        .route("/sign-in/passkey/ask", post(entry::ask_passkey))
        .route("/second-factor", get(entry::second_factor).post(entry::give_second_factor))
        .route("/second-factor/passkey", post(entry::give_second_passkey))
        .route("/second-factor/passkey/ask", post(entry::ask_second_passkey))
        .route("/set-up", get(entry::set_up).post(entry::set_up_app))
        .route("/set-up/passkey", post(entry::set_up_passkey))
        .route("/set-up/passkey/ask", post(entry::ask_new_passkey))
        .route("/new-password", get(entry::new_password).post(entry::set_new_password))
        .route("/sign-out", post(entry::sign_out))
        .route(session::PATH, get(session::session))
        .route("/fn/{*name}", post(console::server_function))
        .fallback(console::page)
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn_with_state(app.clone(), to_the_end::run))
                .layer(middleware::from_fn_with_state(app.clone(), same_origin::check))
                .layer(middleware::from_fn_with_state(app.clone(), keep_cookie))
                .layer(sessions)
                .layer(middleware::from_fn_with_state(app.clone(), authenticate)),
        );
    let all = Router::new()
        .route("/health", get(health::alive))
        .route("/health/ready", get(health::ready))
        .route("/.well-known/webauthn", get(well_known::webauthn))
        .route("/pkg/{*file}", get(assets::hashed))
        .route("/favicon.svg", get(assets::plain))
        .route("/robots.txt", get(assets::plain))
        .merge(people);
    harden_within(all, &app, patience).with_state(app)
}

/// What stands around every request: nothing that happens within ends the process, and
/// no answer leaves without its headers (T24, T30).
pub fn harden(routes: Router<App>, app: &App) -> Router<App> {
    harden_within(routes, app, PATIENCE)
}

fn harden_within(routes: Router<App>, app: &App, patience: Duration) -> Router<App> {
    bounded(routes, patience)
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(middleware::from_fn_with_state(app.clone(), security_headers::add))
}

/// What a request may bring along, and how long it may take, sending it included (T30).
pub fn bounded<S: Clone + Send + Sync + 'static>(routes: Router<S>, patience: Duration) -> Router<S> {
    routes
        .layer(RequestBodyLimitLayer::new(BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, patience))
}
