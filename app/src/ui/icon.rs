//! One sprite of line icons. Its address carries a hash, so the server says it
//! once in the page's head and both sides read the same value.

use leptos::prelude::*;

/// Addresses of public files a view needs.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The icon sprite, such as `/icons.4f9a.svg`.
    pub icons: String,
}

/// The `<meta name>` in the page's head that tells the browser what the server used.
const META: &str = "meta[name='keydesk-icons']";

/// Makes the sprite known to every [`Icon`] below. The server passes what it
/// serves; the browser passes nothing and reads the page's own head.
pub fn provide_assets(server: Option<Assets>) {
    if let Some(assets) = server {
        provide_context(assets);
    } else if use_context::<Assets>().is_none() && is_browser() {
        let icons = super::browser::head_content(META).unwrap_or_default();
        provide_context(Assets { icons });
    }
}

/// A decoration beside words; says nothing by itself.
#[component]
pub fn Icon(
    #[prop(into)] name: String,
    /// `small` (13 px) or `large` (20 px); 16 px without.
    #[prop(optional)]
    size: &'static str,
) -> impl IntoView {
    let sprite = use_context::<Assets>().unwrap_or_default().icons;
    let class = if size.is_empty() { "i".to_owned() } else { format!("i {size}") };
    view! {
        <svg class=class aria-hidden="true">
            <use_ href=format!("{sprite}#{name}")></use_>
        </svg>
    }
    .into_any()
}
