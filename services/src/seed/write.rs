//! Made-up people as rows: the same columns that `users::insert` writes, many at a time.

use domain::fields::Field;
use sea_orm::Value;

use super::{field_values, groups::Groups, people::Person, people::World};
use crate::{
    Result,
    bulk_load::Rows,
    context::Change,
    credentials::normal_form,
    users::{FIRST_EPOCH, fold, search_key},
};

/// The tables that get rows.
pub(super) const TABLES: [&str; 8] =
    ["users", "passwords", "authenticator_apps", "passkeys", "user_stats", "memberships", "custom_values", "sessions"];

/// Rows on their way, table by table.
pub(super) struct Writer {
    users: Rows,
    passwords: Rows,
    apps: Rows,
    passkeys: Rows,
    stats: Rows,
    memberships: Rows,
    values: Rows,
    sessions: Rows,
    /// What everybody's password is compared with; nobody knows the password.
    pub hash: String,
    /// What their passkeys are bound to.
    rp_id: String,
    pub groups: Groups,
    pub fields: Vec<Field>,
}

impl Writer {
    pub fn new(hash: String, rp_id: String, groups: Groups, fields: Vec<Field>, postgres: bool) -> Self {
        let users = "id username username_key display_name display_name_key email email_key email_verified_at \
                     search_key created_at updated_at version last_sign_in_at disabled_at deleted_at expires_at \
                     security_epoch has_credential factors";
        let sessions = "token_hash id user_id epoch method address browser created_at last_seen_at proof_at expires_at";
        let passkeys = "id user_id credential_id rp_id passkey name aaguid synced created_at last_used_at suspect_at";
        let rows =
            |table: &str, columns: &str| Rows::of(table, &columns.split_whitespace().collect::<Vec<_>>(), postgres);
        Self {
            users: rows("users", users),
            passwords: rows("passwords", "user_id hash changed_at must_change_at"),
            apps: rows("authenticator_apps", "user_id secret last_step burnt_step created_at last_used_at"),
            passkeys: rows("passkeys", passkeys),
            stats: rows("user_stats", "user_id sessions"),
            memberships: rows("memberships", "user_id group_id since"),
            values: rows("custom_values", "user_id field_id value value_key"),
            sessions: rows("sessions", sessions),
            hash,
            rp_id,
            groups,
            fields,
        }
    }

    pub fn add(&mut self, world: &World, number: i64, mut person: Person) {
        let p = &mut person;
        let values = field_values::values(p, &self.fields);
        let groups = self.groups.for_person(p, number, world.users);
        let email = p.email();
        let texts = values.iter().map(|(_, value)| value.as_str());
        let key = search_key(&p.username, &p.display_name, email.as_deref(), texts);
        self.users.push([
            p.id.into(),
            p.username.clone().into(),
            p.username.to_ascii_lowercase().into(),
            p.display_name.clone().into(),
            fold(&p.display_name).into(),
            email.clone().into(),
            email.as_deref().map(|email| normal_form(&email.to_lowercase())).into(),
            email.and_then(|_| p.email_verified.then_some(p.created_at)).into(),
            key.into(),
            p.created_at.into(),
            p.created_at.into(),
            1_i64.into(),
            p.last_sign_in_at.into(),
            p.disabled_at.into(),
            p.deleted_at.into(),
            p.expires_at.into(),
            FIRST_EPOCH.into(),
            i64::from(p.has_credential).into(),
            p.credentials.factors().number().into(),
        ]);
        if p.credentials.password {
            // Who has never been here still has the password of the first day.
            let due = p.last_sign_in_at.is_none().then_some(p.created_at);
            self.passwords.push([p.id.into(), self.hash.clone().into(), p.created_at.into(), due.into()]);
        }
        self.add_credentials(p);
        self.stats.push([p.id.into(), (p.sessions.len() as i64).into()]);
        for group in groups {
            self.memberships.push([p.id.into(), group.into(), p.created_at.into()]);
        }
        for (field, value) in values {
            let key = fold(&value);
            self.values.push([p.id.into(), field.into(), value.into(), key.into()]);
        }
        for session in &p.sessions {
            self.sessions.push([
                Value::from(session.token_hash.to_vec()),
                session.id.into(),
                p.id.into(),
                FIRST_EPOCH.into(),
                p.credentials.method().code().into(),
                session.address.clone().into(),
                session.browser.into(),
                session.created_at.into(),
                session.last_seen_at.into(),
                session.created_at.into(),
                (session.created_at + world.limits.absolute).into(),
            ]);
        }
    }

    /// Rows of their credentials beside a password.
    fn add_credentials(&mut self, p: &Person) {
        let last = |created_at: i64| p.last_sign_in_at.filter(|at| *at > created_at);
        if let Some(app) = &p.credentials.app {
            self.apps.push([
                p.id.into(),
                app.secret.to_vec().into(),
                0_i64.into(),
                None::<i64>.into(),
                app.created_at.into(),
                last(app.created_at).into(),
            ]);
        }
        for passkey in &p.credentials.passkeys {
            self.passkeys.push([
                passkey.id.into(),
                p.id.into(),
                passkey.credential_id.to_vec().into(),
                self.rp_id.as_str().into(),
                // Nobody can answer for it: there is no key.
                "{}".into(),
                passkey.name.into(),
                passkey.aaguid.into(),
                i64::from(passkey.synced).into(),
                passkey.created_at.into(),
                last(passkey.created_at).into(),
                None::<i64>.into(),
            ]);
        }
    }

    /// Writes the people that were added, and what of them fills whole statements.
    pub async fn write(&mut self, change: &Change) -> Result<()> {
        self.users.write(change.db()).await?;
        for rows in self.others() {
            rows.write_full(change.db()).await?;
        }
        Ok(())
    }

    /// Writes what is left.
    pub async fn finish(mut self, change: &Change) -> Result<()> {
        for rows in self.others() {
            rows.write(change.db()).await?;
        }
        Ok(())
    }

    fn others(&mut self) -> [&mut Rows; 7] {
        [
            &mut self.passwords,
            &mut self.apps,
            &mut self.passkeys,
            &mut self.stats,
            &mut self.memberships,
            &mut self.values,
            &mut self.sessions,
        ]
    }
}
