//! `keydesk factors`: what a restore brings back of what proves people, and how to void it.

use clap::{Args, Subcommand};
use domain::{Error, guard::Refusal};
use services::{Context, credentials};

use crate::{config::Config, start};

#[derive(Subcommand)]
pub enum Factors {
    /// List who has passkeys or unused recovery codes
    List,
    /// Void the passkeys and recovery codes of users, after a restore brought back old ones
    Void(Void),
}

#[derive(Args)]
#[group(required = true)]
pub struct Void {
    /// Usernames
    users: Vec<String>,
    /// Everybody who has some
    #[arg(long, conflicts_with = "users")]
    all: bool,
}

impl Factors {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        let installation = start::open_as_is(config).await?;
        match self {
            Self::List => list(&installation.operator(), usize::MAX).await,
            Self::Void(void) => {
                super::committing(installation, async |installation| void.run(&installation.operator()).await).await
            }
        }
    }
}

/// Prints who has what, so many of them at most.
pub async fn list(operator: &Context, most: usize) -> Result<(), String> {
    let holders = credentials::holders(operator).await.map_err(|error| error.to_string())?;
    for holder in holders.iter().take(most) {
        println!("  {:<30} passkeys: {}, recovery codes: {}", holder.username, holder.passkeys, holder.recovery_codes);
    }
    if holders.is_empty() {
        println!("Nobody has passkeys or recovery codes.");
    }
    if holders.len() > most {
        println!("  and {} more: keydesk factors list", holders.len() - most);
    }
    Ok(())
}

impl Void {
    async fn run(self, operator: &Context) -> Result<(), String> {
        let mut users = self.users;
        if self.all {
            let holders = credentials::holders(operator).await.map_err(|error| error.to_string())?;
            users = holders.into_iter().map(|holder| holder.username).collect();
        }
        let mut left = 0;
        for username in users {
            match credentials::void(operator, &username).await {
                Ok(voided) => println!(
                    "{}: passkeys voided: {}, recovery codes voided: {}",
                    voided.username, voided.passkeys, voided.recovery_codes
                ),
                Err(failure) => {
                    left += 1;
                    println!("{username}: {}", sentence(&failure.tell()));
                }
            }
        }
        if left == 0 { Ok(()) } else { Err(format!("{left} users keep what they have; the reasons are above.")) }
    }
}

fn sentence(error: &Error) -> String {
    match error {
        Error::NotFound => "there is no such user".into(),
        Error::Refused(Refusal::LastWayIn) => "nothing was voided: a passkey is all they have to sign in with. Give \
            them a one-time password in the console first, then do this again"
            .into(),
        error => format!("nothing was voided: {error}"),
    }
}
