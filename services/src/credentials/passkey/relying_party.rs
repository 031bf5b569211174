//! The relying party of passkeys.

use webauthn_rs::{Webauthn, WebauthnBuilder, prelude::Url};

/// The party that passkeys are for: a domain, and the origins that may use it (WebAuthn, section 5.11).
#[derive(Clone, Debug)]
pub struct RelyingParty {
    pub(super) webauthn: Webauthn,
    id: String,
    origins: Vec<String>,
}

impl RelyingParty {
    /// `origins` begins with the installation's own; the others are related to it.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn new(id: &str, origins: &[String], name: &str) -> Result<Self, String> {
        let parse = |origin: &String| Url::parse(origin).map_err(|error| format!("{origin} is no origin: {error}."));
        let urls = origins.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        let first = urls.first().ok_or("Passkeys need an origin.")?;
        let builder = WebauthnBuilder::new(id, first).map_err(|_| {
            format!("Passkeys cannot be for {id} at {first}: it has to be the host of that address, or a parent of it.")
        })?;
        let builder = urls.iter().skip(1).fold(builder.rp_name(name), WebauthnBuilder::append_allowed_origin);
        let webauthn = builder.build().map_err(|error| format!("Passkeys for {id}: {error}."))?;
        Ok(Self { webauthn, id: id.into(), origins: origins.to_vec() })
    }

    /// The domain that passkeys are bound to.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn origins(&self) -> &[String] {
        &self.origins
    }
}
