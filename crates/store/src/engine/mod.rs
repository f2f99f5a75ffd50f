//! The two engines, and the only place that branches between them.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::{path::PathBuf, str::FromStr};

use crate::{
    StoreError,
    value::{Row, Value},
};

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Url {
    /// `sqlite:PATH`.
    Sqlite(PathBuf),
    /// `postgres://…`.
    Postgres(String),
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(format!("\"{text}\" is not a database: write sqlite:FILE or postgres://USER@HOST/NAME"))
    }
}

pub(crate) enum Engine {
    Sqlite(sqlite::Readers),
    Postgres(Box<postgres::Readers>),
}

/// The database as it was at the first read, whatever is written meanwhile.
pub(crate) enum Snapshot {
    Sqlite(rusqlite::Connection),
    Postgres(postgres::Connection),
}

impl Snapshot {
    /// All rows of a bounded query. Exclusive, so that the future may move between threads.
    pub(crate) async fn rows<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match self {
            Self::Sqlite(connection) => sqlite::query(connection, sql, params, read),
            Self::Postgres(connection) => connection.rows(sql, params, read).await,
        }
    }
}

impl Engine {
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        match self {
            Self::Sqlite(readers) => readers.snapshot().map(Snapshot::Sqlite),
            Self::Postgres(readers) => readers.snapshot().await.map(Snapshot::Postgres),
        }
    }

    pub(crate) async fn open(url: &Url) -> Result<Self, StoreError> {
        match url {
            Url::Sqlite(path) => sqlite::Readers::open(path).map(Self::Sqlite),
            Url::Postgres(url) => {
                postgres::Readers::open(url).await.map(|readers| Self::Postgres(Box::new(readers)))
            }
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// Makes the chain of an authority when there is none. One database may hold several authorities.
    pub(crate) async fn found_chain(&self, authority: i64) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(readers) => readers.found_chain(authority),
            Self::Postgres(readers) => readers.found_chain(authority).await,
        }
    }

    pub(crate) async fn rows<T>(
        &self,
        name: &'static str,
        sql: &str,
        params: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        match self {
            Self::Sqlite(readers) => readers.rows(name, sql, params, read),
            Self::Postgres(readers) => readers.rows(name, sql, params, read).await,
        }
    }
}
