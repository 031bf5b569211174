//! All filters as one form: a plain request before the page wakes up, then a change of address.

use domain::{
    Error,
    fields::{Field, FieldKind},
    listing::{Filters, Sort},
    users::{FactorFilter, Status, UserFilters, UserListing, UserSort},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_navigate;

use super::{address, state::List};
use crate::ui::{Button, Checkbox, Kind, Select, TextField, close_panel, days_of, focus, use_time_zone};

/// The id of the panel around the form.
pub const FILTER: &str = "filter";

/// The fields that every installation has, by their names in the address.
const DAYS: [&str; 4] = ["signed-in-from", "signed-in-to", "created-from", "created-to"];

/// What the form holds: a value under each name.
#[derive(Clone, Copy)]
struct Draft {
    values: StoredValue<Vec<(String, RwSignal<String>)>>,
    error: RwSignal<Option<Error>>,
}

impl Draft {
    fn new(custom: &[Field]) -> Self {
        let fixed = ["status", "group", "factors", "signed-in"].into_iter().chain(DAYS).map(str::to_owned);
        let all = fixed.chain(custom.iter().map(parameter));
        let values = all.map(|name| (name, RwSignal::new(String::new()))).collect();
        Self { values: StoredValue::new(values), error: RwSignal::new(None) }
    }

    fn value(self, name: &str) -> RwSignal<String> {
        let found = self.values.with_value(|all| all.iter().find(|(own, _)| own == name).map(|(_, value)| *value));
        found.unwrap_or_else(|| RwSignal::new(String::new()))
    }

    fn fill(self, filters: &UserFilters) {
        let pairs = filters.pairs();
        self.error.set(None);
        self.values.with_value(|all| {
            for (name, value) in all {
                let said = pairs.iter().find(|(own, _)| own == name).map_or("", |(_, said)| said);
                if value.with_untracked(|value| value != said) {
                    value.set(said.to_owned());
                }
            }
        });
    }

    fn read(self) -> Result<UserFilters, Error> {
        let pairs = self.values.with_value(|all| {
            let never = self.value("signed-in").with_untracked(|value| value == "never");
            let sent = all.iter().filter(|(name, _)| !(never && name.starts_with("signed-in-")));
            sent.map(|(name, value)| (name.clone(), value.get_untracked())).collect::<Vec<_>>()
        });
        UserListing::from_pairs(pairs).map(|listing| listing.filters)
    }

    fn about(self, name: String) -> Signal<Option<String>> {
        Signal::derive(move || self.error.with(|e| e.as_ref().and_then(|e| e.about(&name))))
    }
}

/// A custom field's name in the address.
fn parameter(field: &Field) -> String {
    format!("field-{}", field.id)
}

/// The sort as parameters, where it is not the plain one.
pub fn sorting(listing: &UserListing) -> Vec<(String, String)> {
    let sort = (listing.sort != UserSort::default()).then(|| ("sort".to_owned(), listing.sort.code().to_owned()));
    let turned = listing.direction != listing.sort.natural();
    let direction = turned.then(|| ("dir".to_owned(), listing.direction.code().to_owned()));
    sort.into_iter().chain(direction).collect()
}

#[component]
pub fn FilterForm(list: List) -> impl IntoView {
    let custom = list.names.with_value(|names| names.fields.clone());
    let draft = Draft::new(&custom);
    draft.fill(&untrack(|| list.current()).filters);
    // Chips, back and forward change the filters too.
    Effect::new(move |before: Option<UserFilters>| {
        let filters = list.current().filters;
        if before.is_some_and(|before| before != filters) {
            draft.fill(&filters);
        }
        filters
    });
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match draft.read() {
            Ok(filters) => {
                draft.error.set(None);
                close_panel(FILTER);
                navigate(&address(&untrack(|| list.current()).filtered(filters)), Default::default());
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
    let day = move |name: &'static str, label: &'static str, off: Signal<bool>| {
        let (value, error) = (draft.value(name), draft.about(name.into()));
        view! { <TextField label name value kind="date" error disabled=off /> }
    };
    let signed_in = draft.value("signed-in");
    let never = Signal::derive(move || signed_in.with(|value| value == "never"));
    let always = Signal::stored(false);
    let hidden = move || {
        let listing = list.current();
        let search = (!listing.search.is_empty()).then(|| ("q".to_owned(), listing.search.clone()));
        let pairs = search.into_iter().chain(sorting(&listing));
        pairs.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()
    };
    let zone = use_time_zone();
    let cleared = move || address(&list.current().filtered(UserFilters::default()));
    view! {
        <form method="get" action="/users" class="form filters" on:submit=submit>
            <div class="pair">
                <Select label="Status" name="status" value=draft.value("status") options=statuses() />
                {groups(list).map(|options| {
                    view! { <Select label="Group" name="group" value=draft.value("group") options /> }
                })}
                <Select label="Sign-in methods" name="factors" value=draft.value("factors") options=factors() />
            </div>
            <fieldset>
                <legend class="label">"Last sign-in"</legend>
                <Checkbox
                    checked=never
                    on_change=move |yes| signed_in.set(if yes { "never".into() } else { String::new() })
                    name="signed-in"
                    value="never"
                    label="Never signed in"
                />
                <div class="pair">{day(DAYS[0], "From", never)} {day(DAYS[1], "To", never)}</div>
            </fieldset>
            <fieldset>
                <legend class="label">"Created"</legend>
                <div class="pair">{day(DAYS[2], "From", always)} {day(DAYS[3], "To", always)}</div>
            </fieldset>
            {(!custom.is_empty())
                .then(|| {
                    let inputs = custom.into_iter().map(|field| custom_input(draft, field)).collect_view();
                    view! { <div class="pair">{inputs}</div> }
                })}
            {hidden}
            <p class="help">{move || days_of(zone)}</p>
            <div class="actions">
                <a class=Kind::Quiet.class("") href=cleared on:click=move |_| close_panel(FILTER)>"Clear all"</a>
                <Button kind=Kind::Primary submit=true>"Show matches"</Button>
            </div>
        </form>
    }
    .into_any()
}

fn statuses() -> Vec<(String, String)> {
    let any = (String::new(), "Any but the bin".to_owned());
    let all = Status::ALL.into_iter().map(|status| (status.code().to_owned(), status.label().to_owned()));
    std::iter::once(any).chain(all).collect()
}

fn factors() -> Vec<(String, String)> {
    let any = (String::new(), "Any".to_owned());
    let all = FactorFilter::ALL.into_iter().map(|filter| (filter.code().to_owned(), filter.label().to_owned()));
    std::iter::once(any).chain(all).collect()
}

/// Nothing where the viewer may not see the groups.
fn groups(list: List) -> Option<Vec<(String, String)>> {
    let any = (String::new(), "Any group".to_owned());
    list.names.with_value(|names| {
        let all = names.groups.iter().map(|(id, name)| (id.to_string(), name.clone()));
        (!names.groups.is_empty()).then(|| std::iter::once(any).chain(all).collect())
    })
}

fn custom_input(draft: Draft, field: Field) -> AnyView {
    let name = parameter(&field);
    let (value, error) = (draft.value(&name), draft.about(name.clone()));
    match field.kind {
        FieldKind::Choice => {
            let any = (String::new(), "Any".to_owned());
            let options = std::iter::once(any).chain(field.choices.into_iter().map(|choice| (choice.clone(), choice)));
            view! { <Select label=field.name name value options=options.collect() error /> }.into_any()
        }
        FieldKind::Date => view! { <TextField label=field.name name value error kind="date" /> }.into_any(),
        FieldKind::Text => view! { <TextField label=field.name name value error maxlength=200 /> }.into_any(),
    }
}
