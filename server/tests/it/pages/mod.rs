//! Pages as the server renders them, for those who may see them and for those who may not: what they show, in which
//! state, and with which reason. What needs a browser (keys, focus, dialogs, what changes in place) is in `end2end`.

mod audit_log;
mod before_the_console;
mod entry;
mod factors_of_users;
mod filters;
mod groups;
mod list;
mod outlines;
mod people;
mod rights;
mod search;
mod settings;
