//! The form for an existing user. What the rules forbid is greyed, with the reason beside it.

use domain::{Permission, groups::GroupChoice, users::User};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    actions::{MenuAction, Subject, ends},
    draft::Draft,
    field_inputs::{AccountEnd, CustomFields, Groups, Offered},
};
use crate::{
    layout::lacks,
    ui::{Effects, FormErrors, PasswordField, RadioCard, RadioCards, TextField},
};

#[component]
pub fn EditForm(
    draft: Draft,
    offered: Offered,
    user: User,
    submit: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        submit();
    };
    let standing = user.refusals.standing.as_ref().map(|refusal| refusal.sentence());
    let touch = user.refusals.touch.as_ref().map(|refusal| refusal.sentence());
    let untouchable = touch.is_some();
    let email = user.email.clone().unwrap_or_default();
    let about_email = move || {
        let changed =
            draft.email.with(|typed| domain::text::trimmed(typed) != email && !domain::text::trimmed(typed).is_empty());
        touch.clone().or_else(|| changed.then(|| "Not verified until they confirm it.".into()))
    };
    // Whoever may not assign groups sees those that the user is in.
    let lacking = untrack(|| lacks(Permission::AssignGroups).get());
    let own: Vec<_> = user
        .groups
        .iter()
        .map(|group| GroupChoice { id: group.id, name: group.name.clone(), description: String::new(), refused: None })
        .collect();
    let without_permission = lacking.is_some();
    let choices = move || if without_permission { own.clone() } else { offered.choices() };
    view! {
        <form method="post" class="form" on:submit=send novalidate>
            <FormErrors errors=draft.problems() />
            <div class="pair">
                <TextField
                    label="Display name"
                    name="display_name"
                    value=draft.display_name
                    error=draft.about("display_name")
                    required=true
                    autofocus=true
                />
                <TextField
                    label="E-mail"
                    name="email"
                    kind="email"
                    value=draft.email
                    error=draft.about("email")
                    help=Signal::derive(about_email)
                    disabled=untouchable
                    optional=true
                />
            </div>
            <CustomFields draft offered />
            <Groups draft choices refused=lacking.or_else(|| standing.clone()) />
            <div class="pair"><AccountEnd draft refused=standing /></div>
            <Password draft user />
            // Enter in any field sends the form; the visible button stands outside of it.
            <button type="submit" class="hush" tabindex="-1" aria-hidden="true">"Save"</button>
        </form>
    }
    .into_any()
}

/// Keeping the old one comes first; anything else must be changed by its owner at the next sign-in.
#[component]
fn Password(draft: Draft, user: User) -> impl IntoView {
    let refused = MenuAction::ResetPassword.refused(&Subject::from(&user));
    let disabled = refused.is_some();
    let cards = [
        ("keep", "Keep the password", "The one they have goes on working."),
        (
            "random",
            "One-time password",
            "Made up by Keydesk and shown once. The next sign-in asks for one of their own.",
        ),
        ("typed", "Type one", "You tell it to them. The next sign-in asks for one of their own as well."),
    ];
    let cards = cards
        .into_iter()
        .map(|(value, title, about)| RadioCard {
            disabled: disabled && value != "keep",
            ..RadioCard::new(value, title, about)
        })
        .collect();
    let sessions = user.sessions;
    let effects = move || {
        if draft.kind.with(|kind| kind == "keep") {
            return vec![];
        }
        vec![("screen".into(), ends(Some(sessions))), ("password".into(), "The old password stops working".into())]
    };
    view! {
        <div class="stack tight">
            <RadioCards legend="Password" name="new_password" value=draft.kind cards />
            {refused.map(|why| view! { <p class="why">{why}</p> })}
            {move || {
                draft
                    .kind
                    .with(|kind| kind == "typed")
                    .then(|| {
                        view! {
                            <PasswordField
                                label="New password"
                                name="password"
                                value=draft.password
                                autocomplete="new-password"
                                error=draft.about("password")
                                required=true
                            />
                        }
                    })
            }}
            <Effects effects=Signal::derive(effects) />
        </div>
    }
    .into_any()
}
