//! Where the data is: the folder, the database, the master key.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use services::database::Location;

use super::given::Given;

pub(super) struct Storage {
    pub data_dir: PathBuf,
    pub database: Location,
    pub master_key_file: PathBuf,
    pub no_snapshot: bool,
}

impl Storage {
    pub fn read(given: &Given) -> Result<Self, String> {
        let data_dir = given.path("data_dir")?.unwrap_or_default();
        let master_key_file = given.path("master_key_file")?.unwrap_or_else(|| data_dir.join("master.key"));
        let database = match given.get("database_url") {
            Some(url) => location(given, &url.raw, &url.text)?,
            None => Location::Sqlite(data_dir.join("keydesk.db")),
        };
        Ok(Self { data_dir, database, master_key_file, no_snapshot: given.switch("no_snapshot")? })
    }
}

fn location(given: &Given, raw: &str, url: &str) -> Result<Location, String> {
    const KEY: &str = "database_url";
    let parsed = Location::parse(url).map_err(|told| format!("{}: {told}", given.named(KEY)))?;
    let Location::Sqlite(path) = parsed else { return Ok(parsed) };
    let text = path.to_string_lossy();
    let literal = raw.strip_prefix("sqlite:").map_or(&*text, |path| path.strip_prefix("//").unwrap_or(path));
    let path = given.path_in(KEY, literal, &text)?;
    let decoded = PathBuf::from(percent_decode_str(&path.to_string_lossy()).decode_utf8_lossy().into_owned());
    if decoded != path && decoded.exists() && !path.exists() {
        return Err(format!(
            "{}: there is no {}, but there is {}. After sqlite: stands the path as it is, not percent-encoded.",
            given.named(KEY),
            path.display(),
            decoded.display()
        ));
    }
    Ok(Location::Sqlite(path))
}
