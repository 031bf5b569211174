//! What a value is once the marks around it are gone that only its transport has put there.

/// Bytes of the longest value that makes sense: a path (`PATH_MAX` of Linux).
const MOST: usize = 4_096;
/// Shown of a value in a message, in characters.
const SHOWN: usize = 80;

const QUOTES: [(char, char); 4] = [('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’')];

/// A value without the blanks and the quotation marks around it.
pub(super) struct Cleaned {
    pub text: String,
    /// Whether there were quotation marks, as some programs keep them that read env files.
    pub unquoted: bool,
}

/// # Errors
/// The end of a sentence that begins with the setting's name.
pub(super) fn clean(raw: &str) -> Result<Cleaned, String> {
    if raw.len() > MOST {
        return Err(format!("is {} bytes long; write at most {MOST}.", raw.len()));
    }
    let (mut text, mut unquoted) = (trim(raw), false);
    while let Some(inner) = unquote(text) {
        (text, unquoted) = (trim(inner), true);
    }
    if let Some(bad) = text.chars().find(|c| c.is_control()) {
        let what = if matches!(bad, '\n' | '\r') {
            "a line break".into()
        } else {
            format!("the control character U+{:04X}", bad as u32)
        };
        return Err(format!("holds {what}; write it without."));
    }
    Ok(Cleaned { text: text.into(), unquoted })
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{feff}' | '\u{200b}'))
}

fn unquote(text: &str) -> Option<&str> {
    QUOTES.iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(*open)?.strip_suffix(*close)?;
        // “"A" and "B"” is quoted twice rather than once.
        (!inner.contains([*open, *close]) || unquote(inner).is_some()).then_some(inner)
    })
}

/// Whether a quotation mark stands at an end of the text.
pub(super) fn is_half_quoted(text: &str) -> bool {
    QUOTES.iter().any(|(open, close)| text.starts_with(*open) || text.ends_with(*close))
}

/// A value for a message: not too long, and nothing in it that moves a cursor.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown.replace("\\'", "'").replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_transport_has_put_around_a_value_is_left_out() {
        for raw in ["/srv/kd", " /srv/kd\n", "\"/srv/kd\"", "'\"/srv/kd\"'\r\n", "“/srv/kd”", "\u{feff}/srv/kd"] {
            assert_eq!(clean(raw).ok().unwrap().text, "/srv/kd", "{raw:?}");
        }
        for own in ["Bob's \"Pub\"", "\"A\" and \"B\"", "O'Neill", "'", ""] {
            assert_eq!(clean(own).ok().unwrap().text, own);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert!(clean("a\nb").err().unwrap().contains("a line break"));
        assert!(clean("a\u{7}b").err().unwrap().contains("U+0007"));
        assert!(clean(&"a".repeat(5_000)).err().unwrap().contains("5000 bytes"));
    }
}
