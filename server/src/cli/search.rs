//! Building the search anew after an upgrade, for `keydesk migrate`; `keydesk serve` does it while
//! it serves.

use services::{database::Database, jobs, master_key::MasterKey, users};

use super::progress::Progress;
use crate::{config::Config, start};

/// Folds anew what an earlier version has folded. Where the master key is elsewhere, serving does it.
///
/// # Errors
/// A sentence for the operator.
pub async fn rebuild(config: &Config, database: Database) -> Result<(), String> {
    if !config.storage.master_key_file.exists() {
        return Ok(());
    }
    let installation = start::installation(config, database, &MasterKey::open(&config.storage.master_key_file)?);
    let operator = installation.operator();
    let all = users::count_former(&operator).await.map_err(|error| error.to_string())?;
    if all > 0 {
        let mut progress = Progress::new();
        let each = |done| {
            progress.bar(done, all, "people");
            true
        };
        let built = users::rebuild_search(&operator, each).await;
        drop(progress);
        let people = built.map_err(|error| format!("The search cannot be built anew: {error}. Try again."))?;
        println!("The search was built anew for {people} people.");
    }
    jobs::forget_former(&operator)
        .await
        .map_err(|error| format!("What was deleted cannot be taken out of the search: {error}. Try again."))
}
