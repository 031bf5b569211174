//! The bin, and what is left of somebody who was erased: nothing but that it happened.

use domain::{
    DAY, Error, MINUTE, Problem,
    audit::LogListing,
    factors::Challenge,
    fields::{FieldForm, FieldValue},
    groups::Builtin,
    guard::Refusal,
    settings::{Settings, SettingsForm},
    users::{NewUserForm, TableView, UserChanges},
};
use services::{
    Context,
    audit::{self, Verdict},
    credentials, fields, groups, jobs, settings,
    sign_in::{self, Attempt},
    users,
};

use crate::{
    authenticator::create,
    codes::App,
    meeting::{Point, meet},
    support::*,
};

const TABLES: [&str; 13] = [
    "users",
    "passwords",
    "memberships",
    "sessions",
    "custom_values",
    "preferences",
    "user_stats",
    "authenticator_apps",
    "recovery_codes",
    "passkeys",
    "passkey_handles",
    "pending_sign_ins",
    "throttle",
];

/// Ingrid with something in every table that is about people, and a past in the log.
async fn busy_ingrid(desk: &Desk, ana: &Context) {
    desk.put_into("ingrid", Builtin::UserManagers).await;
    let company = fields::save(ana, &FieldForm { name: "Company".into(), ..FieldForm::default() }).await.unwrap();
    let mut form = desk.form(ana, "ingrid").await;
    form.fields = vec![FieldValue { field: company, value: "Contoso".into() }];
    users::update(ana, &form).await.unwrap();
    let ingrid = desk.person("ingrid").await;
    let setup = credentials::begin_totp(&ingrid).await.unwrap();
    credentials::add_totp(&ingrid, &setup.ticket, &App::shown(&setup).at(desk)).await.unwrap();
    let Challenge { options, ticket } = credentials::begin_passkey(&ingrid).await.unwrap();
    credentials::add_passkey(&ingrid, &ticket, &create(&options, 1).1, "Ingrid's laptop").await.unwrap();
    let attempt = Attempt { login: "ingrid", password: PASSWORD, cookies: fresh() };
    assert!(
        sign_in::with_password(&desk.stranger(), attempt).await.unwrap().session().is_none(),
        "one waits for its code"
    );
    sign_in(&desk.stranger(), "ingrid", "wrong anchor paper thunder").await.told();
    desk.known_on("ingrid", [5; 32]).await;
    users::keep_table_view(&ingrid, &TableView::default()).await.unwrap();
    users::create(&ingrid, new_user("by.ingrid")).await.unwrap();
    services::account::update_profile(&ingrid, "Ingrid Other").await.unwrap();
    settings::find(&ingrid).await.told();
    groups::assign(ana, form.id, &[], &form.groups).await.unwrap();
}

async fn rows_about(desk: &Desk, id: domain::users::UserId, table: &str) -> i64 {
    let column = if table == "users" { "id" } else { "user_id" };
    desk.value(&format!("SELECT count(*) FROM {table} WHERE {column} = $1"), [id.0.into()]).await
}

/// Everything that the audit tables say, as one text.
async fn log_text(desk: &Desk) -> String {
    let rows = desk.rows("SELECT kind, actor_kind, details FROM audit_events", []).await;
    let cell = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<Option<String>>(at).unwrap().unwrap_or_default();
    rows.iter().map(|row| [cell(row, 0), cell(row, 1), cell(row, 2)].join(" ")).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn names_nobody(log: &str) {
    for word in ["Ingrid", "ingrid", "ingrid@northwind.example", "Sólveig", "Contoso"] {
        let line = log.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "the log still says {word}");
    }
}

on_both! {
    async fn t23_of_somebody_who_was_erased_nothing_is_left_but_that_it_happened(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        busy_ingrid(&desk, &ana).await;
        let id = desk.id_of("ingrid").await;
        desk.put_into("ingrid", Builtin::Auditors).await;
        for table in TABLES {
            assert!(rows_about(&desk, id, table).await > 0, "{table} has nothing to lose");
        }
        users::delete(&ana, id).await.unwrap();
        assert!(rows_about(&desk, id, "passwords").await > 0);
        users::erase(&ana, id, "ingrid").await.unwrap();
        for table in TABLES.into_iter().chain(["known_devices"]) {
            assert_eq!(rows_about(&desk, id, table).await, 0, "{table}");
        }
        assert_eq!(users::find(&ana, id).await.told(), Error::NotFound);
        assert_eq!(users::restore(&ana, id).await.told(), Error::NotFound);
        names_nobody(&log_text(&desk).await);

        let Verdict::Intact { erased, .. } = audit::verify(&desk.system()).await.unwrap() else { panic!("broken") };
        assert_eq!(erased, 11, "an edit, a sign-in, what they did, what was done to them");
        let told = desk.events_of("user_erased").await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].event("user"), &serde_json::json!(id));
        assert_eq!(told[0].details["actor"]["name"], "Ana Moreira");
        // Others keep what is said of them, and whom they created stays without a creator.
        assert!(log_text(&desk).await.contains("Company"));
        let made = users::find(&ana, desk.id_of("by.ingrid").await).await.unwrap();
        assert_eq!(made.created_by, None);
        let log = audit::list(&ana, &LogListing::default()).await.unwrap();
        let gone = log.rows.iter().filter(|row| row.sentence.is_none()).count();
        assert!(gone == 11 && log.rows.iter().any(|row| row.kind == "user_erased" && row.sentence.is_some()));
    }
}

on_both! {
    async fn t23_attempts_that_are_written_down_later_do_not_name_the_erased_again(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let (ingrid, id) = (desk.person("ingrid").await, desk.id_of("ingrid").await);
        for _ in 0..3 {
            settings::find(&ingrid).await.told();
            sign_in(&desk.stranger(), "ingrid", "wrong anchor paper thunder").await.told();
            prove(&ingrid, "wrong anchor paper thunder").await.told();
        }
        users::delete(&ana, id).await.unwrap();
        users::erase(&ana, id, "ingrid").await.unwrap();
        // What was only counted so far is due by now.
        desk.clock.advance(2 * MINUTE);
        jobs::flush(&desk.system()).await.unwrap();
        jobs::stop(&desk.system()).await.unwrap();
        names_nobody(&log_text(&desk).await);
        assert!(matches!(audit::verify(&desk.system()).await.unwrap(), Verdict::Intact { .. }));
    }
}

on_both! {
    async fn t23_a_failed_sign_in_that_races_an_erasure_does_not_bring_the_name_back(desk: Desk) {
        desk.cast().await;
        // Looked up, verified, counted, about to be recorded, recorded and counted.
        let points = [
            Point::Queued,
            Point::After("FROM \"throttle\""),
            Point::After("INSERT INTO \"throttle\""),
            Point::Within("FROM \"audit_head\""),
            Point::Done,
        ];
        for (round, point) in points.into_iter().enumerate() {
            let ana = desk.person("ana").await;
            let form = NewUserForm { display_name: "Ingrid".into(), ..new_user(&format!("fleeting{round}")) };
            let made = users::create(&ana, form).await.unwrap();
            users::delete(&ana, made.id).await.unwrap();
            let login = made.username.clone();
            let tries = move |cx: Context| async move {
                for _ in 0..3 {
                    no_accident(sign_in(&cx, &login, PASSWORD).await).unwrap_err();
                }
                cx.installation().system()
            };
            let (there, erased) = meet(&desk, point, tries, users::erase(&ana, made.id, &made.username)).await;
            no_accident(erased).unwrap();
            // What was only counted there is due by now.
            desk.clock.advance(MINUTE);
            jobs::flush(&there).await.unwrap();
            // The cast's own Ingrid has done nothing here.
            assert!(!log_text(&desk).await.contains("Ingrid"), "{point:?}");
        }
    }
}

on_both! {
    async fn only_from_the_bin_and_only_by_name_is_somebody_erased(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let id = desk.id_of("ingrid").await;
        assert_eq!(users::erase(&ana, id, "ingrid").await.told(), Error::Refused(Refusal::NotInBin));
        users::delete(&ana, id).await.unwrap();
        for wrong in ["", "Ingrid", "ingrid2", "Ingrid Sólveigardóttir", "in\0grid", "samuel"] {
            let told = users::erase(&ana, id, wrong).await.told();
            assert_eq!(told, Error::Refused(Refusal::NameDiffers), "{wrong:?}");
        }
        let tomas = desk.person("tomas").await;
        let told = users::erase(&tomas, id, "ingrid").await.told();
        assert_eq!(told, Error::Forbidden(domain::Permission::EraseUsers));
        assert_eq!(desk.tally().await.get("user_erased"), None);
        users::erase(&ana, id, " ingrid ").await.unwrap();
        assert_eq!(users::erase(&ana, id, "ingrid").await.told(), Error::NotFound);
    }
}

on_both! {
    async fn a_username_of_somebody_who_was_erased_is_never_given_again(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let id = desk.id_of("ingrid").await;
        users::delete(&ana, id).await.unwrap();
        users::erase(&ana, id, "ingrid").await.unwrap();
        let retired = field("username", Problem::Retired);
        for name in ["ingrid", "Ingrid", "INGRID", " ingrid "] {
            assert_eq!(users::check_username(&ana, name).await.told(), retired, "{name}");
            assert_eq!(users::create(&ana, new_user(name)).await.told(), retired, "{name}");
        }
        assert_eq!(desk.count("users").await, 6, "nothing half-done");
        // Kept in a form that says nothing to whoever reads the table.
        let stored: Vec<u8> = desk.value("SELECT hash FROM retired_usernames", []).await;
        assert_eq!(stored.len(), 32);
        // Their address is free again.
        let form = NewUserForm { email: "ingrid@northwind.example".into(), ..new_user("ingrid2") };
        users::create(&ana, form).await.unwrap();
        let form = UserChanges { email: "x@b.example".into(), ..desk.form(&ana, "ingrid2").await };
        users::update(&ana, &form).await.unwrap();
        users::check_username(&ana, "ingri").await.expect("only the whole name");
    }
}

on_both! {
    async fn a_username_that_is_erased_and_taken_at_once_is_not_given_again(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        let binned = async |name: &str| {
            let made = users::create(&ana, new_user(name)).await.unwrap();
            users::delete(&ana, made.id).await.unwrap();
            made.id
        };
        // Grace takes the name and is overtaken, or comes first.
        for (point, name, why) in
            [(Point::Queued, "fleeting1", Problem::Retired), (Point::Done, "fleeting2", Problem::TakenInBin)]
        {
            let (id, actor) = (binned(name).await, grace.actor().unwrap().clone());
            let take = move |cx: Context| async move {
                let grace = cx.installation().person(actor, cx.origin().clone());
                users::create(&grace, new_user(&name.to_uppercase())).await.map(drop)
            };
            let (taken, erased) = meet(&desk, point, take, users::erase(&ana, id, name)).await;
            no_accident(erased).unwrap();
            assert_eq!(taken.told(), field("username", why), "{point:?}");
        }
        // The name's owner is about to be erased, or is.
        for (point, name) in [(Point::Within("DELETE FROM \"users\""), "fleeting3"), (Point::Done, "fleeting4")] {
            let (id, actor) = (binned(name).await, ana.actor().unwrap().clone());
            let erase = move |cx: Context| async move {
                let ana = cx.installation().person(actor, cx.origin().clone());
                users::erase(&ana, id, name).await
            };
            let again = name.to_uppercase();
            let (erased, taken) = meet(&desk, point, erase, users::create(&grace, new_user(&again))).await;
            no_accident(erased).unwrap();
            assert_eq!(taken.told(), field("username", Problem::Retired), "{point:?}");
        }
        // And as it comes.
        for round in 5..8 {
            let name = format!("fleeting{round}");
            let id = binned(&name).await;
            let (a, g, again) = (ana.clone(), grace.clone(), name.to_uppercase());
            let (erased, taken) = at_once(
                async move { users::erase(&a, id, &name).await },
                async move { users::create(&g, new_user(&again)).await },
            )
            .await;
            no_accident(erased).unwrap();
            let told = taken.told();
            let expected = [Problem::Retired, Problem::TakenInBin, Problem::Taken].map(|why| field("username", why));
            assert!(expected.contains(&told), "round {round}: {told:?}");
        }
    }
}

on_both! {
    async fn a_restore_and_an_erasure_at_once_end_in_one_of_both(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        for round in 0..6 {
            let name = format!("fleeting{round}");
            let id = users::create(&ana, new_user(&name)).await.unwrap().id;
            users::delete(&ana, id).await.unwrap();
            let (a, g) = (ana.clone(), grace.clone());
            let (erased, restored) = at_once(
                async move { users::erase(&a, id, &name).await },
                async move { users::restore(&g, id).await },
            )
            .await;
            match (no_accident(erased), no_accident(restored)) {
                (Ok(()), Err(Error::NotFound)) => assert_eq!(users::find(&ana, id).await.told(), Error::NotFound),
                (Err(Error::Refused(Refusal::NotInBin)), Ok(())) => drop(users::find(&ana, id).await.unwrap()),
                both => panic!("{both:?}"),
            }
        }
    }
}

on_both! {
    async fn the_job_erases_when_the_time_in_the_bin_is_over_and_not_before(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let (ingrid, samuel) = (desk.id_of("ingrid").await, desk.id_of("samuel").await);
        users::delete(&ana, ingrid).await.unwrap();
        desk.clock.advance(1);
        users::delete(&ana, samuel).await.unwrap();
        desk.clock.advance(30 * DAY - 2);
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(desk.count("users").await, 7);
        desk.clock.advance(1);
        jobs::cleanup(&desk.system()).await.unwrap();
        let ana = desk.person("ana").await;
        assert_eq!(users::find(&ana, ingrid).await.told(), Error::NotFound);
        users::restore(&ana, samuel).await.expect("a millisecond is a millisecond");
        desk.clock.advance(60 * DAY);
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(desk.count("users").await, 6, "whoever was restored stays");
        let told = desk.events_of("user_erased").await;
        assert_eq!((told.len(), &*told[0].actor_kind), (1, "system"));
        let ana = desk.person("ana").await;
        assert_eq!(users::create(&ana, new_user("ingrid")).await.told(), field("username", Problem::Retired));
        names_nobody(&log_text(&desk).await);
        assert!(matches!(audit::verify(&desk.system()).await.unwrap(), Verdict::Intact { .. }));
    }
}

/// Saves this number of days from a page that was opened just now.
async fn set_days(cx: &Context, days: &str) -> services::Result<Settings> {
    let seen = settings::find(cx).await?;
    settings::update(cx, &SettingsForm { seen, bin_days: days.into() }).await
}

on_both! {
    async fn another_number_of_days_counts_for_those_who_are_in_the_bin_already(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let id = desk.id_of("ingrid").await;
        users::delete(&ana, id).await.unwrap();
        set_days(&ana, "60").await.unwrap();
        assert_eq!(users::find(&ana, id).await.unwrap().erase_at, Some(START + 60 * DAY));
        desk.clock.advance(59 * DAY);
        jobs::cleanup(&desk.system()).await.unwrap();
        let ana = desk.person("ana").await;
        users::find(&ana, id).await.unwrap();
        set_days(&ana, "59").await.unwrap();
        jobs::cleanup(&desk.system()).await.unwrap();
        assert_eq!(users::find(&ana, id).await.told(), Error::NotFound);
    }
}

on_both! {
    async fn two_nodes_that_tidy_at_once_erase_each_person_once(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for number in 0..6 {
            let made = users::create(&ana, new_user(&format!("fleeting{number}"))).await.unwrap();
            users::delete(&ana, made.id).await.unwrap();
        }
        desk.clock.advance(30 * DAY);
        let (one, other) = (desk.system(), desk.node().await.system());
        let (one, other) =
            at_once(async move { jobs::cleanup(&one).await }, async move { jobs::cleanup(&other).await }).await;
        no_accident(one).unwrap();
        no_accident(other).unwrap();
        assert_eq!((desk.count("users").await, desk.events_of("user_erased").await.len()), (7, 6));
        assert!(matches!(audit::verify(&desk.system()).await.unwrap(), Verdict::Intact { .. }));
    }
}

on_both! {
    async fn settings_are_kept_within_their_bounds_and_recorded(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        assert_eq!(settings::find(&ana).await.unwrap().bin_days, 30, "what holds until somebody decides");
        let bounds = field("bin_days", Problem::OutOfBounds { least: 1, most: 3_650 });
        for bad in ["", " ", "0", "-1", "3651", "1.5", "1e3", "a week", "99999999999999999999", "\0"] {
            assert_eq!(set_days(&ana, bad).await.told(), bounds, "{bad:?}");
        }
        for good in ["1", " 3650 ", "7"] {
            set_days(&ana, good).await.unwrap();
            assert_eq!(settings::find(&ana).await.unwrap().bin_days.to_string(), good.trim());
        }
        // Digits of every script are digits.
        set_days(&ana, "٧").await.unwrap();
        let told = desk.events_of("settings_changed").await;
        assert_eq!(told.len(), 3, "the same again is no event");
        let change = &told[0].event("changes")[0];
        assert_eq!((&change["before"], &change["after"]), (&"30".into(), &"1".into()));
        let priya = desk.person("priya").await;
        settings::find(&priya).await.unwrap();
        let forbidden = Error::Forbidden(domain::Permission::EditSettings);
        assert_eq!(set_days(&priya, "x").await.told(), forbidden, "the right comes first");
        let tomas = desk.person("tomas").await;
        assert_eq!(settings::find(&tomas).await.told(), Error::Forbidden(domain::Permission::ViewSettings));
        assert_eq!(set_days(&desk.stranger(), "x").await.told(), Error::SignedOut);
    }
}
