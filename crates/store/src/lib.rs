//! The record: one door for writes (the committer), short reads past it, and two engines below one SQL text.

#[cfg(test)]
extern crate self as hailong_store;

pub mod account;
pub mod blob;
pub mod clamd;
mod committer;
#[cfg(test)]
mod conformance;
mod directory;
mod engine;
pub mod floor;
mod forget;
pub mod https;
mod journal;
pub mod keys;
pub mod listen;
pub mod measure;
mod migrate;
#[cfg(test)]
mod plans;
mod projection;
mod query;
pub mod serve;
mod value;
pub mod verify;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, RwLock},
};

use hailong_core::{
    batch::Batch,
    context::{Actor, Context, Entropy},
    directory::{Authority, Directory, publish},
    event::Event,
    id::Bytes,
    refusal::Refusal,
    serve::{book::Standing, notice::Routes},
    time::{Day, Instant},
};
use thiserror::Error;
use tokio::sync::oneshot;

use crate::{committer::Committer, engine::Engine, keys::Vault, query::Query, serve::report::total::Totals};
pub use crate::{
    engine::Url,
    journal::Line,
    value::{Row, Value, hex},
};

/// What went wrong at the record.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// The domain says no.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Too many writes wait. Nothing of this one was written.
    #[error("the office is very busy at this moment; nothing was saved, please try again")]
    Busy,
    /// Somebody else wrote first. Nothing of this one was written.
    #[error("somebody else changed this in the meantime")]
    Stale,
    /// The database does not answer. Whether a write was kept is not known.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// The database holds something that we did not write.
    #[error("the record is damaged: {0}")]
    Corrupt(String),
    /// The database was made by another version of the program.
    #[error("{0}")]
    Schema(String),
    /// The place of the files does not answer, or has not what it should have.
    #[error("the files cannot be used: {0}")]
    Files(String),
    /// The folder of keys cannot be used.
    #[error("the keys cannot be used: {0}")]
    Keys(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => Self::Stale,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(error.to_string()),
            None if !matches!(error, rusqlite::Error::SqliteFailure(..)) => Self::Corrupt(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        match error.code() {
            Some(&SqlState::UNIQUE_VIOLATION) => Self::Stale,
            Some(_) => {
                let message = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
                Self::Unavailable(message)
            }
            None => Self::Unavailable(error.to_string()),
        }
    }
}

/// The record of one authority.
pub struct Store {
    engine: Engine,
    committer: Committer,
    vault: Vault,
    authority: i64,
    directory: RwLock<Arc<Directory>>,
    routes: RwLock<Routes>,
    /// Held while cases follow a decision on days off: two at it would only be in each other's way.
    moving: tokio::sync::Mutex<()>,
    /// Confirmations of boards one at a time: one must not take away the photo that another begins to stand by.
    boards: tokio::sync::Mutex<()>,
    /// How the books stood when they were counted last, by office and year.
    books: Mutex<HashMap<(String, i16), Standing>>,
    /// Totals of the counts of reports, by the day before which they end.
    totals: Mutex<BTreeMap<Day, Arc<Totals>>>,
}

/// A write that has been handed in and will be answered once it is durable.
pub struct Pending(oneshot::Receiver<Result<i64, StoreError>>);

impl Pending {
    /// Waits until the write is durable; the journal's length after it.
    ///
    /// # Errors
    /// See [`Store::commit`].
    pub async fn done(self) -> Result<i64, StoreError> {
        self.0.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the committer has stopped".into())))
    }
}

impl Store {
    /// Opens a database, bringing its schema up to this program's.
    ///
    /// # Errors
    /// When it cannot be reached, was made by a newer program, or belongs to another authority.
    pub async fn open(url: &Url, authority: i64, vault: Vault) -> Result<Self, StoreError> {
        let engine = Engine::open(url).await?;
        engine.found_chain(authority).await?;
        let committer = Committer::start(&engine, url, authority).await?;
        let empty = Directory::new(
            Authority { id: authority, name_vi: String::new(), demo: false },
            Vec::new(),
            Vec::new(),
            Vec::new(),
            hailong_core::serve::calendar::Calendar::empty(),
        );
        let directory = RwLock::new(Arc::new(empty));
        let store = Self {
            engine,
            committer,
            vault,
            authority,
            directory,
            routes: RwLock::default(),
            moving: tokio::sync::Mutex::default(),
            boards: tokio::sync::Mutex::default(),
            books: Mutex::default(),
            totals: Mutex::default(),
        };
        store.reload_directory().await?;
        store.destroy_old_keys().await?;
        Ok(store)
    }

    /// The authority whose record this is.
    pub fn authority(&self) -> i64 {
        self.authority
    }

    /// The keys, kept apart from the database.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// `sqlite` or `postgres`.
    pub fn engine_name(&self) -> &'static str {
        self.engine.name()
    }

    /// The published rules in force.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Everything a decision is given. `directory` is what [`Self::directory`] gave.
    pub fn context<'a>(
        &'a self,
        actor: Actor,
        at: Instant,
        directory: &'a Directory,
        entropy: [u8; 32],
    ) -> Context<'a> {
        Context::new(actor, at, directory, Entropy::new(entropy), self.vault.secrets())
    }

    /// Writes a batch, with the notices that its events give: answered once it is durable; the journal's length after it.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when too many wait, [`StoreError::Stale`] when somebody else was faster; nothing of the
    /// batch is written then.
    pub async fn commit(&self, mut batch: Batch) -> Result<i64, StoreError> {
        self.add_notices(&mut batch).await?;
        let changes_directory = batch.entries.iter().any(|entry| entry.event.changes_directory());
        let seq = self.submit(batch)?.done().await?;
        if changes_directory {
            self.reload_directory().await?;
        }
        Ok(seq)
    }

    /// Hands a batch in without waiting, and without notices. Batches of one caller are written in the order they were handed in.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when too many wait.
    pub fn submit(&self, batch: Batch) -> Result<Pending, StoreError> {
        self.committer.submit(batch).map(Pending)
    }

    /// Publishes parts of the directory for the first time, in one batch.
    ///
    /// # Errors
    /// Refusals of [`publish`].
    pub async fn publish(&self, events: Vec<Event>, ctx: &Context<'_>) -> Result<(), StoreError> {
        let mut all = Batch { actor: ctx.actor.journal_name().to_owned(), ..Batch::default() };
        let mut versions: HashMap<Bytes, i64> = HashMap::new();
        for event in events {
            for mut entry in publish(event, ctx)?.entries {
                // Two versions of one thing may be published together: the second follows the first.
                let last = versions.entry(entry.subject.clone()).or_insert(entry.version - 1);
                *last += 1;
                entry.version = *last;
                all.entries.push(entry);
            }
        }
        self.commit(all).await.map(|_| ())
    }

    /// Length and last hash of the journal.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn head(&self) -> Result<(i64, Vec<u8>), StoreError> {
        let head = self
            .row(&journal::READ_HEAD, &[self.authority.into()], |row| Ok((row.int(0)?, row.bytes(1)?)))
            .await?;
        head.ok_or_else(|| StoreError::Corrupt("the chain has no head".into()))
    }

    /// One entry of the journal by its number.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn line(&self, number: i64) -> Result<Option<Line>, StoreError> {
        let before = number.saturating_sub(1);
        let line =
            self.row(&journal::PAGE, &[self.authority.into(), before.into(), 1.into()], Line::read).await?;
        Ok(line.filter(|line| line.seq == number))
    }

    /// The journal of one subject (a case…), oldest first, its newest 200 lines at most.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn history(&self, subject: &[u8]) -> Result<Vec<Line>, StoreError> {
        let params = [self.authority.into(), subject.into()];
        let mut newest = self.rows(&journal::OF_SUBJECT, &params, Line::read).await?;
        newest.reverse();
        Ok(newest)
    }

    /// The whole journal, subject by subject and each of them oldest first: at most so many lines behind this place (subject and
    /// version of the line that was read last). What is new meanwhile in a subject that was passed is not seen.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn journal_by_subject(&self, behind: (&[u8], i64), most: i64) -> Result<Vec<Line>, StoreError> {
        let params = [self.authority.into(), behind.0.into(), behind.1.into(), most.into()];
        self.rows(&journal::BY_SUBJECT, &params, Line::read).await
    }

    /// The latest business instant among the last entries of the journal.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn last_instant(&self) -> Result<Option<Instant>, StoreError> {
        let last = self.rows(&journal::LAST_INSTANT, &[self.authority.into()], |row| row.int(0)).await?;
        Ok(last.into_iter().max().map(Instant))
    }

    /// A setting beside the chain.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.row(&projection::READ_SETTING, &[self.authority.into(), name.into()], |row| row.text(0)).await
    }

    /// Keeps a setting beside the chain.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn keep_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let params = vec![self.authority.into(), name.into(), value.into()];
        self.committer.side(query::Statement::new(&projection::SET_SETTING, params)).await
    }

    async fn reload_directory(&self) -> Result<(), StoreError> {
        let fresh = Arc::new(self.read_directory().await?);
        *self.directory.write().unwrap_or_else(std::sync::PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// All rows of a bounded query.
    pub(crate) async fn rows<T>(
        &self,
        query: &'static Query,
        params: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.engine.rows(query.name, query.sql, params, read).await
    }

    /// The first row of a query, if any.
    pub(crate) async fn row<T>(
        &self,
        query: &'static Query,
        params: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.rows(query, params, read).await?.into_iter().next())
    }
}
