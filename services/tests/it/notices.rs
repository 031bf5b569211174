//! What is told to people of how they sign in: always, but in the session that did it, and in every
//! browser until it is dismissed there.

use std::sync::{Arc, Mutex};

use domain::{
    DAY, Error, MINUTE, Obligation,
    audit::{Activity, NOTICES_AT_ONCE},
};
use services::{
    Context, account,
    auth::{self, Attempt, Second, SignedIn},
    factors, jobs, users,
};

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
    let seat = auth::sign_in(&desk.stranger(), attempt).await.unwrap().seat().unwrap();
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
                let setup = factors::begin_app(own).await.unwrap();
                factors::add_app(own, &setup.ticket, &App::shown(&setup).at(desk)).await.unwrap();
            }
            Self::AddPasskey => {
                let asked = factors::begin_passkey(own).await.unwrap();
                let (_, answer) = create(&asked.options, 70);
                factors::add_passkey(own, &asked.ticket, &answer, "Laptop").await.unwrap();
            }
            Self::MakeCodes => drop(factors::make_recovery_codes(own).await.unwrap()),
            Self::RemovePasskey => {
                let passkey = factors::list_own(own).await.unwrap().passkeys[0].id;
                factors::remove_passkey(own, passkey).await.unwrap();
            }
            Self::RemoveApp => factors::remove_app(own).await.unwrap(),
            Self::ChangePassword => {
                account::change_password(own, PASSWORD, ANOTHER, false).await.unwrap();
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
        factors::reset(&ana, id, false).await.unwrap();
        factors::ask_second_factor(&ana, id, true).await.unwrap();
        factors::ask_second_factor(&ana, id, false).await.unwrap();
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
        let SignedIn::SecondFactor { token, .. } = auth::sign_in(&desk.stranger(), attempt).await.unwrap() else {
            panic!("nothing more is asked");
        };
        let thief = desk.stranger_at("203.0.113.9");
        let seat = auth::give_second(&thief, &token, Second::RecoveryCode(&app.recovery[0]), fresh(), false).await.unwrap();
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
        let given = users::reset_password(&ana, id).await.unwrap().one_time_password.unwrap();
        let ingrid = desk.seated("ingrid", &given).await;
        let first = Error::ObligationFirst(Obligation::NewPassword);
        assert_eq!(account::notices(&ingrid.context).await.told(), first, "first things first");
        account::change_password(&ingrid.context, &given, ANOTHER, false).await.unwrap();
        let ingrid = desk.resume(ingrid.token).await.unwrap().context;
        assert_eq!(told(&ingrid).await, ["Ana Moreira gave Ingrid Sólveigardóttir a one-time password"]);
    }
}

on_both! {
    async fn what_was_dismissed_is_told_no_more_in_that_browser_and_goes_on_to_be_in_others(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        let ask = async |required| factors::ask_second_factor(&ana, id, required).await.unwrap();
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
        factors::ask_second_factor(&ana, id, true).await.unwrap();
        factors::ask_second_factor(&ana, id, false).await.unwrap();
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
        factors::ask_second_factor(&ana, id, true).await.unwrap();
        factors::ask_second_factor(&ana, id, false).await.unwrap();
        desk.clock.advance(30 * DAY - MINUTE);
        jobs::tidy(&desk.system()).await.unwrap();
        let ingrid = desk.person("ingrid").await;
        assert_eq!(count(&ingrid).await, 2);
        account::see_notices(&ingrid, newest(&ingrid).await).await.unwrap();
        desk.clock.advance(MINUTE);
        assert_eq!(count(&desk.person("ingrid").await).await, 0);
        jobs::tidy(&desk.system()).await.unwrap();
        assert_eq!((desk.count("notices").await, desk.count("notices_seen").await), (0, 1));
        desk.clock.advance(30 * DAY);
        jobs::tidy(&desk.system()).await.unwrap();
        assert_eq!(desk.count("notices_seen").await, 0);
        assert_eq!(account::notices(&desk.stranger()).await.told(), Error::SignedOut);
        assert_eq!(account::see_notices(&desk.stranger(), 1).await.told(), Error::SignedOut);
    }
}
