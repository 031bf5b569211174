//! `keydesk seed`

use clap::{ArgGroup, Args};
use services::{
    Installation,
    seed::{
        self,
        cast::{self, CAST, State},
    },
    setup,
};

use super::progress::Progress;
use crate::{config::Config, start};

#[derive(Args)]
#[command(group(ArgGroup::new("what").required(true).multiple(true).args(["cast", "users"])))]
pub struct Seed {
    /// The cast: seven named people in every state, for trying Keydesk out
    #[arg(long)]
    cast: bool,
    /// The password of all of the cast who can sign in; made up and printed without
    #[arg(long, requires = "cast")]
    password: Option<String>,
    /// So many made-up people, whom nobody can sign in as. Others have to wait while it runs
    #[arg(long, allow_negative_numbers = true)]
    users: Option<String>,
    /// Another number makes other people up
    #[arg(long, default_value_t = 1, requires = "users")]
    seed: u64,
}

impl Seed {
    pub async fn run(self, config: &Config) -> Result<(), String> {
        let users = self.users.as_deref().map(number).transpose()?;
        let installation = start::open(config).await?;
        super::committing(installation, async |installation| {
            if self.cast {
                let password = self.password.unwrap_or_else(cast::random_password);
                seed_cast(installation, &password).await?;
            }
            match users {
                Some(users) => make_up(installation, users, self.seed).await,
                None => Ok(()),
            }
        })
        .await
    }
}

/// How many people, or a sentence.
fn number(text: &str) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|users| (1..=seed::MOST).contains(users))
        .ok_or_else(|| format!("{text} people cannot be made up. Give --users a number from 1 to {}.", seed::MOST))
}

async fn seed_cast(installation: &Installation, password: &str) -> Result<(), String> {
    cast::seed(&installation.operator(), password).await.map_err(|failure| match failure.tell() {
        domain::Error::Refused(_) => {
            "The cast goes only into an empty installation, and this one has users.".to_owned()
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

async fn make_up(installation: &Installation, users: u32, seed: u64) -> Result<(), String> {
    let mut progress = Progress::new();
    let each = |done: seed::Progress| match done {
        seed::Progress::People(done) => progress.bar(done.into(), users.into(), "people"),
        seed::Progress::Indexes(done, all) => progress.bar(done as u64, all as u64, "indexes"),
    };
    let started = std::time::Instant::now();
    seed::seed_users(&installation.operator(), users, seed, each).await.map_err(|error| error.to_string())?;
    drop(progress);
    println!(
        "{users} people were made up in {:.1} s. Nobody can sign in as one of them.",
        started.elapsed().as_secs_f64()
    );
    if !setup::is_set_up(&installation.system()).await.map_err(|error| error.to_string())? {
        println!(
            "There is no administrator yet: open the link that keydesk serve prints. In an empty installation, \
             keydesk seed --cast --users {users} would have made one."
        );
    }
    Ok(())
}
