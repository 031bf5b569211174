//! Who connects: through whom, and how many at once.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use super::{
    given::Given,
    setting::{Setting, setting},
};
use crate::files::MIN;

pub(super) const SETTINGS: [Setting; 2] = [
    setting(
        "trusted_proxies",
        "KEYDESK_TRUSTED_PROXIES",
        "Networks whose X-Forwarded-For counts, with commas between [KEYDESK_TRUSTED_PROXIES]",
    )
    .or(""),
    setting(
        "connections",
        "KEYDESK_CONNECTIONS",
        "Connections at once, a quarter of them for one address [KEYDESK_CONNECTIONS, default: 1024]",
    ),
];

#[derive(Clone, Debug)]
pub struct Clients {
    pub trusted_proxies: Vec<IpNet>,
    /// At once; as many as usual where nothing is said, or as `ulimit -n` allows.
    pub connections: Option<usize>,
}

pub(super) fn read(given: &Given) -> Result<Clients, String> {
    let trusted_proxies = given.list("trusted_proxies").map(|text| network(given, text)).collect::<Result<_, _>>()?;
    let connections = match given.get("connections") {
        Some(_) => Some(given.number("connections", "connections", MIN as i64..=1_000_000)? as usize),
        None => None,
    };
    Ok(Clients { trusted_proxies, connections })
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

pub(super) fn effective(clients: &Clients) -> [String; SETTINGS.len()] {
    let Clients { trusted_proxies, connections } = clients;
    [
        trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        connections.map(|connections| connections.to_string()).unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::refuses;

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

    #[test]
    fn what_cannot_be_used_is_named() {
        refuses(&[
            ("trusted_proxies", "everybody", "KEYDESK_TRUSTED_PROXIES"),
            ("connections", "3", "KEYDESK_CONNECTIONS"),
            ("connections", "many", "connections"),
        ]);
    }
}
