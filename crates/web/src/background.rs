//! What happens without anybody asking: full ballot boxes are sealed.

use std::{sync::Arc, time::Duration};

use hailong_core::context::Actor;
use hailong_store::keys::fresh_bytes;
use tokio::{task::JoinHandle, time::MissedTickBehavior};

use crate::{App, error::Failure};

/// How often boxes are looked at.
const EVERY: Duration = Duration::from_secs(5);

/// Seals every box that holds enough ballots, again and again, until the handle is aborted.
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

async fn seal(app: &App) -> Result<usize, Failure> {
    let directory = app.store.directory();
    let ctx = app.store.context(Actor::System, app.clock.business(), &directory, fresh_bytes()?);
    Ok(app.store.seal_boxes(&ctx).await?)
}
