//! A sign-in that ends well: its session, the browser that is known from now on and the events are written
//! together or not at all.

use domain::{Error, audit::Event, factors::Remembered, sessions::Method, users::UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    Context, Result,
    context::{Change, Done, OwnAct, done, done_all, person},
    credentials::{Device, devices},
    sessions::{self, NewSession},
    users::entity as user,
};

/// The cookies of the browser that signs in, by their hashes: those it has, or gets when it
/// is let in.
#[derive(Clone, Copy, Debug)]
pub struct BrowserCookies {
    /// What will open its session.
    pub session: [u8; 32],
    /// What it is known by the next time.
    pub device: Device,
}

/// What is known of a sign-in that ends well.
#[derive(Clone, Copy)]
pub(crate) struct SignInDetails {
    pub method: Method,
    /// A second factor has to be set up before anything else.
    pub must_enrol: bool,
    pub cookies: BrowserCookies,
    /// From now on this browser is not asked for a second factor.
    pub remember: Option<Remembered>,
}

impl SignInDetails {
    pub fn new(method: Method, must_enrol: bool, cookies: BrowserCookies) -> Self {
        Self { method, must_enrol, cookies, remember: None }
    }
}

/// The only place where a sign-in ends well: the session, the browser that is known from now
/// on and the events are written together or not at all.
///
/// # Errors
/// `NotRecognised` where the user was disabled or reset since the factor was looked up.
pub(super) async fn start_session(
    change: &Change,
    user: &user::Model,
    details: SignInDetails,
    more: Vec<Event>,
) -> Result<Done<NewSession>> {
    let SignInDetails { method, must_enrol, .. } = details;
    let updated = user::Entity::update_many()
        .col_expr(user::Column::LastSignInAt, Expr::value(change.now()))
        .filter(user::Column::Id.eq(user.id))
        .filter(user::Column::SecurityEpoch.eq(user.security_epoch))
        .exec(change.db())
        .await?;
    if updated.rows_affected == 0 {
        // Disabled or reset since the factor was looked up.
        return Err(Error::NotRecognised.into());
    }
    let session = NewSession::new(change.context(), UserId(user.id), user.security_epoch, method);
    let session = NewSession { must_enrol, ..session };
    let over_limit = insert_session(change, &session, details).await?;
    let mut events = vec![Event::SignedIn { user: user.person(), method }];
    events.extend(over_limit.map(|(count, most)| Event::SessionsOverLimit { user: user.person(), count, most }));
    events.extend(more);
    Ok(done_all(session, events))
}

/// Within a change: writes a session and remembers that its user signed in on this browser. Says how many of
/// the user's oldest sessions ended with it, and how many there may be, where it was one too many.
pub(crate) async fn insert_session(
    change: &Change,
    session: &NewSession,
    details: SignInDetails,
) -> Result<Option<(u32, u32)>> {
    let SignInDetails { cookies, remember, .. } = details;
    let device = cookies.device.renew(change).await?;
    let browser = devices::name_browser(change, device, session.user).await?;
    let ended = sessions::insert(change, cookies.session, browser, session).await?;
    devices::note(change, device, browser, session.user, remember).await?;
    Ok((ended > 0).then(|| (ended, change.context().installation().limits().per_person)))
}

/// Ends the session that asks.
///
/// # Errors
/// `SignedOut` when it has ended already.
pub async fn sign_out(cx: &Context) -> Result<()> {
    cx.own_change(OwnAct::SignOut, async |change: &Change| {
        let actor = change.actor()?;
        sessions::remove(change, actor.id, Some(actor.session)).await?;
        Ok(done((), Event::SignedOut { user: person(actor) }))
    })
    .await
}
