//! Who is selected: some people one by one, or everybody who matches but for some.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    listing::Count,
    users::{UserId, UserRow},
};

use super::words::counted;
use crate::ui::grouped;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// With their usernames: they may be on other pages by now.
    Some(BTreeMap<UserId, String>),
    AllMatching {
        except: BTreeSet<UserId>,
    },
}

impl Default for Selection {
    fn default() -> Self {
        Self::Some(BTreeMap::new())
    }
}

impl Selection {
    pub fn all_matching() -> Self {
        Self::AllMatching { except: BTreeSet::new() }
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Some(picked) if picked.is_empty())
    }

    pub fn has(&self, id: UserId) -> bool {
        match self {
            Self::Some(picked) => picked.contains_key(&id),
            Self::AllMatching { except } => !except.contains(&id),
        }
    }

    pub fn set(&mut self, user: &UserRow, selected: bool) {
        match (self, selected) {
            (Self::Some(picked), true) => drop(picked.insert(user.id, user.username.clone())),
            (Self::Some(picked), false) => drop(picked.remove(&user.id)),
            (Self::AllMatching { except }, true) => drop(except.remove(&user.id)),
            (Self::AllMatching { except }, false) => drop(except.insert(user.id)),
        }
    }

    /// "3 selected", where `count` matches.
    pub fn words(&self, count: Count) -> String {
        match self {
            Self::Some(picked) => format!("{} selected", grouped(picked.len() as u64)),
            Self::AllMatching { except } => match (count, except.len()) {
                (Count::Exactly(all), less) => {
                    format!("{} selected", grouped(u64::from(all).saturating_sub(less as u64)))
                }
                (count, 0) => format!("All selected, {}", counted(count)),
                (count, less) => format!("All but {} selected, {}", grouped(less as u64), counted(count)),
            },
        }
    }

    /// The usernames, a line each; nothing where only the server knows them.
    pub fn usernames(&self) -> Option<String> {
        match self {
            Self::Some(picked) => Some(picked.values().cloned().collect::<Vec<_>>().join("\n")),
            Self::AllMatching { .. } => None,
        }
    }

    pub fn is_all_matching(&self) -> bool {
        matches!(self, Self::AllMatching { .. })
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        factors::Factors,
        users::{Refusals, Status},
    };

    use super::*;

    fn user(number: u8) -> UserRow {
        UserRow {
            found: domain::users::Found::default(),
            id: UserId::parse(&format!("018f2f6e-0000-7000-8000-0000000000{number:02}")).unwrap(),
            username: format!("user{number}"),
            display_name: String::new(),
            email: None,
            groups: vec![],
            status: Status::Active,
            last_sign_in_at: None,
            created_at: 0,
            expires_at: None,
            sessions: 0,
            erase_at: None,
            fields: vec![],
            refusals: Refusals::default(),
            factors: Factors::NONE,
            locked_for: None,
        }
    }

    #[test]
    fn people_are_picked_one_by_one() {
        let mut selection = Selection::default();
        assert!(selection.is_empty());
        selection.set(&user(2), true);
        selection.set(&user(1), true);
        selection.set(&user(3), true);
        selection.set(&user(3), false);
        assert!(selection.has(user(1).id) && !selection.has(user(3).id));
        assert_eq!(selection.words(Count::Exactly(50)), "2 selected");
        assert_eq!(selection.usernames().as_deref(), Some("user1\nuser2"));
    }

    #[test]
    fn everybody_who_matches_is_selected_but_for_some() {
        let mut selection = Selection::all_matching();
        assert!(selection.has(user(1).id), "also whom no page has shown");
        assert_eq!(selection.words(Count::About(12_400)), "All selected, about 12,400");
        selection.set(&user(1), false);
        assert!(!selection.has(user(1).id) && selection.has(user(2).id));
        assert_eq!(selection.words(Count::Exactly(70)), "69 selected");
        assert_eq!(selection.words(Count::MoreThan(1_000)), "All but 1 selected, more than 1,000");
        selection.set(&user(1), true);
        assert_eq!(selection, Selection::all_matching());
        assert_eq!(selection.usernames(), None);
    }
}
