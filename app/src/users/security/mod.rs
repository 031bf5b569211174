//! A user's page: what proves them, and what can be done about it.

mod acts;
mod lines;
mod question;
mod second;

use domain::{Error, factors::FactorList, users::User};
use leptos::prelude::*;

use super::{actions::use_user_actions, server_fns::list_factors, tags::held_up, user_head::use_shown};
use crate::{
    api::ApiError,
    layout::{Problem, use_prover},
    ui::{Button, Loading, Note},
};
use acts::{FactorAct, Whose};
use lines::Methods;
use question::{Asking, Questions};
use second::SecondFactor;

#[component]
pub fn SecurityPage() -> impl IntoView {
    let shown = use_shown();
    let changed = use_user_actions().changed();
    let list = Resource::new(move || (shown.id.get().unwrap_or_default(), changed.get()), |(id, _)| list_factors(id));
    let asking = Asking::new();
    let prover = use_prover();
    on_cleanup(move || prover.forget());
    let view = move || {
        Suspend::new(async move {
            match (shown.user.await, list.await) {
                (Ok(user), Ok(list)) => view! { <Factors user list asking /> }.into_any(),
                // The head says it already.
                (Err(_), _) | (_, Err(ApiError(Error::NotFound))) => ().into_any(),
                (_, Err(error)) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! {
        <Transition fallback=|| view! { <Loading /> }>{view}</Transition>
        <Questions asking />
    }
}

#[component]
fn Factors(user: User, list: FactorList, asking: Asking) -> impl IntoView {
    let whose = Whose::of(&user, list);
    view! {
        <div class="body">
            <HeldUp whose=whose.clone() asking />
            <div class="two">
                <Methods whose=whose.clone() asking />
                <SecondFactor whose asking />
            </div>
        </div>
    }
    .into_any()
}

/// Where the brakes on guessing hold somebody up, and the way to let them go.
#[component]
fn HeldUp(whose: Whose, asking: Asking) -> impl IntoView {
    let seconds = whose.list.locked_for?;
    let why = whose.barred();
    let said = format!("{} after wrong tries. A browser they signed in with before does not.", held_up(seconds));
    let release = move |_| asking.ask(FactorAct::Release, whose.clone());
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
