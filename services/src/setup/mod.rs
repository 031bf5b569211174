//! The installation's own row, the codes that open its first run, and that first run.

use domain::{
    Error, HOUR, Problem,
    audit::{Event, Person},
    factors::Strength,
    groups::Builtin,
    guard::Refusal,
    sessions::Method,
    text,
    users::{Names, UserId},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType, OnConflict},
};
use sha2::{Digest, Sha256};

use crate::{
    Context, Failure, Result, audit,
    context::{Change, Purpose, Upkeep, done_all},
    credentials::{PasswordRules, judge},
    groups,
    master_key::MasterKey,
    random,
    sessions::NewSession,
    settings,
    sign_in::{BrowserCookies, SignInDetails, insert_session},
    traces,
    users::{
        self,
        insert::{Credential, More, insert},
    },
};

pub mod entity;
use entity::{installation, setup_code};

/// How long a printed setup code opens the first run.
const CODE_LASTS: domain::Millis = 24 * HOUR;

/// What the operator is told where the key is not the one that the database was made with.
pub const OTHER_KEY: &str = "This database belongs to another master key. Start with the key file it was created \
                             with (KEYDESK_MASTER_KEY_FILE), or with another database.";

/// Notes the installation and its built-in groups where they are missing, and refuses a
/// database that belongs to another master key.
///
/// # Errors
/// `Unexpected` with a sentence for the operator.
pub async fn prepare(cx: &Context, master_key: &MasterKey) -> Result<()> {
    let books = cx.upkeep(Upkeep::Installation);
    let row = installation::ActiveModel {
        id: Set(1),
        name: Set(cx.installation().name().into()),
        created_at: Set(cx.now()),
        set_up_at: Set(None),
        first_administrator: Set(None),
        master_key_id: Set(master_key.id()),
        master_key_check: Set(Sha256::digest(master_key.id()).to_vec()),
    };
    installation::Entity::insert(row)
        .on_conflict(OnConflict::column(installation::Column::Id).do_nothing().to_owned())
        .exec_without_returning(books.db())
        .await?;
    check_key(cx, master_key).await?;
    settings::ensure_readable(cx).await?;
    groups::insert_builtin(&books, cx.now()).await?;
    audit::seal_older(cx).await?;
    traces::prepare(cx).await
}

/// Refuses a database that belongs to another master key.
///
/// # Errors
/// `Unexpected` with a sentence for the operator.
pub async fn check_key(cx: &Context, master_key: &MasterKey) -> Result<()> {
    let access = cx.public_read(Purpose::FirstRun);
    let stored = installation::Entity::find_by_id(1).one(access.db()).await?;
    if stored.is_none_or(|row| row.master_key_id != master_key.id()) {
        return Err(Failure::Unexpected(OTHER_KEY.into()));
    }
    Ok(())
}

/// Whether somebody has become the first administrator.
///
/// # Errors
/// When the database cannot be read.
pub async fn is_set_up(cx: &Context) -> Result<bool> {
    let access = cx.public_read(Purpose::FirstRun);
    let row = installation::Entity::find_by_id(1).one(access.db()).await?;
    Ok(row.is_some_and(|row| row.set_up_at.is_some()))
}

/// A new setup code, or nothing where the first run is over. Codes of other nodes stay valid.
///
/// # Errors
/// When the database refuses.
pub async fn issue_code(cx: &Context) -> Result<Option<String>> {
    if is_set_up(cx).await? {
        return Ok(None);
    }
    let code = random::code();
    let books = cx.upkeep(Upkeep::SetupCode);
    setup_code::Entity::delete_many().filter(setup_code::Column::ExpiresAt.lte(cx.now())).exec(books.db()).await?;
    let row = setup_code::ActiveModel {
        code_hash: Set(code_hash(&code)),
        created_at: Set(cx.now()),
        expires_at: Set(cx.now() + CODE_LASTS),
    };
    setup_code::Entity::insert(row).exec_without_returning(books.db()).await?;
    Ok(Some(code))
}

fn code_hash(code: &str) -> Vec<u8> {
    Sha256::digest(text::code(code, 64).as_bytes()).to_vec()
}

/// The form of the first run, as typed.
pub struct FirstRun<'a> {
    pub code: &'a str,
    pub username: &'a str,
    pub display_name: &'a str,
    pub email: &'a str,
    pub password: &'a str,
}

impl FirstRun<'_> {
    fn names(&self) -> [&str; 3] {
        [self.username, self.display_name, self.email]
    }
}

/// Whether there is a first run, and this code opens it.
async fn may_open(cx: &Context, code: &str) -> Result<()> {
    if is_set_up(cx).await? {
        return Err(Refusal::AlreadySetUp.into());
    }
    let access = cx.public_read(Purpose::FirstRun);
    let valid = setup_code::Entity::find_by_id(code_hash(code))
        .filter(setup_code::Column::ExpiresAt.gt(cx.now()))
        .count(access.db())
        .await?;
    if valid == 0 { Err(Failure::field("code", Problem::SetupCode)) } else { Ok(()) }
}

/// What would be said of this as the first administrator's password.
///
/// # Errors
/// As [`create_first_administrator`].
pub async fn password_strength(cx: &Context, form: FirstRun<'_>) -> Result<Strength> {
    may_open(cx, form.code).await?;
    let rules = PasswordRules::of_nobody(cx, cx.public_read(Purpose::FirstRun).db()).await?;
    Ok(judge(cx, form.password, &form.names(), rules).await?.strength())
}

/// Makes the first administrator and opens their session. Of two at once, one succeeds.
///
/// # Errors
/// `Refused` once the installation is set up; field errors otherwise.
pub async fn create_first_administrator(
    cx: &Context,
    form: FirstRun<'_>,
    cookies: BrowserCookies,
) -> Result<NewSession> {
    // Before any work: without the code, nobody makes this process hash passwords.
    may_open(cx, form.code).await?;
    let names = Names::parse(form.username, form.display_name, form.email);
    let rules = PasswordRules::of_nobody(cx, cx.public_read(Purpose::FirstRun).db()).await?;
    let password = judge(cx, form.password, &form.names(), rules).await?.accepted();
    let (names, password) = match (names, password) {
        (Ok(names), Ok(password)) => (names, password),
        (names, password) => return Err(both(names.err(), password.err()).into()),
    };
    let hash = cx.hash(&password).await?;

    cx.public_change(Purpose::FirstRun, async |change: &Change| {
        claim(change, form.code).await?;
        let credential = Credential { hash, must_change: false };
        let user = insert(change, &names, More { credential: Some(credential), ..More::default() }).await?;
        groups::add(change, user, &[groups::builtin(change, Builtin::Administrators).await?]).await?;
        users::entity::Entity::update_many()
            .col_expr(users::entity::Column::LastSignInAt, Expr::value(change.now()))
            .filter(users::entity::Column::Id.eq(user.0))
            .exec(change.db())
            .await?;
        installation::Entity::update_many()
            .col_expr(installation::Column::SetUpAt, Expr::value(change.now()))
            .col_expr(installation::Column::FirstAdministrator, Expr::value(user.0))
            .exec(change.db())
            .await?;
        setup_code::Entity::delete_many().exec(change.db()).await?;
        let session = NewSession::new(cx, user, users::FIRST_EPOCH, Method::Setup);
        insert_session(change, &session, SignInDetails::new(Method::Setup, false, cookies)).await?;
        let administrator = Person { id: user, name: names.display_name.as_str().into() };
        let events = vec![
            Event::InstallationSetUp { administrator: administrator.clone() },
            Event::SignedIn { user: administrator, method: Method::Setup },
        ];
        Ok(done_all(session, events))
    })
    .await
}

/// Holds the installation's row: of several first runs one goes on, the others wait
/// here and then find it set up.
async fn claim(change: &Change, code: &str) -> Result<()> {
    let row = installation::Entity::find_by_id(1).lock(LockType::Update).one(change.db()).await?;
    if row.is_none_or(|row| row.set_up_at.is_some()) {
        return Err(Refusal::AlreadySetUp.into());
    }
    let used = setup_code::Entity::delete_by_id(code_hash(code)).exec(change.db()).await?;
    if used.rows_affected == 0 {
        return Err(Failure::field("code", Problem::SetupCode));
    }
    Ok(())
}

/// All problems of the form at once.
fn both(names: Option<Error>, password: Option<Problem>) -> Error {
    let mut fields = match names {
        Some(Error::Invalid(fields)) => fields,
        Some(other) => return other,
        None => vec![],
    };
    if let Some(problem) = password {
        fields.push(domain::FieldError { field: "password".into(), problem });
    }
    Error::Invalid(fields)
}

/// Whose the protection of the first administrator is.
pub(crate) async fn first_administrator(db: &impl ConnectionTrait) -> Result<Option<UserId>> {
    let row = installation::Entity::find_by_id(1).one(db).await?;
    Ok(row.and_then(|row| row.first_administrator).map(UserId))
}

/// Within a change: gives the protection of the first administrator to somebody else.
pub(crate) async fn set_first_administrator(change: &Change, user: UserId) -> Result<()> {
    installation::Entity::update_many()
        .col_expr(installation::Column::FirstAdministrator, Expr::value(user.0))
        .exec(change.db())
        .await?;
    Ok(())
}

/// Marks an installation that the operator filled as set up.
pub(crate) async fn mark_set_up(change: &Change, administrator: UserId) -> Result<()> {
    let row = installation::Entity::find_by_id(1).lock(LockType::Update).one(change.db()).await?;
    if row.is_none_or(|row| row.set_up_at.is_some()) {
        return Err(Refusal::AlreadySetUp.into());
    }
    installation::Entity::update_many()
        .col_expr(installation::Column::SetUpAt, Expr::value(change.now()))
        .col_expr(installation::Column::FirstAdministrator, Expr::value(administrator.0))
        .exec(change.db())
        .await?;
    setup_code::Entity::delete_many().exec(change.db()).await?;
    Ok(())
}
