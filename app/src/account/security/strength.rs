//! How hard a new password is to guess, said while it is typed. It informs and never blocks.

use std::time::Duration;

use domain::factors::Strength;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use crate::{account::server_fns::password_strength, ui::Press};

/// Typing rests so long before the server is asked.
const REST: Duration = Duration::from_millis(350);

/// A small meter below the field with this value. `paused` while a change or the proof for it is
/// under way: they give the session a new cookie, which no other request may cross.
#[component]
pub(super) fn StrengthMeter(value: RwSignal<String>, #[prop(into)] paused: Signal<bool>) -> impl IntoView {
    let known = RwSignal::new(None::<(String, Strength)>);
    let ask = Action::new(|text: &String| {
        let text = text.clone();
        async move { password_strength(text.clone()).await.map(|strength| (text, strength)) }
    });
    Effect::new(move |_| {
        if let Some(Ok(answer)) = ask.value().get() {
            known.set(Some(answer));
        }
    });
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    on_cleanup(stop);
    Effect::new(move |_| {
        let text = value.get();
        stop();
        if text.is_empty() || paused.get() {
            return;
        }
        let look = move || {
            if !paused.get_untracked() {
                ask.request(text.clone());
            }
        };
        waiting.set_value(set_timeout_with_handle(look, REST).ok());
    });
    // What the server said is about what it was asked, not about what is there by now.
    let now = move || known.with(|known| known.clone().filter(|(text, _)| value.with(|value| value == text)));
    let shown = move || {
        now().map(|(_, Strength { score, words })| {
            let bars = (1..=4).map(|at| view! { <i class:on=at <= score></i> }).collect_view();
            view! {
                <span class=format!("bars {}", tone(score)) aria-hidden="true">{bars}</span>
                <span>{words}</span>
            }
        })
    };
    view! { <div class="strength" aria-live="polite">{shown}</div> }
}

fn tone(score: u8) -> &'static str {
    match score {
        0 | 1 => "bad",
        2 => "warn",
        _ => "good",
    }
}
