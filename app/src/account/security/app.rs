//! One's own authenticator app.

use domain::factors::Factors;
use leptos::prelude::*;

use super::{actions::OwnFactorAction, state::use_own};
use crate::ui::{Button, Card, Icon, Time, TimeStyle};

#[component]
pub(super) fn AppCard() -> impl IntoView {
    let own = use_own();
    let keeps = own.keeps(Factors::APP);
    let set_up = move |_| own.adding_app.set(true);
    let shown = move || {
        let (since, used) = own.list.with(|list| (list.app_since, list.app_used_at));
        let Some(since) = since else {
            return view! {
                <div class="line">
                    <Icon name="phone" />
                    <span>
                        <b>"Not set up"</b>
                        <span class="sub">"An app on your phone shows a code that is asked for after your password."</span>
                    </span>
                    <span class="grow"></span>
                    <Button class="small" icon="plus" on_click=set_up>"Set up an app"</Button>
                </div>
            }
            .into_any();
        };
        let used = match used {
            Some(ms) => view! { "last used "<Time ms /> }.into_any(),
            None => "not used yet".into_any(),
        };
        view! {
            <div class="line">
                <Icon name="phone" />
                <span>
                    <b>"Set up"</b>
                    <span class="sub">"Since "<Time ms=since style=TimeStyle::Date /> " · " {used}</span>
                </span>
                <span class="grow"></span>
                <span class="acts">
                    <Button class="small" on_click=set_up>"Replace"</Button>
                    <Button
                        class="small"
                        disabled_reason=keeps
                        on_click=move |_| own.ask(OwnFactorAction::RemoveApp)
                    >
                        "Remove"<span class="hush">" the app"</span>
                    </Button>
                </span>
            </div>
        }
        .into_any()
    };
    view! {
        <Card title="Authenticator app" layout="lines">
            {shown}
        </Card>
    }
}
