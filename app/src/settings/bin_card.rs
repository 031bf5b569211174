//! How long deleted users wait in the bin.

use domain::{
    Error, Permission,
    audit::plural,
    settings::{Settings, SettingsForm},
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::server_fns::update_settings;
use crate::{
    api::ApiError,
    layout::{lacks, use_prover},
    ui::{Button, Card, Confirm, FormErrors, Kind, Press, TextField, Toaster},
};

#[component]
pub fn BinCard(settings: Settings) -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let prover = use_prover();
    let barred = lacks(Permission::EditSettings);
    let saved = RwSignal::new(settings);
    let days = RwSignal::new(settings.bin_days.to_string());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<Error>);
    let save = Action::new(|form: &SettingsForm| update_settings(form.clone()));
    on_cleanup(move || prover.forget());
    let typed = move || SettingsForm { bin_days: days.get_untracked() };
    let submit = move || {
        save.press(typed());
    };
    let ask_or_submit = move || match typed().parse() {
        _ if barred.get_untracked().is_some() => {}
        // People wait there who would be erased sooner than they were told.
        Ok(wanted) if wanted.bin_days < saved.get_untracked().bin_days => asking.set(true),
        Ok(_) => submit(),
        Err(failure) => error.set(Some(failure)),
    };
    Effect::new(move |_| match save.value().get() {
        Some(Ok(settings)) => {
            asking.set(false);
            saved.set(settings);
            days.set(settings.bin_days.to_string());
            toaster.good(format!("Deleted users now wait in the bin for {}", plural(settings.bin_days, "day")));
        }
        Some(Err(failure)) if !prover.asked_by(&failure, submit) => {
            let ApiError(failure) = failure;
            asking.set(false);
            error.set(Some(failure));
        }
        Some(Err(_)) | None => {}
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
        Some(other) => vec![(String::new(), other.sentence())],
    };
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
                    <Button kind=Kind::Primary submit=true busy=save.pending() disabled_reason=barred>
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
                busy=save.pending()
                on_confirm=move |()| submit()
            />
        </Card>
    }
    .into_any()
}
