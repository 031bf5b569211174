//! A bug in one request ends neither the process nor other requests (T30).

use std::any::Any;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use services::Failure;

pub fn answer(cause: Box<dyn Any + Send>) -> Response<Body> {
    let cause = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    let told = Failure::Unexpected(format!("a panic: {cause}")).tell();
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{}\n", told.sentence())).into_response()
}
