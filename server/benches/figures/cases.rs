//! The lists that are measured.

use domain::{
    DAY, Millis,
    fields::FieldId,
    groups::GroupId,
    listing::{Cursor, Direction, Position, Sort},
    time::{Date, TimeZone},
    users::{Status, UserFilters, UserListing, UserSort},
};
use services::{Context, fields, groups, users};
use uuid::Uuid;

/// A row of the table: a name, and the list that the so many-th request asks for.
pub struct Case {
    pub name: String,
    pub listing: Box<dyn Fn(u32) -> UserListing>,
}

fn day(ms: Millis) -> Option<Date> {
    Some(TimeZone::default().date_of(ms))
}

fn case(name: impl Into<String>, listing: impl Fn(u32) -> UserListing + 'static) -> Case {
    Case { name: name.into(), listing: Box::new(listing) }
}

fn sorted(sort: UserSort, direction: Direction) -> UserListing {
    UserListing { sort, direction, ..UserListing::default() }
}

/// Somewhere in the middle, each request elsewhere.
fn middle(sort: UserSort, now: Millis, request: u32) -> Position {
    let back = DAY * 365 + Millis::from(request) * DAY;
    let letter = char::from(b'f' + (request % 12) as u8);
    let (key, ms) = match sort {
        UserSort::Name | UserSort::Email => (letter.to_string(), now),
        UserSort::LastSignIn => ((now - back / 2).to_string(), now),
        UserSort::Created => ((now - back).to_string(), now),
        // Most have no session, and accounts without end: the middle is among them.
        UserSort::Sessions => ("0".into(), now - back),
        UserSort::Expires => (i64::MAX.to_string(), now - back),
    };
    let id = Uuid::from_u128(u128::from(ms as u64) << 80);
    Position::After(Cursor { key, id })
}

fn last(sort: UserSort, direction: Direction) -> Position {
    let up = direction == Direction::Ascending;
    let (text, number) = if up { ("\u{10ffff}", i64::MAX) } else { ("", i64::MIN) };
    let key = if sort.is_number() { number.to_string() } else { text.to_owned() };
    Position::Before(Cursor { key, id: if up { Uuid::max() } else { Uuid::nil() } })
}

/// Every order both ways: the first page, one in the middle, the last.
pub fn orders(now: Millis) -> Vec<Case> {
    let mut cases = vec![];
    for &sort in UserSort::ALL {
        for direction in [Direction::Ascending, Direction::Descending] {
            let name = |page: &str| format!("by {} {}, {page}", sort.code(), direction.code());
            let listing = sorted(sort, direction);
            let (there, end) = (listing.clone(), listing.at(last(sort, direction)));
            cases.push(case(name("first page"), move |_| listing.clone()));
            cases.push(case(name("middle"), move |request| there.at(middle(sort, now, request))));
            cases.push(case(name("last page"), move |_| end.clone()));
        }
    }
    cases
}

/// Each filter alone, newest first and by name, on the first page and deep in the list.
pub async fn filters(cx: &Context) -> Vec<Case> {
    let (none, now) = (UserFilters::default, cx.now());
    let mut filters: Vec<(String, UserFilters)> = vec![];
    for status in Status::ALL {
        filters.push((format!("status {}", status.code()), UserFilters { status: Some(status), ..none() }));
    }
    for (name, id) in groups_of(cx).await {
        filters.push((format!("group {name}"), UserFilters { group: Some(id), ..none() }));
    }
    for (name, field) in values_of(cx).await {
        filters.push((name, UserFilters { fields: vec![field], ..none() }));
    }
    let (year, week) = (now - 365 * DAY, now - 7 * DAY);
    filters.extend([
        ("never signed in".into(), UserFilters { never_signed_in: true, ..none() }),
        ("signed in this week".into(), UserFilters { signed_in_from: day(week), ..none() }),
        ("signed in before a year".into(), UserFilters { signed_in_to: day(year), ..none() }),
        ("created this week".into(), UserFilters { created_from: day(week), ..none() }),
        ("created before a year".into(), UserFilters { created_to: day(year), ..none() }),
    ]);
    let mut cases = vec![];
    for (name, filters) in filters {
        for sort in [UserSort::Created, UserSort::Name] {
            let listing = UserListing { filters: filters.clone(), ..sorted(sort, sort.natural()) };
            let deep = listing.clone();
            cases.push(case(format!("{name}, by {}", sort.code()), move |_| listing.clone()));
            cases.push(case(format!("{name}, by {}, deep", sort.code()), move |request| {
                deep.at(middle(sort, now, request))
            }));
        }
    }
    cases
}

pub fn searches() -> Vec<Case> {
    let words = [
        ("common", "northwind"),
        ("common, as two words", "north example"),
        ("a few thousand", "anna"),
        ("rare", "smith12345"),
        ("absent", "xyzzyq"),
        ("absent, of common parts", "northexamplecontoso"),
        ("two letters", "ma"),
        ("one letter", "q"),
        ("two letters of a last word", "li"),
        ("two letters of Chinese", "晓明"),
        ("digits", "777"),
    ];
    let mut cases = vec![];
    for (name, search) in words {
        for sort in [UserSort::Created, UserSort::Name] {
            let listing = UserListing { search: search.into(), ..sorted(sort, sort.natural()) };
            cases.push(case(format!("search {name} ({search}), by {}", sort.code()), move |_| listing.clone()));
        }
    }
    cases
}

/// What is worst for us: every filter common, together next to nobody, sorted so that
/// whoever is left comes last.
pub async fn worst(cx: &Context) -> Vec<Case> {
    let groups = groups_of(cx).await;
    let group = |name: &str| groups.iter().find(|(other, _)| other == name).map(|(_, id)| *id);
    let now = cx.now();
    let none = UserFilters::default;
    let lists = [
        (
            "everyone in the field, of the first year, never signed in",
            "",
            UserFilters {
                group: group("Everyone in the field"),
                created_to: day(now - 3 * 365 * DAY),
                never_signed_in: true,
                ..none()
            },
        ),
        (
            "warehouse, invited, with a common word",
            "northwind",
            UserFilters { group: group("Warehouse"), status: Some(Status::Invited), ..none() },
        ),
        (
            "active, created long ago, signed in today, a common word",
            "example",
            UserFilters {
                status: Some(Status::Active),
                created_to: day(now - 3 * 365 * DAY),
                signed_in_from: day(now - 2 * DAY),
                ..none()
            },
        ),
        (
            "invited, but signed in: nobody",
            "northwind",
            UserFilters { status: Some(Status::Invited), signed_in_to: day(now - DAY), ..none() },
        ),
        (
            "night shift, two common words that nobody has both of",
            "northwind contoso",
            UserFilters { group: group("Night shift"), ..none() },
        ),
    ];
    let mut cases = vec![];
    for (name, search, filters) in lists {
        for sort in [UserSort::Created, UserSort::Name, UserSort::Sessions] {
            let (search, filters) = (search.to_owned(), filters.clone());
            let listing = UserListing { search, filters, ..sorted(sort, sort.natural()) };
            cases.push(case(format!("{name}, by {}", sort.code()), move |_| listing.clone()));
        }
    }
    cases
}

async fn groups_of(cx: &Context) -> Vec<(String, GroupId)> {
    groups::list(cx).await.unwrap().into_iter().map(|group| (group.name, group.id)).collect()
}

/// A value of each custom field that somebody has.
async fn values_of(cx: &Context) -> Vec<(String, (FieldId, String))> {
    let fields = fields::list(cx).await.unwrap();
    let ids: Vec<_> = fields.iter().map(|field| field.id).collect();
    let rows = users::list(cx, &UserListing::default(), &ids).await.unwrap().rows;
    let value = |id| {
        let shown = rows.iter().flat_map(|row| &row.fields).find(|shown| shown.field == id)?;
        shown.value.clone()
    };
    fields
        .into_iter()
        .filter_map(|field| Some((field.name.to_lowercase(), (field.id, value(field.id)?))))
        .map(|(name, (id, value))| (format!("{name} {value}"), (id, value)))
        .collect()
}
