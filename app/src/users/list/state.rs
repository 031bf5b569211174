//! What the parts of the users table share.

use domain::{
    Error,
    users::{Column, Status, UserId, UserListing},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::{
    liking::{Liking, use_liking},
    names::Names,
    selection::Selection,
    store::{Around, Asked, Loaded, Screen},
};
use crate::users::actions::use_user_actions;

/// A column of the table beside the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    Chosen(Column),
    /// Only in the bin: when somebody is erased.
    Erased,
}

#[derive(Clone, Copy)]
pub struct List {
    /// What the address says.
    pub listing: Memo<Result<UserListing, Error>>,
    pub asked: Memo<Asked>,
    pub screen: Screen,
    pub liking: Liking,
    pub names: StoredValue<Names>,
    pub columns: Memo<Vec<Shows>>,
    pub selection: RwSignal<Selection>,
    /// Where a range of rows begins.
    anchor: StoredValue<Option<UserId>>,
    /// The row that the keyboard is on.
    pub cursor: RwSignal<Option<UserId>>,
}

impl List {
    pub fn new() -> Self {
        let (query, place) = (use_query_map(), use_location());
        // On the way to another page the address changes before this one is gone.
        let listing = Memo::new(move |before: Option<&Result<UserListing, Error>>| match before {
            Some(before) if place.pathname.with(|path| path.trim_end_matches('/') != "/users") => before.clone(),
            _ => UserListing::from_pairs(query.get()),
        });
        let liking = use_liking();
        let changes = use_user_actions().changed();
        let asked =
            Memo::new(move |_| Asked { listing: listing.get(), changes: changes.get(), fields: liking.fields_asked() });
        let screen = Screen::new();
        let names = StoredValue::new(Names::default());
        let columns = Memo::new(move |_| {
            let in_bin = screen.listing().filters.status == Some(Status::InBin);
            names.with_value(|names| columns(&liking.view().columns, names, in_bin))
        });
        let selection = RwSignal::new(Selection::default());
        let list = Self {
            listing,
            asked,
            screen,
            liking,
            names,
            columns,
            selection,
            anchor: StoredValue::new(None),
            cursor: RwSignal::new(None),
        };
        // Everybody who matches would be somebody else from here on.
        Effect::new(move |before: Option<(String, _)>| {
            let listing = list.current();
            let now = (listing.search, listing.filters);
            if before.is_some_and(|before| before != now) && selection.with_untracked(Selection::is_all_matching) {
                list.clear_selection();
            }
            now
        });
        list
    }

    /// The first answer, before anything of the table is rendered.
    pub fn begin(self, names: Names, first: Loaded) {
        self.names.set_value(names);
        self.take(first);
    }

    pub fn take(self, loaded: Loaded) {
        self.liking.begin(loaded.view.clone());
        self.screen.show(loaded);
    }

    /// The listing that the address says; the plain one where it makes no sense.
    pub fn current(self) -> UserListing {
        self.listing.get().unwrap_or_default()
    }

    pub fn in_bin(self) -> bool {
        self.current().filters.status == Some(Status::InBin)
    }

    /// Whether the rows are those of another address, or of before a change.
    pub fn is_stale(self) -> bool {
        let asked = self.asked.get();
        self.screen.around.with(|around| around.as_ref().is_some_and(|around| around.asked != asked))
    }

    pub fn around<T>(self, of: impl FnOnce(&Around) -> T) -> Option<T> {
        self.screen.around.with(|around| around.as_ref().map(of))
    }

    pub fn pick(self, id: UserId, selected: bool) {
        self.anchor.set_value(Some(id));
        if let Some(user) = self.screen.row(id) {
            self.selection.update(|selection| selection.set(&user, selected));
        }
    }

    /// All rows from the one picked last to this one.
    pub fn pick_range(self, id: UserId, selected: bool) {
        let ids: Vec<_> = self.screen.rows.with_untracked(|rows| rows.iter().map(|row| row.id).collect());
        let place = |id| ids.iter().position(|own| *own == id);
        let from = self.anchor.get_value().and_then(place);
        self.pick(id, selected);
        if let (Some(from), Some(to)) = (from, place(id)) {
            self.pick_all(&ids[from.min(to)..=from.max(to)], selected);
        }
    }

    pub fn pick_page(self, selected: bool) {
        let ids: Vec<_> = self.screen.rows.with_untracked(|rows| rows.iter().map(|row| row.id).collect());
        self.pick_all(&ids, selected);
    }

    fn pick_all(self, ids: &[UserId], selected: bool) {
        self.selection.update(|selection| {
            for user in ids.iter().filter_map(|id| self.screen.row(*id)) {
                selection.set(&user, selected);
            }
        });
    }

    pub fn clear_selection(self) {
        self.anchor.set_value(None);
        self.selection.set(Selection::default());
    }
}

/// Those that were chosen and still exist; in the bin without what nobody there has.
fn columns(chosen: &[Column], names: &Names, in_bin: bool) -> Vec<Shows> {
    let fits = |column: &&Column| match column {
        Column::Field(id) => names.field(*id).is_some(),
        Column::Status | Column::Sessions | Column::Expires => !in_bin,
        _ => true,
    };
    let chosen = chosen.iter().filter(fits).map(|column| Shows::Chosen(*column));
    chosen.chain(in_bin.then_some(Shows::Erased)).collect()
}
