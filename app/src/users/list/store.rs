//! What was asked for and what is on the screen: old rows stay until new ones are there, and a
//! row that is still in the list stays the same element, with the keyboard and its open menu.

use std::{sync::Arc, time::Duration};

use domain::{
    Error,
    listing::{Count, Cursor, Page},
    users::{TableView, UserId, UserListing, UserRow},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    api::{Answer, ApiError, refused},
    users::server_fns::{find_table_view, list_users},
};

/// How long a row that was changed stays tinted: as long as the animation.
const TINT: Duration = Duration::from_millis(2_500);

/// What the address says, and which changes the answer has to know of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub listing: Result<UserListing, Error>,
    /// Goes up when somebody was changed.
    pub changes: u32,
    /// Goes up when another custom field became a column.
    pub fields: u32,
}

/// What came back.
#[derive(Clone, Serialize, Deserialize)]
pub struct Loaded {
    asked: Asked,
    pub view: TableView,
    found: Answer<Page<UserRow>>,
}

impl Loaded {
    pub fn count(&self) -> Option<Count> {
        self.found.as_ref().ok().map(|found| found.count)
    }
}

/// `known` is how the viewer likes the table, once the page knows.
pub async fn load(asked: Asked, known: Option<TableView>) -> Loaded {
    let view = match known {
        Some(view) => view,
        None => find_table_view().await.unwrap_or_default(),
    };
    let found = match &asked.listing {
        Ok(listing) => list_users(listing.clone(), view.fields()).await,
        Err(error) => refused(error.clone()),
    };
    Loaded { asked, view, found }
}

/// A row of the table.
#[derive(Clone)]
pub struct Shown {
    pub id: UserId,
    pub user: ArcRwSignal<Arc<UserRow>>,
    /// It has just been changed.
    pub tinted: ArcRwSignal<bool>,
}

/// Everything about the page but its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    pub asked: Asked,
    pub previous: Option<Cursor>,
    pub next: Option<Cursor>,
    pub count: Count,
    pub looked_through: Option<u32>,
    pub error: Option<ApiError>,
}

impl Around {
    fn new(asked: Asked) -> Self {
        Self { asked, previous: None, next: None, count: Count::Exactly(0), looked_through: None, error: None }
    }

    /// The list that the rows are from.
    pub fn listing(&self) -> UserListing {
        self.asked.listing.clone().unwrap_or_default()
    }
}

#[derive(Clone, Copy)]
pub struct Screen {
    pub rows: RwSignal<Vec<Shown>>,
    pub around: RwSignal<Option<Around>>,
}

impl Screen {
    pub fn new() -> Self {
        Self { rows: RwSignal::new(vec![]), around: RwSignal::new(None) }
    }

    /// The listing of the rows that are shown.
    pub fn listing(self) -> UserListing {
        self.around.with(|around| around.as_ref().map(Around::listing)).unwrap_or_default()
    }

    pub fn row(self, id: UserId) -> Option<Arc<UserRow>> {
        self.rows
            .with_untracked(|rows| rows.iter().find(|row| row.id == id).and_then(|row| row.user.try_get_untracked()))
    }

    pub fn show(self, loaded: Loaded) {
        let Loaded { asked, found, .. } = loaded;
        // Rows are tinted where the same list was looked at anew, not where one went elsewhere.
        let anew = self.around.with_untracked(|around| {
            around.as_ref().is_some_and(|old| old.asked.listing == asked.listing && old.asked.fields == asked.fields)
        });
        let mut around = Around::new(asked);
        match found {
            Ok(Page { rows, previous, next, count, looked_through }) => {
                around = Around { previous, next, count, looked_through, ..around };
                self.fill(rows, anew);
            }
            Err(error) => {
                around.error = Some(error);
                self.fill(vec![], false);
            }
        }
        if self.around.with_untracked(|old| old.as_ref() != Some(&around)) {
            self.around.set(Some(around));
        }
    }

    fn fill(self, rows: Vec<UserRow>, anew: bool) {
        let old = self.rows.get_untracked();
        let same = old.len() == rows.len() && old.iter().zip(&rows).all(|(old, new)| old.id == new.id);
        let shown = rows.into_iter().map(|row| match old.iter().find(|shown| shown.id == row.id) {
            Some(shown) => {
                if shown.user.with_untracked(|held| **held != row) {
                    shown.user.set(Arc::new(row));
                    if anew {
                        tint(&shown.tinted);
                    }
                }
                shown.clone()
            }
            None => {
                let tinted = ArcRwSignal::new(false);
                if anew {
                    tint(&tinted);
                }
                Shown { id: row.id, user: ArcRwSignal::new(Arc::new(row)), tinted }
            }
        });
        let shown: Vec<_> = shown.collect();
        if !same {
            self.rows.set(shown);
        }
    }
}

fn tint(tinted: &ArcRwSignal<bool>) {
    tinted.set(true);
    let tinted = tinted.clone();
    set_timeout(move || tinted.set(false), TINT);
}
