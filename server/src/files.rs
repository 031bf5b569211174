//! How many files this process may have open, and so how many connections.

/// Connections at once where no setting says otherwise and the system allows it.
const PLACES: usize = 1_024;

/// Open files beside the connections: the database, the log, what is read and written meanwhile.
const BESIDE: usize = 128;

/// How many connections there may be at once: as many as wanted, or else as many as usual and
/// possible. Raises what the process may open as far as its user may.
///
/// # Errors
/// A sentence that names the setting, where the system allows fewer than were wanted.
pub fn places(wanted: Option<usize>) -> Result<usize, String> {
    let open = raise(wanted.unwrap_or(PLACES) + BESIDE);
    fitting(wanted, open)
}

fn fitting(wanted: Option<usize>, open: usize) -> Result<usize, String> {
    let most = open.saturating_sub(BESIDE);
    match wanted {
        Some(wanted) if wanted > most => Err(format!(
            "connections (KEYDESK_CONNECTIONS) is {wanted}, and this process may open only {open} files, {BESIDE} of which \
             it needs for itself. Write at most {most}, or allow more: ulimit -n {0}, or LimitNOFILE={0} for systemd.",
            wanted + BESIDE
        )),
        Some(wanted) => Ok(wanted),
        None if most < MIN => Err(format!(
            "This process may open only {open} files, which are too few. Allow more: ulimit -n {0}, or \
             LimitNOFILE={0} for systemd.",
            PLACES + BESIDE
        )),
        None => Ok(PLACES.min(most)),
    }
}

/// Fewer connections than this are no service.
pub const MIN: usize = 16;

/// Makes the process able to open so many files, where that is allowed; gives how many it can.
#[cfg(unix)]
fn raise(needed: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let number = |limit: Option<u64>| limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let (now, most) = (number(limit.current), number(limit.maximum));
    let wanted = needed.min(most);
    if now >= wanted {
        return now;
    }
    let raised = Rlimit { current: Some(wanted as u64), maximum: limit.maximum };
    if setrlimit(Resource::Nofile, raised).is_ok() { wanted } else { now }
}

#[cfg(not(unix))]
fn raise(_: usize) -> usize {
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_connections_than_files_are_refused_with_what_would_help() {
        let told = fitting(Some(5_000), 1_024).unwrap_err();
        for word in ["KEYDESK_CONNECTIONS", "5000", "1024", "at most 896", "ulimit -n 5128"] {
            assert!(told.contains(word), "{word}: {told}");
        }
        assert_eq!(fitting(Some(896), 1_024), Ok(896));
    }

    #[test]
    fn without_a_setting_there_are_as_many_as_fit() {
        assert_eq!(fitting(None, 1_048_576), Ok(1_024));
        assert_eq!(fitting(None, 1_024), Ok(896));
        assert!(fitting(None, 140).unwrap_err().contains("ulimit"));
    }
}
