//! Rows of users.

use domain::{
    Millis,
    audit::Person,
    users::{Standing, Status, UserId},
};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub username: String,
    pub username_key: String,
    pub display_name: String,
    pub display_name_key: String,
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub email_verified_at: Option<i64>,
    pub search_key: String,
    pub created_at: i64,
    pub created_by: Option<Uuid>,
    pub updated_at: i64,
    pub version: i64,
    pub last_sign_in_at: Option<i64>,
    pub disabled_at: Option<i64>,
    pub deleted_at: Option<i64>,
    pub expires_at: Option<i64>,
    /// Sessions live while they carry this number.
    pub security_epoch: i64,
    /// 1 once there is a way to sign in; without one a person is invited.
    pub has_credential: i64,
    /// See [`domain::factors::Factors`].
    pub factors: i64,
    pub second_factor_required: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn status(&self, now: Millis) -> Status {
        Status::of(
            Standing {
                deleted_at: self.deleted_at,
                disabled_at: self.disabled_at,
                expires_at: self.expires_at,
                has_credential: self.has_credential > 0,
            },
            now,
        )
    }

    /// As events name the user.
    pub(crate) fn person(&self) -> Person {
        Person { id: UserId(self.id), name: self.display_name.clone() }
    }
}

/// Usernames that are never given again.
pub mod retired {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "retired_usernames")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: Vec<u8>,
        pub retired_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What is counted for each user, for sorting.
pub mod stats {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "user_stats")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        pub sessions: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// How somebody likes the console, by name.
pub mod preference {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "preferences")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
