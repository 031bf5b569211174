//! The form for a new user: names, custom fields, groups, a first password that must be changed, and whether
//! a second factor is required.

use std::time::Duration;

use domain::{Permission, factors::Required};
use leptos::{ev::SubmitEvent, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{
    draft::Draft,
    field_inputs::{AccountEnd, CustomFields, Groups, Offered},
    server_fns::check_username,
};
use crate::{
    api::ApiError,
    layout::{lacks, use_viewer},
    ui::{Checkbox, FormErrors, PasswordField, Press, RadioCard, RadioCards, TextField, use_time_zone},
};

/// How long typing rests before the server is asked whether a username can be had.
const PAUSE: Duration = Duration::from_millis(300);

#[component]
pub fn Form(
    draft: Draft,
    offered: Offered,
    submit: impl Fn() + Copy + Send + Sync + 'static,
    /// The form is on its way.
    #[prop(into)]
    sending: Signal<bool>,
) -> impl IntoView {
    let may_assign = use_viewer().with_untracked(|viewer| viewer.may(Permission::AssignGroups));
    let typed = move || draft.kind.get() == "typed";
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        submit();
    };
    let first_password = vec![
        RadioCard::new(
            "random",
            "One-time password",
            "Made up by Keydesk and shown once. Nobody needs to think of one.",
        ),
        RadioCard::new("typed", "Type one", "You tell it to them. It has to be changed at the first sign-in as well."),
    ];
    view! {
        <form method="post" class="form" on:submit=send novalidate>
            <FormErrors errors=draft.problems() />
            <div class="pair">
                <Username draft sending />
                <TextField
                    label="Display name"
                    name="display_name"
                    value=draft.display_name
                    error=draft.about("display_name")
                    help="As they write it themselves."
                    required=true
                />
            </div>
            <TextField
                label="E-mail"
                name="email"
                kind="email"
                value=draft.email
                error=draft.about("email")
                optional=true
            />
            <CustomFields draft offered />
            {may_assign.then(|| view! { <Groups draft choices=move || offered.choices() /> })}
            <RadioCards legend="First password" name="first_password" value=draft.kind cards=first_password />
            {move || {
                typed().then(|| view! {
                    <PasswordField
                        label="Password"
                        name="password"
                        value=draft.password
                        autocomplete="new-password"
                        error=draft.about("password")
                        required=true
                    />
                })
            }}
            <SecondFactor draft offered />
            <div class="pair"><AccountEnd draft /></div>
            // Enter in any field sends the form; the visible button stands outside of it.
            <button type="submit" class="hush" tabindex="-1" aria-hidden="true">"Create user"</button>
        </form>
    }
}

/// What the Security tab of a user offers later; who could not do it there cannot do it here.
#[component]
fn SecondFactor(draft: Draft, offered: Offered) -> impl IntoView {
    let why = untrack(|| lacks(Permission::ResetCredentials).get());
    let disabled = why.is_some();
    let zone = use_time_zone();
    let by_policy = move || {
        let policy = offered.policy()?;
        let chosen = draft.groups.get();
        let whose = if policy.required == Required::Everyone {
            "everybody".to_owned()
        } else {
            let choices = offered.choices();
            let theirs = |id| chosen.contains(&id) && policy.required.concerns(&[id]);
            format!("everybody in {}", choices.iter().find(|group| theirs(group.id))?.name)
        };
        let day = |from| zone.with(|zone| zone.date_of(from).short());
        let from = policy.from.map(|from| format!(" from {}", day(from))).unwrap_or_default();
        Some(format!("The policy requires one of {whose}{from}, with or without this."))
    };
    let help = move || {
        why.clone().or_else(by_policy).unwrap_or_else(|| {
            "They set one up at the first sign-in, before anything else, whatever the policy says about everybody else."
                .to_owned()
        })
    };
    let help = Signal::derive(help);
    view! {
        <Checkbox
            checked=draft.second_factor
            on_change=move |yes| draft.second_factor.set(yes)
            label="Require a second factor"
            help
            disabled=disabled
        />
    }
}

/// Says while somebody types whether the username can be had, without standing in the way.
#[component]
fn Username(draft: Draft, sending: Signal<bool>) -> impl IntoView {
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let check = Action::new(|name: &String| {
        let name = name.clone();
        async move { (name.clone(), check_username(name).await) }
    });
    on_cleanup(move || {
        if let Some(waiting) = waiting.try_get_value().flatten() {
            waiting.clear();
        }
    });
    Effect::new(move |_| {
        let name = draft.username.get();
        if let Some(waiting) = waiting.get_value() {
            waiting.clear();
        }
        if domain::users::Username::parse(&name).is_ok() {
            // Once the form is on its way, the name may be taken by the very user it makes.
            let ask = move || {
                if !sending.get_untracked() {
                    check.request(name);
                }
            };
            waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
        }
    });
    // An answer counts only for the name that stands there now.
    let answer = move || check.value().get().filter(|(name, _)| *name == draft.username.get());
    let error = move || {
        let checked = match answer() {
            Some((_, Err(ApiError(error)))) => error.about("username"),
            _ => None,
        };
        draft.about("username").get().or(checked)
    };
    let help = move || match answer() {
        Some((_, Ok(()))) => "Free to use.".to_owned(),
        _ => "3 to 50 letters, digits, dots, hyphens or underscores. It cannot be changed later.".into(),
    };
    view! {
        <TextField
            label="Username"
            name="username"
            value=draft.username
            error=Signal::derive(error)
            help=Signal::derive(move || Some(help()))
            required=true
            autofocus=true
        />
    }
}
