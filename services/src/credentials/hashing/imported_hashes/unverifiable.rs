//! Hashes that no password can match here, and what they are called.

/// A hash that no password can match here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unverifiable {
    /// A kind that is known, and not verified.
    Kind(&'static str),
    /// It asks for more work than one sign-in may cost.
    TooCostly,
    Unknown,
}

impl std::fmt::Display for Unverifiable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kind(kind) => f.write_str(kind),
            Self::TooCostly => f.write_str("more work than one sign-in may cost"),
            Self::Unknown => f.write_str("an unknown form"),
        }
    }
}

/// By how they begin, those that are too weak or too rare to be verified.
pub(super) const OTHERS: [(&str, &str); 15] = [
    ("$1$", "MD5-crypt ($1$)"),
    ("$apr1$", "Apache's MD5-crypt ($apr1$)"),
    ("$md5", "Sun's MD5-crypt ($md5$)"),
    ("$sha1$", "SHA1-crypt ($sha1$)"),
    ("$3$", "NT hash ($3$)"),
    ("$7$", "scrypt of the crypt library ($7$)"),
    ("$y$", "yescrypt ($y$)"),
    ("$gy$", "gost-yescrypt ($gy$)"),
    ("$P$", "phpass ($P$)"),
    ("$H$", "phpass ($H$)"),
    ("$S$", "Drupal 7 ($S$)"),
    ("md5$", "Django's MD5 (md5$)"),
    ("sha1$", "Django's SHA-1 (sha1$)"),
    ("grub.pbkdf2.", "GRUB (grub.pbkdf2)"),
    ("!", "a locked account (!)"),
];

/// Those in braces that are known, and not verified.
pub(super) const OTHER_WRAPPINGS: [(&str, &str); 11] = [
    ("md5", "{MD5}"),
    ("smd5", "{SMD5}"),
    ("sha", "{SHA}"),
    ("ssha", "{SSHA}"),
    ("sha256", "{SHA256}"),
    ("ssha256", "{SSHA256}"),
    ("sha512", "{SHA512}"),
    ("ssha512", "{SSHA512}"),
    ("pkcs5s2", "Atlassian's {PKCS5S2}"),
    ("plain", "a password in clear ({PLAIN})"),
    ("noop", "a password in clear ({noop})"),
];
