//! An authenticator app of our own: HMAC and arithmetic, written from RFC 4226 and RFC 6238.

use domain::{Millis, SECOND, factors::AppSetup};
use hmac::{Hmac, KeyInit, Mac};
use services::credentials;
use sha1::Sha1;

use crate::support::Desk;

pub struct App {
    pub secret: Vec<u8>,
    /// The recovery codes that came with it.
    pub recovery: Vec<String>,
    last: i64,
}

impl App {
    /// Sets one up for this person.
    pub async fn of(desk: &Desk, username: &str) -> Self {
        let own = desk.person(username).await;
        let setup = credentials::begin_totp(&own).await.unwrap();
        let mut app = Self::shown(&setup);
        app.recovery = credentials::add_totp(&own, &setup.ticket, &app.at(desk)).await.unwrap().unwrap_or_default();
        app
    }

    /// Takes the secret over as it is shown.
    pub fn shown(setup: &AppSetup) -> Self {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits: Vec<u8> = setup
            .secret
            .bytes()
            .filter(|byte| *byte != b' ')
            .flat_map(|byte| {
                let value = ALPHABET.iter().position(|letter| *letter == byte).unwrap();
                (0..5).rev().map(move |bit| (value >> bit & 1) as u8)
            })
            .collect();
        let secret = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |all, bit| all << 1 | bit)).collect();
        Self { secret, recovery: vec![], last: 0 }
    }

    /// The code now.
    pub fn at(&self, desk: &Desk) -> String {
        self.after(desk, 0)
    }

    /// The code of an app whose clock is off.
    pub fn after(&self, desk: &Desk, off: Millis) -> String {
        let step = (desk.clock.now() + off) / SECOND / 30;
        let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&self.secret).unwrap();
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 15);
        let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// The code now; the test has to let half a minute go by before the next.
    pub fn code(&mut self, desk: &Desk) -> String {
        let step = desk.clock.now() / SECOND / 30;
        assert!(step > self.last, "this code was used before");
        self.last = step;
        self.at(desk)
    }
}
