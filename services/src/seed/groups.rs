//! The groups that made-up people are in: built-in ones, and some of very different sizes.

use domain::groups::Builtin;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::people::Person;
use crate::{
    Result,
    context::Change,
    groups::{self, entity::group},
    random,
};

/// How many are in a group.
enum Size {
    /// So many of a million.
    Share(i64),
    /// So many, however many people there are.
    Number(i64),
}

const CUSTOM: [(&str, &str, Size); 6] = [
    ("Everyone in the field", "Made up: about a third of all people.", Size::Share(300_000)),
    ("Warehouse", "Made up: one in eight.", Size::Share(125_000)),
    ("Night shift", "Made up: one in twenty.", Size::Share(50_000)),
    ("First aid", "Made up: five in a thousand.", Size::Share(5_000)),
    ("Works council", "Made up: fifty people.", Size::Number(50)),
    ("Chess club", "Made up: nine people.", Size::Number(9)),
];

/// Groups with their sizes.
pub(super) struct Groups(Vec<(Uuid, Size)>);

impl Groups {
    /// Writes down the groups that are missing.
    pub async fn of(change: &Change) -> Result<Self> {
        let mut groups = vec![
            (groups::builtin(change, Builtin::UserManagers).await?.id, Size::Share(20_000)),
            (groups::builtin(change, Builtin::Auditors).await?.id, Size::Share(10_000)),
        ];
        for (name, description, size) in CUSTOM {
            groups.push((group(change, name, description).await?, size));
        }
        Ok(Self(groups))
    }

    /// The groups of this person, one of so many.
    pub fn for_person(&self, person: &mut Person, number: i64, users: i64) -> Vec<Uuid> {
        let mut inside = vec![];
        for (place, (id, size)) in self.0.iter().enumerate() {
            let belongs = match size {
                Size::Share(in_a_million) => person.rng.chance(*in_a_million),
                // Every so many-th, and not the same ones for each group.
                Size::Number(wanted) => {
                    let step = (users / wanted).max(1);
                    number % step == place as i64 % step && number / step < *wanted
                }
            };
            if belongs {
                inside.push(*id);
            }
        }
        inside
    }
}

async fn group(change: &Change, name: &str, description: &str) -> Result<Uuid> {
    let key = name.to_lowercase();
    if let Some(row) = group::Entity::find().filter(group::Column::NameKey.eq(&key)).one(change.db()).await? {
        return Ok(row.id);
    }
    let id = random::id(change.now());
    let row = group::ActiveModel {
        id: Set(id),
        name: Set(name.into()),
        name_key: Set(key),
        description: Set(description.into()),
        builtin: Set(None),
        created_at: Set(change.now()),
    };
    group::Entity::insert(row).exec_without_returning(change.db()).await?;
    Ok(id)
}
