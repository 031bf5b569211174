//! Creating users, and what stands in the way of a name.

use domain::{
    Error, Millis, Permission, Problem,
    audit::{Event, Person},
    fields::FieldValue,
    groups::GroupId,
    guard,
    time::Date,
    users::{CreatedUser, Email, FirstPassword, Names, NewUser, NewUserForm, UserId, Username, end_of_account},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{entity, insert, target};
use crate::{
    Context, Failure, Result,
    context::{Change, Done, done_all},
    credentials::{PasswordRules, judge, normal_form},
    fields, groups, random, settings,
};

/// Whether a username can be had: for telling while somebody types.
///
/// # Errors
/// A field error where it is not a username or is taken; those of the gate.
pub async fn check_username(cx: &Context, username: &str) -> Result<()> {
    let access = cx.read(Permission::CreateUsers).await?;
    let name = Username::parse(username).map_err(|problem| Failure::field("username", problem))?;
    let taken = entity::Entity::find().filter(entity::Column::UsernameKey.eq(name.key())).one(access.db()).await?;
    match taken {
        None if retired(cx, access.db(), &name).await? => Err(Failure::field("username", Problem::Retired)),
        None => Ok(()),
        Some(user) if user.deleted_at.is_some() => Err(Failure::field("username", Problem::TakenInBin)),
        Some(_) => Err(Failure::field("username", Problem::Taken)),
    }
}

/// Creates a user with a password that must be changed at the first sign-in.
///
/// # Errors
/// Field errors; `Refused` for a group that allows more than the actor holds; `Forbidden` for a second
/// factor required by somebody who could not require it later; those of the gate.
pub async fn create(cx: &Context, form: NewUserForm) -> Result<CreatedUser> {
    // Before the hash: somebody without the permission gets no work out of us.
    cx.may_change(Permission::CreateUsers).await?;
    let NewUser {
        username,
        display_name,
        email,
        password,
        groups,
        fields,
        expires_on,
        time_zone,
        second_factor_required,
    } = form.parse()?;
    let names = Names { username, display_name, email };
    let email = names.email.as_ref().map_or("", |email| email.as_str());
    let (password, one_time) = match password {
        FirstPassword::Random => {
            let password = random::one_time_password();
            (password.clone(), Some(password))
        }
        FirstPassword::Typed(typed) => {
            let own = [names.username.as_str(), names.display_name.as_str(), email];
            let access = cx.read(Permission::CreateUsers).await?;
            // Also where a second factor is required: until it is set up, the password is alone.
            let rules = PasswordRules::of_nobody(cx, access.db()).await?;
            let judged = judge(cx, &typed, &own, rules).await?;
            (judged.accepted().map_err(|problem| Failure::field("password", problem))?, None)
        }
    };
    let hash = cx.hash(&password).await?;

    let credential = insert::Credential { hash, must_change: true };
    let new = New {
        names: &names,
        credential,
        groups: &groups,
        fields: &fields,
        expires_on,
        time_zone: time_zone.as_deref(),
        second_factor_required,
    };
    let written =
        cx.change(Permission::CreateUsers, async |change: &Change| write(change, new, one_time.is_some()).await);
    let written = written.await;
    let (username, email) = (Some(&names.username), names.email.as_ref());
    let id = taken_in_bin(cx, Permission::CreateUsers, written, username, email).await?;
    Ok(CreatedUser {
        id,
        display_name: names.display_name.as_str().to_owned(),
        username: names.username.as_str().to_owned(),
        one_time_password: one_time,
    })
}

/// A new user as far as it could be checked outside of the transaction.
struct New<'a> {
    names: &'a Names,
    credential: insert::Credential,
    groups: &'a [GroupId],
    fields: &'a [FieldValue],
    expires_on: Option<Date>,
    time_zone: Option<&'a str>,
    second_factor_required: bool,
}

/// The end of an account that has this last day, where that is not over.
async fn end_after(change: &Change, last_day: Option<Date>, time_zone: Option<&str>) -> Result<Option<Millis>> {
    if last_day.is_none() {
        return Ok(None);
    }
    let wrong = |problem| Failure::field("expires_on", problem);
    let zone = settings::time_zone(change.context(), change.db()).await?;
    zone.ensure_shown(time_zone).map_err(wrong)?;
    let end = end_of_account(&zone, last_day, None);
    if end.is_some_and(|end| end <= change.now()) { Err(wrong(Problem::DayIsOver)) } else { Ok(end) }
}

async fn write(change: &Change, new: New<'_>, one_time: bool) -> Result<Done<UserId>> {
    let New { names, credential, groups: wanted, fields: typed, expires_on, time_zone, second_factor_required } = new;
    if !wanted.is_empty() {
        change.also(Permission::AssignGroups)?;
    }
    if second_factor_required {
        change.also(Permission::ResetCredentials)?;
    }
    let groups = groups::grantable(change, wanted).await?;
    let expires_at = end_after(change, expires_on, time_zone).await?;
    let fields = domain::fields::parse_all(&fields::all(change.db()).await?, typed)?;
    let created_by = change.actor().ok().map(|actor| actor.id);
    let more = insert::More { credential: Some(credential), created_by, expires_at, fields, second_factor_required };
    let id = insert::insert(change, names, more).await?;
    groups::add(change, id, &groups).await?;
    let user = Person { id, name: names.display_name.as_str().to_owned() };
    let mut events = vec![Event::UserCreated {
        user: user.clone(),
        username: names.username.as_str().to_owned(),
        email: names.email.as_ref().map(|email| email.as_str().to_owned()),
        groups: groups.into_iter().map(|group| group.name).collect(),
        one_time_password: one_time,
    }];
    if second_factor_required {
        // As if they had been there already.
        let created = target::find(change, id).await?;
        change.guard(|actor| guard::may_reset_factors(actor, &created.target))?;
        events.push(Event::SecondFactorAsked { user, required: true });
    }
    Ok(done_all(id, events))
}

/// Says of a name or an address that is taken whether somebody in the bin has it: then
/// restoring them is what helps.
pub(super) async fn taken_in_bin<T>(
    cx: &Context,
    permission: Permission,
    result: Result<T>,
    username: Option<&Username>,
    email: Option<&Email>,
) -> Result<T> {
    let Err(Failure::Told(Error::Invalid(mut problems))) = result else { return result };
    for problem in problems.iter_mut().filter(|problem| problem.problem == Problem::Taken) {
        let holder = match (problem.field.as_str(), username, email) {
            ("username", Some(username), _) => entity::Column::UsernameKey.eq(username.key()),
            ("email", _, Some(email)) => entity::Column::EmailKey.eq(normal_form(&email.key())),
            _ => continue,
        };
        let access = cx.read(permission).await?;
        let holder = entity::Entity::find().filter(holder).one(access.db()).await?;
        if holder.is_some_and(|user| user.deleted_at.is_some()) {
            problem.problem = Problem::TakenInBin;
        }
    }
    Err(Error::Invalid(problems).into())
}

async fn retired(cx: &Context, db: &impl ConnectionTrait, name: &Username) -> Result<bool> {
    Ok(entity::retired::Entity::find_by_id(cx.retired(&name.key())).one(db).await?.is_some())
}
