//! How one proves oneself: password, passkeys, authenticator app, recovery codes, and the
//! browsers that are remembered.

mod actions;
mod add_app;
mod add_passkey;
mod app;
mod devices;
mod other_sessions;
mod passkeys;
mod password;
mod protection_status;
mod recovery;
mod rename;
mod state;
mod strength;

use domain::factors::FactorList;
use leptos::prelude::*;

use super::server_fns::list_own_factors;
use crate::{
    action::forget_with_page,
    layout::{Page, Problem},
    ui::Loading,
};
use add_app::AddApp;
use add_passkey::AddPasskey;
use app::AppCard;
use devices::DevicesCard;
use other_sessions::OtherSessions;
use passkeys::PasskeysCard;
use password::PasswordCard;
use protection_status::ProtectionStatus;
use recovery::{RecoveryCard, RecoveryCodes};
use rename::Rename;
use state::provide_own;

#[component]
pub fn SecurityPage() -> impl IntoView {
    forget_with_page();
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
            <ProtectionStatus />
            <OtherSessions />
        </div>
        <PasswordCard />
        <PasskeysCard />
        <AppCard />
        <RecoveryCard />
        <DevicesCard />
        <AddPasskey />
        <Rename />
        <AddApp />
        <RecoveryCodes />
    }
    .into_any()
}
