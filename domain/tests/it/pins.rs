//! Every string of this crate that is stored or leaves the process: `pins.txt`, to be read as a whole.
//!
//! Names in Rust may change freely; these may not. An enum is listed with `every!`, which does not compile before a new
//! variant has its line.

use std::fmt::{Debug, Display};

use domain::{
    Error, FieldError, Obligation, Permission, PermissionSet, Problem,
    audit::{Event, FieldChange, LogFilter, LogListing, Person, SignInFailure},
    factors::{Factors, Required, SecondFactorPolicy},
    fields::{FieldId, FieldKind, form_name},
    groups::{Builtin, GroupId},
    guard::Refusal,
    listing::{Cursor, Direction, Position, Sort},
    sessions::Method,
    settings::{PasswordPolicy, Security},
    text,
    time::{OffsetChange, TimeZone},
    users::{Column, FactorFilter, Status, TableView, UserFilters, UserId, UserListing, UserSort},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use testing::Reviewed;
use uuid::Uuid;

use crate::pages::{answers, arguments, listing, log_listing};

pub fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub fn ana() -> UserId {
    UserId(uuid(1))
}

pub fn person() -> Person {
    Person { id: ana(), name: "Ana Moreira".into() }
}

fn changes() -> Vec<FieldChange> {
    vec![FieldChange { field: "E-mail".into(), before: None, after: Some("ana@northwind.example".into()) }]
}

/// Each kind of event with all that it can say.
fn events() -> Vec<Event> {
    Vec::from(every!(Event:
        InstallationSetUp { administrator: person() },
        UserCreated {
            user: person(),
            username: "ana".into(),
            email: Some("ana@northwind.example".into()),
            groups: vec!["Auditors".into()],
            one_time_password: true,
        },
        SignedIn { user: person(), method: Method::Password },
        SignInFailed { user: Some(person()), reason: SignInFailure::WrongPassword, times: 2 },
        SignedOut { user: person() },
        ProofGiven { user: person() },
        ProofFailed { user: person(), times: 2 },
        PasswordChanged { user: person(), sessions_ended: 2, was_due: true },
        PasswordChangeFailed { user: person(), times: 2 },
        ProfileUpdated { user: person(), before: "Ana".into(), after: "Ana Moreira".into() },
        SessionsEnded { user: person(), count: 2 },
        Refused { user: person(), permission: Permission::ViewAudit, times: 2 },
        CastSeeded { users: 7 },
        UsersSeeded { users: 400 },
        UserUpdated { user: person(), changes: changes() },
        PasswordReset { user: person(), one_time: true, sessions_ended: 2 },
        GroupsChanged { user: person(), added: vec!["Auditors".into()], removed: vec!["User managers".into()] },
        UserDisabled { user: person(), sessions_ended: 2 },
        UserEnabled { user: person() },
        UserDeleted { user: person(), sessions_ended: 2, erase_at: 1_780_000_000_000 },
        UserRestored { user: person() },
        UserErased { user: ana() },
        ProtectionHandedOver { from: person(), to: Person { id: UserId(uuid(2)), name: "Grace Okafor".into() } },
        FieldCreated { field: "Origin".into(), required: true },
        FieldUpdated { field: "Origin".into(), changes: changes() },
        FieldDeleted { field: "Origin".into() },
        SettingsChanged { changes: changes() },
        AppAdded { user: person(), replaced: true },
        AppRemoved { user: person() },
        PasskeyAdded { user: person(), name: "Laptop".into() },
        PasskeyRenamed { user: person(), before: "Laptop".into(), after: "Desk".into() },
        PasskeyRemoved { user: person(), name: "Laptop".into() },
        PasskeySuspect { user: person(), name: "Laptop".into() },
        RecoveryCodesMade { user: person() },
        RecoveryCodeUsed { user: person(), left: 9 },
        PasswordRemoved { user: person() },
        SecondFactorsReset { user: person(), passkeys: 2, sessions_ended: 2 },
        SecondFactorAsked { user: person(), required: true },
        BrakesReleased { user: person() },
        DevicesForgotten { user: person(), count: 2 },
        HeadAccepted { noted: Some(9), events: 7 },
        BackupRestored { taken_at: 1_780_000_000_000, authenticated: true, erased_again: 2 },
        FactorsVoided { user: person(), passkeys: 2, recovery_codes: 9, sessions_ended: 2 },
        LogSealed { subjects: 7, sha256: "00ff".into() },
        CodesGuessed { user: person(), count: 10 },
        NoticesDismissed { user: person(), count: 2 },
        SessionsOverLimit { user: person(), count: 2, most: 20 },
    ))
}

/// The same kinds with what they can leave out, and with each code in them.
fn more_events() -> Vec<(String, Event)> {
    let email = None;
    let (username, groups) = ("ana".to_owned(), vec![]);
    let mut more = vec![
        ("nothing".into(), Event::UserCreated { user: person(), username, email, groups, one_time_password: false }),
        ("nothing".into(), Event::HeadAccepted { noted: None, events: 7 }),
        ("nothing".into(), Event::GroupsChanged { user: person(), added: vec![], removed: vec![] }),
        ("nobody".into(), Event::SignInFailed { user: None, reason: SignInFailure::UnknownName, times: 1 }),
    ];
    more.extend(methods().map(|method| (method.code().to_owned(), Event::SignedIn { user: person(), method })));
    let failures = every!(SignInFailure:
        UnknownName, WrongPassword, NotActive, Throttled, WrongCode, WrongPasskey, HungUp,
    );
    more.extend(failures.map(|reason| {
        let failed = Event::SignInFailed { user: Some(person()), reason, times: 1 };
        (serde_json::to_value(reason).unwrap().as_str().unwrap().to_owned(), failed)
    }));
    more
}

fn methods() -> [Method; 9] {
    let all = every!(Method:
        Setup, Password, Passkey, PasswordAndApp, PasswordAndPasskey, PasswordAndRecoveryCode,
        PasswordOnRememberedDevice, PasskeyAndApp, PasskeyAndRecoveryCode,
    );
    assert_eq!(all, Method::ALL);
    all
}

fn audit(pins: &mut Reviewed) {
    pins.heading("Audit events, as audit_events keeps them in details: stored for ever");
    pins.line("version", Event::VERSION);
    let events = events();
    for event in &events {
        assert_eq!(serde_json::to_value(event).unwrap()["kind"], event.kind(), "the tag is the stored kind");
        written_and_read(pins, event.kind(), event);
    }
    let mut kinds: Vec<_> = Event::KINDS.iter().map(|(kind, _)| *kind).collect();
    let mut listed: Vec<_> = events.iter().map(Event::kind).collect();
    kinds.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, kinds);
    for (what, event) in more_events() {
        written_and_read(pins, format_args!("{}, {what}", event.kind()), &event);
    }
    pins.heading("Audit events: attempts that failed, and those that their owner is told of");
    let of = |which: fn(&Event) -> bool| {
        events.iter().filter(|event| which(event)).map(Event::kind).collect::<Vec<_>>().join(" ")
    };
    pins.line("failed", of(Event::failed));
    pins.line("told", of(|event| event.told().is_some()));
}

/// A line, once it was made sure that it is read back as it was.
pub fn written_and_read<T>(pins: &mut Reviewed, name: impl Display, value: &T)
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value);
    pins.line(name, text);
}

/// The code of a value and how it is written as JSON, on one line.
pub fn code(pins: &mut Reviewed, what: &str, code: &str, value: &impl Serialize) {
    pins.json(format_args!("{what} {code}"), value);
}

fn codes(pins: &mut Reviewed) {
    pins.heading("Stored codes, each with how it travels as JSON");
    for method in methods() {
        code(pins, "session begun by", method.code(), &method);
        assert_eq!(Method::from_code(method.code()), Some(method));
    }
    let groups = every!(Builtin: Administrators, Auditors, UserManagers);
    assert_eq!(groups, Builtin::ALL);
    for group in groups {
        code(pins, "built-in group", group.code(), &group);
        pins.line(format_args!("built-in group {}, stored name", group.code()), group.name());
        pins.line(format_args!("built-in group {}, stored description", group.code()), group.description());
    }
    let kinds = every!(FieldKind: Text, Choice, Date);
    assert_eq!(kinds, FieldKind::ALL);
    for kind in kinds {
        code(pins, "custom field", kind.code(), &kind);
    }
    for (name, factors) in [("password", Factors::PASSWORD), ("passkey", Factors::PASSKEY), ("app", Factors::APP)] {
        pins.line(format_args!("factor {name}, as a number"), factors.number());
        pins.json(format_args!("factor {name}"), &factors);
    }
    pins.line("factors that there are", Factors::of(i64::MAX).number());
    pins.heading("Permissions: the code, and the bit in a set of them");
    let permissions = every!(Permission:
        ViewUsers, CreateUsers, EditUsers, ResetCredentials, DisableUsers, DeleteUsers, EraseUsers, ViewSessions,
        EndSessions, ViewGroups, AssignGroups, ViewAudit, ViewSettings, EditSettings,
    );
    assert_eq!(permissions, Permission::ALL);
    for permission in permissions {
        assert_eq!(serde_json::to_value(permission).unwrap(), permission.code());
        pins.json(permission.code(), &PermissionSet::NONE.with(permission));
    }
}

pub fn zone() -> TimeZone {
    TimeZone::new("Asia/Tokyo", 540, vec![OffsetChange(29_579_100, 600)])
}

pub fn security(required: Required) -> Security {
    let second_factor =
        SecondFactorPolicy { required, from: Some(1_780_000_000_000), allowed: Factors::APP, remember_days: 7 };
    let passwords = PasswordPolicy { least: 12, least_with_second_factor: 9, words: vec!["Northwind".into()] };
    Security { second_factor, passwords }
}

fn settings(pins: &mut Reviewed) {
    pins.heading("Settings and preferences, as they are stored");
    written_and_read(pins, "security, nothing decided", &Security::default());
    for required in every!(Required: Nobody, Everyone, Groups(vec![GroupId(uuid(3))])) {
        written_and_read(pins, "security", &security(required));
    }
    written_and_read(pins, "users-table, nothing chosen", &TableView::default());
    let columns = Vec::from(every!(Column:
        Email, Groups, Status, Methods, LastSignIn, Sessions, Expires, Created, Field(FieldId(uuid(4))),
    ));
    assert_eq!(columns.len(), Column::FIXED.len() + 1);
    written_and_read(pins, "users-table", &TableView { columns, dense: true });
}

/// An address, once it was made sure that it is read as what it was made of.
fn address(pins: &mut Reviewed, name: &str, listing: &UserListing) {
    let query = listing.query();
    let decoded = |value: &str| {
        let value = value.replace("%20", " ").replace("%26", "&").replace("%C3%A3", "ã");
        assert!(!value.contains('%'), "{value}");
        value
    };
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let read = UserListing::from_pairs(pairs.map(|(name, value)| (name, decoded(value)))).unwrap();
    assert_eq!(read, *listing);
    pins.line(name, query);
}

fn addresses(pins: &mut Reviewed) {
    pins.heading("Addresses that people keep and send to each other");
    let all = listing();
    address(pins, "/users", &all);
    let cursor = Cursor { key: "1780000000000".into(), id: ana().0 };
    let at = UserListing { sort: UserSort::LastSignIn, position: Position::Before(cursor), ..UserListing::default() };
    address(pins, "/users, backwards", &at);
    let plain = UserListing::default();
    for status in every!(Status: InBin, Disabled, Expired, Invited, Active) {
        assert!(Status::ALL.contains(&status));
        let filters = UserFilters { status: Some(status), ..UserFilters::default() };
        address(pins, "/users", &plain.filtered(filters));
    }
    for factors in every!(FactorFilter: NoSecondFactor, PasskeyOnly, LockedOut) {
        assert!(FactorFilter::ALL.contains(&factors));
        let filters = UserFilters { factors: Some(factors), ..UserFilters::default() };
        address(pins, "/users", &plain.filtered(filters));
    }
    for sort in every!(UserSort: Name, Email, LastSignIn, Sessions, Expires, Created) {
        assert!(UserSort::ALL.contains(&sort));
        for direction in every!(Direction: Ascending, Descending) {
            address(pins, sort.code(), &UserListing { sort, direction, ..UserListing::default() });
        }
    }
    let log = log_listing();
    let query = log.query();
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    assert_eq!(LogListing::from_pairs(pairs).unwrap(), log);
    pins.line("/audit", query);
    let done = LogFilter { failed: Some(false), ..LogFilter::default() };
    pins.line("/audit, what did not fail", LogListing { filter: done, before: None }.query());
    pins.line("sign-in", text::sign_in_address("/users?q=ana"));
    pins.line("sign-in, home", text::sign_in_address("/"));
    pins.line("sign-in, the session has ended", text::session_ended_address("/users"));
    pins.line("sign-in, home, the session has ended", text::session_ended_address("/"));
    pins.line("a custom field in forms", form_name("Cost centre"));
}

fn errors(pins: &mut Reviewed) {
    pins.heading("What is wrong, with its HTTP status");
    let errors = every!(Error:
        SignedOut,
        NotRecognised,
        SecondFactorNeeded(Factors::APP),
        ProofNeeded,
        ObligationFirst(Obligation::NewPassword),
        Forbidden(Permission::ViewUsers),
        Refused(Refusal::OnYourself),
        NotFound,
        Stale,
        Invalid(vec![FieldError { field: "username".into(), problem: Problem::Missing }]),
        TooMany { retry_after: 30 },
        Busy { retry_after: 5 },
        NoSpace,
        Malformed("no JSON".into()),
        Internal { reference: "k3f9-2mxq".into() },
    );
    for error in errors {
        written_and_read(pins, error.status(), &error);
    }
    for obligation in every!(Obligation: NewPassword, SecondFactor) {
        pins.json("obligation", &obligation);
    }
    let (name, missing) = ("Grace Okafor".to_owned(), Permission::ViewUsers);
    let refusals = every!(Refusal:
        AlreadySetUp,
        GrantsMore { group: "Auditors".into(), missing },
        OnYourself,
        OwnPassword,
        FirstAdministrator { name: name.clone() },
        Outranks { name: name.clone(), missing },
        LastAdministrator,
        NotInBin,
        InBin { name: name.clone() },
        NameDiffers,
        NotYoursToHandOver,
        NotAnAdministrator { name },
        LastWayIn,
        OnlySecondFactor,
        OwnFactors,
    );
    for refusal in refusals {
        written_and_read(pins, "refusal", &refusal);
    }
    let problems = every!(Problem:
        Missing,
        TooShort { least: 15 },
        TooLong { most: 50 },
        Character("the null character".into()),
        TooManyMarks { most: 4 },
        UsernameAlphabet,
        UsernameEdge,
        EmailShape,
        Taken,
        TakenInBin,
        PasswordCommon,
        PasswordGuessable,
        PasswordPersonal,
        PasswordUnchanged,
        PasswordWrong,
        SetupCode,
        UnknownGroup,
        UnknownUser,
        NoSuchDay,
        DayIsOver,
        TimeZoneChanged,
        UnknownTimeZone,
        Configured("KEYDESK_TIME_ZONE".into()),
        NotAChoice,
        TooFewChoices,
        TooMany { most: 100 },
        UnknownField,
        OutOfBounds { least: 1, most: 3_650 },
        Retired,
        Unreadable,
        CodeWrong,
        CodeUsed,
        ClockOff { seconds: 60, ahead: true },
        RecoveryCodeWrong,
        KindNotAsked,
        PasskeyRefused,
        PasskeyKnown,
        TooLate,
        PasswordBreached,
    );
    for problem in problems {
        written_and_read(pins, "problem", &problem);
    }
}

#[test]
fn every_string_that_is_stored_or_leaves_the_process_is_as_it_was_reviewed() {
    let mut pins = reviewed!("pins");
    audit(&mut pins);
    codes(&mut pins);
    settings(&mut pins);
    addresses(&mut pins);
    arguments(&mut pins);
    answers(&mut pins);
    errors(&mut pins);
    pins.check();
}

/// Of two versions on one database the older one reads what the newer one writes, as long as fields are only added.
#[test]
fn an_event_with_a_field_more_is_read_by_a_version_that_does_not_know_it() {
    for event in events() {
        let mut text = serde_json::to_value(&event).unwrap();
        text["of_a_later_version"] = Value::Bool(true);
        assert_eq!(serde_json::from_value::<Event>(text).unwrap(), event);
    }
}
