//! No rows: says why, and offers the next step.

use domain::{
    Permission,
    listing::Position,
    users::{UserFilters, UserListing},
};
use leptos::prelude::*;

use super::{address, state::List, told::told};
use crate::{
    layout::Can,
    ui::{Button, Empty, Kind, LinkButton, grouped},
};

#[component]
pub fn Nobody(list: List, creating: RwSignal<bool>) -> impl IntoView {
    move || {
        list.around(|around| {
            let listing = around.listing();
            if let Some(looked) = around.looked_through {
                let on = around.next.clone().map(Position::After);
                let back = around.previous.clone().map(Position::Before);
                let backwards = matches!(listing.position, Position::Before(_));
                let way = if backwards { back } else { on };
                return not_yet(looked, way.map(|way| address(&listing.at(way))));
            }
            if listing.position != Position::First {
                return past_the_end(&listing);
            }
            if list.in_bin() && listing.search.is_empty() && listing.filters.len() == 1 {
                return empty_bin();
            }
            if listing.is_narrowed() { no_match(list, &listing) } else { nobody_at_all(creating) }
        })
    }
}

fn not_yet(looked: u32, way: Option<String>) -> AnyView {
    let action = move || way.map(|href| view! { <LinkButton href>"Look further"</LinkButton> });
    view! {
        <Empty
            icon="search"
            title="Nobody found so far"
            text=format!("{} people were looked through. There may be more further on.", grouped(looked.into()))
            action
        />
    }
    .into_any()
}

fn past_the_end(listing: &UserListing) -> AnyView {
    let href = address(&listing.at(Position::First));
    let action = move || view! { <LinkButton href>"To the beginning"</LinkButton> };
    view! { <Empty icon="users" title="Nobody here" text="This part of the list is empty." action /> }.into_any()
}

fn empty_bin() -> AnyView {
    view! {
        <Empty
            icon="bin"
            title="The bin is empty"
            text="Deleted people wait here. They can be restored until they are erased."
            action=|| view! { <LinkButton href="/users">"Back to users"</LinkButton> }
        />
    }
    .into_any()
}

fn nobody_at_all(creating: RwSignal<bool>) -> AnyView {
    let first = move || {
        view! {
            <Can permission=Permission::CreateUsers>
                <Button kind=Kind::Primary icon="plus" on_click=move |_| creating.set(true)>"Create user"</Button>
            </Can>
        }
    };
    view! { <Empty icon="users" title="Nobody here" text="This part of the list is empty." action=first /> }.into_any()
}

fn no_match(list: List, listing: &UserListing) -> AnyView {
    let filters = list.names.with_value(|names| told(&listing.filters, names));
    let words: Vec<_> = filters.into_iter().map(|told| format!("{} {}", told.name, told.value)).collect();
    let (searched, filtered) = (!listing.search.is_empty(), !words.is_empty());
    let title = if searched {
        format!("Nobody matches \u{201c}{}\u{201d}", listing.search)
    } else {
        "Nobody matches these filters".to_owned()
    };
    let text = match (searched, filtered) {
        (true, false) => {
            "Names, usernames, e-mail addresses and custom fields were searched, also by their parts.".into()
        }
        (true, true) => format!("Looked only where all of this holds: {}.", words.join(", ")),
        (false, _) => format!("Nobody is left where all of this holds: {}.", words.join(", ")),
    };
    let unfiltered = filtered.then(|| address(&listing.filtered(UserFilters::default())));
    let kind = if filtered { Kind::Quiet } else { Kind::Plain };
    let everybody = searched.then(|| "/users".to_owned());
    let action = move || {
        view! {
            {unfiltered.map(|href| view! { <LinkButton href>"Clear filters"</LinkButton> })}
            {everybody.map(|href| view! { <LinkButton href kind>"Show everybody"</LinkButton> })}
        }
    };
    view! { <Empty icon="search" title text action /> }.into_any()
}
