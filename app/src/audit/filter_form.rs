//! All filters as one form: a plain request before the page wakes up, then a change of address.

use domain::{
    Error, Permission,
    audit::{Event, LogFilter, LogListing},
    time::Date,
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;

use super::{
    page::address,
    person_field::{Chosen, PersonField},
};
use crate::{
    layout::use_viewer,
    ui::{Button, Kind, Select, TextField, close_panel, days_of, focus, use_time_zone},
};

/// The id of the panel around the form.
pub const FILTER: &str = "log-filter";

/// What the form holds while it is filled in.
#[derive(Clone, Copy)]
pub struct Draft {
    person: Chosen,
    actor: Chosen,
    kind: RwSignal<String>,
    from: RwSignal<String>,
    to: RwSignal<String>,
    result: RwSignal<String>,
    error: RwSignal<Option<Error>>,
}

impl Draft {
    pub fn new(filter: &LogFilter) -> Self {
        let text = || RwSignal::new(String::new());
        let (person, actor) = (Chosen::new(), Chosen::new());
        let error = RwSignal::new(None);
        let draft = Self { person, actor, kind: text(), from: text(), to: text(), result: text(), error };
        draft.fill(filter, None, None);
        draft
    }

    pub fn fill(self, filter: &LogFilter, person: Option<String>, actor: Option<String>) {
        self.person.fill(filter.person, person);
        self.actor.fill(filter.actor, actor);
        self.kind.set(filter.kind.clone().unwrap_or_default());
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        self.from.set(day(filter.from));
        self.to.set(day(filter.to));
        let result = filter.failed.map_or("", |failed| if failed { "failed" } else { "done" });
        self.result.set(result.into());
        self.error.set(None);
    }

    fn read(self) -> Result<LogListing, Error> {
        let filled = [("kind", self.kind), ("from", self.from), ("to", self.to), ("result", self.result)];
        let mut listing = LogListing::from_pairs(filled.map(|(name, value)| (name, value.get_untracked())))?;
        listing.filter.person = self.person.read("person")?;
        listing.filter.actor = self.actor.read("actor")?;
        Ok(listing)
    }

    fn about(self, name: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.error.with(|error| error.as_ref().and_then(|error| error.about(name))))
    }
}

#[component]
pub fn FilterForm(draft: Draft) -> impl IntoView {
    let may_find = use_viewer().with_untracked(|viewer| viewer.may(Permission::ViewUsers));
    let navigate = use_navigate();
    let zone = use_time_zone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match draft.read() {
            Ok(listing) => {
                draft.error.set(None);
                close_panel(FILTER);
                navigate(&address(&listing), Default::default());
            }
            Err(error) => {
                if let Error::Invalid(fields) = &error
                    && let Some(first) = fields.first()
                {
                    focus(&format!("f-{}", first.field));
                }
                draft.error.set(Some(error));
            }
        }
    };
    let options = |any: &str, all: &[(&str, &str)]| {
        let all = std::iter::once(("", any)).chain(all.iter().copied());
        all.map(|(code, words)| (code.to_owned(), words.to_owned())).collect::<Vec<_>>()
    };
    let kinds = options("Everything", Event::KINDS);
    let results = options("Done or failed", &[("done", "Done"), ("failed", "Failed")]);
    view! {
        <form method="get" action="/audit" class="form filters" on:submit=submit novalidate>
            <div class="pair">
                <PersonField label="About" name="person" chosen=draft.person error=draft.about("person") shown=may_find />
                <PersonField label="By" name="actor" chosen=draft.actor error=draft.about("actor") shown=may_find />
            </div>
            <div class="pair">
                <Select label="Kind" name="kind" value=draft.kind options=kinds />
                <Select label="Result" name="result" value=draft.result options=results />
            </div>
            <div class="pair">
                <TextField label="From" name="from" value=draft.from kind="date" error=draft.about("from") />
                <TextField label="To" name="to" value=draft.to kind="date" error=draft.about("to") />
            </div>
            <p class="help">{move || days_of(zone)}</p>
            <div class="actions">
                <a class=Kind::Quiet.class("") href="/audit" on:click=move |_| close_panel(FILTER)>"Clear all"</a>
                <Button kind=Kind::Primary submit=true>"Show matches"</Button>
            </div>
        </form>
    }
    .into_any()
}
