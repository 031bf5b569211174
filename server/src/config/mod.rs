//! Settings: documented defaults, then a file, then `KEYDESK_*` variables, then flags.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use ::config::{Config as Layers, File, FileFormat};
use domain::{MINUTE, sessions::SessionLimits, time::TimeZone};
use ipnet::IpNet;
use serde::Deserialize;
use services::{
    auth::{Breaches, RelyingParty},
    database::Location,
    time_zones,
};

mod origin;
pub use origin::Origin;

/// A setting: its place in the file, its variable, its default as in a file, what it is for.
pub struct Setting {
    pub key: &'static str,
    pub variable: &'static str,
    pub default: Option<&'static str>,
    pub help: &'static str,
}

const fn setting(
    key: &'static str,
    variable: &'static str,
    default: Option<&'static str>,
    help: &'static str,
) -> Setting {
    Setting { key, variable, default, help }
}

/// Every setting there is. Other variables that begin with `KEYDESK_` are left alone.
pub const SETTINGS: [Setting; 15] = [
    setting("data_dir", "KEYDESK_DATA_DIR", Some("data"), "folder for the SQLite file and the master key"),
    setting("listen", "KEYDESK_LISTEN", Some("127.0.0.1:3000"), "address and port to listen on"),
    setting(
        "origin",
        "KEYDESK_ORIGIN",
        None,
        "public address, such as https://keydesk.example.org; http://localhost:PORT without",
    ),
    setting("insecure_http", "KEYDESK_INSECURE_HTTP", Some("false"), "allow a public address without TLS"),
    setting(
        "database_url",
        "KEYDESK_DATABASE_URL",
        None,
        "sqlite:PATH or postgres://...; keydesk.db in the data folder without",
    ),
    setting(
        "master_key_file",
        "KEYDESK_MASTER_KEY_FILE",
        None,
        "file of the master key; master.key in the data folder without",
    ),
    setting("name", "KEYDESK_NAME", Some("Keydesk"), "name of your organisation"),
    setting(
        "time_zone",
        "KEYDESK_TIME_ZONE",
        None,
        "zone whose days are shown and typed, such as Europe/Lisbon; what the settings page says without",
    ),
    setting(
        "trusted_proxies",
        "KEYDESK_TRUSTED_PROXIES",
        Some(""),
        "networks whose X-Forwarded-For counts, with commas between",
    ),
    setting("log", "KEYDESK_LOG", Some("info"), "error, warn, info, debug or trace"),
    setting(
        "sessions.idle_minutes",
        "KEYDESK_SESSIONS_IDLE_MINUTES",
        Some("120"),
        "minutes without activity after which a session ends",
    ),
    setting(
        "sessions.absolute_minutes",
        "KEYDESK_SESSIONS_ABSOLUTE_MINUTES",
        Some("720"),
        "minutes after which a session ends in any case",
    ),
    setting(
        "passkeys.rp_id",
        "KEYDESK_PASSKEYS_RP_ID",
        None,
        "domain that passkeys are bound to, for good; the public address's host without",
    ),
    setting(
        "passkeys.origins",
        "KEYDESK_PASSKEYS_ORIGINS",
        Some(""),
        "further addresses that may use these passkeys, with commas between",
    ),
    setting(
        "breach_list",
        "KEYDESK_BREACH_LIST",
        None,
        "file of SHA-1 hashes of published passwords, sorted; nobody may use these",
    ),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    data_dir: PathBuf,
    listen: String,
    origin: Option<String>,
    insecure_http: bool,
    database_url: Option<String>,
    master_key_file: Option<PathBuf>,
    name: String,
    time_zone: Option<String>,
    trusted_proxies: String,
    log: String,
    sessions: RawSessions,
    passkeys: RawPasskeys,
    breach_list: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPasskeys {
    rp_id: Option<String>,
    origins: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSessions {
    idle_minutes: i64,
    absolute_minutes: i64,
}

/// Settings that have been read and checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub listen: SocketAddr,
    pub origin: Origin,
    pub database: Location,
    pub master_key_file: PathBuf,
    pub name: String,
    /// Nothing where the settings page decides it.
    pub time_zone: Option<Arc<TimeZone>>,
    pub trusted_proxies: Vec<IpNet>,
    pub log: String,
    pub sessions: SessionLimits,
    /// Nothing where the public address is a bare IP address: passkeys need a name.
    pub passkeys: Option<RelyingParty>,
    pub breaches: Option<Breaches>,
    breach_list: Option<PathBuf>,
}

impl Config {
    /// Reads all layers. `flags` are keys and values; `variable` looks a variable up.
    ///
    /// # Errors
    /// A sentence that names the setting and says what would be right.
    pub fn read(
        file: Option<&std::path::Path>,
        variable: impl Fn(&str) -> Option<String>,
        flags: &[(&str, String)],
    ) -> Result<Self, String> {
        let mut layers = Layers::builder();
        for Setting { key, default, .. } in &SETTINGS {
            if let Some(default) = default {
                layers = layers.set_default(*key, *default).map_err(told)?;
            }
        }
        if let Some(path) = file {
            if !path.is_file() {
                return Err(format!("There is no configuration file {}.", path.display()));
            }
            layers = layers.add_source(File::from(path).format(FileFormat::Toml));
        }
        for Setting { key, variable: name, .. } in &SETTINGS {
            let value = variable(name).filter(|value| !value.is_empty());
            layers = layers.set_override_option(*key, value).map_err(told)?;
        }
        for (key, value) in flags {
            layers = layers.set_override(*key, value.as_str()).map_err(told)?;
        }
        let raw: Raw = layers.build().and_then(Layers::try_deserialize).map_err(told)?;
        raw.check()
    }

    /// Every setting and its effective value, secrets masked.
    pub fn effective(&self) -> Vec<(&'static str, String)> {
        let values = [
            self.data_dir.display().to_string(),
            self.listen.to_string(),
            self.origin.to_string(),
            self.origin.insecure().to_string(),
            self.database.masked(),
            self.master_key_file.display().to_string(),
            self.name.clone(),
            self.time_zone.as_ref().map_or("as the settings page says", |zone| zone.name()).to_owned(),
            self.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            self.log.clone(),
            (self.sessions.idle / MINUTE).to_string(),
            (self.sessions.absolute / MINUTE).to_string(),
            self.passkeys.as_ref().map_or("none: the address has no name", RelyingParty::id).to_owned(),
            self.passkeys.as_ref().map(|party| party.origins()[1..].join(", ")).unwrap_or_default(),
            self.breach_list.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
        ];
        SETTINGS.iter().map(|setting| setting.key).zip(values).collect()
    }
}

fn told(error: ::config::ConfigError) -> String {
    format!("A setting cannot be read: {error}.")
}

impl Raw {
    fn check(self) -> Result<Config, String> {
        let listen: SocketAddr = self.listen.parse().map_err(|_| {
            format!(
                "listen (KEYDESK_LISTEN) is “{}”; write an address and a port, such as 127.0.0.1:3000.",
                self.listen
            )
        })?;
        let origin = match self.origin {
            Some(origin) => Origin::parse(&origin, self.insecure_http)?,
            None => Origin::localhost(listen.port()),
        };
        let database = match self.database_url {
            Some(url) => {
                Location::parse(&url).map_err(|told| format!("database_url (KEYDESK_DATABASE_URL): {told}"))?
            }
            None => Location::Sqlite(self.data_dir.join("keydesk.db")),
        };
        let trusted_proxies = self
            .trusted_proxies
            .split(',')
            .map(str::trim)
            .filter(|network| !network.is_empty())
            .map(network)
            .collect::<Result<_, _>>()?;
        let minutes = |name: &str, minutes: i64| match minutes {
            1..=525_600 => Ok(minutes * MINUTE),
            _ => Err(format!("sessions.{name} is {minutes}; write a number of minutes from 1 to 525600.")),
        };
        if !["error", "warn", "info", "debug", "trace"].contains(&self.log.as_str()) {
            return Err(format!("log (KEYDESK_LOG) is “{}”; write error, warn, info, debug or trace.", self.log));
        }
        let time_zone = self.time_zone.map(|name| {
            time_zones::find(&name).ok_or_else(|| {
                format!("time_zone (KEYDESK_TIME_ZONE) is “{name}”; write the name of a zone, such as Europe/Lisbon.")
            })
        });
        let passkeys = self.passkeys.check(&origin, &self.name)?;
        let breaches = self.breach_list.as_deref().map(Breaches::open).transpose();
        let breaches = breaches.map_err(|told| format!("breach_list (KEYDESK_BREACH_LIST): {told}"))?;
        Ok(Config {
            passkeys,
            breaches,
            breach_list: self.breach_list,
            listen,
            origin,
            database,
            master_key_file: self.master_key_file.unwrap_or_else(|| self.data_dir.join("master.key")),
            name: self.name,
            time_zone: time_zone.transpose()?,
            trusted_proxies,
            log: self.log,
            sessions: SessionLimits {
                idle: minutes("idle_minutes", self.sessions.idle_minutes)?,
                absolute: minutes("absolute_minutes", self.sessions.absolute_minutes)?,
            },
            data_dir: self.data_dir,
        })
    }
}

impl RawPasskeys {
    fn check(self, origin: &Origin, name: &str) -> Result<Option<RelyingParty>, String> {
        let more = self.origins.split(',').map(str::trim).filter(|text| !text.is_empty());
        let more = more.map(|text| Origin::parse(text, origin.insecure()).map(|origin| origin.to_string()));
        let more = more.collect::<Result<Vec<_>, _>>();
        let more = more.map_err(|told| format!("passkeys.origins (KEYDESK_PASSKEYS_ORIGINS): {told}"))?;
        let Some(rp_id) = self.rp_id.or_else(|| origin.name().map(ToOwned::to_owned)) else { return Ok(None) };
        let origins: Vec<String> = std::iter::once(origin.to_string()).chain(more).collect();
        RelyingParty::new(&rp_id, &origins, name)
            .map(Some)
            .map_err(|told| format!("passkeys.rp_id (KEYDESK_PASSKEYS_RP_ID): {told}"))
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from)).map_err(|_| {
        format!("trusted_proxies (KEYDESK_TRUSTED_PROXIES) has “{text}”; write networks such as 10.0.0.0/8.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &[(&str, &str)]) -> Result<Config, String> {
        let flags: Vec<_> = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        Config::read(None, |_| None, &flags)
    }

    #[test]
    fn everything_has_a_default() {
        let config = read(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.origin.to_string(), "http://localhost:3000");
        assert_eq!(config.database.masked(), "sqlite:data/keydesk.db");
        assert_eq!(config.sessions, SessionLimits::default());
        assert_eq!(config.effective().len(), SETTINGS.len());
    }

    #[test]
    fn a_flag_wins_over_a_variable_and_a_variable_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keydesk.toml");
        std::fs::write(&file, "name = 'file'\nlisten = '127.0.0.1:4000'\nlog = 'warn'\n").unwrap();
        let variable = |name: &str| match name {
            "KEYDESK_NAME" => Some("variable".to_owned()),
            "KEYDESK_LISTEN" => Some("127.0.0.1:5000".to_owned()),
            _ => None,
        };
        let config = Config::read(Some(&file), variable, &[("name", "flag".into())]).unwrap();
        assert_eq!((config.name.as_str(), config.listen.port(), config.log.as_str()), ("flag", 5000, "warn"));
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (key, value, named) in [
            ("listen", "somewhere", "KEYDESK_LISTEN"),
            ("database_url", "mysql://x", "database URL"),
            ("trusted_proxies", "everybody", "KEYDESK_TRUSTED_PROXIES"),
            ("sessions.idle_minutes", "0", "idle_minutes"),
            ("log", "loud", "KEYDESK_LOG"),
            ("time_zone", "Mars/Olympus", "KEYDESK_TIME_ZONE"),
            ("passkeys.rp_id", "elsewhere.example", "KEYDESK_PASSKEYS_RP_ID"),
            ("passkeys.origins", "elsewhere", "KEYDESK_PASSKEYS_ORIGINS"),
            ("breach_list", "/nowhere", "KEYDESK_BREACH_LIST"),
            ("origin", "keydesk.example.org", "KEYDESK_ORIGIN"),
        ] {
            let error = read(&[(key, value)]).unwrap_err();
            assert!(error.contains(named), "{key}: {error}");
        }
    }

    #[test]
    fn a_misspelt_key_in_the_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keydesk.toml");
        std::fs::write(&file, "listne = '127.0.0.1:4000'\n").unwrap();
        assert!(Config::read(Some(&file), |_| None, &[]).unwrap_err().contains("listne"));
    }
}
