//! PostgreSQL: the same committer over one pipelined connection, and a few shared connections that read.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::future::try_join_all;
use tokio::sync::{RwLock, mpsc};
use tokio_postgres::{Client, Config, NoTls, types::ToSql};

use super::Url;
use crate::{
    StoreError,
    committer::{GROUP, Request, Work, answer},
    journal::{self, Head},
    migrate,
    query::{Statement, for_postgres},
    value::{Row, Value},
};

const READERS: usize = 4;

/// A connection with the statements it has prepared.
pub(crate) struct Connection {
    client: Client,
    prepared: Mutex<HashMap<String, tokio_postgres::Statement>>,
}

/// The connections that read; a lost one is replaced at its next use.
pub(crate) struct Readers {
    config: Config,
    connections: Vec<RwLock<Connection>>,
    next: AtomicUsize,
}

/// The connection that writes.
pub(crate) struct Writer {
    config: Config,
    connection: Connection,
    authority: i64,
}

impl Connection {
    async fn open(config: &Config) -> Result<Self, StoreError> {
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "a database connection ended");
            }
        });
        let settings = "SET synchronous_commit = on; SET statement_timeout = '60s'; SET timezone = 'UTC'";
        client.batch_execute(settings).await?;
        Ok(Self { client, prepared: Mutex::default() })
    }

    async fn prepare(&self, sql: &str) -> Result<tokio_postgres::Statement, StoreError> {
        let known = self.prepared.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = self.client.prepare(&for_postgres(sql)).await?;
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(crate) async fn rows<T>(
        &self,
        sql: &str,
        params: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        #[cfg(test)]
        crate::query::ran("postgres", sql);
        let statement = self.prepare(sql).await?;
        let rows = self.client.query(&statement, &borrowed(params)).await?;
        rows.iter().map(|row| read(&Row::Postgres(row))).collect()
    }

    /// Sends all statements without waiting in between, then waits for all of them.
    async fn pipeline(&self, statements: &[Statement]) -> Result<(), StoreError> {
        let mut prepared = Vec::with_capacity(statements.len());
        for statement in statements {
            #[cfg(test)]
            crate::query::ran("postgres", statement.query.sql);
            prepared.push(self.prepare(statement.query.sql).await?);
        }
        let sent = statements.iter().zip(&prepared).map(|(statement, prepared)| async move {
            let changed = self.client.execute(prepared, &borrowed(&statement.params)).await?;
            if statement.must_change && changed != 1 { Err(StoreError::Stale) } else { Ok(()) }
        });
        try_join_all(sent).await.map(|_| ())
    }
}

fn borrowed(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as _).collect()
}

fn parse(url: &str) -> Result<Config, StoreError> {
    let mut config: Config = url.parse().map_err(|error| StoreError::Unavailable(format!("{error}")))?;
    config.application_name("hailong").connect_timeout(std::time::Duration::from_secs(10));
    Ok(config)
}

impl Readers {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let config = parse(url)?;
        migrate_up(&Connection::open(&config).await?).await?;
        let mut connections = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            connections.push(RwLock::new(Connection::open(&config).await?));
        }
        Ok(Self { config, connections, next: AtomicUsize::new(0) })
    }

    pub(crate) async fn found_chain(&self, authority: i64) -> Result<(), StoreError> {
        let new = journal::new_chain(authority);
        self.rows(new.query.name, new.query.sql, &new.params, |_| Ok(())).await.map(|_| ())
    }

    /// A connection that sees the database as it is now, whatever is written meanwhile.
    pub(crate) async fn snapshot(&self) -> Result<Connection, StoreError> {
        let connection = Connection::open(&self.config).await?;
        connection.client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        Ok(connection)
    }

    pub(crate) async fn rows<T>(
        &self,
        name: &'static str,
        sql: &str,
        params: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let slot = &self.connections[self.next.fetch_add(1, Ordering::Relaxed) % READERS];
        if slot.read().await.client.is_closed() {
            let mut lost = slot.write().await;
            if lost.client.is_closed() {
                *lost = Connection::open(&self.config).await?;
            }
        }
        let answer = slot.read().await.rows(sql, params, read).await;
        answer.inspect_err(|error| tracing::error!(query = name, %error, "read failed"))
    }
}

async fn migrate_up(connection: &Connection) -> Result<(), StoreError> {
    // One process at a time: others wait here and then find the work done.
    connection.client.batch_execute("SELECT pg_advisory_lock(970117)").await?;
    connection.client.batch_execute(migrate::MAKE_TABLE).await?;
    let applied = connection.rows(migrate::READ, &[], |row| Ok((row.int(0)?, row.text(1)?))).await?;
    for step in migrate::missing(&applied, |step| step.postgres)? {
        let sum = migrate::checksum(step.postgres);
        let keep =
            format!("INSERT INTO schema_version (version, checksum) VALUES ({}, '{sum}')", step.version);
        connection.client.batch_execute(&format!("BEGIN; {}; {keep}; COMMIT", step.postgres)).await?;
    }
    connection.client.batch_execute("SELECT pg_advisory_unlock(970117)").await?;
    Ok(())
}

impl Writer {
    pub(crate) async fn connect(url: &Url, authority: i64) -> Result<Self, StoreError> {
        let Url::Postgres(url) = url else {
            return Err(StoreError::Unavailable("this is not a PostgreSQL database".into()));
        };
        let config = parse(url)?;
        let connection = Connection::open(&config).await?;
        Ok(Self { config, connection, authority })
    }

    /// Writes groups until the queue is closed and empty.
    pub(crate) async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut group = Vec::with_capacity(GROUP);
        while requests.recv_many(&mut group, GROUP).await > 0 {
            let group = std::mem::take(&mut group);
            if self.connection.client.is_closed() {
                match Connection::open(&self.config).await {
                    Ok(fresh) => self.connection = fresh,
                    Err(error) => {
                        let results = group.iter().map(|_| Err(error.clone())).collect();
                        answer(group, results);
                        continue;
                    }
                }
            }
            let results = self.write_group(&group).await;
            answer(group, results);
        }
    }

    async fn write_group(&self, group: &[Request]) -> Vec<Result<i64, StoreError>> {
        match self.whole(group).await {
            Ok(results) => results.into_iter().map(Ok).collect(),
            Err(error) => {
                let _ = self.connection.client.batch_execute("ROLLBACK").await;
                if self.connection.client.is_closed() {
                    return group.iter().map(|_| Err(error.clone())).collect();
                }
                match self.one_by_one(group).await {
                    Ok(results) => results,
                    Err(error) => {
                        let _ = self.connection.client.batch_execute("ROLLBACK").await;
                        group.iter().map(|_| Err(error.clone())).collect()
                    }
                }
            }
        }
    }

    /// All of the group, or nothing.
    async fn whole(&self, group: &[Request]) -> Result<Vec<i64>, StoreError> {
        let mut head = self.begin(group).await?;
        let mut results = Vec::with_capacity(group.len());
        let mut statements = Vec::with_capacity(group.len() * 8);
        for request in group {
            statements.extend(request.work.statements(&mut head)?);
            results.push(head.seq);
        }
        statements.push(head.moved());
        self.connection.pipeline(&statements).await?;
        self.connection.client.batch_execute("COMMIT").await?;
        Ok(results)
    }

    /// Each behind its own savepoint.
    async fn one_by_one(&self, group: &[Request]) -> Result<Vec<Result<i64, StoreError>>, StoreError> {
        let client = &self.connection.client;
        let mut head = self.begin(group).await?;
        let mut results = Vec::with_capacity(group.len());
        for request in group {
            let before = head.clone();
            client.batch_execute("SAVEPOINT one").await?;
            let result = self.write(&request.work, &mut head).await;
            if result.is_err() {
                client.batch_execute("ROLLBACK TO SAVEPOINT one").await?;
                head = before;
            }
            client.batch_execute("RELEASE SAVEPOINT one").await?;
            results.push(result.map(|()| head.seq));
        }
        self.connection.pipeline(&[head.moved()]).await?;
        client.batch_execute("COMMIT").await?;
        Ok(results)
    }

    async fn write(&self, work: &Work, head: &mut Head) -> Result<(), StoreError> {
        self.connection.pipeline(&work.statements(head)?).await
    }

    /// Begins, locks the chain's head and reads the counters that the group will move.
    async fn begin(&self, group: &[Request]) -> Result<Head, StoreError> {
        self.connection.client.batch_execute("BEGIN").await?;
        let authority = self.authority;
        let params = [authority.into()];
        let read = |row: &Row<'_>| Ok((row.int(0)?, row.bytes(1)?));
        let locked = self.connection.rows(journal::LOCK_HEAD.sql, &params, read).await?;
        let mut head = Head::locked(authority, locked.into_iter().next())?;
        for request in group {
            for scope in request.work.scopes() {
                if !head.counters.contains_key(scope) {
                    let params = [authority.into(), scope.into()];
                    let found = self.connection.rows(journal::COUNTER.sql, &params, |row| row.int(0)).await?;
                    head.counters.insert(scope.to_owned(), found.first().map_or(0, |value| *value as u32));
                }
            }
        }
        Ok(head)
    }
}
