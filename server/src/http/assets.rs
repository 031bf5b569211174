//! The built site, inside the binary: hashed names are cached for good, each file is sent
//! compressed where the browser takes it.

use std::collections::HashMap;

use app::{document::ConsoleAssets, layout::EntryAssets};
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Site;

/// Where the site's files are, by their plain names.
#[derive(Clone, Debug, Default)]
pub struct Assets(HashMap<String, String>);

impl Assets {
    pub fn load() -> Self {
        let manifest = Site::get("manifest.json");
        let names = manifest.and_then(|file| serde_json::from_slice(&file.data).ok());
        if names.is_none() {
            tracing::warn!("the site is not built: pages have no style. Run setup/site");
        }
        Self(names.unwrap_or_default())
    }

    fn path(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_default()
    }

    pub fn icons(&self) -> String {
        self.path("icons.svg")
    }

    pub fn console(&self) -> ConsoleAssets {
        ConsoleAssets {
            style: self.path("keydesk.css"),
            font: self.path("fonts/inter.woff2"),
            favicon: "/favicon.svg".into(),
            script: self.path("keydesk.js"),
            session: self.path("js/session.js"),
            passkeys: self.path("js/passkey.js"),
            wasm: self.path("keydesk.wasm"),
        }
    }

    pub fn entry(&self) -> EntryAssets {
        EntryAssets {
            style: self.path("keydesk.css"),
            icons: self.icons(),
            favicon: "/favicon.svg".into(),
            font: self.path("fonts/inter.woff2"),
            scripts: ["js/session.js", "js/entry.js", "js/passkey.js"].map(|name| self.path(name)).into(),
        }
    }
}

/// Files whose name holds a hash of their content: they never change.
pub async fn hashed(request: Request) -> Response {
    send(&request, "public, max-age=31536000, immutable")
}

/// The few files that must keep their name.
pub async fn plain(request: Request) -> Response {
    send(&request, "public, max-age=3600")
}

fn send(request: &Request, caching: &'static str) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let Some(file) = Site::get(path) else {
        return (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
    };
    let tag = etag(&file);
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::ETAG, tag.clone());
    if knows(request.headers(), &tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    if let Ok(kind) = HeaderValue::from_str(kind.essence_str()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
    for (coding, ending) in [("br", "br"), ("gzip", "gz")] {
        if let Some(twin) = takes(accepted, coding).then(|| Site::get(&format!("{path}.{ending}"))).flatten() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            return (headers, twin.data).into_response();
        }
    }
    (headers, file.data).into_response()
}

/// Whether the browser takes this coding; a weight of zero means that it does not
/// (RFC 9110, section 12.5.3).
fn takes(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim() == coding && weight.unwrap_or(1.0) > 0.0
    })
}

/// Whether the browser has this version already: one of a list, and weak or strong is the
/// same here (RFC 9110, section 13.1.2).
fn knows(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|tags| tags.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .any(|own| own.trim().trim_start_matches("W/") == tag)
}

fn etag(file: &EmbeddedFile) -> HeaderValue {
    let hash: String = file.metadata.sha256_hash()[..12].iter().map(|b| format!("{b:02x}")).collect();
    HeaderValue::from_str(&format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}
