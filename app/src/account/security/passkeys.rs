//! One's own passkeys.

use domain::factors::PasskeyRow;
use leptos::prelude::*;

use super::{actions::OwnFactorAction, state::use_own};
use crate::ui::{Button, Card, Icon, Tag, Time, TimeStyle, Tone, passkeys_work};

/// Why this browser cannot use passkeys; both halves render the same first.
pub(super) fn passkeys_missing() -> Signal<Option<String>> {
    let missing = RwSignal::new(false);
    Effect::new(move |_| missing.set(!passkeys_work()));
    Signal::derive(move || missing.get().then(|| "This browser cannot use passkeys.".to_owned()))
}

#[component]
pub(super) fn PasskeysCard() -> impl IntoView {
    let own = use_own();
    let missing = passkeys_missing();
    let add = move || {
        view! {
            <Button
                class="small"
                icon="plus"
                disabled_reason=missing
                on_click=move |_| own.adding_passkey.set(true)
            >
                "Add a passkey"
            </Button>
        }
    };
    let rows = move || own.list.with(|list| list.passkeys.clone());
    let lines = move || {
        let rows = rows();
        if rows.is_empty() {
            return view! {
                <div class="line">
                    <Icon name="finger" />
                    <span>
                        <b>"None"</b>
                        <span class="sub">
                            "A passkey signs you in with a finger, a face or a PIN, and no forged page gets it out of you."
                        </span>
                    </span>
                </div>
            }
            .into_any();
        }
        rows.into_iter().map(|row| view! { <Passkey row /> }).collect_view().into_any()
    };
    view! {
        <Card title="Passkeys" layout="lines" actions=add>
            {lines}
        </Card>
    }
}

#[component]
fn Passkey(row: PasskeyRow) -> impl IntoView {
    let own = use_own();
    let keeps = own.keeps_passkey(row.works);
    let (renamed, removed) = (row.clone(), row.clone());
    let which = format!(" {}", row.name);
    let whose = which.clone();
    let used = match row.last_used_at {
        Some(ms) => view! { "last used "<Time ms /> }.into_any(),
        None => "not used yet".into_any(),
    };
    let suspect = row.suspect_at.map(|ms| {
        view! {
            <span class="sub suspect">
                <Icon name="alert" />
                <span>
                    "Refused " <Time ms style=TimeStyle::Within />
                    ": it answered as only a copy would. Remove it unless you know why."
                </span>
            </span>
        }
    });
    let kept = if row.synced {
        view! { <Tag text="Synced" title="Kept on all your devices by whoever keeps your passkeys" /> }
    } else {
        view! { <Tag text="On one device" title="It cannot leave the device it was made on" /> }
    };
    let stranded = (!row.works).then(|| {
        view! { <Tag text="Not usable here" tone=Tone::Warn title="It was made for another address of Keydesk" /> }
    });
    view! {
        <div class="line passkey" class:bad=row.suspect_at.is_some()>
            <Icon name="finger" />
            <span>
                <b>{row.name}</b>
                " "
                {kept} {stranded}
                <span class="sub">
                    {row.provider.map_or_else(|| "Added ".to_owned(), |provider| format!("{provider} · added "))}
                    <Time ms=row.created_at style=TimeStyle::Date /> " · " {used}
                </span>
                {suspect}
            </span>
            <span class="grow"></span>
            <span class="acts">
                <Button class="small" on_click=move |_| own.renaming.set(Some(renamed.clone()))>
                    "Rename"<span class="hush">{whose}</span>
                </Button>
                <Button
                    class="small"
                    disabled_reason=keeps
                    on_click=move |_| own.ask(OwnFactorAction::RemovePasskey(removed.clone()))
                >
                    "Remove"<span class="hush">{which}</span>
                </Button>
            </span>
        </div>
    }
    .into_any()
}
