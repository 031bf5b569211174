//! Groups and status as tags, in the table and on a user's page.

use domain::{groups::GroupTag, users::Status};
use leptos::prelude::*;

use crate::ui::{Tag, Tone};

/// The first two by name, the rest as a number that names them on hover.
#[component]
pub fn GroupTags(groups: Vec<GroupTag>) -> impl IntoView {
    if groups.is_empty() {
        return view! { <span class="softer">"\u{2014}"</span> }.into_any();
    }
    let rest = groups.iter().skip(2).map(|group| group.name.clone()).collect::<Vec<_>>();
    let shown = groups
        .into_iter()
        .take(2)
        .map(|group| {
            let (tone, icon) = if group.administrators { (Tone::Key, "key") } else { (Tone::Plain, "") };
            view! { <Tag text=group.name tone icon /> " " }
        })
        .collect_view();
    let more = (!rest.is_empty()).then(|| view! { <Tag text=format!("+{}", rest.len()) title=rest.join(", ") /> });
    view! { <span class="tags">{shown}{more}</span> }.into_any()
}

#[component]
pub fn StatusTag(status: Status) -> impl IntoView {
    let (tone, icon) = match status {
        Status::Active => (Tone::Good, "check"),
        Status::Invited => (Tone::Key, "mail"),
        Status::Expired => (Tone::Warn, "clock"),
        Status::Disabled => (Tone::Plain, "stop"),
        Status::InBin => (Tone::Bad, "bin"),
    };
    view! { <Tag text=status.label() tone icon /> }
}
