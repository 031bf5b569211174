//! Our cookies. All are HttpOnly and SameSite=Lax; under https their names begin with
//! `__Host-`, so that no other host and no path can plant them (RFC 6265bis, 4.1.3.2).

use domain::{SECOND, factors::PENDING_LASTS, text};
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

use crate::config::Origin;

const YEAR: u32 = 365 * 24 * 60 * 60;
const HOUR: u32 = 60 * 60;

pub fn session_name(origin: &Origin) -> &'static str {
    if origin.is_https() { "__Host-keydesk" } else { "keydesk" }
}

fn name(origin: &Origin, own: &str) -> String {
    if origin.is_https() { format!("__Host-keydesk-{own}") } else { format!("keydesk-{own}") }
}

/// The value of a cookie.
pub fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(own, value)| (own == name).then_some(value))
}

fn set(origin: &Origin, own: &str, value: &str, max_age: u32) -> Option<HeaderValue> {
    let secure = if origin.is_https() { "; Secure" } else { "" };
    let name = name(origin, own);
    let cookie = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).ok()
}

/// Takes the session layer's "forget this cookie" out of an answer: a request that was
/// under way while the session got a new cookie would take the new one away.
pub fn keep_session(origin: &Origin, headers: &mut HeaderMap) {
    let removal = format!("{}=;", session_name(origin));
    let kept: Vec<HeaderValue> = headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter(|cookie| !cookie.as_bytes().starts_with(removal.as_bytes()))
        .cloned()
        .collect();
    headers.remove(header::SET_COOKIE);
    for cookie in kept {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// The setup code on its way from the printed link to the form.
pub fn setup_code<'a>(origin: &Origin, headers: &'a HeaderMap) -> Option<&'a str> {
    get(headers, &name(origin, "setup"))
}

/// Keeps the code of a link, as it was before somebody copied that. Nothing where it can be none: then
/// whatever the browser has stays.
pub fn set_setup_code(origin: &Origin, code: &str) -> Option<HeaderValue> {
    const MOST: usize = 64;
    let code = text::code(code, MOST);
    let plain = (1..=MOST).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric());
    plain.then(|| set(origin, "setup", &code, HOUR)).flatten()
}

pub fn clear_setup_code(origin: &Origin) -> Option<HeaderValue> {
    set(origin, "setup", "", 0)
}

/// What the database may know of a browser in which somebody signed in before. Anybody may have put
/// it there: it is looked up, and never written.
pub fn device_hash(origin: &Origin, headers: &HeaderMap) -> Option<[u8; 32]> {
    let value = get(headers, &name(origin, "device"))?;
    (value.len() == 64).then(|| Sha256::digest(value).into())
}

/// What names a sign-in that waits for its second factor.
pub fn pending<'a>(origin: &Origin, headers: &'a HeaderMap) -> Option<&'a str> {
    get(headers, &name(origin, "pending")).filter(|value| !value.is_empty())
}

pub fn set_pending(origin: &Origin, token: &str) -> Option<HeaderValue> {
    set(origin, "pending", token, (PENDING_LASTS / SECOND) as u32)
}

pub fn clear_pending(origin: &Origin) -> Option<HeaderValue> {
    set(origin, "pending", "", 0)
}

/// What binds a passkey's question to the browser that it was asked.
pub fn binder<'a>(origin: &Origin, headers: &'a HeaderMap) -> Option<&'a str> {
    get(headers, &name(origin, "passkey")).filter(|value| value.len() == 64)
}

/// A new binder, with the cookie that keeps it while the browser is open.
///
/// # Errors
/// When the operating system has no randomness.
pub fn new_binder(origin: &Origin) -> Result<(Option<HeaderValue>, String), getrandom::Error> {
    let value = random()?;
    Ok((set(origin, "passkey", &value, HOUR * 24), value))
}

fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    #[allow(clippy::disallowed_methods, reason = "a cookie is HTTP's own affair")]
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A new device's cookie and the hash of it.
///
/// # Errors
/// When the operating system has no randomness.
pub fn new_device(origin: &Origin) -> Result<(Option<HeaderValue>, [u8; 32]), getrandom::Error> {
    let value = random()?;
    let hash = Sha256::digest(&value).into();
    Ok((set(origin, "device", &value, YEAR), hash))
}
