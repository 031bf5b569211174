//! A code of an authenticator app is compared and used up: each counts once (T9).

use domain::{Problem, users::UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    code::{self, Checked},
    entity as app,
};
use crate::{
    Context, Failure, Result,
    context::{Purpose, Upkeep},
    encryption::Unsealed,
};

/// Whether this is a code of the person's authenticator app that counts now; it then counts
/// no more, also where two arrive at once (T9).
///
/// # Errors
/// A field error `code` that says why not.
pub(crate) async fn verify(cx: &Context, user: UserId, typed: &str) -> Result<()> {
    let wrong = |problem| Err(Failure::field("code", problem));
    let access = cx.public_read(Purpose::SignIn);
    let Some(row) = app::Entity::find_by_id(user.0).one(access.db()).await? else {
        return wrong(Problem::CodeWrong);
    };
    let about: [&[u8]; 2] = [b"totp", user.0.as_bytes()];
    let unsealed = cx.unseal(&about, &row.secret);
    let Unsealed { plain: secret, outdated } =
        unsealed.ok_or_else(|| Failure::Unexpected("an authenticator app's secret cannot be read".into()))?;
    let checked = code::check(&code::totp(&secret, "", "x")?, typed, cx.now(), row.last_step, row.burnt_step);
    let books = cx.upkeep(Upkeep::UsedCode);
    match checked {
        Checked::Right(step) => {
            let mut use_up = app::Entity::update_many()
                .col_expr(app::Column::LastStep, Expr::value(step))
                .col_expr(app::Column::LastUsedAt, Expr::value(cx.now()))
                .filter(app::Column::UserId.eq(user.0))
                .filter(app::Column::LastStep.lt(step));
            if outdated {
                // Of the secret that was read: another app may have taken its place since.
                use_up = use_up
                    .col_expr(app::Column::Secret, Expr::value(cx.seal(&about, &secret)?))
                    .filter(app::Column::Secret.eq(row.secret));
            }
            let used = use_up.exec(books.db()).await?;
            if used.rows_affected == 1 { Ok(()) } else { wrong(Problem::CodeUsed) }
        }
        Checked::Used => wrong(Problem::CodeUsed),
        Checked::ClockOff { step, seconds, ahead } => {
            // A guess has learned when it would count: it never will.
            app::Entity::update_many()
                .col_expr(app::Column::BurntStep, Expr::value(step))
                .filter(app::Column::UserId.eq(user.0))
                .exec(books.db())
                .await?;
            wrong(Problem::ClockOff { seconds, ahead })
        }
        Checked::Wrong => wrong(Problem::CodeWrong),
    }
}
