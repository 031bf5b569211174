//! `keydesk serve`

use services::{jobs, settings, setup};
use tokio::net::TcpListener;

use crate::{config::Config, http, start, worker};

pub async fn serve(config: &Config) -> Result<(), String> {
    // Before anything is opened or written: another process may own this port.
    let listener = TcpListener::bind(config.listen).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "Something else is listening on {} already. Stop it, or choose another port with KEYDESK_LISTEN or --listen.",
            config.listen
        ),
        _ => format!(
            "Cannot listen on {}: {error}. Choose an address of this machine with KEYDESK_LISTEN or --listen.",
            config.listen
        ),
    })?;
    let installation = start::open(config).await?;
    let system = installation.system();
    let code = setup::issue_code(&system).await.map_err(|error| error.to_string())?;
    worker::start(&system);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), listen = %config.listen, database = %config.database.masked(), "Keydesk is ready at {}", config.origin);
    if config.origin.is_https() && config.trusted_proxies.is_empty() {
        tracing::warn!("no proxy is trusted, so everybody behind yours has one address; keydesk doctor says more");
    }
    match settings::stranded_passkeys(&system).await {
        Ok(None) => {}
        Ok(Some(stranded)) => tracing::warn!("{}", stranded.sentence()),
        Err(error) => return Err(error.to_string()),
    }
    if let Some(code) = code {
        println!(
            "\nThis Keydesk has no administrator yet. Open this link to become the first one:\n\n  {}/first-run?code={code}\n\nIt works once, within a day.\n",
            config.origin
        );
    }
    let app = http::App::new(installation, config);
    let under_way = app.under_way().clone();
    http::listen::serve(listener, http::router(app), async {
        signal().await;
        tracing::info!("told to stop: finishing what is under way");
    })
    .await;
    under_way.ended().await;
    jobs::stop(&system).await.map_err(|error| error.to_string())?;
    tracing::info!("stopped");
    Ok(())
}

async fn signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}
