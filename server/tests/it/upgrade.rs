//! T29: every released schema is brought up to date, with all that was in it. A fixture is the
//! cast, a failed and a successful sign-in, one more user and a changed name, left behind by
//! that version's own binary under the master key of the tests; since 0.3.0 with custom fields,
//! since 0.4.0 with an authenticator app of Grace's and her recovery codes.

use std::path::{Path, PathBuf};

use domain::{factors::Factors, listing::UserListing, users::Status};
use sea_orm_migration::sea_orm::{ConnectionTrait, Database as SeaOrm};
use services::{
    Installation, Options, Origin,
    audit::{Verdict, verify},
    auth::{self, Attempt, Cookies, Device, Second, SignedIn},
    clock::Clock,
    database::{Database, Location},
    master_key::MasterKey,
    sessions, users,
};

use crate::support::{PASSWORD, create_database, drop_database, left_out, url_of};

const RELEASED: [&str; 3] = ["0.2.0", "0.3.0", "0.4.0"];
/// A recovery code of Grace's in each fixture of a version that has them.
const RECOVERY: [(&str, [&str; 2]); 1] = [("0.4.0", ["7tkzu-rjqny-kjuhs", "6kx4h-zuqwq-mzcp6"])];

fn fixture(version: &str, file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/fixtures").join(version).join(file)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t29_every_released_sqlite_file_is_brought_up_to_date() {
    for version in RELEASED {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keydesk.db");
        std::fs::copy(fixture(version, "sqlite.db"), &path).unwrap();
        works(Location::Sqlite(path), version).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t29_every_released_postgresql_database_is_brought_up_to_date() {
    if left_out(module_path!()) {
        return;
    }
    for version in RELEASED {
        let name = create_database().await;
        let connection = SeaOrm::connect(url_of(&name)).await.unwrap();
        let dump = std::fs::read_to_string(fixture(version, "postgres.sql")).unwrap();
        connection.execute_unprepared(&dump).await.unwrap();
        connection.close().await.unwrap();
        works(Location::Postgres(url_of(&name)), version).await;
        drop_database(&name).await;
    }
}

async fn works(location: Location, version: &str) {
    let postgres = matches!(location, Location::Postgres(_));
    let database = Database::open(&location).await.unwrap();
    let steps = server::schema::migrate(&database).await.unwrap();
    // This version's own schema may have taken no further step yet.
    assert!(steps > 0 || version == env!("CARGO_PKG_VERSION"), "{version} is no older version");
    let installation = Installation::new(Options {
        database,
        clock: Clock::System,
        master_key: MasterKey::new([7; 32]),
        limits: Default::default(),
        name: "Northwind".into(),
        passkeys: None,
        time_zone: None,
        breaches: None,
    });
    let verdict = verify(&installation.system()).await.unwrap();
    assert!(matches!(verdict, Verdict::Intact { events: 5.., erased: 0, .. }), "{version}: {verdict:?}");

    let stranger = installation.stranger(Origin::default());
    let cookies = Cookies { session: [1; 32], device: Device::New([2; 32]) };
    let attempt = Attempt { login: "ana", password: PASSWORD, cookies };
    auth::sign_in(&stranger, attempt).await.expect("the old password works").seat().unwrap();
    let loaded = sessions::load(&stranger, [1; 32]).await.unwrap().expect("the session lives");
    let ana = installation.person(loaded.actor, Origin::default());

    let page = users::list(&ana, &UserListing::default(), &[]).await.unwrap();
    let mut found: Vec<_> = page.rows.iter().map(|row| (row.username.as_str(), row.status)).collect();
    found.sort_unstable_by_key(|(name, _)| *name);
    let active = Status::Active;
    let expected = [
        ("ana", active),
        ("grace", active),
        ("ingrid", active),
        ("olga", active),
        ("priya", active),
        ("samuel", Status::Disabled),
        ("tomas", active),
        ("yutong", Status::Invited),
    ];
    assert_eq!(found, expected, "{version}");
    if let Some((_, codes)) = RECOVERY.iter().find(|(with, _)| *with == version) {
        let cookies = Cookies { session: [3; 32], device: Device::New([4; 32]) };
        let attempt = Attempt { login: "grace", password: PASSWORD, cookies };
        let asked = auth::sign_in(&stranger, attempt).await.unwrap();
        let SignedIn::SecondFactor { token, factors } = asked else { panic!("{version}: Grace was asked for nothing") };
        assert_eq!(factors, Factors::APP);
        let code = Second::RecoveryCode(codes[usize::from(postgres)]);
        auth::give_second(&stranger, &token, code, cookies, false).await.expect("the code of that version counts");
    }
    let olga = page.rows.iter().find(|row| row.username == "olga").unwrap().id;
    users::delete(&ana, olga).await.unwrap();
    users::restore(&ana, olga).await.unwrap();
}
