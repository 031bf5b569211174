//! The settings of the installation, a card for each matter.

use leptos::prelude::*;

use super::{bin_card::BinCard, fields_card::FieldsCard, server_fns::find_settings};
use crate::{
    layout::{Page, Problem},
    ui::Loading,
};

#[component]
pub fn SettingsPage() -> impl IntoView {
    let settings = Resource::new(|| (), |()| find_settings());
    let shown = move || {
        Suspend::new(async move {
            match settings.await {
                Ok(settings) => view! {
                    <div class="body narrow">
                        <FieldsCard />
                        <BinCard settings />
                    </div>
                }
                .into_any(),
                Err(error) => view! { <Problem error /> }.into_any(),
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
