//! What is told to people of how they sign in: always, but in the session that did it, and in every
//! browser until it is dismissed there.

use std::sync::{Arc, Mutex};

use domain::{
    DAY, Error, MINUTE, Obligation,
    audit::{Activity, NOTICES_AT_ONCE, NOTICES_KEPT},
};
use sea_orm::{ConnectionTrait, Statement, Value};
use services::{
    Context, account, credentials,
    database::Database,
    jobs,
    sign_in::{self, Attempt, SecondFactor, SignedIn},
};
use uuid::Uuid;

use crate::{authenticator::create, codes::App, support::*};

async fn told(cx: &Context) -> Vec<String> {
    account::notices(cx).await.unwrap().iter().map(|notice| notice.sentence.plain()).collect()
}

async fn count(cx: &Context) -> usize {
    account::viewer(cx).await.unwrap().notices.len()
}

async fn newest(cx: &Context) -> i64 {
    account::notices(cx).await.unwrap()[0].number
}

/// Signs in with a password alone, in this browser.
async fn seated_on(desk: &Desk, login: &str, browser: &mut Browser) -> Context {
    let attempt = Attempt { login, password: PASSWORD, cookies: browser.cookies() };
    let seat = sign_in::with_password(&desk.stranger(), attempt).await.unwrap().session().unwrap();
    browser.was_let_in();
    desk.sit(&seat).await
}

/// Somebody who has one session gets another, as good as signed in before: the first one's app is this
/// one's as well.
async fn also_signed_in(desk: &Desk, login: &str) -> Context {
    let other = "INSERT INTO sessions (token_hash, id, user_id, epoch, method, address, browser, created_at, \
         last_seen_at, proof_at, expires_at, must_enrol) SELECT $1, $2, user_id, epoch, method, address, browser, \
         created_at, last_seen_at, proof_at, expires_at, must_enrol FROM sessions WHERE user_id = $3";
    desk.run(other, [vec![7_u8; 32].into(), uuid(7).into(), desk.id_of(login).await.0.into()]).await;
    desk.resume([7; 32]).await.unwrap().context
}

/// What Ingrid can do to her own sign-in, and how it is told.
#[derive(Clone, Copy, Debug)]
enum Deed {
    AddApp,
    AddPasskey,
    MakeCodes,
    RemovePasskey,
    RemoveApp,
    ChangePassword,
}

impl Deed {
    const ALL: [(Self, &'static str); 6] = [
        (Self::AddApp, "Ingrid Sólveigardóttir added an authenticator app"),
        (Self::AddPasskey, "Ingrid Sólveigardóttir added the passkey Laptop"),
        (Self::MakeCodes, "Ingrid Sólveigardóttir made new recovery codes"),
        (Self::RemovePasskey, "Ingrid Sólveigardóttir removed the passkey Laptop"),
        (Self::RemoveApp, "Ingrid Sólveigardóttir removed the authenticator app"),
        (Self::ChangePassword, "Ingrid Sólveigardóttir changed the password"),
    ];

    async fn done(self, desk: &Desk, own: &Context) {
        match self {
            Self::AddApp => {
                let setup = credentials::begin_totp(own).await.unwrap();
                credentials::add_totp(own, &setup.ticket, &App::shown(&setup).at(desk)).await.unwrap();
            }
            Self::AddPasskey => {
                let asked = credentials::begin_passkey(own).await.unwrap();
                let (_, answer) = create(&asked.options, 70);
                credentials::add_passkey(own, &asked.ticket, &answer, "Laptop").await.unwrap();
            }
            Self::MakeCodes => drop(credentials::make_recovery_codes(own).await.unwrap()),
            Self::RemovePasskey => {
                let passkey = credentials::list_own(own).await.unwrap().passkeys[0].id;
                credentials::remove_passkey(own, passkey).await.unwrap();
            }
            Self::RemoveApp => credentials::remove_totp(own).await.unwrap(),
            Self::ChangePassword => {
                credentials::change_password(own, PASSWORD, ANOTHER, false).await.unwrap();
            }
        }
    }
}

on_both! {
    async fn owners_are_told_of_every_change_to_how_they_sign_in_but_in_the_session_that_did_it(desk: Desk) {
        desk.cast().await;
        let acting = desk.person("ingrid").await;
        Deed::AddApp.done(&desk, &acting).await;
        let other = also_signed_in(&desk, "ingrid").await;
        let (app, sentence) = Deed::ALL[0];
        assert!(told(&other).await.contains(&sentence.to_owned()), "{app:?}: {:?}", told(&other).await);
        for (deed, sentence) in &Deed::ALL[1..] {
            deed.done(&desk, &acting).await;
            let told = told(&other).await;
            assert!(told[0].starts_with(sentence), "{deed:?}: {told:?}");
        }
        assert_eq!(told(&acting).await, [""; 0], "whoever does it sees it");
        assert_eq!(count(&acting).await, 0);
        assert_eq!(count(&other).await, 7, "the first codes came with the app");
        assert_eq!(count(&desk.person("grace").await).await, 0);
    }
}

on_both! {
    async fn what_somebody_else_did_is_told_without_where_they_sit(desk: Desk) {
        desk.cast().await;
        App::of(&desk, "ingrid").await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        credentials::reset_second_factors(&ana, id, false).await.unwrap();
        credentials::require_second_factor(&ana, id, true).await.unwrap();
        credentials::require_second_factor(&ana, id, false).await.unwrap();
        let ingrid = desk.person("ingrid").await;
        let expected = [
            "Ana Moreira no longer requires a second factor of Ingrid Sólveigardóttir",
            "Ana Moreira requires a second factor of Ingrid Sólveigardóttir",
            "Ana Moreira reset the second factors of Ingrid Sólveigardóttir; 1 session ended",
        ];
        assert_eq!(told(&ingrid).await[..3], expected);
        assert!(account::notices(&ingrid).await.unwrap()[..3].iter().all(|notice| notice.place.is_empty()));
        assert_eq!(count(&ana).await, 0);
    }
}

on_both! {
    async fn a_used_recovery_code_is_told_in_the_session_that_it_opened_as_well(desk: Desk) {
        desk.cast().await;
        let app = App::of(&desk, "grace").await;
        let attempt = Attempt { login: "grace", password: PASSWORD, cookies: fresh() };
        let SignedIn::SecondFactor { token, .. } = sign_in::with_password(&desk.stranger(), attempt).await.unwrap() else {
            panic!("nothing more is asked");
        };
        let thief = desk.stranger_at("203.0.113.9");
        let seat = sign_in::with_second_factor(&thief, &token, SecondFactor::RecoveryCode(&app.recovery[0]), fresh(), false).await.unwrap();
        let grace = desk.sit(&seat).await;
        let notices = account::notices(&grace).await.unwrap();
        let Activity { sentence, place, .. } = &notices[0];
        assert_eq!(sentence.plain(), "Grace Okafor used a recovery code; 9 left");
        assert_eq!(place, "Firefox on Linux, 203.0.113.9");
    }
}

on_both! {
    async fn whoever_owes_something_first_is_told_afterwards(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        let given = credentials::reset_password(&ana, id).await.unwrap().one_time_password.unwrap();
        let ingrid = desk.seated("ingrid", &given).await;
        let first = Error::ObligationFirst(Obligation::NewPassword);
        assert_eq!(account::notices(&ingrid.context).await.told(), first, "first things first");
        credentials::change_password(&ingrid.context, &given, ANOTHER, false).await.unwrap();
        let ingrid = desk.resume(ingrid.token).await.unwrap().context;
        assert_eq!(told(&ingrid).await, ["Ana Moreira gave Ingrid Sólveigardóttir a one-time password"]);
    }
}

on_both! {
    async fn what_was_dismissed_is_told_no_more_in_that_browser_and_goes_on_to_be_in_others(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        let ask = async |required| credentials::require_second_factor(&ana, id, required).await.unwrap();
        let (mut hers, mut thiefs) = (Browser::with(token()), Browser::with(token()));
        ask(true).await;
        ask(false).await;
        let ingrid = seated_on(&desk, "ingrid", &mut hers).await;
        let thief = seated_on(&desk, "ingrid", &mut thiefs).await;
        let all = account::notices(&thief).await.unwrap();
        account::see_notices(&thief, all[1].number).await.unwrap();
        assert_eq!(count(&thief).await, 1, "the newer one is left");
        account::see_notices(&thief, i64::MAX).await.unwrap();
        account::see_notices(&thief, i64::MIN).await.unwrap();
        assert_eq!(count(&thief).await, 0);
        assert_eq!(count(&ingrid).await, 2, "nobody hides them from her in a browser of theirs");
        let dismissed: Vec<_> = desk.events_of("notices_dismissed").await;
        assert_eq!(dismissed.iter().map(|event| event.event("count").clone()).collect::<Vec<_>>(), [1, 1]);

        account::see_notices(&ingrid, newest(&ingrid).await).await.unwrap();
        let again = seated_on(&desk, "ingrid", &mut hers).await;
        assert_eq!(count(&again).await, 0, "in the same browser, also after signing in again");
        assert_eq!(count(&desk.person("ingrid").await).await, 2, "in a new one they are new");
        ask(true).await;
        ask(false).await;
        assert_eq!(count(&again).await, 2, "nobody silences what has not happened yet");
    }
}

on_both! {
    async fn a_thief_who_makes_much_news_pushes_none_of_it_out(desk: Desk) {
        desk.cast().await;
        let thief = desk.person("ingrid").await;
        Deed::AddApp.done(&desk, &thief).await;
        let ingrid = also_signed_in(&desk, "ingrid").await;
        account::see_notices(&ingrid, newest(&ingrid).await).await.unwrap();
        Deed::AddPasskey.done(&desk, &thief).await;
        for _ in 0..25 {
            Deed::MakeCodes.done(&desk, &thief).await;
        }
        let first = told(&ingrid).await;
        assert_eq!(first.len(), NOTICES_AT_ONCE);
        assert!(first[19].starts_with("Ingrid Sólveigardóttir added the passkey Laptop"), "{first:?}");
        assert_eq!(account::viewer(&ingrid).await.unwrap().notices, account::notices(&ingrid).await.unwrap());

        account::see_notices(&ingrid, newest(&ingrid).await).await.unwrap();
        assert_eq!(count(&ingrid).await, 6, "what was not shown is not dismissed");
        account::see_notices(&ingrid, newest(&ingrid).await).await.unwrap();
        assert_eq!(count(&ingrid).await, 0);
        let dismissed = desk.events_of("notices_dismissed").await;
        assert_eq!(dismissed.iter().map(|event| event.event("count").clone()).collect::<Vec<_>>(), [2, 20, 6]);
    }
}

on_both! {
    async fn what_was_not_dismissed_is_found_by_an_index(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        credentials::require_second_factor(&ana, id, true).await.unwrap();
        credentials::require_second_factor(&ana, id, false).await.unwrap();
        let ingrid = desk.seated("ingrid", PASSWORD).await;
        let sent = Arc::new(Mutex::new(vec![]));
        let noted = sent.clone();
        let node = desk.node_noting(move |sql: &str| noted.lock().unwrap().push(sql.to_owned())).await;
        let there = node.person(ingrid.loaded.actor.clone(), origin("192.0.2.7"));
        assert_eq!(count(&there).await, 2);
        let sent = sent.lock().unwrap().clone();
        let asked = sent.iter().find(|sql| sql.contains("FROM \"notices\"") && sql.contains("\"seq\" >")).unwrap();
        let plan = desk.plan_of(asked).await;
        let (index, from) = match desk.backend {
            Backend::Sqlite => ("sqlite_autoindex_notices_1", "(user_id=? AND seq>?)"),
            Backend::Postgres => ("notices_once", "(seq > "),
        };
        assert!(plan.contains(index) && plan.contains(from), "{plan}");
    }
}

on_both! {
    async fn notices_are_kept_for_thirty_days_and_strangers_are_told_nothing(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        credentials::require_second_factor(&ana, id, true).await.unwrap();
        credentials::require_second_factor(&ana, id, false).await.unwrap();
        desk.clock.advance(30 * DAY - MINUTE);
        jobs::cleanup(&desk.system()).await.unwrap();
        let ingrid = desk.person("ingrid").await;
        assert_eq!(count(&ingrid).await, 2);
        account::see_notices(&ingrid, newest(&ingrid).await).await.unwrap();
        desk.clock.advance(MINUTE);
        assert_eq!(count(&desk.person("ingrid").await).await, 0);
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!((desk.count("notices").await, desk.count("notices_seen").await), (0, 1));
        desk.clock.advance(30 * DAY);
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(desk.count("notices_seen").await, 0);
        assert_eq!(account::notices(&desk.stranger()).await.told(), Error::SignedOut);
        assert_eq!(account::see_notices(&desk.stranger(), 1).await.told(), Error::SignedOut);
    }
}

/// What an older version told or did not: what happened, to whom, who did it (nobody: the process), how long
/// before the last event, and whether the upgrade carries it over.
const EARLIER: [(&str, &str, &str, i64, bool); 17] = [
    ("second_factors_reset", "ingrid", "ana", 0, true),
    ("passkey_removed", "ingrid", "ana", 0, true),
    ("app_removed", "ingrid", "ana", 0, true),
    ("password_reset", "ingrid", "ana", 0, true),
    ("brakes_released", "ingrid", "ana", 0, true),
    ("second_factor_asked", "ingrid", "ana", 0, true),
    ("devices_forgotten", "ingrid", "", 0, true),
    ("user_restored", "ingrid", "ana", 0, false),
    ("recovery_code_used", "grace", "grace", 0, true),
    ("passkey_suspect", "grace", "grace", 0, true),
    ("passkey_removed", "grace", "grace", 0, false),
    ("password_reset", "grace", "ana", NOTICES_KEPT - 1, true),
    ("password_reset", "grace", "ana", NOTICES_KEPT, false),
    ("app_removed", "tomas", "ana", 0, false),
    ("passkey_removed", "tomas", "ana", 0, true),
    ("app_removed", "priya", "ana", 0, true),
    ("app_removed", "somebody erased", "ana", 0, false),
];

on_both! {
    async fn t29_news_of_an_older_version_is_carried_over_by_the_upgrade_unless_it_was_dismissed(desk: Desk) {
        // What people prefer, and so what they have dismissed, is kept since 0.3.0.
        for version in ["0.3.0", "0.4.0"] {
            let (location, folder) = left_by(desk.backend, version).await;
            let old = Database::open(&location).await.unwrap();
            let db = old.writer();
            let query = |sql: &str, values: Vec<Value>| {
                Statement::from_sql_and_values(db.get_database_backend(), sql, values)
            };
            let run = async |sql: &str, values: Vec<Value>| {
                assert_eq!(db.execute_raw(query(sql, values)).await.unwrap().rows_affected(), 1);
            };
            let id = async |name: &str| -> Uuid {
                let found = query("SELECT id FROM users WHERE username_key = $1", vec![name.into()]);
                db.query_one_raw(found).await.unwrap().map_or(uuid(404), |row| row.try_get_by_index(0).unwrap())
            };
            let last = query("SELECT max(seq), max(at) FROM audit_events", vec![]);
            let last = db.query_one_raw(last).await.unwrap().unwrap();
            let (seq, at): (i64, i64) = (last.try_get_by_index(0).unwrap(), last.try_get_by_index(1).unwrap());
            let (mut expected, mut dismissed) = (vec![], 0);
            for (number, (kind, whom, who, before, told)) in (seq + 1..).zip(EARLIER) {
                let by = if who.is_empty() { None } else { Some(id(who).await) };
                let event = "INSERT INTO audit_events (seq, id, kind, version, at, actor_kind, actor_id, failed, \
                             details_hash, mac) VALUES ($1, $2, $3, 1, $4, 'person', $5, 0, $6, $6)";
                let (own, at) = (uuid(number as u128), at + 1 - before);
                let values = vec![number.into(), own.into(), kind.into(), at.into(), by.into(), vec![0_u8].into()];
                run(event, values).await;
                let subject = "INSERT INTO audit_subjects (user_id, seq) VALUES ($1, $2)";
                run(subject, vec![id(whom).await.into(), number.into()]).await;
                if told {
                    expected.push((whom.to_owned(), number));
                } else if whom == "tomas" {
                    dismissed = number;
                }
            }
            let prefer = "INSERT INTO preferences (user_id, name, value) VALUES ($1, $2, $3)";
            run(prefer, vec![id("tomas").await.into(), "notices_seen".into(), dismissed.to_string().into()]).await;
            // No number, and nobody takes it for one.
            run(prefer, vec![id("priya").await.into(), "users-table".into(), "{}".into()]).await;

            let new = Desk::migrated(desk.backend, location, folder).await;
            let sql = "SELECT u.username_key, n.seq FROM notices n JOIN users u ON u.id = n.user_id \
                       JOIN audit_events e ON e.seq = n.seq AND e.at = n.at WHERE n.session_id IS NULL ORDER BY n.seq";
            let rows = new.rows(sql, []).await;
            let found = rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap()));
            let found: Vec<(String, i64)> = found.collect();
            assert_eq!(found, expected, "{version}");
            assert_eq!(new.count("notices").await, expected.len() as i64, "{version}");
            let left: String = new.value("SELECT name FROM preferences", []).await;
            assert_eq!((&*left, new.count("preferences").await), ("users-table", 1), "{version}");
            if new.backend == Backend::Postgres {
                drop_database(&new.database_name()).await;
            }
        }
    }
}
