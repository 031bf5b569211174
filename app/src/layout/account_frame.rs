//! One's own account: fewer ways, more calm. Whoever has no right in the console
//! sees only this.

use super::frame::{Me, NavEntry, NavLink, SignOutForm, SkipLink, other_name};
use super::theme::ThemeChoices;
use crate::ui::{Avatar, Icon, Menu};
use leptos::prelude::*;

#[component]
pub fn AccountFrame(
    #[prop(into)] installation: String,
    /// Profile, Security, Sessions ...
    entries: Vec<NavEntry>,
    #[prop(into)] me: Signal<Me>,
    /// Offers the way back to the console.
    #[prop(optional)]
    console: bool,
    children: Children,
) -> impl IntoView {
    let links = entries.into_iter().map(|entry| view! { <NavLink entry /> }).collect_view();
    let theme_button = || view! { <Icon name="sun" /> <span class="hush">"Theme"</span> };
    view! {
        <SkipLink />
        <div class="account-page">
            <header class="account-top">
                <a class="brand" href=if console { "/" } else { "/account" }>
                    <Icon name="key" />
                    <span>"Keydesk"{other_name(installation).map(|name| view! { <small>{name}</small> })}</span>
                </a>
                <span class="grow"></span>
                {console
                    .then(|| {
                        view! {
                            <a class="btn quiet" href="/">
                                <Icon name="arrow-left" />
                                <span class="wide-only">"Back to console"</span>
                            </a>
                        }
                    })}
                <Menu id="theme-menu" label="Theme" class="btn quiet icon" to_left=true trigger=theme_button>
                    <ThemeChoices />
                </Menu>
                <button type="submit" form="sign-out" class="btn quiet">
                    <Icon name="log-out" />
                    <span class="wide-only">"Sign out"</span>
                </button>
                <SignOutForm />
            </header>
            <div class="account">
                <section class="account-me" aria-label="You">
                    {move || {
                        let Me { name, hue, picture, .. } = me.get();
                        view! { <Avatar name hue big=true picture /> }
                    }}
                    <div>
                        <p class="name">{move || me.get().name}</p>
                        <p>{move || me.get().about}</p>
                    </div>
                </section>
                <nav class="account-nav" aria-label="Account">
                    <ul>{links}</ul>
                </nav>
                <main class="account-body" id="main" tabindex="-1">{children()}</main>
            </div>
        </div>
    }
    .into_any()
}
