//! Made-up people, as many as wanted: for trying Keydesk out at the size that it will have,
//! and for measuring it. All in one transaction: interrupted, nothing has happened.

use domain::{Problem, audit::Event};
use sea_orm::{ConnectionTrait, Statement};

use crate::{
    Context, Failure, Result,
    bulk_load::{self, DeferredIndexes},
    context::{Change, done_all},
    random, settings,
};

pub mod cast;
mod credentials;
mod existing;
mod field_values;
mod groups;
mod names;
mod people;
mod rng;
mod sessions;
mod write;

use people::World;
use sessions::SESSIONS_MOST;

/// People that can be made up at once.
pub const MOST: u32 = 5_000_000;
/// People written with each round of statements: never more of them are held in memory.
const AT_ONCE: i64 = 1_000;

/// What is being done, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many people are written.
    People(u32),
    /// So many of so many indexes are made.
    Indexes(usize, usize),
}

/// Makes so many people up. The same seed makes the same people; names that are somebody's
/// already are lengthened. Nobody can sign in as one of them.
///
/// # Errors
/// A field error for a number that makes no sense; when the database refuses.
pub async fn seed_users(cx: &Context, users: u32, seed: u64, mut each: impl FnMut(Progress) + Send) -> Result<()> {
    if !(1..=MOST).contains(&users) {
        return Err(Failure::field("users", Problem::OutOfBounds { least: 1, most: MOST }));
    }
    let hash = cx.hash(&random::one_time_password()).await?;
    cx.process_change(async |change: &Change| {
        let before = count(change).await?;
        let world = World {
            names: names::Names::read(),
            seed,
            ids: seed ^ rng::Rng::of(0, before as u64).next_u64(),
            users: i64::from(users),
            now: change.now(),
            time_zone: settings::time_zone(cx, change.db()).await?,
            limits: cx.installation().limits(),
        };
        let (fields, mut events) = field_values::fields(change).await?;
        let rp_id = cx.installation().passkeys().map_or("localhost", |party| party.id()).to_owned();
        let mut writer = write::Writer::new(hash, rp_id, groups::Groups::of(change).await?, fields, cx.is_postgres());
        let existing = existing::Existing::of(change).await?;
        // Where most users are new, it is cheaper to make the indexes once they are there.
        let deferred = if before * 4 < world.users {
            Some(DeferredIndexes::defer(change.db(), &write::TABLES).await?)
        } else {
            None
        };
        let (mut written, mut sessions) = (0, 0);
        while written < world.users {
            let end = (written + AT_ONCE).min(world.users);
            let mut people: Vec<_> = (written + 1..=end).map(|number| world.person(number)).collect();
            existing.avoid(change, &mut people).await?;
            for (number, mut person) in (written + 1..).zip(people) {
                person.sessions.truncate((SESSIONS_MOST - sessions) as usize);
                sessions += person.sessions.len() as i64;
                writer.add(&world, number, person);
            }
            writer.write(change).await?;
            written = end;
            each(Progress::People(written as u32));
        }
        writer.finish(change).await?;
        if let Some(deferred) = deferred {
            deferred.build(change.db(), &mut |done, all| each(Progress::Indexes(done, all))).await?;
        }
        events.push(Event::UsersSeeded { users });
        Ok(done_all((), events))
    })
    .await?;
    bulk_load::checkpoint(cx).await;
    Ok(())
}

async fn count(change: &Change) -> Result<i64> {
    let db = change.db();
    let query = Statement::from_string(db.get_database_backend(), "SELECT count(*) AS found FROM users");
    Ok(db.query_one_raw(query).await?.map_or(Ok(0), |row| row.try_get("", "found"))?)
}
