//! A person as a small round picture: two letters on a colour that stays theirs.

use super::Words;
use super::Icon;
use leptos::prelude::*;

/// One of twelve colours, the same for the same id everywhere (FNV-1a).
pub fn hue_of(id: &str) -> u8 {
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash % 12) as u8
}

fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[component]
pub fn Avatar(
    #[prop(into)] name: String,
    /// From [`hue_of`].
    hue: u8,
    #[prop(optional)] big: bool,
    /// A service account: a small robot instead of letters.
    #[prop(optional)]
    robot: bool,
    /// The address of their own picture.
    #[prop(optional, into)]
    picture: Words,
) -> impl IntoView {
    let letters = initials(&name);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_the_first_and_the_last_names() {
        assert_eq!(initials("Grace Brewster Hopper"), "GH");
        assert_eq!(initials("ingrid"), "I");
        assert_eq!(initials("  \u{e9}lodie (temp)  "), "\u{c9}T");
        assert_eq!(initials(""), "");
    }
}
