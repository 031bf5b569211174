//! Where passkeys work: the operator decides that, everybody may know it.

use domain::factors::PasskeyPlace;
use leptos::prelude::*;

use super::server_fns::find_passkeys;
use crate::ui::{Card, Fact, Facts, Note};

#[component]
pub fn PasskeysCard() -> impl IntoView {
    let place = Resource::new(|| (), |()| find_passkeys());
    let shown = move || Suspend::new(async move { place.await.ok().map(|place| view! { <Place place /> }) });
    view! { <Transition>{shown}</Transition> }
}

#[component]
fn Place(place: PasskeyPlace) -> impl IntoView {
    let PasskeyPlace { domain, addresses, stranded } = place;
    let stranded = stranded.map(|stranded| view! { <Note tone="bad">{stranded.sentence()}</Note> });
    let facts = match domain {
        Some(domain) => view! {
            <Facts>
                <Fact name="Domain">{domain}</Fact>
                <Fact name="Addresses">
                    {addresses.into_iter().map(|address| view! { <div>{address}</div> }).collect_view()}
                </Fact>
            </Facts>
            <p class="soft small">
                "Passkeys are bound to this domain for good. It is set where Keydesk is started, with
                KEYDESK_PASSKEYS_RP_ID and KEYDESK_PASSKEYS_ORIGINS."
            </p>
        }
        .into_any(),
        None => view! {
            <Note tone="warn">
                "Passkeys do not work at this address: it is a number and has no name. Give Keydesk a name, with https, and \
                 set KEYDESK_ORIGIN to it."
            </Note>
        }
        .into_any(),
    };
    view! {
        <Card title="Passkeys">
            <div class="stack tight">{stranded} {facts}</div>
        </Card>
    }
    .into_any()
}
