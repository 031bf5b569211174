//! Putting a user into groups and taking them out, from where the groups are shown. Each change says what
//! is to differ and nothing else: what is shown may be older than what is there, and an older page takes
//! back nothing that was done elsewhere. It can be undone where it changed anything.

use std::sync::Arc;

use domain::{
    groups::GroupId,
    users::{User, UserId},
};
use leptos::prelude::*;

use super::{
    actions::{UserActions, short_name, use_user_actions},
    server_fns::assign_groups,
};
use crate::{
    action::{ActionSpec, Actions, Input, Outcome, Task, Wording, use_actions},
    api::Answer,
};

/// The groups of one user.
#[derive(Clone)]
pub struct Assigning {
    id: UserId,
    short_name: String,
    /// While one of them changes.
    pub busy: Signal<bool>,
    actions: Actions,
    users: UserActions,
}

impl Assigning {
    pub fn of(user: &User) -> Self {
        let actions = use_actions();
        Self {
            id: user.id,
            short_name: short_name(&user.display_name),
            busy: actions.is_running(key(user.id)),
            actions,
            users: use_user_actions(),
        }
    }

    pub fn put_into(self, id: GroupId, group: &str) {
        self.assign(id, group, true);
    }

    pub fn take_out(self, id: GroupId, group: &str) {
        self.assign(id, group, false);
    }

    fn assign(self, group: GroupId, name: &str, is_in: bool) {
        let Self { id, short_name, users, .. } = self;
        let said_in = format!("{short_name} is in {name} now");
        let said_out = format!("{short_name} is not in {name} any more");
        self.actions.ask(Assignment { user: id, group, is_in, said_in, said_out, users, can_undo: true });
    }
}

fn key(user: UserId) -> String {
    format!("assign groups {user}")
}

/// One user into one group, or out of it.
#[derive(Clone)]
struct Assignment {
    user: UserId,
    group: GroupId,
    is_in: bool,
    said_in: String,
    said_out: String,
    users: UserActions,
    can_undo: bool,
}

impl Assignment {
    async fn carry_out(self) -> Answer<Outcome> {
        let Self { user, group, is_in, said_in, said_out, .. } = self;
        let (add, remove, said) = if is_in { (vec![group], vec![], said_in) } else { (vec![], vec![group], said_out) };
        let changed = assign_groups(user, add, remove).await?;
        // Where it was so already, that was somebody else's doing, and nothing of one's own to undo.
        Ok(if changed { Outcome::Done(said) } else { Outcome::Unchanged(said) })
    }
}

impl ActionSpec for Assignment {
    /// One after the other.
    fn key(&self) -> String {
        key(self.user)
    }

    fn wording(&self) -> Option<Wording> {
        None
    }

    fn run(&self, _: Input) -> Task<Answer<Outcome>> {
        Box::pin(self.clone().carry_out())
    }

    fn settled(&self, _: bool) {
        self.users.tell();
    }

    fn undo_of(&self) -> Option<Arc<dyn ActionSpec>> {
        let undo = Self { is_in: !self.is_in, can_undo: false, ..self.clone() };
        self.can_undo.then(|| Arc::new(undo) as Arc<dyn ActionSpec>)
    }
}
