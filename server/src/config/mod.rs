//! Settings: documented defaults, then a file, then `KEYDESK_*` variables, then flags.

use std::{
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{MINUTE, sessions::SessionLimits, time::TimeZone, users::DisplayName};
use ipnet::IpNet;
use services::{
    auth::{Breaches, RelyingParty},
    database::Location,
    time_zones,
};

mod catalogue;
mod file;
mod given;
mod listening;
mod log;
mod origin;
mod passkeys;
mod paths;
mod sessions;
mod storage;
mod text;
mod variables;

pub use catalogue::{SETTINGS, Setting};
pub use given::Remarks;
pub use log::LogFormat;
pub use origin::Origin;

use given::Given;
use listening::Listening;
use log::Log;
use storage::Storage;

/// Settings that have been read and checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub listen: SocketAddr,
    pub origin: Origin,
    pub database: Location,
    pub master_key_file: PathBuf,
    /// Whether the schema is brought up to date without a snapshot before.
    pub no_snapshot: bool,
    pub name: String,
    /// Nothing where the settings page decides it.
    pub time_zone: Option<Arc<TimeZone>>,
    pub trusted_proxies: Vec<IpNet>,
    /// At once; as many as usual where nothing is said.
    pub connections: Option<usize>,
    /// The least level that is logged.
    pub log: String,
    pub log_format: LogFormat,
    pub sessions: SessionLimits,
    /// Nothing where the public address is a bare IP address: passkeys need a name.
    pub passkeys: Option<RelyingParty>,
    pub breaches: Option<Breaches>,
    pub remarks: Remarks,
    breach_list: Option<PathBuf>,
}

impl Config {
    /// Reads all places. `variables` are those of the process; `flags` are keys and values.
    ///
    /// # Errors
    /// A sentence that names the setting and says what would be right.
    pub fn read(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        flags: &[(&str, String)],
    ) -> Result<Self, String> {
        let given = Given::gather(file, variables, flags)?;
        let Storage { data_dir, database, master_key_file, no_snapshot } = Storage::read(&given)?;
        let Listening { listen, origin, trusted_proxies, connections } = Listening::read(&given)?;
        let name = DisplayName::parse(given.text("name"))
            .map_err(|problem| format!("{}: {}", given.named("name"), problem.sentence()))?
            .as_str()
            .to_owned();
        let time_zone = match given.get("time_zone") {
            Some(named) => {
                let found = time_zones::find(&named.text);
                Some(
                    found
                        .ok_or_else(|| given.wrong("time_zone", "write the name of a zone, such as Europe/Lisbon."))?,
                )
            }
            None => None,
        };
        let Log { level: log, format: log_format } = Log::read(&given)?;
        let passkeys = passkeys::read(&given, &origin, &name)?;
        let breach_list = given.path("breach_list")?;
        let breaches = breach_list.as_deref().map(Breaches::open).transpose();
        let breaches = breaches.map_err(|told| format!("{}: {told}", given.named("breach_list")))?;
        Ok(Self {
            data_dir,
            listen,
            origin,
            database,
            master_key_file,
            no_snapshot,
            name,
            time_zone,
            trusted_proxies,
            connections,
            log,
            log_format,
            sessions: sessions::read(&given)?,
            passkeys,
            breaches,
            remarks: given.remarks,
            breach_list,
        })
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
            self.no_snapshot.to_string(),
            self.name.clone(),
            self.time_zone.as_ref().map_or("as the settings page says", |zone| zone.name()).to_owned(),
            self.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            self.connections.map(|connections| connections.to_string()).unwrap_or_default(),
            self.log.clone(),
            self.log_format.name().to_owned(),
            (self.sessions.idle / MINUTE).to_string(),
            (self.sessions.absolute / MINUTE).to_string(),
            self.sessions.per_person.to_string(),
            self.passkeys.as_ref().map_or("none: the address has no name", RelyingParty::id).to_owned(),
            self.passkeys.as_ref().map(|party| party.origins()[1..].join(", ")).unwrap_or_default(),
            self.breach_list.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
        ];
        SETTINGS.iter().map(|setting| setting.key).zip(values).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &[(&str, &str)]) -> Result<Config, String> {
        let flags: Vec<_> = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        Config::read(None, [], &flags)
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
        let variables = [("KEYDESK_NAME", "variable"), ("KEYDESK_LISTEN", "127.0.0.1:5000")];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let config = Config::read(Some(&file), variables, &[("name", "flag".into())]).unwrap();
        assert_eq!((config.name.as_str(), config.listen.port(), config.log.as_str()), ("flag", 5000, "warn"));
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (key, value, named) in [
            ("listen", "somewhere", "KEYDESK_LISTEN"),
            ("database_url", "mysql://x", "database URL"),
            ("trusted_proxies", "everybody", "KEYDESK_TRUSTED_PROXIES"),
            ("sessions.idle_minutes", "0", "idle_minutes"),
            ("connections", "3", "KEYDESK_CONNECTIONS"),
            ("connections", "many", "connections"),
            ("sessions.per_person", "0", "KEYDESK_SESSIONS_PER_PERSON"),
            ("sessions.per_person", "1001", "from 1 to 1000"),
            ("log", "loud", "KEYDESK_LOG"),
            ("log_format", "xml", "text or json"),
            ("insecure_http", "perhaps", "KEYDESK_INSECURE_HTTP"),
            ("name", &"W".repeat(3_000), "at most 100 characters"),
            ("name", "a\nb", "a line break"),
            ("name", "", "is empty"),
            ("data_dir", "'/srv/kd", "at one end only"),
            ("time_zone", "Mars/Olympus", "KEYDESK_TIME_ZONE"),
            ("passkeys.rp_id", "elsewhere.example", "KEYDESK_PASSKEYS_RP_ID"),
            ("passkeys.origins", "elsewhere", "KEYDESK_PASSKEYS_ORIGINS"),
            ("breach_list", "/nowhere", "KEYDESK_BREACH_LIST"),
            ("origin", "keydesk.example.org", "KEYDESK_ORIGIN"),
            ("name", "\u{3164}", "KEYDESK_NAME"),
            ("name", "North\u{202e}wind", "KEYDESK_NAME"),
            ("name", &"N".repeat(3_000), "KEYDESK_NAME"),
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
        assert!(Config::read(Some(&file), [], &[]).unwrap_err().contains("Did you mean listen?"));
    }

    #[test]
    fn the_file_takes_what_toml_knows_and_no_message_repeats_a_value() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keydesk.toml");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            Config::read(Some(&file), [], &[])
        };
        let lists =
            "\u{feff}trusted_proxies = ['10.0.0.0/8', '::1']\ninsecure_http = true\n[sessions]\nidle_minutes = 30\n";
        let config = read(lists).unwrap();
        assert_eq!((config.trusted_proxies.len(), config.sessions.idle), (2, 30 * MINUTE));
        for (text, word) in [
            ("name = 'x'\ndatabase_url = \"postgres://kd:s3cret@host/kd\n", "line 2"),
            ("database_url = ['postgres://kd:s3cret@host/kd', 1]", "database_url"),
            ("database_url = 1979-05-27", "in quotes"),
            ("database_url = 'postgres://kd:s3/cret@host/kd'", "keydesk.toml"),
        ] {
            let told = read(text).unwrap_err();
            assert!(told.contains(word) && !told.contains("cret"), "{told}");
        }
        std::fs::write(&file, b"name = 'x'\nlog = '\xff'").unwrap();
        assert!(Config::read(Some(&file), [], &[]).unwrap_err().contains("not UTF-8 in line 2"));
    }

    #[test]
    fn what_stands_around_a_value_is_left_out_wherever_it_comes_from_and_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keydesk.toml");
        std::fs::write(&file, "name = '\"Northwind\"'\n").unwrap();
        let variables = [
            ("HOME", "/home/ana"),
            ("KEYDESK_DATA_DIR", "'~/kd'\n"),
            ("KEYDESK_LOG", " WARN\n"),
            ("KEYDESK_ORIGIN", ""),
            ("KEYDESK_VERSION", "1"),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let flags = [("database_url", "\"sqlite:~/other.db\"".to_owned())];
        let config = Config::read(Some(&file), variables, &flags).unwrap();
        assert_eq!((config.name.as_str(), config.log.as_str()), ("Northwind", "warn"));
        assert_eq!(config.data_dir, Path::new("/home/ana/kd"));
        assert_eq!(config.database.masked(), "sqlite:/home/ana/other.db");
        let Remarks { unknown, mended } = config.remarks;
        assert_eq!(unknown, ["KEYDESK_VERSION is no setting"]);
        let expected = ["here in", "KEYDESK_DATA_DIR", "KEYDESK_ORIGIN) is empty", "--database-url"];
        assert_eq!(mended.len(), expected.len(), "{mended:?}");
        for word in expected {
            assert!(mended.iter().any(|told| told.contains(word)), "{word}: {mended:?}");
        }
    }

    #[test]
    fn a_misspelt_variable_and_one_that_is_no_text_are_refused() {
        let one = |name: &str| Config::read(None, [(name.into(), "x".into())], &[]).unwrap_err();
        assert!(one("KEYDESK_DATABSE_URL").contains("Did you mean KEYDESK_DATABASE_URL?"));
        #[cfg(unix)]
        {
            let bad: OsString = std::os::unix::ffi::OsStringExt::from_vec(vec![b'k', 0xff]);
            for name in ["KEYDESK_DATA_DIR", "KEYDESK_NAME", "KEYDESK_CONFIG"] {
                let told = Config::read(None, [(name.into(), bad.clone())], &[]).unwrap_err();
                assert!(told.contains(name) && told.contains("UTF-8"), "{told}");
            }
        }
    }
}
