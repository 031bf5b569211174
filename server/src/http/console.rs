//! The console: its pages, rendered here and then taken over by the browser, and the
//! server functions that they call.

use std::{sync::Arc, time::Duration};

use app::{
    RenderedAt,
    api::Door,
    document::document,
    layout::{THEME_COOKIE, Theme},
    ui,
};
use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Error, text, time::TimeZone, users::Viewer};
use http::{Method, StatusCode, header, request::Parts};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use services::{Context, Failure, account, settings, setup};
use tower_sessions::Session;

use super::{App, authenticate::AbsoluteEnd, cookies, entry, security_headers};

/// Every server function. Their permissions are the gate's affair.
pub async fn server_function(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let known =
        leptos::server_fn::axum::server_fn_paths().any(|(own, method)| own == path && method == *request.method());
    if !known {
        return (StatusCode::NOT_FOUND, "There is no such function.\n").into_response();
    }
    leptos_axum::handle_server_fns_with_context(move || provide_context(door(app.clone())), request)
        .await
        .into_response()
}

/// How a server function signs somebody in: as the form does.
fn door(app: App) -> Door {
    Door::new(move |parts, step| {
        let app = app.clone();
        async move {
            let found = (parts.extensions.get::<Context>(), parts.extensions.get::<Session>());
            let (Some(cx), Some(session)) = found else { return Err(Error::SignedOut.into()) };
            entry::step(&app, cx, session, &parts.headers, step).await
        }
    })
}

/// Rendering takes milliseconds. Once in a few thousand pages, with many runtimes in one
/// process under full load, it never came to an end (leptos 0.8; the cause is not known):
/// then it is begun anew. leptos 0.9: see whether it still happens.
const STUCK: Duration = Duration::from_secs(4);

/// Every page of the console. Strangers are led to where they become somebody.
pub async fn page(State(app): State<App>, Extension(cx): Extension<Context>, request: Request<Body>) -> Response {
    if *request.method() != Method::GET && *request.method() != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, "This address can only be looked at.\n").into_response();
    }
    let (viewer, zone) = match viewer_and_zone(&cx).await {
        Ok((mut viewer, zone)) => {
            if let Some(AbsoluteEnd(end)) = request.extensions().get() {
                viewer.session_left = viewer.session_left.min(end - cx.now());
            }
            (viewer, zone)
        }
        Err(failure) => {
            let (parts, _) = request.into_parts();
            return way_in(&app, &cx, &parts, failure).await;
        }
    };
    let theme = cookies::get(request.headers(), THEME_COOKIE).map(Theme::from_name).unwrap_or_default();
    let now = RenderedAt(cx.now());
    let away = app.clone();
    let provide = move || {
        provide_context(app.assets().console());
        provide_context(ui::Assets { icons: app.assets().icons() });
        provide_context(theme);
        provide_context(now);
        provide_context(TimeZone::clone(&zone));
        provide_context(viewer.clone());
        let response = expect_context::<ResponseOptions>();
        if let Some(policy) = use_nonce().and_then(|nonce| security_headers::with_nonce(&nonce)) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    let render = leptos_axum::render_app_async_with_context(provide, document);
    let (parts, _) = request.into_parts();
    for _ in 0..2 {
        let request = Request::from_parts(parts.clone(), Body::empty());
        match tokio::time::timeout(STUCK, render(request)).await {
            Ok(page) => return page.into_response(),
            Err(_) => tracing::error!(path = parts.uri.path(), "a page got stuck while it was rendered"),
        }
    }
    entry::failed(&away, &parts.headers, Error::Busy { retry_after: 5 }.into())
}

/// What each page has in its head.
async fn viewer_and_zone(cx: &Context) -> services::Result<(Viewer, Arc<TimeZone>)> {
    Ok((account::viewer(cx).await?, settings::find_time_zone(cx).await?))
}

async fn way_in(app: &App, cx: &Context, request: &Parts, failure: Failure) -> Response {
    match failure.tell() {
        Error::SignedOut => match setup::is_set_up(cx).await {
            Ok(true) => {
                let wanted = request.uri.path_and_query().map_or("/", |path| path.as_str());
                let wanted = entry::own_path(wanted);
                // The answer takes the useless cookie away, so the address has to say it.
                let ended = entry::had_session(app, &request.headers);
                let address = if ended { text::session_ended_address(wanted) } else { text::sign_in_address(wanted) };
                Redirect::to(&address).into_response()
            }
            Ok(false) => Redirect::to("/first-run").into_response(),
            Err(failure) => entry::failed(app, &request.headers, failure),
        },
        Error::ObligationFirst(obligation) => Redirect::to(entry::obligation(obligation)).into_response(),
        error => entry::failed(app, &request.headers, error.into()),
    }
}
