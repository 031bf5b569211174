//! One page of users as a table; on narrow screens its rows become cards.

use domain::{
    groups::GroupTag,
    listing::{Direction, Page, Position, UserListing, UserSort},
    users::{Status, UserRow},
};
use leptos::prelude::*;

use super::list_page::address;
use crate::ui::{Pager, SortHead, Sorted, Table, Tag, Time, TimeStyle, Tone, Who};

#[component]
pub fn UsersTable(found: Page<UserRow>, listing: UserListing) -> impl IntoView {
    let person = head(&listing, UserSort::Name, "Person");
    let email = head(&listing, UserSort::Email, "E-mail");
    let last_sign_in = head(&listing, UserSort::LastSignIn, "Last sign-in");
    let created = head(&listing, UserSort::Created, "Created");
    let previous = found.previous.map(|cursor| address(&listing.at(Position::Before(cursor))));
    let next = found.next.map(|cursor| address(&listing.at(Position::After(cursor))));
    let (back, on) = match listing.sort {
        UserSort::Name | UserSort::Email => ("Back", "On"),
        _ if listing.direction == Direction::Ascending => ("Older", "Newer"),
        _ => ("Newer", "Older"),
    };
    let rows = found.rows.into_iter().map(|user| view! { <Row user /> }).collect_view();
    view! {
        <Table caption="Users">
            <thead>
                <tr>
                    {person}
                    {email}
                    <th scope="col">"Groups"</th>
                    <th scope="col">"Status"</th>
                    {last_sign_in}
                    {created}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
        <Pager newer=previous older=next about=order(&listing) newer_label=back older_label=on />
    }
}

fn head(listing: &UserListing, sort: UserSort, label: &'static str) -> AnyView {
    let href = address(&listing.sorted_by(sort));
    let sorted = match (listing.sort == sort, listing.direction) {
        (false, _) => Sorted::No,
        (true, Direction::Ascending) => Sorted::Ascending,
        (true, Direction::Descending) => Sorted::Descending,
    };
    view! { <SortHead label href sorted=sorted /> }.into_any()
}

#[component]
fn Row(user: UserRow) -> impl IntoView {
    let href = format!("/users/{}", user.id);
    let last = match user.last_sign_in_at {
        Some(ms) => view! { <Time ms /> }.into_any(),
        None => view! { <span class="softer">"Never"</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="lead"><Who name=user.display_name sub=user.username href hue=user.id.hue() /></td>
            <td class="soft" data-label="E-mail">{user.email.unwrap_or_else(|| "\u{2014}".into())}</td>
            <td data-label="Groups"><GroupTags groups=user.groups /></td>
            <td data-label="Status"><StatusTag status=user.status /></td>
            <td class="soft" data-label="Last sign-in">{last}</td>
            <td class="soft" data-label="Created"><Time ms=user.created_at style=TimeStyle::Date /></td>
        </tr>
    }
}

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

/// The order in words.
fn order(listing: &UserListing) -> String {
    let words = match (listing.sort, listing.direction) {
        (UserSort::Name, Direction::Ascending) => "By name",
        (UserSort::Name, Direction::Descending) => "By name, backwards",
        (UserSort::Email, Direction::Ascending) => "By e-mail",
        (UserSort::Email, Direction::Descending) => "By e-mail, backwards",
        (UserSort::LastSignIn, Direction::Ascending) => "Longest without a sign-in first",
        (UserSort::LastSignIn, Direction::Descending) => "Last signed in first",
        (UserSort::Sessions, Direction::Ascending) => "Fewest sessions first",
        (UserSort::Sessions, Direction::Descending) => "Most sessions first",
        (UserSort::Expires, Direction::Ascending) => "First to end first",
        (UserSort::Expires, Direction::Descending) => "Last to end first",
        (UserSort::Created, Direction::Ascending) => "Oldest first",
        (UserSort::Created, Direction::Descending) => "Newest first",
    };
    words.into()
}
