//! Filters, alone and together, in every order and within every bound: what the databases
//! say is compared with what the rules say about each person.

use std::collections::{HashMap, HashSet};

use domain::{
    DAY, Error, Problem,
    factors::Factors,
    fields::FieldId,
    groups::GroupId,
    listing::{Count, Cursor, Direction, Position, Sort},
    time::{Date, TimeZone},
    users::{FactorFilter, Standing, Status, UserFilters, UserId, UserListing, UserSort},
};
use services::users::{self, Bounds};
use uuid::Uuid;

use crate::{
    list::{ids, walk},
    support::*,
};

const MANY: GroupId = GroupId(Uuid::from_u128(0xa));
const FEW: GroupId = GroupId(Uuid::from_u128(0xb));
const CITY: FieldId = FieldId(Uuid::from_u128(0xc));
const TEAM: FieldId = FieldId(Uuid::from_u128(0xd));

/// Bounds in which nothing is gathered, and most pages stop before they are full.
const TIGHT: Bounds = Bounds { gather: 0, glance: 11, gather_after: 0, look: 37, count: 20 };
/// Bounds in which little is gathered at once, and some after a walk in vain.
const NARROW: Bounds = Bounds { gather: 3, glance: 20, gather_after: 60, look: 23, count: 40 };

/// Somebody as the rules see them.
struct Somebody {
    id: UserId,
    standing: Standing,
    name: String,
    email: String,
    search: String,
    last: Option<i64>,
    created: i64,
    sessions: i64,
    groups: HashSet<Uuid>,
    fields: HashMap<Uuid, String>,
    factors: Factors,
    locked: bool,
}

/// Writes 180 people of every kind, with ties and gaps in every column, as version 0.4.0 did.
async fn former_crowd(desk: &Desk) {
    let user = "INSERT INTO users (id, username, username_key, display_name, display_name_key, email, email_key, \
        search_key, created_at, updated_at, last_sign_in_at, disabled_at, deleted_at, expires_at, has_credential, factors) \
        VALUES ($1, $2, $2, $3, $3, $4, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12)";
    let group = "INSERT INTO groups (id, name, name_key, description, created_at) VALUES ($1, $2, $2, '', 1)";
    let member = "INSERT INTO memberships (user_id, group_id, since) VALUES ($1, $2, 1)";
    let field = "INSERT INTO custom_fields (id, name, name_key, kind, required, choices, place, created_at) \
        VALUES ($1, $2, $2, 'text', 0, '[]', 1, 1)";
    let value = "INSERT INTO custom_values (user_id, field_id, value, value_key) VALUES ($1, $2, $3, $4)";
    let counted = "INSERT INTO user_stats (user_id, sessions) VALUES ($1, $2)";
    let braked =
        "INSERT INTO throttle (bucket, failures, last_failure_at, blocked_until, user_id) VALUES ($1, 9, $2, $3, $4)";
    desk.run("BEGIN", []).await;
    desk.run(group, [MANY.0.into(), "many".into()]).await;
    desk.run(group, [FEW.0.into(), "few".into()]).await;
    desk.run(field, [CITY.0.into(), "city".into()]).await;
    desk.run(field, [TEAM.0.into(), "team".into()]).await;
    for n in 0..180_i64 {
        let id = uuid((n as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
        let (name, display) = (format!("u{n}"), ["ana", "bo li", "zoe", "li an"][n as usize % 4]);
        let email = (n % 3 > 0).then(|| format!("{display}{n}@x.example").replace(' ', "."));
        let search = format!("{name}\n{display}\n{}", email.as_deref().unwrap_or_default());
        let when = |every: i64, at: i64| (n % every == every - 1).then_some(at);
        let row = [
            id.into(),
            name.into(),
            display.into(),
            email.into(),
            search.into(),
            (START - n % 60 * DAY).into(),
            (n % 3 > 0).then_some(START - n % 25 * DAY).into(),
            when(11, START - DAY).into(),
            when(9, START - n * 1_000).into(),
            when(4, START - 1_000 + n % 3 * 1_000).into(),
            i64::from(n % 5 > 0).into(),
            // Whoever has a credential has a password, a passkey or both, and maybe an app.
            (if n % 5 > 0 { [1, 1, 5, 3, 7, 2, 6][n as usize % 7] } else { 0_i64 }).into(),
        ];
        desk.run(user, row).await;
        // Some wait for two brakes at once, some do not wait any more.
        for (brake, every, ahead) in [(0, 13, 1_000), (1, 26, 2_000), (2, 7, 0)] {
            if n % every == 4 {
                let bucket = vec![brake, n as u8];
                desk.run(braked, [bucket.into(), START.into(), (START + ahead).into(), id.into()]).await;
            }
        }
        if n % 9 != 8 {
            desk.run(counted, [id.into(), (n % 7 / 4).into()]).await;
        }
        if n % 2 == 0 {
            desk.run(member, [id.into(), MANY.0.into()]).await;
        }
        if n % 80 == 7 {
            desk.run(member, [id.into(), FEW.0.into()]).await;
        }
        let (city, key) = [("Porto", "porto"), ("São Paulo", "sao paulo"), ("", "")][n as usize % 3];
        if !city.is_empty() {
            desk.run(value, [id.into(), CITY.0.into(), city.into(), key.into()]).await;
        }
        let team = format!("team {}", n % 40);
        desk.run(value, [id.into(), TEAM.0.into(), team.as_str().into(), team.as_str().into()]).await;
    }
    desk.run("COMMIT", []).await;
}

/// The same as they are written now.
async fn crowd(desk: &Desk) {
    former_crowd(desk).await;
    users::rebuild_search(&desk.system(), |_| true).await.unwrap();
}

async fn everybody(desk: &Desk) -> Vec<Somebody> {
    let sql = "SELECT u.id, u.display_name_key, u.email_key, u.search_key, u.last_sign_in_at, u.created_at, \
        u.disabled_at, u.deleted_at, u.expires_at, u.has_credential, s.sessions, u.factors \
        FROM users u LEFT JOIN user_stats s ON s.user_id = u.id";
    let mut groups = HashMap::<Uuid, HashSet<Uuid>>::new();
    for row in desk.rows("SELECT user_id, group_id FROM memberships", []).await {
        groups.entry(row.try_get_by_index(0).unwrap()).or_default().insert(row.try_get_by_index(1).unwrap());
    }
    let mut fields = HashMap::<Uuid, HashMap<Uuid, String>>::new();
    for row in desk.rows("SELECT user_id, field_id, value_key FROM custom_values", []).await {
        let of = fields.entry(row.try_get_by_index(0).unwrap()).or_default();
        of.insert(row.try_get_by_index(1).unwrap(), row.try_get_by_index(2).unwrap());
    }
    let mut locked = HashSet::<Uuid>::new();
    for row in desk.rows("SELECT user_id, blocked_until FROM throttle WHERE user_id IS NOT NULL", []).await {
        if row.try_get_by_index::<i64>(1).unwrap() > START {
            locked.insert(row.try_get_by_index(0).unwrap());
        }
    }
    let somebody = |row: &sea_orm::QueryResult| {
        let id: Uuid = row.try_get_by_index(0).unwrap();
        let number = |at| row.try_get_by_index::<Option<i64>>(at).unwrap();
        let text = |at| row.try_get_by_index::<Option<String>>(at).unwrap().unwrap_or_default();
        Somebody {
            id: UserId(id),
            standing: Standing {
                deleted_at: number(7),
                disabled_at: number(6),
                expires_at: number(8),
                has_credential: number(9) == Some(1),
            },
            name: text(1),
            email: text(2),
            search: text(3),
            last: number(4),
            created: number(5).unwrap(),
            sessions: number(10).unwrap_or_default(),
            groups: groups.get(&id).cloned().unwrap_or_default(),
            fields: fields.get(&id).cloned().unwrap_or_default(),
            factors: Factors::of(number(11).unwrap()),
            locked: locked.contains(&id),
        }
    };
    desk.rows(sql, []).await.iter().map(somebody).collect()
}

/// Whether somebody belongs into the list, by the words of its filters.
fn belongs(person: &Somebody, listing: &UserListing, former: bool) -> bool {
    let filters = &listing.filters;
    let (status, zone) = (Status::of(person.standing, START), TimeZone::default());
    let words: Vec<&str> = listing.search.split_whitespace().collect();
    let long = words.iter().any(|word| word.len() >= 3);
    let lines = || person.search.lines().filter(|line| !line.starts_with('\u{1}'));
    let begins = |word: &str| lines().any(|line| line.starts_with(word));
    // As the rules of now have it: where a word begins, but for the host of an address.
    let starts = |word: &str| {
        let before_host = |line: &str| line.split('@').next().unwrap_or_default().to_owned();
        lines().any(|line| before_host(line).split(|c: char| !c.is_alphanumeric()).any(|own| own.starts_with(word)))
    };
    let within = |word: &str| lines().any(|line| line.contains(word));
    filters.status.map_or(status != Status::InBin, |wanted| wanted == status)
        && filters.group.is_none_or(|group| person.groups.contains(&group.0))
        && filters.factors.is_none_or(|wanted| match wanted {
            FactorFilter::NoSecondFactor => person.factors.second().is_empty(),
            FactorFilter::PasskeyOnly => person.factors.can_sign_in() && !person.factors.has(Factors::PASSWORD),
            FactorFilter::LockedOut => person.locked,
        })
        && (!filters.never_signed_in || person.last.is_none())
        && filters.signed_in_from.is_none_or(|from| person.last.is_some_and(|at| zone.date_of(at) >= from))
        && filters.signed_in_to.is_none_or(|to| person.last.is_some_and(|at| zone.date_of(at) <= to))
        && filters.created_from.is_none_or(|from| zone.date_of(person.created) >= from)
        && filters.created_to.is_none_or(|to| zone.date_of(person.created) <= to)
        && filters.fields.iter().all(|(field, value)| person.fields.get(&field.0) == Some(value))
        && match former {
            true => {
                words.iter().all(|word| within(word))
                    && (long || words.is_empty() || words.iter().any(|word| begins(word)))
            }
            false => words.iter().all(|word| if word.len() < 3 { starts(word) } else { within(word) }),
        }
}

/// Who is in the list, in its order.
fn promised(people: &[Somebody], listing: &UserListing, former: bool) -> Vec<UserId> {
    let mut keyed: Vec<_> = people
        .iter()
        .filter(|person| belongs(person, listing, former))
        .map(|person| {
            let key = match listing.sort {
                UserSort::Name => (person.name.as_str(), 0),
                UserSort::Email => (person.email.as_str(), 0),
                UserSort::LastSignIn => ("", person.last.unwrap_or_default()),
                UserSort::Created => ("", person.created),
                UserSort::Sessions if person.standing.deleted_at.is_some() => ("", 0),
                UserSort::Sessions => ("", person.sessions),
                UserSort::Expires => ("", person.standing.expires_at.unwrap_or(i64::MAX)),
            };
            (key, person.id.0)
        })
        .collect();
    keyed.sort();
    if listing.direction == Direction::Descending {
        keyed.reverse();
    }
    keyed.into_iter().map(|(_, id)| UserId(id)).collect()
}

fn day(ms: i64) -> Option<Date> {
    Some(TimeZone::default().date_of(ms))
}

/// Every filter alone, then some together: the search and the filters.
fn filters() -> Vec<(&'static str, UserFilters)> {
    let none = UserFilters::default;
    let of = |status| UserFilters { status: Some(status), ..none() };
    let city = |city: &str| vec![(CITY, city.to_owned())];
    let both = vec![(CITY, "porto".to_owned()), (TEAM, "team 3".to_owned())];
    let proven = |factors| UserFilters { factors: Some(factors), ..none() };
    let mut all = vec![("", none())];
    all.extend(FactorFilter::ALL.map(|filter| ("", proven(filter))));
    all.extend(Status::ALL.map(|status| ("", of(status))));
    all.extend([
        ("", UserFilters { group: Some(MANY), ..none() }),
        ("", UserFilters { group: Some(FEW), ..none() }),
        ("", UserFilters { group: Some(GroupId::nil()), ..none() }),
        ("", UserFilters { never_signed_in: true, ..none() }),
        ("", UserFilters { signed_in_from: day(START - 9 * DAY), ..none() }),
        ("", UserFilters { signed_in_to: day(START - 9 * DAY), ..none() }),
        ("", UserFilters { created_from: day(START - 20 * DAY), ..none() }),
        ("", UserFilters { created_to: day(START - 20 * DAY), ..none() }),
        ("", UserFilters { fields: city("sao paulo"), ..none() }),
        ("", UserFilters { fields: both, ..none() }),
        ("ana", none()),
        ("x.example", none()),
        ("li", none()),
        ("l", none()),
        ("an u1", none()),
        ("***", none()),
        ("bo u1", none()),
        ("nobody", none()),
        ("x.example", UserFilters { group: Some(MANY), fields: city("porto"), ..of(Status::Active) }),
        ("u1", UserFilters { group: Some(MANY), ..of(Status::InBin) }),
        ("x.example", of(Status::InBin)),
        ("", UserFilters { never_signed_in: true, fields: city("porto"), ..of(Status::InBin) }),
        ("", UserFilters { created_from: day(START - 40 * DAY), created_to: day(START), ..of(Status::Disabled) }),
        ("", UserFilters { signed_in_from: day(START - 20 * DAY), ..of(Status::Expired) }),
        ("zoe li", of(Status::Invited)),
        ("li", UserFilters { group: Some(MANY), ..proven(FactorFilter::NoSecondFactor) }),
        ("", UserFilters { status: Some(Status::Disabled), ..proven(FactorFilter::PasskeyOnly) }),
        ("", UserFilters { status: Some(Status::InBin), ..proven(FactorFilter::PasskeyOnly) }),
        ("", UserFilters { status: Some(Status::InBin), ..proven(FactorFilter::LockedOut) }),
        ("ana", UserFilters { never_signed_in: true, ..proven(FactorFilter::LockedOut) }),
        ("", UserFilters { never_signed_in: true, group: Some(FEW), ..none() }),
        ("", UserFilters { never_signed_in: true, signed_in_from: day(START - DAY), ..none() }),
    ]);
    all
}

on_both! {
    async fn every_filter_in_every_order_gives_each_person_once_both_ways_within_any_bounds(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        every_filter(&desk, false).await;
    }
}

on_both! {
    async fn every_search_does_so_while_the_search_is_built_anew(desk: Desk) {
        desk.cast().await;
        former_crowd(&desk).await;
        every_filter(&desk, true).await;
    }
}

async fn every_filter(desk: &Desk, former: bool) {
    let cx = desk.person("priya").await;
    let people = everybody(desk).await;
    // Only searches and values of fields know two ways.
    let known =
        filters().into_iter().filter(|(search, filters)| !former || !search.is_empty() || !filters.fields.is_empty());
    for (at, (search, filters)) in known.enumerate() {
        // Each filter in every other order: together they meet all of them, both ways.
        let turns = if former { 6 } else { 2 };
        for (turn, sort) in UserSort::ALL.iter().copied().enumerate().filter(|(turn, _)| (at + turn) % turns == 0) {
            let direction = [Direction::Ascending, Direction::Descending][(at / 2 + turn) % 2];
            let bounds = [Bounds::default(), TIGHT, NARROW][(at / 3 + turn / 2) % 3];
            let (search, filters) = (search.to_owned(), filters.clone());
            let listing = UserListing { search, filters, sort, direction, position: Position::First };
            let promised = promised(&people, &listing, former);
            let (forward, backward) = walk(&cx, &listing, bounds).await;
            assert!(forward == promised, "forward: {listing:?} within {bounds:?}: {forward:?} {promised:?}");
            assert!(backward == promised, "backward: {listing:?} within {bounds:?}");
            let page = users::list_within(&cx, &listing, &[], bounds).await.unwrap();
            let told = match page.count {
                Count::Exactly(count) => count as usize == promised.len(),
                Count::AtLeast(count) => count as usize <= promised.len() && bounds.count < 50,
                Count::About(_) | Count::MoreThan(_) => false,
            };
            assert!(told, "{listing:?} within {bounds:?}: {:?} of {}", page.count, promised.len());
        }
    }
}

on_both! {
    async fn a_walk_that_finds_nobody_for_long_stops_says_so_and_can_be_continued(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        let cx = desk.person("priya").await;
        let filters = UserFilters { group: Some(FEW), ..UserFilters::default() };
        let listing = UserListing { filters, sort: UserSort::Name, ..UserListing::default() };
        let page = users::list_within(&cx, &listing, &[], TIGHT).await.unwrap();
        assert_eq!(page.looked_through, Some(TIGHT.look));
        assert!(page.rows.len() < 50 && page.previous.is_none());
        let next = listing.at(Position::After(page.next.unwrap()));
        let page = users::list_within(&cx, &next, &[], TIGHT).await.unwrap();
        assert_eq!(page.looked_through, Some(TIGHT.look));
        assert!(page.previous.is_some());
        // Within the usual bounds, the few are found at once.
        let page = users::list(&cx, &listing, &[]).await.unwrap();
        assert_eq!((page.rows.len(), page.looked_through, page.next), (3, None, None));
    }
}

on_both! {
    async fn the_whole_list_and_the_end_of_a_list_never_stop_early(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        let cx = desk.person("priya").await;
        let bounds = Bounds { look: 60, ..TIGHT };
        let mut listing = UserListing::default();
        loop {
            let page = users::list_within(&cx, &listing, &[], bounds).await.unwrap();
            assert_eq!(page.looked_through, None);
            let Some(next) = page.next else { break };
            assert_eq!(page.rows.len(), 50);
            listing = listing.at(Position::After(next));
        }
    }
}

on_both! {
    async fn the_bin_says_when_each_is_erased(desk: Desk) {
        desk.cast().await;
        desk.set("ingrid", "deleted_at", START - DAY).await;
        let cx = desk.person("priya").await;
        let filters = UserFilters { status: Some(Status::InBin), ..UserFilters::default() };
        let page = users::list(&cx, &UserListing::default().filtered(filters), &[]).await.unwrap();
        let rows: Vec<_> = page.rows.iter().map(|row| (row.username.as_str(), row.status, row.erase_at)).collect();
        assert_eq!(rows, [("ingrid", Status::InBin, Some(START + 29 * DAY))]);
        assert_eq!(page.count, Count::Exactly(1));
        let everybody = users::list(&cx, &UserListing::default(), &[]).await.unwrap().rows;
        assert!(everybody.iter().all(|row| row.erase_at.is_none() && row.username != "ingrid"));
    }
}

on_both! {
    async fn a_value_is_found_without_regard_to_case_and_accents_and_shown_as_written(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        let cx = desk.person("priya").await;
        for value in ["SAO PAULO", "São Paulo", "sao paulo"] {
            let filters = UserFilters { fields: vec![(CITY, value.into())], ..UserFilters::default() };
            let page = users::list(&cx, &UserListing::default().filtered(filters), &[CITY]).await.unwrap();
            assert!(!page.rows.is_empty());
            for row in page.rows {
                assert_eq!(row.fields.len(), 1, "only what was asked for");
                assert_eq!(row.fields[0].value.as_deref(), Some("São Paulo"));
            }
        }
    }
}

on_both! {
    async fn a_row_says_what_its_viewer_may_not_do(desk: Desk) {
        desk.cast().await;
        let rows = users::list(&desk.person("tomas").await, &UserListing::default(), &[]).await.unwrap().rows;
        let refusals = |name: &str| &rows.iter().find(|row| row.username == name).unwrap().refusals;
        assert!(refusals("ana").touch.is_some(), "an administrator outranks a user manager");
        assert!(refusals("tomas").standing.is_some(), "nobody disables themselves");
        assert_eq!(*refusals("ingrid"), Default::default());
    }
}

on_both! {
    async fn a_place_that_somebody_made_up_is_an_error_that_names_it_or_a_page(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        let cx = desk.person("priya").await;
        for status in [None, Some(Status::InBin), Some(Status::Active)] {
            for &sort in UserSort::ALL {
                for key in ["", "x", "\0", "0", "-5", "99999999999999999999", "' OR 1=1", "\u{10ffff}"] {
                    let position = Position::After(Cursor { key: key.into(), id: Uuid::nil() });
                    let filters = UserFilters { status, ..UserFilters::default() };
                    let listing = UserListing { sort, filters, position, ..UserListing::default() };
                    match users::list(&cx, &listing, &[]).await {
                        Ok(page) => assert!(page.rows.len() <= 50),
                        Err(services::Failure::Told(Error::Invalid(problems))) => {
                            assert_eq!((problems[0].field.as_str(), &problems[0].problem), ("after", &Problem::Unreadable));
                        }
                        Err(other) => panic!("{key:?} by {sort:?} led to {other}"),
                    }
                }
            }
        }
    }
}

/// Whether a line of a plan looks at the table of users from one end to the other. Reading
/// an index that holds only those in one state is no such thing.
fn looks_at_everybody(line: &str) -> bool {
    let small =
        ["users_disabled", "users_invited", "users_active", "users_without_second_factor", "users_passkey_only"];
    let small = small.iter().any(|index| line.contains(index));
    let sqlite = ["SCAN u ", "SCAN users"].iter().any(|scan| line.starts_with(scan)) || line == "SCAN u";
    line.contains("Seq Scan on users") || sqlite && !small
}

on_both! {
    async fn no_plan_looks_at_everybody_whatever_the_order_and_the_filter(desk: Desk) {
        desk.cast().await;
        crowd(&desk).await;
        plans(&desk, filters()).await;
    }
}

on_both! {
    async fn no_plan_looks_at_everybody_while_the_search_is_built_anew(desk: Desk) {
        desk.cast().await;
        former_crowd(&desk).await;
        let values = UserFilters { fields: vec![(CITY, "łodz".to_owned())], ..UserFilters::default() };
        plans(&desk, ["ana", "li", "łukasz", "łu", "bo u1"].map(|search| (search, values.clone())).to_vec()).await;
    }
}

async fn plans(desk: &Desk, filters: Vec<(&'static str, UserFilters)>) {
    desk.run("ANALYZE", []).await;
    let cx = desk.person("priya").await;
    for (search, filters) in filters {
        for &sort in UserSort::ALL {
            for position in [0, 1] {
                let key = if sort.is_number() { START.to_string() } else { "m".into() };
                let position = match position {
                    0 => Position::First,
                    _ => Position::After(Cursor { key, id: Uuid::nil() }),
                };
                let (search, filters) = (search.to_owned(), filters.clone());
                let direction = sort.natural();
                let listing = UserListing { search, filters, sort, direction, position };
                for (statement, plan) in users::explain(&cx, &listing, Bounds::default()).await.unwrap() {
                    let shown = format!("{statement} of {listing:?}:\n{}", plan.join("\n"));
                    let walks = !statement.contains(' ') || statement == "last looked at";
                    if walks {
                        // From where the order's own index says, as far as the limit: never sorted.
                        let index = plan.iter().any(|line| line.contains("_by_"));
                        let sorted = plan.iter().any(|line| line.contains("Sort") || line.contains("TEMP B-TREE"));
                        assert!(index && !sorted, "{shown}");
                        assert!(!plan.iter().any(|line| line.contains("Seq Scan on users")), "{shown}");
                    } else {
                        assert!(!plan.iter().any(|line| looks_at_everybody(line)), "{shown}");
                    }
                }
            }
        }
    }
}

on_both! {
    async fn ids_of_rows_are_those_of_the_people(desk: Desk) {
        desk.cast().await;
        let cx = desk.person("priya").await;
        let rows = users::list(&cx, &UserListing { search: "grace".into(), ..UserListing::default() }, &[]).await;
        assert_eq!(ids(&rows.unwrap().rows), [desk.id_of("grace").await]);
    }
}
