//! Somebody else saved meanwhile: what both changed is told side by side and one chooses.
//! Nothing that was typed is lost, and nothing of theirs is overwritten unseen.

use domain::{
    fields::Field,
    groups::{GroupChoice, GroupId, GroupTag},
    time::{Date, TimeZone},
    users::{Conflict, User, UserChanges, merge},
};
use leptos::prelude::*;

use super::draft::Draft;
use crate::ui::{Note, RadioCard, RadioCards, focus};

/// A field that both changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    conflict: Conflict,
    label: String,
    theirs: String,
    mine: String,
    /// `theirs`, `mine`, or nothing yet.
    chosen: RwSignal<String>,
}

/// What came of bringing two edits together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meanwhile {
    /// What only they changed, in words: it stands in the form now.
    taken: Vec<String>,
    clashes: Vec<Clash>,
}

/// What names and values mean: for telling them in words.
pub struct Names<'a> {
    pub fields: &'a [Field],
    pub choices: &'a [GroupChoice],
    pub tags: &'a [GroupTag],
}

impl Names<'_> {
    fn label(&self, field: &str) -> String {
        match field {
            "display_name" => "Display name".into(),
            "email" => "E-mail".into(),
            "expires_on" => "Account ends".into(),
            "groups" => "Groups".into(),
            id => self.field(id).map_or_else(|| "A custom field".into(), |field| field.name.clone()),
        }
    }

    fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id.to_string() == id)
    }

    fn group(&self, id: &str) -> String {
        let id = GroupId::parse(id);
        let choice = self.choices.iter().find(|choice| Some(choice.id) == id).map(|choice| choice.name.clone());
        let tag = || self.tags.iter().find(|tag| Some(tag.id) == id).map(|tag| tag.name.clone());
        choice.or_else(tag).unwrap_or_else(|| "a group that is gone".into())
    }

    fn value(&self, field: &str, raw: &str) -> String {
        match (field, raw) {
            ("expires_on", "") => "Never".into(),
            ("groups", "") => "None".into(),
            (_, "") => "Empty".into(),
            ("groups", ids) => ids.split(' ').map(|id| self.group(id)).collect::<Vec<_>>().join(", "),
            ("display_name" | "email", text) => text.into(),
            // Account ends, and custom fields that are dates.
            (_, text) => Date::parse(text).map_or_else(|| text.into(), Date::short),
        }
    }
}

/// Brings what was typed together with what is there now. The draft then shows the result;
/// `opened` becomes what is there now, so that saving again is of its version.
pub fn bring_together(
    draft: Draft,
    opened: &mut UserChanges,
    now: &User,
    zone: &TimeZone,
    names: &Names<'_>,
) -> Meanwhile {
    let theirs = UserChanges::of(now, zone);
    let mine = draft.changes(opened);
    let (merged, conflicts) = merge(opened, &mine, &theirs);
    let taken = changed(&mine, &merged).iter().map(|field| names.label(field)).collect();
    draft.fill(&merged);
    *opened = theirs;
    let clashes = conflicts
        .into_iter()
        .map(|conflict| Clash {
            label: names.label(&conflict.field),
            theirs: names.value(&conflict.field, &conflict.theirs),
            mine: names.value(&conflict.field, &conflict.mine),
            chosen: RwSignal::new(String::new()),
            conflict,
        })
        .collect();
    Meanwhile { taken, clashes }
}

/// The names of the values that differ.
fn changed(mine: &UserChanges, merged: &UserChanges) -> Vec<String> {
    let mut names = vec![];
    let mut differs = |name: &str, differs: bool| {
        if differs {
            names.push(name.to_owned());
        }
    };
    differs("display_name", mine.display_name != merged.display_name);
    differs("email", mine.email != merged.email);
    differs("expires_on", mine.expires_on != merged.expires_on);
    differs("groups", mine.groups != merged.groups);
    for value in &merged.fields {
        let own = mine.fields.iter().find(|own| own.field == value.field).map_or("", |own| &own.value);
        differs(&value.field.to_string(), own != value.value);
    }
    names
}

impl Meanwhile {
    /// Whether something is left to choose.
    pub fn is_open(&self) -> bool {
        self.clashes.iter().any(|clash| clash.chosen.with(String::is_empty))
    }

    fn told(&self) -> String {
        let taken = match self.taken.split_last() {
            None => String::new(),
            Some((only, [])) => format!("Their change to {} is in the form now. ", only.to_lowercase()),
            Some((last, rest)) => format!(
                "Their changes to {} and {} are in the form now. ",
                rest.join(", ").to_lowercase(),
                last.to_lowercase()
            ),
        };
        let next = if self.clashes.is_empty() {
            "What you typed stands. Look through it and save once more."
        } else {
            "You both changed what is listed here: choose what holds, then save once more."
        };
        format!("{taken}{next}")
    }
}

/// Above the form, until it is saved.
#[component]
pub fn StaleNote(draft: Draft, meanwhile: Meanwhile) -> impl IntoView {
    let told = meanwhile.told();
    let clashes = meanwhile.clashes.into_iter().map(|clash| choice(draft, clash)).collect_view();
    // The form may be scrolled far down.
    request_animation_frame(|| {
        focus("stale");
    });
    view! {
        <div class="stack tight" id="stale" tabindex="-1" role="group" aria-label="Somebody else saved meanwhile">
            <Note tone="warn">
                <b>"Somebody else saved meanwhile."</b>
                " "
                {told}
            </Note>
            {clashes}
        </div>
    }
    .into_any()
}

fn choice(draft: Draft, clash: Clash) -> AnyView {
    let Clash { conflict, label, theirs, mine, chosen } = clash;
    let name = format!("stale-{}", conflict.field);
    Effect::new(move |_| match chosen.get().as_str() {
        "theirs" => apply(draft, &conflict.field, &conflict.theirs),
        "mine" => apply(draft, &conflict.field, &conflict.mine),
        _ => {}
    });
    let cards =
        vec![RadioCard::new("theirs", theirs, "What they saved"), RadioCard::new("mine", mine, "What you typed")];
    view! { <RadioCards legend=label name value=chosen cards /> }.into_any()
}

fn apply(draft: Draft, field: &str, raw: &str) {
    match field {
        "display_name" => draft.display_name.set(raw.into()),
        "email" => draft.email.set(raw.into()),
        "expires_on" => draft.expires_on.set(raw.into()),
        "groups" => draft.groups.set(raw.split(' ').filter_map(GroupId::parse).collect()),
        id => {
            if let Some(id) = domain::fields::FieldId::parse(id) {
                draft.set_field(id, raw.into());
            }
        }
    }
}
