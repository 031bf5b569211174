//! Where browsers reach Keydesk, and through whom.

use std::net::{IpAddr, SocketAddr};

use ipnet::{IpNet, Ipv4Net};

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
        .map(canonical)
        .map_err(|_| given.wrong("trusted_proxies", "write networks such as 10.0.0.0/8, with commas between."))
}

/// A network of IPv4 as such, though it may be written within IPv6: who connects is compared as such, too.
fn canonical(network: IpNet) -> IpNet {
    const MAPPED: u8 = 96;
    let mapped = match network {
        IpNet::V6(network) => network.addr().to_ipv4_mapped().zip(network.prefix_len().checked_sub(MAPPED)),
        IpNet::V4(_) => None,
    };
    mapped.and_then(|(address, length)| Ipv4Net::new(address, length).ok()).map_or(network, IpNet::V4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t7_a_network_of_ipv4_is_the_same_however_it_is_written() {
        let read = |text: &str| canonical(text.parse().unwrap()).to_string();
        for (written, meant) in [
            ("::ffff:10.0.0.5/128", "10.0.0.5/32"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::ffff:0:0/95", "::ffff:0.0.0.0/95"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("::1/128", "::1/128"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(read(written), meant, "{written}");
        }
    }
}
