//! Groups and status as tags, in the table and on a user's page.

use domain::{audit::plural, groups::GroupTag, users::Status};
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

/// The status, and that somebody is held up: that they are active is then not worth a tag.
#[component]
pub fn StateTags(status: Status, locked_for: Option<u32>) -> impl IntoView {
    let Some(seconds) = locked_for else { return view! { <StatusTag status /> }.into_any() };
    let status = (status != Status::Active).then(|| view! { <StatusTag status /> " " });
    view! { <span class="tags">{status}<LockedTag seconds /></span> }.into_any()
}

#[component]
pub fn LockedTag(seconds: u32) -> impl IntoView {
    view! { <Tag text="Locked out" tone=Tone::Warn icon="clock" title=held_up(seconds) /> }
}

/// What the brakes on guessing do to somebody.
pub fn held_up(seconds: u32) -> String {
    let wait = if seconds < 60 { plural(seconds, "second") } else { plural(seconds.div_ceil(60), "minute") };
    format!("New browsers wait {wait} more")
}

#[cfg(test)]
mod tests {
    use super::held_up;

    #[test]
    fn a_wait_is_told_in_seconds_or_minutes() {
        assert_eq!(held_up(1), "New browsers wait 1 second more");
        assert_eq!(held_up(28), "New browsers wait 28 seconds more");
        assert_eq!(held_up(61), "New browsers wait 2 minutes more");
    }
}
