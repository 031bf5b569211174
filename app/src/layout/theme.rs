//! Light, dark, or the system's. Kept in a cookie that is not secret, so that the
//! server renders the right one and nothing flashes.

use crate::ui::MenuChoice;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The cookie's name; its value is [`Theme::name`].
pub const THEME_COOKIE: &str = "keydesk-theme";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
    #[default]
    System,
}

impl Theme {
    pub fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::System => "system",
        }
    }

    /// From the cookie; anything unknown is the system's.
    pub fn from_name(name: &str) -> Self {
        match name {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    fn shown() -> Self {
        let root = document().document_element();
        Self::from_name(&root.and_then(|e| e.get_attribute("data-theme")).unwrap_or_default())
    }

    fn apply(self) {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", self.name());
        }
        if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
            let year = 365 * 24 * 60 * 60;
            let secure = if location().protocol().is_ok_and(|p| p == "https:") { "; Secure" } else { "" };
            let cookie = format!("{THEME_COOKIE}={}; Path=/; Max-Age={year}; SameSite=Lax{secure}", self.name());
            let _ = document.set_cookie(&cookie);
        }
    }
}

/// The three choices inside a menu.
#[component]
pub fn ThemeChoices() -> impl IntoView {
    // The page's root knows which holds; it is read once the page is awake.
    let theme = RwSignal::new(None);
    Effect::new(move |_| theme.set(Some(Theme::shown())));
    let choose = move |choice: Theme| {
        choice.apply();
        theme.set(Some(choice));
    };
    let one = move |choice: Theme, label: &'static str, icon: &'static str| {
        view! {
            <MenuChoice
                label
                icon
                chosen=move || theme.get() == Some(choice)
                on_select=move |_| choose(choice)
            />
        }
    };
    view! {
        {one(Theme::Light, "Light", "sun")}
        {one(Theme::Dark, "Dark", "moon")}
        {one(Theme::System, "As the system", "monitor")}
    }
    .into_any()
}
