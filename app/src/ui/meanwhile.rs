//! Somebody else saved meanwhile: what only they changed is told, and what both changed stands side by side
//! until one chooses.

use domain::edits::Conflict;
use leptos::prelude::*;

use super::{Note, RadioCard, RadioCards, focus};

/// A value that both changed, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Clash {
    conflict: Conflict,
    label: String,
    theirs: String,
    mine: String,
    /// `theirs`, `mine`, or nothing yet.
    chosen: RwSignal<String>,
}

/// What came of bringing two edits together, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meanwhile {
    /// What only they changed: it stands in the form now.
    taken: Vec<String>,
    clashes: Vec<Clash>,
}

impl Meanwhile {
    /// `label` says the name of a value as the form does, `value` what it holds.
    pub fn of(
        taken: &[String],
        conflicts: Vec<Conflict>,
        label: impl Fn(&str) -> String,
        value: impl Fn(&str, &str) -> String,
    ) -> Self {
        let clash = |conflict: Conflict| Clash {
            label: label(&conflict.field),
            theirs: value(&conflict.field, &conflict.theirs),
            mine: value(&conflict.field, &conflict.mine),
            chosen: RwSignal::new(String::new()),
            conflict,
        };
        Self {
            taken: taken.iter().map(|field| label(field)).collect(),
            clashes: conflicts.into_iter().map(clash).collect(),
        }
    }

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
pub fn StaleNote(
    /// Its own in the document, where the keyboard goes.
    id: &'static str,
    meanwhile: Meanwhile,
    /// Puts what was chosen into the form: the name of the value, and what it holds.
    #[prop(into)]
    on_choose: Callback<(String, String)>,
) -> impl IntoView {
    let told = meanwhile.told();
    let clashes = meanwhile.clashes.into_iter().map(|clash| choice(id, clash, on_choose)).collect_view();
    // The form may be scrolled far down.
    request_animation_frame(move || {
        focus(id);
    });
    view! {
        <div class="stack tight meanwhile" id=id tabindex="-1" role="group" aria-label="Somebody else saved meanwhile">
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

fn choice(id: &str, clash: Clash, on_choose: Callback<(String, String)>) -> AnyView {
    let Clash { conflict, label, theirs, mine, chosen } = clash;
    let name = format!("{id}-{}", conflict.field);
    Effect::new(move |_| match chosen.get().as_str() {
        "theirs" => on_choose.run((conflict.field.clone(), conflict.theirs.clone())),
        "mine" => on_choose.run((conflict.field.clone(), conflict.mine.clone())),
        _ => {}
    });
    let cards =
        vec![RadioCard::new("theirs", theirs, "What they saved"), RadioCard::new("mine", mine, "What you typed")];
    view! { <RadioCards legend=label name value=chosen cards /> }.into_any()
}
