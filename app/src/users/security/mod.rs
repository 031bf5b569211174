//! A user's page: what proves them, and what can be done about it.

mod actions;
mod factor_action;
mod methods;
mod second_factor;

use domain::{Error, factors::FactorList, users::User};
use leptos::prelude::*;

use super::{actions::use_user_actions, server_fns::list_factors, tags::held_up, user_head::use_shown};
use crate::{
    action::forget_with_page,
    api::ApiError,
    layout::Problem,
    ui::{Button, Loading, Note},
};
use actions::FactorActions;
use factor_action::{FactorAction, FactorHolder};
use methods::Methods;
use second_factor::SecondFactor;

#[component]
pub fn SecurityPage() -> impl IntoView {
    let shown = use_shown();
    let changed = use_user_actions().changed();
    let list = Resource::new(move || (shown.id.get().unwrap_or_default(), changed.get()), |(id, _)| list_factors(id));
    let actions = FactorActions::here();
    forget_with_page();
    let view = move || {
        Suspend::new(async move {
            match (shown.user.await, list.await) {
                (Ok(user), Ok(list)) => view! { <Factors user list actions /> }.into_any(),
                // The head says it already.
                (Err(_), _) | (_, Err(ApiError(Error::NotFound))) => ().into_any(),
                (_, Err(error)) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! { <Transition fallback=|| view! { <Loading /> }>{view}</Transition> }
}

#[component]
fn Factors(user: User, list: FactorList, actions: FactorActions) -> impl IntoView {
    let holder = FactorHolder::of(&user, list);
    view! {
        <div class="body">
            <HeldUp holder=holder.clone() actions />
            <div class="two">
                <Methods holder=holder.clone() actions />
                <SecondFactor holder actions />
            </div>
        </div>
    }
    .into_any()
}

/// Where the brakes on guessing hold somebody up, and the way to let them go.
#[component]
fn HeldUp(holder: FactorHolder, actions: FactorActions) -> impl IntoView {
    let seconds = holder.list.locked_for?;
    let why = holder.barred();
    let said = format!("{} after wrong tries. A browser they signed in with before does not.", held_up(seconds));
    let release = move |_| actions.ask(FactorAction::Release, holder.clone());
    Some(view! {
        <Note tone="warn">
            <div class="row wrap">
                <span class="said">
                    <b>"Locked out"</b>
                    ": "
                    {said}
                </span>
                <Button class="small" icon="unlock" disabled_reason=why on_click=release>"Release"</Button>
            </div>
        </Note>
    })
}
