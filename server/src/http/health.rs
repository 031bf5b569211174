//! Whether this process can do its work: for load balancers.

use axum::extract::State;
use http::StatusCode;
use services::setup;

use super::App;

pub async fn health(State(app): State<App>) -> (StatusCode, &'static str) {
    match setup::is_set_up(&app.installation().system()).await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(cause) => {
            tracing::warn!(%cause, "the health check found the database away");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached\n")
        }
    }
}
