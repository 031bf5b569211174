//! Says beforehand that idleness will end the session, and offers to stay. It
//! only shows and asks: who measures and who answers is the caller's matter.

use crate::ui::{Button, Dialog, Kind};
use leptos::prelude::*;

fn in_words(seconds: u32) -> String {
    match seconds {
        0..=1 => "1 second".into(),
        2..=59 => format!("{seconds} seconds"),
        60..=89 => "1 minute".into(),
        _ => format!("{} minutes", (seconds + 30) / 60),
    }
}

#[component]
pub fn IdleWarning(
    open: RwSignal<bool>,
    /// Seconds until the session ends.
    #[prop(into)]
    left: Signal<u32>,
    #[prop(into)] on_stay: Callback<()>,
    #[prop(optional, into)] busy: Signal<bool>,
) -> impl IntoView {
    // Closing the dialog in any way is a sign of life.
    Effect::new(move |was_open: Option<bool>| {
        let now_open = open.get();
        if was_open == Some(true) && !now_open && left.get_untracked() > 0 {
            on_stay.run(());
        }
        now_open
    });
    let actions = move || {
        view! {
            <button type="submit" form="sign-out" class="btn">"Sign out now"</button>
            <Button kind=Kind::Primary busy=busy on_click=move |_| open.set(false)>"Stay signed in"</Button>
        }
    };
    view! {
        <Dialog
            open
            title=move || format!("You will be signed out in {}", in_words(left.get()))
            about="Nothing has happened here for a while. What is not saved will be lost."
            actions
        >
            ""
        </Dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn time_left_is_told_without_false_precision() {
        assert_eq!(in_words(120), "2 minutes");
        assert_eq!(in_words(61), "1 minute");
        assert_eq!(in_words(59), "59 seconds");
        assert_eq!(in_words(1), "1 second");
    }
}
