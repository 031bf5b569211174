//! Putting a user into groups and taking them out, from where the groups are shown. Each change says what
//! is to differ and nothing else: what is shown may be older than what is there, and an older page takes
//! back nothing that was done elsewhere. It can be taken back where it changed anything.

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
            busy: Busy::default(),
            actions: use_user_actions(),
            toaster: expect_context(),
            prover: use_prover(),
        }
    }

    pub fn put_into(self, id: GroupId, group: &str) {
        let (is, is_not) = self.words(group);
        self.run(Move { group: id, is_in: true }, is, Some(is_not));
    }

    pub fn take_out(self, id: GroupId, group: &str) {
        let (is, is_not) = self.words(group);
        self.run(Move { group: id, is_in: false }, is_not, Some(is));
    }

    fn words(&self, group: &str) -> (String, String) {
        let name = &self.short_name;
        (format!("{name} is in {group} now"), format!("{name} is not in {group} any more"))
    }

    /// `back` is what is said once it has been taken back; without, it cannot be.
    fn run(self, wanted: Move, said: String, back: Option<String>) {
        if !self.busy.begin() {
            return;
        }
        spawn_local(async move {
            let (add, remove) = wanted.difference();
            let assigned = assign_groups(self.id, add, remove).await;
            self.busy.end();
            let again = self.clone();
            match assigned {
                Ok(changed) => {
                    self.actions.tell();
                    // Where it was so already, that was somebody else's doing, and nothing of one's own to undo.
                    match back.filter(|_| changed) {
                        None => self.toaster.good(said),
                        Some(back) => self.toaster.good_with(said, "Undo", move |()| {
                            again.clone().run(wanted.opposite(), back.clone(), None);
                        }),
                    }
                }
                Err(error) => {
                    let go_on = move || again.clone().run(wanted, said.clone(), back.clone());
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

/// Into a group or out of it.
#[derive(Clone, Copy)]
struct Move {
    group: GroupId,
    is_in: bool,
}

impl Move {
    /// The groups to be put into, and those to be taken out of.
    fn difference(self) -> (Vec<GroupId>, Vec<GroupId>) {
        if self.is_in { (vec![self.group], vec![]) } else { (vec![], vec![self.group]) }
    }

    fn opposite(self) -> Self {
        Self { is_in: !self.is_in, ..self }
    }
}
