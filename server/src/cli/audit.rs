//! `keydesk audit`

use clap::Subcommand;
use services::audit::{self, Verdict};

use crate::{config::Config, start};

#[derive(Subcommand)]
pub enum Audit {
    /// Check that no event was altered, removed or inserted
    Verify {
        /// A head from the log or an earlier run, which the chain must still contain
        #[arg(long)]
        expect: Option<String>,
    },
}

impl Audit {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        let Self::Verify { expect } = self;
        let installation = start::open_as_is(config).await?;
        match audit::verify_with(&installation.operator(), expect.as_deref())
            .await
            .map_err(|error| error.to_string())?
        {
            Verdict::Intact { events, erased, head } => {
                println!("The audit log is intact: {events} events, head {head}");
                if erased > 0 {
                    println!(
                        "{erased} of them have no details any more. Erasing a person does that; so could somebody else."
                    );
                }
                Ok(())
            }
            Verdict::Broken { seq, what } => Err(format!("The audit log is not intact: event {seq}: {what}.")),
        }
    }
}
