//! `keydesk serve`

use std::time::Duration;

use services::{audit, jobs, settings, setup};
use tokio::net::TcpListener;

use crate::{
    config::Config,
    files,
    http::{self, listen},
    start,
    stop::{self, Stop},
    worker::{Running, Worker},
};

/// How long jobs may go on, and what is only in memory be written down, once the requests have ended.
const PATIENCE: Duration = Duration::from_secs(5);

pub async fn serve(config: &Config) -> Result<(), String> {
    let limits = listen::Limits { places: files::places(config.clients.connections)?, ..listen::Limits::default() };
    // Before anything is opened or written: another process may own this port.
    let listener = TcpListener::bind(config.listening.address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "Something else is listening on {} already. Stop it, or choose another port with KEYDESK_LISTEN or --listen.",
            config.listening.address
        ),
        _ => format!(
            "Cannot listen on {}: {error}. Choose an address of this machine with KEYDESK_LISTEN or --listen.",
            config.listening.address
        ),
    })?;
    let installation = start::open(config).await?;
    let system = installation.system();
    // Noting it is the worker's: the first time, all of a log is followed before.
    let alarm = audit::witness(&system).await.map_err(|error| error.to_string())?.alarm();
    if let Some(alarm) = &alarm {
        tracing::error!("THE AUDIT LOG IS NOT THE ONE THAT WAS HERE: {alarm}");
    }
    let code = setup::issue_code(&system).await.map_err(|error| error.to_string())?;
    let peers =
        listen::Peers { trusted: config.clients.trusted_proxies.clone(), public: config.listening.origin.is_public() };
    let server = listen::Server::new(limits, peers);
    let running = Running::default();
    let stop = {
        let (places, running) = (server.places().clone(), running.clone());
        let under_way = move || [places.under_way(), running.names()].concat();
        Stop::listen(limits.grace + 4 * PATIENCE, under_way)
            .map_err(|error| format!("The operating system refuses threads: {error}."))?
    };
    let worker = Worker::start(&system, &stop, running, alarm.is_some());
    for told in &config.remarks.mended {
        tracing::info!("{told}");
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), listen = %config.listening.address, database = %config.storage.database.masked(), "Keydesk is ready at {}", config.listening.origin);
    if config.listening.origin.is_https() && config.clients.trusted_proxies.is_empty() {
        tracing::warn!("no proxy is trusted, so everybody behind yours has one address; keydesk doctor says more");
    }
    match settings::stranded_passkeys(&system).await {
        Ok(None) => {}
        Ok(Some(stranded)) => tracing::warn!("{}", stranded.sentence()),
        Err(error) => return Err(error.to_string()),
    }
    if let Some(code) = code {
        println!(
            "\nThis Keydesk has no administrator yet. Open this link to become the first one:\n\n  {}/first-run?code={code}\n\nIt works once, within a day.\n\n\
             Its data is in {}, its master key in {}.\n",
            config.listening.origin,
            start::place(&config.storage.database),
            start::absolute(&config.storage.master_key_file).display()
        );
    }
    let app = http::App::new(installation, config);
    let under_way = app.under_way().clone();
    let mut cut_off = server.serve(listener, http::router(app), stop.told()).await;
    if tokio::time::timeout(PATIENCE, under_way.ended()).await.is_err() {
        cut_off.push("requests whose clients had left".into());
    }
    cut_off.extend(worker.finish(PATIENCE).await);
    match tokio::time::timeout(PATIENCE, jobs::stop(&system)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) if cut_off.is_empty() => return Err(format!("Stopped, with exit code 1: {error}.")),
        Ok(Err(error)) => tracing::error!("{error}"),
        Err(_) => cut_off.push("writing down who was there".into()),
    }
    if !cut_off.is_empty() {
        return Err(format!("Stopped, with exit code 1; {}.", stop::list(&cut_off)));
    }
    tracing::info!("stopped");
    Ok(())
}
