//! The cast: a few named people for trying Keydesk out and for its tests.

use domain::{
    DAY, Problem,
    audit::Event,
    groups::Builtin,
    guard::Refusal,
    users::{Names, UserId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    Context, Failure, Result,
    context::{Change, done},
    credentials, groups, setup,
    users::{
        self, entity as user,
        insert::{Credential, More, insert},
    },
};

/// One of the cast.
pub struct Member {
    pub username: &'static str,
    pub display_name: &'static str,
    pub email: &'static str,
    pub group: Option<Builtin>,
    pub state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Active,
    Disabled,
    /// Without any credential.
    Invited,
}

const fn member(
    username: &'static str,
    display_name: &'static str,
    email: &'static str,
    group: Option<Builtin>,
    state: State,
) -> Member {
    Member { username, display_name, email, group, state }
}

/// The first administrator, a second one, a user manager, an auditor, somebody without
/// groups, somebody disabled, somebody invited.
pub const CAST: [Member; 7] = [
    member("ana", "Ana Moreira", "ana@northwind.example", Some(Builtin::Administrators), State::Active),
    member("grace", "Grace Okafor", "grace@northwind.example", Some(Builtin::Administrators), State::Active),
    member("tomas", "Tomás Herrera", "t.herrera@northwind.example", Some(Builtin::UserManagers), State::Active),
    member("priya", "Priya Raghunathan", "priya@northwind.example", Some(Builtin::Auditors), State::Active),
    member("ingrid", "Ingrid Sólveigardóttir", "ingrid@northwind.example", None, State::Active),
    member("samuel", "Samuel Adeyemi", "samuel@northwind.example", None, State::Disabled),
    member("yutong", "Yutong Li", "yutong.li@northwind.example", None, State::Invited),
];

/// Fills an empty installation with the cast; all who can sign in share the password.
///
/// # Errors
/// `Refused` where there is anybody already; a field error for a weak password.
pub async fn seed(cx: &Context, password: &str) -> Result<()> {
    if users::anybody(cx).await? {
        return Err(Refusal::AlreadySetUp.into());
    }
    let password = credentials::judge(cx, password, &[], credentials::PasswordRules::default())
        .await?
        .accepted()
        .map_err(|problem: Problem| Failure::field("password", problem))?;
    let hash = cx.hash(&password).await?;
    cx.process_change(async |change: &Change| {
        let mut first = None;
        for (at, member) in CAST.iter().enumerate() {
            let id = add(change, member, &hash).await?;
            let created_at = change.now() - (CAST.len() - at) as i64 * 3 * DAY;
            dress(change, id, member, created_at).await?;
            first.get_or_insert(id);
        }
        setup::mark_set_up(change, first.unwrap_or(UserId::nil())).await?;
        Ok(done((), Event::CastSeeded { users: CAST.len() as u32 }))
    })
    .await
}

async fn add(change: &Change, member: &Member, hash: &str) -> Result<UserId> {
    let names = Names::parse(member.username, member.display_name, member.email)?;
    let credential = (member.state != State::Invited).then(|| Credential { hash: hash.to_owned(), must_change: false });
    let id = insert(change, &names, More { credential, ..More::default() }).await?;
    if let Some(group) = member.group {
        groups::add(change, id, &[groups::builtin(change, group).await?]).await?;
    }
    Ok(id)
}

async fn dress(change: &Change, id: UserId, member: &Member, created_at: i64) -> Result<()> {
    let disabled_at = (member.state == State::Disabled).then_some(created_at + DAY);
    user::Entity::update_many()
        .col_expr(user::Column::CreatedAt, Expr::value(created_at))
        .col_expr(user::Column::DisabledAt, Expr::value(disabled_at))
        .filter(user::Column::Id.eq(id.0))
        .exec(change.db())
        .await?;
    Ok(())
}

/// A password for the cast where the operator names none.
pub fn random_password() -> String {
    crate::random::one_time_password()
}
