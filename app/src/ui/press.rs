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
