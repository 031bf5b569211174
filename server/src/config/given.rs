//! What the operator has given, from all places: the file, then variables, then flags. Every
//! value is judged here, whatever place it comes from.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use super::{
    SETTINGS, Setting, file, paths,
    text::{clean, is_half_quoted, shown},
    variables::{self, CONFIG, Stray},
};

/// What was not understood, or not taken as it is. Sentences for the operator.
#[derive(Clone, Debug, Default)]
pub struct Remarks {
    /// Variables that look like settings and are none.
    pub unknown: Vec<String>,
    /// Values that were understood in spite of what stands around them.
    pub mended: Vec<String>,
}

enum Source {
    Default,
    File(PathBuf),
    Variable,
    Flag,
}

/// May be a password: nothing prints it unasked.
pub(super) struct Value {
    /// As it was written.
    pub raw: String,
    pub text: String,
    source: Source,
}

/// One value for each setting that has any.
pub(super) struct Given {
    values: BTreeMap<&'static str, Value>,
    home: Option<PathBuf>,
    pub remarks: Remarks,
}

impl Given {
    /// Reads all places. `flags` are keys and values.
    ///
    /// # Errors
    /// A sentence that names the setting and says what would be right.
    pub fn gather(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
        flags: &[(&str, String)],
    ) -> Result<Self, String> {
        let mut given = Self { values: BTreeMap::new(), home: None, remarks: Remarks::default() };
        for setting in &SETTINGS {
            if let Some(default) = setting.default {
                given.put(setting, default.into(), Source::Default)?;
            }
        }
        let mut variables = given.sort(variables)?;
        let config = variables.iter().position(|(name, _)| name == CONFIG).map(|at| variables.swap_remove(at).1);
        let config = config.map(|raw| given.config(&raw)).transpose()?.flatten();
        let file = match file.map(|path| path.to_str().ok_or(path)) {
            Some(Ok(path)) => given.config(path)?,
            Some(Err(path)) => Some(path.to_owned()),
            None => config,
        };
        if let Some(path) = file {
            for (key, value) in file::read(&path)? {
                let setting = find(|setting| setting.key == key).ok_or_else(|| {
                    format!("{} has {}, which is no setting.{}", path.display(), shown(&key), nearest(&key))
                })?;
                given.put(setting, value, Source::File(path.clone()))?;
            }
        }
        for (name, value) in variables {
            if let Some(setting) = find(|setting| setting.variable == name) {
                given.put(setting, value, Source::Variable)?;
            }
        }
        for (key, value) in flags {
            let setting = find(|setting| setting.key == *key).ok_or_else(|| format!("{key} is no setting."))?;
            given.put(setting, value.clone(), Source::Flag)?;
        }
        Ok(given)
    }

    /// Those variables that are settings; says what is wrong with others of our name.
    fn sort(
        &mut self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Vec<(String, String)>, String> {
        let mut own = vec![];
        for (name, value) in variables {
            let name = name.to_string_lossy().into_owned();
            if name == "HOME" {
                self.home = Some(PathBuf::from(value)).filter(|home| home.is_absolute());
            } else if name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("KEYDESK_")) {
                let known = name == CONFIG || find(|setting| setting.variable == name).is_some();
                match value.into_string() {
                    Ok(value) if known => own.push((name, value)),
                    Err(_) if known => {
                        return Err(format!("{name} is not UTF-8. Write it in UTF-8, paths included."));
                    }
                    value => match variables::judge(&name, value.as_deref().unwrap_or_default()) {
                        Stray::Known => {}
                        Stray::Misspelt(meant) => {
                            return Err(format!(
                                "{} is no setting. Did you mean {meant}? Rename it, or remove it if it is not for Keydesk.",
                                shown(&name)
                            ));
                        }
                        Stray::Unknown => self.remarks.unknown.push(format!("{} is no setting", shown(&name))),
                    },
                }
            }
        }
        own.sort_unstable();
        Ok(own)
    }

    /// The path in `KEYDESK_CONFIG`; nothing where that is empty.
    fn config(&mut self, raw: &str) -> Result<Option<PathBuf>, String> {
        let cleaned = clean(raw).map_err(|told| format!("{CONFIG} {told}"))?;
        if cleaned.text.is_empty() {
            self.remarks.mended.push(format!("{CONFIG} is empty and counts as not set"));
            return Ok(None);
        }
        let path = paths::path(raw, &cleaned.text, self.home.as_deref());
        path.map(Some).map_err(|told| format!("{CONFIG} {told}"))
    }

    fn put(&mut self, setting: &'static Setting, raw: String, source: Source) -> Result<(), String> {
        let named = named(setting, &source);
        let cleaned = clean(&raw).map_err(|told| format!("{named} {told}"))?;
        if cleaned.text.is_empty() {
            match source {
                // An empty list is a list.
                Source::Default => {}
                Source::File(_) | Source::Flag if setting.default == Some("") => {}
                Source::Flag => return Err(format!("{named} is empty. Leave it out, or give it a value.")),
                Source::File(_) | Source::Variable => {
                    self.remarks.mended.push(format!("{named} is empty and counts as not set"));
                    return Ok(());
                }
            }
        }
        // A name may well end in a quotation.
        if is_half_quoted(&cleaned.text) && setting.key != "name" {
            return Err(format!("{named} has a quotation mark at one end only. Leave it out."));
        }
        if cleaned.unquoted {
            self.remarks.mended.push(format!("{named}: the quotation marks around the value do not count"));
        }
        self.values.insert(setting.key, Value { raw, text: cleaned.text, source });
        Ok(())
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// The value, or an empty text.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).map_or("", |value| &value.text)
    }

    /// How a message calls the setting: its key, its variable, and where its value comes from.
    pub fn named(&self, key: &str) -> String {
        match (find(|setting| setting.key == key), self.get(key)) {
            (Some(setting), Some(value)) => named(setting, &value.source),
            (Some(setting), None) => named(setting, &Source::Default),
            (None, _) => key.to_owned(),
        }
    }

    /// That the value is none for this setting. Not for one that may hold a password.
    pub fn wrong(&self, key: &str, remedy: &str) -> String {
        format!("{} is “{}”; {remedy}", self.named(key), shown(self.text(key)))
    }

    pub fn path(&self, key: &str) -> Result<Option<PathBuf>, String> {
        self.get(key).map(|value| self.path_in(key, &value.raw, &value.text)).transpose()
    }

    /// What `text` means, a path that is all of the setting or a part of it.
    pub fn path_in(&self, key: &str, raw: &str, text: &str) -> Result<PathBuf, String> {
        paths::path(raw, text, self.home.as_deref()).map_err(|told| format!("{} {told}", self.named(key)))
    }

    /// `what` is the plural of what is counted.
    pub fn number(&self, key: &str, what: &str, bounds: RangeInclusive<i64>) -> Result<i64, String> {
        let remedy = || format!("write a number of {what} from {} to {}.", bounds.start(), bounds.end());
        let number = self.text(key).parse().ok().filter(|number| bounds.contains(number));
        number.ok_or_else(|| self.wrong(key, &remedy()))
    }

    pub fn switch(&self, key: &str) -> Result<bool, String> {
        match self.text(key).to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            _ => Err(self.wrong(key, "write true or false.")),
        }
    }

    /// One of some words, as it is written in `words`.
    pub fn word(&self, key: &str, words: &[&'static str]) -> Result<&'static str, String> {
        let text = self.text(key);
        let found = words.iter().find(|word| word.eq_ignore_ascii_case(text));
        found.copied().ok_or_else(|| match words {
            [most @ .., last] => self.wrong(key, &format!("write {} or {last}.", most.join(", "))),
            [] => self.wrong(key, "leave it out."),
        })
    }

    /// The parts between commas and blanks.
    pub fn list(&self, key: &str) -> impl Iterator<Item = &str> {
        self.text(key).split(|c: char| c == ',' || c.is_whitespace()).filter(|part| !part.is_empty())
    }
}

fn find(is: impl Fn(&Setting) -> bool) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| is(setting))
}

fn named(setting: &Setting, source: &Source) -> String {
    let Setting { key, variable, .. } = setting;
    match source {
        Source::Default | Source::Variable => format!("{key} ({variable})"),
        Source::File(path) => format!("{key} ({variable}, here in {})", path.display()),
        Source::Flag => format!("{key} ({variable}, here as --{})", setting.flag()),
    }
}

/// A question after a key that is no setting; nothing where none is near.
fn nearest(key: &str) -> String {
    let near = SETTINGS.iter().map(|setting| setting.key).min_by_key(|own| strsim::osa_distance(own, key));
    match near.filter(|own| strsim::osa_distance(own, key) <= 3) {
        Some(own) => format!(" Did you mean {own}?"),
        None => " keydesk doctor lists them.".into(),
    }
}
