//! Between pages and use cases: the error that travels, and the two calls that every
//! server function is made of. The only module that knows which side it runs on.

use domain::Error;
use leptos::{
    prelude::*,
    server_fn::{Bytes, Decodes, codec::JsonEncoding, error::ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Which half this is. Unlike `is_browser()`, true also when a view's owner is gone already.
pub const ON_SERVER: bool = cfg!(feature = "ssr");

/// What a server function answers.
pub type Answer<T> = Result<T, ApiError>;

/// A [`domain::Error`] that can cross between server and browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(pub Error);

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ApiError {}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            ServerFnErrorErr::Args(what) | ServerFnErrorErr::MissingArg(what) => Error::Malformed(what),
            ServerFnErrorErr::Deserialization(what) => Error::Malformed(what),
            // The browser could not reach us: nothing of ours is wrong.
            ServerFnErrorErr::Request(_) => Error::Busy { retry_after: 5 },
            other => Error::Malformed(other.to_string()),
        };
        side::set_status(&error);
        Self(error)
    }

    // Every refusal that the browser gets from a server function comes by here.
    fn de(data: Bytes) -> Self {
        let error = Self::Encoder::decode(data)
            .unwrap_or_else(|error| Self::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string())));
        if error.0 == Error::SignedOut {
            side::signed_out();
        }
        error
    }
}

/// An error that a page found by itself, such as an address that makes no sense.
///
/// # Errors
/// Always: the one that is passed.
pub fn refused<T>(error: Error) -> Answer<T> {
    side::set_status(&error);
    Err(ApiError(error))
}

pub use side::when_signed_out;
#[cfg(feature = "ssr")]
pub use side::{Door, Opened, context, renew, renew_session, respond, sign_in};

#[cfg(feature = "ssr")]
mod side {
    use std::{pin::Pin, sync::Arc};

    use domain::{
        Error,
        factors::{Factors, Step},
    };
    use http::{HeaderName, HeaderValue, StatusCode, header::SET_COOKIE, request::Parts};
    use leptos::prelude::*;
    use leptos_axum::ResponseOptions;
    use services::{
        Context, Failure,
        sessions::{self, NewSession, record},
    };
    use tower_sessions::Session;

    use super::{Answer, ApiError};

    /// The way through the gate for the request at hand.
    ///
    /// # Errors
    /// `SignedOut` where a request did not come through the server's own layers.
    pub fn context() -> Answer<Context> {
        use_context::<Parts>()
            .and_then(|parts| parts.extensions.get::<Context>().cloned())
            .ok_or(ApiError(Error::SignedOut))
    }

    /// A use case's result as a server function's answer, with the status that goes with it.
    ///
    /// # Errors
    /// What a person can be told of the failure.
    pub fn respond<T>(result: services::Result<T>) -> Answer<T> {
        result.map_err(Failure::tell).map_err(|error| {
            set_status(&error);
            ApiError(error)
        })
    }

    /// On the server nobody waits for it.
    pub fn when_signed_out(_: Callback<()>) {}

    pub(super) fn signed_out() {}

    pub(super) fn set_status(error: &Error) {
        let Some(response) = use_context::<ResponseOptions>() else { return };
        if let Ok(status) = StatusCode::from_u16(error.status()) {
            response.set_status(status);
        }
        if let Error::TooMany { retry_after } | Error::Busy { retry_after } = error {
            response.insert_header(HeaderName::from_static("retry-after"), HeaderValue::from(*retry_after));
        }
    }

    /// Gives the session a new cookie with a new time of proof; the old one dies (T13).
    ///
    /// # Errors
    /// `SignedOut` when it has ended meanwhile.
    pub async fn renew(cx: &Context, session: &Session, proof_at: domain::Millis) -> services::Result<()> {
        let found = session.get::<NewSession>(record::SESSION).await;
        let Ok(Some(found)) = found else { return Err(Error::SignedOut.into()) };
        let found = NewSession { proof_at, ..found };
        let fields = record::renewed(&found)?;
        // The row stays where it is, so that whoever ends sessions meanwhile ends it too.
        sessions::detach(cx, found.id).await?;
        let renewed = async {
            for (name, value) in fields {
                session.insert_value(&name, value).await?;
            }
            session.cycle_id().await?;
            session.save().await
        };
        renewed.await.map_err(|error| Failure::from_text("a session could not be renewed", error))
    }

    /// [`renew`] for the session of the request at hand.
    ///
    /// # Errors
    /// As there.
    pub async fn renew_session(proof_at: domain::Millis) -> Answer<()> {
        let session = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Session>().cloned());
        let Some(session) = session else { return super::refused(Error::SignedOut) };
        respond(renew(&context()?, &session, proof_at).await)
    }

    /// How a step of signing in ended: cookies to send, and the second factors that one of is
    /// asked for.
    #[derive(Debug, Default)]
    pub struct Opened {
        pub cookies: Vec<HeaderValue>,
        pub second_factor: Option<Factors>,
    }

    type Opening = Pin<Box<dyn Future<Output = services::Result<Opened>> + Send>>;

    /// Signs somebody in as the form before the console does. Sessions' and browsers' cookies are
    /// the server's affair, so the server provides it.
    #[derive(Clone)]
    pub struct Door(Arc<dyn Fn(Parts, Step) -> Opening + Send + Sync>);

    impl Door {
        pub fn new<F: Future<Output = services::Result<Opened>> + Send + 'static>(
            open: impl Fn(Parts, Step) -> F + Send + Sync + 'static,
        ) -> Self {
            Self(Arc::new(move |parts, step| Box::pin(open(parts, step))))
        }
    }

    /// Signs in the browser of the request at hand.
    ///
    /// # Errors
    /// As the form before the console; `SecondFactorNeeded` where the password was right and is
    /// not enough.
    pub async fn sign_in(step: Step) -> Answer<()> {
        let (Some(Door(open)), Some(parts)) = (use_context(), use_context::<Parts>()) else {
            return super::refused(Error::SignedOut);
        };
        let Opened { cookies, second_factor } = respond(open(parts, step).await)?;
        if let Some(response) = use_context::<ResponseOptions>() {
            cookies.into_iter().for_each(|cookie| response.append_header(SET_COOKIE, cookie));
        }
        match second_factor {
            None => Ok(()),
            Some(factors) => super::refused(Error::SecondFactorNeeded(factors)),
        }
    }
}

#[cfg(not(feature = "ssr"))]
mod side {
    use std::cell::Cell;

    use leptos::prelude::*;

    thread_local! {
        static SIGNED_OUT: Cell<Option<Callback<()>>> = const { Cell::new(None) };
    }

    /// In the browser the answer has a status already.
    pub(super) fn set_status(_: &domain::Error) {}

    /// Calls back whenever a server function answers that nobody is signed in any more.
    pub fn when_signed_out(tell: Callback<()>) {
        SIGNED_OUT.set(Some(tell));
    }

    pub(super) fn signed_out() {
        if let Some(tell) = SIGNED_OUT.get() {
            tell.run(());
        }
    }
}
