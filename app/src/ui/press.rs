//! What a press starts. A press is easily two: while its work runs, a further one starts nothing, and
//! the first stays. [`Action::dispatch`] would run both, so `clippy.toml` keeps it here.

use leptos::{ev::MouseEvent, prelude::*};

/// Starting an [`Action`].
pub trait Press<I> {
    /// By a person, with a button, a key or a form: ignored while it runs.
    fn press(&self, input: I);

    /// By the page itself, such as for what is typed: each runs, and the last answer counts.
    fn request(&self, input: I);
}

impl<I, O> Press<I> for Action<I, O>
where
    I: Send + Sync + 'static,
    O: Send + Sync + 'static,
{
    fn press(&self, input: I) {
        if !self.pending().get_untracked() {
            self.request(input);
        }
    }

    #[allow(clippy::disallowed_methods, reason = "its one place")]
    fn request(&self, input: I) {
        self.dispatch(input);
    }
}

/// Whether this is the second click of a double click: what the first one brought may lie under it.
pub fn is_second(click: &MouseEvent) -> bool {
    click.detail() > 1
}

/// Work of a press that is no [`Action`], because it goes on when its page is gone.
#[derive(Clone, Copy, Default)]
pub struct Busy(RwSignal<bool>);

impl Busy {
    pub fn get(self) -> bool {
        self.0.try_get().unwrap_or_default()
    }

    /// Whether the work may begin: not while it runs. [`Self::end`] follows.
    #[must_use]
    pub fn begin(self) -> bool {
        let free = self.0.try_get_untracked() != Some(true);
        self.0.try_set(true);
        free
    }

    pub fn end(self) {
        self.0.try_set(false);
    }
}

impl From<Busy> for Signal<bool> {
    fn from(busy: Busy) -> Self {
        Signal::derive(move || busy.get())
    }
}
