//! The line over the table: the filters that are on, the way to more, the bin, and the columns.

use domain::users::UserFilters;
use leptos::prelude::*;

use super::{
    address,
    chooser::Chooser,
    filter_form::{FILTER, FilterForm},
    state::List,
    table::SortMenu,
    told::told,
};
use crate::ui::{Chip, Icon, Kind, LinkButton, Panel, focus};

#[component]
pub fn Tools(list: List) -> impl IntoView {
    let chips = Memo::new(move |_| {
        let listing = list.current();
        list.names.with_value(|names| told(&listing.filters, names))
    });
    // Whoever took a filter off by the keyboard goes on where the next one is chosen.
    Effect::new(move |before: Option<usize>| {
        let now = chips.with(Vec::len);
        if before.is_some_and(|before| before > now) {
            request_animation_frame(|| {
                if document().active_element().is_some_and(|active| active.tag_name() == "BODY") {
                    focus(&format!("{FILTER}-button"));
                }
            });
        }
        now
    });
    let shown = move || {
        let listing = list.current();
        let chip = |told: super::told::Told| {
            let without = address(&listing.filtered(told.without));
            view! { <Chip name=told.name value=told.value without /> }
        };
        chips.get().into_iter().map(chip).collect_view()
    };
    let everybody = move || address(&list.current().filtered(UserFilters::default()));
    let bin = move || {
        let (href, icon, words) =
            if list.in_bin() { ("/users", "arrow-left", "Back to users") } else { ("/users?status=bin", "bin", "Bin") };
        view! { <LinkButton href kind=Kind::Quiet icon class="small">{words}</LinkButton> }
    };
    let note = move || {
        list.in_bin()
            .then(|| view! { <p class="tools-note">"Deleted people can be restored until they are erased."</p> })
    };
    let trigger = || view! { <Icon name="plus" /> "Filter" };
    view! {
        <div class="tools listing">
            {shown}
            <Panel id=FILTER label="Filter" class="chip add" trigger>
                <FilterForm list />
            </Panel>
            <Show when=move || { chips.with(Vec::len) > 1 }>
                <a class="link" href=everybody>"Clear all"</a>
            </Show>
            <span class="grow"></span>
            <SortMenu list />
            {bin}
            <Chooser list />
        </div>
        {note}
    }
    .into_any()
}
