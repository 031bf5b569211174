//! The users table: everything that decides whom it shows is in the address.

use domain::{Permission, users::UserListing};
use leptos::prelude::*;

use super::{actions::use_user_actions, create_dialog::CreateDialog};
use crate::{
    api::ApiError,
    layout::{Page, Problem, lacks, use_viewer},
    ui::{Button, Kind, Loading},
};

mod cells;
mod chooser;
mod filter_form;
mod highlight;
mod keys;
mod liking;
mod names;
mod nobody;
mod row;
mod row_menu;
mod search;
mod selection;
mod selection_bar;
mod state;
mod store;
mod table;
mod told;
mod tools;
mod words;

pub use liking::provide_liking;

use names::Names;
use nobody::Nobody;
use search::Search;
use selection_bar::SelectionBar;
use state::List;
use store::load;
use table::UsersTable;
use tools::Tools;

#[component]
pub fn UsersPage() -> impl IntoView {
    let list = List::new();
    let actions = use_user_actions();
    let may = |permission| use_viewer().with_untracked(|viewer| viewer.may(permission));
    let (may_view, may_view_groups) = (may(Permission::ViewUsers), may(Permission::ViewGroups));
    let page = Resource::new(move || list.asked.get(), move |asked| load(asked, list.liking.known()));
    let names = Resource::new(|| (), move |()| Names::load(may_view && may_view_groups));
    Effect::new(move |_| {
        if let Some(loaded) = page.get() {
            list.take(loaded);
        }
    });
    let creating = RwSignal::new(false);
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
    // Once: later answers reach the table through the list, so that its rows stay in place.
    let content = move || {
        untrack(|| {
            Suspend::new(async move {
                let (names, first) = (names.await, page.await);
                list.begin(names, first);
                view! { <Content list creating /> }
            })
        })
    };
    let counted = move || page.get().and_then(|loaded| loaded.count()).map(words::counted);
    view! {
        <Page
            title=move || if list.in_bin() { "Bin" } else { "Users" }.to_owned()
            about=move || view! { <Transition>{counted}</Transition> }
            search=move || may_view.then(|| view! { <Search list /> })
            actions=move || may_view.then(new_button)
        >
            <Transition fallback=|| view! { <Loading /> }>{content()}</Transition>
        </Page>
        <CreateDialog open=creating on_created=move |()| actions.tell() />
    }
    .into_any()
}

/// What is below the title bar.
#[derive(Clone, PartialEq)]
enum Below {
    Rows,
    Nobody,
    Problem(ApiError),
}

#[component]
fn Content(list: List, creating: RwSignal<bool>) -> impl IntoView {
    keys::listen(list);
    let below = Memo::new(move |_| match list.around(|around| around.error.clone()).flatten() {
        Some(error) => Below::Problem(error),
        None if list.screen.rows.with(Vec::is_empty) => Below::Nobody,
        None => Below::Rows,
    });
    let found = move || list.around(|around| words::people(around.count));
    view! {
        <Show when=move || !matches!(below.get(), Below::Problem(_))>
            <Tools list />
            <p class="hush" aria-live="polite">{found}</p>
        </Show>
        {move || match below.get() {
            Below::Rows => view! { <UsersTable list /> }.into_any(),
            Below::Nobody => view! { <Nobody list creating /> }.into_any(),
            Below::Problem(error) => view! { <Problem error /> }.into_any(),
        }}
        <SelectionBar list />
    }
    .into_any()
}

/// The address of a page of this list.
fn address(listing: &UserListing) -> String {
    format!("/users{}", listing.query())
}
