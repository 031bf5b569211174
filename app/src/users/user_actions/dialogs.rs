//! The dialogs behind what can be done to a user, mounted once around the console's pages.

mod deed;
mod given;
mod question;
mod wording;

pub use given::{Given, GivenPassword};
pub use wording::ends;

use leptos::prelude::*;

use super::{
    actions::{Act, Subject, use_user_actions},
    edit_dialog::EditDialog,
};
use crate::layout::use_prover;
use deed::Deed;
use question::Question;

/// Takes up whatever is asked for: asks first, edits, or does it at once.
#[component]
pub fn UserDialogs() -> impl IntoView {
    let asked = use_user_actions().asked();
    let prover = use_prover();
    let given = RwSignal::new(None::<Given>);
    let editing = RwSignal::new(None::<Subject>);
    let question = RwSignal::new(None::<(Act, Subject)>);
    on_cleanup(move || prover.forget());
    Effect::new(move |_| {
        let Some((act, subject)) = asked.get() else { return };
        asked.set(None);
        match act {
            Act::Edit => editing.set(Some(subject)),
            // Both take nothing away from anybody.
            Act::Enable | Act::Restore => Deed::new(act, subject, given).run(),
            _ => question.set(Some((act, subject))),
        }
    });
    view! {
        <EditDialog asked=editing given />
        {move || question.get().map(|(act, subject)| view! { <Question act subject given /> })}
        <GivenPassword given />
    }
    .into_any()
}
