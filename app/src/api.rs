//! Between pages and use cases: the error that travels, and the two calls that every
//! server function is made of. The only module that knows which side it runs on.

use domain::Error;
use leptos::{
    prelude::*,
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
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
}

/// An error that a page found by itself, such as an address that makes no sense.
///
/// # Errors
/// Always: the one that is passed.
pub fn refused<T>(error: Error) -> Answer<T> {
    side::set_status(&error);
    Err(ApiError(error))
}

#[cfg(feature = "ssr")]
pub use side::{context, renew, renew_session, respond};

#[cfg(feature = "ssr")]
mod side {
    use domain::Error;
    use http::{HeaderName, HeaderValue, StatusCode, request::Parts};
    use leptos::prelude::*;
    use leptos_axum::ResponseOptions;
    use services::{
        Context, Failure,
        sessions::{self, Seat},
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
        let seat = session.get::<Seat>(sessions::SEAT).await;
        let Ok(Some(seat)) = seat else { return Err(Error::SignedOut.into()) };
        // The row stays where it is, so that whoever ends sessions meanwhile ends it too.
        sessions::detach(cx, seat.id).await?;
        let renewed = async {
            session.insert(sessions::SEAT, Seat { proof_at, ..seat }).await?;
            session.insert(sessions::RENEWED, true).await?;
            session.cycle_id().await?;
            session.save().await
        };
        renewed.await.map_err(|error| Failure::Unexpected(format!("a session could not be renewed: {error}")))
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
}

#[cfg(not(feature = "ssr"))]
mod side {
    /// In the browser the answer has a status already.
    pub(super) fn set_status(_: &domain::Error) {}
}
