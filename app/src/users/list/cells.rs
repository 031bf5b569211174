//! What each column shows of a user.

use domain::{
    Permission,
    listing::Column,
    users::{UserId, UserRow},
};
use leptos::prelude::*;

use super::{
    highlight::Marks,
    state::{List, Shows},
};
use crate::{
    layout::use_viewer,
    ui::{Time, TimeStyle, grouped},
    users::tags::{GroupTags, StatusTag},
};

pub fn cell(list: List, shows: Shows, user: &UserRow) -> AnyView {
    let marks = list.marks;
    match shows {
        Shows::Erased => day("Erased on", user.erase_at),
        Shows::Chosen(Column::Email) => text("E-mail", user.email.clone(), marks),
        Shows::Chosen(Column::Groups) => {
            view! { <td data-label="Groups"><GroupTags groups=user.groups.clone() /></td> }.into_any()
        }
        Shows::Chosen(Column::Status) => {
            view! { <td data-label="Status"><StatusTag status=user.status /></td> }.into_any()
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
            text(&name.unwrap_or_default(), value, marks)
        }
    }
}

fn nothing() -> AnyView {
    view! { <span class="softer">"\u{2014}"</span> }.into_any()
}

fn text(label: &str, value: Option<String>, marks: Marks) -> AnyView {
    let inside = match value {
        Some(value) => {
            let whole = value.clone();
            let marked = marks.show(move || value.clone());
            view! { <span class="clip" title=whole>{marked}</span> }.into_any()
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
