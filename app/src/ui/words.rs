//! Words that may be there: a text, an `Option`, a signal, or a closure that
//! gives any of these. What a component takes where words are optional.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default)]
pub struct Words(Signal<Option<String>>);

impl Words {
    pub fn get(&self) -> Option<String> {
        self.0.get()
    }
}

/// What counts as words: an empty text does not.
pub trait MaybeWords {
    fn words(self) -> Option<String>;
}

impl MaybeWords for &str {
    fn words(self) -> Option<String> {
        (!self.is_empty()).then(|| self.to_owned())
    }
}

impl MaybeWords for String {
    fn words(self) -> Option<String> {
        Some(self).filter(|text| !text.is_empty())
    }
}

impl<T: MaybeWords> MaybeWords for Option<T> {
    fn words(self) -> Option<String> {
        self.and_then(T::words)
    }
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Self(Signal::stored(text.words()))
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self(Signal::stored(text.words()))
    }
}

impl From<Option<String>> for Words {
    fn from(text: Option<String>) -> Self {
        Self(Signal::stored(text.words()))
    }
}

impl From<Signal<Option<String>>> for Words {
    fn from(text: Signal<Option<String>>) -> Self {
        Self(text)
    }
}

impl From<Signal<String>> for Words {
    fn from(text: Signal<String>) -> Self {
        Self(Signal::derive(move || text.get().words()))
    }
}

impl From<RwSignal<Option<String>>> for Words {
    fn from(text: RwSignal<Option<String>>) -> Self {
        Self(text.into())
    }
}

impl<F, T> From<F> for Words
where
    F: Fn() -> T + Send + Sync + 'static,
    T: MaybeWords,
{
    fn from(text: F) -> Self {
        Self(Signal::derive(move || text().words()))
    }
}
