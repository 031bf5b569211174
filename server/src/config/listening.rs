//! Where browsers reach Keydesk.

use std::net::SocketAddr;

use super::{
    Origin,
    given::Given,
    setting::{Setting, setting},
};

pub(super) const SETTINGS: [Setting; 3] = [
    setting("listen", "KEYDESK_LISTEN", "Address and port to listen on [KEYDESK_LISTEN, default: 127.0.0.1:3000]")
        .or("127.0.0.1:3000"),
    setting("origin", "KEYDESK_ORIGIN", "Public address, such as https://keydesk.example.org [KEYDESK_ORIGIN]"),
    setting("insecure_http", "KEYDESK_INSECURE_HTTP", "Allow a public address without TLS [KEYDESK_INSECURE_HTTP]")
        .switch(),
];

#[derive(Clone, Debug)]
pub struct Listening {
    pub address: SocketAddr,
    pub origin: Origin,
}

pub(super) fn read(given: &Given) -> Result<Listening, String> {
    let address: SocketAddr = given
        .text("listen")
        .parse()
        .map_err(|_| given.wrong("listen", "write an address and a port, such as 127.0.0.1:3000."))?;
    let insecure_http = given.switch("insecure_http")?;
    let origin = match given.get("origin") {
        Some(origin) => Origin::parse(&origin.text, insecure_http)?,
        None => Origin::localhost(address.port()),
    };
    Ok(Listening { address, origin })
}

pub(super) fn effective(listening: &Listening) -> [String; SETTINGS.len()] {
    let Listening { address, origin } = listening;
    [address.to_string(), origin.to_string(), origin.insecure().to_string()]
}

#[cfg(test)]
mod tests {
    use crate::config::tests::refuses;

    #[test]
    fn what_cannot_be_used_is_named() {
        refuses(&[
            ("listen", "somewhere", "KEYDESK_LISTEN"),
            ("origin", "keydesk.example.org", "KEYDESK_ORIGIN"),
            ("insecure_http", "perhaps", "KEYDESK_INSECURE_HTTP"),
        ]);
    }
}
