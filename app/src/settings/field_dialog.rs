//! The form for a custom field, new or existing. The kind of an existing one stays what it is.

use domain::{
    Error, Problem,
    edits::{Merged, merge},
    fields::{Field, FieldForm, FieldKind},
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::server_fns::{list_fields, save_field};
use crate::{
    api::ApiError,
    reauthentication::use_reauthentication,
    ui::{
        Button, Checkbox, Dialog, FormErrors, Kind, Meanwhile, Press, RadioCard, RadioCards, StaleNote, TextArea,
        TextField, Toaster,
    },
};

/// What the form holds while it is filled in.
#[derive(Clone, Copy)]
struct Draft {
    /// The field that the form was opened with; nothing for a new one.
    seen: RwSignal<Option<Field>>,
    name: RwSignal<String>,
    kind: RwSignal<String>,
    required: RwSignal<bool>,
    choices: RwSignal<String>,
    error: RwSignal<Option<Error>>,
}

impl Draft {
    fn new() -> Self {
        Self {
            seen: RwSignal::new(None),
            name: RwSignal::new(String::new()),
            kind: RwSignal::new(FieldKind::default().code().into()),
            required: RwSignal::new(false),
            choices: RwSignal::new(String::new()),
            error: RwSignal::new(None),
        }
    }

    /// Starts with what the field is, or with nothing.
    fn start(self, field: Option<Field>) {
        self.fill(field.as_ref().map(FieldForm::of).unwrap_or_default());
        self.error.set(None);
    }

    fn fill(self, form: FieldForm) {
        self.kind.set(form.kind.code().into());
        self.seen.set(form.seen);
        self.required.set(form.required);
        self.choices.set(form.choices);
        self.name.set(form.name);
    }

    /// Brings what was typed together with what the field is now.
    fn bring_together(self, seen: &Field, now: &Field) -> Meanwhile {
        let Merged { form, taken, conflicts } = merge(&FieldForm::of(seen), &self.form(), &FieldForm::of(now));
        self.fill(form);
        let label = |name: &str| match name {
            "name" => "Name".to_owned(),
            "required" => "Required".to_owned(),
            _ => "Choices".to_owned(),
        };
        let value = |name: &str, raw: &str| match (name, raw) {
            ("required", "yes") => "Yes".to_owned(),
            ("required", _) => "No".to_owned(),
            (_, "") => "Empty".to_owned(),
            (_, typed) => typed.lines().collect::<Vec<_>>().join(", "),
        };
        Meanwhile::of(&taken, conflicts, label, value)
    }

    /// Puts what was chosen into the form.
    fn choose(self, name: &str, raw: &str) {
        match name {
            "name" => self.name.set(raw.to_owned()),
            "required" => self.required.set(raw == "yes"),
            _ => self.choices.set(raw.to_owned()),
        }
    }

    fn form(self) -> FieldForm {
        FieldForm {
            seen: self.seen.get_untracked(),
            name: self.name.get_untracked(),
            kind: FieldKind::from_code(&self.kind.get_untracked()).unwrap_or_default(),
            required: self.required.get_untracked(),
            choices: self.choices.get_untracked(),
        }
    }

    fn about(self, field: &'static str) -> Signal<Option<String>> {
        let about = move |error: &Error| match error {
            Error::Invalid(fields) => fields.iter().find(|e| e.field == field).map(|e| in_words(&e.problem)),
            _ => None,
        };
        Signal::derive(move || self.error.with(|error| error.as_ref().and_then(about)))
    }

    /// Every problem with the field it belongs to; an empty name is about the whole form.
    fn problems(self) -> Signal<Vec<(String, String)>> {
        Signal::derive(move || match self.error.get() {
            None => vec![],
            Some(Error::Invalid(fields)) => fields.into_iter().map(|e| (e.field, in_words(&e.problem))).collect(),
            Some(other) => vec![(String::new(), other.sentence())],
        })
    }
}

/// The general words are about people.
fn in_words(problem: &Problem) -> String {
    match problem {
        Problem::Taken => "Another field has this name. Choose another.".into(),
        other => other.sentence(),
    }
}

#[component]
pub fn FieldDialog(
    /// What to edit: a field, or a new one.
    editing: RwSignal<Option<Option<Field>>>,
    #[prop(into)] on_saved: Callback<()>,
) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let reauthentication = use_reauthentication();
    let open = RwSignal::new(false);
    let draft = Draft::new();
    let meanwhile = RwSignal::new(None::<Meanwhile>);
    Effect::new(move |_| {
        if let Some(field) = editing.get() {
            draft.start(field);
            meanwhile.set(None);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            editing.set(None);
        }
    });
    let save = Action::new(|form: &FieldForm| {
        let form = form.clone();
        async move { save_field(form.clone()).await.map(|_| form) }
    });
    let look = Action::new(|(): &()| list_fields());
    let busy = Signal::derive(move || save.pending().get() || look.pending().get());
    let is_undecided = move || meanwhile.with(|meanwhile| meanwhile.as_ref().is_some_and(Meanwhile::is_open));
    let submit = move || {
        if busy.get_untracked() || untrack(is_undecided) {
            return;
        }
        let form = draft.form();
        draft.error.set(form.parse().err());
        if draft.error.with_untracked(Option::is_none) {
            save.press(form);
        }
    };
    Effect::new(move |_| match save.value().get() {
        Some(Ok(form)) => {
            open.set(false);
            let done = if form.seen.is_some() { "saved" } else { "added" };
            toaster.good(format!("{} {done}", form.name.trim()));
            on_saved.run(());
        }
        Some(Err(ApiError(Error::Stale))) => look.request(()),
        Some(Err(error)) if !reauthentication.handles(&error, submit) => {
            let ApiError(error) = error;
            draft.error.set(Some(error));
        }
        Some(Err(_)) | None => {}
    });
    // Somebody else saved meanwhile. The form stays as it stands, with what was typed.
    Effect::new(move |_| match look.value().get() {
        Some(Ok(fields)) => {
            let Some(seen) = draft.seen.get_untracked() else { return };
            match fields.iter().find(|field| field.id == seen.id) {
                // Another form may be open by now.
                Some(now) if *now == seen => {}
                Some(now) => meanwhile.set(Some(draft.bring_together(&seen, now))),
                None => draft.error.set(Some(Error::NotFound)),
            }
        }
        Some(Err(ApiError(error))) => draft.error.set(Some(error)),
        None => {}
    });
    let is_new = move || draft.seen.with(Option::is_none);
    let choose_first = move || is_undecided().then(|| "Choose first what holds.".to_owned());
    let actions = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <Button kind=Kind::Primary busy=busy disabled_reason=choose_first on_click=move |_| submit()>
                {move || if is_new() { "Add field" } else { "Save field" }}
            </Button>
        }
    };
    let title = Signal::derive(move || if is_new() { "Add field" } else { "Edit field" }.to_owned());
    let note = move || {
        let choose = move |(name, raw): (String, String)| draft.choose(&name, &raw);
        meanwhile.get().map(|meanwhile| view! { <StaleNote id="stale-field" meanwhile on_choose=choose /> })
    };
    view! {
        <Dialog open title actions>
            {note}
            <Form draft submit />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(draft: Draft, submit: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        submit();
    };
    let is_new = draft.seen.with_untracked(Option::is_none);
    let choice = FieldKind::Choice.code();
    view! {
        <form method="post" class="form" on:submit=send novalidate>
            <FormErrors errors=draft.problems() />
            <TextField
                label="Name"
                name="name"
                value=draft.name
                error=draft.about("name")
                help="As it stands in forms and above its column."
                required=true
                autofocus=true
            />
            <RadioCards legend="Kind" name="kind" value=draft.kind cards=kinds(!is_new) />
            {(!is_new)
                .then(|| {
                    view! {
                        <p class="soft small">
                            "The kind of a field stays: values of another kind would make no sense. For another kind, add another field."
                        </p>
                    }
                })}
            {move || {
                draft
                    .kind
                    .with(|kind| kind == choice)
                    .then(|| {
                        view! {
                            <TextArea
                                label="Choices"
                                name="choices"
                                value=draft.choices
                                error=draft.about("choices")
                                help=if is_new {
                                    "One on each line."
                                } else {
                                    "One on each line. Whoever has a choice that you take away keeps it until they are edited."
                                }
                                rows=5
                                required=true
                            />
                        }
                    })
            }}
            <Checkbox
                checked=draft.required
                on_change=move |yes| draft.required.set(yes)
                label="Required"
                help="Nobody can be created or edited without it. Users who have no value yet stay as they are."
            />
            // Enter in the name sends the form; the visible button stands outside of it.
            <button type="submit" class="hush" tabindex="-1" aria-hidden="true">"Save"</button>
        </form>
    }
    .into_any()
}

/// What a field can hold; all greyed where that is decided.
fn kinds(decided: bool) -> Vec<RadioCard> {
    let card = |kind: FieldKind| {
        let about = match kind {
            FieldKind::Text => "A line of up to 200 characters.",
            FieldKind::Choice => "From a list that you write.",
            FieldKind::Date => "A day of the calendar.",
        };
        RadioCard { disabled: decided, ..RadioCard::new(kind.code(), kind.label(), about) }
    };
    FieldKind::ALL.into_iter().map(card).collect()
}
