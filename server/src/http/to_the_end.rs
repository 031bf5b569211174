//! What a request changes does not depend on whether its client waits (T4, T7, T23).
//!
//! A connection that closes drops the future that answers it, wherever that stands: a guess
//! would leave no brake and no event, and a sign-out no end of the session. So every
//! request that may change something runs in a task of its own. Pages that are only looked
//! at end with their connection: nobody reads them.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use services::{ClientGuard, Disconnect};
use tokio::sync::{Semaphore, watch};

use super::App;

/// Such requests at once, those whose client is gone included; more wait until one ends.
const MOST: u32 = 1_024;

/// Longer than any client is kept waiting: nothing of ours takes that long.
const LONGEST: Duration = Duration::from_secs(60);

/// The requests under way that may change something.
#[derive(Clone)]
pub struct UnderWay {
    places: Arc<Semaphore>,
    progress: Arc<watch::Sender<Progress>>,
}

/// Since the process began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub begun: u64,
    /// Of these, whose client hung up before the answer.
    pub left: u64,
}

impl Default for UnderWay {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(MOST as usize)), progress: Arc::default() }
    }
}

impl UnderWay {
    /// Waits until there is none.
    pub async fn ended(&self) {
        // The semaphore is never closed.
        let _ = self.places.acquire_many(MOST).await;
    }

    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }
}

/// A client that waits for its answer; dropped without one when it hangs up.
struct Client<'a> {
    _here: ClientGuard,
    progress: &'a watch::Sender<Progress>,
    answered: bool,
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.progress.send_modify(|progress| progress.left += 1);
        }
    }
}

pub async fn run(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    // First all of the body, which is as short and comes as soon as the layers around this want it: who
    // sends slowly holds no place, and is not told that it took too long while the change is yet to come.
    let (parts, body) = request.into_parts();
    let body = match Bytes::from_request(Request::new(body), &()).await {
        Ok(body) => body,
        Err(rejection) => return rejection.into_response(),
    };
    let mut request = Request::from_parts(parts, Body::from(body));
    // Whoever hangs up here has not begun.
    let UnderWay { places, progress } = app.under_way();
    let place = places.clone().acquire_owned().await;
    progress.send_modify(|progress| progress.begun += 1);
    let (disconnect, here) = Disconnect::watched();
    let mut client = Client { _here: here, progress, answered: false };
    request.extensions_mut().insert(disconnect);
    let work = tokio::spawn(async move {
        let answer = tokio::time::timeout(LONGEST, next.run(request)).await;
        drop(place);
        answer.unwrap_or_else(|_| {
            tracing::error!("a request did not come to its end and was given up");
            StatusCode::REQUEST_TIMEOUT.into_response()
        })
    });
    let answer = work.await;
    client.answered = true;
    match answer {
        Ok(answer) => answer,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
    }
}
