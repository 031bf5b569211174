//! Putting a user into groups and taking them out, from where the groups are shown. Each change
//! says all of the groups that they are in afterwards, and can be taken back.

use domain::{
    groups::GroupId,
    users::{User, UserId},
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    actions::{UserActions, short_name, use_user_actions},
    server_fns::assign_groups,
};
use crate::{
    api::ApiError,
    layout::{Prover, use_prover},
    ui::{Busy, Toaster},
};

/// The groups of one user, with all that changing them needs once the page is gone.
#[derive(Clone)]
pub struct Assigning {
    id: UserId,
    short_name: String,
    own: Vec<GroupId>,
    pub busy: Busy,
    actions: UserActions,
    toaster: Toaster,
    prover: Prover,
}

impl Assigning {
    pub fn of(user: &User) -> Self {
        Self {
            id: user.id,
            short_name: short_name(&user.display_name),
            own: user.groups.iter().map(|group| group.id).collect(),
            busy: Busy::default(),
            actions: use_user_actions(),
            toaster: expect_context(),
            prover: use_prover(),
        }
    }

    pub fn put_into(self, id: GroupId, group: &str) {
        let wanted = self.own.iter().copied().chain([id]).collect();
        let (is, is_not) = self.words(group);
        self.run(wanted, is, Some(is_not));
    }

    pub fn take_out(self, id: GroupId, group: &str) {
        let wanted = self.own.iter().copied().filter(|own| *own != id).collect();
        let (is, is_not) = self.words(group);
        self.run(wanted, is_not, Some(is));
    }

    fn words(&self, group: &str) -> (String, String) {
        let name = &self.short_name;
        (format!("{name} is in {group} now"), format!("{name} is not in {group} any more"))
    }

    /// `back` is what is said once it has been taken back; without, it cannot be.
    fn run(self, wanted: Vec<GroupId>, said: String, back: Option<String>) {
        if !self.busy.begin() {
            return;
        }
        spawn_local(async move {
            let assigned = assign_groups(self.id, wanted.clone()).await;
            self.busy.end();
            let again = self.clone();
            match assigned {
                Ok(()) => {
                    self.actions.tell();
                    match back {
                        None => self.toaster.good(said),
                        Some(back) => self.toaster.good_with(said, "Undo", move |()| {
                            let before = again.own.clone();
                            again.clone().run(before, back.clone(), None);
                        }),
                    }
                }
                Err(error) => {
                    let go_on = move || again.clone().run(wanted.clone(), said.clone(), back.clone());
                    if !self.prover.asked_by(&error, go_on) {
                        let ApiError(error) = error;
                        self.actions.tell();
                        self.toaster.bad(error.sentence());
                    }
                }
            }
        });
    }
}
