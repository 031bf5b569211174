//! What a setting is. Each section of the configuration declares its own.

/// A setting: its place in the file, its variable, its default as in a file, what the command line says of its flag.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub key: &'static str,
    pub variable: &'static str,
    pub default: Option<&'static str>,
    pub help: &'static str,
    /// Whether its flag stands for `true`, and takes no value.
    pub switch: bool,
}

/// A setting without a default, whose flag takes a value.
pub(super) const fn setting(key: &'static str, variable: &'static str, help: &'static str) -> Setting {
    Setting { key, variable, default: None, help, switch: false }
}

impl Setting {
    pub(super) const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// Off where nothing is said.
    pub(super) const fn switch(mut self) -> Self {
        self.default = Some("false");
        self.switch = true;
        self
    }

    /// The name of its flag, without the dashes before it.
    pub fn flag(&self) -> String {
        self.key.replace(['.', '_'], "-")
    }
}
