//! Paths as an operator means them: `~` is the home directory, and nothing that only a shell
//! replaces is taken for a name.

use std::path::{Path, PathBuf};

use super::text::shown;

/// What a path means. `raw` is what was written before blanks and quotation marks were left out.
///
/// # Errors
/// The end of a sentence that begins with the setting's name.
pub(super) fn path(raw: &str, text: &str, home: Option<&Path>) -> Result<PathBuf, String> {
    let path = expand(text, home)?;
    // Until 0.4.0 such names were taken as they are. Their data must not seem to be lost.
    if Path::new(raw) != path && Path::new(raw).exists() {
        return Err(format!(
            "is “{}”, which means {}. There is something of that very name as well, which an earlier version may \
             have made: move it to {}, or remove it.",
            shown(raw),
            path.display(),
            path.display()
        ));
    }
    let begins_name = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '{' || c == '_');
    match text.split('/').find(|part| part.split('$').skip(1).any(begins_name)) {
        Some(part) if !path.exists() => {
            Err(format!("is “{}”: nothing has replaced {}. Write the path itself.", shown(text), shown(part)))
        }
        _ => Ok(path),
    }
}

fn expand(text: &str, home: Option<&Path>) -> Result<PathBuf, String> {
    let Some(rest) = text.strip_prefix('~') else { return Ok(text.into()) };
    if !rest.is_empty() && !rest.starts_with('/') {
        return Err(format!(
            "is “{0}”: only a shell knows whose home directory that is. Write the path itself, or ./{0} for a name \
             that begins with ~.",
            shown(text)
        ));
    }
    match home {
        Some(home) => Ok(home.join(rest.trim_start_matches('/'))),
        None => Err(format!("is “{}”, and HOME does not say where that is. Write the whole path.", shown(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_means_what_an_operator_means() {
        let home = Path::new("/home/ana");
        let means = |text: &str| path(text, text, Some(home));
        assert_eq!(means("~/kd"), Ok("/home/ana/kd".into()));
        assert_eq!(means("~"), Ok("/home/ana/".into()));
        assert_eq!(means("/srv/100%20?/~/kd"), Ok("/srv/100%20?/~/kd".into()));
        for own in ["costs/5$", "costs/$5", "a$/b", "$-", "5$$"] {
            assert_eq!(means(own), Ok(own.into()));
        }
        for (text, word) in [
            ("~olga/kd", "./~olga/kd"),
            ("$HOME/kd", "$HOME"),
            ("/srv/${NAME}", "${NAME}"),
            ("/srv/keydesk-$HOSTNAME", "keydesk-$HOSTNAME"),
            ("/srv/kd.${NAME}.d/kd", "kd.${NAME}.d"),
            ("/srv/5$_a", "5$_a"),
            ("/srv/$$HOME", "$$HOME"),
        ] {
            assert!(means(text).unwrap_err().contains(word), "{text}");
        }
        assert!(path("~/kd", "~/kd", None).unwrap_err().contains("HOME"));
    }

    #[test]
    fn data_that_an_earlier_version_put_under_the_literal_name_is_not_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let quoted = folder.path().join("kd\n");
        std::fs::create_dir(&quoted).unwrap();
        let raw = quoted.to_str().unwrap();
        let told = path(raw, raw.trim(), None).unwrap_err();
        assert!(told.contains("earlier version") && told.contains("kd\\n"), "{told}");
    }
}
