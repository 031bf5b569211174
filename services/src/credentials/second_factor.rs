//! Whether a second factor is asked of a user, and what an administrator decides about it.

use domain::{
    Millis,
    audit::Event,
    factors::{Factors, Held, Remembered, Required, SecondFactorPolicy},
    groups::GroupId,
    guard::Refusal,
    users::{Ended, UserId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{Browsers, change_for_user, passkey, recovery_codes, refresh_factor_flags, totp};
use crate::{
    Context, Result,
    context::{StandingChange, done, unchanged},
    groups, sessions, settings,
    users::{entity as user, target::Subject},
};

/// What second factor is asked of a user, by the policy that holds and by what the user has.
pub(crate) struct SecondFactorRequirement {
    pub held: Held,
    pub policy: SecondFactorPolicy,
}

impl SecondFactorRequirement {
    pub(crate) async fn of(cx: &Context, db: &impl ConnectionTrait, user: &user::Model) -> Result<Self> {
        let policy = settings::security(db).await?.second_factor;
        let groups: Vec<_> = match policy.required {
            Required::Groups(_) => {
                let groups = groups::of(db, UserId(user.id)).await?;
                groups.into_iter().map(|group| GroupId(group.id)).collect()
            }
            // Most installations, on every sign-in.
            Required::Nobody | Required::Everyone => vec![],
        };
        let factors = Factors::of(user.factors);
        let required = policy.requires(&groups, user.second_factor_required != 0, cx.now());
        // Where passkeys work is asked only where something hangs on it.
        let only_passkeys =
            factors.has(Factors::PASSKEY) && !(factors.has(Factors::APP) && policy.allowed.has(Factors::APP));
        let matters = only_passkeys && (required || factors.has(Factors::APP));
        let stranded = matters && !passkey::any_usable(cx, db, user.id).await?;
        let working = if stranded { factors.without(Factors::PASSKEY) } else { factors };
        Ok(Self { held: Held { factors, working, required, allowed: policy.allowed }, policy })
    }

    /// Whether a browser that was remembered so is not asked for a second factor.
    pub(crate) fn is_waived_by(&self, remembered: Remembered, now: Millis) -> bool {
        self.policy.remembers(remembered, self.held.asked(), now)
    }
}

/// Takes a user's second factors away: app, recovery codes, remembered browsers, and their
/// passkeys with `passkeys`. Their sessions end; what is left lets them sign in.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn reset_second_factors(cx: &Context, id: UserId, passkeys: bool) -> Result<Ended> {
    change_for_user(cx, id, async |change: &StandingChange, user: Subject| {
        totp::delete(change, id).await?;
        recovery_codes::delete_all(change, id).await?;
        let gone = if passkeys { passkey::delete_all(change, id).await? } else { 0 };
        if !refresh_factor_flags(change, id, Browsers::AskedAgain).await?.can_sign_in() {
            return Err(Refusal::LastWayIn.into());
        }
        let sessions = sessions::end_all(change, id).await?;
        let event = Event::SecondFactorsReset { user: user.person(), passkeys: gone as u32, sessions_ended: sessions };
        Ok(done(Ended { sessions }, event))
    })
    .await
}

/// Requires a second factor of a user at their next sign-in, whatever the policy; or no longer.
///
/// # Errors
/// `NotFound`, `Refused`; those of the gate.
pub async fn require_second_factor(cx: &Context, id: UserId, required: bool) -> Result<()> {
    change_for_user(cx, id, async |change: &StandingChange, user: Subject| {
        let row = user.row.clone();
        if (row.second_factor_required != 0) == required {
            return Ok(unchanged(()));
        }
        user::Entity::update_many()
            .col_expr(user::Column::SecondFactorRequired, Expr::value(i64::from(required)))
            .filter(user::Column::Id.eq(id.0))
            .exec(change.db())
            .await?;
        let row = user::Model { second_factor_required: i64::from(required), ..row };
        // A rule for everybody or their groups goes on to hold those who have not set one up.
        if !SecondFactorRequirement::of(cx, change.db(), &row).await?.held.required {
            sessions::no_longer_required(change, id).await?;
        }
        Ok(done((), Event::SecondFactorAsked { user: user.person(), required }))
    })
    .await
}
