//! The groups and custom fields by which the list can be restricted, with their names.

use domain::{
    fields::{Field, FieldId},
    groups::GroupId,
};
use serde::{Deserialize, Serialize};

use crate::{groups::server_fns::list_groups, settings::server_fns::list_fields};

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Names {
    pub groups: Vec<(GroupId, String)>,
    pub fields: Vec<Field>,
}

impl Names {
    /// Whatever the viewer may see of them: the list does without the rest.
    pub async fn load(may_view_groups: bool) -> Self {
        let groups = if may_view_groups { list_groups().await.unwrap_or_default() } else { vec![] };
        Self {
            groups: groups.into_iter().map(|group| (group.id, group.name)).collect(),
            fields: list_fields().await.unwrap_or_default(),
        }
    }

    pub fn group(&self, id: GroupId) -> Option<&str> {
        self.groups.iter().find(|(own, _)| *own == id).map(|(_, name)| name.as_str())
    }

    pub fn field(&self, id: FieldId) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }
}
