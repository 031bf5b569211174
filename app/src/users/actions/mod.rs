//! What can be done to a user, from wherever they are shown.

mod spec;
mod wording;

use domain::{
    Error,
    text::isolated,
    time::TimeZone,
    users::{Refusals, Status, User, UserAction, UserId, UserRow, Viewer},
};
use leptos::prelude::*;

use crate::{
    action::{Actions, use_actions},
    layout::use_viewer,
    ui::use_time_zone,
};
pub use wording::ends;

/// The user whom an action is about, as far as its dialog shows and asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub id: UserId,
    pub name: String,
    pub username: String,
    pub status: Status,
    pub refusals: Refusals,
}

impl Subject {
    /// What to call them on a button or in a toast, where the whole name would be too long.
    pub fn short_name(&self) -> String {
        short_name(&self.name)
    }
}

/// The first word of a name, or all of it where that is hardly a name: "Dr.", "Le". For sentences.
pub fn short_name(name: &str) -> String {
    const MOST: usize = 30;
    let first = name.split_whitespace().next().unwrap_or_default();
    let hardly = first.chars().count() < 3 || first.ends_with(['.', ',']);
    let chosen = if hardly { name } else { first };
    if chosen.chars().count() <= MOST {
        return isolated(chosen);
    }
    isolated(&chosen.chars().take(MOST).chain(['\u{2026}']).collect::<String>())
}

impl From<&UserRow> for Subject {
    fn from(row: &UserRow) -> Self {
        Self {
            id: row.id,
            name: row.display_name.clone(),
            username: row.username.clone(),
            status: row.status,
            refusals: row.refusals.clone(),
        }
    }
}

impl From<&User> for Subject {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            name: user.display_name.clone(),
            username: user.username.clone(),
            status: user.status,
            refusals: user.refusals.clone(),
        }
    }
}

/// What the menus of a user offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuAction {
    Edit,
    ResetPassword,
    EndSessions,
    Disable,
    Enable,
    Delete,
    Restore,
    Erase,
}

impl MenuAction {
    pub const ALL: [Self; 8] = [
        Self::Edit,
        Self::ResetPassword,
        Self::EndSessions,
        Self::Disable,
        Self::Enable,
        Self::Delete,
        Self::Restore,
        Self::Erase,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Edit => "Edit",
            Self::ResetPassword => "New password",
            Self::EndSessions => "End sessions",
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::Delete => "Delete",
            Self::Restore => "Restore",
            Self::Erase => "Erase now",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Edit => "pencil",
            Self::ResetPassword => "password",
            Self::EndSessions => "log-out",
            Self::Disable => "stop",
            Self::Enable => "check",
            Self::Delete | Self::Erase => "bin",
            Self::Restore => "restore",
        }
    }

    /// Its row in the table of what can be done to a user.
    fn row(self) -> UserAction {
        match self {
            Self::Edit => UserAction::Edit,
            Self::ResetPassword => UserAction::ResetPassword,
            Self::EndSessions => UserAction::EndSessions,
            Self::Disable => UserAction::Disable,
            Self::Enable => UserAction::Enable,
            Self::Delete => UserAction::Delete,
            Self::Restore => UserAction::Restore,
            Self::Erase => UserAction::Erase,
        }
    }

    /// Whether it makes sense for a user in this state.
    pub fn fits(self, status: Status) -> bool {
        self.row().fits(status)
    }

    /// Why the viewer cannot do it, or nothing where they can.
    pub fn refused(self, subject: &Subject) -> Option<String> {
        refused(self.row(), &subject.refusals)
    }
}

/// Why the viewer cannot do it to the user whom the refusals are about, or nothing where they can.
pub fn refused(action: UserAction, refusals: &Refusals) -> Option<String> {
    let permissions = use_viewer().with_untracked(|viewer| viewer.permissions);
    match action.check(permissions, refusals) {
        Ok(()) => None,
        Err(Error::Forbidden(needs)) => Some(format!("Needs the permission \u{201c}{}\u{201d}", needs.label())),
        Err(error) => Some(error.sentence()),
    }
}

/// Asks for actions and tells of changes; in context below [`provide_user_actions`].
#[derive(Clone, Copy)]
pub struct UserActions {
    actions: Actions,
    edited: RwSignal<Option<Subject>>,
    changed: RwSignal<u32>,
    viewer: RwSignal<Viewer>,
    zone: RwSignal<TimeZone>,
}

impl UserActions {
    /// Opens the dialog for it, or runs it where there is nothing to ask.
    pub fn ask(self, action: MenuAction, subject: Subject) {
        match action {
            MenuAction::Edit => self.edited.set(Some(subject)),
            action => self.actions.ask(spec::UserActionSpec::new(action, subject, self)),
        }
    }

    /// The user whose form is asked for.
    pub fn edited(self) -> RwSignal<Option<Subject>> {
        self.edited
    }

    /// Goes up whenever a user was changed: lists and pages that show users follow it.
    pub fn changed(&self) -> ReadSignal<u32> {
        self.changed.read_only()
    }

    /// Tells that a user was changed. Nothing may listen any more: an answer can come when the console's pages
    /// are gone.
    pub fn tell(&self) {
        self.changed.try_update(|count| *count = count.wrapping_add(1));
    }
}

/// Call once above the console's pages.
pub fn provide_user_actions() {
    provide_context(UserActions {
        actions: use_actions(),
        edited: RwSignal::new(None),
        changed: RwSignal::new(0),
        viewer: use_viewer(),
        zone: use_time_zone(),
    });
}

pub fn use_user_actions() -> UserActions {
    expect_context()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_still_a_name() {
        assert_eq!(short_name("Ingrid S\u{f3}lveigard\u{f3}ttir"), "Ingrid");
        assert_eq!(short_name("Dr. Yutong Li"), "Dr. Yutong Li");
        assert_eq!(short_name("Le Goff Ma\u{eb}lle"), "Le Goff Ma\u{eb}lle");
        assert_eq!(short_name(&"x".repeat(100)).chars().count(), 31);
    }

    #[test]
    fn nobody_in_the_bin_is_offered_anything_but_the_ways_out_of_it() {
        let offered: Vec<_> = MenuAction::ALL.into_iter().filter(|action| action.fits(Status::InBin)).collect();
        assert_eq!(offered, [MenuAction::Restore, MenuAction::Erase]);
    }
}
