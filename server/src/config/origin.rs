//! The public address: what browsers see, and so what cookies and same-origin checks go by.

use std::fmt;

use super::text::shown;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    https: bool,
    /// Host, with a port unless it is the scheme's own.
    host: String,
    insecure: bool,
}

impl Origin {
    pub fn localhost(port: u16) -> Self {
        Self { https: false, host: format!("localhost:{port}"), insecure: false }
    }

    /// Reads `https://host` or `http://host`. Without TLS only loopback names are
    /// accepted, unless the operator insists (T14).
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn parse(text: &str, insecure_http: bool) -> Result<Self, String> {
        let wrong = || {
            format!(
                "origin (KEYDESK_ORIGIN) is “{}”; write a scheme and a host without a path, such as https://keydesk.example.org.",
                shown(text)
            )
        };
        let (scheme, host) = text.trim_end_matches('/').split_once("://").ok_or_else(wrong)?;
        if !is_host(host) {
            return Err(wrong());
        }
        let host = host.to_ascii_lowercase();
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(wrong()),
        };
        let own_port = if https { ":443" } else { ":80" };
        let host = host.strip_suffix(own_port).unwrap_or(&host).to_owned();
        if !https && !insecure_http && !is_loopback(&host) {
            return Err(format!(
                "origin (KEYDESK_ORIGIN) is “{text}”: without TLS passwords and cookies could be read on the way. \
                 Use https, or start with --insecure-http if you must."
            ));
        }
        Ok(Self { https, host, insecure: insecure_http && !https })
    }

    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Whether browsers come to another machine's name: then those who connect from this one are
    /// proxies.
    pub fn is_public(&self) -> bool {
        !is_loopback(&self.host)
    }

    pub fn insecure(&self) -> bool {
        self.insecure
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host without its port, where it is a name and no IP address.
    pub fn name(&self) -> Option<&str> {
        let host = match port(&self.host) {
            Some(port) => &self.host[..self.host.len() - port.len() - 1],
            None => &self.host,
        };
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
        (!address).then_some(host)
    }

    /// Whether a request under this `Host` should be sent to the public name: another
    /// name of this same machine, which would have its own cookies and passkeys.
    pub fn is_other_loopback_name(&self, host: &str) -> bool {
        is_loopback(&self.host)
            && is_loopback(host)
            && !self.host.eq_ignore_ascii_case(host)
            && port(&self.host) == port(host)
    }
}

/// A name or an address, perhaps with a port (RFC 1035, section 2.3.4: a name has 253 characters at most).
fn is_host(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let named = match name.strip_prefix('[') {
        Some(address) => address.strip_suffix(']').is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok()),
        None => (1..=253).contains(&name.len()) && name.chars().all(plain) && !name.starts_with('.'),
    };
    named && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

fn port(host: &str) -> Option<&str> {
    host.rsplit_once(':').map(|(_, port)| port).filter(|port| port.bytes().all(|b| b.is_ascii_digit()))
}

fn is_loopback(host: &str) -> bool {
    let name = match port(host) {
        Some(port) => &host[..host.len() - port.len() - 1],
        None => host,
    };
    name.eq_ignore_ascii_case("localhost")
        || name.ends_with(".localhost")
        || name.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t14_a_public_address_without_tls_is_refused_unless_insisted_upon() {
        assert!(Origin::parse("http://keydesk.example.org", false).is_err());
        assert!(Origin::parse("http://keydesk.example.org", true).is_ok());
        assert!(Origin::parse("https://keydesk.example.org", false).is_ok());
        assert!(Origin::parse("http://127.0.0.1:3000", false).is_ok());
        assert!(Origin::parse("http://127.0.0.1.example.org", false).is_err());
    }

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        let written = |text| Origin::parse(text, false).unwrap().to_string();
        assert_eq!(written("https://KeyDesk.example.org:443/"), "https://keydesk.example.org");
        assert_eq!(written("http://localhost:3000"), "http://localhost:3000");
    }

    #[test]
    fn a_path_a_user_or_another_scheme_is_no_origin() {
        let long = format!("https://{}.example", "a".repeat(3_000));
        for text in [&long, "https://a.example:99999", "https://:1", "https://[a", "https://a:b:c"] {
            assert!(Origin::parse(text, false).is_err(), "{text}");
        }
        assert!(Origin::parse("HTTPS://[2001:db8::1]:8443", false).is_ok());
        for text in ["https://a.example/x", "https://u@a.example", "ftp://a.example", "a.example", "https://"] {
            assert!(Origin::parse(text, false).is_err(), "{text}");
        }
    }

    #[test]
    fn other_names_of_this_machine_lead_to_the_public_one() {
        let origin = Origin::localhost(3000);
        assert!(origin.is_other_loopback_name("127.0.0.1:3000"));
        assert!(origin.is_other_loopback_name("[::1]:3000"));
        assert!(!origin.is_other_loopback_name("localhost:3000"));
        assert!(!origin.is_other_loopback_name("127.0.0.1:4000"));
        assert!(!origin.is_other_loopback_name("evil.example:3000"));
    }
}
