//! Says what just happened, briefly, and offers to take it back.

use super::{Icon, press::is_second};
use leptos::{ev::MouseEvent, prelude::*};
use std::time::Duration;

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    bad: bool,
    action: Option<(String, Callback<()>)>,
}

/// Where a page says what happened; in context below [`provide_toaster`].
#[derive(Clone, Copy)]
pub struct Toaster {
    toasts: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toaster {
    pub fn good(&self, text: impl Into<String>) {
        self.show(text.into(), false, None);
    }

    /// Stays until it is closed: bad news must not vanish unread.
    pub fn bad(&self, text: impl Into<String>) {
        self.show(text.into(), true, None);
    }

    /// With a button, such as "Undo".
    pub fn good_with(
        &self,
        text: impl Into<String>,
        label: impl Into<String>,
        action: impl Fn(()) + Send + Sync + 'static,
    ) {
        self.show(text.into(), false, Some((label.into(), Callback::new(action))));
    }

    fn show(&self, text: String, bad: bool, action: Option<(String, Callback<()>)>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let seconds = if action.is_some() { 15 } else { 6 };
        self.toasts.update(|toasts| toasts.push(Toast { id, text, bad, action }));
        if !bad {
            let this = *self;
            set_timeout(move || this.close(id), Duration::from_secs(seconds));
        }
    }

    fn close(&self, id: u32) {
        self.toasts.try_update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// Call once above the frame; pages then use `expect_context::<Toaster>()`.
pub fn provide_toaster() -> Toaster {
    let toaster = Toaster { toasts: RwSignal::new(Vec::new()), next: StoredValue::new(0) };
    provide_context(toaster);
    toaster
}

/// The corner where they appear. Once per document.
#[component]
pub fn Toasts() -> impl IntoView {
    let toaster = expect_context::<Toaster>();
    let one = move |toast: Toast| {
        let close = move |_| toaster.close(toast.id);
        let action = toast.action.map(|(label, callback)| {
            let act = move |click: MouseEvent| {
                if is_second(&click) {
                    return;
                }
                toaster.close(toast.id);
                callback.run(());
            };
            view! { <button type="button" on:click=act>{label}</button> }
        });
        view! {
            <div class="toast" class:bad=toast.bad>
                <Icon name=if toast.bad { "alert" } else { "check" } />
                <span>{toast.text}</span>
                {action}
                <button type="button" class="close" aria-label="Close" on:click=close><Icon name="x" /></button>
            </div>
        }
    };
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toaster.toasts.get() key=|toast| toast.id children=one />
        </div>
    }
    .into_any()
}
