//! `keydesk seed`

use clap::Args;
use services::cast::{self, CAST, State};

use crate::{config::Config, start};

#[derive(Args)]
pub struct Seed {
    /// The cast: seven named people in every state, for trying Keydesk out
    #[arg(long, required = true)]
    cast: bool,
    /// The password of all who can sign in; made up and printed without
    #[arg(long)]
    password: Option<String>,
}

impl Seed {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        debug_assert!(self.cast);
        let installation = start::open(config).await?;
        let password = self.password.unwrap_or_else(cast::random_password);
        cast::seed(&installation.operator(), &password).await.map_err(|failure| match failure.tell() {
            domain::Error::Refused(_) => {
                "Example data goes only into an empty installation, and this one has users.".to_owned()
            }
            error => format!("The password cannot be used: {error}"),
        })?;
        println!("Created, all with the password {password}");
        for member in &CAST {
            let group = member.group.map_or("no group", domain::groups::Builtin::name);
            let state = match member.state {
                State::Active => "",
                State::Disabled => ", disabled",
                State::Invited => ", invited",
            };
            println!("  {:<8} {} ({group}{state})", member.username, member.display_name);
        }
        Ok(())
    }
}
