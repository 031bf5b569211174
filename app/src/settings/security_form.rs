//! The fields of the rules about what proves people.

use domain::{
    Permission,
    groups::{GroupId, GroupRow},
};
use leptos::prelude::*;

use super::security_draft::{ALLOWED, Draft, FROM, LEAST, LEAST_BESIDE, REMEMBER_DAYS, REQUIRED, WORDS};
use crate::{
    groups::server_fns::list_groups,
    layout::use_viewer,
    ui::{Checkbox, Icon, RadioCard, RadioCards, TextArea, TextField, use_time_zone},
};

#[component]
pub fn Fields(draft: Draft, barred: Signal<Option<String>>) -> impl IntoView {
    let off = Signal::derive(move || barred.get().is_some());
    let number = move |label: &'static str, name: &'static str, value: RwSignal<String>, help: &'static str| {
        view! {
            <TextField label name value inputmode="numeric" error=draft.about(name) help disabled=off required=true />
        }
    };
    let zone = use_time_zone();
    let begins = move || {
        zone.with(|zone| Some(format!("Nobody is held to it before. Days begin at midnight in {}.", zone.name())))
    };
    view! {
        <Required draft off />
        <TextField
            label="From which day"
            name=FROM
            value=draft.from
            kind="date"
            error=draft.about(FROM)
            help=Signal::derive(begins)
            disabled=off
            optional=true
        />
        <Kinds draft off />
        {number(
            "Days a device may be remembered",
            REMEMBER_DAYS,
            draft.remember_days,
            "A remembered device is not asked for the second factor. 0 for never.",
        )}
        {number("Shortest password", LEAST, draft.least, "In characters, where the password is all there is.")}
        {number(
            "Shortest password beside a required second factor",
            LEAST_BESIDE,
            draft.least_beside,
            "In characters, for people of whom a second factor is required.",
        )}
        <TextArea
            label="Words not for passwords"
            name=WORDS
            value=draft.words
            error=draft.about(WORDS)
            help="One on each line: names of your organisation and its products, which are guessed first."
            rows=4
            optional=true
            disabled=off
        />
    }
    .into_any()
}

/// Nobody, everyone, or whoever is in one of the groups.
#[component]
fn Required(draft: Draft, off: Signal<bool>) -> impl IntoView {
    let may = use_viewer().with_untracked(|viewer| viewer.may(Permission::ViewGroups));
    let groups = Resource::new(|| (), move |()| async move { if may { list_groups().await.ok() } else { None } });
    let disabled = off.get_untracked();
    let card = |value: &str, title: &str, about: &str| RadioCard { disabled, ..RadioCard::new(value, title, about) };
    let mut of_groups = card("groups", "These groups", "Whoever is in one of the groups that you choose.");
    if !may {
        of_groups.disabled = true;
        of_groups.about = "To choose groups you need the permission \u{201c}View groups\u{201d}.".into();
    }
    let cards = vec![
        card("nobody", "Nobody", "Everybody may set one up; an administrator can require it of one person."),
        card("everyone", "Everyone", "Whoever has none sets one up at the next sign-in."),
        of_groups,
    ];
    let boxes = move || Suspend::new(async move { groups.await.map(|groups| view! { <Groups draft off groups /> }) });
    view! {
        <div class="stack tight" id=format!("f-{REQUIRED}") tabindex="-1">
            <RadioCards legend="Who must have a second factor" name=REQUIRED value=draft.required cards />
            <Show when=move || draft.required.with(|required| required == "groups")>
                <Transition>{boxes}</Transition>
            </Show>
            <Wrong draft name=REQUIRED />
        </div>
    }
    .into_any()
}

#[component]
fn Groups(draft: Draft, off: Signal<bool>, groups: Vec<GroupRow>) -> impl IntoView {
    // A group that is gone since must not stay in the rules unseen.
    let there: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    draft.groups.update(|chosen| chosen.retain(|id| there.contains(id)));
    let boxes = groups
        .into_iter()
        .map(|GroupRow { id, name, .. }| {
            let checked = Signal::derive(move || draft.groups.with(|groups| groups.contains(&id)));
            let choose = move |yes: bool| {
                draft.groups.update(|groups| {
                    groups.retain(|own| *own != id);
                    if yes {
                        groups.push(id);
                    }
                });
            };
            view! { <Checkbox checked on_change=choose label=name disabled=off /> }
        })
        .collect_view();
    view! {
        <fieldset class="opts">
            <legend>"Groups"</legend>
            {boxes}
        </fieldset>
    }
    .into_any()
}

#[component]
fn Kinds(draft: Draft, off: Signal<bool>) -> impl IntoView {
    let kind = move |value: RwSignal<bool>, label: &'static str, help: &'static str| {
        view! { <Checkbox checked=value on_change=move |yes| value.set(yes) label help disabled=off /> }
    };
    view! {
        <div class="stack tight" id=format!("f-{ALLOWED}") tabindex="-1">
            <fieldset class="opts">
                <legend>"Kinds that count"</legend>
                {kind(draft.allow_passkey, "Passkey", "Cannot be given away to a false page.")}
                {kind(draft.allow_app, "Authenticator app", "Codes of six digits that change every 30 seconds.")}
            </fieldset>
            <Wrong draft name=ALLOWED />
        </div>
    }
    .into_any()
}

/// What is wrong with a group of choices.
#[component]
fn Wrong(draft: Draft, name: &'static str) -> impl IntoView {
    let about = draft.about(name);
    move || {
        about.get().map(|words| {
            view! { <div class="control"><p class="error"><Icon name="alert" /> <span>{words}</span></p></div> }
        })
    }
}
