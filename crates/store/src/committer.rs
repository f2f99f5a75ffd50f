//! The one door for writes: a single committer collects what waits and writes it together (group commit), one flush
//! for many, each answered only after it is durable.
//!
//! A group is first written as a whole. When one of its members is refused, the whole is rolled back and its members
//! are written one by one behind savepoints, so that a refused one never spoils its neighbours.

use hailong_core::batch::Batch;
use tokio::sync::{mpsc, oneshot};

use crate::{
    StoreError,
    engine::{Engine, Url, postgres, sqlite},
    forget,
    journal::Head,
    query::Statement,
};

/// Most writes that wait.
pub(crate) const QUEUE: usize = 4_096;
/// Most writes in one transaction.
pub(crate) const GROUP: usize = 256;

/// Something to write.
pub(crate) enum Work {
    /// A decision: events and rows.
    Batch(Batch),
    /// A row beside the chain.
    Side(Statement),
    /// Everything of the authority is forgotten; its chain begins anew.
    Forget,
}

/// Something to write and who waits for it.
pub(crate) struct Request {
    pub(crate) work: Work,
    pub(crate) reply: oneshot::Sender<Result<i64, StoreError>>,
}

/// The handle on the committer. When the last one is dropped, what waits is still written.
pub(crate) struct Committer {
    queue: mpsc::Sender<Request>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Work {
    /// The statements of this work, with the head moved.
    pub(crate) fn statements(&self, head: &mut Head) -> Result<Vec<Statement>, StoreError> {
        match self {
            Self::Batch(batch) => head.extend(batch),
            Self::Side(statement) => Ok(vec![statement.clone()]),
            Self::Forget => {
                head.begin_anew();
                Ok(forget::statements(head.authority))
            }
        }
    }

    /// The counters it will move.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        let entries = if let Self::Batch(batch) = self { batch.entries.as_slice() } else { &[] };
        entries.iter().flat_map(|entry| entry.event.scopes())
    }
}

impl Committer {
    pub(crate) async fn start(engine: &Engine, url: &Url, authority: i64) -> Result<Self, StoreError> {
        let (queue, requests) = mpsc::channel(QUEUE);
        let thread = match engine {
            Engine::Sqlite(_) => {
                let connection = sqlite::open_writer(url)?;
                let run = move || sqlite::run_committer(connection, authority, requests);
                let thread = std::thread::Builder::new().name("committer".into()).spawn(run);
                Some(thread.map_err(|error| StoreError::Unavailable(error.to_string()))?)
            }
            Engine::Postgres(_) => {
                let writer = postgres::Writer::connect(url, authority).await?;
                tokio::spawn(writer.run(requests));
                None
            }
        };
        Ok(Self { queue, thread })
    }

    pub(crate) fn submit(
        &self,
        batch: Batch,
    ) -> Result<oneshot::Receiver<Result<i64, StoreError>>, StoreError> {
        self.send(Work::Batch(batch))
    }

    /// Writes a row beside the chain.
    pub(crate) async fn side(&self, statement: Statement) -> Result<(), StoreError> {
        let stopped = |_| Err(StoreError::Unavailable("the committer has stopped".into()));
        self.send(Work::Side(statement))?.await.unwrap_or_else(stopped).map(|_| ())
    }

    /// Empties every table of the authority.
    pub(crate) async fn forget(&self) -> Result<(), StoreError> {
        let stopped = |_| Err(StoreError::Unavailable("the committer has stopped".into()));
        self.send(Work::Forget)?.await.unwrap_or_else(stopped).map(|_| ())
    }

    fn send(&self, work: Work) -> Result<oneshot::Receiver<Result<i64, StoreError>>, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Request { work, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => {
                StoreError::Unavailable("the committer has stopped".into())
            }
        })?;
        Ok(answer)
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        // Closing the queue lets the thread write what waits and end; joining it makes sure that it has.
        let (closed, _) = mpsc::channel(1);
        self.queue = closed;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Answers a group.
pub(crate) fn answer(group: Vec<Request>, results: Vec<Result<i64, StoreError>>) {
    for (request, result) in group.into_iter().zip(results) {
        // Whoever waited may have gone away; the write is kept all the same.
        let _ = request.reply.send(result);
    }
}
