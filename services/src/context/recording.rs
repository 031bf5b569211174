//! Writing down what was refused or failed, without becoming a flood itself.

use domain::{
    Actor, Error, Permission,
    audit::{Event, Person},
    guard::Refusal,
};

use super::{Caller, Context};
use crate::{Failure, Result, audit};

impl Context {
    /// Writes the refusal down, once a minute per person, permission and source. A
    /// failure to do so must not turn a refusal into something else.
    pub(super) async fn record_refusal(&self, actor: &Actor, permission: Permission) {
        let event = |times| Event::Refused { user: person(actor), permission, times };
        let key = format!("{}|{}|{}", actor.id, permission.code(), self.origin.address);
        self.record_attempt(key, event).await;
    }

    /// Writes down that a rule or the gate missed a permission inside of a change.
    pub(super) async fn record_missing(&self, failure: &Failure) {
        let missing = match failure {
            Failure::Told(Error::Forbidden(missing)) => *missing,
            Failure::Told(Error::Refused(Refusal::GrantsMore { missing, .. } | Refusal::Outranks { missing, .. })) => {
                *missing
            }
            _ => return,
        };
        if let Caller::Person(actor) = &self.caller {
            self.record_refusal(actor, missing).await;
        }
    }

    /// Records an attempt in a transaction of its own. Of the same attempts within a
    /// minute the first is written at once and the others are counted.
    pub(crate) async fn record_attempt(&self, key: String, event: impl FnOnce(u32) -> Event) {
        let by = self.by();
        if let Some(event) = self.inner().tally.count(key, self.now(), &by, event) {
            self.record(&by, event).await;
        }
    }

    /// Writes attempts down that were only counted so far; `all` when the process stops.
    pub(crate) async fn record_counted(&self, all: bool) {
        for (by, event) in self.inner().tally.due(self.now(), all) {
            self.record(&by, event).await;
        }
    }

    /// Goes on to its end also where whoever waits for it is gone: what was tried is written down.
    async fn record(&self, by: &audit::By, event: Event) {
        let (cx, by) = (self.clone(), by.clone());
        let recorded = tokio::spawn(async move {
            if let Err(failure) = cx.record_now(&by, event).await {
                tracing::error!(cause = %failure, "an attempt could not be recorded");
            }
        });
        if let Err(cause) = recorded.await {
            tracing::error!(%cause, "an attempt could not be recorded");
        }
    }

    async fn record_now(&self, by: &audit::By, event: Event) -> Result<()> {
        let change = self.begin().await?;
        // Whoever was erased since the attempt is not named again.
        if audit::names_the_erased(&change, &event).await? {
            return Ok(());
        }
        change.commit_by(by, &[event]).await
    }

    pub(super) fn by(&self) -> audit::By {
        audit::By {
            kind: match self.caller {
                Caller::Stranger => "stranger",
                Caller::Person(_) => "person",
                Caller::System => "system",
                Caller::Operator => "operator",
            },
            person: self.actor().ok().map(person),
            address: self.origin.address.clone(),
            browser: self.origin.browser.clone(),
        }
    }
}

pub(crate) fn person(actor: &Actor) -> Person {
    Person { id: actor.id, name: actor.display_name.clone() }
}
