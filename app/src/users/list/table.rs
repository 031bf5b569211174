//! One page of users as a table; on narrow screens its rows become cards.

use domain::{
    listing::{Direction, Position, Sort},
    users::{Column, UserSort},
};
use leptos::prelude::*;

use super::{
    address,
    row::Row,
    state::{List, Shows},
    words::{order, ways},
};
use crate::ui::{Checkbox, Icon, Menu, MenuLink, Pager, SortHead, Sorted, Table, grouped};

#[component]
pub fn UsersTable(list: List) -> impl IntoView {
    let heads = move || list.columns.get().into_iter().map(|shows| head(list, shows)).collect_view();
    let picked = move || {
        let ids = list.screen.rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>());
        list.selection.with(|selection| (ids.iter().filter(|id| selection.has(**id)).count(), ids.len()))
    };
    let all = Signal::derive(move || {
        let (picked, of) = picked();
        picked == of
    });
    let some = Signal::derive(move || picked().0 > 0);
    let dense = Signal::derive(move || list.liking.view().dense);
    let stale = Signal::derive(move || list.is_stale());
    view! {
        <Table caption="Users" dense stale>
            <thead>
                <tr>
                    <th scope="col" class="pick">
                        <Checkbox
                            checked=all
                            some
                            on_change=move |yes| list.pick_page(yes)
                            hidden_label="Select everybody on this page"
                        />
                    </th>
                    {sort_head(list, UserSort::Name, "Person", "")}
                    {heads}
                    <th scope="col" class="more"><span class="hush">"Actions"</span></th>
                </tr>
            </thead>
            <tbody>
                <For each=move || list.screen.rows.get() key=|row| row.id let(row)>
                    <Row list row />
                </For>
            </tbody>
        </Table>
        <Ways list />
    }
    .into_any()
}

fn head(list: List, shows: Shows) -> AnyView {
    let plain = |label: String| {
        let title = label.clone();
        view! {
            <th scope="col">
                <span class="clip" title=title>{label}</span>
            </th>
        }
        .into_any()
    };
    let Shows::Chosen(column) = shows else { return plain("Erased on".into()) };
    match column {
        Column::Email => sort_head(list, UserSort::Email, column.label(), ""),
        Column::LastSignIn => sort_head(list, UserSort::LastSignIn, column.label(), ""),
        Column::Sessions => sort_head(list, UserSort::Sessions, column.label(), "num"),
        Column::Expires => sort_head(list, UserSort::Expires, column.label(), ""),
        Column::Created => sort_head(list, UserSort::Created, column.label(), ""),
        Column::Groups | Column::Status | Column::Methods => plain(column.label().into()),
        Column::Field(id) => {
            plain(list.names.with_value(|names| names.field(id).map(|field| field.name.clone()).unwrap_or_default()))
        }
    }
}

fn sort_head(list: List, sort: UserSort, label: &'static str, class: &'static str) -> AnyView {
    let href = Signal::derive(move || address(&list.current().sorted_by(sort)));
    let sorted = Signal::derive(move || {
        let listing = list.current();
        match (listing.sort == sort, listing.direction) {
            (false, _) => Sorted::No,
            (true, Direction::Ascending) => Sorted::Ascending,
            (true, Direction::Descending) => Sorted::Descending,
        }
    });
    view! { <SortHead label href sorted class /> }.into_any()
}

/// Where rows are cards there are no heads to press.
#[component]
pub fn SortMenu(list: List) -> impl IntoView {
    let links = move || {
        let listing = list.current();
        let one = |sort| {
            let other = listing.sorted_by(sort);
            view! { <MenuLink href=address(&other) label=order(&other) /> }
        };
        UserSort::ALL.iter().copied().map(one).collect_view()
    };
    let trigger = move || {
        view! {
            <Icon name="sort" />
            <span>{move || order(&list.current())}</span>
        }
    };
    view! {
        <span class="only-cards">
            <Menu id="sort" label="Sort" class="btn quiet small" trigger>{links}</Menu>
        </span>
    }
    .into_any()
}

/// Forwards and backwards; where looking stopped before the page was full, on from there.
#[component]
fn Ways(list: List) -> impl IntoView {
    move || {
        list.around(|around| {
            let listing = around.listing();
            let at = |position| Some(address(&listing.at(position)));
            let newer = around.previous.clone().and_then(|cursor| at(Position::Before(cursor)));
            let older = around.next.clone().and_then(|cursor| at(Position::After(cursor)));
            let (mut back, mut on) = ways(&listing);
            let mut about = order(&listing).to_owned();
            if let Some(looked) = around.looked_through {
                about = format!("Looked through {} people so far. There may be more.", grouped(looked.into()));
                let way = if matches!(listing.position, Position::Before(_)) { &mut back } else { &mut on };
                *way = "Look further";
            }
            view! { <Pager newer older about newer_label=back older_label=on /> }
        })
    }
}
