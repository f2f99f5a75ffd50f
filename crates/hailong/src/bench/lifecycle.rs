//! `hailong bench lifecycle`, through the store and core.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant as Stopwatch},
};

use anyhow::ensure;
use hailong_core::context::Actor;
use hailong_store::{
    Store,
    keys::{Vault, fresh_bytes},
};

use super::{Lifecycle, work};
use crate::{demo::script, district, setting::Database};

/// Latencies of all clients' steps, in microseconds.
pub(super) struct Laps {
    pub(super) laps: Vec<u64>,
    pub(super) lives: u64,
    pub(super) errors: u64,
    pub(super) first_error: Option<String>,
}

pub(super) async fn run(options: Lifecycle) -> anyhow::Result<()> {
    let database = Database::of_bench(&options.database);
    // The bench plays with a demo's keys: files would measure the disk twice.
    let store = Arc::new(database.open_with(Vault::of_demo(0)).await?);
    prepare(&store).await?;
    let desks = Arc::new(work::desks(&store.directory())?);
    let stop = Arc::new(AtomicBool::new(false));
    let next = Arc::new(AtomicU64::new(u64::from(fresh_bytes()?[0]) << 40));
    let watch = Stopwatch::now();
    let sealing = tokio::spawn(seal(Arc::clone(&store), Arc::clone(&stop)));
    let mut clients = Vec::new();
    for client in 0..options.clients {
        let (store, desks) = (Arc::clone(&store), Arc::clone(&desks));
        let (stop, next) = (Arc::clone(&stop), Arc::clone(&next));
        clients.push(tokio::spawn(async move {
            let desk = &desks[client as usize % desks.len()];
            let mut laps = Laps { laps: Vec::new(), lives: 0, errors: 0, first_error: None };
            while !stop.load(Ordering::Relaxed) {
                let life = next.fetch_add(1, Ordering::Relaxed);
                let mut last = Stopwatch::now();
                let lap = || {
                    laps.laps.push(last.elapsed().as_micros() as u64);
                    last = Stopwatch::now();
                };
                match work::play(&store, desk, life, lap).await {
                    Ok(()) => laps.lives += 1,
                    Err(error) => laps.fail(&error),
                }
            }
            laps
        }));
    }
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Laps { laps: Vec::new(), lives: 0, errors: 0, first_error: None };
    for client in clients {
        all.add(client.await?);
    }
    let seconds = watch.elapsed().as_secs_f64();
    sealing.await??;
    all.print(seconds, options.json)
}

impl Laps {
    pub(super) fn fail(&mut self, error: &anyhow::Error) {
        self.errors += 1;
        self.first_error.get_or_insert_with(|| format!("{error:#}"));
    }

    pub(super) fn add(&mut self, other: Self) {
        self.laps.extend(other.laps);
        self.lives += other.lives;
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }

    pub(super) fn print(mut self, seconds: f64, json: bool) -> anyhow::Result<()> {
        self.laps.sort_unstable();
        let steps = self.laps.len();
        let at = |share: f64| {
            let place = ((steps as f64 * share) as usize).min(steps.saturating_sub(1));
            self.laps.get(place).map_or(0.0, |micros| *micros as f64 / 1_000.0)
        };
        let figures = [
            ("lifecycles_per_s", self.lives as f64 / seconds),
            ("steps_per_s", steps as f64 / seconds),
            ("p50_ms", at(0.5)),
            ("p95_ms", at(0.95)),
            ("p99_ms", at(0.99)),
            ("errors", self.errors as f64),
        ];
        super::print(&figures, json)?;
        ensure!(self.errors == 0, "the first error: {}", self.first_error.unwrap_or_default());
        Ok(())
    }
}

/// Publishes the district into an empty database; refuses a real record.
pub(super) async fn prepare(store: &Store) -> anyhow::Result<()> {
    if store.head().await?.0 == 0 {
        let directory = store.directory();
        let ctx = store.context(Actor::System, script::opening(), &directory, [0; 32]);
        store.publish(district::events()?, &ctx).await?;
        store.keep_setting("demo-seed", "0").await?;
    }
    ensure!(store.directory().authority.demo, "this database holds a real record: nothing is measured in it");
    Ok(())
}

/// Seals boxes four times a second while the clients work, and once at the end.
async fn seal(store: Arc<Store>, stop: Arc<AtomicBool>) -> anyhow::Result<()> {
    let directory = store.directory();
    loop {
        let last = stop.load(Ordering::Relaxed);
        let ctx = store.context(Actor::System, script::opening(), &directory, fresh_bytes()?);
        store.seal_boxes(&ctx).await?;
        if last {
            return Ok(());
        }
        drop(ctx);
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}
