//! The form for a new user: names, groups, and a first password that must be changed.

use std::time::Duration;

use domain::{
    Error, Permission,
    groups::GroupId,
    users::{FirstPassword, NewUserForm},
};
use leptos::{ev::SubmitEvent, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::server_fns::check_username;
use crate::{
    api::ApiError,
    groups::server_fns::list_group_choices,
    layout::use_viewer,
    ui::{Checkbox, FormErrors, PasswordField, RadioCard, RadioCards, TextField},
};

/// How long typing rests before the server is asked whether a username can be had.
const PAUSE: Duration = Duration::from_millis(300);

/// What the form holds while it is filled in.
#[derive(Clone, Copy)]
pub struct Draft {
    username: RwSignal<String>,
    display_name: RwSignal<String>,
    email: RwSignal<String>,
    kind: RwSignal<String>,
    password: RwSignal<String>,
    groups: RwSignal<Vec<GroupId>>,
    pub error: RwSignal<Option<Error>>,
}

impl Draft {
    pub fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            username: text(),
            display_name: text(),
            email: text(),
            kind: RwSignal::new("random".into()),
            password: text(),
            groups: RwSignal::new(vec![]),
            error: RwSignal::new(None),
        }
    }

    pub fn clear(self) {
        for text in [self.username, self.display_name, self.email, self.password] {
            text.set(String::new());
        }
        self.kind.set("random".into());
        self.groups.set(vec![]);
        self.error.set(None);
    }

    pub fn form(self) -> NewUserForm {
        NewUserForm {
            username: self.username.get_untracked(),
            display_name: self.display_name.get_untracked(),
            email: self.email.get_untracked(),
            password: if self.kind.get_untracked() == "typed" {
                FirstPassword::Typed(self.password.get_untracked())
            } else {
                FirstPassword::Random
            },
            groups: self.groups.get_untracked(),
            fields: vec![],
            expires_on: String::new(),
        }
    }

    fn about(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.error.with(|e| e.as_ref().and_then(|e| e.about(field))))
    }

    /// Every problem with the field it belongs to; an empty name is about the whole form.
    fn problems(self) -> Signal<Vec<(String, String)>> {
        Signal::derive(move || match self.error.get() {
            None => vec![],
            Some(Error::Invalid(fields)) => fields.into_iter().map(|e| (e.field, e.problem.sentence())).collect(),
            Some(other) => vec![(String::new(), other.sentence())],
        })
    }
}

#[component]
pub fn Form(draft: Draft, open: RwSignal<bool>, submit: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
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
        RadioCard::new(
            "typed",
            "Type one",
            "At least 15 characters. It has to be changed at the first sign-in as well.",
        ),
    ];
    view! {
        <form method="post" class="form" on:submit=send novalidate>
            <FormErrors errors=draft.problems() />
            <div class="pair">
                <Username draft />
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
            {may_assign.then(|| view! { <Groups draft open /> })}
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
            // Enter in any field sends the form; the visible button stands outside of it.
            <button type="submit" class="hush" tabindex="-1" aria-hidden="true">"Create user"</button>
        </form>
    }
}

/// Says while somebody types whether the username can be had, without standing in the way.
#[component]
fn Username(draft: Draft) -> impl IntoView {
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
            let ask = move || drop(check.dispatch(name));
            waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
        }
    });
    on_cleanup(move || {
        if let Some(waiting) = waiting.try_get_value().flatten() {
            waiting.clear();
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

/// The groups to choose from; those that allow more than the viewer may are greyed, with the reason.
#[component]
fn Groups(draft: Draft, open: RwSignal<bool>) -> impl IntoView {
    let choices = LocalResource::new(move || {
        let wanted = open.get();
        async move { if wanted { list_group_choices().await.unwrap_or_default() } else { vec![] } }
    });
    let one = move |choice: domain::groups::GroupChoice| {
        let id = choice.id;
        let checked = Signal::derive(move || draft.groups.with(|groups| groups.contains(&id)));
        let change = move |yes| {
            draft.groups.update(|groups| {
                groups.retain(|group| *group != id);
                if yes {
                    groups.push(id);
                }
            });
        };
        let disabled = choice.refused.is_some();
        view! {
            <Checkbox
                checked
                on_change=change
                label=choice.name
                help=choice.refused.unwrap_or(choice.description)
                disabled=disabled
            />
        }
    };
    view! {
        <fieldset class="opts">
            <legend>"Groups"</legend>
            {move || choices.get().map(|choices| choices.into_iter().map(one).collect_view())}
        </fieldset>
    }
}
