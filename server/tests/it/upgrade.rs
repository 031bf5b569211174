//! T29: every released schema is brought up to date, with all that was in it. A fixture is the
//! cast, a failed and a successful sign-in, one more user and a changed name, left behind by
//! that version's own binary under the master key of the tests; since 0.3.0 with custom fields,
//! since 0.4.0 with an authenticator app of Grace's and her recovery codes, since 0.5.0 with days in
//! the bin and a time zone that are no defaults.

use domain::{
    factors::Factors,
    users::{Status, UserListing},
};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm_migration::sea_orm::{ConnectionTrait, Statement};
use services::{
    Installation, Options, Origin,
    audit::{Verdict, verify},
    clock::Clock,
    credentials::Device,
    database::{Database, Location},
    encryption::SecretBox,
    master_key::MasterKey,
    sessions,
    sign_in::{self, Attempt, BrowserCookies, SecondFactor, SignedIn},
    users,
};
use sha1::Sha1;

use crate::support::{PASSWORD, create_database_of, drop_database, fixture, left_out, url_of};

const RELEASED: [&str; 4] = ["0.2.0", "0.3.0", "0.4.0", "0.5.0"];
/// A recovery code of Grace's in each fixture of a version that has them.
const RECOVERY: [(&str, [&str; 2]); 2] =
    [("0.4.0", ["7tkzu-rjqny-kjuhs", "6kx4h-zuqwq-mzcp6"]), ("0.5.0", ["v438n-46w9y-ehac7", "jcykc-7wkqk-ttf2y"])];

/// After the last fixture was made.
const NOW: domain::Millis = 1_800_000_000_000;

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
        let name = create_database_of(version).await;
        works(Location::parse(&url_of(&name)).unwrap(), version).await;
        drop_database(&name).await;
    }
}

async fn works(location: Location, version: &str) {
    let postgres = matches!(location, Location::Postgres(_));
    let database = Database::open(&location).await.unwrap();
    let steps = server::schema::migrate(&database).await.unwrap();
    // This version's own schema may have taken no further step yet.
    assert!(steps > 0 || version == env!("CARGO_PKG_VERSION"), "{version} is no older version");
    let clock = Clock::fixed(NOW);
    let installation = Installation::new(Options {
        database: database.clone(),
        clock: clock.clone(),
        master_key: MasterKey::new([7; 32]),
        limits: Default::default(),
        name: "Northwind".into(),
        passkeys: None,
        time_zone: None,
        breaches: None,
        outside: None,
    });
    let verdict = verify(&installation.system()).await.unwrap();
    assert!(matches!(verdict, Verdict::Intact { events: 5.., erased: 0, .. }), "{version}: {verdict:?}");

    let stranger = installation.stranger(Origin::default());
    let cookies = BrowserCookies { session: [1; 32], device: Device::new(None, [2; 32]) };
    let attempt = Attempt { login: "ana", password: PASSWORD, cookies };
    sign_in::with_password(&stranger, attempt).await.expect("the old password works").session().unwrap();
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
    // Everybody is found, before the search is built anew and afterwards.
    for built in [false, true] {
        if built {
            users::rebuild_search(&installation.system(), |_| true).await.unwrap();
        }
        for (username, _) in expected {
            let listing = UserListing { search: username.to_uppercase(), ..UserListing::default() };
            let page = users::list(&ana, &listing, &[]).await.unwrap();
            assert!(page.rows.iter().any(|row| row.username == username), "{version}: {username}, {built}");
        }
    }
    let listing = UserListing { search: "Li".into(), ..UserListing::default() };
    let found = users::list(&ana, &listing, &[]).await.unwrap().rows;
    assert!(found.iter().any(|row| row.username == "yutong"), "{version}: by the last word of a name");
    assert_eq!(users::count_former(&installation.system()).await.unwrap(), 0);
    if let Some((_, codes)) = RECOVERY.iter().find(|(with, _)| *with == version) {
        let cookies = BrowserCookies { session: [3; 32], device: Device::new(None, [4; 32]) };
        let attempt = Attempt { login: "grace", password: PASSWORD, cookies };
        let asked = sign_in::with_password(&stranger, attempt).await.unwrap();
        let SignedIn::SecondFactor { token, factors } = asked else { panic!("{version}: Grace was asked for nothing") };
        assert_eq!(factors, Factors::APP);
        let code = SecondFactor::RecoveryCode(codes[usize::from(postgres)]);
        sign_in::with_second_factor(&stranger, &token, code, cookies, false)
            .await
            .expect("the code of that version counts");
    }
    if RECOVERY.iter().any(|(with, _)| *with == version) {
        for _ in 0..2 {
            app_counts(&installation, &database, &clock, version == "0.4.0").await;
            clock.advance(domain::MINUTE);
        }
    }
    let olga = page.rows.iter().find(|row| row.username == "olga").unwrap().id;
    users::delete(&ana, olga).await.unwrap();
    users::restore(&ana, olga).await.unwrap();
}

/// Signs Grace in with her authenticator app. A secret that was sealed in a former way is so until a
/// code of it counted, and then as it is done now.
async fn app_counts(installation: &Installation, database: &Database, clock: &Clock, formerly: bool) {
    let secret = async || -> (Vec<u8>, uuid::Uuid) {
        let db = database.writer();
        let sql = "SELECT secret, user_id FROM authenticator_apps";
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())
    };
    let sealer = SecretBox::new(&MasterKey::new([7; 32]));
    let (sealed, user) = secret().await;
    let before = sealer.unseal(&[b"totp", user.as_bytes()], &sealed).expect("the secret of that version is read");
    assert_eq!(before.outdated, formerly && clock.now() == NOW);
    let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&before.plain).unwrap();
    mac.update(&(clock.now() / 30_000).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;

    let stranger = installation.stranger(Origin::default());
    let session = if clock.now() == NOW { [5; 32] } else { [6; 32] };
    let cookies = BrowserCookies { session, device: Device::new(None, [7; 32]) };
    let asked =
        sign_in::with_password(&stranger, Attempt { login: "grace", password: PASSWORD, cookies }).await.unwrap();
    let SignedIn::SecondFactor { token, .. } = asked else { panic!("Grace was asked for nothing") };
    let code = format!("{:06}", number % 1_000_000);
    sign_in::with_second_factor(&stranger, &token, SecondFactor::App(&code), cookies, false)
        .await
        .expect("the app's code counts");
    let after = sealer.unseal(&[b"totp", user.as_bytes()], &secret().await.0).unwrap();
    assert!(!after.outdated && after.plain == before.plain);
}
