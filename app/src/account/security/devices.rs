//! Browsers that are not asked for a second factor.

use domain::audit::plural;
use leptos::prelude::*;

use super::{actions::OwnFactorAction, state::use_own};
use crate::ui::{Button, Card, Icon};

#[component]
pub(super) fn DevicesCard() -> impl IntoView {
    let own = use_own();
    let count = move || own.list.with(|list| list.remembered);
    let words = move || match count() {
        0 => "None".to_owned(),
        count => plural(count, "browser"),
    };
    let ask = move || {
        (count() > 0).then(|| {
            view! {
                <Button class="small" on_click=move |_| own.ask(OwnFactorAction::ForgetDevices)>
                    "Ask on all of them again"
                </Button>
            }
        })
    };
    view! {
        <Card title="Remembered devices" layout="lines">
            <div class="line">
                <Icon name="screen" />
                <span>
                    <b>{words}</b>
                    <span class="sub">"Where you asked for it when you signed in, your password is enough for a while."</span>
                </span>
                <span class="grow"></span>
                {ask}
            </div>
        </Card>
    }
}
