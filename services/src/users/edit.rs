//! Editing a user: names, e-mail, expiry, groups, custom fields and, if asked for, a new password.

use domain::{
    Error, Millis, Permission, Problem,
    audit::{Event, FieldChange, Person},
    fields::{self as domain_fields, Field, FieldId},
    guard::{self, Target},
    time::TimeZone,
    users::{Changed, Edited, NewPassword, UserChanges, end_of_account},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    create::taken_in_bin,
    entity, fold, insert, search_key, standing,
    target::{NO_RULE, Subject},
};
use crate::{
    Context, Failure, Result,
    context::{Change, Done, StandingChange, done_all},
    credentials::{normal_form, password},
    fields, groups, settings,
};

/// Saves an edit.
///
/// # Errors
/// Field errors; `Stale` when somebody else saved since the form was opened; `Refused`;
/// those of the gate.
pub async fn update(cx: &Context, form: &UserChanges) -> Result<Edited> {
    // Before the hash: somebody without the permission gets no work out of us.
    cx.may_change(Permission::EditUsers).await?;
    let changed = form.parse()?;
    let password = match &form.password {
        NewPassword::Keep => None,
        wanted => {
            cx.may_change(Permission::ResetCredentials).await?;
            Some(password::prepare(cx, form.id, wanted, &changed).await?)
        }
    };
    let email = changed.email.clone();
    let saved =
        cx.change_user(Permission::EditUsers, NO_RULE, form.id, async |change: &StandingChange, user: Subject| {
            save(change, user, form, changed, password).await
        });
    let saved = saved.await;
    taken_in_bin(cx, Permission::EditUsers, saved, None, email.as_ref()).await
}

async fn save(
    change: &StandingChange,
    Subject { row, target }: Subject,
    form: &UserChanges,
    changed: Changed,
    password: Option<password::Prepared>,
) -> Result<Done<Edited>> {
    if row.version != form.version {
        return Err(Error::Stale.into());
    }
    let zone = settings::time_zone(change.context(), change.db()).await?;
    if changed.expires_on.is_some() {
        let shown = zone.ensure_shown(form.time_zone.as_deref());
        shown.map_err(|problem| Failure::field("expires_on", problem))?;
    }
    let expires_at = end_of_account(&zone, changed.expires_on, row.expires_at);
    allowed(change, &row, &target, &changed, expires_at)?;
    let (defined, values) = own_fields(change, form).await?;
    let mut events = vec![];
    let before = fields::of(change.db(), form.id).await?;
    let changes = differences(&row, (&changed, expires_at), &defined, &values, &before, &zone);
    let user = Person { id: form.id, name: changed.display_name.as_str().to_owned() };
    if row.expires_at != expires_at && row.expires_at.is_some_and(|end| end <= change.now()) {
        // The account had ended: nothing from before its end goes on.
        standing::end_what_goes_on(change, form.id).await?;
    }
    if !changes.is_empty() {
        write(change, &row, (&changed, expires_at), &values).await?;
        events.push(Event::UserUpdated { user: user.clone(), changes });
    }
    events.extend(groups::change_members(change, &target, &form.groups).await?);
    let mut given = None;
    if let Some(password) = password {
        change.also(Permission::ResetCredentials)?;
        let (shown, event) = password::give(change, &target, password).await?;
        given = Some(shown);
        events.push(event);
    }
    Ok(done_all(Edited { password: given }, events))
}

/// What the rules say of this edit.
fn allowed(
    change: &Change,
    row: &entity::Model,
    target: &Target,
    changed: &Changed,
    expires_at: Option<Millis>,
) -> Result<()> {
    if changed.email.as_ref().map(|email| email.as_str()) != row.email.as_deref() {
        change.guard(|actor| guard::may_touch(actor, target))?;
    }
    if expires_at != row.expires_at {
        change.guard(|actor| guard::may_change_standing(actor, target))?;
        if expires_at.is_some_and(|end| end <= change.now()) {
            return Err(Failure::field("expires_on", Problem::DayIsOver));
        }
    }
    Ok(())
}

/// The fields that are defined now, and the form's value for each of them.
async fn own_fields(change: &Change, form: &UserChanges) -> Result<(Vec<Field>, Vec<(FieldId, Option<String>)>)> {
    let defined = fields::all(change.db()).await?;
    let values = domain_fields::parse_all(&defined, &form.fields)?;
    Ok((defined, values))
}

fn differences(
    row: &entity::Model,
    (changed, expires_at): (&Changed, Option<Millis>),
    defined: &[Field],
    values: &[(FieldId, Option<String>)],
    before: &std::collections::HashMap<FieldId, String>,
    zone: &TimeZone,
) -> Vec<FieldChange> {
    let (was, is) = (row.expires_at.map(|end| zone.record(end)), expires_at.map(|end| zone.record(end)));
    let mut changes = vec![
        FieldChange::between("Display name", Some(&row.display_name), Some(changed.display_name.as_str())),
        FieldChange::between("E-mail", row.email.as_deref(), changed.email.as_ref().map(|email| email.as_str())),
        FieldChange::between("Account ends", was.as_deref(), is.as_deref()),
    ];
    changes.extend(values.iter().map(|(id, value)| {
        let name = defined.iter().find(|field| field.id == *id).map_or("", |field| field.name.as_str());
        FieldChange::between(name, before.get(id).map(String::as_str), value.as_deref())
    }));
    changes.into_iter().flatten().collect()
}

async fn write(
    change: &StandingChange,
    row: &entity::Model,
    (changed, expires_at): (&Changed, Option<Millis>),
    values: &[(FieldId, Option<String>)],
) -> Result<()> {
    let (name, email) = (changed.display_name.as_str(), changed.email.as_ref().map(|email| email.as_str()));
    let key = search_key(&row.username, name, email, values.iter().filter_map(|(_, value)| value.as_deref()));
    // Another address is nobody's until a link confirms it.
    let verified = if email == row.email.as_deref() { row.email_verified_at } else { None };
    let updated = entity::Entity::update_many()
        .col_expr(entity::Column::DisplayName, Expr::value(name))
        .col_expr(entity::Column::DisplayNameKey, Expr::value(fold(name)))
        .col_expr(entity::Column::Email, Expr::value(email))
        .col_expr(entity::Column::EmailKey, Expr::value(changed.email.as_ref().map(|it| normal_form(&it.key()))))
        .col_expr(entity::Column::EmailVerifiedAt, Expr::value(verified))
        .col_expr(entity::Column::SearchKey, Expr::value(key))
        .col_expr(entity::Column::ExpiresAt, Expr::value(expires_at))
        .col_expr(entity::Column::UpdatedAt, Expr::value(change.now()))
        .col_expr(entity::Column::Version, Expr::value(row.version + 1))
        .filter(entity::Column::Id.eq(row.id))
        .filter(entity::Column::Version.eq(row.version))
        .exec(change.db())
        .await
        .map_err(insert::taken)?;
    if updated.rows_affected == 0 {
        return Err(Error::Stale.into());
    }
    fields::write(change, domain::users::UserId(row.id), values).await
}
