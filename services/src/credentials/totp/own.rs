//! One's own authenticator app. Its secret waits sealed in the page until a code of it was
//! verified; until then nothing of it is stored, and the one before goes on to count (T9).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    MINUTE, Millis, Problem,
    audit::Event,
    factors::{AppSetup, Factors},
    users::UserId,
};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};
use zeroize::Zeroizing;

use super::{
    code::{self, Checked, SECRET},
    delete, entity as app,
};
use crate::{
    Context, Failure, Result,
    context::{OwnAct, StandingChange, done, done_all, unchanged},
    credentials::{Browsers, added, ensure_can_sign_in, own_change, own_event, recovery_codes},
    random,
    users::entity as user,
};

/// A page with a QR code can be left open so long.
const SETUP_LASTS: Millis = 30 * MINUTE;

/// Makes a secret up and shows it.
///
/// # Errors
/// Those of the gate.
pub async fn begin_totp(cx: &Context) -> Result<AppSetup> {
    let own = cx.own_account_for(OwnAct::AddFactor)?;
    let secret = Zeroizing::new(random::bytes::<SECRET>());
    let mut plain = Zeroizing::new(cx.now().to_be_bytes().to_vec());
    plain.extend_from_slice(secret.as_slice());
    let sealed = cx.seal(&[b"app setup", own.id().0.as_bytes()], &plain)?;
    show(cx, secret.as_slice(), URL_SAFE_NO_PAD.encode(sealed))
}

/// Shows the same once more, where the code typed was wrong; a new one where it is too late.
///
/// # Errors
/// Those of the gate.
pub async fn continue_totp(cx: &Context, ticket: &str) -> Result<AppSetup> {
    let own = cx.own_account_for(OwnAct::AddFactor)?;
    match opened(cx, own.id(), ticket) {
        Some(secret) => show(cx, &secret, ticket.to_owned()),
        None => begin_totp(cx).await,
    }
}

/// The secret in a ticket that was handed out to this person not too long ago.
fn opened(cx: &Context, id: UserId, ticket: &str) -> Option<Zeroizing<Vec<u8>>> {
    let sealed = URL_SAFE_NO_PAD.decode(ticket).ok()?;
    let plain = cx.unseal(&[b"app setup", id.0.as_bytes()], &sealed)?.plain;
    let (at, secret) = plain.split_at_checked(8)?;
    let at = Millis::from_be_bytes(at.try_into().ok()?);
    (0..SETUP_LASTS).contains(&(cx.now() - at)).then(|| Zeroizing::new(secret.to_vec()))
}

fn show(cx: &Context, secret: &[u8], ticket: String) -> Result<AppSetup> {
    let totp = code::totp(secret, cx.installation().name(), &cx.actor()?.username)?;
    let link = totp.to_url().map_err(|error| Failure::Unexpected(format!("a link for an app: {error}")))?;
    let typed = totp.secret().to_base32();
    let groups: Vec<&str> = typed.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
    Ok(AppSetup { ticket, secret: groups.join(" "), picture: picture(&link)?, link })
}

/// The QR code as SVG, in the colour of the text around it on white.
fn picture(link: &str) -> Result<String> {
    use qrcode::{Color, EcLevel, QrCode};
    let code = QrCode::with_error_correction_level(link, EcLevel::M);
    let code = code.map_err(|error| Failure::Unexpected(format!("a QR code: {error}")))?;
    let (width, quiet) = (code.width(), 4);
    let side = width + 2 * quiet;
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + quiet, at / width + quiet));
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

/// Stores the app once a code of it is right; says the recovery codes where they were made.
///
/// # Errors
/// A field error `code`; `TooMany`; those of the gate.
pub async fn add_totp(cx: &Context, ticket: &str, code: &str) -> Result<Option<Vec<String>>> {
    let own = cx.own_account_for(OwnAct::AddFactor)?;
    let id = own.id();
    let secret = opened(cx, id, ticket).ok_or_else(|| Failure::field("code", Problem::TooLate))?;
    let step = match code::check(&code::totp(&secret, "", "x")?, code, cx.now(), 0, None) {
        Checked::Right(step) => step,
        Checked::ClockOff { seconds, ahead, .. } => {
            return Err(Failure::field("code", Problem::ClockOff { seconds, ahead }));
        }
        _ => return Err(Failure::field("code", Problem::CodeWrong)),
    };
    own_change(cx, OwnAct::AddFactor, async |change: &StandingChange, user: user::Model| {
        let replaced = Factors::of(user.factors).has(Factors::APP);
        let row = app::ActiveModel {
            user_id: Set(id.0),
            secret: Set(cx.seal(&[b"totp", id.0.as_bytes()], &secret)?),
            // The code that was typed has counted.
            last_step: Set(step),
            burnt_step: Set(None),
            created_at: Set(change.now()),
            last_used_at: Set(None),
        };
        let all = [app::Column::Secret, app::Column::LastStep, app::Column::BurntStep, app::Column::CreatedAt];
        app::Entity::insert(row)
            .on_conflict(OnConflict::column(app::Column::UserId).update_columns(all).to_owned())
            .exec_without_returning(change.db())
            .await?;
        let ended = added(change, &user, if replaced { Browsers::AskedAgain } else { Browsers::Stay }).await?;
        let codes = recovery_codes::make_first(change, id).await?;
        let mut events = vec![own_event(change, |user| Event::AppAdded { user, replaced })?];
        if codes.is_some() {
            events.push(own_event(change, |user| Event::RecoveryCodesMade { user })?);
        }
        events.extend(ended);
        Ok(done_all(codes, events))
    })
    .await
}

/// Takes one's own app away.
///
/// # Errors
/// `Refused` where nothing that is required would be left; those of the gate.
pub async fn remove_totp(cx: &Context) -> Result<()> {
    own_change(cx, OwnAct::RemoveFactor, async |change: &StandingChange, user: user::Model| {
        if !delete(change, UserId(user.id)).await? {
            return Ok(unchanged(()));
        }
        ensure_can_sign_in(change, UserId(user.id)).await?;
        let event = own_event(change, |user| Event::AppRemoved { user })?;
        Ok(done((), event))
    })
    .await
}
