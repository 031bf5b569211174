//! A page that cannot be shown: says why, and what to do.

use domain::{Error, text};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::WindowTitle;
use crate::{
    api::ApiError,
    ui::{Empty, Kind, LinkButton},
};

/// How many parts of the page could not be loaded because nobody is signed in.
#[derive(Clone, Copy)]
pub struct MissingParts(StoredValue<u32>);

impl MissingParts {
    pub fn any(self) -> bool {
        self.0.get_value() > 0
    }

    /// Counts one for as long as the caller's view lives.
    fn count_this(self) {
        Effect::new(move |_| self.0.update_value(|count| *count += 1));
        on_cleanup(move || {
            self.0.try_update_value(|count| *count = count.saturating_sub(1));
        });
    }
}

/// Call once above all pages.
pub fn provide_missing_parts() -> MissingParts {
    let missing = MissingParts(StoredValue::new(0));
    provide_context(missing);
    missing
}

/// In place of what was asked for.
#[component]
pub fn Problem(
    error: ApiError,
    /// There is no title above it.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    let ApiError(error) = error;
    if let (Error::SignedOut, Some(missing)) = (&error, use_context::<MissingParts>()) {
        missing.count_this();
    }
    let (icon, title) = match &error {
        Error::SignedOut => ("log-out", "You are signed out"),
        Error::Forbidden(_) => ("stop", "You may not see this"),
        Error::NotFound => ("search", "Not found"),
        Error::Invalid(_) | Error::Malformed(_) => ("alert", "This address cannot be read"),
        Error::NoSpace => ("alert", "Keydesk is full"),
        Error::Busy { .. } => ("clock", "Keydesk cannot be reached"),
        _ => ("alert", "Something went wrong"),
    };
    let words = match &error {
        Error::Invalid(fields) => {
            let names: Vec<_> = fields.iter().map(|field| format!("“{}”", field.field)).collect();
            format!("The part {} of the address makes no sense here.", names.join(", "))
        }
        other => other.sentence(),
    };
    let place = use_location();
    let again = move || {
        let path = place.pathname.get_untracked();
        let way = match &error {
            Error::SignedOut => {
                let search = place.search.get_untracked();
                let wanted = if search.is_empty() { path } else { format!("{path}?{search}") };
                Some((text::sign_in_address(&wanted), "Sign in"))
            }
            Error::Forbidden(_) => Some(("/account".into(), "My account")),
            Error::Invalid(_) | Error::Malformed(_) => Some((path, "Start over")),
            _ => None,
        };
        way.map(|(href, words)| {
            let external = href.starts_with("/sign-in");
            view! { <LinkButton href kind=Kind::Primary external>{words}</LinkButton> }
        })
    };
    view! {
        <WindowTitle title />
        <Empty icon title text=words alone action=again />
    }
}
