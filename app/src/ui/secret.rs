//! A secret that is shown once: to be copied or saved, and acknowledged, before
//! the dialog can go.

use super::Words;
use super::browser::{copy, save_as};
use super::{Button, Checkbox, Dialog, Kind};
use leptos::prelude::*;

#[component]
pub fn SecretOnce(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// One secret, or one recovery code per line. The page clears it in `on_done`.
    #[prop(into)]
    secret: Signal<String>,
    /// The downloaded file's name.
    #[prop(into)]
    file_name: String,
    #[prop(into)] on_done: Callback<()>,
    #[prop(optional, into)] about: Words,
    /// Lays several codes out in two columns.
    #[prop(optional)]
    codes: bool,
) -> impl IntoView {
    let stored = RwSignal::new(false);
    let copied = RwSignal::new(false);
    let file_name = StoredValue::new(file_name);
    Effect::new(move |_| {
        open.track();
        stored.set(false);
        copied.set(false);
    });
    let done = move |_| {
        open.set(false);
        on_done.run(());
    };
    let first = Signal::derive(move || (!stored.get()).then(|| "Say first that you have stored it.".to_owned()));
    let actions = move || {
        view! { <Button kind=Kind::Primary disabled_reason=first on_click=done>"Done"</Button> }
    };
    view! {
        <Dialog open title about locked=true actions>
            <div class="secret">
                <code class="value" class:codes=codes tabindex="0">{move || secret.get()}</code>
                <div class="row wrap">
                    <Button
                        icon="copy"
                        on_click=move |_| {
                            copy(&secret.get_untracked());
                            copied.set(true);
                        }
                    >
                        {move || if copied.get() { "Copied" } else { "Copy" }}
                    </Button>
                    <Button
                        icon="download"
                        on_click=move |_| {
                            file_name.with_value(|name| save_as(name, &secret.get_untracked()));
                        }
                    >
                        "Download"
                    </Button>
                    {codes
                        .then(|| {
                            view! { <Button icon="print" on_click=move |_| drop(window().print())>"Print"</Button> }
                        })}
                    <span class="hush" role="status">{move || copied.get().then_some("Copied")}</span>
                </div>
                <Checkbox
                    checked=stored
                    on_change=move |yes| stored.set(yes)
                    label="I have stored it"
                    help="It cannot be shown again."
                />
            </div>
        </Dialog>
    }
    .into_any()
}
