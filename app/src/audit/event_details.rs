//! What stands behind an event: what was and what is, who, whom, from where.

use domain::{
    Permission,
    audit::{Detail, LogRow, Person},
    users::UserId,
};
use leptos::prelude::*;

use crate::{
    layout::use_viewer,
    ui::{Fact, Facts, Note, Time, TimeStyle},
};

#[component]
pub fn EventDetails(
    row: LogRow,
    /// Who is who.
    people: StoredValue<Vec<Person>>,
) -> impl IntoView {
    let LogRow { sentence, details, actor, actor_kind, subjects, address, browser, number, kind, at, .. } = row;
    let (changes, facts): (Vec<Detail>, Vec<Detail>) = details.into_iter().partition(|detail| detail.before.is_some());
    let facts = facts.into_iter().map(|fact| view! { <Fact name=fact.name>{fact.after}</Fact> }).collect_view();
    let whom = move |id| view! { <Whom id name=people.with_value(|people| name_of(people, id)) /> };
    let by = match actor {
        Some(id) => whom(id).into_any(),
        None => actor_in_words(&actor_kind).into_any(),
    };
    // Whoever acts on themselves is named once.
    let others: Vec<_> = subjects.into_iter().filter(|id| Some(*id) != actor).map(whom).collect();
    let about = (!others.is_empty()).then(|| view! { <Fact name="About">{others}</Fact> });
    let erased = sentence.is_none().then(|| {
        view! {
            <Note>
                "The details of this event were erased with the person it was about. That it happened, and when, stays."
            </Note>
        }
    });
    let place =
        |name: &'static str, value: String| (!value.is_empty()).then(|| view! { <Fact name=name>{value}</Fact> });
    view! {
        <div class="behind">
            {erased}
            {(!changes.is_empty()).then(|| view! { <Changes changes /> })}
            <Facts>
                {facts}
                <Fact name="When"><Time ms=at style=TimeStyle::Exact /></Fact>
                <Fact name="By">{by}</Fact>
                {about}
                {place("Address", address)}
                {place("Browser", browser)}
                <Fact name="Number">{number}</Fact>
                <Fact name="Kind"><code>{kind}</code></Fact>
            </Facts>
        </div>
    }
    .into_any()
}

fn name_of(people: &[Person], id: UserId) -> Option<String> {
    people.iter().find(|person| person.id == id).map(|person| person.name.clone())
}

/// Who acted where it was nobody with an account.
fn actor_in_words(kind: &str) -> &'static str {
    match kind {
        "stranger" => "A browser in which nobody was signed in",
        "operator" => "The operator, on the command line",
        _ => "Keydesk itself",
    }
}

/// A person, and the ways to what the log says of them.
#[component]
fn Whom(
    id: UserId,
    /// Nothing where they were erased.
    name: Option<String>,
) -> impl IntoView {
    let may_view = use_viewer().with_untracked(|viewer| viewer.may(Permission::ViewUsers));
    let name = match name {
        Some(name) if may_view => view! { <a class="link" href=format!("/users/{id}")>{name}</a> }.into_any(),
        Some(name) => name.into_any(),
        None => view! { <span class="softer">"Somebody who was erased"</span> }.into_any(),
    };
    view! {
        <span class="whom">
            {name}
            <a class="aside" href=format!("/audit?person={id}")>"Events about this person"</a>
            <a class="aside" href=format!("/audit?actor={id}")>"Events by this person"</a>
        </span>
    }
    .into_any()
}

#[component]
fn Changes(changes: Vec<Detail>) -> impl IntoView {
    let value = |value: Option<String>| match value.filter(|value| !value.is_empty()) {
        Some(value) => value.into_any(),
        None => view! { <span class="softer">"Empty"</span> }.into_any(),
    };
    let rows = changes
        .into_iter()
        .map(|change| {
            view! {
                <tr>
                    <th scope="row">{change.name}</th>
                    <td class="was">{value(change.before)}</td>
                    <td class="is">{value(change.after)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="changes">
            <caption class="hush">"What was and what is"</caption>
            <thead><tr><td></td><th scope="col">"Before"</th><th scope="col">"After"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
