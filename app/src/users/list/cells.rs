//! What each column shows of a user.

use domain::{
    Permission,
    factors::Factors,
    listing::Marks,
    users::{Column, UserId, UserRow},
};
use leptos::prelude::*;

use super::{
    highlight::marked,
    state::{List, Shows},
};
use crate::{
    layout::use_viewer,
    ui::{Icon, Time, TimeStyle, grouped},
    users::tags::{GroupTags, StateTags},
};

pub fn cell(list: List, shows: Shows, user: &UserRow) -> AnyView {
    match shows {
        Shows::Erased => day("Erased on", user.erase_at),
        Shows::Chosen(Column::Email) => text("E-mail", user.email.clone(), &user.found.email),
        Shows::Chosen(Column::Groups) => {
            view! { <td data-label="Groups"><GroupTags groups=user.groups.clone() /></td> }.into_any()
        }
        Shows::Chosen(Column::Status) => {
            view! { <td data-label="Status"><StateTags status=user.status locked_for=user.locked_for /></td> }
                .into_any()
        }
        Shows::Chosen(Column::Methods) => {
            view! { <td data-label="Sign-in methods">{methods(user.factors)}</td> }.into_any()
        }
        Shows::Chosen(Column::LastSignIn) => {
            let last = match user.last_sign_in_at {
                Some(ms) => view! { <Time ms /> }.into_any(),
                None => view! { <span class="softer">"Never"</span> }.into_any(),
            };
            view! { <td class="soft" data-label="Last sign-in">{last}</td> }.into_any()
        }
        Shows::Chosen(Column::Sessions) => {
            view! { <td class="num" data-label="Sessions">{sessions(user.id, user.sessions)}</td> }.into_any()
        }
        Shows::Chosen(Column::Expires) => day("Account ends", user.expires_at),
        Shows::Chosen(Column::Created) => day("Created", Some(user.created_at)),
        Shows::Chosen(Column::Field(id)) => {
            let name = list.names.with_value(|names| names.field(id).map(|field| field.name.clone()));
            let value = user.fields.iter().find(|value| value.field == id).and_then(|value| value.value.clone());
            text(&name.unwrap_or_default(), value, &user.found.field(id))
        }
    }
}

fn nothing() -> AnyView {
    view! { <span class="softer">"\u{2014}"</span> }.into_any()
}

fn text(label: &str, value: Option<String>, marks: &Marks) -> AnyView {
    let inside = match value {
        Some(value) => {
            let marked = marked(&value, marks);
            view! { <span class="clip" title=value>{marked}</span> }.into_any()
        }
        None => nothing(),
    };
    view! { <td class="soft text" data-label=label.to_owned()>{inside}</td> }.into_any()
}

fn day(label: &'static str, ms: Option<i64>) -> AnyView {
    let inside = match ms {
        Some(ms) => view! { <Time ms style=TimeStyle::Date /> }.into_any(),
        None => nothing(),
    };
    view! { <td class="soft" data-label=label>{inside}</td> }.into_any()
}

/// What there is stands out; what there is not keeps the others in their place.
fn methods(factors: Factors) -> AnyView {
    if factors.is_empty() {
        return view! { <span class="softer">"None"</span> }.into_any();
    }
    let all = [
        (Factors::PASSWORD, "password", "Password"),
        (Factors::PASSKEY, "finger", "Passkey"),
        (Factors::APP, "phone", "Authenticator app"),
    ];
    let icons = all.map(|(kind, icon, words)| match factors.has(kind) {
        true => view! { <span title=words><Icon name=icon /><span class="hush">{words}" "</span></span> }.into_any(),
        false => view! { <span class="off"><Icon name=icon /></span> }.into_any(),
    });
    view! { <span class="methods">{icons.into_iter().collect_view()}</span> }.into_any()
}

/// Their number, and the way to them.
fn sessions(id: UserId, count: u32) -> AnyView {
    let may = use_viewer().with_untracked(|viewer| viewer.may(Permission::ViewSessions));
    let number = grouped(count.into());
    match count {
        0 => view! { <span class="zero">"0"</span> }.into_any(),
        _ if !may => number.into_any(),
        _ => {
            let label = format!("{number} {}", if count == 1 { "session" } else { "sessions" });
            view! { <a href=format!("/users/{id}/sessions") aria-label=label>{number}</a> }.into_any()
        }
    }
}
