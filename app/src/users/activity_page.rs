//! A user's part of the audit log, as sentences.

use domain::{audit::Activity, users::UserId};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    actions::use_user_actions,
    server_fns::list_activity,
    user_head::{Shown, use_shown},
};
use crate::{
    audit::Happened,
    layout::Problem,
    ui::{Card, Empty, Icon, Loading, Pager, Time},
};

/// Events on a page; as many as the server sends at most.
const PAGE: usize = 30;

#[component]
pub fn ActivityPage() -> impl IntoView {
    let (Shown { id, user }, query) = (use_shown(), use_query_map());
    let changed = use_user_actions().changed();
    let before = move || query.with(|query| query.get("before").and_then(|n| n.parse().ok()));
    let events = Resource::new(
        move || (id.get().unwrap_or_default(), before(), changed.get()),
        |(id, before, _)| list_activity(id, before),
    );
    let shown = move || {
        Suspend::new(async move {
            match (user.await, events.await) {
                (Ok(user), Ok(events)) => view! { <List id=user.id events later=before().is_some() /> }.into_any(),
                // The head says it already.
                (Err(_), _) => ().into_any(),
                (_, Err(error)) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <Loading /> }>{shown}</Transition> }
}

#[component]
fn List(id: UserId, events: Vec<Activity>, later: bool) -> impl IntoView {
    let base = format!("/users/{id}/activity");
    let older = events.last().filter(|_| events.len() >= PAGE).map(|last| format!("{base}?before={}", last.number));
    let newer = later.then(|| base.clone());
    if events.is_empty() {
        return view! {
            <Empty icon="log" title="Nothing recorded" text="What this person does, and what is done to them, appears here." />
        }
        .into_any();
    }
    let lines = events.into_iter().map(|event| view! { <Event event /> }).collect_view();
    view! {
        <div class="body">
            <Card layout="lines">{lines}</Card>
        </div>
        <Pager newer older about="Newest first" newer_label="Newest" />
    }
    .into_any()
}

#[component]
pub fn Event(event: Activity) -> impl IntoView {
    view! {
        <div class="line" class:bad=event.failed>
            <Icon name=event.icon />
            <span>
                <Happened sentence=event.sentence />
                <span class="sub">{event.place}</span>
            </span>
            <span class="grow"></span>
            <span class="softer"><Time ms=event.at /></span>
        </div>
    }
}
