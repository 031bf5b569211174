//! Somebody else saved a user meanwhile: what both changed, in the words of the form.

use domain::{
    edits::{Merged, merge},
    fields::Field,
    groups::{GroupChoice, GroupId, GroupTag},
    time::{Date, TimeZone},
    users::{User, UserChanges},
};
use leptos::prelude::*;

use super::draft::Draft;
use crate::ui::Meanwhile;

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
    let Merged { form, taken, conflicts } = merge(opened, &mine, &theirs);
    draft.fill(&form);
    *opened = theirs;
    Meanwhile::of(&taken, conflicts, |field| names.label(field), |field, raw| names.value(field, raw))
}

/// Puts what was chosen into the form.
pub fn choose(draft: Draft, field: &str, raw: &str) {
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
