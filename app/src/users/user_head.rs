//! The head of a user's page, the same on each of its tabs.

use domain::{Permission, users::User};
use leptos::prelude::*;

use super::table::{GroupTags, StatusTag};
use crate::{
    layout::{RecordHead, use_viewer},
    ui::{Tab, Tabs},
};

#[component]
pub fn UserHead(user: User) -> impl IntoView {
    let base = format!("/users/{}", user.id);
    let may_audit = use_viewer().with_untracked(|viewer| viewer.may(Permission::ViewAudit));
    let tabs =
        [Some(Tab::new(base.clone(), "Overview")), may_audit.then(|| Tab::new(format!("{base}/activity"), "Activity"))];
    let tabs: Vec<Tab> = tabs.into_iter().flatten().collect();
    let names = match &user.email {
        Some(email) => format!("{} · {email}", user.username),
        None => user.username.clone(),
    };
    let sub = {
        let (status, groups) = (user.status, user.groups.clone());
        move || view! { <span>{names}</span> <StatusTag status /> {(!groups.is_empty()).then(|| view! { <GroupTags groups /> })} }
    };
    view! {
        <RecordHead
            title=user.display_name
            above=vec![("/users".to_owned(), "Users".to_owned())]
            hue=user.id.hue()
            sub
        />
        <Tabs label="User" tabs=tabs />
    }
}
