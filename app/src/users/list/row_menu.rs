//! What can be done to the user of a row. What cannot be done stays in the list and says why.

use std::sync::Arc;

use domain::users::UserRow;
use leptos::prelude::*;

use crate::{
    ui::{Menu, MenuItem, MenuRule},
    users::actions::{MenuAction, Subject, use_user_actions},
};

#[component]
pub fn RowMenu(user: RwSignal<Arc<UserRow>>, near: RwSignal<bool>) -> impl IntoView {
    let actions = use_user_actions();
    let item = move |act: MenuAction, subject: &Subject| {
        let (refused, subject) = (act.refused(subject), subject.clone());
        let danger = matches!(act, MenuAction::Delete | MenuAction::Erase);
        view! {
            {danger.then(|| view! { <MenuRule /> })}
            <MenuItem
                label=act.label()
                icon=act.icon()
                danger
                disabled_reason=refused
                on_select=move |()| actions.ask(act, subject.clone())
            />
        }
    };
    let items = move || {
        near.get().then(|| {
            let subject = user.with(|user| Subject::from(&**user));
            let fitting = MenuAction::ALL.into_iter().filter(|act| act.fits(subject.status));
            fitting.map(|act| item(act, &subject)).collect_view()
        })
    };
    let (id, label) = user.with_untracked(|user| (menu_id(user.id), format!("Actions for {}", user.display_name)));
    view! { <Menu id label to_left=true>{items}</Menu> }
}

/// The id of a row's menu.
pub fn menu_id(user: domain::users::UserId) -> String {
    format!("row-{user}")
}
