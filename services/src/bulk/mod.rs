//! Many rows at once: for making people up, and for restoring a backup.

mod aside;
mod rows;

pub(crate) use aside::PutAside;
pub(crate) use rows::Rows;
