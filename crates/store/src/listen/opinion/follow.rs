//! Open opinions after a decision on days off: their days follow, in pages of one transaction each.

use hailong_core::{
    batch::Batch,
    context::Context,
    listen::opinion::{Current, move_days},
    refusal::Refusal,
};
use uuid::Uuid;

use super::{read, select_opinion};
use crate::{Store, StoreError};

crate::query::queries! {
    OPEN_AFTER = select_opinion!("AND next_day IS NOT NULL AND opinion_id > ?2 ORDER BY opinion_id LIMIT ?3");
}

/// What one page came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Followed {
    /// The last opinion looked at; nothing when there are no more behind it.
    pub(crate) after: Option<Uuid>,
    /// Opinions whose days moved.
    pub(crate) moved: u64,
    /// Opinions whose days the calendar does not reach any more.
    pub(crate) beyond: u64,
}

impl Store {
    /// Moves the days of a page of open opinions, behind one by key, to where the calendar in force has them.
    pub(crate) async fn follow_opinions(
        &self,
        after: Uuid,
        limit: i64,
        ctx: &Context<'_>,
    ) -> Result<Followed, StoreError> {
        let params = [self.authority().into(), after.into(), limit.into()];
        let page: Vec<Current> =
            self.rows(&OPEN_AFTER, &params, read).await?.into_iter().map(|sealed| sealed.current).collect();
        let mut followed = Followed::default();
        if page.len() as i64 == limit {
            followed.after = page.last().map(|last| last.opinion_id);
        }
        let mut batches: Vec<Batch> = Vec::new();
        for current in &page {
            match move_days(current, ctx) {
                Ok(batch) => batches.extend(batch),
                Err(Refusal::CalendarBeyond) => followed.beyond += 1,
                Err(refusal) => return Err(refusal.into()),
            }
        }
        let all = batches.len() as u64;
        if all == 0 {
            return Ok(followed);
        }
        match self.commit_all(batches.clone()).await {
            Ok(()) => followed.moved = all,
            // Somebody works on one of them: each by itself. Theirs catches up with its step.
            Err(StoreError::Stale) => {
                for batch in batches {
                    match self.commit(batch).await {
                        Ok(_) => followed.moved += 1,
                        Err(StoreError::Stale) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
        Ok(followed)
    }
}
