//! A person as a small round picture: two letters on a colour that stays theirs.

use super::Icon;
use super::Words;
use leptos::prelude::*;

#[component]
pub fn Avatar(
    #[prop(into)] name: String,
    /// One of twelve colours: the id's own `hue()`.
    hue: u8,
    #[prop(optional)] big: bool,
    /// A service account: a small robot instead of letters.
    #[prop(optional)]
    robot: bool,
    /// The address of their own picture.
    #[prop(optional, into)]
    picture: Words,
) -> impl IntoView {
    let letters = domain::text::initials(&name);
    let inside = move || match picture.get() {
        Some(address) => view! { <img src=address alt="" loading="lazy" /> }.into_any(),
        None if robot => view! { <Icon name="robot" /> }.into_any(),
        None => letters.clone().into_any(),
    };
    view! { <span class=format!("avatar hue-{}", hue % 12) class:big=big aria-hidden="true">{inside}</span> }
}

/// The first column of a table of people: picture, name as a link, and a line under it.
#[component]
pub fn Who(
    #[prop(into)] name: String,
    #[prop(into)] sub: String,
    #[prop(into)] href: String,
    hue: u8,
    #[prop(optional)] robot: bool,
    #[prop(optional, into)] picture: Words,
) -> impl IntoView {
    view! {
        <div class="who">
            <Avatar name=name.clone() hue robot picture />
            <div>
                <a class="name" href=href>{name}</a>
                <span class="sub">{sub}</span>
            </div>
        </div>
    }
    .into_any()
}
