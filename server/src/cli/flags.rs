//! Every setting as a flag.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

use crate::config::{SETTINGS, Setting};

/// The flags that are given: keys of settings with their values.
pub struct Flags(pub Vec<(&'static str, String)>);

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        command.args(SETTINGS.iter().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let value = |setting: &Setting| match setting.switch {
            true => matches.get_flag(setting.key).then(|| "true".to_owned()),
            false => matches.get_one::<String>(setting.key).cloned(),
        };
        Ok(Self(SETTINGS.iter().filter_map(|setting| Some((setting.key, value(setting)?))).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn flag(setting: &Setting) -> Arg {
    let arg = Arg::new(setting.key).long(setting.flag()).help(setting.help).global(true);
    match setting.switch {
        true => arg.action(ArgAction::SetTrue),
        false => arg.value_name(setting.key.replace('.', "_").to_uppercase()),
    }
}
