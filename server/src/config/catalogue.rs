//! Every setting there is.

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

/// In the order in which they are shown.
pub static SETTINGS: [Setting; 19] = [
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
    setting(
        "no_snapshot",
        "KEYDESK_NO_SNAPSHOT",
        Some("false"),
        "upgrade the database without a snapshot of it before",
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
    setting(
        "connections",
        "KEYDESK_CONNECTIONS",
        None,
        "connections at once, a quarter of them for one address; 1024 without, or what ulimit -n allows",
    ),
    setting("log", "KEYDESK_LOG", Some("info"), "error, warn, info, debug or trace"),
    setting("log_format", "KEYDESK_LOG_FORMAT", Some("text"), "text, or json for machines"),
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
        "sessions.per_person",
        "KEYDESK_SESSIONS_PER_PERSON",
        Some("20"),
        "sessions that one person may have at a time; one more ends the oldest",
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
