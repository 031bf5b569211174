//! The configuration file, as keys and texts.

use std::path::Path;

use toml::{Table, Value};

/// Every key of the file with its value, in the file's own order of names.
///
/// # Errors
/// A sentence that repeats nothing of the file but keys: a value may be a password.
pub(super) fn read(path: &Path) -> Result<Vec<(String, String)>, String> {
    let shown = path.display();
    if !path.is_file() {
        return Err(format!("There is no configuration file {shown}."));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("Cannot read the configuration file {shown}: {error}."))?;
    let line_of = |at: usize| bytes[..at.min(bytes.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| format!("{shown} is not UTF-8 in line {}. Save it as UTF-8.", line_of(error.valid_up_to())))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map(|span| format!(" in line {}", line_of(span.start))).unwrap_or_default();
        format!(
            "{shown} cannot be read as TOML{line}. A setting stands on a line of its own, once, its text in quotes: \
             listen = \"127.0.0.1:3000\"."
        )
    })?;
    let mut found = vec![];
    flatten("", table, &mut found).map_err(|key| {
        format!("{shown} has a value for {key} that is no text, number, true or false. Write it in quotes.")
    })?;
    Ok(found)
}

/// Fails with the key whose value is no setting's.
fn flatten(before: &str, table: Table, found: &mut Vec<(String, String)>) -> Result<(), String> {
    for (key, value) in table {
        let key = format!("{before}{key}");
        let text = match value {
            Value::Table(inner) => {
                flatten(&format!("{key}."), inner, found)?;
                continue;
            }
            // A list of texts, for settings that are one.
            Value::Array(items) => {
                let texts = items.iter().map(|item| item.as_str().ok_or_else(|| key.clone()));
                texts.collect::<Result<Vec<_>, _>>()?.join(", ")
            }
            Value::String(text) => text,
            Value::Integer(number) => number.to_string(),
            Value::Boolean(is) => is.to_string(),
            Value::Float(_) | Value::Datetime(_) => return Err(key),
        };
        found.push((key, text));
    }
    Ok(())
}
