//! One made-up person: all of it follows from the seed and the person's number.

use std::sync::Arc;

use domain::{DAY, Millis, sessions::SessionLimits, time::TimeZone};
use uuid::Uuid;

use super::{
    credentials::Credentials,
    names::{Named, Names},
    rng::Rng,
    sessions::Session,
};

/// Accounts were created over four years, and people last signed in within two.
const CREATED_WITHIN: Millis = 4 * 365 * DAY;
const SIGNED_IN_WITHIN: Millis = 2 * 365 * DAY;

/// What all made-up people of one run have in common.
pub(super) struct World {
    pub names: Names,
    pub seed: u64,
    /// Another one on an installation that has users already, so that ids never meet again.
    pub ids: u64,
    pub users: i64,
    pub now: Millis,
    /// Accounts end with a day of this zone.
    pub time_zone: Arc<TimeZone>,
    pub limits: SessionLimits,
}

pub(super) struct Person {
    pub id: Uuid,
    pub username: String,
    pub display_name: String,
    /// What follows the @, for those who have an e-mail address.
    pub host: Option<&'static str>,
    pub email_verified: bool,
    pub city: String,
    pub created_at: Millis,
    pub last_sign_in_at: Option<Millis>,
    pub disabled_at: Option<Millis>,
    pub deleted_at: Option<Millis>,
    pub expires_at: Option<Millis>,
    pub has_credential: bool,
    /// What they prove themselves with, where there is anything.
    pub credentials: Credentials,
    pub sessions: Vec<Session>,
    /// For what else there is about them.
    pub rng: Rng,
}

impl Person {
    pub fn email(&self) -> Option<String> {
        Some(format!("{}@{}", self.username, self.host?))
    }
}

pub(super) fn id(at: Millis, rng: &mut Rng) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(at.max(0) as u64, &rng.bytes()).into_uuid()
}

impl World {
    /// Later numbers were created later, so that ids come in order, which indexes like; and
    /// there are more of them each year.
    fn created_at(&self, number: i64) -> Millis {
        let passed = (number as f64 / self.users as f64).sqrt();
        self.now - CREATED_WITHIN + (passed * (CREATED_WITHIN - DAY) as f64) as Millis
    }

    /// The end of this moment's day, or where that is still to come, of the day before.
    fn ended(&self, at: Millis) -> Millis {
        let day = self.time_zone.date_of(at);
        let end = self.time_zone.end_of(day);
        if end < self.now { end } else { self.time_zone.start_of(day) - 1 }
    }

    pub fn person(&self, number: i64) -> Person {
        let mut rng = Rng::of(self.seed, number as u64);
        let mut ids = Rng::of(self.ids, number as u64);
        let Named { display_name, username, city } = self.names.one(&mut rng);
        let created_at = self.created_at(number);
        let age = self.now - created_at;
        let hosts = ["northwind.example", "mail.example", "contoso.example", "post.example.org", "firma.example"];
        let mut person = Person {
            id: id(created_at, &mut ids),
            username: format!("{username}{number}"),
            display_name,
            host: if rng.chance(920_000) { rng.one_of(&hosts).copied() } else { None },
            email_verified: rng.chance(700_000),
            city,
            created_at,
            last_sign_in_at: None,
            disabled_at: None,
            deleted_at: None,
            expires_at: None,
            has_credential: true,
            credentials: Credentials::default(),
            sessions: vec![],
            rng,
        };
        let rng = &mut person.rng;
        let mut until = self.now;
        let mut active = false;
        match rng.below(1_000) {
            // In the bin, but not for so long that they are erased the next minute.
            0..10 => person.deleted_at = Some(self.now - rng.below(age.min(20 * DAY))),
            10..40 => person.disabled_at = Some(self.now - rng.below(age)),
            40..50 => person.expires_at = Some(self.ended(self.now - rng.below(age))),
            50..60 => {
                let day = self.time_zone.date_of(self.now + DAY + rng.below(60 * DAY));
                person.expires_at = Some(self.time_zone.end_of(day));
                active = true;
            }
            60..100 => person.has_credential = false,
            _ => active = true,
        }
        for end in [person.deleted_at, person.disabled_at, person.expires_at].into_iter().flatten() {
            until = until.min(end);
        }
        // With the invited, one in twelve has never been here.
        if person.has_credential && !rng.chance(42_000) {
            // Most were here lately: of the time that has passed, the cube of a fraction.
            let fraction = rng.below(1_000_000) as f64 / 1e6;
            let span = (until - created_at).min(SIGNED_IN_WITHIN);
            person.last_sign_in_at = Some(until - (fraction.powi(3) * span as f64) as Millis);
        }
        // Of every 1,000 people five sit in front of it, and those are among the active.
        if active && person.last_sign_in_at.is_some() && rng.chance(self.sessions_in_a_million()) {
            for _ in 0..1 + i64::from(rng.chance(100_000)) {
                person.sessions.push(self.session(&mut person.rng, &mut ids));
            }
            person.last_sign_in_at = person.sessions.iter().map(|session| session.created_at).max();
        }
        if person.has_credential {
            person.credentials = self.credentials(number, created_at, person.last_sign_in_at);
        }
        person
    }
}
