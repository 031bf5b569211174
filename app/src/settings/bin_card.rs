//! How long deleted users wait in the bin.

use domain::{
    Error, Permission,
    audit::plural,
    settings::{Settings, SettingsForm},
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::server_fns::{find_settings, update_settings};
use crate::{
    api::ApiError,
    layout::lacks,
    reauthentication::use_reauthentication,
    ui::{Button, Card, Confirm, FormErrors, Kind, Press, TextField, Toaster},
};

#[component]
pub fn BinCard(settings: Settings) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let reauthentication = use_reauthentication();
    let barred = lacks(Permission::EditSettings);
    // The settings that the form was opened with, or saved last.
    let seen = RwSignal::new(settings);
    let days = RwSignal::new(settings.bin_days.to_string());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<Error>);
    let save = Action::new(|form: &SettingsForm| update_settings(form.clone()));
    let look = Action::new(|(): &()| find_settings());
    on_cleanup(move || reauthentication.forget());
    let typed = move || SettingsForm { seen: seen.get_untracked(), bin_days: days.get_untracked() };
    let submit = move || {
        save.press(typed());
    };
    let ask_or_submit = move || match typed().parse() {
        _ if barred.get_untracked().is_some() => {}
        // People wait there who would be erased sooner than they were told.
        Ok(wanted) if wanted.bin_days < seen.get_untracked().bin_days => asking.set(true),
        Ok(_) => submit(),
        Err(failure) => error.set(Some(failure)),
    };
    Effect::new(move |_| match save.value().get() {
        Some(Ok(settings)) => {
            asking.set(false);
            seen.set(settings);
            days.set(settings.bin_days.to_string());
            toaster.good(format!("Deleted users now wait in the bin for {}", plural(settings.bin_days, "day")));
        }
        Some(Err(ApiError(Error::Stale))) => {
            asking.set(false);
            look.request(());
        }
        Some(Err(failure)) if !reauthentication.handles(&failure, submit) => {
            let ApiError(failure) = failure;
            asking.set(false);
            error.set(Some(failure));
        }
        Some(Err(_)) | None => {}
    });
    // Somebody else saved meanwhile. What was typed stays, and is asked about as a change of what holds now.
    Effect::new(move |_| match look.value().get() {
        Some(Ok(now)) => {
            if days.with_untracked(|days| *days == seen.get_untracked().bin_days.to_string()) {
                days.set(now.bin_days.to_string());
            }
            seen.set(now);
            error.set(Some(Error::Stale));
        }
        Some(Err(ApiError(failure))) => error.set(Some(failure)),
        None => {}
    });
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        error.set(None);
        ask_or_submit();
    };
    let wanted = move || days.with(|days| plural(domain::text::number(days).unwrap_or_default(), "day"));
    let about = move || error.with(|error| error.as_ref().and_then(|error| error.about("bin_days")));
    let whole = move || match error.get() {
        Some(Error::Invalid(_)) | None => vec![],
        Some(Error::Stale) => {
            let holds = seen.with(|seen| plural(seen.bin_days, "day"));
            vec![(String::new(), format!("{} It is {holds} now.", Error::Stale.sentence()))]
        }
        Some(other) => vec![(String::new(), other.sentence())],
    };
    let busy = Signal::derive(move || save.pending().get() || look.pending().get());
    view! {
        <Card title="Bin">
            // Sent before the page is awake, it leads back here and changes nothing.
            <form method="get" action="/settings" class="form" on:submit=send novalidate>
                <FormErrors errors=Signal::derive(whole) />
                <TextField
                    label="Days until a deleted user is erased"
                    name="bin_days"
                    value=days
                    inputmode="numeric"
                    error=Signal::derive(about)
                    help="Until then they can be restored. It counts from the moment of the deletion."
                    disabled=Signal::derive(move || barred.get().is_some())
                    required=true
                />
                <div class="row">
                    <Button kind=Kind::Primary submit=true busy=busy disabled_reason=barred>
                        "Save settings"
                    </Button>
                </div>
            </form>
            <Confirm
                open=asking
                title=Signal::derive(move || format!("Keep deleted users for {} only?", wanted()))
                verb=Signal::derive(move || format!("Shorten to {}", wanted()))
                effects=Signal::derive(move || {
                    vec![("bin".to_owned(), format!("Erases for good whoever was deleted more than {} ago", wanted()))]
                })
                about="It counts for those who are in the bin already, too."
                danger=true
                busy
                on_confirm=move |()| submit()
            />
        </Card>
    }
    .into_any()
}
