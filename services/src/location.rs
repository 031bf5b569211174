//! Where the database is. Its password is in no text that this can be turned into.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use percent_encoding::percent_decode_str;
use sea_orm::sqlx::postgres::PgConnectOptions;
use url::Url;
use zeroize::Zeroizing;

/// Where the database is. Shown and logged without a password.
#[derive(Clone)]
pub enum Location {
    Sqlite(PathBuf),
    Postgres(PostgresUrl),
}

/// What connects to a PostgreSQL database.
#[derive(Clone)]
pub struct PostgresUrl {
    options: Box<PgConnectOptions>,
    shown: String,
    /// As they stand in the URL, and decoded.
    secrets: Vec<Zeroizing<String>>,
}

/// Parameters that have an effect.
const USED: [&str; 18] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// Parameters of other programs (PostgreSQL 17, section 32.1.2, and common poolers) that change
/// nothing here, in URLs as hosting services hand them out.
const IGNORED: [&str; 20] = [
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "connection_limit",
    "fallback_application_name",
    "gssencmode",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "pgbouncer",
    "pool_timeout",
    "schema",
    "ssl",
    "sslcompression",
    "sslnegotiation",
    "ssl_min_protocol_version",
    "target_session_attrs",
    "tcp_user_timeout",
];

/// What stands unencoded in a URL that is cut in the wrong place.
const ENCODE: &str = "In the user and the password, percent-encode % as %25, / as %2F, ? as %3F, # as %23, \
                      @ as %40, : as %3A, & as %26, [ as %5B and ] as %5D";

impl Location {
    /// Reads `sqlite:PATH` or `postgres://…`. The path is taken as it is.
    ///
    /// # Errors
    /// What is wrong with the URL, in a sentence that repeats nothing of it.
    pub fn parse(url: &str) -> Result<Self, String> {
        match url.split_once(':') {
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                PostgresUrl::parse(url).map(Self::Postgres)
            }
            Some(("sqlite", path)) if !path.trim_start_matches('/').is_empty() => {
                let path = path.strip_prefix("//").unwrap_or(path);
                sqlite_path(path).map(Self::Sqlite)
            }
            _ => Err("The database URL must begin with sqlite: or postgres://. \
                      Examples: sqlite:data/keydesk.db, postgres://keydesk@localhost/keydesk"
                .into()),
        }
    }

    /// The location without a password.
    pub fn masked(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => url.shown.clone(),
        }
    }

    /// The text of a library, with every password of this location taken out.
    pub fn without_secrets(&self, text: &str) -> String {
        match self {
            Self::Sqlite(_) => text.to_owned(),
            Self::Postgres(url) => {
                url.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "***"))
            }
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Keeps out what other products read as parameters or as no file at all.
fn sqlite_path(path: &str) -> Result<PathBuf, String> {
    let parameters = ["cache", "immutable", "mode", "vfs"];
    let tail = path.rsplit_once('?').map(|(_, tail)| tail.split('=').next().unwrap_or_default());
    if tail.is_some_and(|name| parameters.contains(&name)) {
        return Err(
            "After sqlite: stands the path of a file and nothing else: leave the ? and what follows it out".into()
        );
    }
    if path.starts_with(":memory:") || path.starts_with("file:") {
        return Err("After sqlite: stands the path of a file, such as sqlite:data/keydesk.db".into());
    }
    Ok(Path::new(path).to_owned())
}

impl PostgresUrl {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("It cannot be read as postgres://user:password@host:port/database. {ENCODE}");
        let mut url = Url::parse(text).map_err(|_| wrong())?;
        // What belongs to the password has been taken for the end of something else.
        let database = url.path().strip_prefix('/').unwrap_or(url.path());
        let query = url.query().unwrap_or_default();
        if url.fragment().is_some() || database.contains(['/', '@']) || query.contains(['@', '?']) {
            return Err(wrong());
        }
        let pairs: Vec<(String, String)> =
            url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
        let known = |key: &str| USED.contains(&key) || key.starts_with("options[");
        if pairs.iter().any(|(key, _)| !known(key) && !IGNORED.contains(&key.as_str())) {
            return Err(format!(
                "A parameter after the ? is unknown. Those that count are {}. {ENCODE}",
                USED.join(", ")
            ));
        }
        let passwords = url.password().into_iter().map(ToOwned::to_owned);
        let passwords: Vec<_> = passwords
            .chain(pairs.iter().filter(|(key, _)| key == "password").map(|(_, value)| value.clone()))
            .collect();
        let decoded = passwords.iter().map(|password| percent_decode_str(password).decode_utf8_lossy().into_owned());
        let mut secrets: Vec<_> =
            passwords.iter().cloned().chain(decoded).filter(|secret| !secret.is_empty()).map(Zeroizing::new).collect();
        // Of two, the longer is looked for first: it may contain the other.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        let shown = shown(&url);
        // The library writes parameters that it does not know into the log.
        if pairs.iter().any(|(key, _)| !known(key)) {
            url.query_pairs_mut().clear().extend_pairs(pairs.iter().filter(|(key, _)| known(key)));
        }
        let options = Box::new(url.as_str().parse().map_err(|_| wrong())?);
        Ok(Self { options, shown, secrets })
    }

    pub(crate) fn options(&self) -> PgConnectOptions {
        PgConnectOptions::clone(&self.options)
    }

    /// The database's name.
    pub fn database(&self) -> &str {
        self.options.get_database().unwrap_or_else(|| self.options.get_username())
    }
}

/// Parameters may hold a password too: none is shown.
fn shown(url: &Url) -> String {
    let user = match (url.username(), url.password()) {
        ("", None) => String::new(),
        (user, None) => format!("{user}@"),
        (user, Some(_)) => format!("{user}:***@"),
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let more = if url.query().is_some() { "?***" } else { "" };
    format!("{}://{user}{}{port}{}{more}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_shown_without_its_password() {
        let shown = |url| Location::parse(url).map(|location| format!("{location} {location:?} {}", location.masked()));
        let three = |text: &str| Ok(format!("{text} {text} {text}"));
        assert_eq!(shown("postgres://kd:s3cret@db.example/kd"), three("postgres://kd:***@db.example/kd"));
        assert_eq!(shown("postgres://kd:a@b:c@db.example/kd"), three("postgres://kd:***@db.example/kd"));
        assert_eq!(shown("postgres://kd@db.example:5433/kd"), three("postgres://kd@db.example:5433/kd"));
        assert_eq!(shown("postgres://db.example/kd?user=kd&password=s3cret"), three("postgres://db.example/kd?***"));
        assert_eq!(shown("sqlite:data/x.db"), three("sqlite:data/x.db"));
    }

    #[test]
    fn a_url_whose_password_is_not_encoded_is_refused_and_nothing_of_it_is_repeated() {
        for url in [
            "postgres://kd:s3/cret@host/kd",
            "postgres://kd:s3?cret@host/kd",
            "postgres://kd:s3#cret@host/kd",
            "postgres://kd:33/cret@host/kd",
            "postgres://kd:33?cret@host/kd",
            "postgres://kd:33#cret@host/kd",
            "postgres://kd:/s3cret@host/kd",
            "postgres://kd:s3cret]@[host/kd",
            "postgres://kd:s3[cret@host:port/kd",
            "postgres://kd:s3%ffcret@host/kd",
            "postgres://host/kd?password=s3#cret",
            "postgres://host/kd?password=s3&cret",
            "postgres://host/kd?password=s3&cret=1",
            "postgres://host/kd?pasword=s3cret",
            "postgres://kd:s3cret@host/kd?sslmode=s3cret",
            "postgresql://kd:s3cret@host:99999/kd",
        ] {
            let told = Location::parse(url).unwrap_err();
            assert!(told.contains("%2F") && told.contains("%23") && told.contains("%3F"), "{url}: {told}");
            assert!(!told.contains("cret") && !told.contains("s3"), "{url}: {told}");
        }
    }

    #[test]
    fn what_is_encoded_connects_with_what_is_meant() {
        let Ok(Location::Postgres(url)) = Location::parse("postgres://kd:s%2Fe%23c%3Fr@db.example/kd") else {
            panic!("it was refused")
        };
        assert_eq!((url.options.get_host(), url.database()), ("db.example", "kd"));
        let location = Location::Postgres(url);
        assert_eq!(location.without_secrets("no: s/e#c?r, s%2Fe%23c%3Fr"), "no: ***, ***");
    }

    #[test]
    fn parameters_of_other_programs_are_left_out() {
        let url = "postgres://kd:s3cret@db.example/kd?sslmode=require&channel_binding=require&connect_timeout=10";
        let Ok(Location::Postgres(url)) = Location::parse(url) else { panic!("it was refused") };
        assert!(matches!(url.options.get_ssl_mode(), sea_orm::sqlx::postgres::PgSslMode::Require));
    }

    #[test]
    fn another_kind_of_url_is_refused_with_examples() {
        for url in ["", "mysql://x", "keydesk.db", "sqlite:", "postgres:"] {
            assert!(Location::parse(url).is_err(), "{url}");
        }
        for url in ["sqlite:x.db?mode=rwc", "sqlite::memory:", "sqlite:file:x.db"] {
            assert!(Location::parse(url).unwrap_err().contains("path of a file"), "{url}");
        }
    }
}
