//! The audit log, newest first: everything that decides what it shows is in the address.

use domain::{
    Error,
    audit::{LogListing, LogPage},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use wasm_bindgen::JsCast;

use super::{event::LogEvent, server_fns::list_log, tools::Tools};
use crate::{
    api::{Answer, refused},
    layout::{Page, Problem},
    ui::{Card, Empty, LinkButton, Loading, Pager},
};

/// What the page's parts share.
#[derive(Clone, Copy)]
pub struct Log {
    listing: Memo<Result<LogListing, Error>>,
    pub page: Resource<Answer<LogPage>>,
}

impl Log {
    /// The listing that the address says; the whole log where it makes no sense.
    pub fn current(self) -> LogListing {
        self.listing.get().unwrap_or_default()
    }
}

/// The address of a listing.
pub fn address(listing: &LogListing) -> String {
    format!("/audit{}", listing.query())
}

#[component]
pub fn AuditPage() -> impl IntoView {
    let (query, place) = (use_query_map(), use_location());
    // On the way to another page the address changes before this one is gone.
    let listing = Memo::new(move |before: Option<&Result<LogListing, Error>>| match before {
        Some(before) if place.pathname.with(|path| path.trim_end_matches('/') != "/audit") => before.clone(),
        _ => LogListing::from_pairs(query.get()),
    });
    // Other events take the places of those that were opened.
    Effect::new(move |before: Option<()>| {
        listing.track();
        if before.is_some() {
            close_events();
        }
    });
    let page = Resource::new(
        move || listing.get(),
        |listing| async move {
            match listing {
                Ok(listing) => list_log(listing).await,
                Err(error) => refused(error),
            }
        },
    );
    let log = Log { listing, page };
    let shown = move || {
        Suspend::new(async move {
            match page.await {
                Ok(found) => view! { <Found found listing=untrack(|| log.current()) /> }.into_any(),
                Err(error) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! {
        <Page title="Audit log">
            <Tools log />
            <Transition fallback=|| view! { <Loading /> }>{shown}</Transition>
        </Page>
    }
    .into_any()
}

fn close_events() {
    let Ok(open) = document().query_selector_all("details.event[open]") else { return };
    for event in (0..open.length()).filter_map(|at| open.item(at)?.dyn_into::<web_sys::Element>().ok()) {
        let _ = event.remove_attribute("open");
    }
}

#[component]
fn Found(found: LogPage, listing: LogListing) -> impl IntoView {
    let LogPage { rows, older, later, people, .. } = found;
    let at = |before| address(&LogListing { before, ..listing.clone() });
    let people = StoredValue::new(people);
    let newest = later.then(|| at(None));
    if rows.is_empty() {
        let (title, way) = if listing == LogListing::default() {
            ("Nothing recorded", None)
        } else {
            ("Nothing like this is recorded", Some(view! { <LinkButton href="/audit">"Show everything"</LinkButton> }))
        };
        return view! { <Empty icon="log" title text="Every change and every sign-in appears here." action=move || way /> }
            .into_any();
    }
    let events = rows.into_iter().map(|row| view! { <LogEvent row people /> }).collect_view();
    view! {
        <div class="body log">
            <Card layout="lines">{events}</Card>
        </div>
        <Pager newer=newest older=older.map(|number| at(Some(number))) about="Newest first" newer_label="Newest" />
    }
    .into_any()
}
