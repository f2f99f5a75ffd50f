//! Boards that tell screens of calls by themselves (server-sent events). One reading of the record serves all screens of an
//! office; screens are bounded in number, for each office, each client and in all, and each stream in time.
//!
//! A call made by this process is told at once. Another process on the same database is noticed by the length of the
//! journal, which is looked at every two seconds while there is a screen.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, stream};
use hailong_render::{
    Lang,
    serve::queue::{BoardCall, BoardNow, BoardState},
};
use hailong_store::{StoreError, serve::queue::QueueNow};
use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};

use crate::{App, error::Failure};

/// Most screens in all, of one office, and of one client: a quarter of the connections that [`crate::door`] accepts.
const MOST: [usize; 3] = [512, 96, 48];
/// How long a stream lasts before the screen comes again: what went away without a word is forgotten by then.
const LASTS: Duration = Duration::from_secs(30 * 60);
/// How soon a screen comes again.
const AGAIN: Duration = Duration::from_secs(3);
/// How often the journal's length is looked at.
const EVERY: Duration = Duration::from_secs(2);
/// How often those who watch the whole record are told at most: each reads its page anew.
const RECORD_EVERY: Duration = Duration::from_secs(5);
/// How often a silent stream says that it is still there; a line that broke is noticed by it.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What those who watch the whole record sit at: no office has this key.
const RECORD: &str = "*";
/// Calls on the board.
const CALLS: usize = 7;

/// The boards that somebody watches.
#[derive(Default)]
pub(crate) struct Boards {
    offices: Mutex<Watched>,
    /// Readings are told in the order in which they were made.
    reading: tokio::sync::Mutex<()>,
    seats: Arc<Seats>,
}

#[derive(Default)]
struct Watched {
    /// The server is about to stop.
    closed: bool,
    boards: HashMap<String, watch::Sender<BoardState>>,
}

/// Screens by what bounds them.
#[derive(Default)]
struct Seats(Mutex<HashMap<String, usize>>);

/// One screen; gives its seat back when dropped.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    keys: [String; 3],
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seats {
    fn take(self: &Arc<Self>, office: &str, client: &str) -> Option<Seat> {
        let keys = [String::new(), format!("office/{office}"), format!("client/{client}")];
        let mut taken = lock(&self.0);
        let free = keys.iter().zip(MOST).all(|(key, most)| taken.get(key).is_none_or(|n| *n < most));
        if !free {
            return None;
        }
        for key in &keys {
            *taken.entry(key.clone()).or_default() += 1;
        }
        Some(Seat { seats: Arc::clone(self), keys })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = lock(&self.seats.0);
        for key in &self.keys {
            if let Some(count) = taken.get_mut(key) {
                *count -= 1;
                if *count == 0 {
                    taken.remove(key);
                }
            }
        }
    }
}

impl Boards {
    /// A seat at an office's board, unless there are too many or the server is about to stop.
    fn join(&self, office: &str, client: &str) -> Option<(watch::Receiver<BoardState>, Seat)> {
        let seat = self.seats.take(office, client)?;
        let mut watched = lock(&self.offices);
        if watched.closed {
            return None;
        }
        let board = watched.boards.entry(office.to_owned()).or_default();
        Some((board.subscribe(), seat))
    }

    /// Ends every stream, so that a stop need not wait for them.
    pub(crate) fn close(&self) {
        *lock(&self.offices) = Watched { closed: true, boards: HashMap::new() };
    }

    fn is_closed(&self) -> bool {
        lock(&self.offices).closed
    }

    fn is_watched(&self, office: &str) -> bool {
        lock(&self.offices).boards.contains_key(office)
    }

    /// Offices with a screen; those whose last one went away are forgotten.
    fn watched(&self) -> Vec<String> {
        let mut watched = lock(&self.offices);
        watched.boards.retain(|_, board| board.receiver_count() > 0);
        watched.boards.keys().cloned().collect()
    }

    fn tell(&self, office: &str, state: BoardState) {
        if let Some(board) = lock(&self.offices).boards.get(office) {
            board.send_if_modified(|shown| {
                let differs = *shown != state;
                *shown = state;
                differs
            });
        }
    }
}

/// What the board of an office shows of a reading.
pub(crate) fn state_of(read: &QueueNow) -> BoardState {
    let calls = read.called.iter().take(CALLS).map(|file| {
        let ticket = &file.ticket;
        BoardCall {
            code: ticket.code(),
            counter: ticket.counter.clone().unwrap_or_default(),
            serving: !matches!(ticket.state, hailong_core::serve::ticket::State::Called),
            key: format!("{}-{}", ticket.code(), file.spoken_at.map_or(0, |at| at.0)),
        }
    });
    let groups = read.now.arrangement.groups.iter();
    BoardState {
        calls: calls.collect(),
        waiting: read.now.waiting.len(),
        minutes: groups.filter_map(|group| read.now.ahead_of_newcomer(&group.prefix).minutes).max(),
    }
}

/// Reads an office's queue and tells its screens, if it has any and something differs.
pub(crate) async fn refresh(app: &App, office: &str) {
    if !app.boards.is_watched(office) {
        return;
    }
    let _in_turn = app.boards.reading.lock().await;
    match app.store.queue_now(office, app.clock.business()).await {
        Ok(read) => app.boards.tell(office, state_of(&read)),
        Err(error) => tracing::warn!(%error, "a board could not be read"),
    }
}

/// The stream of an office's board for one screen; `None` when there are too many.
pub(crate) async fn stream(
    app: &App,
    office: &str,
    client: &str,
    lang: Lang,
) -> Option<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let (board, seat) = app.boards.join(office, client)?;
    refresh(app, office).await;
    let end = tokio::time::Instant::now() + LASTS;
    let told = stream::unfold((board, seat, true), move |(mut board, seat, first)| async move {
        if !first {
            tokio::time::timeout_at(end, board.changed()).await.ok()?.ok()?;
        }
        let state = board.borrow_and_update().clone();
        let text = BoardNow { lang, state }.to_string();
        let event = Event::default().event("board").retry(AGAIN).data(text);
        Some((Ok(event), (board, seat, false)))
    });
    Some(told)
}

/// A stream that says when the record has grown, for the leader's board; `None` when there are too many.
pub(crate) fn records(
    app: &Arc<App>,
    client: &str,
) -> Option<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let seat = app.boards.seats.take(RECORD, client)?;
    let end = tokio::time::Instant::now() + LASTS;
    let mut ticks = tokio::time::interval(RECORD_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let app = Arc::clone(app);
    Some(stream::unfold((app, ticks, seat, None), move |(app, mut ticks, seat, known)| async move {
        loop {
            ticks.tick().await;
            if tokio::time::Instant::now() >= end || app.boards.is_closed() {
                return None;
            }
            let (length, _) = app.store.head().await.ok()?;
            if Some(length) != known {
                let event = Event::default().event("record").retry(AGAIN).data(length.to_string());
                return Some((Ok(event), (app, ticks, seat, Some(length))));
            }
        }
    }))
}

/// A stream as an answer, or that there are too many.
pub(crate) fn answer<S>(told: Option<S>) -> Result<Response, Failure>
where
    S: Stream<Item = Result<Event, Infallible>> + Send + 'static,
{
    let Some(told) = told else {
        let busy = Failure::new(StatusCode::SERVICE_UNAVAILABLE, "board-busy");
        return Err(Failure { retry_after: Some(10), ..busy });
    };
    let alive = KeepAlive::new().interval(HEARTBEAT).text("still here");
    let mut response = Sse::new(told).keep_alive(alive).into_response();
    // Proxies that collect answers would hold every call back.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response.headers_mut().insert(unbuffered.0, unbuffered.1);
    Ok(response)
}

/// Looks for what other processes wrote, until the handle is aborted.
pub(crate) fn spawn_watching(app: Arc<App>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut known = -1;
        loop {
            ticks.tick().await;
            match look(&app, known).await {
                Ok(length) => known = length,
                Err(error) => tracing::warn!(%error, "the boards could not be refreshed"),
            }
        }
    })
}

async fn look(app: &App, known: i64) -> Result<i64, StoreError> {
    let offices = app.boards.watched();
    if offices.is_empty() {
        return Ok(known);
    }
    let (length, _) = app.store.head().await?;
    if length != known {
        for office in offices {
            refresh(app, &office).await;
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screens_are_bounded_and_seats_come_back() {
        let boards = Boards::default();
        let mut seats: Vec<_> = (0..MOST[2]).map(|_| boards.join("a", "one").unwrap()).collect();
        assert!(boards.join("a", "one").is_none(), "one client has so many");
        seats.extend((0..MOST[1] - MOST[2]).map(|n| boards.join("a", &format!("{n}")).unwrap()));
        assert!(boards.join("a", "other").is_none(), "an office has so many");
        assert!(boards.join("b", "one").is_none());
        assert!(boards.join("b", "other").is_some());
        drop(seats);
        assert!(boards.join("a", "one").is_some());
        assert!(lock(&boards.seats.0).is_empty());
    }

    #[test]
    fn equal_readings_are_told_once_and_a_stop_ends_all() {
        let boards = Boards::default();
        let (mut board, _seat) = boards.join("a", "one").unwrap();
        let state = BoardState { waiting: 3, ..BoardState::default() };
        boards.tell("a", state.clone());
        assert!(board.has_changed().unwrap());
        board.borrow_and_update();
        boards.tell("a", state);
        assert!(!board.has_changed().unwrap());
        boards.close();
        assert!(board.has_changed().is_err() && boards.join("a", "one").is_none());
    }
}
