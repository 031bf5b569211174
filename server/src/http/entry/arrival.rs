//! From a factor that was given to a session: what the pages before the console and the dialog
//! within it do alike.

use app::api::Opened;
use domain::{Error, factors::Step};
use http::{HeaderMap, HeaderValue};
use services::{
    Context, Failure,
    credentials::Device,
    sessions::NewSession,
    sign_in::{self, Attempt, BrowserCookies, SecondFactor, SignedIn},
};
use tower_sessions::{Session, session::Id};

use super::{super::session_store, App, begin, cookies};

/// A browser that wants in.
pub(super) struct Arrival {
    pub cookies: BrowserCookies,
    /// The session that its cookie will name.
    pub id: Id,
    /// The device cookie that it gets where it is let in: always a new one.
    pub device: Option<HeaderValue>,
}

impl Arrival {
    pub fn new(app: &App, headers: &HeaderMap) -> Result<Self, Failure> {
        let id = Id::default();
        let drawn = cookies::new_device(app.origin()).map_err(|error| Failure::Unexpected(error.to_string()));
        let (cookie, drawn) = drawn?;
        let device = Device::new(cookies::device_hash(app.origin(), headers), drawn);
        Ok(Self { cookies: BrowserCookies { session: session_store::hash(&id), device }, id, device: cookie })
    }
}

/// Gives the browser its session, and the cookie by which it is known again.
async fn opened(app: &App, session: &Session, new: NewSession, arrival: Arrival) -> Result<Opened, Failure> {
    begin(session, new, arrival.id).await?;
    let cookies = arrival.device.into_iter().chain(cookies::clear_pending(app.origin())).collect();
    Ok(Opened { cookies, second_factor: None })
}

/// What follows the first factor: a session, or the question for a second one.
async fn after_first(app: &App, session: &Session, arrival: Arrival, signed_in: SignedIn) -> Result<Opened, Failure> {
    match signed_in {
        SignedIn::Session(new) => opened(app, session, new, arrival).await,
        SignedIn::SecondFactor { token, factors } => {
            let cookies = cookies::set_pending(app.origin(), &token).into_iter().collect();
            Ok(Opened { cookies, second_factor: Some(factors) })
        }
    }
}

/// Signs somebody in with a password: gives their browser a session, or has it asked for more.
pub(super) async fn open_session(
    app: &App,
    cx: &Context,
    session: &Session,
    headers: &HeaderMap,
    login: &str,
    password: &str,
) -> Result<Opened, Failure> {
    let arrival = Arrival::new(app, headers)?;
    let signed_in = sign_in::with_password(cx, Attempt { login, password, cookies: arrival.cookies }).await?;
    after_first(app, session, arrival, signed_in).await
}

/// Signs somebody in with a passkey alone, which answers a question that was bound to this browser.
pub(super) async fn open_session_with_passkey(
    app: &App,
    cx: &Context,
    session: &Session,
    headers: &HeaderMap,
    ticket: &str,
    answer: &str,
) -> Result<Opened, Failure> {
    let binder = cookies::binder(app.origin(), headers).ok_or(Error::NotRecognised)?;
    let arrival = Arrival::new(app, headers)?;
    let signed_in = sign_in::with_passkey(cx, binder.as_bytes(), ticket, answer, arrival.cookies).await?;
    after_first(app, session, arrival, signed_in).await
}

/// Takes the second factor of the sign-in that this browser waits in.
pub(super) async fn give_second_here(
    app: &App,
    cx: &Context,
    session: &Session,
    headers: &HeaderMap,
    second: SecondFactor<'_>,
    remember: bool,
) -> Result<Opened, Failure> {
    let token = cookies::pending(app.origin(), headers).ok_or(Error::SignedOut)?;
    let arrival = Arrival::new(app, headers)?;
    let new = sign_in::with_second_factor(cx, token, second, arrival.cookies, remember).await?;
    opened(app, session, new, arrival).await
}

/// One step of signing in without leaving the page.
pub async fn step(
    app: &App,
    cx: &Context,
    session: &Session,
    headers: &HeaderMap,
    step: Step,
) -> Result<Opened, Failure> {
    let second = match &step {
        Step::Password { username, password } => {
            return open_session(app, cx, session, headers, username, password).await;
        }
        Step::FirstPasskey { ticket, answer } => {
            return open_session_with_passkey(app, cx, session, headers, ticket, answer).await;
        }
        Step::App(code) => SecondFactor::App(code),
        Step::RecoveryCode(code) => SecondFactor::RecoveryCode(code),
        Step::Passkey { ticket, answer } => SecondFactor::Passkey { ticket, answer },
    };
    give_second_here(app, cx, session, headers, second, false).await
}
