//! SQLite: one file, one writer thread, four read-only connections used inline.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, params_from_iter};
use tokio::sync::mpsc;

use super::Url;
use crate::{
    StoreError,
    committer::{GROUP, Request, Work, answer},
    journal::{self, Head},
    migrate,
    query::Statement,
    value::{Row, Value},
};

const READERS: usize = 4;
/// Longest wait for others to join a group.
const GATHERING: Duration = Duration::from_micros(400);
const CACHED_STATEMENTS: usize = 256;

/// The connections that read.
pub(crate) struct Readers {
    path: PathBuf,
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection)
}

/// The connection that writes: durable at every commit.
pub(crate) fn open_writer(url: &Url) -> Result<Connection, StoreError> {
    let Url::Sqlite(path) = url else {
        return Err(StoreError::Unavailable("this is not an SQLite database".into()));
    };
    writer(path)
}

fn writer(path: &Path) -> Result<Connection, StoreError> {
    make_private(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = connect(path, flags)?;
    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; \
                   PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000;";
    connection.execute_batch(pragmas)?;
    Ok(connection)
}

/// Makes a new file readable by its owner only; SQLite gives the files beside it the same mode.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Unavailable(format!("{}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

impl Readers {
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let first = writer(path)?;
        migrate_up(&first)?;
        let read_only = || {
            let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            connection.execute_batch("PRAGMA cache_size = -8192;")?;
            Ok(Mutex::new(connection))
        };
        let connections = (0..READERS).map(|_| read_only()).collect::<Result<_, StoreError>>()?;
        Ok(Self { path: path.to_owned(), connections, next: AtomicUsize::new(0) })
    }

    pub(crate) fn found_chain(&self, authority: i64) -> Result<(), StoreError> {
        execute(&writer(&self.path)?, &journal::new_chain(authority))
    }

    /// A connection that sees the database as it is now, whatever is written meanwhile.
    pub(crate) fn snapshot(&self) -> Result<Connection, StoreError> {
        let connection = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.execute_batch("BEGIN")?;
        Ok(connection)
    }

    pub(crate) fn rows<T>(
        &self,
        name: &'static str,
        sql: &str,
        params: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let connection = self.connection();
        query(&connection, sql, params, read)
            .inspect_err(|error| tracing::error!(query = name, %error, "read failed"))
    }

    /// A connection that nobody uses, else the next in turn.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        let free = (0..READERS).find_map(|i| self.connections[(start + i) % READERS].try_lock().ok());
        free.unwrap_or_else(|| {
            self.connections[start % READERS].lock().unwrap_or_else(PoisonError::into_inner)
        })
    }
}

pub(crate) fn query<T>(
    connection: &Connection,
    sql: &str,
    params: &[Value],
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    #[cfg(test)]
    crate::query::ran("sqlite", sql);
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(params))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(&Row::Sqlite(row))?);
    }
    Ok(all)
}

fn migrate_up(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(migrate::MAKE_TABLE)?;
    let applied = query(connection, migrate::READ, &[], |row| Ok((row.int(0)?, row.text(1)?)))?;
    for step in migrate::missing(&applied, |step| step.sqlite)? {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        connection.execute_batch(step.sqlite)?;
        connection.execute(migrate::KEEP, rusqlite::params![step.version, migrate::checksum(step.sqlite)])?;
        connection.execute_batch("COMMIT")?;
    }
    Ok(())
}

/// Writes groups until the queue is closed and empty.
pub(crate) fn run_committer(
    mut connection: Connection,
    authority: i64,
    mut requests: mpsc::Receiver<Request>,
) {
    let mut last = 0;
    while let Some(first) = requests.blocking_recv() {
        gather(&requests, last);
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = requests.try_recv()
        {
            group.push(next);
        }
        last = group.len();
        let results = write_group(&mut connection, authority, &group);
        answer(group, results);
    }
    // Leaves a single tidy file behind; a crash before this point loses nothing.
    let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
}

/// When many wrote a moment ago, most of them are about to write again: a flush is better shared than hurried. Waits
/// for half of them, at most [`GATHERING`]; a lone writer never waits.
fn gather(requests: &mpsc::Receiver<Request>, last: usize) {
    let begun = std::time::Instant::now();
    while requests.len() < last / 2 && begun.elapsed() < GATHERING {
        std::thread::sleep(GATHERING / 8);
    }
}

fn write_group(
    connection: &mut Connection,
    authority: i64,
    group: &[Request],
) -> Vec<Result<i64, StoreError>> {
    match whole(connection, authority, group) {
        Ok(results) => results.into_iter().map(Ok).collect(),
        Err(_) => one_by_one(connection, authority, group)
            .unwrap_or_else(|error| group.iter().map(|_| Err(error.clone())).collect()),
    }
}

/// All of the group, or nothing.
fn whole(connection: &mut Connection, authority: i64, group: &[Request]) -> Result<Vec<i64>, StoreError> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut head = lock_head(&transaction, authority)?;
    let mut results = Vec::with_capacity(group.len());
    for request in group {
        write(&transaction, &mut head, &request.work)?;
        results.push(head.seq);
    }
    move_head(&transaction, &head)?;
    transaction.commit()?;
    Ok(results)
}

/// Each behind its own savepoint.
fn one_by_one(
    connection: &mut Connection,
    authority: i64,
    group: &[Request],
) -> Result<Vec<Result<i64, StoreError>>, StoreError> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut head = lock_head(&transaction, authority)?;
    let mut results = Vec::with_capacity(group.len());
    for request in group {
        let before = head.clone();
        transaction.execute_batch("SAVEPOINT one")?;
        let result = write(&transaction, &mut head, &request.work);
        if result.is_err() {
            transaction.execute_batch("ROLLBACK TO one")?;
            head = before;
        }
        transaction.execute_batch("RELEASE one")?;
        results.push(result.map(|()| head.seq));
    }
    move_head(&transaction, &head)?;
    transaction.commit()?;
    Ok(results)
}

pub(crate) fn lock_head(connection: &Connection, authority: i64) -> Result<Head, StoreError> {
    let head = query(connection, journal::LOCK_HEAD.sql, &[authority.into()], |row| {
        Ok((row.int(0)?, row.bytes(1)?))
    })?;
    Head::locked(authority, head.into_iter().next())
}

fn move_head(connection: &Connection, head: &Head) -> Result<(), StoreError> {
    execute(connection, &head.moved())
}

fn write(connection: &Connection, head: &mut Head, work: &Work) -> Result<(), StoreError> {
    for scope in work.scopes() {
        if !head.counters.contains_key(scope) {
            let params = [head.authority.into(), scope.into()];
            let found = query(connection, journal::COUNTER.sql, &params, |row| row.int(0))?;
            head.counters.insert(scope.to_owned(), found.first().map_or(0, |value| *value as u32));
        }
    }
    for statement in work.statements(head)? {
        execute(connection, &statement)?;
    }
    Ok(())
}

pub(crate) fn execute(connection: &Connection, statement: &Statement) -> Result<(), StoreError> {
    #[cfg(test)]
    crate::query::ran("sqlite", statement.query.sql);
    let changed =
        connection.prepare_cached(statement.query.sql)?.execute(params_from_iter(&statement.params))?;
    if statement.must_change && changed != 1 { Err(StoreError::Stale) } else { Ok(()) }
}
