//! HTTP: every route, what stands before them, and what each answer carries.

mod assets;
mod authenticate;
mod browser;
mod client;
mod console;
mod cookies;
mod entry;
mod health;
pub mod listen;
mod pace;
mod panic;
mod places;
mod router;
mod same_origin;
mod seat;
mod security_headers;
mod session;
mod session_store;
mod to_the_end;
mod well_known;

use std::sync::Arc;

use ipnet::IpNet;
use services::Installation;

pub use assets::Assets;
pub use pace::Slowest;
pub use router::{ROUTES, bounded, harden, router, router_within};
pub use to_the_end::{Progress, UnderWay};

use crate::config::{Config, Origin};

/// What all requests share.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    installation: Installation,
    origin: Origin,
    trusted_proxies: Vec<IpNet>,
    assets: Assets,
    health: health::Last,
    under_way: UnderWay,
}

impl App {
    pub fn new(installation: Installation, config: &Config) -> Self {
        Self(Arc::new(Inner {
            installation,
            origin: config.listening.origin.clone(),
            trusted_proxies: config.clients.trusted_proxies.clone(),
            assets: Assets::load(),
            health: health::Last::default(),
            under_way: UnderWay::default(),
        }))
    }

    fn installation(&self) -> &Installation {
        &self.0.installation
    }

    /// What may still change something.
    pub fn under_way(&self) -> &UnderWay {
        &self.0.under_way
    }

    fn origin(&self) -> &Origin {
        &self.0.origin
    }

    fn assets(&self) -> &Assets {
        &self.0.assets
    }
}
