//! An action on a user: what has to be looked up before, the call, and what is said of it.

use std::sync::Arc;

use domain::{Error, Permission, text::isolated};
use leptos::prelude::*;

use super::{
    MenuAction, Subject, UserActions,
    wording::{LookedUp, effects, success_message, undo_of, wording},
};
use crate::{
    action::{ActionSpec, DialogField, Impact, Input, OneTimePassword, Outcome, Refused, Task, Wording},
    api::{Answer, ApiError},
    settings::server_fns::find_settings,
    ui::browser_now,
    users::server_fns::{
        count_sessions, delete_user, disable_user, enable_user, end_sessions, erase_user, reset_password, restore_user,
    },
};

#[derive(Clone)]
pub struct UserActionSpec {
    action: MenuAction,
    subject: Subject,
    actions: UserActions,
}

impl UserActionSpec {
    pub fn new(action: MenuAction, subject: Subject, actions: UserActions) -> Self {
        Self { action, subject, actions }
    }

    /// `None` where the user is not there any more.
    async fn find(self) -> Option<Impact> {
        let Self { action, subject, actions } = self;
        let viewer = actions.viewer;
        let yourself = viewer.try_with_untracked(|viewer| viewer.id == subject.id).unwrap_or_default();
        let see_settings = viewer.try_with_untracked(|viewer| viewer.may(Permission::ViewSettings));
        let sessions = match count_sessions(subject.id).await {
            Ok(count) => Some(count),
            Err(ApiError(Error::NotFound)) => return None,
            Err(_) => None,
        };
        let kept_until = if action == MenuAction::Delete && see_settings == Some(true) {
            let erased = find_settings().await.ok().map(|settings| settings.erase_at(browser_now()));
            erased.and_then(|at| actions.zone.try_with_untracked(|zone| zone.date_of(at).short()))
        } else {
            None
        };
        let nothing = action == MenuAction::EndSessions && sessions == Some(0);
        let blocked = nothing.then(|| "There is no session to end.".to_owned());
        let known = LookedUp { sessions, kept_until, yourself };
        Some(Impact { effects: effects(action, &subject, &known), blocked })
    }

    async fn carry_out(self, typed: String) -> Answer<Outcome> {
        let Self { action, subject, .. } = self;
        let id = subject.id;
        let mut one_time_password = None;
        let sessions = match action {
            MenuAction::Disable => disable_user(id).await?.sessions,
            MenuAction::Delete => delete_user(id).await?.sessions,
            MenuAction::EndSessions => end_sessions(id, None).await?.sessions,
            MenuAction::ResetPassword => {
                let given = reset_password(id).await?;
                one_time_password = given.one_time_password;
                given.sessions_ended
            }
            MenuAction::Enable => enable_user(id).await.map(|()| 0)?,
            MenuAction::Restore => restore_user(id).await.map(|()| 0)?,
            MenuAction::Erase => erase_user(id, typed).await.map(|()| 0)?,
            // Edited in a form of its own.
            MenuAction::Edit => 0,
        };
        let done = success_message(action, &subject, sessions);
        Ok(match one_time_password {
            None => Outcome::Done(done),
            Some(password) => {
                let Subject { name, username, .. } = subject;
                Outcome::OneTimePassword(OneTimePassword { name, username, password, done })
            }
        })
    }
}

impl ActionSpec for UserActionSpec {
    fn key(&self) -> String {
        format!("{} {}", self.action.label(), self.subject.id)
    }

    fn wording(&self) -> Option<Wording> {
        wording(self.action, &self.subject)
    }

    fn look_up(&self) -> Option<Task<Option<Impact>>> {
        Some(Box::pin(self.clone().find()))
    }

    fn field(&self) -> Option<DialogField> {
        let username = &self.subject.username;
        (self.action == MenuAction::Erase).then(|| DialogField::Typed {
            label: "Username",
            id: "erase-username",
            expected: username.clone(),
            help: format!("Type {username} to confirm."),
            missing: "Type the username first.",
        })
    }

    fn run(&self, input: Input) -> Task<Answer<Outcome>> {
        Box::pin(self.clone().carry_out(input.typed))
    }

    fn refused(&self, error: &Error) -> Refused {
        match error {
            Error::NotFound => Refused::Ends(format!("{} is not there any more", isolated(&self.subject.name))),
            _ => Refused::StaysOpen,
        }
    }

    fn settled(&self, _: bool) {
        self.actions.tell();
    }

    fn undo_of(&self) -> Option<Arc<dyn ActionSpec>> {
        let action = undo_of(self.action)?;
        Some(Arc::new(Self { action, ..self.clone() }))
    }
}
