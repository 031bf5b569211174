//! What is told to people of what was done to their factors.

use domain::{DAY, Error, MINUTE, Obligation, audit::Activity};
use services::{
    Context, account,
    auth::{self, Attempt, Second, SignedIn},
    factors, users,
};

use crate::{codes::App, support::*};

async fn told(cx: &Context) -> Vec<String> {
    account::notices(cx).await.unwrap().iter().map(|notice| notice.sentence.plain()).collect()
}

async fn count(cx: &Context) -> u32 {
    account::viewer(cx).await.unwrap().notices
}

on_both! {
    async fn what_somebody_else_did_to_ones_factors_is_told_and_what_one_did_oneself_is_not(desk: Desk) {
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
        assert_eq!(told(&ingrid).await, expected);
        assert_eq!(count(&ingrid).await, 3);
        let setup = factors::begin_app(&ingrid).await.unwrap();
        let app = App::shown(&setup);
        factors::add_app(&ingrid, &setup.ticket, &app.at(&desk)).await.unwrap();
        factors::remove_app(&ingrid).await.unwrap();
        assert_eq!(told(&ingrid).await, expected, "one's own doing is no news");
        for other in ["ana", "grace"] {
            let other = desk.person(other).await;
            assert_eq!(told(&other).await, [""; 0]);
            assert_eq!(count(&other).await, 0);
        }
    }
}

on_both! {
    async fn a_reset_password_and_a_used_recovery_code_are_told_with_their_place(desk: Desk) {
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
        let [Activity { sentence, place, .. }] = &notices[..] else { panic!("{notices:?}") };
        assert_eq!(sentence.plain(), "Grace Okafor used a recovery code; 9 left");
        assert_eq!(place, "Firefox on Linux, 203.0.113.9");

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
    async fn what_was_seen_is_told_no_more_and_what_comes_later_is(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        let ask = async |required| factors::ask_second_factor(&ana, id, required).await.unwrap();
        ask(true).await;
        ask(false).await;
        let ingrid = desk.seated("ingrid", PASSWORD).await;
        let all = account::notices(&ingrid.context).await.unwrap();
        account::see_notices(&ingrid.context, all[1].number).await.unwrap();
        assert_eq!(count(&ingrid.context).await, 1, "the newer one is left");
        account::see_notices(&ingrid.context, i64::MAX).await.unwrap();
        account::see_notices(&ingrid.context, i64::MIN).await.unwrap();
        assert_eq!(told(&ingrid.context).await, [""; 0]);
        assert_eq!(desk.count("preferences").await, 1);

        ask(true).await;
        ask(false).await;
        let ingrid = desk.person("ingrid").await;
        assert_eq!(count(&ingrid).await, 2, "nobody silences what has not happened yet");
        desk.run("UPDATE preferences SET value = $1", ["nonsense".into()]).await;
        assert_eq!(count(&ingrid).await, 4, "a mark that cannot be read hides nothing");
    }
}

on_both! {
    async fn what_is_long_ago_is_for_the_log_and_strangers_are_told_nothing(desk: Desk) {
        desk.cast().await;
        let (ana, id) = (desk.person("ana").await, desk.id_of("ingrid").await);
        factors::ask_second_factor(&ana, id, true).await.unwrap();
        factors::ask_second_factor(&ana, id, false).await.unwrap();
        desk.clock.advance(90 * DAY - MINUTE);
        assert_eq!(count(&desk.person("ingrid").await).await, 2);
        desk.clock.advance(2 * MINUTE);
        assert_eq!(count(&desk.person("ingrid").await).await, 0);
        assert_eq!(account::notices(&desk.stranger()).await.told(), Error::SignedOut);
        assert_eq!(account::see_notices(&desk.stranger(), 1).await.told(), Error::SignedOut);
    }
}
