//! A user's part of the audit log, as sentences.

use domain::{
    audit::{Activity, Piece},
    users::UserId,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{overview_page::user_of_address, server_fns::list_activity, user_head::UserHead};
use crate::{
    layout::Problem,
    ui::{Card, Empty, Icon, Loading, Pager, Time},
};

/// Events on a page; as many as the server sends at most.
const PAGE: usize = 30;

#[component]
pub fn ActivityPage() -> impl IntoView {
    let user = user_of_address();
    let shown = move || {
        Suspend::new(async move {
            match user.await {
                Ok(user) => {
                    let id = user.id;
                    view! { <UserHead user /> <Events id /> }.into_any()
                }
                Err(error) => view! { <Problem error alone=true /> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <Loading /> }>{shown}</Transition> }
}

#[component]
fn Events(id: UserId) -> impl IntoView {
    let query = use_query_map();
    let before = move || query.with(|query| query.get("before").and_then(|n| n.parse().ok()));
    let events = Resource::new(before, move |before| list_activity(id, before));
    let shown = move || {
        Suspend::new(async move {
            match events.await {
                Ok(events) => view! { <List id events later=before().is_some() /> }.into_any(),
                Err(error) => view! { <Problem error /> }.into_any(),
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
fn Event(event: Activity) -> impl IntoView {
    let pieces = event
        .sentence
        .0
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.into_any(),
            Piece::Strong(text) => view! { <b>{text}</b> }.into_any(),
        })
        .collect_view();
    view! {
        <div class="line" class:bad=event.failed>
            <Icon name=event.icon />
            <span>
                {pieces}
                <span class="sub">{event.place}</span>
            </span>
            <span class="grow"></span>
            <span class="softer"><Time ms=event.at /></span>
        </div>
    }
}
