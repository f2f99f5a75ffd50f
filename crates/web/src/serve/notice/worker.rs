//! The worker: claims what is due, sends a few at once, and notes how each ended. Killed between sending and noting, it
//! sends once more when the claim has run out, under the same number.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use hailong_core::{serve::notice::Outcome, time::Instant};
use hailong_store::{StoreError, keys::fresh_bytes, serve::notice::NoticeFile};
use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};
use uuid::Uuid;

use super::words::{Written, write};
use crate::App;

/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_secs(5);
/// Notices claimed at once: few enough that none waits for its turn nearly as long as a claim holds.
const BATCH: i64 = 16;
/// Notices sent at once.
const AT_ONCE: usize = 4;
/// Most batches in one look, so that a stop is heard.
const ROUNDS: usize = 64;

/// Empties the outbox again and again, until `stop` says so; what is under way then is ended first.
pub(crate) fn spawn_sending(app: Arc<App>, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                _ = ticks.tick() => {}
            }
            for _ in 0..ROUNDS {
                let more = match send_due(&app, app.clock.business()).await {
                    Ok(sent) => sent >= BATCH as usize,
                    Err(error) => {
                        tracing::warn!(%error, "notices could not be sent");
                        false
                    }
                };
                if *stop.borrow() {
                    return;
                }
                if !more {
                    break;
                }
            }
        }
    })
}

/// Sends one batch of what is due at `now`; how many notices were taken from the outbox.
///
/// # Errors
/// When the record cannot answer. That a server refuses is no error: it is noted and tried again.
pub async fn send_due(app: &App, now: Instant) -> Result<usize, StoreError> {
    if !app.store.notices_wait(now).await? {
        return Ok(0);
    }
    let seed = fresh_bytes()?;
    let mark = uuid::Builder::from_random_bytes(std::array::from_fn(|i| seed[i])).into_uuid();
    let claim = app.store.claim_notices(mark, now, app.post.quiet(), BATCH).await?;
    let count = claim.notices.len();
    let ended = stream::iter(claim.notices).map(|file| end(app, mark, file, now)).buffer_unordered(AT_ONCE);
    for result in ended.collect::<Vec<_>>().await {
        match result {
            // Another sender holds it by now: it is theirs to note.
            Ok(()) | Err(StoreError::Stale) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

async fn end(app: &App, mark: Uuid, file: NoticeFile, now: Instant) -> Result<(), StoreError> {
    let outcome = if app.post.has(file.channel) {
        match write(app, &file, now).await? {
            Written::Ready(ready) => app.post.send(*ready, app.clock.machine()).await,
            Written::Erased => Outcome::Erased,
            Written::Outdated => Outcome::Outdated,
        }
    } else {
        Outcome::NoChannel
    };
    if let Outcome::Later(trouble) | Outcome::Never(trouble) = &outcome {
        let (problem, code) = (trouble.problem.key(), trouble.code);
        tracing::warn!(notice = %file.id, channel = file.channel.key(), problem, code, "a notice did not go");
    }
    app.store.notice_done(mark, &file, outcome, now, app.post.quiet()).await
}
