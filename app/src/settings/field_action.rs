//! What is done to a custom field from its line. Deleting asks first, since its values go with it.

use domain::fields::{Field, FieldId};
use leptos::prelude::*;

use super::server_fns::{add_example_fields, delete_field, move_field};
use crate::{
    action::{ActionSpec, Impact, Input, Outcome, Task, Wording, effect},
    api::Answer,
};

/// What can be asked for from a line.
#[derive(Clone, Debug)]
pub enum FieldAction {
    Edit(Field),
    Delete(Field),
    Move { id: FieldId, up: bool },
}

#[derive(Clone)]
pub struct DeleteField {
    pub field: Field,
    /// The fields are not what they were.
    pub on_settled: Callback<()>,
}

impl ActionSpec for DeleteField {
    fn key(&self) -> String {
        format!("delete field {}", self.field.id)
    }

    fn wording(&self) -> Option<Wording> {
        let name = &self.field.name;
        Some(Wording {
            title: format!("Delete the field {name}?"),
            about: "This cannot be undone.".into(),
            verb: format!("Delete {name}"),
            icon: "bin",
            danger: true,
        })
    }

    fn impact(&self, _: Input) -> Impact {
        vec![
            effect("users", "Its values disappear from every user"),
            effect("log", "What the audit log says of it stays"),
        ]
        .into()
    }

    fn run(&self, _: Input) -> Task<Answer<Outcome>> {
        let Field { id, name, .. } = self.field.clone();
        Box::pin(async move { delete_field(id).await.map(|()| Outcome::Done(format!("{name} deleted"))) })
    }

    fn settled(&self, _: bool) {
        self.on_settled.try_run(());
    }
}

/// Moves a field by one place.
#[derive(Clone, Copy)]
pub struct MoveField {
    pub id: FieldId,
    pub up: bool,
    /// Told whether it was moved.
    pub on_settled: Callback<(FieldId, bool, bool)>,
}

impl ActionSpec for MoveField {
    /// One after the other: the next move begins at the places that this one leaves.
    fn key(&self) -> String {
        "move field".to_owned()
    }

    fn wording(&self) -> Option<Wording> {
        None
    }

    fn run(&self, _: Input) -> Task<Answer<Outcome>> {
        let Self { id, up, .. } = *self;
        Box::pin(async move { move_field(id, up).await.map(|()| Outcome::Shown) })
    }

    fn settled(&self, done: bool) {
        self.on_settled.try_run((self.id, self.up, done));
    }
}

/// Adds company, origin and location.
#[derive(Clone, Copy)]
pub struct AddExampleFields {
    pub on_added: Callback<()>,
}

impl AddExampleFields {
    pub const KEY: &str = "add example fields";
}

impl ActionSpec for AddExampleFields {
    fn key(&self) -> String {
        Self::KEY.to_owned()
    }

    fn wording(&self) -> Option<Wording> {
        None
    }

    fn run(&self, _: Input) -> Task<Answer<Outcome>> {
        Box::pin(async move {
            add_example_fields().await.map(|_| Outcome::Done("Company, origin and location added".into()))
        })
    }

    fn settled(&self, done: bool) {
        if done {
            self.on_added.try_run(());
        }
    }
}
