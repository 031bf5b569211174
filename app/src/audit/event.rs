//! One event on a line, which opens to what stands behind it. Works without any script.

use domain::audit::{Event, LogRow, Person};
use leptos::prelude::*;

use super::{event_details::EventDetails, sentence::Happened};
use crate::ui::{Icon, Tag, Time, Tone};

/// What a kind is called on a screen.
fn kind_in_words(kind: &str) -> &str {
    Event::KINDS.iter().find(|(code, _)| *code == kind).map_or(kind, |(_, words)| words)
}

/// `Firefox on Linux, 192.0.2.7`; nothing for the system.
fn place(row: &LogRow) -> String {
    [&row.browser, &row.address].into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

#[component]
pub fn LogEvent(row: LogRow, people: StoredValue<Vec<Person>>) -> impl IntoView {
    let what = match row.sentence.clone() {
        Some(sentence) => view! { <Happened sentence /> }.into_any(),
        None => {
            let kind = kind_in_words(&row.kind).to_owned();
            view! { {kind}<span class="softer">" (details erased)"</span> }.into_any()
        }
    };
    let (place, at) = (place(&row), row.at);
    view! {
        <details class="event">
            <summary>
                <Icon name=row.icon.clone() />
                <span class="what">
                    {what}
                    {row.failed.then(|| view! { " " <Tag text="Failed" tone=Tone::Bad icon="alert" /> })}
                    <span class="sub">{place}</span>
                </span>
                <span class="when"><Time ms=at /></span>
                <Icon name="chevron-down" />
            </summary>
            <EventDetails row people />
        </details>
    }
    .into_any()
}
