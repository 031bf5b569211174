//! T6: whoever is not let in learns nothing, not even from many answers or from the work that they cost.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use services::{Installation, sign_in, users};

use crate::{sign_in::goes_without_a_password, support::*};

const WRONG: &str = "wrong anchor paper thunder";
const BROWSER: &[u8] = b"this browser";

/// What people's authenticators make: how many bytes an id has, and for how many of a thousand. From
/// what their makers and their users say; written down here apart from what is made up for nobody.
const SEEN: [(usize, u64); 8] = [(16, 340), (20, 290), (32, 210), (48, 50), (64, 60), (65, 30), (96, 10), (128, 10)];
/// How many passkeys people have who have any, of a hundred.
const HELD: [(usize, u64); 4] = [(1, 62), (2, 25), (3, 9), (4, 4)];

/// The options of the question for this name's passkeys, without its challenge, and the ids in it.
async fn question(desk: &Desk, login: &str) -> (serde_json::Value, Vec<Vec<u8>>) {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let asked = sign_in::start_passkey(&desk.stranger(), BROWSER, login).await.unwrap();
    let mut options: serde_json::Value = serde_json::from_str(&asked.options).unwrap();
    options["challenge"] = "drawn".into();
    let ids = options["allowCredentials"].as_array_mut().unwrap();
    let ids = ids.iter_mut().map(|one| {
        let id = URL_SAFE_NO_PAD.decode(one["id"].as_str().unwrap()).unwrap();
        one["id"] = "drawn".into();
        id
    });
    let ids = ids.collect();
    (options, ids)
}

/// How often each comes, of a thousand.
fn shares<T: Ord>(all: impl Iterator<Item = T>) -> BTreeMap<T, f64> {
    let (mut counted, mut total) = (BTreeMap::new(), 0.0);
    for one in all {
        *counted.entry(one).or_insert(0.0) += 1.0;
        total += 1.0;
    }
    counted.values_mut().for_each(|count| *count *= 1_000.0 / total);
    counted
}

fn expected(of: &[(usize, u64)]) -> BTreeMap<usize, f64> {
    let total: u64 = of.iter().map(|(_, weight)| weight).sum();
    of.iter().map(|(one, weight)| (*one, *weight as f64 * 1_000.0 / total as f64)).collect()
}

/// How much of one distribution lies elsewhere in the other, of a thousand.
fn distance(one: &BTreeMap<usize, f64>, other: &BTreeMap<usize, f64>) -> f64 {
    let keys: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let share = |of: &BTreeMap<usize, f64>, key| of.get(key).copied().unwrap_or(0.0);
    keys.into_iter().map(|key| (share(one, key) - share(other, key)).abs()).sum::<f64>() / 2.0
}

on_both! {
    async fn t6_passkeys_of_nobody_are_distributed_like_those_of_people(desk: Desk) {
        desk.cast().await;
        let mut made_up = vec![];
        for number in 0..1_500 {
            made_up.push(question(&desk, &format!("name{number}")).await.1);
        }
        let lengths = shares(made_up.iter().flatten().map(Vec::len));
        assert!(distance(&lengths, &expected(&SEEN)) < 80.0, "{lengths:?}");
        let numbers = shares(made_up.iter().map(Vec::len));
        assert!(distance(&numbers, &expected(&HELD)) < 80.0, "{numbers:?}");
        // Nothing that people show is a proof of a person: it is not ten times as frequent among them.
        for (length, share) in SEEN {
            let single = made_up.iter().filter(|ids| ids.len() == 1 && ids[0].len() == length).count();
            assert!(single > 0, "a single id of {length} bytes is certainly somebody's");
            let here = lengths.get(&length).copied().unwrap_or(0.0);
            assert!(here * 10.0 > share as f64, "{length} bytes: {here} of a thousand, and {share} of people's");
        }
        // Password managers use random UUIDs: not all of these, and not nearly none.
        let (uuids, others): (Vec<_>, Vec<_>) =
            made_up.iter().flatten().filter(|id| id.len() == 16).partition(|id| id[6] >> 4 == 4 && id[8] >> 6 == 2);
        assert!(uuids.len() * 10 > others.len() && others.len() * 10 > uuids.len(), "{} {}", uuids.len(), others.len());
    }
}

on_both! {
    async fn t6_the_question_for_a_persons_passkeys_looks_like_nobodys(desk: Desk) {
        desk.cast().await;
        let of_nobody = async |wanted: usize| {
            for number in 0.. {
                let (options, ids) = question(&desk, &format!("name{number}")).await;
                if ids.len() == wanted {
                    return options;
                }
            }
            unreachable!()
        };
        let ingrid = desk.id_of("ingrid").await.0;
        for (at, length) in [16, 32, 20].into_iter().enumerate() {
            let row = "INSERT INTO passkeys \
                (id, user_id, credential_id, rp_id, passkey, name, aaguid, synced, created_at) \
                VALUES ($1, $2, $3, 'localhost', '{}', 'Laptop', $1, 0, 1)";
            let id = vec![at as u8 + 1; length];
            desk.run(row, [uuid(at as u128 + 1).into(), ingrid.into(), id.clone().into()]).await;
            let (options, ids) = question(&desk, "ingrid").await;
            assert_eq!(ids.last(), Some(&id));
            assert_eq!(options, of_nobody(ids.len()).await);
        }
        // Somebody without a passkey is asked for nobody's.
        assert_eq!(question(&desk, "priya").await.1, question(&desk, "priya").await.1);
    }
}

/// A node that notes the statements that it sends, with what they are about.
async fn noting(desk: &Desk) -> (Installation, Arc<Mutex<Vec<String>>>) {
    let notes = Arc::new(Mutex::new(vec![]));
    let noted = notes.clone();
    let node = desk.node_noting(move |sql: &str| {
        let words: Vec<&str> = sql.split_whitespace().collect();
        let table = words.windows(2).find(|two| ["FROM", "INTO", "UPDATE"].contains(&two[0])).map_or("", |two| two[1]);
        noted.lock().unwrap().push(format!("{} {}", words[0], table.trim_matches('"')));
    });
    (node.await, notes)
}

on_both! {
    async fn t6_every_refusal_costs_a_hash_and_the_same_work(desk: Desk) {
        desk.cast().await;
        desk.set("grace", "deleted_at", START).await;
        desk.set("priya", "expires_at", START).await;
        goes_without_a_password(&desk, "tomas").await;
        let ana = desk.person("ana").await;
        for (login, hash) in [
            ("from.md5", "$1$pJQBOpmW$kO7dvPJjhoe4Lr7x3lPax."),
            ("from.nowhere", "hunter2"),
            ("cut.off", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA"),
        ] {
            let id = users::create(&ana, new_user(login)).await.unwrap().id;
            desk.run("UPDATE passwords SET hash = $1 WHERE user_id = $2", [hash.into(), id.0.into()]).await;
        }
        let (node, notes) = noting(&desk).await;
        let hashes = node.hasher().counts();
        let rows = async || {
            let mut rows: Vec<i64> = vec![desk.value("SELECT CAST(sum(failures) AS BIGINT) FROM throttle", []).await];
            for table in ["audit_events", "audit_subjects", "sessions", "known_devices", "pending_sign_ins"] {
                rows.push(desk.count(table).await);
            }
            rows
        };
        // Locked out: strangers from everywhere have tried.
        for login in ["ana", "nobody.else"] {
            for number in 0..31 {
                sign_in(&node.stranger(origin(&format!("203.0.113.{number}"))), login, WRONG).await.told();
            }
        }
        // Each from an address of its own, so that each is the first of its kind.
        let mut work = vec![];
        for (at, (what, login, password)) in [
            ("unknown", "nobody", PASSWORD),
            ("unknown e-mail address", "nobody@northwind.example", PASSWORD),
            ("wrong", "ingrid", WRONG),
            ("no password typed", "ingrid", ""),
            ("longer than any", "ingrid", &"x".repeat(10_000)),
            ("disabled, right", "samuel", PASSWORD),
            ("disabled, wrong", "samuel", WRONG),
            ("invited", "yutong", PASSWORD),
            ("in the bin", "grace", PASSWORD),
            ("expired", "priya", PASSWORD),
            ("passkey only", "tomas", PASSWORD),
            ("a hash of a kind that is not verified", "from.md5", PASSWORD),
            ("a hash of no kind", "from.nowhere", PASSWORD),
            ("half a hash", "cut.off", PASSWORD),
            ("unknown, locked out", "nobody.else", WRONG),
            ("locked out, right", "ana", PASSWORD),
            ("locked out, wrong", "ana", WRONG),
        ]
        .into_iter()
        .enumerate()
        {
            let (before, done) = (rows().await, *hashes.borrow());
            notes.lock().unwrap().clear();
            sign_in(&node.stranger(origin(&format!("198.51.100.{at}"))), login, password).await.told();
            let statements = std::mem::take(&mut *notes.lock().unwrap());
            let added: Vec<_> = rows().await.iter().zip(before).map(|(after, before)| after - before).collect();
            let now = *hashes.borrow();
            work.push((what, [now.hashes - done.hashes, now.runs - done.runs], statements, added));
        }
        // The brake on a name is one more statement, whether anybody has that name or not.
        for locked_out in [false, true] {
            let mut alike = work.iter().filter(|(what, ..)| what.contains("locked out") == locked_out);
            let (first, hashes, statements, added) = alike.next().unwrap();
            assert!(first.starts_with("unknown"));
            assert_eq!(*hashes, [1, 1], "one hash for each, worked out once, no more and no fewer");
            assert!(statements.len() > 5, "{statements:?}");
            assert_eq!(added[..2], [3, 1], "the pair, the source and the account, and one event");
            for (what, others_hashes, others_statements, others_added) in alike {
                assert_eq!(others_hashes, hashes, "{what}");
                assert_eq!(others_statements, statements, "{what}");
                assert_eq!(others_added, added, "{what}");
            }
        }
    }
}
