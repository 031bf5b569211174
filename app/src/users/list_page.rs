//! The users table: everything that decides what it shows is in the address.

use std::time::Duration;

use domain::{
    Permission,
    listing::{Count, Page as ListPage, UserListing},
    users::UserRow,
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{create_dialog::CreateDialog, server_fns::list_users, table::UsersTable};
use crate::{
    api::refused,
    layout::{Can, Page, Problem, lacks, use_viewer},
    ui::{Button, Empty, Kind, LinkButton, Loading, SearchField},
};

/// How long typing rests before the list follows.
const PAUSE: Duration = Duration::from_millis(180);

#[component]
pub fn UsersPage() -> impl IntoView {
    let query = use_query_map();
    let listing = Memo::new(move |_| UserListing::from_pairs(query.get()));
    let page = Resource::new(
        move || listing.get(),
        |listing| async move {
            match listing {
                Ok(listing) => list_users(listing, vec![]).await,
                Err(error) => refused(error),
            }
        },
    );
    let creating = RwSignal::new(false);
    let may_view = use_viewer().with_untracked(|viewer| viewer.may(Permission::ViewUsers));
    let new_button = move || {
        view! {
            <Button
                kind=Kind::Primary
                icon="plus"
                disabled_reason=lacks(Permission::CreateUsers)
                on_click=move |_| creating.set(true)
            >
                "Create user"
            </Button>
        }
    };
    let listed = move || {
        Suspend::new(async move {
            match page.await {
                Ok(found) => view! { <Found found listing=current(listing) creating /> }.into_any(),
                Err(error) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! {
        <Page
            title="Users"
            about=move || view! { <Transition>{move || page.get().and_then(Result::ok).map(|found| counted(found.count))}</Transition> }
            search=move || may_view.then(|| view! { <Search listing /> })
            actions=move || may_view.then(new_button)
        >
            <Transition fallback=|| view! { <Loading /> }>{listed}</Transition>
        </Page>
        <CreateDialog open=creating on_created=move |()| page.refetch() />
    }
}

/// The listing that the address says; the plain one where it makes no sense.
fn current(listing: Memo<Result<UserListing, domain::Error>>) -> UserListing {
    listing.get_untracked().unwrap_or_default()
}

fn counted(count: Count) -> String {
    match count {
        Count::Exactly(count) => count.to_string(),
        Count::About(about) => format!("about {about}"),
        Count::MoreThan(_) => "more than 1,000".into(),
    }
}

/// Follows what is typed, a moment later, and replaces the address rather than adding to
/// the history.
#[component]
fn Search(listing: Memo<Result<UserListing, domain::Error>>) -> impl IntoView {
    let navigate = StoredValue::new(use_navigate());
    let words = RwSignal::new(current(listing).search);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    on_cleanup(move || {
        if let Some(waiting) = waiting.try_get_value().flatten() {
            waiting.clear();
        }
    });
    // Back and forward change the words as well, but not under somebody's hands.
    Effect::new(move |_| {
        let said = listing.get().map(|listing| listing.search).unwrap_or_default();
        if words.get_untracked().trim() != said && waiting.get_value().is_none() {
            words.set(said);
        }
    });
    let go = move |words: String| {
        waiting.set_value(None);
        let address = format!("/users{}", current(listing).searching(&words).query());
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        navigate.with_value(|navigate| navigate(&address, options));
    };
    let typed = move |words: String| {
        if let Some(waiting) = waiting.get_value() {
            waiting.clear();
        }
        waiting.set_value(set_timeout_with_handle(move || go(words), PAUSE).ok());
    };
    on_cleanup(move || {
        if let Some(waiting) = waiting.try_get_value().flatten() {
            waiting.clear();
        }
    });
    let keep = {
        let UserListing { sort, direction, .. } = current(listing);
        vec![("sort".to_owned(), sort.code().to_owned()), ("dir".into(), direction.code().into())]
    };
    view! {
        <SearchField
            value=words
            placeholder="Search name, username, e-mail"
            action="/users"
            keep
            on_input=typed
            on_search=go
        />
    }
}

#[component]
fn Found(found: ListPage<UserRow>, listing: UserListing, creating: RwSignal<bool>) -> impl IntoView {
    if !found.rows.is_empty() {
        return view! { <UsersTable found listing /> }.into_any();
    }
    if listing.search.is_empty() {
        let first = move || {
            view! {
                <Can permission=Permission::CreateUsers>
                    <Button kind=Kind::Primary icon="plus" on_click=move |_| creating.set(true)>"Create user"</Button>
                </Can>
            }
        };
        return view! {
            <Empty icon="users" title="Nobody here" text="This part of the list is empty." action=first />
        }
        .into_any();
    }
    let all = format!("/users{}", listing.searching("").query());
    view! {
        <Empty
            icon="search"
            title=format!("Nobody matches “{}”", listing.search)
            text="Names, usernames and e-mail addresses were searched, also by their parts."
            action=move || view! { <LinkButton href=all.clone()>"Show everybody"</LinkButton> }
        />
    }
    .into_any()
}

/// For pages beside this one: the address of a page of this list.
pub(super) fn address(listing: &UserListing) -> String {
    format!("/users{}", listing.query())
}
