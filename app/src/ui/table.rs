//! A table that becomes cards where it is narrow. Each cell carries
//! `data-label` with its column's name; `.pick`, `.lead` and `.more` mark the
//! box, the person and the row's menu; `.num` numbers; `.minor` what goes first.

use super::Icon;
use leptos::prelude::*;

/// Children: `<thead>` and `<tbody>`.
#[component]
pub fn Table(
    /// What the table lists, for screen readers.
    #[prop(into)]
    caption: String,
    #[prop(optional, into)] dense: Signal<bool>,
    /// Old rows that wait for new ones.
    #[prop(optional, into)]
    stale: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-wrap" class:stale=move || stale.get()>
            <div class="table-scroll">
                <table class="table" class:dense=move || dense.get() aria-busy=move || stale.get().then_some("true")>
                    <caption class="hush">{caption}</caption>
                    {children()}
                </table>
            </div>
        </div>
    }
    .into_any()
}

/// Whether, and which way, a table is sorted by a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sorted {
    Ascending,
    Descending,
    #[default]
    No,
}

/// A column's head: a link to the same list, sorted by this column (or the other way round).
#[component]
pub fn SortHead(
    #[prop(into)] label: String,
    #[prop(into)] href: Signal<String>,
    #[prop(into)] sorted: Signal<Sorted>,
    /// `num`, `minor`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let aria = move || match sorted.get() {
        Sorted::Ascending => Some("ascending"),
        Sorted::Descending => Some("descending"),
        Sorted::No => None,
    };
    let icon = move || match sorted.get() {
        Sorted::Ascending => "chevron-up",
        Sorted::Descending => "chevron-down",
        Sorted::No => "sort",
    };
    view! {
        <th scope="col" class=class aria-sort=aria>
            <a href=move || href.get()>
                {label}
                {move || view! { <Icon name=icon() /> }}
            </a>
        </th>
    }
    .into_any()
}
