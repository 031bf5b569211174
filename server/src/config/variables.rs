//! Variables that begin with `KEYDESK_` and are no setting: known ones, and mistakes.

use super::SETTINGS;

/// Where the configuration file is.
pub(super) const CONFIG: &str = "KEYDESK_CONFIG";

/// Those of the project's own scripts, tests and figures.
const OURS: [&str; 6] =
    ["KEYDESK_BIN", "KEYDESK_CHROMIUM", "KEYDESK_PINS", "KEYDESK_SITE", "KEYDESK_SLOWER", "KEYDESK_TOOLS"];
const OUR_GROUPS: [&str; 3] = ["KEYDESK_BENCH_", "KEYDESK_SOAK_", "KEYDESK_TEST_"];

/// What to make of a variable that is no setting.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stray {
    Known,
    /// A setting was meant: to go on would be to go on without it.
    Misspelt(&'static str),
    Unknown,
}

pub(super) fn judge(name: &str, value: &str) -> Stray {
    if OURS.contains(&name) || OUR_GROUPS.iter().any(|group| name.starts_with(group)) || is_link(name, value) {
        return Stray::Known;
    }
    let capitals = name.to_ascii_uppercase();
    let settings = || SETTINGS.iter().map(|setting| setting.variable).chain([CONFIG]);
    let nearest = settings().min_by_key(|own| strsim::osa_distance(own, &capitals));
    // Two letters are much in a short name: KEYDESK_TAG is not meant as KEYDESK_LOG.
    let near_enough = if capitals.len() > "KEYDESK_".len() + 4 { 2 } else { 1 };
    if let Some(near) = nearest.filter(|own| strsim::osa_distance(own, &capitals) <= near_enough) {
        return Stray::Misspelt(near);
    }
    // KEYDESK_DATABASE_URL_FILE, KEYDESK_DATABASE: a setting and more, or less than one.
    let begins = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('_'));
    let longest = settings().filter(|own| begins(&capitals, own)).max_by_key(|own| own.len());
    match longest.or_else(|| settings().find(|own| capitals != "KEYDESK" && begins(own, &capitals))) {
        Some(near) => Stray::Misspelt(near),
        None => Stray::Unknown,
    }
}

/// What Kubernetes and Docker set for a service of the name `keydesk`, or one that begins so.
fn is_link(name: &str, value: &str) -> bool {
    let port_of = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.split_once("_PORT_").is_some_and(|(_, rest)| port_of(rest))
        || (name.ends_with("_PORT") && value.contains("://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_found() {
        for (name, meant) in [
            ("KEYDESK_LISTNE", "KEYDESK_LISTEN"),
            ("KEYDESK_DATABSE_URL", "KEYDESK_DATABASE_URL"),
            ("KEYDESK_DATABASE", "KEYDESK_DATABASE_URL"),
            ("KEYDESK_DATABASE_URL_FILE", "KEYDESK_DATABASE_URL"),
            ("KEYDESK_DATADIR", "KEYDESK_DATA_DIR"),
            ("KEYDESK_MASTER_KEY", "KEYDESK_MASTER_KEY_FILE"),
            ("KEYDESK_LOG_LEVEL", "KEYDESK_LOG"),
            ("keydesk_origin", "KEYDESK_ORIGIN"),
            ("KEYDESK_SESSION_IDLE_MINUTES", "KEYDESK_SESSIONS_IDLE_MINUTES"),
        ] {
            assert_eq!(judge(name, "x"), Stray::Misspelt(meant), "{name}");
        }
    }

    #[test]
    fn variables_of_others_are_left_alone() {
        for (name, value) in [
            ("KEYDESK_TEST_POSTGRES", "postgres://x"),
            ("KEYDESK_TOOLS", "/tools"),
            ("KEYDESK_BENCH_SIZE", "large"),
            ("KEYDESK_SERVICE_HOST", "10.0.0.7"),
            ("KEYDESK_SERVICE_PORT_HTTP", "3000"),
            ("KEYDESK_PORT", "tcp://10.0.0.7:3000"),
            ("KEYDESK_PORT_3000_TCP_ADDR", "10.0.0.7"),
            ("KEYDESK_DB_PORT_5432_TCP", "tcp://10.0.0.8:5432"),
        ] {
            assert_eq!(judge(name, value), Stray::Known, "{name}");
        }
        for name in ["KEYDESK_VERSION", "KEYDESK_PORT", "KEYDESK_HOST", "KEYDESK_TAG"] {
            assert_eq!(judge(name, "3000"), Stray::Unknown, "{name}");
        }
    }
}
