//! The configuration: documented defaults, then a file, then `KEYDESK_*` variables, then flags. Each section has its
//! settings, how they are read and what they come to in a file of its own; here they are put together.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use domain::sessions::SessionLimits;
use services::credentials::RelyingParty;

mod clients;
mod data_dir;
mod file;
mod given;
mod listening;
mod log;
mod organisation;
mod origin;
mod passkeys;
mod passwords;
mod paths;
mod sessions;
mod setting;
mod storage;
mod text;
mod variables;

pub use given::Remarks;
pub use log::LogFormat;
pub use origin::Origin;
pub use setting::Setting;

use clients::Clients;
use given::Given;
use listening::Listening;
use log::Log;
use organisation::Organisation;
use passwords::Passwords;
use storage::Storage;

/// In the order in which they are shown.
const SECTIONS: [&[Setting]; 9] = [
    &data_dir::SETTINGS,
    &listening::SETTINGS,
    &storage::SETTINGS,
    &organisation::SETTINGS,
    &clients::SETTINGS,
    &log::SETTINGS,
    &sessions::SETTINGS,
    &passkeys::SETTINGS,
    &passwords::SETTINGS,
];

const COUNT: usize = {
    let mut count = 0;
    let mut section = 0;
    while section < SECTIONS.len() {
        count += SECTIONS[section].len();
        section += 1;
    }
    count
};

/// Every setting there is.
pub static SETTINGS: [Setting; COUNT] = {
    let mut all = [SECTIONS[0][0]; COUNT];
    let mut at = 0;
    let mut section = 0;
    while section < SECTIONS.len() {
        let mut own = 0;
        while own < SECTIONS[section].len() {
            all[at] = SECTIONS[section][own];
            at += 1;
            own += 1;
        }
        section += 1;
    }
    all
};

/// Settings that have been read and checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub listening: Listening,
    pub storage: Storage,
    pub organisation: Organisation,
    pub clients: Clients,
    pub log: Log,
    pub sessions: SessionLimits,
    /// Nothing where the public address is a bare IP address: passkeys need a name.
    pub passkeys: Option<RelyingParty>,
    pub passwords: Passwords,
    pub remarks: Remarks,
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
        let data_dir = data_dir::read(&given)?;
        let storage = storage::read(&given, &data_dir)?;
        let listening = listening::read(&given)?;
        let clients = clients::read(&given)?;
        let organisation = organisation::read(&given)?;
        let log = log::read(&given)?;
        let passkeys = passkeys::read(&given, &listening.origin, &organisation.name)?;
        let passwords = passwords::read(&given)?;
        let sessions = sessions::read(&given)?;
        let remarks = given.remarks;
        Ok(Self { data_dir, listening, storage, organisation, clients, log, sessions, passkeys, passwords, remarks })
    }

    /// Every setting and its effective value, secrets masked.
    pub fn effective(&self) -> Vec<(&'static str, String)> {
        let values = data_dir::effective(&self.data_dir)
            .into_iter()
            .chain(listening::effective(&self.listening))
            .chain(storage::effective(&self.storage))
            .chain(organisation::effective(&self.organisation))
            .chain(clients::effective(&self.clients))
            .chain(log::effective(&self.log))
            .chain(sessions::effective(&self.sessions))
            .chain(passkeys::effective(self.passkeys.as_ref()))
            .chain(passwords::effective(&self.passwords));
        SETTINGS.iter().map(|setting| setting.key).zip(values).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::MINUTE;

    use super::*;

    /// Fails unless each value is refused, with these words in what is said.
    #[track_caller]
    pub fn refuses(wrong: &[(&str, &str, &str)]) {
        for (key, value, named) in wrong {
            let error = read(&[(*key, *value)]).unwrap_err();
            assert!(error.contains(named), "{key}: {error}");
        }
    }

    fn read(flags: &[(&str, &str)]) -> Result<Config, String> {
        let flags: Vec<_> = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        Config::read(None, [], &flags)
    }

    #[test]
    fn everything_has_a_default() {
        let config = read(&[]).unwrap();
        assert_eq!(config.listening.address.to_string(), "127.0.0.1:3000");
        assert_eq!(config.listening.origin.to_string(), "http://localhost:3000");
        assert_eq!(config.storage.database.masked(), "sqlite:data/keydesk.db");
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
        assert_eq!(
            (config.organisation.name.as_str(), config.listening.address.port(), config.log.level.as_str()),
            ("flag", 5000, "warn")
        );
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
        assert_eq!((config.clients.trusted_proxies.len(), config.sessions.idle), (2, 30 * MINUTE));
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
        assert_eq!((config.organisation.name.as_str(), config.log.level.as_str()), ("Northwind", "warn"));
        assert_eq!(config.data_dir, Path::new("/home/ana/kd"));
        assert_eq!(config.storage.database.masked(), "sqlite:/home/ana/other.db");
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
