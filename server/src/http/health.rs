//! Whether this process can do its work: for load balancers and orchestrators.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::RETRY_AFTER};
use services::health::{Health, health};
use tokio::{sync::Mutex, time::Instant};

use super::App;

/// How long the database may take before it counts as busy. Two times this is well within a second,
/// after which Kubernetes gives a probe up unless it is told otherwise.
const PATIENCE: Duration = Duration::from_millis(300);

/// How long what was found is given out: however many ask, nobody else waits for their looks, each of
/// which holds for a moment what a change holds.
const FRESH: Duration = Duration::from_millis(500);

/// The last look at the database. Looks take turns, and whoever waited for one takes what it found.
#[derive(Default)]
pub struct Last(Arc<Mutex<Option<(Instant, Health)>>>);

impl Last {
    /// What was found just now, or what this look finds.
    async fn or_look(&self, look: impl Future<Output = Health> + Send + 'static) -> Health {
        let asked = Instant::now();
        let mut last = self.0.clone().lock_owned().await;
        if let Some((at, found)) = *last
            && asked < at + FRESH
        {
            return found;
        }
        // In a task of its own: where whoever asked hangs up, it counts for the others all the same.
        let looking = tokio::spawn(async move {
            let found = look.await;
            *last = Some((Instant::now(), found));
            found
        });
        match looking.await {
            Ok(found) => found,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Health::Away,
            },
        }
    }
}

async fn find(app: &App) -> Health {
    let system = app.installation().system();
    app.0.health.or_look(async move { health(&system, PATIENCE).await }).await
}

/// Whether the process should live: a database that others hold is no reason to end it.
pub async fn alive(State(app): State<App>) -> Response {
    match find(&app).await {
        Health::Ready => "ok\n".into_response(),
        Health::Busy => "busy\n".into_response(),
        Health::Away => away(),
    }
}

/// Whether it should be sent requests.
pub async fn ready(State(app): State<App>) -> Response {
    match find(&app).await {
        Health::Ready => "ok\n".into_response(),
        Health::Busy => (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "2")], "busy\n").into_response(),
        Health::Away => away(),
    }
}

fn away() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], "the database cannot be reached\n").into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// A look that is counted.
    fn look(looks: &Arc<AtomicU32>) -> impl Future<Output = Health> + Send + 'static + use<> {
        let looks = looks.clone();
        async move {
            looks.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Health::Ready
        }
    }

    #[tokio::test(start_paused = true)]
    async fn t30_however_often_somebody_asks_the_database_is_looked_at_twice_a_second() {
        let (last, looks) = (Last::default(), Arc::default());
        for asked in 0..100 {
            assert_eq!(last.or_look(look(&looks)).await, Health::Ready);
            assert_eq!(looks.load(Ordering::SeqCst), 1 + asked / 50, "after {asked} questions");
            tokio::time::advance(FRESH / 50).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn t30_a_look_counts_though_whoever_asked_for_it_hangs_up() {
        let (last, looks) = (Last::default(), Arc::default());
        for _ in 0..100 {
            // Asks once, and hangs up.
            let _ = futures::poll!(std::pin::pin!(last.or_look(look(&looks))));
            tokio::task::yield_now().await;
        }
        assert_eq!(last.or_look(look(&looks)).await, Health::Ready);
        assert_eq!(looks.load(Ordering::SeqCst), 1);
    }
}
