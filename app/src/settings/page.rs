//! The settings of the installation, a card for each matter.

use leptos::prelude::*;

use super::{
    bin_card::BinCard,
    fields_card::FieldsCard,
    passkeys_card::PasskeysCard,
    security_card::SecurityCard,
    server_fns::{find_security, find_settings},
    time_zone_card::TimeZoneCard,
};
use crate::{
    layout::{Page, Problem},
    ui::Loading,
};

#[component]
pub fn SettingsPage() -> impl IntoView {
    let settings = Resource::new(|| (), |()| find_settings());
    let security = Resource::new(|| (), |()| find_security());
    let shown = move || {
        Suspend::new(async move {
            match (settings.await, security.await) {
                (Ok(settings), Ok(security)) => view! {
                    <div class="body narrow">
                        <FieldsCard />
                        <SecurityCard security />
                        <PasskeysCard />
                        <BinCard settings />
                        <TimeZoneCard />
                    </div>
                }
                .into_any(),
                (Err(error), _) | (_, Err(error)) => view! { <Problem error /> }.into_any(),
            }
        })
    };
    view! {
        <Page title="Settings">
            <Transition fallback=|| view! { <Loading /> }>{shown}</Transition>
        </Page>
    }
    .into_any()
}
