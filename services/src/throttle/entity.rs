//! Rows of failed attempts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "throttle")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub bucket: Vec<u8>,
    pub failures: i64,
    pub last_failure_at: i64,
    pub blocked_until: i64,
    /// Then counting begins anew.
    pub kept_until: i64,
    /// The user who has to wait; nothing where what was typed names nobody.
    pub user_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
