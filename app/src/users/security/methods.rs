//! What proves a user, a line each, with what can be done about it.

use domain::{
    audit::plural,
    factors::{Factors, PasskeyRow},
};
use leptos::prelude::*;

use super::{
    acts::{FactorAct, Whose},
    question::Asking,
};
use crate::{
    ui::{Button, Card, Icon, Tag, Time, TimeStyle, Tone},
    users::actions::{Act, use_user_actions},
};

#[component]
pub fn Methods(whose: Whose, asking: Asking) -> impl IntoView {
    let why = whose.barred();
    let passkeys = whose.list.passkeys.clone();
    let lines = passkeys
        .into_iter()
        .map(|passkey| view! { <Passkey whose=whose.clone() passkey asking why=why.clone() /> })
        .collect_view();
    let reset = {
        let whose = whose.clone();
        let why = why.clone().or_else(|| FactorAct::Reset.idle(&whose));
        move || {
            view! {
                <Button
                    class="small"
                    icon="restore"
                    disabled_reason=why
                    on_click=move |_| asking.ask(FactorAct::Reset, whose.clone())
                >
                    "Reset second factors"
                </Button>
            }
        }
    };
    view! {
        <Card title="Sign-in methods" layout="lines" actions=reset>
            <Password whose=whose.clone() />
            {lines}
            <App whose=whose.clone() />
            <RecoveryCodes whose=whose.clone() />
            <Devices whose asking why />
        </Card>
    }
}

/// A line: its icon, its name, what there is to know, and what can be done.
#[component]
fn Line(
    icon: &'static str,
    #[prop(into)] name: String,
    /// Tags beside the name.
    #[prop(optional, into)]
    tags: ViewFnOnce,
    about: AnyView,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="line">
            <Icon name=icon />
            <span>
                <b>{name}</b>
                " "
                {tags.run()}
                <span class="sub">{about}</span>
            </span>
            <span class="grow"></span>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

#[component]
fn Password(whose: Whose) -> impl IntoView {
    let actions = use_user_actions();
    let subject = whose.subject.clone();
    let why = Act::ResetPassword
        .refused(&subject)
        .or_else(|| (!Act::ResetPassword.fits(subject.status)).then(|| "Restore them first.".to_owned()));
    let about = match (whose.list.factors.has(Factors::PASSWORD), whose.list.password_changed_at) {
        (true, Some(ms)) => view! { "Changed " <Time ms style=TimeStyle::Date /> }.into_any(),
        (true, None) => "Set".into_any(),
        (false, _) => "None".into_any(),
    };
    let due = whose.list.must_change_password;
    let tags =
        move || due.then(|| view! { <Tag text="Must be changed at the next sign-in" tone=Tone::Warn icon="clock" /> });
    view! {
        <Line icon="password" name="Password" tags about>
            <Button
                class="small"
                disabled_reason=why
                on_click=move |_| actions.ask(Act::ResetPassword, subject.clone())
            >
                "New password"
            </Button>
        </Line>
    }
}

#[component]
fn Passkey(
    whose: Whose,
    passkey: PasskeyRow,
    asking: Asking,
    #[prop(optional_no_strip)] why: Option<String>,
) -> impl IntoView {
    let act = FactorAct::Remove(passkey.clone());
    let why = why.or_else(|| act.idle(&whose));
    let PasskeyRow { name, provider, synced, works, created_at, last_used_at, suspect_at, .. } = passkey;
    let which = format!(" {name}");
    let used = match last_used_at {
        Some(ms) => view! { "last used " <Time ms style=TimeStyle::Within /> }.into_any(),
        None => "not used yet".into_any(),
    };
    let suspect = suspect_at.map(|ms| {
        view! {
            <span class="sub suspect">
                <Icon name="alert" />
                <span>
                    "Refused " <Time ms style=TimeStyle::Within />
                    ": it answered as only a copy would. Remove it, and ask its owner where it was."
                </span>
            </span>
        }
    });
    let about = view! {
        {provider.map(|provider| format!("{provider} \u{b7} "))}
        "Added "
        <Time ms=created_at style=TimeStyle::Date />
        " \u{b7} "
        {used}
        {suspect}
    }
    .into_any();
    let tags = move || {
        let kept = match synced {
            true => view! { <Tag text="Synced" title="Kept on all their devices by whoever keeps their passkeys" /> },
            false => view! { <Tag text="On one device" title="It cannot leave the device it was made on" /> },
        };
        let stranded = (!works).then(|| {
            view! { <Tag text="Not usable here" tone=Tone::Warn title="It was made for another address of Keydesk" /> }
        });
        view! { {kept} " " {stranded} }
    };
    view! {
        <Line icon="finger" name tags about>
            <Button class="small" disabled_reason=why on_click=move |_| asking.ask(act.clone(), whose.clone())>
                "Remove"
                <span class="hush">{which}</span>
            </Button>
        </Line>
    }
}

#[component]
fn App(whose: Whose) -> impl IntoView {
    let used = whose.list.app_used_at.map(|ms| view! { ", last used " <Time ms style=TimeStyle::Within /> });
    let about = match whose.list.app_since {
        Some(ms) => view! { "Set up " <Time ms style=TimeStyle::Date /> {used} }.into_any(),
        None => "Not set up".into_any(),
    };
    view! { <Line icon="phone" name="Authenticator app" about /> }
}

#[component]
fn RecoveryCodes(whose: Whose) -> impl IntoView {
    let about = match (whose.list.recovery_left, whose.list.recovery_of) {
        (_, 0) => "None".to_owned(),
        (left, of) => format!("{left} of {of} left"),
    };
    view! { <Line icon="key" name="Recovery codes" about=about.into_any() /> }
}

#[component]
fn Devices(whose: Whose, asking: Asking, #[prop(optional_no_strip)] why: Option<String>) -> impl IntoView {
    let why = why.or_else(|| FactorAct::Forget.idle(&whose));
    let about = match whose.list.remembered {
        0 => "None".to_owned(),
        n => format!("{} not asked for a second factor", plural(n, "browser")),
    };
    view! {
        <Line icon="screen" name="Remembered devices" about=about.into_any()>
            <Button
                class="small"
                disabled_reason=why
                on_click=move |_| asking.ask(FactorAct::Forget, whose.clone())
            >
                "Forget"
                <span class="hush">" remembered devices"</span>
            </Button>
        </Line>
    }
}
