//! Passkeys that a browser still keeps and that are not known here any more.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;
use webauthn_rs::prelude::PublicKeyCredential;

use super::entity::{handle, passkey};
use crate::{Context, Result, context::Purpose};

/// The id of the credential in this answer, which was refused, where its person is known and
/// has no such passkey: the browser may throw it away.
///
/// Only where the answer names its person by a handle of ours. Otherwise the answer would be
/// a way to learn about people (T6): the challenge by username hands out ids, made-up ones for
/// names that nobody has, and trying those here would tell them from real ones. A handle is
/// random and never handed out to strangers; and with one's own, every id that is not one's
/// own is answered alike. It also spares passkeys of other services under the same domain.
///
/// # Errors
/// When the database cannot be read.
pub async fn unknown_passkey(cx: &Context, answer: &str) -> Result<Option<String>> {
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else { return Ok(None) };
    let Some(named) = answer.get_user_unique_id().and_then(|named| Uuid::from_slice(named).ok()) else {
        return Ok(None);
    };
    let access = cx.public_read(Purpose::SignIn);
    let person = handle::Entity::find().filter(handle::Column::Handle.eq(named)).one(access.db()).await?;
    let Some(person) = person else { return Ok(None) };
    let id = answer.get_credential_id();
    let known = passkey::Entity::find()
        .filter(passkey::Column::CredentialId.eq(id.to_vec()))
        .filter(passkey::Column::UserId.eq(person.user_id))
        .count(access.db())
        .await?;
    Ok((known == 0).then(|| URL_SAFE_NO_PAD.encode(id)))
}
