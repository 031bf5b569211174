//! One's own recovery codes: how many are left, new ones, and the one time they are shown.

use leptos::prelude::*;

use super::{actions::OwnFactorAction, state::use_own};
use crate::ui::{Button, Card, Icon, SecretOnce};

#[component]
pub(super) fn RecoveryCard() -> impl IntoView {
    let own = use_own();
    let left = move || {
        let (left, of) = own.list.with(|list| (list.recovery_left, list.recovery_of));
        if of == 0 { "None".to_owned() } else { format!("{left} of {of} left") }
    };
    let idle = Signal::derive(move || {
        let idle = own.list.with(|list| list.factors.second().is_empty());
        idle.then(|| "They stand in for a second factor, and you have none yet.".to_owned())
    });
    view! {
        <Card title="Recovery codes" layout="lines">
            <div class="line">
                <Icon name="key" />
                <span>
                    <b>{left}</b>
                    <span class="sub">"Each lets you in once after your password, when a second factor is lost."</span>
                </span>
                <span class="grow"></span>
                <Button
                    class="small"
                    disabled_reason=idle
                    on_click=move |_| own.ask(OwnFactorAction::MakeCodes)
                >
                    "Make new codes"
                </Button>
            </div>
        </Card>
    }
}

/// New codes, wherever they come from.
#[component]
pub(super) fn RecoveryCodes() -> impl IntoView {
    let own = use_own();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(own.codes.with(Option::is_some)));
    let secret = Signal::derive(move || own.codes.get().unwrap_or_default().join("\n"));
    view! {
        <SecretOnce
            open
            title="Keep your recovery codes"
            about="Each lets you in once when your second factor is lost. Print them, or keep them in a password manager."
            secret
            file_name="keydesk-recovery-codes.txt"
            codes=true
            on_done=move |()| own.codes.set(None)
        />
    }
}
