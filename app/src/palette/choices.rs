//! What the palette offers: pages, people, and what can be done to one of them.

use domain::{
    Permission,
    users::{Status, UserRow},
};

use crate::{
    layout::{NavEntry, use_viewer},
    users::actions::{MenuAction, Subject},
};
use leptos::prelude::*;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    Go { href: String, label: String, icon: &'static str },
    CreateUser,
    Person(Box<UserRow>),
    Do(MenuAction, Box<UserRow>),
}

impl Choice {
    fn go(href: impl Into<String>, label: impl Into<String>, icon: &'static str) -> Self {
        Self::Go { href: href.into(), label: label.into(), icon }
    }

    pub fn label(&self) -> &str {
        match self {
            Self::Go { label, .. } => label,
            Self::CreateUser => "Create user",
            Self::Person(row) => &row.display_name,
            Self::Do(act, _) => act.label(),
        }
    }

    pub fn icon(&self) -> &'static str {
        match self {
            Self::Go { icon, .. } => icon,
            Self::CreateUser => "user-plus",
            Self::Person(_) => "user",
            Self::Do(act, _) => act.icon(),
        }
    }

    /// Why it cannot be chosen.
    pub fn refused(&self) -> Option<String> {
        match self {
            Self::Do(act, row) => act.refused(&Subject::from(&**row)),
            _ => None,
        }
    }

    pub fn is_danger(&self) -> bool {
        matches!(self, Self::Do(MenuAction::Delete | MenuAction::Erase, _))
    }

    /// Whether each of the words begins one of its label.
    fn has(&self, words: &str) -> bool {
        let label = self.label().to_lowercase();
        let begins = |word: &str| label.split_whitespace().any(|own| own.starts_with(word));
        words.to_lowercase().split_whitespace().all(begins)
    }
}

/// Everywhere one can go from anywhere, as far as the viewer may.
pub fn pages(entries: Vec<NavEntry>, own: Vec<NavEntry>) -> Vec<Choice> {
    let may = |permission| use_viewer().with_untracked(|viewer| viewer.may(permission));
    let bin =
        may(Permission::ViewUsers).then(|| Choice::go(format!("/users?status={}", Status::InBin.code()), "Bin", "bin"));
    let own = own.into_iter().map(|entry| Choice::go(entry.href, format!("My account: {}", entry.label), entry.icon));
    let entries = entries.into_iter().map(|entry| Choice::go(entry.href, entry.label, entry.icon));
    let create = may(Permission::CreateUsers).then_some(Choice::CreateUser);
    entries.chain(bin).chain(create).chain(own).collect()
}

/// Those of the pages that the words are about; all of them without words.
pub fn among(pages: &[Choice], words: &str) -> Vec<Choice> {
    pages.iter().filter(|page| page.has(words)).cloned().collect()
}

/// What can be done with somebody, in the order of their menu.
pub fn about(row: &UserRow, words: &str) -> Vec<Choice> {
    let page = format!("/users/{}", row.id);
    let may_audit = use_viewer().with_untracked(|viewer| viewer.may(Permission::ViewAudit));
    let activity = may_audit.then(|| Choice::go(format!("{page}/activity"), "Open their activity", "log"));
    let acts = MenuAction::ALL.into_iter().filter(|action| action.fits(row.status));
    let acts = acts.map(|act| Choice::Do(act, Box::new(row.clone())));
    let all = std::iter::once(Choice::go(page, "Open their page", "user")).chain(activity).chain(acts);
    all.filter(|choice| choice.has(words)).collect()
}
