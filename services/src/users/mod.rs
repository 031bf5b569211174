//! Users: finding, seeing and creating them.

use domain::{
    Error, Permission, Problem,
    audit::{Event, Person},
    groups::GroupId,
    users::{CreatedUser, FirstPassword, Names, NewUser, NewUserForm, User, UserId, Username},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::{
    Context, Failure, Result,
    auth::{self, entity::password, sign_in::standing},
    context::Purpose,
    groups, random,
};

pub mod entity;
pub(crate) mod insert;
mod list;
pub(crate) mod query;

pub use list::list;

/// The security epoch that a new user begins with.
pub(crate) const FIRST_EPOCH: i64 = 1;

/// A text as it is searched and sorted: lower case, without accents (Unicode NFKD less
/// its combining marks).
pub(crate) fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// All that a search looks through, a line each.
pub(crate) fn search_key(username: &str, display_name: &str, email: Option<&str>) -> String {
    let mut key = fold(username);
    for part in [Some(display_name), email].into_iter().flatten() {
        key.push('\n');
        key.push_str(&fold(part));
    }
    key
}

/// One user's page.
///
/// # Errors
/// `NotFound`; those of the gate.
pub async fn find(cx: &Context, id: UserId) -> Result<User> {
    let access = cx.read(Permission::ViewUsers).await?;
    let row = entity::Entity::find_by_id(id.0).one(access.db()).await?.ok_or(Error::NotFound)?;
    let password = password::Entity::find_by_id(id.0).one(access.db()).await?;
    let creator = match row.created_by {
        Some(creator) => entity::Entity::find_by_id(creator).one(access.db()).await?,
        None => None,
    };
    let now = cx.now();
    let idle = cx.installation().limits().idle;
    let sessions = {
        use crate::sessions::entity::{Column, Entity};
        Entity::find()
            .filter(Column::UserId.eq(id.0))
            .filter(Column::Epoch.eq(row.security_epoch))
            .filter(Column::ExpiresAt.gt(now))
            .filter(Column::LastSeenAt.gt(now - idle))
            .count(access.db())
            .await?
    };
    let mut groups = groups::tags_of(access.db(), &[id.0]).await?;
    Ok(User {
        id,
        status: standing(&row, password.is_some(), now),
        must_change_password: password.is_some_and(|password| password.must_change_at.is_some()),
        groups: groups.remove(&id.0).unwrap_or_default(),
        sessions: sessions as u32,
        username: row.username,
        display_name: row.display_name,
        email_verified: row.email_verified_at.is_some(),
        email: row.email,
        last_sign_in_at: row.last_sign_in_at,
        created_at: row.created_at,
        created_by: creator.map(|creator| creator.display_name),
        expires_at: row.expires_at,
    })
}

/// Whether a username can be had: for telling while somebody types.
///
/// # Errors
/// A field error where it is not a username or is taken; those of the gate.
pub async fn check_username(cx: &Context, username: &str) -> Result<()> {
    let access = cx.read(Permission::CreateUsers).await?;
    let name = Username::parse(username).map_err(|problem| Failure::field("username", problem))?;
    let taken = entity::Entity::find().filter(entity::Column::UsernameKey.eq(name.key())).one(access.db()).await?;
    match taken {
        None => Ok(()),
        Some(user) if user.deleted_at.is_some() => Err(Failure::field("username", Problem::TakenInBin)),
        Some(_) => Err(Failure::field("username", Problem::Taken)),
    }
}

/// Creates a user with a password that must be changed at the first sign-in.
///
/// # Errors
/// Field errors; `Refused` for a group that allows more than the actor holds; those of the gate.
pub async fn create(cx: &Context, form: NewUserForm) -> Result<CreatedUser> {
    // Before the hash: somebody without the permission gets no work out of us.
    cx.may_change(Permission::CreateUsers).await?;
    let NewUser { username, display_name, email, password, groups: wanted } = form.parse()?;
    let names = Names { username, display_name, email };
    let email = names.email.as_ref().map_or("", |email| email.as_str());
    let (password, one_time) = match password {
        FirstPassword::Random => {
            let password = random::one_time_password();
            (password.clone(), Some(password))
        }
        FirstPassword::Typed(typed) => {
            let own = [names.username.as_str(), names.display_name.as_str(), email];
            let typed = auth::acceptable(&typed, &own).map_err(|problem| Failure::field("password", problem))?;
            (typed, None)
        }
    };
    let hash = cx.inner().hasher.hash(&password).await?;

    let written = write(cx, &names, hash, &wanted, one_time.is_some()).await;
    let id = cx.recording(written).await?;
    Ok(CreatedUser {
        id,
        display_name: names.display_name.as_str().to_owned(),
        username: names.username.as_str().to_owned(),
        one_time_password: one_time,
    })
}

async fn write(cx: &Context, names: &Names, hash: String, wanted: &[GroupId], one_time: bool) -> Result<UserId> {
    let change = cx.change(Permission::CreateUsers).await?;
    if !wanted.is_empty() {
        change.also(Permission::AssignGroups)?;
    }
    let groups = groups::grantable(&change, wanted).await?;
    let credential = insert::Credential { hash, must_change: true };
    let creator = cx.actor().ok().map(|actor| actor.id);
    let id = insert::insert(&change, names, Some(credential), creator).await?;
    groups::add(&change, id, &groups).await?;
    change
        .commit(Event::UserCreated {
            user: Person { id, name: names.display_name.as_str().to_owned() },
            username: names.username.as_str().to_owned(),
            email: names.email.as_ref().map(|email| email.as_str().to_owned()),
            groups: groups.into_iter().map(|group| group.name).collect(),
            one_time_password: one_time,
        })
        .await?;
    Ok(id)
}

/// Whether there is anybody yet: for the command line.
///
/// # Errors
/// When the database cannot be read.
pub async fn anybody(cx: &Context) -> Result<bool> {
    let access = cx.public_read(Purpose::FirstRun);
    Ok(entity::Entity::find().one(access.db()).await?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_their_accents_and_capitals() {
        assert_eq!(fold("Tomás HERRERA"), "tomas herrera");
        assert_eq!(fold("Ingrid Sólveigardóttir"), "ingrid solveigardottir");
    }

    #[test]
    fn a_search_looks_through_all_three_names() {
        assert_eq!(search_key("Ana", "Ana Moreira", Some("a@b.example")), "ana\nana moreira\na@b.example");
    }
}
