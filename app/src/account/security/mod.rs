//! How one proves oneself: password, passkeys, authenticator app, recovery codes, and the
//! browsers that are remembered.

mod add_app;
mod add_passkey;
mod app;
mod devices;
mod elsewhere;
mod own;
mod passkeys;
mod password;
mod question;
mod recovery;
mod rename;
mod strength;
mod verdict;

use domain::factors::FactorList;
use leptos::prelude::*;

use super::server_fns::list_own_factors;
use crate::{
    layout::{Page, Problem, use_prover},
    ui::Loading,
};
use add_app::AddApp;
use add_passkey::AddPasskey;
use app::AppCard;
use devices::DevicesCard;
use elsewhere::Elsewhere;
use own::provide_own;
use passkeys::PasskeysCard;
use password::PasswordCard;
use question::Question;
use recovery::{RecoveryCard, RecoveryCodes};
use rename::Rename;
use verdict::VerdictNote;

#[component]
pub fn SecurityPage() -> impl IntoView {
    let prover = use_prover();
    on_cleanup(move || prover.forget());
    // Once: what changes afterwards comes into what is shown, so that nothing typed is lost.
    let first = Resource::new(|| (), |()| list_own_factors());
    let shown = move || {
        Suspend::new(async move {
            match first.await {
                Ok(list) => view! { <Cards list /> }.into_any(),
                Err(error) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! {
        <Page title="Security">
            <Transition fallback=|| view! { <Loading /> }>{shown}</Transition>
        </Page>
    }
}

#[component]
fn Cards(list: FactorList) -> impl IntoView {
    provide_own(list);
    view! {
        <div class="verdict">
            <VerdictNote />
            <Elsewhere />
        </div>
        <PasswordCard />
        <PasskeysCard />
        <AppCard />
        <RecoveryCard />
        <DevicesCard />
        <AddPasskey />
        <Rename />
        <AddApp />
        <Question />
        <RecoveryCodes />
    }
    .into_any()
}
