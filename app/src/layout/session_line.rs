//! A session in a list: the same line on a user's page and on one's own.

use domain::sessions::SessionRow;
use leptos::prelude::*;

use crate::ui::{Icon, Tag, Time, TimeStyle, Tone};

/// `children` is what ends it; the session that asks is marked in its place.
#[component]
pub fn SessionLine(row: SessionRow, children: Children) -> impl IntoView {
    let last = if row.current {
        view! { <Tag text="This one" tone=Tone::Good icon="check" /> }.into_any()
    } else {
        children().into_any()
    };
    view! {
        <div class="line">
            <Icon name="screen" />
            <span>
                <b>{row.browser}</b>
                <span class="sub">
                    {format!("{} · {} · since ", row.address, row.method.label())}
                    <Time ms=row.created_at style=TimeStyle::Exact />
                </span>
            </span>
            <span class="grow"></span>
            <span class="softer nowrap"><Time ms=row.last_seen_at /></span>
            {last}
        </div>
    }
    .into_any()
}
