//! How well one is protected, in a sentence, and what to do next.

use domain::factors::{FactorList, Verdict};
use leptos::prelude::*;

use super::{
    actions::OwnFactorAction,
    state::{Own, use_own},
};
use crate::ui::{Button, Kind, Note};

/// What the next step is called and does.
type Step = (&'static str, fn(Own));

struct Said {
    title: &'static str,
    text: &'static str,
    steps: Vec<Step>,
}

fn said(list: &FactorList) -> Said {
    let add_passkey: Step = ("Add a passkey", |own| own.adding_passkey.set(true));
    let add_app: Step = ("Use an authenticator app", |own| own.adding_app.set(true));
    let make_codes: Step = ("Make new recovery codes", |own| own.ask(OwnFactorAction::MakeCodes));
    match list.verdict() {
        Verdict::WellProtected => {
            Said { title: "Well protected", text: "A stolen password alone lets nobody in as you.", steps: vec![] }
        }
        Verdict::AddSecondFactor => Said {
            title: "Only a password protects you",
            text: "With a second factor, whoever learns your password still cannot get in.",
            steps: vec![add_app, add_passkey],
        },
        Verdict::AddAnotherPasskey => Said {
            title: "One passkey is your only way in",
            text: "If you lose it, an administrator has to help. Add another on a second device.",
            steps: vec![add_passkey],
        },
        Verdict::NewRecoveryCodes => Said {
            title: if list.recovery_left == 0 { "No recovery codes are left" } else { "Few recovery codes are left" },
            text: "They let you in when your second factor is lost or broken.",
            steps: vec![make_codes],
        },
        Verdict::CheckPasskey => Said {
            title: "A passkey may have been copied",
            text: "It answered as only a copy would, and the sign-in was refused. Remove it, and add a new one.",
            steps: vec![("Remove it", |own| {
                let suspect = own
                    .list
                    .with_untracked(|list| list.passkeys.iter().find(|passkey| passkey.suspect_at.is_some()).cloned());
                if let Some(passkey) = suspect {
                    own.ask(OwnFactorAction::RemovePasskey(passkey));
                }
            })],
        },
    }
}

#[component]
pub(super) fn ProtectionStatus() -> impl IntoView {
    let own = use_own();
    let shown = move || {
        let (verdict, said) = own.list.with(|list| (list.verdict(), said(list)));
        let tone = match verdict {
            Verdict::WellProtected => "good",
            Verdict::CheckPasskey => "bad",
            _ => "warn",
        };
        let last = said.steps.len().saturating_sub(1);
        let steps: Vec<_> = said
            .steps
            .into_iter()
            .enumerate()
            .map(|(at, (words, go))| {
                let kind = if at == last { Kind::Primary } else { Kind::Plain };
                view! { <Button kind on_click=move |_| go(own)>{words}</Button> }
            })
            .collect();
        view! {
            <Note tone>
                <div class="row wrap">
                    <div class="said">
                        <h2>{said.title}</h2>
                        <p class="soft">{said.text}</p>
                    </div>
                    {steps}
                </div>
            </Note>
        }
    };
    view! { {shown} }
}
