//! Every string that use cases store, or hand out to be brought back: `pins.txt`, to be read as a whole. What is
//! private to a module is seen by what it leaves in the tables, and worked out here a second time.

use std::{collections::BTreeSet, io::Read as _, path::Path};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    audit::Event,
    factors::Proof,
    fields::{FieldForm, FieldId, FieldKind, FieldValue},
    settings::{Security, SecurityForm, Settings, SettingsForm},
    time::TimeZone,
    users::{Column, TableView, UserChanges},
};
use hkdf::Hkdf;
use serde_json::Value;
use services::{
    Context, account,
    audit::{self, Outside},
    backup, credentials,
    database::Location,
    encryption::SecretBox,
    fields,
    master_key::{MasterKey, Use, mac},
    settings, setup,
    sign_in::{self, Attempt, SecondFactor, SignedIn},
    users,
};
use sha2::{Digest, Sha256};
use testing::Reviewed;
use uuid::Uuid;

use crate::{authenticator::create, codes::App, support::*};

const DEVICE: [u8; 32] = [9; 32];
const BINDER: &[u8] = b"this browser";
/// Somewhere else than the cast.
const ADDRESS: &str = "192.0.2.9";

/// What a hash or a sealed text covers: each part with its name; literal ones stand in quotes.
type Parts<'a> = &'a [(&'a str, &'a [u8])];

fn bytes(parts: Parts<'_>) -> Vec<&[u8]> {
    parts.iter().map(|(_, part)| *part).collect()
}

/// The names of the parts, where it is made of these.
fn made_of(found: bool, parts: Parts<'_>) -> String {
    let names: Vec<_> = parts.iter().map(|(name, _)| *name).collect();
    is(found, &names.join(", "))
}

fn is(found: bool, what: &str) -> String {
    if found { what.to_owned() } else { format!("no longer {what}") }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha256(text: impl AsRef<[u8]>) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}

/// Whether a table has a row with these bytes.
async fn has(desk: &Desk, table: &str, column: &str, bytes: &[u8]) -> bool {
    let sql = format!("SELECT count(*) FROM {table} WHERE {column} = $1");
    desk.value::<i64, 1>(&sql, [bytes.to_vec().into()]).await > 0
}

fn keys(pins: &mut Reviewed) {
    pins.heading("Labels of keys, and what they make of a master key of sevens");
    let purposes = every!(Use:
        AuditChain, Throttle, RetiredUsernames, SecretsEncrypted, SecretsBound, SecretsUntil04, RecoveryCodes,
        NobodysPasskeys, Erasures, Backups, Check,
    );
    let labels = [
        "keydesk audit chain 1",
        "keydesk throttle 1",
        "keydesk retired usernames 1",
        "keydesk secrets encrypted 2",
        "keydesk secrets bound 2",
        "keydesk secrets 1",
        "keydesk recovery codes 1",
        "keydesk nobody's passkeys 1",
        "keydesk erasures 1",
        "keydesk backups 1",
        "keydesk check 1",
    ];
    assert_eq!(purposes.len(), labels.len());
    for (purpose, label) in purposes.into_iter().zip(labels) {
        let (key, mut expected) = (master_key().derive(purpose), [0; 32]);
        Hkdf::<Sha256>::new(None, &[7; 32]).expand(label.as_bytes(), &mut expected).unwrap();
        pins.line(if key == expected { label } else { "another label" }, hex(&key));
    }
    pins.line("its id", master_key().id());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("master.key");
    std::fs::write(&file, "07".repeat(32) + "\n").unwrap();
    pins.line("its file", is(MasterKey::open(&file).unwrap().id() == master_key().id(), "hexadecimal digits, a line"));
    let mut parts = BTreeSet::new();
    literals(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut parts);
    pins.line("literal parts", parts.into_iter().collect::<Vec<_>>().join(" "));
}

/// The literal parts that hashes and sealed texts begin with, as the sources have them: one that is new needs its line.
fn literals(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            literals(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let source = std::fs::read_to_string(path).unwrap();
            let code = source.split("#[cfg(test)]").next().unwrap_or_default();
            let after = ["[b\"", "(b\""].into_iter().flat_map(|begin| code.split(begin).skip(1));
            let texts = after.filter_map(|rest| rest.split('"').next()).filter(|text| !text.contains('\\'));
            found.extend(texts.map(|text| format!("'{text}'")));
        }
    }
}

/// What a sealed text is about, and by which version and key it was sealed.
fn sealed(pins: &mut Reviewed, name: &str, text: &[u8], about: Parts<'_>) {
    let opened = SecretBox::new(&master_key()).unseal(&bytes(about), text);
    let key = String::from_utf8_lossy(&text[1..9]).into_owned();
    pins.line(name, format_args!("{}; version {}, key {key}", made_of(opened.is_some(), about), text[0]));
}

fn ticket(pins: &mut Reviewed, name: &str, ticket: &str, about: Parts<'_>) {
    sealed(pins, name, &URL_SAFE_NO_PAD.decode(ticket).unwrap(), about);
}

async fn secrets(pins: &mut Reviewed, desk: &Desk) {
    pins.heading("Sealed values, by what they are about");
    let (grace, id) = (desk.person("grace").await, desk.id_of("grace").await);
    let setup = credentials::begin_totp(&grace).await.unwrap();
    let about: Parts<'_> = &[("'app setup'", b"app setup"), ("the user's id", id.0.as_bytes())];
    ticket(pins, "ticket of an app that is set up", &setup.ticket, about);
    let app = App::shown(&setup);
    credentials::add_totp(&grace, &setup.ticket, &app.at(desk)).await.unwrap();
    let secret: Vec<u8> = desk.value("SELECT secret FROM authenticator_apps", []).await;
    let about: Parts<'_> = &[("'totp'", b"totp"), ("the user's id", id.0.as_bytes())];
    sealed(pins, "authenticator_apps.secret", &secret, about);

    let question = sign_in::start_passkey(&desk.stranger(), BINDER, "").await.unwrap();
    let about: Parts<'_> = &[("'challenge'", b"challenge"), ("the browser's binder", BINDER)];
    ticket(pins, "ticket of a passkey at sign-in", &question.ticket, about);
    let tomas = desk.person("tomas").await;
    let session = tomas.actor().unwrap().session;
    let about: Parts<'_> = &[("'challenge'", b"challenge"), ("the session's id", session.0.as_bytes())];
    let asked = credentials::begin_passkey(&tomas).await.unwrap();
    ticket(pins, "ticket of a passkey that is registered", &asked.ticket, about);
    let (_, answer) = create(&asked.options, 3);
    credentials::add_passkey(&tomas, &asked.ticket, &answer, "Laptop").await.unwrap();
    let asked = sign_in::start_reauthentication(&tomas).await.unwrap();
    ticket(pins, "ticket of a passkey as proof", &asked.ticket, about);
    let token = waiting(desk, "tomas").await;
    let asked = sign_in::start_pending_passkey(&desk.stranger(), &token).await.unwrap();
    let hash = sha256(&token);
    let about: Parts<'_> = &[("'challenge'", b"challenge"), ("SHA-256 of the pending token", &hash)];
    ticket(pins, "ticket of a passkey as second factor", &asked.ticket, about);

    pins.heading("What authenticators keep");
    let shown = setup.secret.replace(' ', "");
    pins.line("link for an app", setup.link.replace(&shown, "SECRET"));
    let passkey = "SELECT rp_id, name, passkey FROM passkeys";
    let row = desk.rows(passkey, []).await.remove(0);
    let text = |at| row.try_get_by_index::<String>(at).unwrap();
    pins.line("passkeys.rp_id, passkeys.name", format_args!("{}, {}", text(0), text(1)));
    let mut paths = vec![];
    collect_paths(&serde_json::from_str(&text(2)).unwrap(), "", &mut paths);
    paths.sort_unstable();
    pins.line("passkeys.passkey, its names", paths.join(" "));
    let question = sign_in::start_passkey(&desk.stranger(), BINDER, "nobody.here").await.unwrap();
    let options: Value = serde_json::from_str(&question.options).unwrap();
    let ids = options["allowCredentials"].as_array().unwrap().iter().map(|allowed| allowed["id"].as_str().unwrap());
    pins.line("passkeys of nobody.here, whom there is not", ids.collect::<Vec<_>>().join(" "));
}

/// The names in an object, with dots between; what stands in lists is told by its first element.
fn collect_paths(json: &Value, path: &str, paths: &mut Vec<String>) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect_paths(value, &path, paths);
            }
        }
        Value::Array(values) if values.iter().any(Value::is_object) => {
            collect_paths(&values[0], &format!("{path}[]"), paths);
        }
        _ => paths.push(path.to_owned()),
    }
}

/// The token of a sign-in that waits for its second factor.
async fn waiting(desk: &Desk, login: &str) -> String {
    let attempt = Attempt { login, password: PASSWORD, cookies: fresh() };
    match sign_in::with_password(&desk.stranger(), attempt).await.unwrap() {
        SignedIn::SecondFactor { token, .. } => token,
        SignedIn::Session(_) => panic!("{login} was asked for nothing"),
    }
}

/// Each link is worked out from its row, the head from the last one.
async fn chain(pins: &mut Reviewed, desk: &Desk) {
    pins.heading("The audit log's chain");
    let key = master_key().derive(Use::AuditChain);
    let sql = "SELECT seq, version, at, failed, id, actor_id, kind, actor_kind, details, salt, details_hash, mac \
               FROM audit_events ORDER BY seq";
    let (mut previous, mut linked, mut hashed) = ([0; 32], true, true);
    let rows = desk.rows(sql, []).await;
    assert!(rows.len() > 5);
    for row in rows {
        let number = |at| row.try_get_by_index::<i64>(at).unwrap().to_be_bytes();
        let text = |at| row.try_get_by_index::<String>(at).unwrap();
        let bytes = |at| row.try_get_by_index::<Vec<u8>>(at).unwrap();
        let (id, actor): (Uuid, Option<Uuid>) = (row.try_get_by_index(4).unwrap(), row.try_get_by_index(5).unwrap());
        let actor = actor.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
        let subjects = "SELECT user_id FROM audit_subjects WHERE seq = $1 ORDER BY user_id";
        let subjects = desk.rows(subjects, [i64::from_be_bytes(number(0)).into()]).await;
        let subjects = subjects.iter().flat_map(|row| *row.try_get_by_index::<Uuid>(0).unwrap().as_bytes());
        let subjects: Vec<u8> = subjects.collect();
        hashed &= sha256([bytes(9), text(8).into_bytes()].concat()) == bytes(10);
        let link = mac(
            &key,
            &[
                &previous,
                &number(0),
                id.as_bytes(),
                text(6).as_bytes(),
                &number(1),
                &number(2),
                text(7).as_bytes(),
                &actor,
                &number(3),
                &bytes(10),
                &subjects,
            ],
        );
        linked &= link.as_slice() == bytes(11);
        previous = mac(&key, &[b"head", &link]);
    }
    pins.line("audit_events.details_hash", is(hashed, "SHA-256 over salt, details"));
    let covered = "the head before, seq, id, kind, version, at, actor_kind, actor_id, failed, details_hash, subjects";
    pins.line("audit_events.mac", is(linked, covered));
    pins.line("audit_head.mac", is(has(desk, "audit_head", "mac", &previous).await, "'head', the last mac"));
}

/// One bucket of the brakes on guessing.
async fn bucket(pins: &mut Reviewed, desk: &Desk, name: &str, parts: Parts<'_>) {
    let hash = mac(&master_key().derive(Use::Throttle), &bytes(parts));
    pins.line(format_args!("throttle.bucket, {name}"), made_of(has(desk, "throttle", "bucket", &hash).await, parts));
}

async fn hashes(pins: &mut Reviewed, desk: &Desk, ana: &Context) {
    pins.heading("Hashes in tables, keyed ones under the key of their label");
    let app = App::of(desk, "priya").await;
    let priya = desk.id_of("priya").await;
    let id = priya.to_string();
    desk.known_on("priya", DEVICE).await;
    let there = desk.stranger_at(ADDRESS);
    sign_in(&there, "priya", "wrong").await.told();
    sign_in(&there, "Nobody.Here", "wrong").await.told();
    sign_in::with_password(&there, Attempt { login: "priya", password: "wrong", cookies: on(DEVICE) }).await.told();
    sign_in(&desk.stranger_at("2001:db8:1:2::1"), "priya", "wrong").await.told();
    let token = waiting(desk, "priya").await;
    let second = SecondFactor::RecoveryCode("aaaaa-bbbbb-ccccc");
    sign_in::with_second_factor(&desk.stranger(), &token, second, fresh(), false).await.told();
    prove(ana, "wrong").await.told();
    sign_in::reauthenticate(ana, &Proof::App(String::new())).await.told();
    let own = desk.id_of("ana").await.to_string();
    let (address, of_user) = (("the address", ADDRESS.as_bytes()), ("the user's id as text", id.as_bytes()));
    bucket(pins, desk, "account and source", &[("'pair'", b"pair"), of_user, address]).await;
    let nobody = ("what was typed in small letters", "nobody.here".as_bytes());
    bucket(pins, desk, "no account and source", &[("'pair'", b"pair"), nobody, address]).await;
    // Known without a name, as browsers of before are.
    let browser = ("the browser's id, or the first half of its device's hash", &DEVICE[..16]);
    bucket(pins, desk, "account and known browser", &[("'pair'", b"pair"), of_user, browser]).await;
    bucket(pins, desk, "source", &[("'source'", b"source"), address]).await;
    let network = ("the first half of an IPv6 address", "2001:db8:1:2:".as_bytes());
    bucket(pins, desk, "source in a network", &[("'source'", b"source"), network]).await;
    bucket(pins, desk, "account", &[("'account'", b"account"), of_user]).await;
    let (user, any) = (("the user's id", &priya.0.as_bytes()[..]), ("'any'", &b"any"[..]));
    bucket(pins, desk, "second factor", &[("'second'", b"second"), user, any]).await;
    let of_user = ("the user's id as text", own.as_bytes());
    bucket(pins, desk, "one's own password", &[("'own'", b"own"), of_user]).await;
    bucket(pins, desk, "one's own codes", &[("'own code'", b"own code"), of_user]).await;

    let code = app.recovery[0].replace('-', "");
    let parts: Parts<'_> = &[("the user's id", priya.0.as_bytes()), ("the code without hyphens", code.as_bytes())];
    let hash = mac(&master_key().derive(Use::RecoveryCodes), &bytes(parts));
    pins.line("recovery_codes.hash", made_of(has(desk, "recovery_codes", "hash", &hash).await, parts));
    let pending = has(desk, "pending_sign_ins", "token_hash", &sha256(&token)).await;
    pins.line("pending_sign_ins.token_hash", is(pending, "SHA-256 of the cookie"));
    let hash: String = desk.value("SELECT hash FROM passwords WHERE user_id = $1", [priya.0.into()]).await;
    let parameters: Vec<_> = hash.split('$').take(4).collect();
    pins.line("passwords.hash", parameters.join("$"));

    let ingrid = desk.id_of("ingrid").await;
    users::delete(ana, ingrid).await.unwrap();
    users::erase(ana, ingrid, "ingrid").await.unwrap();
    let parts: Parts<'_> = &[("the username in small letters", b"ingrid")];
    let hash = mac(&master_key().derive(Use::RetiredUsernames), &bytes(parts));
    pins.line("retired_usernames.hash", made_of(has(desk, "retired_usernames", "hash", &hash).await, parts));

    pins.heading("Files beside the database");
    let folder = tempfile::tempdir().unwrap();
    let node = desk.node_beside(folder.path()).await;
    audit::note_head(&node.operator()).await.unwrap();
    let outside = node.outside().unwrap();
    let parts: Parts<'_> = &[("the user's id", ingrid.0.as_bytes())];
    let line = hex(&mac(&master_key().derive(Use::Erasures), &bytes(parts)));
    let written = std::fs::read_to_string(outside.erasures_path()).unwrap();
    pins.line("a line of the erasures", made_of(written == line + "\n", parts));
    let head = desk.rows("SELECT seq, mac FROM audit_head", []).await.remove(0);
    let (seq, head): (i64, Vec<u8>) = (head.try_get_by_index(0).unwrap(), head.try_get_by_index(1).unwrap());
    let written = std::fs::read_to_string(outside.path()).unwrap();
    pins.line("the head", is(written == format!("{seq} {}\n", hex(&head)), "audit_head.seq, a blank, audit_head.mac"));
    for location in ["sqlite:/srv/data/keydesk.db", "sqlite:/srv/other.db", "postgres://kd@db:5433/kd"] {
        let files = Outside::in_folder(Path::new("/srv/data"), &Location::parse(location).unwrap());
        let (head, erasures) = (files.path().display(), files.erasures_path().display());
        pins.line(location, format_args!("{head} {erasures}"));
    }
}

async fn rows(pins: &mut Reviewed, desk: &Desk, ana: &Context) {
    pins.heading("Events as they are stored");
    account::update_profile(ana, "Ana Moreira Silva").await.unwrap();
    let own = desk.id_of("ana").await.to_string();
    for kind in ["cast_seeded", "profile_updated"] {
        let details: String = desk.value("SELECT details FROM audit_events WHERE kind = $1", [kind.into()]).await;
        pins.line(kind, details.replace(&own, "ANA"));
    }
    tell_by_process(&desk.system(), Event::UsersSeeded { users: 0 }).await.unwrap();
    let mut actors: Vec<_> = desk.events().await.into_iter().map(|event| event.actor_kind).collect();
    actors.sort_unstable();
    actors.dedup();
    pins.line("audit_events.actor_kind", actors.join(" "));

    pins.heading("People, fields and groups as they are stored");
    let (name, kind) = ("Große Stadt".to_owned(), FieldKind::Choice);
    let field = FieldForm { name, kind, choices: "Lisbon\nSão Paulo".into(), ..FieldForm::default() };
    let field = fields::save(ana, &field).await.unwrap();
    let form = desk.form(ana, "samuel").await;
    let fields = vec![FieldValue { field, value: "São Paulo".into() }];
    let form = UserChanges { display_name: "Samuel Ødegård Straße".into(), fields, ..form };
    users::update(ana, &form).await.unwrap();
    let texts = async |sql: &str| -> Vec<Vec<Option<String>>> {
        let columns = sql.split(" FROM ").next().unwrap().matches(',').count() + 1;
        let rows = desk.rows(sql, []).await;
        rows.iter().map(|row| (0..columns).map(|at| row.try_get_by_index(at).unwrap()).collect()).collect()
    };
    for sql in [
        "SELECT kind, username_key, display_name_key, email_key, search_key FROM users WHERE username = 'samuel'",
        "SELECT name_key, kind, choices FROM custom_fields",
        "SELECT value, value_key FROM custom_values",
        "SELECT name, name_key, description, builtin FROM groups ORDER BY name_key",
        "SELECT DISTINCT method, address, browser FROM sessions",
    ] {
        for row in texts(sql).await {
            pins.json(sql, &row);
        }
    }

    pins.heading("Settings and preferences as they are stored");
    settings::update(ana, &SettingsForm { seen: Settings::default(), bin_days: "60".into() }).await.unwrap();
    let form = SecurityForm::of(&Security::default(), &TimeZone::default());
    let form = SecurityForm { required: "everyone".into(), from: "2036-01-01".into(), words: "Fjord".into(), ..form };
    settings::update_security(ana, &form).await.unwrap();
    settings::update_time_zone(ana, "Asia/Tokyo").await.unwrap();
    let columns = vec![Column::Email, Column::Field(FieldId(uuid(4)))];
    users::keep_table_view(ana, &TableView { columns, dense: true }).await.unwrap();
    for sql in ["SELECT name, value FROM settings ORDER BY name", "SELECT name, value FROM preferences"] {
        for row in texts(sql).await {
            pins.json(sql, &row);
        }
    }
}

/// The names in a file's lines. Tables and columns stand in order of their names: it means nothing to a restore.
async fn backups(pins: &mut Reviewed, desk: &Desk) {
    pins.heading("Backups: gzip over lines of JSON");
    let (_, file) = backup::take(&desk.installation.operator(), vec![], |_, _| {}).await.unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*file).read_to_string(&mut text).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names = |line: &Value| {
        let mut names: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        names.join(" ")
    };
    pins.line("first line", names(&lines[0]));
    pins.line("format", &lines[0]["keydesk_backup"]);
    pins.line("last line", names(lines.last().unwrap()));
    let mut tables = vec![];
    for line in lines.iter().filter(|line| line.get("table").is_some()) {
        assert_eq!(names(line), "columns table");
        let column = |column: &Value| format!("{} {}", column[0].as_str().unwrap(), column[1].as_str().unwrap());
        let mut columns: Vec<_> = line["columns"].as_array().unwrap().iter().map(column).collect();
        columns.sort_unstable();
        tables.push((line["table"].as_str().unwrap(), columns.join(", ")));
    }
    tables.sort_unstable();
    for (table, columns) in tables {
        pins.line(table, columns);
    }
}

on_both! {
    async fn every_string_that_is_stored_or_handed_out_is_as_it_was_reviewed(desk: Desk) {
        let mut pins = reviewed!("pins");
        keys(&mut pins);
        pins.heading("The first run");
        let code = setup::issue_code(&desk.system()).await.unwrap().unwrap();
        let printed = has(&desk, "setup_codes", "code_hash", &sha256(&code)).await;
        pins.line("setup_codes.code_hash", is(printed, "SHA-256 of the code"));
        desk.cast().await;
        let ana = desk.person("ana").await;
        secrets(&mut pins, &desk).await;
        chain(&mut pins, &desk).await;
        hashes(&mut pins, &desk, &ana).await;
        rows(&mut pins, &desk, &ana).await;
        backups(&mut pins, &desk).await;
        pins.check();
    }
}
