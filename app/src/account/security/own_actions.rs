//! Asks before something is taken away or made anew, and does it.

use domain::{
    audit::plural,
    factors::{FactorList, Factors, PasskeyRow},
};
use leptos::prelude::*;

use super::own::use_own;
use crate::{
    account::{
        keepers::tell_accepted,
        server_fns::{forget_own_devices, make_recovery_codes, remove_app, remove_own_passkey, remove_own_password},
    },
    api::Answer,
    layout::use_prover,
    ui::{Confirm, Press, Toaster},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    RemovePassword,
    RemovePasskey(PasskeyRow),
    RemoveApp,
    MakeCodes,
    ForgetDevices,
}

/// What is said afterwards, or what there is to keep.
#[derive(Clone)]
enum Done {
    Said(String),
    Codes(Vec<String>),
}

type Effects = Vec<(String, String)>;

fn effect(icon: &str, text: impl Into<String>) -> (String, String) {
    (icon.to_owned(), text.into())
}

impl Act {
    fn title(&self) -> String {
        match self {
            Self::RemovePassword => "Remove your password?".into(),
            Self::RemovePasskey(row) => format!("Remove {}?", row.name),
            Self::RemoveApp => "Remove the authenticator app?".into(),
            Self::MakeCodes => "Make new recovery codes?".into(),
            Self::ForgetDevices => "Ask on all remembered devices again?".into(),
        }
    }

    fn verb(&self) -> String {
        match self {
            Self::RemovePassword => "Remove password".into(),
            Self::RemovePasskey(row) => format!("Remove {}", row.name),
            Self::RemoveApp => "Remove app".into(),
            Self::MakeCodes => "Make new codes".into(),
            Self::ForgetDevices => "Ask again".into(),
        }
    }

    fn removes(&self) -> bool {
        !matches!(self, Self::MakeCodes | Self::ForgetDevices)
    }

    fn changes_factors(&self) -> bool {
        !matches!(self, Self::ForgetDevices)
    }

    fn effects(&self, list: &FactorList) -> Effects {
        let without = |which| list.working().without(which);
        let working = || list.passkeys.iter().filter(|passkey| passkey.works).count();
        let bare = effect("alert", "Your password alone lets you in, and whoever learns it");
        match self {
            Self::RemovePassword => {
                let passkeys = plural(working() as u32, "passkey");
                vec![
                    effect("finger", format!("You sign in with a passkey only; you have {passkeys}")),
                    effect("key", "Recovery codes do not help without a password"),
                ]
            }
            Self::RemovePasskey(row) if !row.works => {
                vec![effect("finger", "It does not let you in at this address; your device may keep offering it")]
            }
            Self::RemovePasskey(_) => {
                let mut all = vec![effect("finger", "It no longer lets you in; your device may keep offering it")];
                if working() == 1 && without(Factors::PASSKEY).second().is_empty() {
                    all.push(bare);
                }
                all
            }
            Self::RemoveApp => {
                let mut all = vec![effect("phone", "Its codes no longer count")];
                if without(Factors::APP).second().is_empty() {
                    all.push(bare);
                }
                all
            }
            Self::MakeCodes => match list.recovery_left {
                0 => vec![effect("key", "They are shown once")],
                left => vec![
                    effect("key", "They are shown once"),
                    effect("bin", format!("The {} you have stop working", plural(left, "code"))),
                ],
            },
            Self::ForgetDevices => {
                let devices = plural(list.remembered, "browser");
                vec![effect("screen", format!("The next sign-in on {devices} asks for a second factor"))]
            }
        }
    }

    async fn go(self) -> Answer<Done> {
        match self {
            Self::RemovePassword => remove_own_password().await.map(|()| Done::Said("Password removed".into())),
            Self::RemovePasskey(row) => {
                remove_own_passkey(row.id).await?;
                tell_accepted();
                Ok(Done::Said(format!("{} removed", row.name)))
            }
            Self::RemoveApp => remove_app().await.map(|()| Done::Said("Authenticator app removed".into())),
            Self::MakeCodes => make_recovery_codes().await.map(Done::Codes),
            Self::ForgetDevices => {
                let count = forget_own_devices().await?;
                Ok(Done::Said(format!("{} forgotten", plural(count, "browser"))))
            }
        }
    }
}

#[component]
pub(super) fn Question() -> impl IntoView {
    let own = use_own();
    let prover = use_prover();
    let toaster = expect_context::<Toaster>();
    let open = RwSignal::new(false);
    // Stays while the dialog closes, so that its words do.
    let act = RwSignal::new(Act::MakeCodes);
    Effect::new(move |_| {
        if let Some(asked) = own.asked.get() {
            act.set(asked);
            own.asked.set(None);
            open.set(true);
        }
    });
    let carry_out = Action::new(|act: &Act| act.clone().go());
    let go = move || {
        carry_out.press(act.get_untracked());
    };
    Effect::new(move |_| match carry_out.value().get() {
        Some(Ok(done)) => {
            open.set(false);
            if act.with_untracked(Act::changes_factors) {
                own.factors_changed()
            } else {
                own.changed()
            }
            match done {
                Done::Said(words) => toaster.good(words),
                Done::Codes(codes) => own.codes.set(Some(codes)),
            }
        }
        Some(Err(failure)) if !prover.asked_by(&failure, go) => {
            open.set(false);
            own.changed();
            toaster.bad(failure.0.sentence());
        }
        Some(Err(_)) | None => {}
    });
    let effects = Signal::derive(move || own.list.with(|list| act.with(|act| act.effects(list))));
    let danger = Memo::new(move |_| act.with(Act::removes));
    view! {
        {move || {
            view! {
                <Confirm
                    open
                    title=Signal::derive(move || act.with(Act::title))
                    verb=Signal::derive(move || act.with(Act::verb))
                    effects
                    danger=danger.get()
                    busy=carry_out.pending()
                    on_confirm=move |()| go()
                />
            }
        }}
    }
    .into_any()
}
