//! The console's document: what the server puts around [`crate::App`].

use domain::{time::TimeZone, users::Viewer};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::{App, RenderedAt, layout::Theme, ui::Assets};

/// Addresses of everything that the document loads, as the server serves them.
#[derive(Clone, Debug, Default)]
pub struct ConsoleAssets {
    pub style: String,
    pub font: String,
    pub favicon: String,
    pub script: String,
    pub wasm: String,
    /// Asks whose session the browser has before the page is shown again.
    pub session: String,
    /// What only a browser can do with passkeys.
    pub passkeys: String,
}

/// The whole page. The server has provided [`ConsoleAssets`], [`Assets`], [`RenderedAt`],
/// [`Theme`], the [`TimeZone`] of days and, for signed-in people, [`Viewer`].
pub fn document() -> impl IntoView {
    let ConsoleAssets { style, font, favicon, script, wasm, session, passkeys } = expect_context();
    let icons = use_context::<Assets>().unwrap_or_default().icons;
    let theme = use_context::<Theme>().unwrap_or_default();
    let now = use_context::<RenderedAt>().map(|RenderedAt(now)| now.to_string());
    // The browser reads it back: both sides render for the same person from the first moment.
    let viewer = use_context::<Viewer>();
    let user = viewer.as_ref().map(|viewer| viewer.id.to_string());
    let viewer = viewer.and_then(|viewer| serde_json::to_string(&viewer).ok());
    let zone = use_context::<TimeZone>().and_then(|zone| serde_json::to_string(&zone).ok());
    // Addresses come from our own manifest: nothing in here was typed by anybody.
    let loader = format!("import init,{{hydrate}} from '{script}';init({{module_or_path:'{wasm}'}}).then(hydrate)");
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.name()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="robots" content="noindex" />
                <meta name="keydesk-icons" content=icons />
                <meta name="keydesk-now" content=now />
                <meta name="keydesk-time-zone" content=zone />
                <meta name="keydesk-viewer" content=viewer />
                <meta name="keydesk-user" content=user />
                <link rel="preload" href=font r#as="font" type="font/woff2" crossorigin="anonymous" />
                <link rel="stylesheet" href=style />
                <link rel="icon" href=favicon type="image/svg+xml" />
                <link rel="modulepreload" href=script />
                <link rel="preload" href=wasm r#as="fetch" type="application/wasm" crossorigin="anonymous" />
                <script src=session defer nonce=use_nonce()></script>
                <script src=passkeys defer nonce=use_nonce()></script>
                <script type="module" nonce=use_nonce()>{loader}</script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
