//! Judging a password takes long enough to be done off the runtime, and one person has one
//! judged at a time (T4, T30).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{Problem, factors::Strength};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

use super::policy::{self, PasswordRules};
use crate::{Context, Failure, Result, throttle::network};

/// A password in normal form and how hard it is to guess, from 0 to 4; or what is wrong with it.
pub(crate) struct Judged(std::result::Result<(String, u8), Problem>);

impl Judged {
    /// What is said of it while it is typed.
    pub fn strength(self) -> Strength {
        match self.0 {
            Ok((_, score)) => Strength::of(score, None),
            Err(problem) => Strength::of(0, Some(problem)),
        }
    }

    /// The password in normal form, if it may be used.
    pub fn accepted(self) -> std::result::Result<String, Problem> {
        self.0.map(|(password, _)| password)
    }
}

/// Judges a password of a user with these names.
///
/// # Errors
/// `Busy` when too many wait; `Abandoned` where nobody waits for it any more.
pub(crate) async fn judge(cx: &Context, password: &str, names: &[&str], rules: PasswordRules) -> Result<Judged> {
    let turn = Turn::of(cx).await?;
    let place = cx.hashing_place()?;
    let password = Zeroizing::new(password.to_owned());
    let names: Vec<String> = names.iter().map(|name| name.chars().take(NAME).collect()).collect();
    let judged = place.estimate(move || {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Judged(policy::strength(&password, &names, &rules))
    });
    let judged = judged.await;
    drop(turn);
    judged
}

/// Characters of a name that are looked at: no name is longer that may be kept.
const NAME: usize = 254;

type Lines = Mutex<HashMap<String, Arc<Semaphore>>>;

/// Who has a password judged now, and who waits behind themselves.
#[derive(Default)]
pub(crate) struct Turns(Arc<Lines>);

/// Somebody's turn; given to their next request when it is dropped.
struct Turn {
    who: String,
    lines: Arc<Lines>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Turn {
    /// Waits behind the same person's other requests; strangers are told apart by where they are.
    async fn of(cx: &Context) -> Result<Self> {
        let who = match cx.actor() {
            Ok(actor) => actor.id.to_string(),
            Err(_) => network(&cx.origin().address),
        };
        let lines = cx.inner().turns.0.clone();
        let line = {
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.entry(who.clone()).or_insert_with(|| Arc::new(Semaphore::new(1))).clone()
        };
        // From here on it is taken out of the line whatever happens.
        let mut turn = Self { who, lines, permit: None };
        let in_line = cx.installation().hasher().in_line();
        turn.permit = tokio::select! {
            permit = line.acquire_owned() => permit.ok(),
            () = cx.disconnect().happened() => return Err(Failure::Abandoned),
        };
        drop(in_line);
        Ok(turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.permit.take());
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody can join it meanwhile: that takes the lock.
        if lines.get(&self.who).is_some_and(|line| Arc::strong_count(line) == 1) {
            lines.remove(&self.who);
        }
    }
}
