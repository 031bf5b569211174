//! What a person does to something: an action says what it will do, and is confirmed, proven, run, told of and
//! undone in one way, whatever it is about. It knows no feature: each has its own [`ActionSpec`]s.

mod actions;
mod confirm;
mod one_time_password;
mod pending;

use std::{pin::Pin, sync::Arc};

use domain::Error;
use leptos::prelude::*;

use crate::api::Answer;
pub use actions::{Actions, forget_with_page, provide_actions, use_actions};
use confirm::ConfirmAction;
pub use confirm::PATIENCE;
pub use one_time_password::OneTimePassword;
use one_time_password::OneTimePasswordDialog;

/// Work that is begun by an action. It stays on its thread.
pub type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// An action on one thing, with all that it needs once the page that asked for it is gone: signals and callbacks
/// of that page are tried.
pub trait ActionSpec: Send + Sync + 'static {
    /// What it does and to what. Two of one key do not run at the same time.
    fn key(&self) -> String;

    /// What is asked first. Without, it is run at once.
    fn wording(&self) -> Option<Wording>;

    /// What it will do, as far as that is known at once. It may read signals.
    fn impact(&self, _: Input) -> Impact {
        Impact::default()
    }

    /// Asks the server what it will do, in place of [`Self::impact`]. `None`: it is not there any more.
    fn look_up(&self) -> Option<Task<Option<Impact>>> {
        None
    }

    /// What is typed or chosen between the impact and the buttons.
    fn field(&self) -> Option<DialogField> {
        None
    }

    /// # Errors
    /// Those of the server function, for [`Self::refused`].
    fn run(&self, input: Input) -> Task<Answer<Outcome>>;

    /// How a refusal is told. Recent proof and signing in again are asked for before.
    fn refused(&self, error: &Error) -> Refused {
        Refused::Ends(error.sentence())
    }

    /// Tells those who show it. `done` is false where it [ended](Refused::Ends) without having been done.
    fn settled(&self, _done: bool) {}

    /// What takes it back, and is run at once.
    fn undo_of(&self) -> Option<Arc<dyn ActionSpec>> {
        None
    }
}

/// What the dialog says.
#[derive(Clone, Debug, Default)]
pub struct Wording {
    pub title: String,
    pub about: String,
    /// On the button: "Delete Ingrid".
    pub verb: String,
    /// On the button; may be empty.
    pub icon: &'static str,
    /// It takes something away.
    pub danger: bool,
}

/// Icon and sentence of each consequence.
pub type EffectList = Vec<(String, String)>;

/// One consequence.
pub fn effect(icon: &str, sentence: impl Into<String>) -> (String, String) {
    (icon.to_owned(), sentence.into())
}

/// What an action will do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    pub effects: EffectList,
    /// Why it cannot be done.
    pub blocked: Option<String>,
}

impl From<EffectList> for Impact {
    fn from(effects: EffectList) -> Self {
        Self { effects, blocked: None }
    }
}

/// What the dialog asks for beside the confirmation.
#[derive(Clone, Debug)]
pub enum DialogField {
    /// A name that has to be typed first.
    Typed { label: &'static str, id: &'static str, expected: String, help: String, missing: &'static str },
    /// A further consequence. `kept` is why it cannot be chosen.
    Choice { label: &'static str, kept: Option<&'static str> },
}

/// What was typed and chosen in the dialog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    pub typed: String,
    pub chosen: bool,
}

/// What an action came to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// What the toast says.
    Done(String),
    /// The same, where it was so already: there is nothing to undo.
    Unchanged(String),
    /// A password to be shown once.
    OneTimePassword(OneTimePassword),
    /// The page shows by itself what came of it.
    Shown,
}

/// How a refusal is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// In the dialog, which stays open; in a toast where there is none.
    StaysOpen,
    /// The dialog closes, and a toast says why.
    Ends(String),
    /// The dialog closes, and the page says why.
    Told,
}

/// Carries out what is asked for of [`Actions`]. Once per document; nothing is there before something was asked for.
#[component]
pub fn ActionHost() -> impl IntoView {
    let actions = use_actions();
    let asked = move || actions.asked().map(|spec| view! { <ConfirmAction spec /> });
    // Stays once it was there: a dialog gives the keyboard back when it closes, not when it vanishes.
    let given = Memo::new(move |was| was == Some(&true) || actions.has_one_time_password());
    view! {
        {asked}
        {move || given.get().then(|| view! { <OneTimePasswordDialog /> })}
    }
}
