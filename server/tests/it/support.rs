//! A started Keydesk for each test: its own database, a clock that stands still, the cast.

use std::{net::SocketAddr, path::Path};

use axum::Router;
use domain::{
    factors::{Proof, Step},
    fields::{FieldForm, FieldId},
    settings::{Security, SecurityForm},
    time::TimeZone,
    users::{UserChanges, UserId},
};
use sea_orm_migration::sea_orm::{ConnectionTrait, QueryResult, Statement, TryGetable};
use server::{config::Config, http::App, schema, start};
use services::{
    Installation, Options,
    clock::Clock,
    database::{Database, Location},
    fields,
    master_key::MasterKey,
    seed::cast,
    setup, users,
};
use tempfile::TempDir;
use testing::OnBoth;
pub use testing::{create_database, create_database_of, drop_database, fixture, left_out, on_server, url_of};
use tokio::{net::TcpListener, sync::OnceCell};
use uuid::Uuid;

pub use crate::client::{Answer, Client, Request};

/// What everybody of the cast signs in with.
pub const PASSWORD: &str = "violet anchor paper thunder";
/// Another one that is strong enough.
pub const ANOTHER: &str = "copper window gentle orbit";
/// When the clock stands still.
pub const START: i64 = 1_780_000_000_000;

/// How a Keydesk is to be started.
pub struct Plan {
    cast: bool,
    postgres: Option<String>,
    patience: Option<std::time::Duration>,
    settings: Vec<(&'static str, String)>,
    routes: fn(&App) -> Router,
}

impl Default for Plan {
    fn default() -> Self {
        let routes = |app: &App| server::http::router(app.clone());
        Self { cast: true, postgres: None, patience: None, settings: vec![], routes }
    }
}

impl Plan {
    /// With nobody in it.
    pub fn empty() -> Self {
        Self::default().without_cast()
    }

    pub fn without_cast(mut self) -> Self {
        self.cast = false;
        self
    }

    pub fn on_postgres(mut self, database: &str) -> Self {
        self.postgres = Some(url_of(database));
        self
    }

    /// How long is waited for the database before Keydesk is called busy.
    pub fn patience(mut self, patience: std::time::Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    pub fn set(mut self, key: &'static str, value: &str) -> Self {
        self.settings.push((key, value.into()));
        self
    }

    /// With other routes than the real ones.
    pub fn routes(mut self, routes: fn(&App) -> Router) -> Self {
        self.routes = routes;
        self
    }

    pub async fn open(self) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut flags = vec![
            ("listen", address.to_string()),
            ("data_dir", folder.path().display().to_string()),
            ("name", "Northwind".into()),
        ];
        flags.extend(self.settings);
        flags.extend(self.postgres.iter().map(|url| ("database_url", url.clone())));
        let config = Config::read(None, [], &flags).unwrap();
        if let Location::Sqlite(path) = &config.storage.database {
            std::fs::copy(template(self.cast).await, path).unwrap();
        }
        let database = start::connect(&config.storage.database).await.unwrap();
        if self.postgres.is_none() {
            // No test pulls the plug: not waiting for the disk makes them several times faster.
            database.writer().execute_unprepared("PRAGMA synchronous = OFF").await.unwrap();
        }
        let clock = Clock::fixed(START);
        let installation = installation(&config, database.clone(), clock.clone());
        if self.postgres.is_some() {
            fill(&installation, &database, self.cast).await;
        }
        let served = match self.patience {
            Some(patience) => self::installation(&config, hurried(&config, patience).await, clock.clone()),
            None => installation.clone(),
        };
        let app = App::new(served, &config);
        let service = (self.routes)(&app).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Desk {
            address,
            host: config.listening.origin.host().into(),
            clock,
            installation,
            database,
            config,
            folder,
            app,
        }
    }
}

/// The same database by connections that wait for nobody; the test's own are patient.
async fn hurried(config: &Config, patience: std::time::Duration) -> Database {
    for _ in 0..100 {
        if let Ok(database) = Database::open_with(&config.storage.database, patience).await {
            return database;
        }
    }
    panic!("the database cannot be opened within {patience:?}")
}

fn master_key() -> MasterKey {
    MasterKey::new([7; 32])
}

fn installation(config: &Config, database: Database, clock: Clock) -> Installation {
    Installation::new(Options {
        database,
        clock,
        master_key: master_key(),
        limits: config.sessions,
        name: config.organisation.name.clone(),
        passkeys: config.passkeys.clone(),
        time_zone: config.organisation.time_zone.clone(),
        breaches: None,
        outside: None,
    })
}

async fn fill(installation: &Installation, database: &Database, cast: bool) {
    schema::migrate(database).await.unwrap();
    setup::prepare(&installation.system(), &master_key()).await.unwrap();
    if cast {
        cast::seed(&installation.operator(), PASSWORD).await.unwrap();
    }
}

/// A filled SQLite file that the others are copies of, made once for the process.
async fn template(cast: bool) -> &'static Path {
    static EMPTY: OnceCell<TempDir> = OnceCell::const_new();
    static CAST: OnceCell<TempDir> = OnceCell::const_new();
    let folder = if cast { &CAST } else { &EMPTY }
        .get_or_init(|| async {
            let folder = tempfile::tempdir().unwrap();
            let shown = folder.path().display().to_string();
            let config = Config::read(None, [], &[("data_dir", shown.clone()), ("name", "Northwind".into())]).unwrap();
            let database = start::connect(&config.storage.database).await.unwrap();
            fill(&installation(&config, database.clone(), Clock::fixed(START)), &database, cast).await;
            database.writer().execute_unprepared(&format!("VACUUM INTO '{shown}/template'")).await.unwrap();
            folder
        })
        .await;
    // Held for as long as the process runs: the path is, too.
    Box::leak(folder.path().join("template").into_boxed_path())
}

/// One started Keydesk, and the test's own way to its tables.
pub struct Desk {
    pub address: SocketAddr,
    pub host: String,
    pub clock: Clock,
    pub installation: Installation,
    pub database: Database,
    pub config: Config,
    pub folder: TempDir,
    pub app: App,
}

impl OnBoth for Desk {
    async fn on_sqlite() -> Self {
        Self::open().await
    }

    async fn on_postgres() -> (Self, String) {
        let database = create_database().await;
        (Plan::default().on_postgres(&database).open().await, database)
    }
}

impl Desk {
    pub async fn open() -> Self {
        Plan::default().open().await
    }

    /// Somebody with a new browser.
    pub fn stranger(&self) -> Client {
        Client::new(self.address, self.host.clone())
    }

    /// Somebody who has signed in.
    pub async fn person(&self, username: &str) -> Client {
        let client = self.stranger();
        client.sign_in(username, PASSWORD).await.leads_to("/");
        client
    }

    /// Somebody who has to choose a new password, and the one they have.
    pub async fn newcomer(&self) -> (Client, String) {
        let ana = self.person("ana").await;
        let created = ana.call("users/create", new_user("newcomer")).await.expect(200).json();
        let password = created["one_time_password"].as_str().unwrap().to_owned();
        let client = self.stranger();
        client.sign_in("newcomer", &password).await.leads_to("/");
        (client, password)
    }

    /// A new setup code, as the process prints it.
    pub async fn setup_code(&self) -> String {
        setup::issue_code(&self.installation.system()).await.unwrap().unwrap()
    }

    /// What the session's cookie holds.
    pub fn session_cookie(&self, client: &Client) -> String {
        client.cookie("keydesk").expect("there is a session")
    }

    pub async fn id_of(&self, username: &str) -> UserId {
        UserId(self.value(&format!("SELECT id FROM users WHERE username_key = '{username}'")).await)
    }

    /// The newest session of this user.
    pub async fn session_of(&self, username: &str) -> Uuid {
        self.value(&format!(
            "SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id \
             WHERE u.username_key = '{username}' ORDER BY s.id DESC"
        ))
        .await
    }

    pub async fn group(&self, code: &str) -> Uuid {
        self.value(&format!("SELECT id FROM groups WHERE builtin = '{code}'")).await
    }

    /// A custom field of this Keydesk.
    pub async fn field(&self) -> FieldId {
        let operator = self.installation.operator();
        match fields::list(&operator).await.unwrap().first() {
            Some(field) => field.id,
            None => {
                let form = FieldForm { name: "Company".into(), ..FieldForm::default() };
                fields::save(&operator, &form).await.unwrap()
            }
        }
    }

    /// A passkey of somebody's, which opens nothing.
    pub async fn passkey_of(&self, username: &str) -> Uuid {
        let id = self.id_of(username).await.0;
        let sql = "INSERT INTO passkeys (id, user_id, credential_id, rp_id, passkey, name, aaguid, synced, created_at) \
                   VALUES ($1, $1, $2, 'localhost', '{}', 'Laptop', $1, 0, 1) ON CONFLICT DO NOTHING";
        let db = self.database.writer();
        let values = [id.into(), username.as_bytes().to_vec().into()];
        db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await.unwrap();
        id
    }

    pub async fn run(&self, sql: &str) {
        self.database.writer().execute_unprepared(sql).await.unwrap();
    }

    pub async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let db = self.database.writer();
        let sql = Statement::from_string(db.get_database_backend(), sql);
        db.query_all_raw(sql).await.unwrap()
    }

    /// The first column of the first row.
    pub async fn value<T: TryGetable>(&self, sql: &str) -> T {
        self.rows(sql).await[0].try_get_by_index(0).unwrap()
    }

    pub async fn count(&self, table: &str) -> i64 {
        self.value(&format!("SELECT count(*) FROM {table}")).await
    }

    /// How many events of this kind there are.
    pub async fn events(&self, kind: &str) -> i64 {
        self.count(&format!("audit_events WHERE kind = '{kind}'")).await
    }
}

/// The arguments that create somebody in no group.
pub fn new_user(username: &str) -> serde_json::Value {
    serde_json::json!({ "form": {
        "username": username, "display_name": "Somebody New", "email": "", "password": "Random", "groups": [],
        "fields": [], "expires_on": "",
    } })
}

/// Arguments of every server function that make sense to it, for whoever calls.
/// A function that is missing here fails the access table.
pub async fn arguments(desk: &Desk, function: &str, caller: &str) -> Option<serde_json::Value> {
    use serde_json::json;
    let ingrid = desk.id_of("ingrid").await;
    // What ends somebody is done to nobody who is still to call.
    let samuel = desk.id_of("samuel").await;
    let operator = desk.installation.operator();
    Some(match function {
        "users/list" => json!({ "listing": domain::users::UserListing::default(), "fields": [] }),
        "users/find" | "users/sessions" | "users/count_sessions" | "users/factors" => json!({ "id": ingrid }),
        "users/update" => {
            let opened = UserChanges::of(&users::find(&operator, samuel).await.unwrap(), &TimeZone::default());
            json!({ "form": UserChanges { display_name: "Another Name".into(), ..opened } })
        }
        "users/disable"
        | "users/enable"
        | "users/delete"
        | "users/reset_password"
        | "users/release"
        | "users/forget_devices" => json!({ "id": samuel }),
        "users/reset_factors" => json!({ "id": samuel, "passkeys": false }),
        "users/remove_passkey" => json!({ "id": samuel, "passkey": desk.passkey_of("samuel").await }),
        "users/ask_second_factor" => json!({ "id": samuel, "required": true }),
        "users/restore" | "users/erase" => {
            if desk.count("users WHERE username_key = 'samuel' AND deleted_at IS NULL").await == 1 {
                users::delete(&operator, samuel).await.unwrap();
            }
            match function {
                "users/restore" => json!({ "id": samuel }),
                _ => json!({ "id": samuel, "name": "samuel" }),
            }
        }
        "users/assign_groups" => {
            let [add, remove] = [desk.group("user-managers").await, desk.group("auditors").await];
            json!({ "id": samuel, "add": [add], "remove": [remove] })
        }
        "users/end_sessions" => json!({ "id": ingrid, "only": null }),
        "users/keep_table_view" => json!({ "view": domain::users::TableView::default() }),
        "fields/save" => {
            let form = FieldForm { name: format!("By {caller}"), ..FieldForm::default() };
            json!({ "form": form })
        }
        "fields/delete" => json!({ "id": desk.field().await }),
        "fields/move" => json!({ "id": desk.field().await, "up": true }),
        "settings/update" => json!({ "form": { "seen": { "bin_days": 30 }, "bin_days": "7" } }),
        "settings/update_security" | "settings/count_enrolling" => {
            json!({ "form": SecurityForm { least: "12".into(), ..SecurityForm::of(&Security::default(), &TimeZone::default()) } })
        }
        "settings/update_time_zone" => json!({ "name": "Asia/Tokyo" }),
        "audit/list" => json!({ "listing": domain::audit::LogListing::default() }),
        "account/hand_over_protection" => json!({ "username": "grace" }),
        "public/account/sign_in_here" => {
            json!({ "step": Step::Password { username: "grace".into(), password: PASSWORD.into() } })
        }
        "users/create" => new_user(&format!("by-{caller}")),
        "users/check_username" => json!({ "username": "somebody.new" }),
        "users/activity" => json!({ "id": ingrid, "before": null }),
        "groups/list"
        | "groups/choices"
        | "fields/list"
        | "fields/add_examples"
        | "settings/find"
        | "settings/find_security"
        | "settings/find_passkeys"
        | "settings/find_time_zone"
        | "settings/list_time_zones"
        | "users/find_table_view"
        | "users/find_second_factor_policy"
        | "account/notices"
        | "account/profile"
        | "account/sessions"
        | "account/end_other_sessions"
        | "account/time_left"
        | "account/factors"
        | "account/ask_proof"
        | "account/begin_app"
        | "account/remove_app"
        | "account/begin_passkey"
        | "account/kept_passkeys"
        | "account/make_recovery_codes"
        | "account/forget_devices"
        | "account/remove_password"
        | "account/stay" => json!({}),
        "account/update_profile" => json!({ "display_name": "Another Name" }),
        "account/change_password" => json!({ "current": PASSWORD, "new": ANOTHER, "end_others": true }),
        "account/end_session" => {
            let own = if caller == "stranger" { ingrid.0 } else { desk.session_of(caller).await };
            json!({ "id": own })
        }
        "account/see_notices" => json!({ "number": 0 }),
        "account/prove" => json!({ "proof": Proof::Password(PASSWORD.into()) }),
        // Whoever may add one is told that this is none.
        "account/add_app" => json!({ "ticket": "none", "code": "000000" }),
        "account/add_passkey" => json!({ "ticket": "none", "answer": "{}", "name": "Laptop" }),
        // Ingrid has this passkey and nobody else.
        "account/rename_passkey" => json!({ "id": desk.passkey_of("ingrid").await, "name": "Laptop" }),
        "account/remove_passkey" => json!({ "id": desk.passkey_of("ingrid").await }),
        "account/password_strength" => json!({ "password": ANOTHER }),
        _ => return None,
    })
}

/// The names of all server functions, without `/fn/`.
pub fn functions() -> Vec<&'static str> {
    let mut names: Vec<_> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.strip_prefix("/fn/").unwrap()).collect();
    names.sort_unstable();
    assert!(names.len() > 10, "the server functions are not linked: {names:?}");
    names
}

/// Those that need a session: all but the few that strangers may call.
pub fn gated_functions() -> impl Iterator<Item = &'static str> {
    functions().into_iter().filter(|name| !name.starts_with("public/"))
}

/// The addresses of all pages of the console, with ingrid where one is about somebody.
pub async fn pages(desk: &Desk) -> Vec<String> {
    let ingrid = desk.id_of("ingrid").await.to_string();
    let mut pages: Vec<_> = leptos_axum::generate_route_list(app::App)
        .iter()
        .map(|route| route.path().replace("{id}", &ingrid).replace(":id", &ingrid))
        .collect();
    pages.sort_unstable();
    pages.dedup();
    assert!(pages.len() > 5 && !pages.iter().any(|page| page.contains(['{', ':'])), "{pages:?}");
    pages
}
