//! The rules about what proves people, and the domain of their passkeys.

use domain::{
    Error, Permission, Problem,
    factors::{Challenge, Required, SecondFactorPolicy},
    groups::{Builtin, GroupId},
    listing::Count,
    settings::{Security, SecurityForm, SettingsForm},
    time::TimeZone,
};
use services::{Context, credentials, settings};

use crate::{authenticator::create, codes::App, support::*};

/// As it is filled in where nothing was decided so far.
fn form(required: Required) -> SecurityForm {
    let second_factor = SecondFactorPolicy { required, ..SecondFactorPolicy::default() };
    let wanted = SecurityForm::of(&Security { second_factor, ..Security::default() }, &TimeZone::default());
    SecurityForm { seen: Security::default(), ..wanted }
}

async fn add_passkey(cx: &Context, number: u8) {
    let Challenge { options, ticket } = credentials::begin_passkey(cx).await.unwrap();
    let (_, answer) = create(&options, number);
    credentials::add_passkey(cx, &ticket, &answer, "").await.unwrap();
}

on_both! {
    async fn rules_are_saved_and_told_in_the_log(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let auditors = desk.group(Builtin::Auditors).await;
        let changed = SecurityForm { least: "12".into(), words: "Fjord\n".into(), ..form(Required::Groups(vec![auditors])) };
        let saved = settings::update_security(&ana, &changed).await.unwrap();
        assert_eq!(settings::find_security(&desk.person("grace").await).await.unwrap(), saved);
        settings::update_security(&ana, &changed).await.unwrap();
        let events = desk.events_of("settings_changed").await;
        assert_eq!(events.len(), 1, "the same once more is no second event");
        let told = events[0].event("changes").to_string();
        for words in ["Second factor required of", "Auditors", "Shortest password", "Fjord"] {
            assert!(told.contains(words), "{told} does not say {words}");
        }
    }
}

on_both! {
    async fn rules_that_make_no_sense_and_people_who_may_not_change_nothing(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let unknown = form(Required::Groups(vec![GroupId::nil()]));
        assert_eq!(settings::update_security(&ana, &unknown).await.told(), field("required", Problem::UnknownGroup));
        let none = SecurityForm { allow_app: false, allow_passkey: false, ..form(Required::Everyone) };
        assert_eq!(settings::update_security(&ana, &none).await.told(), field("allowed", Problem::Missing));
        let priya = desk.person("priya").await;
        let wanted = form(Required::Everyone);
        let forbidden = Error::Forbidden(Permission::EditSettings);
        assert_eq!(settings::update_security(&priya, &wanted).await.told(), forbidden);
        assert_eq!(settings::count_enrolling(&priya, &wanted).await.told(), forbidden);
        assert_eq!(settings::update_security(&desk.stranger(), &wanted).await.told(), Error::SignedOut);
        assert_eq!(settings::find_security(&ana).await.unwrap(), Security::default());
    }
}

on_both! {
    async fn t8_rules_that_somebody_else_made_are_not_taken_back_from_a_page_of_before(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        let opened = SecurityForm::of(&settings::find_security(&ana).await.unwrap(), &TimeZone::default());
        let all = settings::update_security(&grace, &form(Required::Everyone)).await.unwrap();
        let words = SecurityForm { words: "Fjord".into(), ..opened };
        assert_eq!(settings::update_security(&ana, &words).await.told(), Error::Stale);
        assert_eq!(settings::find_security(&ana).await.unwrap(), all, "everyone still needs one");
        assert_eq!(desk.events_of("settings_changed").await.len(), 1);
        // What holds already is no change, whatever the page showed before.
        settings::update_security(&ana, &form(Required::Everyone)).await.unwrap();
        let again = SecurityForm { words: "Fjord".into(), ..SecurityForm::of(&all, &TimeZone::default()) };
        let both = settings::update_security(&ana, &again).await.unwrap();
        assert_eq!((&both.second_factor, &both.passwords.words), (&all.second_factor, &vec!["Fjord".to_owned()]));
    }
}

on_both! {
    async fn of_two_who_save_settings_at_once_one_is_told_and_neither_undoes_the_other(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        for round in 1..=6_u32 {
            let seen = settings::find_security(&ana).await.unwrap();
            let opened = SecurityForm::of(&seen, &TimeZone::default());
            let (a, g) = (ana.clone(), grace.clone());
            let longer = SecurityForm { least: (20 + round).to_string(), ..opened.clone() };
            let words = SecurityForm { words: format!("Fjord {round}"), ..opened };
            let (one, other) = at_once(
                async move { settings::update_security(&a, &longer).await },
                async move { settings::update_security(&g, &words).await },
            )
            .await;
            let (one, other) = (no_accident(one), no_accident(other));
            let now = settings::find_security(&ana).await.unwrap();
            match (one, other) {
                (Ok(saved), Err(Error::Stale)) | (Err(Error::Stale), Ok(saved)) => {
                    assert_eq!(now, saved, "round {round}");
                }
                both => panic!("round {round}: {both:?}"),
            }
        }
    }
}

on_both! {
    async fn days_in_the_bin_that_somebody_else_chose_are_not_shortened_from_a_page_of_before(desk: Desk) {
        desk.cast().await;
        let (ana, grace) = (desk.person("ana").await, desk.person("grace").await);
        let opened = settings::find(&ana).await.unwrap();
        let days = |seen, days: &str| SettingsForm { seen, bin_days: days.into() };
        let long = settings::update(&grace, &days(opened, "3650")).await.unwrap();
        // More than the 30 that were seen, and so nobody is asked whether people may be erased sooner.
        assert_eq!(settings::update(&ana, &days(opened, "40")).await.told(), Error::Stale);
        assert_eq!(settings::find(&ana).await.unwrap(), long);
        settings::update(&ana, &days(long, "40")).await.unwrap();
        assert_eq!(desk.events_of("settings_changed").await.len(), 2);
    }
}

on_both! {
    async fn whom_rules_would_make_enrol_is_counted_before(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        App::of(&desk, "priya").await;
        add_passkey(&desk.person("grace").await, 1).await;
        desk.set("samuel", "deleted_at", START).await;
        let count = async |form: &SecurityForm| settings::count_enrolling(&ana, form).await.unwrap();
        assert_eq!(count(&form(Required::Nobody)).await, Count::Exactly(0));
        // Ana, Tomás, Ingrid and Yutong have none; Samuel is in the bin.
        assert_eq!(count(&form(Required::Everyone)).await, Count::Exactly(4));
        let only_apps = SecurityForm { allow_passkey: false, ..form(Required::Everyone) };
        assert_eq!(count(&only_apps).await, Count::Exactly(5), "grace has a passkey, which would not count");
        let groups = vec![desk.group(Builtin::Administrators).await, desk.group(Builtin::Auditors).await];
        assert_eq!(count(&form(Required::Groups(groups.clone()))).await, Count::Exactly(1));
        let only_passkeys = SecurityForm { allow_app: false, ..form(Required::Groups(groups)) };
        assert_eq!(count(&only_passkeys).await, Count::Exactly(2));
        let bad = SecurityForm { least: "1".into(), ..form(Required::Everyone) };
        assert!(matches!(settings::count_enrolling(&ana, &bad).await.told(), Error::Invalid(_)));
    }
}

on_both! {
    async fn people_whose_passkeys_are_for_another_domain_are_told(desk: Desk) {
        desk.cast().await;
        let priya = desk.person("priya").await;
        let place = settings::passkey_place(&priya).await.unwrap();
        assert_eq!((place.domain.as_deref(), place.addresses, place.stranded), (Some("localhost"), vec![ORIGIN.to_owned()], None));
        let (ingrid, grace) = (desk.person("ingrid").await, desk.person("grace").await);
        add_passkey(&ingrid, 1).await;
        add_passkey(&ingrid, 2).await;
        add_passkey(&grace, 3).await;
        assert_eq!(settings::stranded_passkeys(&desk.system()).await.unwrap(), None);

        // As if they had been registered elsewhere.
        assert_eq!(desk.run("UPDATE passkeys SET rp_id = 'old.example'", []).await, 3);
        let stranded = settings::passkey_place(&priya).await.unwrap().stranded.unwrap();
        assert_eq!((stranded.domains.as_slice(), stranded.people), (["old.example".to_owned()].as_slice(), Count::Exactly(2)));
        assert!(!stranded.others_work);
        assert_eq!(settings::stranded_passkeys(&desk.system()).await.unwrap(), Some(stranded));
        assert!(settings::stranded_passkeys(&priya).await.is_err(), "the operator's own question");

        // Whoever has a new one as well still has an old one; whoever has new ones only is not told of.
        add_passkey(&ingrid, 4).await;
        add_passkey(&desk.person("tomas").await, 5).await;
        desk.run("UPDATE passkeys SET rp_id = 'zoo.example' WHERE user_id = $1", [desk.id_of("grace").await.0.into()]).await;
        let stranded = settings::stranded_passkeys(&desk.system()).await.unwrap().unwrap();
        assert_eq!(stranded.domains, ["old.example", "zoo.example"], "of most passkeys first, on both sides of ours");
        assert_eq!((stranded.people, stranded.others_work), (Count::Exactly(2), true));
        desk.run("DELETE FROM passkeys WHERE rp_id <> 'localhost'", []).await;
        assert_eq!(settings::stranded_passkeys(&desk.system()).await.unwrap(), None);
    }
}

on_both! {
    async fn whoever_may_not_see_the_settings_does_not_learn_them(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let forbidden = Error::Forbidden(Permission::ViewSettings);
        assert_eq!(settings::find_security(&ingrid).await.told(), forbidden);
        assert_eq!(settings::passkey_place(&ingrid).await.told(), forbidden);
    }
}
