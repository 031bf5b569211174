//! One user as a row: the box, the person, the columns, the menu.

use std::sync::Arc;

use domain::users::UserRow;
use leptos::{ev::FocusEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{cells::cell, highlight::marked, row_menu::RowMenu, state::List, store::Shown};
use crate::ui::{Avatar, Checkbox};

#[component]
pub fn Row(list: List, row: Shown) -> impl IntoView {
    let id = row.id;
    let user: RwSignal<Arc<UserRow>> = row.user.into();
    let tinted: RwSignal<bool> = row.tinted.into();
    let first = user.get_untracked();
    let selected = Signal::derive(move || list.selection.with(|selection| selection.has(id)));
    // The menu's items are made when somebody comes near: fifty menus would be most of the page.
    let near = RwSignal::new(false);
    let entered = move |event: FocusEvent| {
        near.set(true);
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| target.matches(":focus-visible").unwrap_or(false)) {
            list.cursor.set(Some(id));
        }
    };
    let name = Memo::new(move |_| user.with(|user| user.display_name.clone()));
    let marked_name = move || user.with(|user| marked(&user.display_name, &user.found.display_name));
    let marked_username = move || user.with(|user| marked(&user.username, &user.found.username));
    let cells = move || {
        let user = user.get();
        list.columns.get().into_iter().map(|shows| cell(list, shows, &user)).collect_view()
    };
    view! {
        <tr
            data-row=id.to_string()
            aria-selected=move || selected.get().then_some("true")
            class:cursor=move || list.cursor.get() == Some(id)
            class:now=move || tinted.get()
            on:focusin=entered
        >
            <td class="pick">
                <Checkbox
                    checked=selected
                    on_change=move |yes| list.pick(id, yes)
                    on_range=move |yes| list.pick_range(id, yes)
                    hidden_label=format!("Select {}", first.display_name)
                />
            </td>
            <th scope="row" class="lead">
                <div class="who">
                    {move || view! { <Avatar name=name.get() hue=id.hue() /> }}
                    <div>
                        <a class="name" href=format!("/users/{id}")>{marked_name}</a>
                        <span class="sub">{marked_username}</span>
                    </div>
                </div>
            </th>
            {cells}
            <td class="more" on:pointerenter=move |_| near.set(true)>
                <RowMenu user near />
            </td>
        </tr>
    }
    .into_any()
}
