//! tower-sessions' store over our own sessions table. A session is written by the gate, in the
//! transaction of its sign-in, so that here `create` only takes it over; and `save` only ever keeps:
//! a session that was ended is not written back by a request still under way.

use async_trait::async_trait;
use services::{
    Context, Failure, Installation, Origin,
    sessions::{
        self,
        record::{self, NewRecord},
    },
};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

#[derive(Clone)]
pub struct Store(Context);

impl Store {
    pub fn new(installation: Installation) -> Self {
        Self(installation.stranger(Origin::default()))
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// What the database knows of a cookie's value (T13): 128 random bits need no salt.
pub fn hash(id: &Id) -> [u8; 32] {
    Sha256::digest(id.0.to_be_bytes()).into()
}

fn backend(failure: impl Into<Failure>) -> Error {
    Error::Backend(failure.into().into_text())
}

fn unexpected(what: impl ToString) -> Error {
    backend(Failure::Unexpected(what.to_string()))
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        match record::take_new(&mut record.data).map_err(backend)? {
            NewRecord::Opened { id } => {
                record.id = id.parse().map_err(|_| unexpected("a session without its cookie"))?;
                Ok(())
            }
            NewRecord::Renewed(session) => sessions::attach(&self.0, hash(&record.id), &session).await.map_err(backend),
        }
    }

    async fn save(&self, _: &Record) -> Result<()> {
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(loaded) = sessions::load(&self.0, hash(id)).await.map_err(backend)? else {
            return Ok(None);
        };
        let expiry_date = OffsetDateTime::from_unix_timestamp(loaded.ends_at / 1_000).map_err(unexpected)?;
        let data = record::loaded(&loaded).map_err(backend)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sessions::forget(&self.0, hash(id)).await.map_err(backend)
    }
}
