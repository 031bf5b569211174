//! What proves a user, a line each, with what can be done about it.

use domain::{
    audit::plural,
    factors::{Factors, PasskeyRow},
};
use leptos::prelude::*;

use super::{
    actions::FactorActions,
    factor_action::{FactorAction, FactorHolder},
};
use crate::{
    ui::{Button, Card, Icon, Tag, Time, TimeStyle, Tone},
    users::actions::{MenuAction, use_user_actions},
};

#[component]
pub fn Methods(holder: FactorHolder, actions: FactorActions) -> impl IntoView {
    let why = holder.barred();
    let passkeys = holder.list.passkeys.clone();
    let lines = passkeys
        .into_iter()
        .map(|passkey| view! { <Passkey holder=holder.clone() passkey actions why=why.clone() /> })
        .collect_view();
    let reset = {
        let holder = holder.clone();
        let why = why.clone().or_else(|| FactorAction::Reset.idle(&holder));
        move || {
            view! {
                <Button
                    class="small"
                    icon="restore"
                    disabled_reason=why
                    on_click=move |_| actions.ask(FactorAction::Reset, holder.clone())
                >
                    "Reset second factors"
                </Button>
            }
        }
    };
    view! {
        <Card title="Sign-in methods" layout="lines" actions=reset>
            <Password holder=holder.clone() />
            {lines}
            <App holder=holder.clone() />
            <RecoveryCodes holder=holder.clone() />
            <Devices holder actions why />
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
fn Password(holder: FactorHolder) -> impl IntoView {
    let actions = use_user_actions();
    let subject = holder.subject.clone();
    let why = MenuAction::ResetPassword
        .refused(&subject)
        .or_else(|| (!MenuAction::ResetPassword.fits(subject.status)).then(|| "Restore them first.".to_owned()));
    let about = match (holder.list.factors.has(Factors::PASSWORD), holder.list.password_changed_at) {
        (true, Some(ms)) => view! { "Changed " <Time ms style=TimeStyle::Date /> }.into_any(),
        (true, None) => "Set".into_any(),
        (false, _) => "None".into_any(),
    };
    let due = holder.list.must_change_password;
    let tags =
        move || due.then(|| view! { <Tag text="Must be changed at the next sign-in" tone=Tone::Warn icon="clock" /> });
    view! {
        <Line icon="password" name="Password" tags about>
            <Button
                class="small"
                disabled_reason=why
                on_click=move |_| actions.ask(MenuAction::ResetPassword, subject.clone())
            >
                "New password"
            </Button>
        </Line>
    }
}

#[component]
fn Passkey(
    holder: FactorHolder,
    passkey: PasskeyRow,
    actions: FactorActions,
    #[prop(optional_no_strip)] why: Option<String>,
) -> impl IntoView {
    let remove = FactorAction::Remove(passkey.clone());
    let why = why.or_else(|| remove.idle(&holder));
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
            <Button class="small" disabled_reason=why on_click=move |_| actions.ask(remove.clone(), holder.clone())>
                "Remove"
                <span class="hush">{which}</span>
            </Button>
        </Line>
    }
}

#[component]
fn App(holder: FactorHolder) -> impl IntoView {
    let used = holder.list.app_used_at.map(|ms| view! { ", last used " <Time ms style=TimeStyle::Within /> });
    let about = match holder.list.app_since {
        Some(ms) => view! { "Set up " <Time ms style=TimeStyle::Date /> {used} }.into_any(),
        None => "Not set up".into_any(),
    };
    view! { <Line icon="phone" name="Authenticator app" about /> }
}

#[component]
fn RecoveryCodes(holder: FactorHolder) -> impl IntoView {
    let about = match (holder.list.recovery_left, holder.list.recovery_of) {
        (_, 0) => "None".to_owned(),
        (left, of) => format!("{left} of {of} left"),
    };
    view! { <Line icon="key" name="Recovery codes" about=about.into_any() /> }
}

#[component]
fn Devices(
    holder: FactorHolder,
    actions: FactorActions,
    #[prop(optional_no_strip)] why: Option<String>,
) -> impl IntoView {
    let why = why.or_else(|| FactorAction::Forget.idle(&holder));
    let about = match holder.list.remembered {
        0 => "None".to_owned(),
        n => format!("{} not asked for a second factor", plural(n, "browser")),
    };
    view! {
        <Line icon="screen" name="Remembered devices" about=about.into_any()>
            <Button
                class="small"
                disabled_reason=why
                on_click=move |_| actions.ask(FactorAction::Forget, holder.clone())
            >
                "Forget"
                <span class="hush">" remembered devices"</span>
            </Button>
        </Line>
    }
}
