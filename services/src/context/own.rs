//! The ways to one's own account. None takes a user's id.

use domain::{Error, Obligation};

use super::{Change, Context, Done, Own, OwnAct, StandingChange};
use crate::Result;

impl Context {
    /// Opens what belongs to the signed-in person, and only that.
    ///
    /// # Errors
    /// `SignedOut`, `ObligationFirst`.
    pub fn own_account(&self) -> Result<Own> {
        let actor = self.actor()?.clone();
        if let Some(obligation) = actor.obligation {
            return Err(Error::ObligationFirst(obligation).into());
        }
        Ok(Own { access: self.access(), actor })
    }

    /// As [`Self::own_account`], for the few things that an obligation does not bar.
    ///
    /// # Errors
    /// `SignedOut`, `ObligationFirst`.
    pub fn own_account_for(&self, act: OwnAct) -> Result<Own> {
        let actor = self.actor()?.clone();
        match actor.obligation {
            Some(obligation) if !act.fulfils(obligation) => Err(Error::ObligationFirst(obligation).into()),
            _ => Ok(Own { access: self.access(), actor }),
        }
    }

    /// Makes a change to one's own account.
    ///
    /// # Errors
    /// `SignedOut`, `ObligationFirst`; those of the body.
    pub async fn own_change<T>(&self, act: OwnAct, body: impl AsyncFnOnce(&Change) -> Result<Done<T>>) -> Result<T> {
        self.own_account_for(act)?;
        self.run(None, None, body).await
    }

    /// As [`Self::own_change`], for what needs recent proof and may not meet another change
    /// to what people are or may do.
    ///
    /// # Errors
    /// As there, `ProofNeeded` and `LastAdministrator`.
    pub async fn own_change_proven<T>(
        &self,
        act: OwnAct,
        body: impl AsyncFnOnce(&StandingChange) -> Result<Done<T>>,
    ) -> Result<T> {
        self.own_account_for(act)?;
        if !self.actor()?.has_recent_proof(self.now()) {
            return Err(Error::ProofNeeded.into());
        }
        self.run_standing(None, body).await
    }

    /// Opens what a change to one's own factors begins with. Needs recent proof, except of
    /// whoever has to set one up before anything else: their sign-in has shown all that they have.
    ///
    /// # Errors
    /// `SignedOut`, `ObligationFirst`, `ProofNeeded`.
    pub fn own_factors(&self, act: OwnAct) -> Result<Own> {
        let own = self.own_account_for(act)?;
        let actor = own.actor();
        if actor.obligation != Some(Obligation::SecondFactor) && !actor.has_recent_proof(self.now()) {
            return Err(Error::ProofNeeded.into());
        }
        Ok(own)
    }

    /// Makes a change to one's own factors, under the conditions of [`Self::own_factors`].
    ///
    /// # Errors
    /// As there, and `LastAdministrator`; those of the body.
    pub async fn own_change_of_factors<T>(
        &self,
        act: OwnAct,
        body: impl AsyncFnOnce(&StandingChange) -> Result<Done<T>>,
    ) -> Result<T> {
        self.own_factors(act)?;
        self.run_standing(None, body).await
    }
}
