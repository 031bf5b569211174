//! What must not come back with a backup: sessions, remembered browsers, people who were erased
//! since, and, once the operator says so, passkeys and recovery codes.

use domain::{
    Error,
    factors::{Challenge, Factors},
    groups::Builtin,
    guard::Refusal,
};
use services::{
    Installation,
    audit::{self, Accepted, Verdict},
    backup::{self, Restored, Trust},
    credentials, groups,
    sign_in::{self, Attempt, SecondFactor, SignedIn},
    users,
};

use crate::{authenticator::create, codes::App, support::*};

const DEVICE: [u8; 32] = [9; 32];

async fn taken(desk: &Desk) -> Vec<u8> {
    backup::take(&desk.installation.operator(), vec![], |_, _| {}).await.unwrap().1
}

async fn restored(node: &Installation, file: &[u8]) -> Restored {
    backup::restore(&node.operator(), file, Trust::Authenticated, |_, _| {}).await.unwrap()
}

async fn intact(desk: &Desk) {
    let verdict = audit::verify(&desk.installation.operator()).await.unwrap();
    assert!(matches!(verdict, Verdict::Intact { .. }), "{verdict:?}");
}

async fn asked_for_second(desk: &Desk) -> bool {
    let attempt = Attempt { login: "priya", password: PASSWORD, cookies: on(DEVICE) };
    matches!(sign_in::with_password(&desk.stranger(), attempt).await.unwrap(), SignedIn::SecondFactor { .. })
}

on_both! {
    async fn sessions_and_remembered_browsers_do_not_come_back_with_a_backup(desk: Desk) {
        desk.cast().await;
        App::of(&desk, "priya").await;
        desk.known_on("priya", DEVICE).await;
        let year = desk.clock.now() + 365 * domain::DAY;
        let remember = "UPDATE known_devices SET remembered_until = $1, remembered_at = $2, remembered_by = $3 \
                        WHERE user_id = $4";
        let (by, priya) = (Factors::APP.number(), desk.id_of("priya").await);
        desk.run(remember, [year.into(), desk.clock.now().into(), by.into(), priya.0.into()]).await;
        assert!(!asked_for_second(&desk).await, "this browser is remembered");
        let ana = desk.seated("ana", PASSWORD).await;
        let file = taken(&desk).await;
        let there = Desk::open(Backend::Sqlite).await;
        let done = restored(&there.installation, &file).await;
        assert!(done.devices_forgotten >= 1);
        assert!(there.resume(ana.token).await.is_none());
        assert_eq!(there.count("sessions").await + there.count("pending_sign_ins").await, 0);
        let epoch = "SELECT min(security_epoch) FROM users";
        let (then, now): (i64, i64) = (desk.value(epoch, []).await, there.value(epoch, []).await);
        assert_eq!(now, then + 1, "what was handed out under an epoch of then opens nothing");
        assert!(asked_for_second(&there).await);
        assert_eq!(there.count("known_devices").await, desk.count("known_devices").await, "they are still known");
        intact(&there).await;
    }
}

on_both! {
    async fn whoever_was_erased_after_the_backup_is_erased_again(desk: Desk) {
        let folder = tempfile::tempdir().unwrap();
        let node = desk.node_beside(folder.path()).await;
        desk.cast().await;
        account_of_ingrid(&desk).await;
        let file = taken(&desk).await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        users::delete(&ana, id).await.unwrap();
        users::erase(&ana, id, "ingrid").await.unwrap();
        audit::note_head(&node.system()).await.unwrap();

        let without = Desk::open(Backend::Sqlite).await;
        assert_eq!(restored(&without.installation, &file).await.erased_again, 0, "without the list nobody knows");
        assert_eq!(without.count("users").await, 7);

        let there = Desk::open(Backend::Sqlite).await;
        let named = there.node_beside(folder.path()).await;
        named.outside().unwrap().add_list(node.outside().unwrap().erasures_path()).await.unwrap();
        let done = restored(&named, &file).await;
        assert_eq!((done.erased_again, done.kept), (1, None));
        assert_eq!(there.count("users").await, 6);
        let rows = there.rows("SELECT details FROM audit_events WHERE details LIKE '%ngrid%'", []).await;
        assert!(rows.is_empty(), "the log names her again");
        assert_eq!(there.events_of("user_erased").await[0].event("user"), &serde_json::json!(id));
        assert_eq!(there.events_of("backup_restored").await[0].event("erased_again"), &serde_json::json!(1));
        intact(&there).await;
        let ana = there.person("ana").await;
        let told = users::create(&ana, new_user("ingrid")).await.told();
        assert_eq!(told, field("username", domain::Problem::Retired));
    }
}

on_both! {
    async fn the_only_administrator_of_a_backup_is_not_erased_again_and_is_once_there_is_another(desk: Desk) {
        let folder = tempfile::tempdir().unwrap();
        let node = desk.node_beside(folder.path()).await;
        desk.cast().await;
        desk.take_out("grace").await;
        let file = taken(&desk).await;
        desk.put_into("grace", Builtin::Administrators).await;
        users::hand_over_protection(&desk.person("ana").await, "grace").await.unwrap();
        let grace = desk.person("grace").await;
        for name in ["ana", "ingrid"] {
            let id = desk.id_of(name).await;
            users::delete(&grace, id).await.unwrap();
            users::erase(&grace, id, name).await.unwrap();
        }
        audit::note_head(&node.system()).await.unwrap();

        let there = Desk::open(Backend::Sqlite).await;
        let named = there.node_beside(folder.path()).await;
        named.outside().unwrap().add_list(node.outside().unwrap().erasures_path()).await.unwrap();
        let done = restored(&named, &file).await;
        assert_eq!((done.kept.as_deref(), done.erased_again), (Some("ana"), 1));
        assert_eq!(there.count("users").await, 6);
        intact(&there).await;
        let (ana, id) = (there.person("ana").await, there.id_of("grace").await);
        groups::assign(&ana, id, &[there.group(Builtin::Administrators).await], &[]).await.unwrap();
        users::hand_over_protection(&ana, "grace").await.unwrap();
        let (grace, id) = (there.person("grace").await, there.id_of("ana").await);
        users::delete(&grace, id).await.unwrap();
        users::erase(&grace, id, "ana").await.unwrap();
        assert_eq!(there.count("users").await, 5);
    }
}

on_both! {
    async fn whoever_is_erased_in_a_copy_lives_on_in_the_database_that_it_is_of(desk: Desk) {
        let folder = tempfile::tempdir().unwrap();
        let node = desk.node_beside(folder.path()).await;
        desk.cast().await;
        let file = taken(&desk).await;
        // For practice, with the same data folder.
        let copy = Desk::open(Backend::Sqlite).await;
        let there = copy.node_beside(folder.path()).await;
        restored(&there, &file).await;
        let (ana, id) = (copy.person("ana").await, copy.id_of("ingrid").await);
        users::delete(&ana, id).await.unwrap();
        users::erase(&ana, id, "ingrid").await.unwrap();
        audit::note_head(&there.system()).await.unwrap();
        let list = |node: &Installation| node.outside().unwrap().erasures_path().exists();
        assert!(list(&there) && !list(&node));
        // Whatever is accepted, those in the list are erased again.
        std::fs::write(node.outside().unwrap().path(), "nonsense").unwrap();
        let accepted = Accepted { closed: false, erased_again: 0, kept: None };
        assert_eq!(audit::accept_head(&node.operator()).await.unwrap(), Some(accepted));
        assert_eq!(desk.count("users").await, 7);
    }
}

async fn account_of_ingrid(desk: &Desk) {
    let ingrid = desk.person("ingrid").await;
    services::account::update_profile(&ingrid, "Ingrid Other").await.unwrap();
}

on_both! {
    async fn the_operator_voids_what_a_restore_brought_back_and_the_log_says_so(desk: Desk) {
        desk.cast().await;
        let operator = desk.installation.operator();
        assert_eq!(credentials::holders(&operator).await.unwrap(), []);
        let app = App::of(&desk, "priya").await;
        for (name, number) in [("tomas", 1), ("ingrid", 2)] {
            let own = desk.person(name).await;
            let Challenge { options, ticket } = credentials::begin_passkey(&own).await.unwrap();
            credentials::add_passkey(&own, &ticket, &create(&options, number).1, "Key").await.unwrap();
            if name == "ingrid" {
                credentials::remove_password(&own).await.unwrap();
            }
        }
        let held = credentials::holders(&operator).await.unwrap();
        let names: Vec<_> = held.iter().map(|held| (&*held.username, held.passkeys, held.recovery_codes)).collect();
        assert_eq!(names[0], ("ingrid", 1, held[0].recovery_codes));
        assert_eq!(names[1], ("priya", 0, 10));
        assert_eq!((names[2].0, names[2].1, names.len()), ("tomas", 1, 3));

        let priya = desk.id_of("priya").await;
        assert_eq!(desk.value::<i64, 1>("SELECT count(*) FROM sessions WHERE user_id = $1", [priya.0.into()]).await, 1);
        let voided = credentials::void(&operator, " Priya ").await.unwrap();
        assert_eq!((voided.passkeys, voided.recovery_codes), (0, 10));
        assert_eq!(desk.value::<i64, 1>("SELECT count(*) FROM sessions WHERE user_id = $1", [priya.0.into()]).await, 0);
        let attempt = Attempt { login: "priya", password: PASSWORD, cookies: fresh() };
        let SignedIn::SecondFactor { token, .. } = sign_in::with_password(&desk.stranger(), attempt).await.unwrap() else {
            panic!("the app is still asked for");
        };
        let code = SecondFactor::RecoveryCode(&app.recovery[0]);
        sign_in::with_second_factor(&desk.stranger(), &token, code, fresh(), false).await.told();

        assert_eq!(credentials::void(&operator, "tomas").await.unwrap().passkeys, 1);
        desk.person("tomas").await;
        assert_eq!(credentials::void(&operator, "ingrid").await.told(), Error::Refused(Refusal::LastWayIn));
        assert_eq!(credentials::void(&operator, "nobody").await.told(), Error::NotFound);
        assert_eq!(credentials::void(&operator, "tomas").await.unwrap().passkeys, 0, "nothing is left, and nothing happens");
        let told = desk.events_of("factors_voided").await;
        assert_eq!((told.len(), &*told[0].actor_kind), (2, "operator"));
        assert_eq!(desk.count("passkeys").await, 1, "hers is all she has");
        // It is the operator's: people reset factors under the rules of the console.
        let ana = desk.person("ana").await;
        assert_eq!(credentials::void(&ana, "priya").await.told(), Error::SignedOut);
        assert_eq!(credentials::holders(&ana).await.told(), Error::SignedOut);
        intact(&desk).await;
    }
}
