//! Codes as people type and paste them: `123-456`, `123.456`, digits of other scripts, what
//! copying brings along, capitals and blanks. One normaliser for all that machines make.

use domain::MINUTE;
use services::{
    credentials, setup,
    sign_in::{self, Attempt, SecondFactor, SignedIn},
    users,
};

use crate::{codes::App, support::*};

/// A code of six digits as people and pages write it.
fn ways_to_write(code: &str) -> Vec<String> {
    let (first, last) = code.split_at(3);
    let shifted =
        |zero: u32| code.bytes().map(|b| char::from_u32(zero + u32::from(b - b'0')).unwrap()).collect::<String>();
    vec![
        format!("{first} {last}"),
        format!("{first}-{last}"),
        format!("{first}.{last}"),
        format!("{first}–{last}"),
        shifted(0xff10),
        shifted(0x660),
        shifted(0x6f0),
        format!("{code}\u{200b}"),
        format!("\u{202a}{code}\u{202c}\n"),
    ]
}

on_both! {
    async fn t9_a_code_of_an_app_counts_however_it_is_typed(desk: Desk) {
        desk.cast().await;
        let mut app = App::of(&desk, "ingrid").await;
        let ways = ways_to_write("000000").len();
        for way in 0..ways {
            desk.clock.advance(MINUTE);
            let attempt = Attempt { login: "ingrid", password: PASSWORD, cookies: fresh() };
            let SignedIn::SecondFactor { token, .. } = sign_in::with_password(&desk.stranger(), attempt).await.unwrap() else {
                panic!("nothing more was asked");
            };
            let typed = ways_to_write(&app.code(&desk)).swap_remove(way);
            sign_in::with_second_factor(&desk.stranger(), &token, SecondFactor::App(&typed), fresh(), false).await.expect(&typed);
        }
    }
}

on_both! {
    async fn t10_a_recovery_code_counts_however_it_is_typed(desk: Desk) {
        desk.cast().await;
        let app = App::of(&desk, "ingrid").await;
        let ways: [fn(&str) -> String; 6] = [
            |code| code.to_uppercase(),
            |code| code.replace('-', " "),
            |code| code.replace('-', "–"),
            |code| format!("{}\u{200b}", code.replace('-', "")),
            |code| code.chars().map(|c| if c == '-' { '.' } else { char::from_u32(u32::from(c) + 0xfee0).unwrap() }).collect(),
            |code| format!("“{code}”."),
        ];
        for (way, code) in ways.iter().zip(&app.recovery) {
            let attempt = Attempt { login: "ingrid", password: PASSWORD, cookies: fresh() };
            let SignedIn::SecondFactor { token, .. } = sign_in::with_password(&desk.stranger(), attempt).await.unwrap() else {
                panic!("nothing more was asked");
            };
            let typed = way(code);
            let second = SecondFactor::RecoveryCode(&typed);
            sign_in::with_second_factor(&desk.stranger(), &token, second, fresh(), false).await.expect(&typed);
        }
    }
}

on_both! {
    async fn t5_the_setup_code_counts_however_it_is_typed(desk: Desk) {
        let code = setup::issue_code(&desk.system()).await.unwrap().unwrap();
        let (first, last) = code.split_at(13);
        let typed = format!(" {}-{last}\u{200b}", first.to_uppercase());
        let form = setup::FirstRun { code: &typed, username: "ana", display_name: "Ana", email: "", password: PASSWORD };
        setup::create_first_administrator(&desk.stranger(), form, fresh()).await.unwrap();
    }
}

on_both! {
    async fn a_one_time_password_counts_however_it_is_typed(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let made = users::create(&ana, new_user("newcomer")).await.unwrap().one_time_password.unwrap();
        let bare = made.replace('-', "");
        for typed in [made.to_uppercase(), bare.clone(), bare.to_uppercase(), made.replace('-', " "), format!("{made}\u{200b}")] {
            sign_in(&desk.stranger(), "newcomer", &typed).await.expect(&typed);
        }
        for wrong in [&made[1..], &format!("{made}2"), &format!("{made}!")] {
            sign_in(&desk.stranger(), "newcomer", wrong).await.told();
        }
        let newcomer = desk.seated("newcomer", &bare).await;
        let told = credentials::change_password(&newcomer.context, &made.to_uppercase(), &bare, true).await.told();
        assert_eq!(fields(told)[0], ("new".into(), domain::Problem::PasswordUnchanged), "the same in another spelling");
        credentials::change_password(&newcomer.context, &made.to_uppercase(), ANOTHER, true).await.unwrap();
    }
}

on_both! {
    async fn t1_a_password_of_ones_own_is_verified_exactly_whatever_it_looks_like(desk: Desk) {
        desk.cast().await;
        let own = "k7mq2-x9wzt-4hbnc-p6rvd";
        let grace = desk.person("grace").await;
        credentials::change_password(&grace, PASSWORD, own, true).await.unwrap();
        sign_in(&desk.stranger(), "grace", own).await.unwrap();
        for other in [own.to_uppercase(), own.replace('-', ""), own.replace('-', " "), format!("{own} ")] {
            sign_in(&desk.stranger(), "grace", &other).await.told();
        }
    }
}

on_both! {
    async fn t1_a_password_that_somebody_typed_for_another_counts_as_it_was_typed(desk: Desk) {
        desk.cast().await;
        let ana = desk.person("ana").await;
        let typed = "GREEN smart bandbeatka";
        let password = domain::users::FirstPassword::Typed(typed.into());
        users::create(&ana, domain::users::NewUserForm { password, ..new_user("newcomer") }).await.unwrap();
        sign_in(&desk.stranger(), "newcomer", typed).await.unwrap();
        sign_in(&desk.stranger(), "newcomer", "greensmartbandbeatka").await.told();
    }
}
