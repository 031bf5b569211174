//! The credentials of made-up people. They open nothing: nobody has the keys.

use domain::{Millis, factors::Factors, sessions::Method};
use uuid::{Uuid, uuid};

use super::{
    people::{World, id},
    rng::Rng,
};

/// Random numbers of their own, so that the people of a seed stay who they are.
const APART: u64 = 0x5ec0_4dfa_c704_5000;

/// Who keeps a passkey, by the number of its make, and whether on several devices.
const PROVIDERS: [(Uuid, &str, bool); 5] = [
    (uuid!("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"), "Apple Passwords", true),
    (uuid!("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"), "Google Password Manager", true),
    (uuid!("d548826e-79b4-db40-a3d8-11116f7e8349"), "Bitwarden", true),
    (uuid!("08987058-cadc-4b81-b6e1-30de50dcbe96"), "Windows Hello", false),
    (uuid!("fa2b99dc-9e39-4257-8f92-4a30d23c4118"), "YubiKey 5 NFC", false),
];

/// What somebody has set up since they first signed in.
#[derive(Default)]
pub(super) struct Credentials {
    pub password: bool,
    pub app: Option<App>,
    pub passkeys: Vec<Passkey>,
}

pub(super) struct App {
    /// As long as a sealed one.
    pub secret: [u8; 60],
    pub created_at: Millis,
}

pub(super) struct Passkey {
    pub id: Uuid,
    pub credential_id: [u8; 32],
    pub name: &'static str,
    pub aaguid: Uuid,
    pub synced: bool,
    pub created_at: Millis,
}

impl Credentials {
    pub fn factors(&self) -> Factors {
        let all = [
            (self.password, Factors::PASSWORD),
            (!self.passkeys.is_empty(), Factors::PASSKEY),
            (self.app.is_some(), Factors::APP),
        ];
        all.into_iter().filter(|(has, _)| *has).fold(Factors::NONE, |all, (_, kind)| all.and(kind))
    }

    /// What their sessions began with.
    pub fn method(&self) -> Method {
        match (self.passkeys.is_empty(), &self.app) {
            (false, _) => Method::Passkey,
            (true, Some(_)) => Method::PasswordAndApp,
            (true, None) => Method::Password,
        }
    }
}

impl World {
    /// Of those who were here, about 12 in 100 have an app, 8 passkeys, and 1 no password any more.
    pub fn credentials(&self, number: i64, created_at: Millis, last_sign_in_at: Option<Millis>) -> Credentials {
        let Some(last) = last_sign_in_at else { return Credentials { password: true, ..Credentials::default() } };
        let mut rng = Rng::of(self.seed ^ APART, number as u64);
        let mut ids = Rng::of(self.ids ^ APART, number as u64);
        let moment = |rng: &mut Rng| created_at + rng.below(last - created_at);
        let app = rng.chance(130_000).then(|| App { secret: ids.bytes(), created_at: moment(&mut rng) });
        let mut passkeys = vec![];
        if rng.chance(88_000) {
            for _ in 0..1 + i64::from(rng.chance(300_000)) {
                let created_at = moment(&mut rng);
                let (aaguid, name, synced) = rng.one_of(&PROVIDERS).copied().unwrap_or((Uuid::nil(), "Passkey", false));
                let id = id(created_at, &mut ids);
                passkeys.push(Passkey { id, credential_id: ids.bytes(), name, aaguid, synced, created_at });
            }
        }
        let password = passkeys.is_empty() || !rng.chance(125_000);
        Credentials { password, app, passkeys }
    }
}
