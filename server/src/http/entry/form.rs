//! The forms of the pages before the console. A handler gets one that was read whole, or is not called.

use axum::{
    Extension, Form,
    extract::{FromRequest, FromRequestParts, Request},
    response::{IntoResponse, Response},
};
use domain::Error;
use http::HeaderMap;
use serde::de::DeserializeOwned;
use services::Context;

use super::{App, failed};

/// A form of a page before the console. Fields that are missing are empty.
pub trait EntryForm: DeserializeOwned + Send {
    /// The page that says that the form could not be read, and why.
    fn unreadable(
        app: &App,
        _cx: &Context,
        headers: &HeaderMap,
        error: Error,
    ) -> impl Future<Output = Response> + Send {
        std::future::ready(failed(app, headers, error.into()))
    }
}

/// A form that arrived whole. One that did not, of another type, too large or with a field twice, is answered with
/// its page.
pub struct Sent<T>(pub T);

impl<T: EntryForm> FromRequest<App> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let who = Extension::<Context>::from_request_parts(&mut parts, app).await;
        let Extension(cx) = who.map_err(IntoResponse::into_response)?;
        let headers = parts.headers.clone();
        let form = <Form<T> as FromRequest<App>>::from_request(Request::from_parts(parts, body), app).await;
        match form.map_err(|error| Error::Malformed(error.body_text())) {
            Ok(Form(form)) => Ok(Self(form)),
            Err(error) => Err(T::unreadable(app, &cx, &headers, error).await),
        }
    }
}
