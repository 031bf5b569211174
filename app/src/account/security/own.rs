//! One's own factors as the page knows them, and what it is about to do to them.

use domain::{
    factors::{FactorList, Factors, PasskeyRow, may_remove},
    guard::Refusal,
};
use leptos::prelude::*;

use super::question::Act;
use crate::{
    account::server_fns::list_own_factors,
    api::Answer,
    layout::{use_prover, use_viewer},
};

/// What the cards and dialogs of the page share.
#[derive(Clone, Copy)]
pub(super) struct Own {
    pub list: RwSignal<FactorList>,
    pub adding_passkey: RwSignal<bool>,
    pub adding_app: RwSignal<bool>,
    pub renaming: RwSignal<Option<PasskeyRow>>,
    /// What is asked about before it is done.
    pub asked: RwSignal<Option<Act>>,
    /// Recovery codes to be shown once.
    pub codes: RwSignal<Option<Vec<String>>>,
    refresh: Action<(), Answer<FactorList>>,
}

pub(super) fn provide_own(list: FactorList) {
    let prover = use_prover();
    let viewer = use_viewer();
    let refresh = Action::new(|(): &()| list_own_factors());
    let own = Own {
        list: RwSignal::new(list),
        adding_passkey: RwSignal::new(false),
        adding_app: RwSignal::new(false),
        renaming: RwSignal::new(None),
        asked: RwSignal::new(None),
        codes: RwSignal::new(None),
        refresh,
    };
    Effect::new(move |_| match refresh.value().get() {
        Some(Ok(list)) => own.list.set(list),
        Some(Err(failure)) => drop(prover.asked_by(&failure, move || own.changed())),
        None => {}
    });
    // What recent proof may be given with.
    Effect::new(move |_| {
        let factors = own.list.with(|list| list.factors);
        if viewer.with_untracked(|viewer| viewer.factors) != factors {
            viewer.update(|viewer| viewer.factors = factors);
        }
    });
    provide_context(own);
}

pub(super) fn use_own() -> Own {
    expect_context()
}

impl Own {
    /// Something was added or taken away.
    pub fn changed(&self) {
        self.refresh.dispatch(());
    }

    pub fn has(self, factor: Factors) -> Memo<bool> {
        Memo::new(move |_| self.list.with(|list| list.factors.has(factor)))
    }

    /// Why this cannot be taken away.
    pub fn keeps(self, which: Factors) -> Signal<Option<String>> {
        Signal::derive(move || self.list.with(|list| refusal(list, which)).map(|refusal| refusal.sentence()))
    }
}

/// The server decides the same by the same rules.
fn refusal(list: &FactorList, which: Factors) -> Option<Refusal> {
    let others = which == Factors::PASSKEY && list.passkeys.len() > 1;
    if !may_remove(list.factors, which, others) {
        return Some(Refusal::LastWayIn);
    }
    let left = if others { list.factors } else { list.factors.without(which) };
    let counts = |factor| left.has(factor) && list.allowed.has(factor);
    let enough = !list.required || counts(Factors::APP) || counts(Factors::PASSKEY);
    (!enough).then_some(Refusal::OnlySecondFactor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_required_stays_and_so_does_the_last_way_in() {
        let factors = Factors::PASSWORD.and(Factors::APP);
        let list = FactorList { factors, allowed: Factors::APP, ..FactorList::default() };
        assert_eq!(refusal(&list, Factors::APP), None);
        assert_eq!(refusal(&list, Factors::PASSWORD), Some(Refusal::LastWayIn));
        let list = FactorList { required: true, ..list };
        assert_eq!(refusal(&list, Factors::APP), Some(Refusal::OnlySecondFactor));
    }
}
