//! What pages send and what they get: arguments and answers of server functions, and what stands in a page's head.

use std::fmt::Debug;

use domain::{
    Permission, PermissionSet,
    audit::{Activity, Detail, LogFilter, LogListing, LogPage, LogRow, Sentence},
    factors::{
        AppSetup, Challenge, FactorList, Factors, KeptPasskeys, PasskeyId, PasskeyPlace, PasskeyRow, Proof, Required,
        Step, StrandedPasskeys, Strength,
    },
    fields::{Field, FieldForm, FieldId, FieldKind, FieldValue, ShownValue},
    groups::{Builtin, GroupChoice, GroupId, GroupRow, GroupTag},
    guard::Refusal,
    listing::{Count, Cursor, Direction, Marks, Page, Position, Sort},
    sessions::{Method, SessionId, SessionRow},
    settings::{SecurityForm, Settings, SettingsForm, TimeZoneSetting},
    time::Date,
    users::{
        CreatedUser, Edited, Ended, FactorFilter, FirstPassword, Found, NewPassword, NewUserForm, PasswordGiven,
        Profile, Refusals, Status, User, UserChanges, UserFilters, UserId, UserListing, UserRow, UserSort, Viewer,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use testing::Reviewed;

use crate::pins::{ana, code, person, security, uuid, written_and_read, zone};

pub fn listing() -> UserListing {
    let day = Date::parse;
    let filters = UserFilters {
        status: Some(Status::InBin),
        group: Some(GroupId(uuid(3))),
        factors: Some(FactorFilter::NoSecondFactor),
        never_signed_in: true,
        signed_in_from: day("2026-01-01"),
        signed_in_to: day("2026-01-31"),
        created_from: day("2025-01-01"),
        created_to: day("2025-12-31"),
        fields: vec![(FieldId(uuid(4)), "São Paulo & co".into())],
    };
    let cursor = Cursor { key: "zoë".into(), id: ana().0 };
    UserListing {
        search: "ana maria".into(),
        filters,
        sort: UserSort::Name,
        direction: Direction::Descending,
        position: Position::After(cursor),
    }
}

pub fn log_listing() -> LogListing {
    let filter = LogFilter {
        person: Some(ana()),
        actor: Some(UserId(uuid(2))),
        kind: Some("signed_in".into()),
        from: Date::parse("2026-01-01"),
        to: Date::parse("2026-01-31"),
        failed: Some(true),
    };
    LogListing { filter, before: Some(42) }
}

/// What is called with: the arguments of server functions. An open page sends them to the version after it.
pub fn arguments(pins: &mut Reviewed) {
    pins.heading("What pages send");
    written_and_read(pins, "UserListing", &listing());
    let before = Position::Before(Cursor { key: "7".into(), id: ana().0 });
    written_and_read(pins, "UserListing, backwards", &listing().at(before));
    written_and_read(pins, "UserListing, nothing asked", &UserListing::default());
    for &sort in UserSort::ALL {
        code(pins, "UserSort", sort.code(), &sort);
    }
    for direction in every!(Direction: Ascending, Descending) {
        code(pins, "Direction", direction.code(), &direction);
    }
    for factors in FactorFilter::ALL {
        code(pins, "FactorFilter", factors.code(), &factors);
    }
    for status in Status::ALL {
        code(pins, "Status", status.code(), &status);
    }
    written_and_read(pins, "LogListing", &log_listing());
    written_and_read(pins, "SettingsForm", &SettingsForm { seen: Settings { bin_days: 60 }, bin_days: "30".into() });
    written_and_read(pins, "SecurityForm", &SecurityForm::of(&security(Required::Nobody), &zone()));
    for required in [Required::Everyone, Required::Groups(vec![GroupId(uuid(3))])] {
        let SecurityForm { required, groups, .. } = SecurityForm::of(&security(required), &zone());
        pins.json("SecurityForm, required and groups", &(required, groups));
    }
    let (id, kind, choices) = (FieldId(uuid(4)), FieldKind::Choice, vec!["Lisbon".into()]);
    let seen = Field { id, name: "Place".into(), kind, required: false, choices };
    let choices = "Lisbon\nPorto".into();
    let field = FieldForm { seen: Some(seen), name: "Site".into(), kind, required: true, choices };
    written_and_read(pins, "FieldForm", &field);
    let fields = vec![FieldValue { field: FieldId(uuid(4)), value: "Porto".into() }];
    let mut new = NewUserForm {
        username: "ana".into(),
        display_name: "Ana Moreira".into(),
        email: "ana@northwind.example".into(),
        password: FirstPassword::Random,
        groups: vec![GroupId(uuid(3))],
        fields: fields.clone(),
        expires_on: "2027-03-31".into(),
        time_zone: Some("Asia/Tokyo".into()),
        second_factor_required: true,
    };
    written_and_read(pins, "NewUserForm", &new);
    let mut changes = UserChanges {
        id: ana(),
        version: 3,
        display_name: "Ana Moreira".into(),
        email: "ana@northwind.example".into(),
        expires_on: "2027-03-31".into(),
        time_zone: Some("Asia/Tokyo".into()),
        groups: vec![GroupId(uuid(3))],
        fields,
        password: NewPassword::Keep,
    };
    written_and_read(pins, "UserChanges", &changes);
    for password in every!(FirstPassword: Random, Typed("violet".into())) {
        pins.json("NewUserForm, password", &password);
    }
    for password in every!(NewPassword: Keep, Random, Typed("violet".into())) {
        pins.json("UserChanges, password", &password);
    }
    let (ticket, answer) = ("ticket".to_owned(), "{}".to_owned());
    for proof in every!(Proof:
        Password("violet".into()),
        App("123456".into()),
        Passkey { ticket: ticket.clone(), answer: answer.clone() },
    ) {
        written_and_read(pins, "Proof", &proof);
    }
    for step in every!(Step:
        Password { username: "ana".into(), password: "violet".into() },
        App("123456".into()),
        RecoveryCode("abcde".into()),
        Passkey { ticket: ticket.clone(), answer: answer.clone() },
        FirstPasskey { ticket: ticket.clone(), answer: answer.clone() },
    ) {
        written_and_read(pins, "Step", &step);
    }

    pins.heading("What pages of older versions send, and what is read from it");
    (new.fields, new.expires_on, new.time_zone, new.second_factor_required) = (vec![], String::new(), None, false);
    former(pins, "NewUserForm", &new, &["fields", "expires_on", "time_zone", "second_factor_required"]);
    changes.time_zone = None;
    former(pins, "UserChanges", &changes, &["time_zone"]);
    let security = SecurityForm { time_zone: None, ..SecurityForm::of(&security(Required::Nobody), &zone()) };
    former(pins, "SecurityForm", &security, &["time_zone"]);
}

/// A text from before these fields came is read as one in which they are empty.
fn former<T>(pins: &mut Reviewed, name: &str, today: &T, since: &[&str])
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let mut before = serde_json::to_value(today).unwrap();
    for field in since {
        assert!(before.as_object_mut().unwrap().remove(*field).is_some(), "{name} has no {field}");
    }
    assert_eq!(serde_json::from_value::<T>(before).unwrap(), *today);
    pins.line(format_args!("{name}, also without"), since.join(" "));
}

fn activity() -> Activity {
    Activity {
        number: 7,
        sentence: Sentence::new().strong("Ana Moreira").text(" signed in"),
        icon: "screen".into(),
        failed: false,
        at: 1_780_000_000_000,
        place: "Firefox on Linux, 192.0.2.7".into(),
    }
}

fn refusals() -> Refusals {
    let refusal = Refusal::OnYourself;
    Refusals {
        standing: Some(refusal.clone()),
        touch: Some(refusal.clone()),
        password: Some(refusal.clone()),
        factors: Some(refusal),
    }
}

fn tag() -> GroupTag {
    GroupTag { id: GroupId(uuid(3)), name: "Auditors".into(), administrators: false, permissions: PermissionSet::NONE }
}

fn shown() -> ShownValue {
    ShownValue { field: FieldId(uuid(4)), name: "Site".into(), value: Some("Porto".into()) }
}

fn user() -> User {
    User {
        id: ana(),
        username: "ana".into(),
        display_name: "Ana Moreira".into(),
        email: Some("ana@northwind.example".into()),
        email_verified: true,
        groups: vec![tag()],
        status: Status::Active,
        must_change_password: true,
        sessions: 2,
        last_sign_in_at: Some(3),
        created_at: 1,
        created_by: Some("Grace Okafor".into()),
        expires_at: Some(9),
        version: 3,
        disabled_at: Some(4),
        deleted_at: Some(5),
        erase_at: Some(6),
        fields: vec![shown()],
        first_administrator: true,
        refusals: refusals(),
        factors: Factors::PASSWORD,
        locked_for: Some(30),
    }
}

fn user_row() -> UserRow {
    let marks = Marks(vec![(0, 3)]);
    UserRow {
        id: ana(),
        username: "ana".into(),
        display_name: "Ana Moreira".into(),
        email: Some("ana@northwind.example".into()),
        groups: vec![tag()],
        status: Status::Active,
        last_sign_in_at: Some(3),
        created_at: 1,
        expires_at: Some(9),
        sessions: 2,
        erase_at: Some(6),
        fields: vec![shown()],
        refusals: refusals(),
        factors: Factors::PASSWORD,
        locked_for: Some(30),
        found: Found {
            username: marks.clone(),
            display_name: marks.clone(),
            email: marks.clone(),
            fields: vec![(FieldId(uuid(4)), marks)],
        },
    }
}

fn factor_list() -> FactorList {
    let passkey = PasskeyRow {
        id: PasskeyId(uuid(5)),
        name: "Laptop".into(),
        provider: Some("iCloud Keychain".into()),
        synced: true,
        works: true,
        created_at: 1,
        last_used_at: Some(2),
        suspect_at: Some(3),
    };
    FactorList {
        factors: Factors::PASSWORD.and(Factors::PASSKEY),
        password_changed_at: Some(1),
        must_change_password: true,
        app_since: Some(2),
        app_used_at: Some(3),
        passkeys: vec![passkey],
        recovery_left: 9,
        recovery_of: 10,
        remembered: 1,
        required: true,
        required_of_them: true,
        allowed: Factors::APP,
        locked_for: Some(30),
    }
}

fn log_page() -> LogPage {
    let row = LogRow {
        number: 7,
        kind: "signed_in".into(),
        sentence: Some(activity().sentence),
        icon: "screen".into(),
        failed: false,
        at: 1,
        actor: Some(ana()),
        actor_kind: "person".into(),
        address: "192.0.2.7".into(),
        browser: "Firefox on Linux".into(),
        subjects: vec![ana()],
        details: vec![Detail { name: "E-mail".into(), before: Some(String::new()), after: Some("x".into()) }],
    };
    LogPage {
        rows: vec![row],
        older: Some(6),
        later: true,
        people: vec![person()],
        person: Some("Ana Moreira".into()),
        actor: Some("Ana Moreira".into()),
    }
}

/// What server functions answer with, and what stands in a page's head. An open page reads the answers of the version
/// after it.
pub fn answers(pins: &mut Reviewed) {
    pins.heading("What pages get");
    let cursor = Cursor { key: "ana".into(), id: ana().0 };
    let page = Page {
        rows: vec![user_row()],
        previous: Some(cursor.clone()),
        next: Some(cursor),
        count: Count::Exactly(1),
        looked_through: Some(20_000),
    };
    written_and_read(pins, "Page<UserRow>", &page);
    for count in every!(Count: Exactly(7), About(7), MoreThan(7), AtLeast(7)) {
        pins.json("Count", &count);
    }
    written_and_read(pins, "User", &user());
    let password = PasswordGiven { one_time_password: Some("abcde".into()), sessions_ended: 2 };
    written_and_read(pins, "PasswordGiven", &password);
    written_and_read(pins, "Edited", &Edited { password: Some(password) });
    written_and_read(pins, "Ended", &Ended { sessions: 2 });
    let created = CreatedUser {
        id: ana(),
        display_name: "Ana Moreira".into(),
        username: "ana".into(),
        one_time_password: Some("abcde".into()),
    };
    written_and_read(pins, "CreatedUser", &created);
    let session = SessionRow {
        id: SessionId(uuid(6)),
        current: true,
        browser: "Firefox on Linux".into(),
        address: "192.0.2.7".into(),
        method: Method::Password,
        created_at: 1,
        last_seen_at: 2,
        ends_at: 3,
    };
    written_and_read(pins, "SessionRow", &session);
    written_and_read(pins, "Activity", &activity());
    written_and_read(pins, "LogPage", &log_page());
    written_and_read(pins, "FactorList", &factor_list());
    let profile = Profile {
        id: ana(),
        username: "ana".into(),
        display_name: "Ana Moreira".into(),
        email: Some("ana@northwind.example".into()),
        groups: vec!["Auditors".into()],
        created_at: 1,
        password_changed_at: Some(2),
        first_administrator: true,
    };
    written_and_read(pins, "Profile", &profile);
    written_and_read(pins, "Challenge", &Challenge { options: "{}".into(), ticket: "ticket".into() });
    let setup = AppSetup {
        ticket: "ticket".into(),
        secret: "ABCD EFGH".into(),
        picture: "<svg/>".into(),
        link: "otpauth://".into(),
    };
    written_and_read(pins, "AppSetup", &setup);
    let kept = KeptPasskeys {
        rp_id: "localhost".into(),
        user_id: "AA".into(),
        name: "ana".into(),
        display_name: "Ana Moreira".into(),
        accepted: vec!["AA".into()],
    };
    written_and_read(pins, "KeptPasskeys", &kept);
    written_and_read(pins, "Strength", &Strength { score: 3, words: "Hard to guess.".into() });
    let group = GroupRow {
        id: GroupId(uuid(3)),
        name: "Auditors".into(),
        description: "May see everything and change nothing.".into(),
        builtin: Some(Builtin::Auditors),
        members: Count::Exactly(1),
        permissions: PermissionSet::NONE.with(Permission::ViewUsers),
    };
    written_and_read(pins, "GroupRow", &group);
    let choice = GroupChoice {
        id: GroupId(uuid(3)),
        name: "Auditors".into(),
        description: "May see everything and change nothing.".into(),
        refused: Some("No.".into()),
    };
    written_and_read(pins, "GroupChoice", &choice);
    let (id, kind, choices) = (FieldId(uuid(4)), FieldKind::Choice, vec!["Lisbon".into(), "Porto".into()]);
    written_and_read(pins, "Field", &Field { id, name: "Site".into(), kind, required: true, choices });
    written_and_read(pins, "Settings", &Settings { bin_days: 30 });
    let stranded =
        StrandedPasskeys { domains: vec!["old.example".into()], people: Count::Exactly(2), others_work: true };
    let place = PasskeyPlace {
        domain: Some("localhost".into()),
        addresses: vec!["http://localhost:3000".into()],
        stranded: Some(stranded),
    };
    written_and_read(pins, "PasskeyPlace", &place);
    written_and_read(pins, "TimeZoneSetting", &TimeZoneSetting { name: "Asia/Tokyo".into(), configured: true });
    written_and_read(pins, "TimeZone", &zone());
    let viewer = Viewer {
        id: ana(),
        username: "ana".into(),
        display_name: "Ana Moreira".into(),
        permissions: PermissionSet::all(),
        administrator: true,
        installation: "Northwind".into(),
        idle_warning: 120_000,
        session_left: 7_200_000,
        factors: Factors::PASSWORD,
        notices: vec![activity()],
    };
    written_and_read(pins, "Viewer", &viewer);
}
