//! Users: creating and finding them, and what is refused.

use domain::{
    DAY, Error, Permission, Problem,
    groups::{Builtin, GroupId},
    guard::Refusal,
    users::{FirstPassword, NewUserForm, Status, UserId, UserListing},
};
use services::{credentials, users};
use tokio::task::JoinSet;

use crate::support::*;

on_both! {
    async fn t12_a_random_first_password_is_shown_once_and_signs_in(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let form = NewUserForm { email: "New@Northwind.example".into(), ..new_user("New.User") };
        let made = users::create(&ana, form).await.unwrap();
        let password = made.one_time_password.expect("a password to hand out");
        assert!(password.len() >= 20, "{password}");

        let told = users::find(&ana, made.id).await.unwrap();
        assert_eq!((told.username.as_str(), told.display_name.as_str()), ("New.User", "Somebody New"));
        assert_eq!(told.email.as_deref(), Some("New@Northwind.example"));
        assert!(!told.email_verified && told.must_change_password);
        assert_eq!(told.status, Status::Active);
        assert_eq!(told.created_by.as_deref(), Some("Ana Moreira"));
        assert_eq!((told.created_at, told.last_sign_in_at, told.sessions), (START, None, 0));
        let stored: String = desk
            .value("SELECT hash FROM passwords WHERE user_id = $1", [made.id.0.into()])
            .await;
        assert!(stored.starts_with("$argon2id$"));
        assert!(!format!("{:?}", desk.events().await).contains(&password));
        desk.seated("new.user", &password).await;
        assert_eq!(users::find(&ana, made.id).await.unwrap().sessions, 1);
    }
}

on_both! {
    async fn t12_a_typed_first_password_has_to_be_changed_as_well(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let form = NewUserForm {
            password: FirstPassword::Typed(ANOTHER.into()),
            ..new_user("newcomer")
        };
        let made = users::create(&ana, form).await.unwrap();
        assert_eq!(made.one_time_password, None, "whoever typed it knows it");
        assert!(desk.seated("newcomer", ANOTHER).await.loaded.actor.obligation.is_some());
        assert_eq!(desk.events_of("user_created").await[0].event("one_time_password"), false);
    }
}

on_both! {
    async fn t2_a_weak_first_password_is_refused(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for (weak, problem) in [
            ("", Problem::Missing),
            ("fourteen chars", Problem::TooShort { least: 15 }),
            ("correct horse battery staple", Problem::PasswordCommon),
            ("somebody new newcomer", Problem::PasswordPersonal),
        ] {
            let form = NewUserForm {
                password: FirstPassword::Typed(weak.into()),
                ..new_user("newcomer")
            };
            let told = users::create(&ana, form).await.told();
            assert_eq!(told, field("password", problem), "{weak}");
        }
        assert_eq!(desk.tally().await.get("user_created"), None);
    }
}

on_both! {
    async fn a_username_in_another_case_is_taken(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let before = desk.count("users").await;
        for name in ["ingrid", "Ingrid", "INGRID"] {
            let told = users::create(&ana, new_user(name)).await.told();
            assert_eq!(told, field("username", Problem::Taken));
            let told = users::check_username(&ana, name).await.told();
            assert_eq!(told, field("username", Problem::Taken));
        }
        assert_eq!(desk.count("users").await, before);
        users::check_username(&ana, "ingrid2").await.unwrap();
        let told = users::check_username(&ana, "in grid").await.told();
        assert_eq!(told, field("username", Problem::UsernameAlphabet));
    }
}

on_both! {
    async fn names_of_people_in_the_bin_stay_taken(desk: Desk) {
        desk.cast().await;
        desk.set("ingrid", "deleted_at", START).await;
        let ana = desk.person("ana").await;
        let told = users::check_username(&ana, "Ingrid").await.told();
        assert_eq!(told, field("username", Problem::TakenInBin));
        let told = fields(users::create(&ana, new_user("Ingrid")).await.told());
        assert_eq!(told[0].0, "username");
    }
}

on_both! {
    async fn an_email_address_in_another_case_is_taken(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let form = NewUserForm { email: "PRIYA@Northwind.EXAMPLE".into(), ..new_user("newcomer") };
        let told = users::create(&ana, form).await.told();
        assert_eq!(told, field("email", Problem::Taken));
    }
}

on_both! {
    async fn any_number_of_people_have_no_email_address(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for name in ["one", "two"] {
            let form = NewUserForm { email: "  ".into(), ..new_user(name) };
            let made = users::create(&ana, form).await.unwrap();
            assert_eq!(users::find(&ana, made.id).await.unwrap().email, None);
        }
    }
}

on_both! {
    async fn t28_of_two_users_with_the_same_name_at_once_one_is_created(desk: Desk) {
        desk.cast().await;
        let node = desk.node().await;
        for round in 0..3 {
            let mut tries = JoinSet::new();
            for (at, name) in ["twin", "Twin", "TWIN"].into_iter().enumerate() {
                let mut cx = desk.person(["ana", "grace", "tomas"][at]).await;
                if at == 1 {
                    cx = node.person(cx.actor().unwrap().clone(), origin("192.0.2.8"));
                }
                let form = new_user(&format!("{name}{round}"));
                tries.spawn(async move { users::create(&cx, form).await });
            }
            let results = tries.join_all().await;
            let (made, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
            assert_eq!(made.len(), 1);
            for refusal in refused {
                assert_eq!(refusal.told(), field("username", Problem::Taken));
            }
        }
        assert_eq!(desk.events_of("user_created").await.len(), 3);
    }
}

on_both! {
    async fn an_administrator_puts_people_into_any_group(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let mut groups = vec![];
        for group in Builtin::ALL {
            groups.push(desk.group(group).await);
        }
        groups.push(groups[0]);
        let made = users::create(&ana, NewUserForm { groups, ..new_user("newcomer") }).await.unwrap();
        let told = users::find(&ana, made.id).await.unwrap().groups;
        let names: Vec<_> = told.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["Administrators", "Auditors", "User managers"]);
        assert!(told[0].administrators && !told[1].administrators);
        let recorded = &desk.events_of("user_created").await[0];
        assert_eq!(recorded.event("groups")[0], "Administrators");
    }
}

on_both! {
    async fn t21_nobody_grants_a_permission_that_they_do_not_hold(desk: Desk) {
        desk.cast().await;
        let tomas = desk.person("tomas").await;
        let managers = desk.group(Builtin::UserManagers).await;
        for group in [Builtin::Administrators, Builtin::Auditors] {
            let groups = vec![managers, desk.group(group).await];
            let form = NewUserForm { groups, ..new_user("newcomer") };
            let told = users::create(&tomas, form).await.told();
            let Error::Refused(Refusal::GrantsMore { group: named, .. }) = told else {
                panic!("{told:?}")
            };
            assert_eq!(named, group.name());
        }
        assert_eq!(desk.tally().await.get("user_created"), None);
        let form = NewUserForm { groups: vec![managers], ..new_user("newcomer") };
        users::create(&tomas, form).await.expect("what one holds, one may grant");
    }
}

on_both! {
    async fn b1_a_second_factor_is_required_of_somebody_from_the_beginning(desk: Desk) {
        desk.cast().await;
        let tomas = desk.person("tomas").await;
        let form = NewUserForm { second_factor_required: true, ..new_user("newcomer") };
        let made = users::create(&tomas, form).await.unwrap();
        let told = credentials::list_for_user(&tomas, made.id).await.unwrap();
        assert!(told.required && told.required_of_them);
        let events = desk.events().await;
        let [.., created, asked] = &events[..] else { panic!("{events:?}") };
        assert_eq!((created.kind.as_str(), asked.kind.as_str()), ("user_created", "second_factor_asked"));
        assert_eq!((asked.event("required"), &asked.event("user")["name"]), (&true.into(), &"Somebody New".into()));
        let seat = sign_in(&desk.stranger(), "newcomer", &made.one_time_password.unwrap()).await.unwrap();
        assert!(seat.must_enrol);

        let made = users::create(&tomas, new_user("another")).await.unwrap();
        let told = credentials::list_for_user(&tomas, made.id).await.unwrap();
        assert!(!told.required && !told.required_of_them);
        assert_eq!(desk.events_of("second_factor_asked").await.len(), 1);
    }
}

on_both! {
    async fn t21_nobody_requires_a_second_factor_of_somebody_new_who_may_not_create_them(desk: Desk) {
        desk.cast().await;
        let form = NewUserForm { second_factor_required: true, ..new_user("newcomer") };
        for name in ["priya", "ingrid"] {
            let told = users::create(&desk.person(name).await, form.clone()).await.told();
            assert_eq!(told, Error::Forbidden(Permission::CreateUsers));
        }
        let groups = vec![desk.group(Builtin::Administrators).await];
        let told = users::create(&desk.person("tomas").await, NewUserForm { groups, ..form }).await.told();
        assert!(matches!(told, Error::Refused(Refusal::GrantsMore { .. })), "{told:?}");
        assert_eq!(desk.count("users").await, 7);
        assert_eq!(desk.tally().await.get("second_factor_asked"), None);
    }
}

on_both! {
    async fn a_group_that_does_not_exist_is_told_at_its_field(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for groups in [
            vec![GroupId(uuid(1))],
            vec![desk.group(Builtin::Auditors).await, GroupId::nil()],
        ] {
            let told = users::create(&ana, NewUserForm { groups, ..new_user("newcomer") }).await.told();
            assert_eq!(told, field("groups", Problem::UnknownGroup));
        }
        assert_eq!(desk.count("users").await, 7);
    }
}

on_both! {
    async fn html_and_sql_in_a_name_are_text_and_come_back_as_they_were(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for (at, name) in [
            "<script>alert(1)</script>",
            "Robert'); DROP TABLE users;--",
            "\" onmouseover=\"x",
            "{{7*7}} ${x} %s \\ \\0 $1",
            "名前 أحمد Ελένη 🔑",
            "=HYPERLINK(\"x\")",
        ]
        .into_iter()
        .enumerate()
        {
            let form = NewUserForm { display_name: name.into(), ..new_user(&format!("hostile{at}")) };
            let made = users::create(&ana, form).await.unwrap();
            assert_eq!(made.display_name, name);
            assert_eq!(users::find(&ana, made.id).await.unwrap().display_name, name);
            let listing = UserListing { search: name.into(), ..Default::default() };
            let found = users::list(&ana, &listing, &[]).await.unwrap().rows;
            assert_eq!(found.len(), 1, "searching for {name}");
            assert_eq!(found[0].display_name, name);
        }
        assert_eq!(desk.count("users").await, 13);
    }
}

on_both! {
    async fn t30_hostile_input_is_answered_at_its_field(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let long = "x".repeat(10_000);
        for bad in ["\0", "a\0b", "a\nb", "a\u{202e}b", "a\u{feff}bc", &long, "' OR 1=1;--", "<b>"] {
            let form = NewUserForm { username: bad.into(), ..new_user("x") };
            assert_eq!(fields(users::create(&ana, form).await.told())[0].0, "username", "{bad:?}");
            let form = NewUserForm { email: format!("{bad}@x.example"), ..new_user("newcomer") };
            let told = users::create(&ana, form).await.told();
            assert_eq!(fields(told)[0].0, "email", "{bad:?}");
            assert_eq!(fields(users::check_username(&ana, bad).await.told())[0].0, "username");
        }
        for bad in ["\0", "a\0b", "a\nb", "a\u{202e}b", &long, ""] {
            let form = NewUserForm { display_name: bad.into(), ..new_user("newcomer") };
            let told = users::create(&ana, form).await.told();
            assert_eq!(fields(told)[0].0, "display_name", "{bad:?}");
        }
        let form = NewUserForm { password: FirstPassword::Typed(long), ..new_user("newcomer") };
        let told = users::create(&ana, form).await.told();
        assert_eq!(told, field("password", Problem::TooLong { most: 128 }));
        assert_eq!(desk.count("users").await, 7);
    }
}

on_both! {
    async fn t22_an_unknown_user_is_not_found(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        for id in [UserId::nil(), UserId(uuid(1)), UserId(uuid(u128::MAX))] {
            assert_eq!(users::find(&ana, id).await.told(), Error::NotFound);
        }
    }
}

on_both! {
    async fn an_auditor_sees_users_and_creates_none(desk: Desk) {
        desk.cast().await;
        let priya = desk.person("priya").await;
        assert_eq!(users::list(&priya, &UserListing::default(), &[]).await.unwrap().rows.len(), 7);
        users::find(&priya, desk.id_of("ana").await).await.unwrap();
        let told = users::create(&priya, new_user("newcomer")).await.told();
        assert_eq!(told, Error::Forbidden(Permission::CreateUsers));
        let told = users::check_username(&priya, "newcomer").await.told();
        assert_eq!(told, Error::Forbidden(Permission::CreateUsers));
    }
}

on_both! {
    async fn nobody_without_groups_sees_a_user_not_even_themselves(desk: Desk) {
        desk.cast().await;
        let ingrid = desk.person("ingrid").await;
        let told = users::find(&ingrid, desk.id_of("ingrid").await).await.told();
        assert_eq!(told, Error::Forbidden(Permission::ViewUsers));
    }
}

on_both! {
    async fn a_status_is_the_same_in_the_list_and_on_the_page(desk: Desk) {
        desk.cast().await;
        desk.set("grace", "expires_at", START + DAY).await;
        desk.clock.advance(DAY);
        let ana = desk.person("ana").await;
        let rows = users::list(&ana, &UserListing::default(), &[]).await.unwrap().rows;
        for (name, status) in [
            ("ana", Status::Active),
            ("grace", Status::Expired),
            ("samuel", Status::Disabled),
            ("yutong", Status::Invited),
        ] {
            let row = rows.iter().find(|row| row.username == name).unwrap();
            assert_eq!(row.status, status, "{name}");
            assert_eq!(users::find(&ana, row.id).await.unwrap().status, status, "{name}");
        }
    }
}
