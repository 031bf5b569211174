//! Whether this process can do its work: for load balancers and orchestrators.

use std::time::Duration;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::RETRY_AFTER};
use services::health::{Health, health};
use tokio::{sync::Mutex, time::Instant};

use super::App;

/// How long the database may take before it counts as busy.
const PATIENCE: Duration = Duration::from_secs(1);

/// The last look at the database. Looks take turns, and whoever waited for one takes what it
/// found: however many ask, there is one look at a time.
#[derive(Default)]
pub struct Last(Mutex<Option<(Instant, Health)>>);

impl Last {
    async fn or_look(&self, app: &App) -> Health {
        let asked = Instant::now();
        let mut last = self.0.lock().await;
        if let Some((at, found)) = *last
            && at > asked
        {
            return found;
        }
        let found = health(&app.installation().system(), PATIENCE).await;
        *last = Some((Instant::now(), found));
        found
    }
}

/// Whether the process should live: a database that others hold is no reason to end it.
pub async fn alive(State(app): State<App>) -> Response {
    match app.0.health.or_look(&app).await {
        Health::Ready => "ok\n".into_response(),
        Health::Busy => "busy\n".into_response(),
        Health::Away => away(),
    }
}

/// Whether it should be sent requests.
pub async fn ready(State(app): State<App>) -> Response {
    match app.0.health.or_look(&app).await {
        Health::Ready => "ok\n".into_response(),
        Health::Busy => (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "2")], "busy\n").into_response(),
        Health::Away => away(),
    }
}

fn away() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], "the database cannot be reached\n").into_response()
}
