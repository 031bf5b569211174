//! Where a change may come from (T24): `Sec-Fetch-Site` decides; where a browser does not
//! send it, `Origin` must be ours; with neither the request is refused.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, Method, StatusCode, header};

use super::App;

pub async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_safe(request.method()) {
        return match elsewhere(&app, &request) {
            Some(address) => Redirect::temporary(&address).into_response(),
            None => next.run(request).await,
        };
    }
    if comes_from_us(request.headers(), &app.origin().to_string()) {
        next.run(request).await
    } else {
        let text = format!(
            "This request does not come from a page of this Keydesk, so it was refused. Open {} and try again there.\n",
            app.origin()
        );
        (StatusCode::FORBIDDEN, text).into_response()
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn comes_from_us(headers: &HeaderMap, own: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => headers.get(header::ORIGIN).is_some_and(|origin| origin == own),
    }
}

/// A page asked for under another name of this machine is at home under the public one.
fn elsewhere(app: &App, request: &Request) -> Option<String> {
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    if *request.method() != Method::GET || !app.origin().is_other_loopback_name(host) {
        return None;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    Some(format!("{}{path}", app.origin()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(headers: &[(&'static str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        comes_from_us(&map, "https://keydesk.example")
    }

    #[test]
    fn t24_what_the_browser_says_of_the_site_decides() {
        assert!(accepted(&[("sec-fetch-site", "same-origin")]));
        for site in ["cross-site", "same-site", "none", "", "nonsense"] {
            assert!(!accepted(&[("sec-fetch-site", site), ("origin", "https://keydesk.example")]), "{site}");
        }
    }

    #[test]
    fn t24_without_it_the_origin_must_be_ours() {
        assert!(accepted(&[("origin", "https://keydesk.example")]));
        for origin in ["null", "https://keydesk.example.evil", "http://keydesk.example", ""] {
            assert!(!accepted(&[("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn t24_with_neither_a_change_is_refused() {
        assert!(!accepted(&[]));
    }
}
