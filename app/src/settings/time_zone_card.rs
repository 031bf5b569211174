//! The zone whose days are shown and typed everywhere.

use domain::{Error, Permission, settings::TimeZoneSetting};
use leptos::{ev::SubmitEvent, prelude::*};

use super::server_fns::{find_time_zone_setting, list_time_zones, update_time_zone};
use crate::{
    api::ApiError,
    layout::lacks,
    reauthentication::use_reauthentication,
    ui::{Button, Card, FormErrors, Kind, Press, TextField, Toaster, reader_zone, use_now, use_time_zone},
};

/// The id of the list of names.
const NAMES: &str = "time-zones";

#[component]
pub fn TimeZoneCard() -> impl IntoView {
    let setting = Resource::new(|| (), |()| find_time_zone_setting());
    let shown = move || Suspend::new(async move { setting.await.ok().map(|setting| view! { <Choose setting /> }) });
    view! { <Transition>{shown}</Transition> }
}

#[component]
fn Choose(setting: TimeZoneSetting) -> impl IntoView {
    let TimeZoneSetting { name, configured } = setting;
    let toaster = expect_context::<Toaster>();
    let reauthentication = use_reauthentication();
    let zone = use_time_zone();
    let barred = lacks(Permission::EditSettings);
    let why =
        Signal::derive(move || barred.get().or_else(|| configured.then(|| "KEYDESK_TIME_ZONE decides it".to_owned())));
    let typed = RwSignal::new(name);
    let error = RwSignal::new(None::<Error>);
    let save = Action::new(|name: &String| update_time_zone(name.clone()));
    on_cleanup(move || reauthentication.forget());
    let submit = move || {
        if why.get_untracked().is_none() {
            save.press(typed.get_untracked());
        }
    };
    Effect::new(move |_| match save.value().get() {
        Some(Ok(saved)) => {
            typed.set(saved.name().to_owned());
            toaster.good(format!("Days are those of {} now", saved.name()));
            zone.set(saved);
        }
        Some(Err(failure)) if !reauthentication.handles(&failure, submit) => {
            let ApiError(failure) = failure;
            error.set(Some(failure));
        }
        Some(Err(_)) | None => {}
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        error.set(None);
        submit();
    };
    let about = move || error.with(|error| error.as_ref().and_then(|error| error.about("time_zone")));
    let whole = move || match error.get() {
        Some(Error::Invalid(_)) | None => vec![],
        Some(other) => vec![(String::new(), other.sentence())],
    };
    let help = move || {
        Some(if configured {
            "It is set where Keydesk is started, with KEYDESK_TIME_ZONE.".to_owned()
        } else {
            "Days that are shown, typed or filtered by are those of this zone. Account ends that were set stay at their moment."
                .to_owned()
        })
    };
    let now = use_now();
    let clock = move || now.get().map(|now| zone.with(|zone| format!("It is {} now.", zone.exact(now))));
    // Hundreds of names, of use to somebody who types: the page does not wait for them.
    let names = Action::new(|(): &()| list_time_zones());
    let options = move || {
        let names = names.value().get().and_then(Result::ok).unwrap_or_default();
        names.into_iter().map(|name| view! { <option value=name></option> }).collect_view()
    };
    // Known to the browser alone.
    let own = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        own.set(reader_zone());
        if why.get_untracked().is_none() {
            names.request(());
        }
    });
    let offer = move || {
        let own = own.get().filter(|own| !configured && typed.with(|typed| typed != own))?;
        let label = format!("Use {own}, as this browser does");
        Some(view! {
            <Button kind=Kind::Quiet disabled_reason=why on_click=move |_| typed.set(own.clone())>{label}</Button>
        })
    };
    view! {
        <Card title="Time zone">
            // Sent before the page is awake, it leads back here and changes nothing.
            <form method="get" action="/settings" class="form" on:submit=send novalidate>
                <FormErrors errors=Signal::derive(whole) />
                <TextField
                    label="Days are those of"
                    name="time_zone"
                    value=typed
                    list=NAMES
                    error=Signal::derive(about)
                    help=Signal::derive(help)
                    disabled=Signal::derive(move || why.get().is_some())
                    required=true
                />
                <datalist id=NAMES>{options}</datalist>
                <p class="soft small">{clock}</p>
                <div class="row wrap">
                    <Button kind=Kind::Primary submit=true busy=save.pending() disabled_reason=why>
                        "Save time zone"
                    </Button>
                    {offer}
                </div>
            </form>
        </Card>
    }
    .into_any()
}
