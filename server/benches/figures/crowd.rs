//! An installation with many people, kept from one run to the next: making a million up
//! takes minutes.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use domain::sessions::SessionLimits;
use migrations::{Migrator, MigratorTrait};
use sea_orm_migration::sea_orm::{ConnectionTrait, Database as SeaOrm};
use services::{
    Context, Installation, Options, Origin,
    clock::Clock,
    credentials::Device,
    database::{Database, Location},
    master_key::MasterKey,
    sessions,
    sign_in::{self, Attempt, BrowserCookies},
};

use crate::desk::{self, Data};

pub struct Crowd {
    pub name: &'static str,
    pub data: Data,
    location: Location,
}

/// Where crowds are kept.
fn folder() -> PathBuf {
    let given = std::env::var_os("KEYDESK_BENCH_DATA").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench"));
    std::fs::create_dir_all(&folder).unwrap();
    folder.canonicalize().unwrap()
}

/// One crowd for each number of people and each step of the schema.
fn name_of(users: u32) -> String {
    format!("crowd_{users}_{}", Migrator::migrations().len())
}

impl Crowd {
    pub fn sqlite(users: u32) -> Self {
        let path = folder().join(name_of(users));
        let location = Location::Sqlite(path.join("keydesk.db"));
        if !path.exists() {
            // Made aside and then named: one that was interrupted is made again.
            let aside = path.with_extension("unfinished");
            let _ = std::fs::remove_dir_all(&aside);
            std::fs::create_dir_all(&aside).unwrap();
            seed(&Data::at(&aside, None), users);
            std::fs::rename(&aside, &path).unwrap();
        }
        Self { name: "SQLite", data: Data::at(&path, None), location }
    }

    pub async fn postgres(users: u32, server: &str) -> Self {
        let name = name_of(users);
        let path = folder().join(format!("{name}_postgres"));
        let base = server.rsplit_once('/').map_or(server, |(base, _)| base);
        let url = format!("{base}/{name}");
        let data = Data::at(&path, Some(url.clone()));
        let finished = path.join("finished");
        if !finished.exists() || SeaOrm::connect(&url).await.is_err() {
            std::fs::create_dir_all(&path).unwrap();
            let connection = SeaOrm::connect(server).await.unwrap();
            connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
            connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
            seed(&data, users);
            // What autovacuum does within minutes of so many new rows.
            SeaOrm::connect(&url).await.unwrap().execute_unprepared("VACUUM ANALYZE").await.unwrap();
            std::fs::write(&finished, "").unwrap();
        }
        Self { name: "PostgreSQL", data, location: Location::parse(&url).unwrap() }
    }

    /// The contexts of an administrator who has just signed in, and of the jobs.
    pub async fn open(&self) -> (Context, Context) {
        let installation = Installation::new(Options {
            database: Database::open(&self.location).await.unwrap(),
            clock: Clock::System,
            master_key: MasterKey::open(&self.data.folder().join("master.key")).unwrap(),
            limits: SessionLimits::default(),
            name: "Northwind".into(),
            passkeys: None,
            time_zone: None,
            breaches: None,
            outside: None,
        });
        let origin = Origin { address: "192.0.2.7".into(), browser: "Firefox on Linux".into() };
        let stranger = installation.stranger(origin.clone());
        let mut token = [0; 32];
        token[..16].copy_from_slice(uuid::Uuid::now_v7().as_bytes());
        let cookies = BrowserCookies { session: token, device: Device::new(None, token) };
        let attempt = Attempt { login: desk::NAME, password: desk::PASSWORD, cookies };
        sign_in::with_password(&stranger, attempt).await.unwrap();
        let actor = sessions::load(&stranger, token).await.unwrap().unwrap().actor;
        (installation.person(actor, origin), installation.system())
    }
}

fn seed(data: &Data, users: u32) {
    println!("making {users} people up ...");
    let users = users.to_string();
    let arguments = ["seed", "--cast", "--password", desk::PASSWORD, "--users", &users];
    let seeded = desk::command(data, 0).args(arguments).status().unwrap();
    assert!(seeded.success(), "the crowd could not be seeded");
}

/// A PostgreSQL of our own, ended with this process; or the one that we were given.
pub struct Server {
    pub url: String,
    own: Option<PathBuf>,
}

const SETUP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../setup/postgres");

impl Server {
    /// Nothing where there is no PostgreSQL on this machine.
    pub fn start() -> Option<Self> {
        if let Ok(url) = std::env::var("KEYDESK_TEST_POSTGRES") {
            return Some(Self { url, own: None });
        }
        // The server's user may not get to our folder.
        [folder().join("postgres"), "/tmp/keydesk-bench".into()].into_iter().find_map(|own| {
            let started = Command::new(SETUP).arg("start").arg(&own).stderr(Stdio::null()).output().ok()?;
            let url = String::from_utf8(started.stdout).ok()?.trim().to_owned();
            (started.status.success() && !url.is_empty()).then_some(Self { url, own: Some(own) })
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(own) = &self.own {
            let _ = Command::new(SETUP).arg("stop").arg(own).status();
        }
    }
}
