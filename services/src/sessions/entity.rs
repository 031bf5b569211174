//! Rows of sessions.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    pub id: Uuid,
    pub user_id: Uuid,
    pub epoch: i64,
    pub method: String,
    pub address: String,
    pub browser: String,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub proof_at: i64,
    pub expires_at: i64,
    pub must_enrol: i64,
    /// The browser that it is in, by the name that its person's known device has.
    pub browser_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
