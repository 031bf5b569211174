//! Whether a second factor is required of a user, and why.

use domain::factors::FactorList;
use leptos::prelude::*;

use super::{
    actions::FactorActions,
    factor_action::{FactorAction, FactorHolder},
};
use crate::ui::{Button, Card, Note, Tag, Tone};

#[component]
pub fn SecondFactor(holder: FactorHolder, actions: FactorActions) -> impl IntoView {
    let why = holder.barred();
    let FactorList { factors, required, required_of_them, allowed, .. } = holder.list.clone();
    let short = holder.short_name();
    let missing = required && factors.second().number() & allowed.number() == 0;
    let (word, reason) = match (required, required_of_them) {
        (_, true) => ("Required", format!("An administrator requires it of {short}, whatever the policy.")),
        (true, false) => ("Required", format!("The policy in the settings requires it of {short}.")),
        (false, false) => ("Not required", format!("Neither the policy nor an administrator requires it of {short}.")),
    };
    let (tone, icon) = if required { (Tone::Key, "lock") } else { (Tone::Plain, "unlock") };
    let label = if required_of_them { "No longer require it" } else { "Require a second factor" };
    view! {
        <Card title="Second factor">
            <div class="stack tight">
                <p><Tag text=word tone icon /></p>
                <p>{reason}</p>
                {missing
                    .then(|| {
                        view! {
                            <Note tone="warn">{format!("{short} has none that counts, and sets one up at the next sign-in.")}</Note>
                        }
                    })}
                <div class="row">
                    <Button
                        class="small"
                        disabled_reason=why
                        on_click=move |_| actions.ask(FactorAction::Require(!required_of_them), holder.clone())
                    >
                        {label}
                    </Button>
                </div>
            </div>
        </Card>
    }
    .into_any()
}
