//! An authenticator of our own, as the WebAuthn standard describes one: it makes passkeys and
//! answers questions, also in ways that no honest one would.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::ORIGIN;

/// A passkey on this authenticator.
#[derive(Clone)]
pub struct Key {
    pub id: Vec<u8>,
    signing: SigningKey,
    pub handle: Vec<u8>,
    pub counter: u32,
    /// What it claims beside the signature.
    pub flags: u8,
    pub origin: String,
}

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn client_data(kind: &str, challenge: &Value, origin: &str) -> Vec<u8> {
    let data = json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false });
    data.to_string().into_bytes()
}

/// Makes a passkey as the options ask for it, with the answer to send.
pub fn create(options: &str, number: u8) -> (Key, String) {
    create_at(options, number, ORIGIN)
}

pub fn create_at(options: &str, number: u8, origin: &str) -> (Key, String) {
    let options: Value = serde_json::from_str(options).unwrap();
    let signing = SigningKey::from_slice(&[number; 32]).unwrap();
    let handle = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap();
    let id = Sha256::digest([number]).to_vec();
    let key = Key { id, signing, handle, counter: 0, flags: PRESENT | VERIFIED, origin: origin.into() };

    let point = key.signing.verifying_key().to_sec1_point(false);
    let mut cose = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    cose.extend(point.x().unwrap());
    cose.extend([0x22, 0x58, 0x20]);
    cose.extend(point.y().unwrap());

    let mut data = Sha256::digest(options["rp"]["id"].as_str().unwrap()).to_vec();
    data.push(PRESENT | VERIFIED | ATTESTED);
    data.extend([0; 4]);
    data.extend([0; 16]);
    data.extend((key.id.len() as u16).to_be_bytes());
    data.extend(&key.id);
    data.extend(cose);

    let mut object = vec![0xa3];
    object.extend(b"\x63fmt\x64none\x67attStmt\xa0\x68authData\x58");
    object.push(data.len() as u8);
    object.extend(data);
    let answer = json!({
        "id": text(&key.id),
        "rawId": text(&key.id),
        "type": "public-key",
        "response": {
            "attestationObject": text(&object),
            "clientDataJSON": text(&client_data("webauthn.create", &options["challenge"], origin)),
        },
        "clientExtensionResults": {},
    });
    (key, answer.to_string())
}

impl Key {
    /// Its id as it travels.
    pub fn text(&self) -> String {
        text(&self.id)
    }

    pub fn handle_text(&self) -> String {
        text(&self.handle)
    }

    /// Answers a question.
    pub fn answer(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let mut data = Sha256::digest(options["rpId"].as_str().unwrap()).to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        let client = client_data("webauthn.get", &options["challenge"], &self.origin);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(&client));
        let signature: Signature = self.signing.sign(&signed);
        json!({
            "id": text(&self.id),
            "rawId": text(&self.id),
            "type": "public-key",
            "response": {
                "authenticatorData": text(&data),
                "clientDataJSON": text(&client),
                "signature": text(signature.to_der().as_bytes()),
                "userHandle": text(&self.handle),
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    /// A passkey whose user was not verified.
    pub fn unverified(&self) -> Self {
        Self { flags: PRESENT, ..self.clone() }
    }

    pub fn at(&self, origin: &str) -> Self {
        Self { origin: origin.into(), ..self.clone() }
    }

    pub fn counting(&self, counter: u32) -> Self {
        Self { counter, ..self.clone() }
    }
}
