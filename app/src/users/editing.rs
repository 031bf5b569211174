//! Saving an edit: what was asked of the server, what came of it, and what is said of it.

use domain::{
    Error,
    audit::plural,
    text::isolated,
    time::TimeZone,
    users::{Edited, User, UserChanges, UserId, Viewer},
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    actions::{Subject, UserActions, short_name, use_user_actions},
    draft::Draft,
    field_inputs::Offered,
    server_fns::{find_user, update_user},
    stale::{Names, bring_together},
};
use crate::{
    account::tell_names,
    action::{Actions, OneTimePassword, PATIENCE, use_actions},
    api::{Answer, ApiError},
    layout::use_viewer,
    reauthentication::{Reauthentication, use_reauthentication},
    ui::{Meanwhile, Toaster, use_time_zone},
};

/// All that saving needs, also once the pages are gone.
#[derive(Clone, Copy)]
pub struct Editing {
    pub open: RwSignal<bool>,
    /// Asked for, and opened as soon as there is something to show.
    wanted: RwSignal<bool>,
    pub busy: RwSignal<bool>,
    pub draft: Draft,
    pub offered: Offered,
    who: StoredValue<Option<UserId>>,
    /// As they were when the dialog opened.
    pub user: RwSignal<Option<User>>,
    /// The version that the form was filled with.
    opened: StoredValue<UserChanges>,
    pub meanwhile: RwSignal<Option<Meanwhile>>,
    host: Actions,
    viewer: RwSignal<Viewer>,
    actions: UserActions,
    toaster: Toaster,
    reauthentication: Reauthentication,
    zone: RwSignal<TimeZone>,
}

impl Editing {
    pub fn new() -> Self {
        let wanted = RwSignal::new(false);
        Self {
            open: RwSignal::new(false),
            wanted,
            busy: RwSignal::new(false),
            draft: Draft::new(),
            offered: Offered::while_open(wanted, false),
            who: StoredValue::new(None),
            user: RwSignal::new(None),
            opened: StoredValue::new(UserChanges::default()),
            meanwhile: RwSignal::new(None),
            host: use_actions(),
            viewer: use_viewer(),
            actions: use_user_actions(),
            toaster: expect_context(),
            reauthentication: use_reauthentication(),
            zone: use_time_zone(),
        }
    }

    /// Whether all that the form shows is there.
    pub fn is_ready(self) -> bool {
        self.user.with(Option::is_some) && self.offered.is_there()
    }

    /// Opens once there is something to show. Nothing typed waits in a form that somebody left.
    pub fn follow(self) {
        Effect::new(move |_| {
            if self.wanted.get() && self.is_ready() {
                self.open.set(true);
            }
        });
        Effect::new(move |was_open: Option<bool>| {
            let is_open = self.open.get();
            if was_open == Some(true) && !is_open {
                self.wanted.set(false);
                self.draft.clear("keep");
                self.user.set(None);
                self.meanwhile.set(None);
            }
            is_open
        });
    }

    /// Whether the dialog is still about this user.
    fn is_about(self, id: UserId) -> bool {
        self.who.try_get_value() == Some(Some(id)) && self.wanted.try_get_untracked() == Some(true)
    }

    pub fn begin(self, subject: Subject) {
        self.who.set_value(Some(subject.id));
        self.draft.clear("keep");
        self.user.set(None);
        self.meanwhile.set(None);
        self.busy.set(false);
        self.wanted.set(true);
        let id = subject.id;
        set_timeout(
            move || {
                if self.is_about(id) {
                    self.open.set(true);
                }
            },
            PATIENCE,
        );
        spawn_local(async move {
            let found = find_user(subject.id).await;
            if !self.is_about(subject.id) {
                return;
            }
            match found {
                Ok(user) => {
                    let form = self.zone.with_untracked(|zone| UserChanges::of(&user, zone));
                    self.draft.fill(&form);
                    self.opened.try_set_value(form);
                    self.user.try_set(Some(user));
                }
                Err(error) => self.give_up(error, subject.id, &subject.name),
            }
        });
    }

    /// Whether something is left to choose before it can be saved.
    pub fn is_undecided(self) -> bool {
        self.meanwhile.with(|meanwhile| meanwhile.as_ref().is_some_and(Meanwhile::is_open))
    }

    pub fn save(self) {
        if self.busy.get_untracked() || untrack(|| self.is_undecided()) {
            return;
        }
        let changes = self.opened.with_value(|opened| self.draft.changes(opened));
        // The browser knows the same rules: no need to ask the server about a blank name.
        if !self.draft.accepts(changes.parse(), untrack(|| self.offered.defined())) {
            return;
        }
        // Without the values of fields that are gone.
        let changes = self.opened.with_value(|opened| self.draft.changes(opened));
        let username =
            self.user.with_untracked(|user| user.as_ref().map(|user| user.username.clone())).unwrap_or_default();
        self.busy.set(true);
        spawn_local(async move {
            let saved = update_user(changes.clone()).await;
            if !self.is_about(changes.id) {
                // Left meanwhile, perhaps for somebody else's form.
                return self.settle(&changes, username, saved);
            }
            self.busy.set(false);
            match saved {
                Ok(edited) => self.saved(&changes, username, edited),
                Err(ApiError(Error::Stale)) => self.meet(&changes).await,
                Err(error) if self.reauthentication.handles(&error, move || self.save()) => {}
                Err(error @ ApiError(Error::NotFound)) => self.give_up(error, changes.id, &changes.display_name),
                Err(ApiError(error)) => {
                    if self.draft.refuse(error, untrack(|| self.offered.defined())) {
                        self.offered.fields.refetch();
                    }
                }
            }
        });
    }

    /// Says what became of it where nobody waits in the dialog any more.
    fn settle(self, changes: &UserChanges, username: String, saved: Answer<Edited>) {
        match saved {
            Ok(edited) => self.saved(changes, username, edited),
            Err(ApiError(error)) => self.toaster.bad(error.sentence()),
        }
    }

    fn saved(self, changes: &UserChanges, username: String, Edited { password }: Edited) {
        let name = domain::text::trimmed(&changes.display_name);
        if self.is_about(changes.id) {
            self.close();
        }
        if self.viewer.try_with_untracked(|viewer| viewer.id) == Some(changes.id) {
            self.viewer.try_update(|viewer| viewer.display_name = name.to_owned());
            tell_names();
        }
        self.actions.tell();
        let ended = password.as_ref().map_or(0, |given| given.sessions_ended);
        let done = match ended {
            0 => format!("{} saved", short_name(name)),
            n => format!("{} saved. {} ended", short_name(name), plural(n, "session")),
        };
        match password.and_then(|given| given.one_time_password) {
            Some(password) => {
                self.host.show_once(OneTimePassword { name: name.to_owned(), username, password, done });
            }
            None => self.toaster.good(done),
        }
    }

    /// Somebody else saved meanwhile. The form stays as it stands, with what was typed.
    async fn meet(self, changes: &UserChanges) {
        let now = find_user(changes.id).await;
        if !self.is_about(changes.id) {
            return;
        }
        match now {
            Ok(now) => {
                let (fields, choices) =
                    untrack(|| (self.offered.defined().unwrap_or_default(), self.offered.choices()));
                let names = Names { fields: &fields, choices: &choices, tags: &now.groups };
                let zone = self.zone.get_untracked();
                let met =
                    self.opened.try_update_value(|opened| bring_together(self.draft, opened, &now, &zone, &names));
                self.meanwhile.try_set(met);
            }
            Err(error) => self.give_up(error, changes.id, &changes.display_name),
        }
    }

    fn close(self) {
        self.wanted.set(false);
        self.open.set(false);
    }

    fn give_up(self, error: ApiError, id: UserId, name: &str) {
        if self.is_about(id) {
            self.close();
        }
        self.actions.tell();
        self.toaster.bad(match error {
            ApiError(Error::NotFound) => format!("{} is not there any more", isolated(name)),
            ApiError(other) => other.sentence(),
        });
    }
}
