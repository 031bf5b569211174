//! Who is on the other end, in words: address and browser.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;
use services::Origin;

use super::browser;

/// The client's address and browser. `X-Forwarded-For` counts only as far as trusted
/// proxies wrote it (T7): from the right, the first address that is none of them.
pub fn origin(peer: Option<SocketAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Origin {
    let agent = headers.get(http::header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let address = peer.map(|peer| client(peer.ip().to_canonical(), headers, trusted));
    Origin {
        address: address.map(|address| address.to_string()).unwrap_or_default(),
        browser: browser::in_words(agent.unwrap_or_default()),
    }
}

fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let mut nearest = peer;
    // As bytes: what a stranger wrote further left may be anything, and spoils nothing to its right.
    let hops =
        headers.get_all("x-forwarded-for").iter().rev().flat_map(|value| value.as_bytes().rsplit(|b| *b == b','));
    for hop in hops.map(<[u8]>::trim_ascii).filter(|hop| !hop.is_empty()) {
        let Some(address) = std::str::from_utf8(hop).ok().and_then(address) else { return nearest };
        nearest = address;
        if !is_trusted(&nearest) {
            break;
        }
    }
    nearest
}

/// An address as proxies write it: alone, with a port, in brackets, in quotes.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.strip_prefix('"').and_then(|hop| hop.strip_suffix('"')).unwrap_or(hop);
    let bracketed = hop.strip_prefix('[').and_then(|hop| hop.split_once(']'));
    let ip = match bracketed {
        Some((ip, "")) => ip,
        Some((ip, port)) if port.strip_prefix(':').is_some_and(is_port) => ip,
        Some(_) => return None,
        None => match hop.split_once(':') {
            // An IPv6 address has more than one colon, and no port without brackets.
            Some((ip, port)) if is_port(port) => ip,
            _ => hop,
        },
    };
    // A link-local address may name the interface that it belongs to.
    let ip = ip.split_once('%').map_or(ip, |(ip, _)| ip);
    ip.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen<V: AsRef<[u8]>>(peer: &str, forwarded: &[V], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", http::HeaderValue::from_bytes(value.as_ref()).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn t7_a_stranger_cannot_claim_another_address() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"], &[]), "192.0.2.1");
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"], &["10.0.0.0/8"]), "192.0.2.1");
    }

    #[test]
    fn t7_a_trusted_proxy_is_believed_for_what_it_saw_itself() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(seen("10.0.0.1", &["198.51.100.7"], &trusted), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", &["1.1.1.1, 198.51.100.7"], &trusted), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", &["1.1.1.1", "198.51.100.7, 10.0.0.2"], &trusted), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", &["nonsense"], &trusted), "10.0.0.1");
        assert_eq!(seen::<&str>("10.0.0.1", &[], &trusted), "10.0.0.1");
    }

    #[test]
    fn t7_what_a_stranger_wrote_before_it_does_not_spoil_what_the_proxy_saw() {
        let trusted = ["10.0.0.0/8"];
        for junk in [&b"\xff"[..], b"\xc3\xa9", b"unknown", b"", b"1.1.1.1:", b"[", b"999.1.1.1", b"\"", b" \t"] {
            let one_line = [junk, b", 198.51.100.7"].concat();
            assert_eq!(seen("10.0.0.1", &[one_line], &trusted), "198.51.100.7", "{junk:?}");
            assert_eq!(seen("10.0.0.1", &[junk, b"198.51.100.7"], &trusted), "198.51.100.7", "{junk:?}");
            // It counts as little where a second proxy of ours stands before the first.
            let two = [junk, b",198.51.100.7,10.0.0.2"].concat();
            assert_eq!(seen("10.0.0.1", &[two], &trusted), "198.51.100.7", "{junk:?}");
        }
    }

    #[test]
    fn t7_an_address_is_read_however_proxies_write_it() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        for (written, address) in [
            ("198.51.100.7:43210", "198.51.100.7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:43210", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
            ("\"[2001:db8::7]:43210\"", "2001:db8::7"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("[::ffff:198.51.100.7]:1", "198.51.100.7"),
            ("fe80::7%eth0", "fe80::7"),
            ("198.51.100.7,", "198.51.100.7"),
            ("198.51.100.7 , 10.0.0.2:8080", "198.51.100.7"),
            ("198.51.100.7, [fd00::2]:8080", "198.51.100.7"),
            ("198.51.100.7, ::ffff:10.0.0.2", "198.51.100.7"),
        ] {
            assert_eq!(seen("10.0.0.1", &[written], &trusted), address, "{written}");
        }
    }

    #[test]
    fn t7_where_the_proxy_wrote_no_address_only_the_proxy_is_known() {
        for written in ["unknown", "_hidden", "198.51.100.7:port", "[198.51.100.7", "2001:db8::7:x", "198.51.100"] {
            let forwarded = [format!("1.1.1.1, {written}")];
            assert_eq!(seen("10.0.0.1", &forwarded, &["10.0.0.0/8"]), "10.0.0.1", "{written}");
        }
    }
}
