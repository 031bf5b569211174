//! How many are selected, and what can be done with them.

use domain::listing::Count;
use leptos::prelude::*;

use super::{selection::Selection, state::List, words::counted};
use crate::ui::{Button, Icon, Kind, Toaster, copy};

#[component]
pub fn SelectionBar(list: List) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let count = move || list.around(|around| around.count).unwrap_or(Count::Exactly(0));
    let any = Memo::new(move |_| list.selection.with(|selection| !selection.is_empty()));
    let words = Memo::new(move |_| any.get().then(|| list.selection.with(|selection| selection.words(count()))));
    // Where this page holds everybody, its own box selects them all.
    let more = move || {
        let whole_page = list.screen.rows.with(|rows| {
            list.selection
                .with(|selection| !selection.is_all_matching() && rows.iter().all(|row| selection.has(row.id)))
        });
        whole_page && list.around(|around| around.previous.is_some() || around.next.is_some()).unwrap_or(false)
    };
    // Where rows are cards there is no box over all of them.
    let rest_of_page = move || {
        list.screen.rows.with(|rows| list.selection.with(|selection| !rows.iter().all(|row| selection.has(row.id))))
    };
    let all = move || match list.current().is_narrowed() {
        true => format!("Select all that match, {}", counted(count())),
        false => format!("Select all, {}", counted(count())),
    };
    let select_all = move |_| list.selection.set(Selection::all_matching());
    let greyed = move || {
        let known = list.selection.with(|selection| !selection.is_all_matching());
        (!known).then(|| "Only people who were picked one by one can be copied.".to_owned())
    };
    let copy_names = move |_| {
        let Some(names) = list.selection.with_untracked(Selection::usernames) else { return };
        let many = names.lines().count();
        if copy(&names) {
            toaster.good(if many == 1 { "1 username copied".to_owned() } else { format!("{many} usernames copied") });
        } else {
            toaster.bad("This browser copies only from pages with a secure address (https).");
        }
    };
    view! {
        <p class="hush" aria-live="polite">{move || words.get()}</p>
        <Show when=move || any.get()>
            <section class="bulk float" aria-label="Selection">
                <b>{move || words.get()}</b>
                <Show when=more>
                    <button type="button" class="link" on:click=select_all>
                        {all}
                    </button>
                </Show>
                <Show when=rest_of_page>
                    <button type="button" class="link only-cards" on:click=move |_| list.pick_page(true)>
                        "All on this page"
                    </button>
                </Show>
                <span class="rule"></span>
                <Button kind=Kind::Quiet icon="copy" disabled_reason=greyed on_click=copy_names>"Copy usernames"</Button>
                <button
                    type="button"
                    class="btn quiet icon"
                    aria-label="Clear selection"
                    title="Clear selection"
                    on:click=move |_| list.clear_selection()
                >
                    <Icon name="x" />
                </button>
            </section>
        </Show>
    }
    .into_any()
}
