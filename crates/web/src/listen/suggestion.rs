//! What triage is offered: learned from the record as far as it has come, whichever process sorted.

use hailong_core::{listen::suggestion::Suggestions, time::Instant};
use hailong_store::{Store, StoreError};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Most opinions that are learned from when the program begins: the newest.
const MOST: i64 = 20_000;
/// How many are read at a time.
const PAGE: i64 = 50;
/// Most pages that are read for one request; what is left comes with the next.
const PAGES: usize = 4;

/// What was learned, and how far.
#[derive(Default)]
pub(crate) struct Desk(Mutex<Learned>);

#[derive(Default)]
struct Learned {
    suggestions: Suggestions,
    place: Option<(Instant, Uuid)>,
    begun: bool,
}

impl Desk {
    /// Learns what was sorted since it was asked last, then answers with what it knows.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub(crate) async fn with<T>(
        &self,
        store: &Store,
        ask: impl FnOnce(&Suggestions) -> T,
    ) -> Result<T, StoreError> {
        let mut learned = self.0.lock().await;
        learned.catch_up(store, PAGES).await?;
        Ok(ask(&learned.suggestions))
    }

    /// Learns everything there is, a few pages at a time, so that nobody waits for it.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub(crate) async fn learn_all(&self, store: &Store) -> Result<(), StoreError> {
        while self.0.lock().await.catch_up(store, 1).await? {
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

impl Learned {
    /// Whether there may be more.
    async fn catch_up(&mut self, store: &Store, pages: usize) -> Result<bool, StoreError> {
        if !self.begun {
            self.place = store.lessons_begin(MOST).await?;
            self.begun = true;
        }
        for _ in 0..pages {
            let (lessons, last) = store.lessons(self.place, PAGE).await?;
            for (_, text, sort) in &lessons {
                self.suggestions.learn(text, sort);
            }
            self.place = last.or(self.place);
            if last.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
