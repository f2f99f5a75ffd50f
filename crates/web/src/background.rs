//! What happens without anybody asking: ballot boxes are sealed, surveys whose time is over are counted, files that nothing stands behind go,
//! cases follow decisions on days off, quarters are frozen and looked at, suggestions are learned.

use std::{sync::Arc, time::Duration};

use hailong_core::{context::Actor, time::Month};
use hailong_store::keys::fresh_bytes;
use tokio::{task::JoinHandle, time::MissedTickBehavior};

use crate::{App, error::Failure};

/// How often boxes are looked at.
const EVERY: Duration = Duration::from_secs(5);
/// How often files are cleared away, and quarters closed.
const EVERY_TIDY: Duration = Duration::from_secs(300);

/// Seals every box whose day is over, again and again, until the handle is aborted.
pub(crate) fn spawn_sealing(app: Arc<App>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match seal(&app).await {
                Ok(0) => {}
                Ok(boxes) => tracing::info!(boxes, "sealed"),
                Err(failure) => tracing::warn!(code = failure.code, "boxes could not be sealed"),
            }
        }
    })
}

/// Clears away files that no attachment stands behind, again and again, until the handle is aborted.
pub(crate) fn spawn_clearing(app: Arc<App>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let Some(files) = app.files.clone() else { return };
        let mut ticks = tokio::time::interval(EVERY_TIDY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match app.store.clear_loose_files(&files.blobs, app.clock.machine()).await {
                Ok(0) => {}
                Ok(cleared) => tracing::info!(cleared, "files cleared away"),
                Err(error) => tracing::warn!(%error, "files could not be cleared away"),
            }
        }
    })
}

/// Freezes every quarter when it is over, and looks at it once it has been over for two weeks, until the handle is aborted.
pub(crate) fn spawn_closing(app: Arc<App>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(EVERY_TIDY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match freeze(&app).await {
                Ok(false) => {}
                Ok(true) => tracing::info!("froze a quarter"),
                Err(failure) => tracing::warn!(code = failure.code, "a quarter could not be frozen"),
            }
            match guard(&app).await {
                Ok(None) => {}
                Ok(Some((quarter, alarms))) => tracing::info!(%quarter, alarms, "looked at a quarter"),
                Err(failure) => tracing::warn!(code = failure.code, "a quarter could not be looked at"),
            }
        }
    })
}

async fn freeze(app: &App) -> Result<bool, Failure> {
    let directory = app.store.directory();
    let ctx = app.store.context(Actor::System, app.clock.business(), &directory, fresh_bytes()?);
    Ok(app.store.freeze_due(&ctx).await?)
}

async fn guard(app: &App) -> Result<Option<(Month, usize)>, Failure> {
    let directory = app.store.directory();
    let ctx = app.store.context(Actor::System, app.clock.business(), &directory, fresh_bytes()?);
    Ok(app.store.guard(&ctx).await?)
}

/// Lets open cases follow every decision on days off to the end, again and again, until the handle is aborted. After a
/// start it goes through them once: what wrote the decision may have been stopped, or was another program.
pub(crate) fn spawn_moving(app: Arc<App>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut followed = 0;
        loop {
            ticks.tick().await;
            match follow(&app, followed).await {
                Ok(decisions) => followed = decisions,
                Err(failure) => tracing::warn!(code = failure.code, "due dates could not be moved"),
            }
        }
    })
}

/// Learns how opinions were sorted until now, so that the first board does not wait for it.
pub(crate) fn spawn_learning(app: Arc<App>) -> JoinHandle<()> {
    tokio::spawn(async move {
        if let Err(error) = app.suggestions.learn_all(&app.store).await {
            tracing::warn!(%error, "suggestions could not be learned; the board goes on with it");
        }
    })
}

/// How many decisions the cases have followed to the end.
async fn follow(app: &App, followed: usize) -> Result<usize, Failure> {
    loop {
        let directory = app.store.directory();
        if directory.decisions.len() == followed {
            return Ok(followed);
        }
        let ctx = app.store.context(Actor::System, app.clock.business(), &directory, fresh_bytes()?);
        let progress = app.store.move_due_dates(1, &ctx).await?;
        if progress.done {
            tracing::info!(
                progress.moved,
                progress.opinions_moved,
                progress.kept,
                progress.beyond,
                "due dates moved"
            );
            return Ok(progress.decision);
        }
    }
}

async fn seal(app: &App) -> Result<usize, Failure> {
    let directory = app.store.directory();
    let ctx = app.store.context(Actor::System, app.clock.business(), &directory, fresh_bytes()?);
    let given_up = app.store.clear_paper(&ctx).await;
    let boxes = app.store.seal_boxes(&ctx).await?;
    Ok(boxes + given_up? + app.store.close_due_surveys(&ctx).await?)
}
