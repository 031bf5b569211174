//! Which columns of the users table a person shows, and how dense: remembered for them, not in the address.

use serde::{Deserialize, Serialize};

use crate::{Problem, Result, fields::FieldId};

/// A column beside the first, which is always the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    Email,
    Groups,
    Status,
    /// What proves somebody.
    Methods,
    LastSignIn,
    Sessions,
    Expires,
    Created,
    Field(FieldId),
}

impl Column {
    /// All but the custom fields, in the order of the table.
    pub const FIXED: [Self; 8] = [
        Self::Email,
        Self::Groups,
        Self::Status,
        Self::Methods,
        Self::LastSignIn,
        Self::Sessions,
        Self::Expires,
        Self::Created,
    ];

    /// The head of the column; a custom field's own name is elsewhere.
    pub fn label(self) -> &'static str {
        match self {
            Self::Email => "E-mail",
            Self::Groups => "Groups",
            Self::Status => "Status",
            Self::Methods => "Sign-in methods",
            Self::LastSignIn => "Last sign-in",
            Self::Sessions => "Sessions",
            Self::Expires => "Account ends",
            Self::Created => "Created",
            Self::Field(_) => "Custom field",
        }
    }
}

/// How one person likes the users table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableView {
    /// In the order of the table.
    pub columns: Vec<Column>,
    pub dense: bool,
}

impl Default for TableView {
    fn default() -> Self {
        use Column::{Created, Email, Groups, LastSignIn, Methods, Sessions, Status};
        Self { columns: vec![Email, Groups, Status, Methods, LastSignIn, Sessions, Created], dense: false }
    }
}

impl TableView {
    /// # Errors
    /// A field error for more columns than there can be.
    pub fn check(&self) -> Result<()> {
        let most = Column::FIXED.len() as u32 + crate::fields::FIELDS_MOST;
        if self.columns.len() > most as usize {
            return Err(crate::Error::field("columns", Problem::TooMany { most }));
        }
        Ok(())
    }

    /// The custom fields among the columns.
    pub fn fields(&self) -> Vec<FieldId> {
        let field = |column: &Column| if let Column::Field(id) = column { Some(*id) } else { None };
        self.columns.iter().filter_map(field).collect()
    }
}
