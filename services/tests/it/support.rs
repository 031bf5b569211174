//! A fresh Keydesk for each test: its own database, a clock that stands still, the cast.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::Duration,
};

use domain::{
    Error, Permission, Problem,
    audit::Event,
    groups::{Builtin, GroupId},
    sessions::SessionLimits,
    settings::{Security, SecurityForm},
    time::TimeZone,
    users::{FirstPassword, NewUserForm, UserChanges, UserId},
};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database as SeaOrm, DatabaseConnection, QueryResult, Statement, TryGetable, Value,
};
use services::{
    Change, Context, Failure, Installation, Options, Origin,
    audit::Outside,
    clock::Clock,
    credentials::{Device, RelyingParty},
    database::{Database, Location},
    done, groups,
    master_key::MasterKey,
    seed::cast,
    sessions::{self, Loaded, NewSession},
    settings, setup,
    sign_in::{self, Attempt, BrowserCookies},
    unchanged, users,
};
use testing::{OnBoth, copy_database, create_database, create_database_of, fixture, url_of};
pub use testing::{drop_database, left_out};
use tokio::sync::{OnceCell, oneshot};
use uuid::Uuid;

/// What everybody of the cast signs in with.
pub const PASSWORD: &str = "violet anchor paper thunder";
/// Another one that is strong enough.
pub const ANOTHER: &str = "copper window gentle orbit";
/// Where the tests' browsers are.
pub const ORIGIN: &str = "http://localhost:3000";
/// When the clock stands still.
pub const START: i64 = 1_780_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A migrated database that the others are copies of, made once for the process.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = create_database().await;
            let connection = SeaOrm::connect(url_of(&name)).await.unwrap();
            Migrator::up(&connection, None).await.unwrap();
            connection.close().await.unwrap();
            name
        })
        .await
}

/// A copy of the database that an older version left behind, and the folder that it is in.
pub async fn left_by(backend: Backend, version: &str) -> (Location, Option<tempfile::TempDir>) {
    match backend {
        Backend::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("keydesk.db");
            std::fs::copy(fixture(version, "sqlite.db"), &path).unwrap();
            (Location::Sqlite(path), Some(folder))
        }
        Backend::Postgres => {
            let name = create_database_of(version).await;
            (Location::parse(&url_of(&name)).unwrap(), None)
        }
    }
}

/// One installation and the test's own way to its tables.
pub struct Desk {
    pub backend: Backend,
    pub installation: Installation,
    pub clock: Clock,
    pub location: Location,
    /// The pools behind the gate.
    pub database: Database,
    raw: DatabaseConnection,
    /// The cookie of whoever sat down last.
    last: Mutex<[u8; 32]>,
    _folder: Option<tempfile::TempDir>,
}

impl OnBoth for Desk {
    async fn on_sqlite() -> Self {
        Self::open(Backend::Sqlite).await
    }

    async fn on_postgres() -> (Self, String) {
        let desk = Self::open(Backend::Postgres).await;
        let database = desk.database_name();
        (desk, database)
    }
}

impl Desk {
    /// Migrated and prepared, with nobody in it.
    pub async fn open(backend: Backend) -> Self {
        let (location, folder) = match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                (Location::Sqlite(folder.path().join("keydesk.db")), Some(folder))
            }
            Backend::Postgres => {
                let name = copy_database(template().await).await;
                (Location::parse(&url_of(&name)).unwrap(), None)
            }
        };
        Self::at(backend, location, folder).await
    }

    /// The database that an older version left behind, brought up to date: the cast and one
    /// more, with a short past.
    pub async fn of_release(backend: Backend, version: &str) -> Self {
        let (location, folder) = left_by(backend, version).await;
        Self::at(backend, location, folder).await
    }

    async fn at(backend: Backend, location: Location, folder: Option<tempfile::TempDir>) -> Self {
        let desk = Self::migrated(backend, location, folder).await;
        setup::prepare(&desk.system(), &master_key()).await.unwrap();
        desk
    }

    /// Brought up to date, as it is before its first start.
    pub async fn migrated(backend: Backend, location: Location, folder: Option<tempfile::TempDir>) -> Self {
        let database = Database::open(&location).await.unwrap();
        Migrator::up(database.writer(), None).await.unwrap();
        let url = match &location {
            Location::Sqlite(path) => format!("sqlite:{}", path.display()),
            Location::Postgres(url) => url_of(url.database()),
        };
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        let raw = SeaOrm::connect(options).await.unwrap();
        let clock = Clock::fixed(START);
        let installation = installation(database.clone(), clock.clone(), master_key());
        Self { backend, installation, clock, location, database, raw, last: Mutex::default(), _folder: folder }
    }

    pub fn database_name(&self) -> String {
        match &self.location {
            Location::Sqlite(path) => path.display().to_string(),
            Location::Postgres(url) => url.database().to_owned(),
        }
    }

    /// Another node on the same database.
    pub async fn node(&self) -> Installation {
        self.node_with(master_key()).await
    }

    /// Another node, with connections of the test's.
    pub fn node_with_database(&self, database: Database) -> Installation {
        installation(database, self.clock.clone(), master_key())
    }

    /// Another node, which tells of every statement that it sends.
    pub async fn node_noting(&self, note: impl Fn(&str) + Send + Sync + 'static) -> Installation {
        let mut database = Database::open(&self.location).await.unwrap();
        database.on_statement(note);
        self.node_with_database(database)
    }

    /// Another node, which stands still after the first of its statements that has these words in it,
    /// until what it says there is dropped.
    pub async fn node_stopping_after(
        &self,
        words: &'static str,
    ) -> (Installation, oneshot::Receiver<mpsc::Sender<()>>) {
        let (tell, reached) = oneshot::channel();
        let tell = Mutex::new(Some(tell));
        let node = self.node_noting(move |sql: &str| {
            if !sql.contains(words) {
                return;
            }
            let Some(tell) = tell.lock().unwrap().take() else { return };
            let (go_on, stays) = mpsc::channel();
            if tell.send(go_on).is_ok() {
                let _ = tokio::task::block_in_place(|| stays.recv());
            }
        });
        (node.await, reached)
    }

    /// Returns once somebody waits for what an open transaction holds. SQLite does not tell; whoever
    /// begins a change there while another is open comes after it in any case.
    pub async fn somebody_waits(&self) {
        if self.backend == Backend::Sqlite {
            return;
        }
        // Other tests wait for locks of their own in this server.
        let waits = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
                     WHERE NOT l.granted AND a.datname = current_database()";
        // Not on the test's own connection, which may be the one that waits.
        let db = self.database.reader();
        let waits = Statement::from_string(db.get_database_backend(), waits);
        loop {
            let row = db.query_one_raw(waits.clone()).await.unwrap().unwrap();
            if row.try_get_by_index::<i64>(0).unwrap() > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// How the database would find the rows of a statement, whatever its values are and however few
    /// rows there are.
    pub async fn plan_of(&self, sql: &str) -> String {
        let (explain, at) = match self.backend {
            Backend::Sqlite => (format!("EXPLAIN QUERY PLAN {sql}"), 3),
            Backend::Postgres => {
                let values = (1..).take_while(|number| sql.contains(&format!("${number}"))).map(|_| "NULL");
                let execute = format!("EXPLAIN EXECUTE planned({})", values.collect::<Vec<_>>().join(", "));
                let prepare = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; PREPARE planned AS";
                self.raw.execute_unprepared(&format!("{prepare} {sql}")).await.unwrap();
                (execute, 0)
            }
        };
        let lines: Vec<String> =
            self.rows(&explain, []).await.iter().map(|row| row.try_get_by_index(at).unwrap()).collect();
        lines.join("\n")
    }

    pub async fn node_with(&self, key: MasterKey) -> Installation {
        let database = Database::open(&self.location).await.unwrap();
        installation(database, self.clock.clone(), key)
    }

    /// Another node, with a folder of its own for what is kept outside of the database.
    pub async fn node_beside(&self, folder: &Path) -> Installation {
        let database = Database::open(&self.location).await.unwrap();
        let outside = Outside::in_folder(folder, &self.location);
        Installation::new(Options { outside: Some(outside), ..options(database, self.clock.clone(), master_key()) })
    }

    pub async fn cast(&self) {
        cast::seed(&self.installation.operator(), PASSWORD).await.unwrap();
    }

    pub fn stranger(&self) -> Context {
        self.installation.stranger(origin("192.0.2.7"))
    }

    pub fn stranger_at(&self, address: &str) -> Context {
        self.installation.stranger(origin(address))
    }

    pub fn system(&self) -> Context {
        self.installation.system()
    }

    /// Signs in and takes a seat, as a browser would.
    pub async fn person(&self, username: &str) -> Context {
        self.seated(username, PASSWORD).await.context
    }

    pub async fn seated(&self, login: &str, password: &str) -> Seated {
        let seat = sign_in(&self.stranger(), login, password).await.expect("the sign-in works");
        self.resume(self.token_of(&seat).await).await.expect("the session lives")
    }

    /// Takes the seat that a sign-in opened.
    pub async fn sit(&self, seat: &NewSession) -> Context {
        let token = self.token_of(seat).await;
        *self.last.lock().unwrap() = token;
        self.sit_again().await
    }

    /// The hash of the cookie that opens a session.
    pub async fn token_of(&self, seat: &NewSession) -> [u8; 32] {
        let token: Vec<u8> = self.value("SELECT token_hash FROM sessions WHERE id = $1", [seat.id.0.into()]).await;
        token.try_into().unwrap()
    }

    /// As if somebody had signed in on this browser before.
    pub async fn known_on(&self, username: &str, device: [u8; 32]) {
        let row = "INSERT INTO known_devices (token_hash, user_id, seen_at) VALUES ($1, $2, $3)";
        let id = self.id_of(username).await;
        self.run(row, [device.to_vec().into(), id.0.into(), self.installation.system().now().into()]).await;
    }

    /// The next request of whoever sat down last.
    pub async fn sit_again(&self) -> Context {
        let token = *self.last.lock().unwrap();
        self.resume(token).await.expect("the session lives").context
    }

    /// The next request with the same cookie; nothing once the session has ended.
    pub async fn resume(&self, token: [u8; 32]) -> Option<Seated> {
        let loaded = sessions::load(&self.stranger(), token).await.unwrap()?;
        let context = self.installation.person(loaded.actor.clone(), origin("192.0.2.7"));
        Some(Seated { context, token, loaded })
    }

    pub async fn id_of(&self, username: &str) -> UserId {
        UserId(self.value("SELECT id FROM users WHERE username_key = $1", [username.into()]).await)
    }

    pub async fn group(&self, which: Builtin) -> GroupId {
        let sql = "SELECT id FROM groups WHERE builtin = $1";
        GroupId(self.value(sql, [which.code().into()]).await)
    }

    /// The edit form of a user, as it is opened.
    pub async fn form(&self, cx: &Context, username: &str) -> UserChanges {
        let zone = settings::find_time_zone(cx).await.unwrap_or_default();
        UserChanges::of(&users::find(cx, self.id_of(username).await).await.unwrap(), &zone)
    }

    /// Puts somebody into a group past the gate.
    pub async fn put_into(&self, username: &str, group: Builtin) {
        let (user, group) = (self.id_of(username).await, self.group(group).await);
        let sql = "INSERT INTO memberships (user_id, group_id, since) VALUES ($1, $2, 1)";
        assert_eq!(self.run(sql, [user.0.into(), group.0.into()]).await, 1);
    }

    /// Takes somebody out of every group past the gate.
    pub async fn take_out(&self, username: &str) {
        self.run("DELETE FROM memberships WHERE user_id = $1", [self.id_of(username).await.0.into()]).await;
    }

    /// Runs a statement past the gate.
    pub async fn run<const N: usize>(&self, sql: &str, values: [Value; N]) -> u64 {
        let sql = Statement::from_sql_and_values(self.raw.get_database_backend(), sql, values);
        self.raw.execute_raw(sql).await.unwrap().rows_affected()
    }

    pub async fn rows<const N: usize>(&self, sql: &str, values: [Value; N]) -> Vec<QueryResult> {
        let sql = Statement::from_sql_and_values(self.raw.get_database_backend(), sql, values);
        self.raw.query_all_raw(sql).await.unwrap()
    }

    /// The first column of the first row.
    pub async fn value<T: TryGetable, const N: usize>(&self, sql: &str, values: [Value; N]) -> T {
        self.rows(sql, values).await[0].try_get_by_index(0).unwrap()
    }

    pub async fn count(&self, table: &str) -> i64 {
        self.value(&format!("SELECT count(*) FROM {table}"), []).await
    }

    /// Turns one thing about a user, as a later use case would.
    pub async fn set(&self, username: &str, column: &str, value: impl Into<Value>) {
        let sql = format!("UPDATE users SET {column} = $1 WHERE username_key = $2");
        assert_eq!(self.run(&sql, [value.into(), username.into()]).await, 1);
    }

    /// What disabling does: the state and the epoch in one statement.
    pub async fn disable(&self, username: &str) {
        let sql = "UPDATE users SET disabled_at = $1, security_epoch = security_epoch + 1 \
                   WHERE username_key = $2";
        assert_eq!(self.run(sql, [self.clock.now().into(), username.into()]).await, 1);
    }

    pub async fn events(&self) -> Vec<Recorded> {
        let sql = "SELECT seq, kind, actor_kind, details FROM audit_events ORDER BY seq";
        self.rows(sql, [])
            .await
            .into_iter()
            .map(|row| Recorded {
                seq: row.try_get_by_index(0).unwrap(),
                kind: row.try_get_by_index(1).unwrap(),
                actor_kind: row.try_get_by_index(2).unwrap(),
                details: row
                    .try_get_by_index::<Option<String>>(3)
                    .unwrap()
                    .map_or(serde_json::Value::Null, |text| serde_json::from_str(&text).unwrap()),
            })
            .collect()
    }

    /// The events of one kind.
    pub async fn events_of(&self, kind: &str) -> Vec<Recorded> {
        self.events().await.into_iter().filter(|event| event.kind == kind).collect()
    }

    /// How many events of each kind there are.
    pub async fn tally(&self) -> HashMap<String, usize> {
        let mut tally = HashMap::new();
        for event in self.events().await {
            *tally.entry(event.kind).or_default() += 1;
        }
        tally
    }
}

/// Somebody signed in: their context, and what their browser holds.
pub struct Seated {
    pub context: Context,
    pub token: [u8; 32],
    pub loaded: Loaded,
}

/// An event as it stands in the table.
#[derive(Debug)]
pub struct Recorded {
    pub seq: i64,
    pub kind: String,
    pub actor_kind: String,
    pub details: serde_json::Value,
}

impl Recorded {
    pub fn event(&self, field: &str) -> &serde_json::Value {
        &self.details["event"][field]
    }
}

fn installation(database: Database, clock: Clock, master_key: MasterKey) -> Installation {
    Installation::new(options(database, clock, master_key))
}

fn options(database: Database, clock: Clock, master_key: MasterKey) -> Options {
    Options {
        database,
        clock,
        master_key,
        limits: SessionLimits::default(),
        name: "Northwind".into(),
        passkeys: Some(RelyingParty::new("localhost", &[ORIGIN.to_owned()], "Northwind").unwrap()),
        time_zone: None,
        breaches: None,
        outside: None,
    }
}

pub fn master_key() -> MasterKey {
    MasterKey::new([7; 32])
}

pub fn origin(address: &str) -> Origin {
    Origin { address: address.into(), browser: "Firefox on Linux".into() }
}

/// The hash of a cookie's value that no other test uses.
pub fn token() -> [u8; 32] {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let mut token = [0; 32];
    token[..8].copy_from_slice(&COUNT.fetch_add(1, Ordering::SeqCst).to_be_bytes());
    token
}

/// The cookies of a browser that nobody used before.
pub fn fresh() -> BrowserCookies {
    BrowserCookies { session: token(), device: Device::new(None, token()) }
}

/// Those of a browser that brings this device cookie.
pub fn on(device: [u8; 32]) -> BrowserCookies {
    gets(device, token())
}

/// Those of a browser that brings one device cookie and gets another where it is let in.
pub fn gets(brought: [u8; 32], drawn: [u8; 32]) -> BrowserCookies {
    BrowserCookies { session: token(), device: Device::new(Some(brought), drawn) }
}

/// A browser that keeps the device cookie it gets.
pub struct Browser {
    pub holds: [u8; 32],
    next: [u8; 32],
}

impl Browser {
    pub fn with(device: [u8; 32]) -> Self {
        Self { holds: device, next: token() }
    }

    /// What it brings, and what it gets where it is let in.
    pub fn cookies(&self) -> BrowserCookies {
        gets(self.holds, self.next)
    }

    /// It was let in: returns what it held before.
    pub fn was_let_in(&mut self) -> [u8; 32] {
        let before = self.holds;
        *self = Self::with(self.next);
        before
    }
}

/// Makes a change that is nothing but its event.
pub async fn tell(cx: &Context, permission: Permission, event: Event) -> services::Result<()> {
    cx.change(permission, async |_: &Change| Ok(done((), event))).await
}

/// The same by the process.
pub async fn tell_by_process(cx: &Context, event: Event) -> services::Result<()> {
    cx.process_change(async |_: &Change| Ok(done((), event))).await
}

/// Whether the gate opens a change, which then changes nothing.
pub async fn try_change(cx: &Context, permission: Permission) -> services::Result<()> {
    cx.change(permission, async |_: &Change| Ok(unchanged(()))).await
}

pub async fn sign_in(cx: &Context, login: &str, password: &str) -> services::Result<NewSession> {
    let signed_in = sign_in::with_password(cx, Attempt { login, password, cookies: fresh() }).await?;
    Ok(signed_in.session().expect("nothing more is asked"))
}

/// Confirms oneself with a password.
pub async fn prove(cx: &Context, password: &str) -> services::Result<i64> {
    services::sign_in::reauthenticate(cx, &domain::factors::Proof::Password(password.into())).await
}

/// A form that is accepted as it is.
pub fn new_user(username: &str) -> NewUserForm {
    NewUserForm {
        username: username.into(),
        display_name: "Somebody New".into(),
        email: String::new(),
        password: FirstPassword::Random,
        groups: vec![],
        fields: vec![],
        expires_on: String::new(),
        time_zone: None,
        second_factor_required: false,
    }
}

pub fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// The names of the groups that a form offers with a reason against them.
pub async fn refused_choices(cx: &Context) -> Vec<String> {
    let choices = groups::choices(cx).await.unwrap();
    choices.into_iter().filter(|choice| choice.refused.is_some()).map(|c| c.name).collect()
}

/// What a person is told when something fails; anything else that happens is a mistake.
pub trait Told {
    fn told(self) -> Error;
}

impl<T> Told for services::Result<T> {
    #[track_caller]
    fn told(self) -> Error {
        match self {
            Err(Failure::Told(error)) => error,
            Err(other) => panic!("failed with something that nobody can be told: {other}"),
            Ok(_) => panic!("succeeded, and should not have"),
        }
    }
}

/// Saves these rules from a page that was opened just now, where days are those of UTC.
pub async fn decide(cx: &Context, security: &Security) -> services::Result<Security> {
    let seen = settings::find_security(cx).await?;
    settings::update_security(cx, &SecurityForm { seen, ..SecurityForm::of(security, &TimeZone::default()) }).await
}

/// Both at the same time, each on a thread of its own.
pub async fn at_once<A: Send + 'static, B: Send + 'static>(
    one: impl Future<Output = A> + Send + 'static,
    other: impl Future<Output = B> + Send + 'static,
) -> (A, B) {
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    (one.await.unwrap(), other.await.unwrap())
}

/// Passes on what a person can be told; a failure of the database is a mistake.
#[track_caller]
pub fn no_accident<T>(result: services::Result<T>) -> Result<T, Error> {
    match result {
        Ok(value) => Ok(value),
        Err(Failure::Told(error)) => Err(error),
        Err(other) => panic!("failed with something that nobody can be told: {other}"),
    }
}

/// The fields that an error is about, in order.
#[track_caller]
pub fn fields(error: Error) -> Vec<(String, Problem)> {
    match error {
        Error::Invalid(fields) => fields.into_iter().map(|e| (e.field, e.problem)).collect(),
        other => panic!("not about fields: {other:?}"),
    }
}

/// One field, one problem.
pub fn field(name: &str, problem: Problem) -> Error {
    Error::field(name, problem)
}
