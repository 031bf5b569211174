//! The line over the log: the filters that are on, and the way to more.

use domain::audit::{LogFilter, LogListing};
use leptos::prelude::*;

use super::{
    filter_form::{Draft, FILTER, FilterForm},
    page::{Log, address},
    told::{Told, told},
};
use crate::ui::{Chip, Icon, Panel, focus};

fn address_of(filter: LogFilter) -> String {
    address(&LogListing { filter, before: None })
}

#[component]
pub fn Tools(log: Log) -> impl IntoView {
    let draft = Draft::new(&untrack(|| log.current()).filter);
    // The names of people come with the page.
    let names = move || {
        let page = log.page.get_untracked().and_then(Result::ok);
        page.map(|page| (page.person, page.actor)).unwrap_or_default()
    };
    let refill = move |()| {
        let (person, actor) = names();
        draft.fill(&untrack(|| log.current()).filter, person, actor);
    };
    // Whoever took a filter off by the keyboard goes on where the next one is chosen.
    Effect::new(move |before: Option<usize>| {
        let now = told(&log.current().filter, None, None).len();
        if before.is_some_and(|before| before > now) {
            request_animation_frame(|| {
                if document().active_element().is_some_and(|active| active.tag_name() == "BODY") {
                    focus(&format!("{FILTER}-button"));
                }
            });
        }
        now
    });
    let chips = move || {
        Suspend::new(async move {
            let page = log.page.await.ok();
            let filter = untrack(|| log.current()).filter;
            let (person, actor) = page.map(|page| (page.person, page.actor)).unwrap_or_default();
            let told = told(&filter, person, actor);
            let many = told.len() > 1;
            let chip = |Told { name, value, without }| view! { <Chip name value without=address_of(without) /> };
            view! {
                {told.into_iter().map(chip).collect_view()}
                {many.then(|| view! { <a class="link" href="/audit">"Clear all"</a> })}
            }
        })
    };
    let trigger = || view! { <Icon name="plus" /> "Filter" };
    view! {
        <div class="tools listing">
            <Transition>{chips}</Transition>
            <Panel id=FILTER label="Filter" class="chip add" trigger on_open=refill>
                <FilterForm draft />
            </Panel>
        </div>
    }
    .into_any()
}
