//! Which columns the viewer shows and how dense: applied at once, and kept for the next time.

use domain::users::TableView;
use leptos::{prelude::*, task::spawn_local};

use crate::{ui::Toaster, users::server_fns::keep_table_view};

/// In context below [`provide_liking`], so that the table is asked for at once when one comes back to it.
#[derive(Clone, Copy)]
pub struct Liking {
    view: RwSignal<Option<TableView>>,
    /// Goes up when another custom field is needed.
    fields: RwSignal<u32>,
    keeping: StoredValue<bool>,
}

/// Call once above the console's pages.
pub fn provide_liking() {
    provide_context(Liking::new());
}

pub fn use_liking() -> Liking {
    use_context().unwrap_or_else(Liking::new)
}

impl Liking {
    fn new() -> Self {
        Self { view: RwSignal::new(None), fields: RwSignal::new(0), keeping: StoredValue::new(false) }
    }

    /// What the server says, the first time.
    pub fn begin(self, view: TableView) {
        if self.view.with_untracked(Option::is_none) {
            self.view.set(Some(view));
        }
    }

    pub fn known(self) -> Option<TableView> {
        self.view.get_untracked()
    }

    pub fn view(self) -> TableView {
        self.view.get().unwrap_or_default()
    }

    pub fn fields_asked(self) -> u32 {
        self.fields.get()
    }

    pub fn choose(self, view: TableView, toaster: Toaster) {
        let there = self.known().unwrap_or_default().fields();
        let more = view.fields().iter().any(|field| !there.contains(field));
        self.view.set(Some(view));
        if more {
            self.fields.update(|count| *count = count.wrapping_add(1));
        }
        self.keep(toaster);
    }

    /// One after the other, so that the last choice is the one that stays.
    fn keep(self, toaster: Toaster) {
        if self.keeping.get_value() {
            return;
        }
        self.keeping.set_value(true);
        spawn_local(async move {
            while let Some(view) = self.view.try_get_untracked().flatten() {
                if let Err(error) = keep_table_view(view.clone()).await {
                    toaster.bad(format!("Your choice of columns was not kept. {error}"));
                    break;
                }
                if self.view.try_get_untracked().flatten().is_none_or(|now| now == view) {
                    break;
                }
            }
            self.keeping.try_set_value(false);
        });
    }
}
