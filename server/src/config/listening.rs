//! Where browsers reach Keydesk, and through whom.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use super::{Origin, given::Given};
use crate::files::MIN;

pub(super) struct Listening {
    pub listen: SocketAddr,
    pub origin: Origin,
    pub trusted_proxies: Vec<IpNet>,
    pub connections: Option<usize>,
}

impl Listening {
    pub fn read(given: &Given) -> Result<Self, String> {
        let listen: SocketAddr = given
            .text("listen")
            .parse()
            .map_err(|_| given.wrong("listen", "write an address and a port, such as 127.0.0.1:3000."))?;
        let insecure_http = given.switch("insecure_http")?;
        let origin = match given.get("origin") {
            Some(origin) => Origin::parse(&origin.text, insecure_http)?,
            None => Origin::localhost(listen.port()),
        };
        let trusted_proxies =
            given.list("trusted_proxies").map(|text| network(given, text)).collect::<Result<_, _>>()?;
        let connections = match given.get("connections") {
            Some(_) => Some(given.number("connections", "connections", MIN as i64..=1_000_000)? as usize),
            None => None,
        };
        Ok(Self { listen, origin, trusted_proxies, connections })
    }
}

fn network(given: &Given, text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| given.wrong("trusted_proxies", "write networks such as 10.0.0.0/8, with commas between."))
}
