//! One's own factors as the page knows them, and what it is about to do to them.

use domain::{
    factors::{FactorList, Factors, PasskeyRow, enrols, may_remove},
    guard::Refusal,
};
use leptos::prelude::*;

use super::actions::{OwnFactorAction, OwnFactorActionSpec};
use crate::{
    account::server_fns::list_own_factors,
    action::{Actions, use_actions},
    api::Answer,
    layout::use_viewer,
    reauthentication::use_reauthentication,
    ui::Press,
};

/// What the cards and dialogs of the page share.
#[derive(Clone, Copy)]
pub(super) struct Own {
    pub list: RwSignal<FactorList>,
    pub adding_passkey: RwSignal<bool>,
    pub adding_app: RwSignal<bool>,
    pub renaming: RwSignal<Option<PasskeyRow>>,
    /// Recovery codes to be shown once.
    pub codes: RwSignal<Option<Vec<String>>>,
    /// How often what lets one in has changed since the page was opened.
    pub changes: RwSignal<u32>,
    actions: Actions,
    refresh: Action<(), Answer<FactorList>>,
}

pub(super) fn provide_own(list: FactorList) {
    let reauthentication = use_reauthentication();
    let viewer = use_viewer();
    let refresh = Action::new(|(): &()| list_own_factors());
    let own = Own {
        list: RwSignal::new(list),
        adding_passkey: RwSignal::new(false),
        adding_app: RwSignal::new(false),
        renaming: RwSignal::new(None),
        codes: RwSignal::new(None),
        changes: RwSignal::new(0),
        actions: use_actions(),
        refresh,
    };
    Effect::new(move |_| match refresh.value().get() {
        Some(Ok(list)) => own.list.set(list),
        Some(Err(failure)) => drop(reauthentication.handles(&failure, move || own.changed())),
        None => {}
    });
    // What recent proof may be given with.
    Effect::new(move |_| {
        let factors = own.list.with(FactorList::working);
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
    pub fn ask(self, action: OwnFactorAction) {
        self.actions.ask(OwnFactorActionSpec { action, own: self });
    }

    /// Whether the page is gone.
    pub fn is_gone(self) -> bool {
        self.list.is_disposed()
    }

    /// The list is not what it was.
    pub fn changed(&self) {
        self.refresh.request(());
    }

    /// Something that lets one in was added or taken away.
    pub fn factors_changed(&self) {
        self.changed();
        self.changes.update(|changes| *changes += 1);
    }

    pub fn has(self, factor: Factors) -> Memo<bool> {
        Memo::new(move |_| self.list.with(|list| list.factors.has(factor)))
    }

    /// Why this cannot be taken away.
    pub fn keeps(self, which: Factors) -> Signal<Option<String>> {
        Signal::derive(move || self.list.with(|list| refusal(list, which)).map(|refusal| refusal.sentence()))
    }

    /// Why this passkey cannot be taken away.
    pub fn keeps_passkey(self, works: bool) -> Signal<Option<String>> {
        Signal::derive(move || self.list.with(|list| passkey_refusal(list, works)).map(|refusal| refusal.sentence()))
    }
}

/// Says that adding one of this kind ends one's other sessions, where it does.
#[component]
pub(super) fn EndsOthers(kind: Factors) -> impl IntoView {
    let own = use_own();
    let ends = move || own.list.with(|list| enrols(list.factors, list.factors.and(kind), list.allowed));
    view! {
        <Show when=ends>
            <p class="soft">"It protects you from then on: where else you are signed in, you are signed out."</p>
        </Show>
    }
}

/// The server decides the same by the same rules.
fn refusal(list: &FactorList, which: Factors) -> Option<Refusal> {
    let factors = list.working();
    let others = which == Factors::PASSKEY && list.passkeys.iter().filter(|passkey| passkey.works).count() > 1;
    if !may_remove(factors, which, others) {
        return Some(Refusal::LastWayIn);
    }
    let left = if others { factors } else { factors.without(which) };
    let counts = |factor| left.has(factor) && list.allowed.has(factor);
    let enough = !list.required || counts(Factors::APP) || counts(Factors::PASSKEY);
    (!enough).then_some(Refusal::OnlySecondFactor)
}

/// One that does not work here takes nothing along, as long as there is any other way in.
fn passkey_refusal(list: &FactorList, works: bool) -> Option<Refusal> {
    if works {
        return refusal(list, Factors::PASSKEY);
    }
    let kept = may_remove(list.factors, Factors::PASSKEY, list.passkeys.len() > 1);
    (!kept).then_some(Refusal::LastWayIn)
}

#[cfg(test)]
mod tests {
    use domain::factors::PasskeyId;

    use super::*;

    fn passkey(works: bool) -> PasskeyRow {
        PasskeyRow {
            id: PasskeyId::nil(),
            name: "Laptop".into(),
            provider: None,
            synced: false,
            works,
            created_at: 1,
            last_used_at: None,
            suspect_at: None,
        }
    }

    #[test]
    fn a_passkey_for_another_address_is_neither_way_in_nor_kept() {
        let passkeys = vec![passkey(true), passkey(false)];
        let list = FactorList { factors: Factors::PASSKEY, passkeys, ..FactorList::default() };
        assert_eq!(passkey_refusal(&list, true), Some(Refusal::LastWayIn));
        assert_eq!(passkey_refusal(&list, false), None);
        let list = FactorList { passkeys: vec![passkey(false)], ..list };
        assert_eq!(passkey_refusal(&list, false), Some(Refusal::LastWayIn), "the account keeps something");
        let factors = Factors::PASSWORD.and(Factors::PASSKEY);
        let list = FactorList { factors, required: true, allowed: Factors::PASSKEY, ..list };
        assert_eq!(passkey_refusal(&list, false), None, "nothing that counts is lost");
        assert_eq!(refusal(&list, Factors::PASSWORD), Some(Refusal::LastWayIn));
    }

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
