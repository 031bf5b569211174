//! The inputs that the forms for a new and an existing user share: custom fields, groups, the
//! end of the account.

use domain::{
    Permission,
    factors::SecondFactorPolicy,
    fields::{Field, FieldKind},
    groups::GroupChoice,
};
use leptos::prelude::*;

use super::{draft::Draft, server_fns::find_second_factor_policy};
use crate::{
    groups::server_fns::list_group_choices,
    layout::use_viewer,
    settings::server_fns::list_fields,
    ui::{Checkbox, Select, TextField, use_time_zone},
};

/// What a form offers, asked for while it is open; nothing where it could not be had.
#[derive(Clone, Copy)]
pub struct Offered {
    pub fields: LocalResource<Answered<Field>>,
    groups: LocalResource<Answered<GroupChoice>>,
    policy: LocalResource<Option<SecondFactorPolicy>>,
}

/// Nothing yet while the form is closed.
type Answered<T> = Option<Option<Vec<T>>>;

impl Offered {
    /// `new`: for somebody new.
    pub fn while_open(open: RwSignal<bool>, new: bool) -> Self {
        let may_assign = use_viewer().with_untracked(|viewer| viewer.may(Permission::AssignGroups));
        Self {
            fields: LocalResource::new(move || {
                let wanted = open.get();
                async move { if wanted { Some(list_fields().await.ok()) } else { None } }
            }),
            groups: LocalResource::new(move || {
                let wanted = open.get();
                async move {
                    match (wanted, may_assign) {
                        (true, true) => Some(list_group_choices().await.ok()),
                        (true, false) => Some(None),
                        (false, _) => None,
                    }
                }
            }),
            policy: LocalResource::new(move || {
                let wanted = new && open.get();
                async move { if wanted { find_second_factor_policy().await.ok() } else { None } }
            }),
        }
    }

    /// The rules about second factors, as far as they are known.
    pub fn policy(self) -> Option<SecondFactorPolicy> {
        self.policy.get().flatten()
    }

    /// Whether both answers are there.
    pub fn is_there(self) -> bool {
        self.fields.get().flatten().is_some() && self.groups.get().flatten().is_some()
    }

    pub fn choices(self) -> Vec<GroupChoice> {
        self.groups.get().flatten().flatten().unwrap_or_default()
    }

    /// The custom fields as far as they are known.
    pub fn defined(self) -> Option<Vec<Field>> {
        self.fields.get().flatten().flatten()
    }
}

/// Every custom field, in order.
#[component]
pub fn CustomFields(draft: Draft, offered: Offered) -> impl IntoView {
    let fields = move || offered.defined().unwrap_or_default();
    let some = Memo::new(move |_| !fields().is_empty());
    // Each keeps its own input, whatever is added or deleted beside it.
    let key = |field: &Field| (field.id, field.required, field.choices.clone());
    view! {
        <Show when=move || some.get()>
            <div class="pair">
                <For each=fields key children=move |field| input(draft, field) />
            </div>
        </Show>
    }
}

fn input(draft: Draft, field: Field) -> AnyView {
    let (id, name) = (field.id, field.form_name());
    let error = draft.about(name.clone());
    let text = RwSignal::new(untrack(|| draft.field(id)));
    // Typed here, or brought in from elsewhere: both ways, and only where they differ.
    Effect::new(move |_| {
        let typed = text.get();
        if untrack(|| draft.field(id)) != typed {
            draft.set_field(id, typed);
        }
    });
    Effect::new(move |_| {
        let held = draft.field(id);
        if text.get_untracked() != held {
            text.set(held);
        }
    });
    match field.kind {
        FieldKind::Choice => {
            let options = options(field.choices, text.get_untracked());
            view! { <Select label=field.name name value=text options error optional=!field.required /> }.into_any()
        }
        kind => {
            let input = if kind == FieldKind::Date { "date" } else { "text" };
            view! {
                <TextField
                    label=field.name
                    name
                    value=text
                    kind=input
                    error
                    required=field.required
                    optional=!field.required
                />
            }
            .into_any()
        }
    }
}

/// Empty comes first. What somebody has stays in sight, also when it is offered no longer.
fn options(choices: Vec<String>, held: String) -> Vec<(String, String)> {
    let mut options = vec![(String::new(), "\u{2014}".to_owned())];
    options.extend(choices.into_iter().map(|choice| (choice.clone(), choice)));
    if !options.iter().any(|(value, _)| *value == held) {
        options.push((held.clone(), format!("{held} (no longer offered)")));
    }
    options
}

/// The groups to choose from; those that the viewer may not give are greyed, with the reason.
/// `refused` greys them all.
#[component]
pub fn Groups(
    draft: Draft,
    #[prop(into)] choices: Signal<Vec<GroupChoice>>,
    #[prop(optional_no_strip)] refused: Option<String>,
) -> impl IntoView {
    let all = refused.is_some();
    let one = move |choice: GroupChoice| {
        let id = choice.id;
        let checked = Signal::derive(move || draft.groups.with(|groups| groups.contains(&id)));
        let disabled = all || choice.refused.is_some();
        let help = choice.refused.filter(|_| !all).unwrap_or(choice.description);
        view! { <Checkbox checked on_change=move |yes| draft.set_group(id, yes) label=choice.name help disabled=disabled /> }
    };
    view! {
        <fieldset class="opts" id="f-groups" tabindex="-1">
            <legend>"Groups"</legend>
            {refused.map(|why| view! { <p class="why">{why}</p> })}
            {move || choices.get().into_iter().map(one).collect_view()}
        </fieldset>
    }
}

/// The last day of an account.
#[component]
pub fn AccountEnd(draft: Draft, #[prop(optional_no_strip)] refused: Option<String>) -> impl IntoView {
    let disabled = refused.is_some();
    let zone = use_time_zone();
    let help = move || {
        let last = || zone.with(|zone| format!("The last day, to its end in {}. Empty: never.", zone.name()));
        Some(refused.clone().unwrap_or_else(last))
    };
    view! {
        <TextField
            label="Account ends"
            name="expires_on"
            kind="date"
            value=draft.expires_on
            error=draft.about("expires_on")
            help=Signal::derive(help)
            disabled=disabled
            optional=true
        />
    }
}
