//! What the engine alone allows: the same rows, tables, indexes and durability, without decisions, reads or hashing.

use std::path::Path;

use hailong_core::batch::Batch;
use rusqlite::{Connection, params_from_iter};

use crate::{
    StoreError, Url, committer::Work, engine::sqlite, journal::Head, query::Statement, value::Value,
};

/// A raw connection with the head it writes behind.
pub struct Floor {
    connection: Connection,
    head: Head,
}

impl Floor {
    /// Opens a database whose schema is up to date.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path, authority: i64) -> Result<Self, StoreError> {
        let connection = sqlite::open_writer(&Url::Sqlite(path.to_owned()))?;
        let head = sqlite::lock_head(&connection, authority)?;
        Ok(Self { connection, head })
    }

    /// Numbers, hashes and projects batches: everything that is not writing.
    ///
    /// # Errors
    /// When an event cannot be written as JSON.
    pub fn prepare(&mut self, batches: &[Batch]) -> Result<Prepared, StoreError> {
        let mut statements = Vec::new();
        for batch in batches {
            statements.extend(Work::Batch(batch.clone()).statements(&mut self.head)?);
        }
        statements.push(self.head.moved());
        Ok(Prepared(statements))
    }

    /// Writes prepared rows in one durable transaction.
    ///
    /// # Errors
    /// When the engine refuses one.
    pub fn write(&mut self, prepared: &Prepared) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        for statement in &prepared.0 {
            transaction.prepare_cached(statement.query.sql)?.execute(params_from_iter(&statement.params))?;
        }
        Ok(transaction.commit()?)
    }

    /// A plain table of 220-byte rows, 64 a transaction.
    ///
    /// # Errors
    /// When the engine refuses one.
    pub fn plain_rows_per_second(&mut self, rows: i64) -> Result<f64, StoreError> {
        self.connection
            .execute_batch("CREATE TABLE plain (id INTEGER NOT NULL PRIMARY KEY, body BLOB NOT NULL)")?;
        let body = Value::Bytes(vec![7; 220]);
        let watch = std::time::Instant::now();
        for start in (0..rows).step_by(64) {
            let transaction = self.connection.transaction()?;
            for id in start..(start + 64).min(rows) {
                let mut insert =
                    transaction.prepare_cached("INSERT INTO plain (id, body) VALUES (?1, ?2)")?;
                insert.execute(rusqlite::params![id, body])?;
            }
            transaction.commit()?;
        }
        let seconds = watch.elapsed().as_secs_f64();
        self.connection.execute_batch("DROP TABLE plain")?;
        Ok(rows as f64 / seconds)
    }

    /// Brings everything into the one file.
    ///
    /// # Errors
    /// When the engine cannot.
    pub fn close(self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?)
    }
}

/// Rows ready to be written.
pub struct Prepared(Vec<Statement>);

impl Prepared {
    /// How many statements.
    #[expect(clippy::len_without_is_empty, reason = "there is always at least the head")]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}
