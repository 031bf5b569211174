//! `keydesk audit`

use clap::Subcommand;
use services::{
    Installation,
    audit::{self, Verdict, Witness},
};

use crate::{config::Config, start};

#[derive(Subcommand)]
pub enum Audit {
    /// Check that no event was altered, removed or inserted, and that the log goes on from the
    /// head that this machine noted
    Verify {
        /// A head from the log or an earlier run, which the chain must still contain
        #[arg(long)]
        expect: Option<String>,
    },
    /// Take today's log for the right one, after you went back to an earlier state of the database
    AcceptHead,
}

impl Audit {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        let installation = start::open_as_is(config).await?;
        match self {
            Self::Verify { expect } => verify(&installation, expect.as_deref()).await,
            Self::AcceptHead => accept_head(&installation).await,
        }
    }
}

async fn verify(installation: &Installation, expect: Option<&str>) -> Result<(), String> {
    let operator = installation.operator();
    match audit::verify_with(&operator, expect).await.map_err(|error| error.to_string())? {
        Verdict::Intact { events, erased, head } => {
            println!("The audit log is intact: {events} events, head {head}");
            if erased > 0 {
                println!("{erased} of them have no details any more: people in them were erased.");
            }
            if let (Witness::Silent, Some(outside)) =
                (audit::witness(&operator).await.map_err(|error| error.to_string())?, installation.outside())
            {
                println!(
                    "Whether it was cut back cannot be said: no head is noted in {} yet. keydesk serve notes it.",
                    outside.path().display()
                );
            }
            Ok(())
        }
        Verdict::Broken { seq, what } => Err(format!("The audit log is not intact: event {seq}: {what}.")),
    }
}

async fn accept_head(installation: &Installation) -> Result<(), String> {
    match audit::accept_head(&installation.operator()).await.map_err(|error| error.to_string())? {
        None => println!("There is nothing to accept: the log goes on from what was noted."),
        Some(accepted) => {
            println!("Accepted, which is an event of the log itself. From here on it has to go on from there.");
            if accepted.closed {
                println!("Everybody has to sign in again, and remembered browsers are asked for a second factor.");
                println!(
                    "Passkeys and recovery codes are those of then: keydesk factors list says who has some, keydesk \
                     factors void takes them away."
                );
            }
            if accepted.erased_again > 0 {
                println!("People who had been erased, and were erased again: {}.", accepted.erased_again);
            }
            if let Some(username) = &accepted.kept {
                println!("{}", super::kept(username));
            }
        }
    }
    Ok(())
}
