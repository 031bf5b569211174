//! The table by the keyboard: the row one is on is the row whose link has the focus, so that a
//! screen reader and the Enter key know of it by themselves.

use domain::users::UserId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{row_menu::menu_id, state::List};
use crate::{
    layout::list_keys,
    ui::{Toaster, on_window_key, single_keys_allowed, typing_in},
    users::actions::{MenuAction, Subject, use_user_actions},
};

const KEYS: [(&str, &str); 7] = [
    ("J", "Next row"),
    ("K", "Row before"),
    ("X", "Select the row"),
    ("Enter", "Open the row"),
    ("E", "Edit the row"),
    (".", "What can be done with the row"),
    ("Esc", "Clear the selection"),
];

/// Listens for as long as the table is shown.
pub fn listen(list: List) {
    let actions = use_user_actions();
    let toaster = expect_context::<Toaster>();
    list_keys(&KEYS);
    on_window_key(move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() || busy(&event) {
            return;
        }
        let done = match event.key().as_str() {
            "Escape" => clear(list),
            "Enter" => open(list),
            "j" if single_keys_allowed() => step(list, true),
            "k" if single_keys_allowed() => step(list, false),
            "x" if single_keys_allowed() => select(list),
            "." if single_keys_allowed() => open_menu(list),
            "e" if single_keys_allowed() => edit(list, |subject| match MenuAction::Edit.refused(&subject) {
                None => actions.ask(MenuAction::Edit, subject),
                Some(why) => toaster.bad(why),
            }),
            _ => None,
        };
        if done.is_some() {
            event.prevent_default();
        }
    });
}

/// Whether the key belongs to a field, or to something that is open above the page.
fn busy(event: &KeyboardEvent) -> bool {
    typing_in(event) || document().query_selector("dialog[open], :popover-open").is_ok_and(|open| open.is_some())
}

fn active() -> Option<Element> {
    document().active_element()
}

/// The row that has the focus, or had it last.
fn current(list: List) -> Option<UserId> {
    let row = active().and_then(|active| active.closest("[data-row]").ok().flatten());
    let focused = row.and_then(|row| UserId::parse(&row.get_attribute("data-row")?));
    focused.or_else(|| list.cursor.get_untracked().filter(|id| list.screen.row(*id).is_some()))
}

fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn link_of(id: UserId) -> Option<HtmlElement> {
    find(&format!("[data-row='{id}'] .name"))
}

fn step(list: List, down: bool) -> Option<()> {
    let ids: Vec<_> = list.screen.rows.with_untracked(|rows| rows.iter().map(|row| row.id).collect());
    let last = ids.len().checked_sub(1)?;
    let at = current(list).and_then(|id| ids.iter().position(|own| *own == id));
    let next = match at {
        None if down => 0,
        None => last,
        Some(at) if down => last.min(at + 1),
        Some(at) => at.saturating_sub(1),
    };
    list.cursor.set(Some(ids[next]));
    link_of(ids[next])?.focus().ok()
}

fn select(list: List) -> Option<()> {
    let id = current(list)?;
    list.cursor.set(Some(id));
    let selected = list.selection.with_untracked(|selection| selection.has(id));
    list.pick(id, !selected);
    Some(())
}

/// Links and buttons answer to Enter by themselves; a box and the bare page do not.
fn open(list: List) -> Option<()> {
    let active = active()?;
    if active.tag_name() != "BODY" && !active.matches("[data-row] .check").unwrap_or(false) {
        return None;
    }
    link_of(current(list)?)?.click();
    Some(())
}

fn edit(list: List, ask: impl FnOnce(Subject)) -> Option<()> {
    let user = list.screen.row(current(list)?)?;
    MenuAction::Edit.fits(user.status).then(|| ask(Subject::from(&*user)))
}

fn open_menu(list: List) -> Option<()> {
    let id = current(list)?;
    link_of(id)?.focus().ok()?;
    let button = find(&format!("[popovertarget='{}']", menu_id(id)))?;
    // The focus brings the menu's items in, a moment later.
    request_animation_frame(move || button.click());
    Some(())
}

fn clear(list: List) -> Option<()> {
    let any = list.selection.with_untracked(|selection| !selection.is_empty());
    any.then(|| list.clear_selection())
}
