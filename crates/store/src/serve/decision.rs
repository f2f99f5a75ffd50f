//! Open cases after a decision on days off: the preview, and the moves in bounded transactions.

use hailong_core::{
    batch::Batch,
    context::Context,
    refusal::Refusal,
    serve::{
        calendar::Calendar,
        case::{Case, evolve},
        decision::{Move, Plan, move_due, outlook},
    },
    time::Instant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::case::CaseFile;
use crate::{Store, StoreError};

/// Cases looked at together, and written in one transaction at most.
const PAGE: i64 = 200;
/// How often a case is tried that somebody works on at the same moment.
const TRIES: usize = 5;
/// Where it is kept how far the cases have come.
const SETTING: &str = "due-dates-moved";

/// How far the cases have followed the last decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Which decision, counted from 1; 0 before any.
    pub decision: usize,
    /// The last case looked at, by key.
    pub after: Uuid,
    /// Cases whose date moved.
    pub moved: u64,
    /// Cases that keep a date which would have come earlier.
    pub kept: u64,
    /// Cases whose date the calendar does not reach any more.
    pub beyond: u64,
    /// Whether every case was looked at.
    #[serde(default)]
    pub cases_done: bool,
    /// The last opinion looked at, by key.
    #[serde(default)]
    pub opinion_after: Uuid,
    /// Opinions whose days moved.
    #[serde(default)]
    pub opinions_moved: u64,
    /// Whether every case and opinion was looked at.
    pub done: bool,
}

impl Store {
    /// Shows every open case whose date would be reckoned otherwise over another calendar, by key. Writes nothing.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn each_moved(
        &self,
        calendar: &Calendar,
        now: Instant,
        mut see: impl FnMut(&CaseFile, Move),
    ) -> Result<(), StoreError> {
        let in_force = &self.directory().calendar;
        let mut after = Uuid::nil();
        loop {
            let page = self.open_cases_after(after, PAGE).await?;
            for file in &page {
                if let Some(found) = outlook(&file.case, now, in_force, calendar) {
                    see(file, found);
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE as usize => after = last.case.id,
                _ => return Ok(()),
            }
        }
    }

    /// Publishes a decision on days off. The cases follow with [`Store::move_due_dates`].
    ///
    /// # Errors
    /// Refusals of [`Plan::publish`]; [`StoreError::Stale`] when another decision came first.
    pub async fn publish_decision(&self, plan: &Plan, ctx: &Context<'_>) -> Result<(), StoreError> {
        self.commit(plan.publish(ctx)?).await.map(|_| ())
    }

    /// How far the cases have followed the last decision.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn due_dates_moved(&self) -> Result<Progress, StoreError> {
        let kept = self.setting(SETTING).await?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Moves the dates of open cases to where the calendar in force has them: so many pages of cases at most, from where
    /// it was left; from the first case on when it was done, or when another decision came. Each page is one transaction.
    ///
    /// # Errors
    /// Refuses everybody but an administrator and the program itself. When the database cannot answer, what was
    /// written stays, and the same call goes on.
    pub async fn move_due_dates(&self, most_pages: usize, ctx: &Context<'_>) -> Result<Progress, StoreError> {
        ctx.actor.administers()?;
        let _alone = self.moving.lock().await;
        let decision = ctx.directory.decisions.len();
        let mut progress = self.due_dates_moved().await?;
        if progress.decision != decision {
            progress = Progress { decision, ..Progress::default() };
        } else if progress.done {
            let (after, opinion_after) = (Uuid::nil(), Uuid::nil());
            progress = Progress { after, opinion_after, cases_done: false, done: false, ..progress };
        }
        if decision == 0 {
            return Ok(Progress { done: true, ..progress });
        }
        for _ in 0..most_pages {
            if progress.cases_done {
                let followed = self.follow_opinions(progress.opinion_after, PAGE, ctx).await?;
                progress.opinions_moved += followed.moved;
                progress.beyond += followed.beyond;
                match followed.after {
                    Some(after) => progress.opinion_after = after,
                    None => progress.done = true,
                }
            } else {
                let page = self.open_cases_after(progress.after, PAGE).await?;
                self.move_page(&page, &mut progress, ctx).await?;
                match page.last() {
                    Some(last) if page.len() == PAGE as usize => progress.after = last.case.id,
                    _ => progress.cases_done = true,
                }
            }
            // Our own struct of numbers always serialises.
            let text = serde_json::to_string(&progress).unwrap_or_default();
            self.keep_setting(SETTING, &text).await?;
            if progress.done {
                break;
            }
        }
        Ok(progress)
    }

    /// Writes what moves of a page together; one by one when somebody was faster at one of them.
    async fn move_page(
        &self,
        page: &[CaseFile],
        progress: &mut Progress,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let (mut batches, mut moving, mut later) = (Vec::new(), Vec::new(), 0);
        for file in page {
            match move_due(&file.case, ctx) {
                Ok(Some(batch)) => {
                    later += u64::from(is_later(&file.case, &batch));
                    batches.push(batch);
                    moving.push(file.case.id);
                }
                Ok(None) => {}
                Err(Refusal::CalendarBeyond) => progress.beyond += 1,
                Err(refusal) => return Err(refusal.into()),
            }
        }
        if batches.is_empty() {
            return Ok(());
        }
        let all = batches.len() as u64;
        match self.commit_all(batches).await {
            Ok(()) => {
                progress.moved += later;
                progress.kept += all - later;
                return Ok(());
            }
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error),
        }
        for id in moving {
            self.move_one(id, progress, ctx).await?;
        }
        Ok(())
    }

    /// One case, read anew as often as somebody is faster.
    async fn move_one(&self, id: Uuid, progress: &mut Progress, ctx: &Context<'_>) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let Some(file) = self.case(id).await? else { return Ok(()) };
            let Ok(Some(batch)) = move_due(&file.case, ctx) else { return Ok(()) };
            let later = is_later(&file.case, &batch);
            match self.commit(batch).await {
                Ok(_) if later => progress.moved += 1,
                Ok(_) => progress.kept += 1,
                Err(StoreError::Stale) => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
        // Somebody works on it all the time: their next step on its time catches up by itself.
        Ok(())
    }
}

/// Whether the case's date moves, and not only holds.
fn is_later(case: &Case, batch: &Batch) -> bool {
    let mut after = case.clone();
    for entry in &batch.entries {
        evolve(&mut after, entry.at, &entry.event);
    }
    after.held > case.held
}
