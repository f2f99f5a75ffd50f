//! Taking notices out of the outbox: claimed for some minutes by one sender, so that several processes never send the
//! same at once; what was claimed by a sender that died is claimed again.
//!
//! A claim is a write, and every write of an authority holds the head of its chain: two claims cannot overlap.

use hailong_core::{
    serve::notice::{Outcome, Problem, QuietHours, State, Trouble, next_try},
    time::Instant,
};
use uuid::Uuid;

use super::{NoticeFile, read, select_notice};
use crate::{Store, StoreError, query::Statement};

/// How long a claim holds, in seconds. Longer than the longest time that a batch may take.
pub const LEASE_SECONDS: i64 = 10 * 60;

crate::query::queries! {
    CLAIM = "UPDATE notice SET claim = ?2, lease_until = ?4 WHERE authority_id = ?1 AND notice_id IN (\
             SELECT notice_id FROM notice WHERE authority_id = ?1 AND state = 'waiting' AND send_at <= ?3 \
             AND lease_until <= ?3 AND (CAST(?5 AS BIGINT) = 1 OR channel = 'webhook') \
             ORDER BY send_at, notice_id LIMIT ?6)";
    WAITING = "SELECT send_at FROM notice WHERE authority_id = ?1 AND state = 'waiting' AND send_at <= ?2 AND lease_until <= ?2 \
               LIMIT 1";
    CLAIMED = select_notice!("AND claim = ?2 AND state = 'waiting' ORDER BY send_at, notice_id LIMIT 100");
    END = "UPDATE notice SET state = ?4, via = ?5, problem = ?6, code = ?7, ended_at = ?8, tries = ?9, claim = NULL, \
           sealed = CASE WHEN CAST(?10 AS BIGINT) = 1 THEN sealed ELSE ?11 END \
           WHERE authority_id = ?1 AND notice_id = ?2 AND claim = ?3";
    LATER = "UPDATE notice SET send_at = ?4, problem = ?5, code = ?6, tries = ?7, claim = NULL, lease_until = 0 \
             WHERE authority_id = ?1 AND notice_id = ?2 AND claim = ?3";
}

/// Notices that one sender holds.
#[derive(Debug)]
pub struct Claim {
    /// The sender's mark; fresh for every claim.
    pub mark: Uuid,
    /// The notices, the longest waiting first.
    pub notices: Vec<NoticeFile>,
}

impl Store {
    /// Claims notices that are due, at most `limit` (100 at most). In quiet hours only those to other systems.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn claim_notices(
        &self,
        mark: Uuid,
        now: Instant,
        quiet: QuietHours,
        limit: i64,
    ) -> Result<Claim, StoreError> {
        let until = now.plus_seconds(LEASE_SECONDS);
        let params = vec![
            self.authority().into(),
            mark.into(),
            now.0.into(),
            until.0.into(),
            (!quiet.holds(now)).into(),
            limit.min(100).into(),
        ];
        self.committer.side(Statement::new(&CLAIM, params)).await?;
        let notices = self.rows(&CLAIMED, &[self.authority().into(), mark.into()], read).await?;
        Ok(Claim { mark, notices })
    }

    /// Whether anything waits to be sent now, so that an idle sender writes nothing.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn notices_wait(&self, now: Instant) -> Result<bool, StoreError> {
        let found = self.row(&WAITING, &[self.authority().into(), now.0.into()], |row| row.int(0)).await?;
        Ok(found.is_some())
    }

    /// Notes how an attempt ended. [`StoreError::Stale`] when the claim has run out and another sender has it.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn notice_done(
        &self,
        mark: Uuid,
        file: &NoticeFile,
        outcome: Outcome,
        now: Instant,
        quiet: QuietHours,
    ) -> Result<(), StoreError> {
        let tried = file.tries.saturating_add(1);
        let end = |state: State, via: Option<String>, trouble: Option<Trouble>| {
            self.end(mark, file, (state, via, trouble), now)
        };
        let statement = match outcome {
            Outcome::Sent { via } => end(State::Sent, Some(via).filter(|via| !via.is_empty()), None),
            Outcome::Never(trouble) => end(State::Failed, None, Some(trouble)),
            Outcome::NoChannel => {
                end(State::Unsent, None, Some(Trouble { problem: Problem::NoChannel, code: None }))
            }
            Outcome::Erased => end(State::Erased, None, None),
            Outcome::Outdated => end(State::Outdated, None, None),
            Outcome::Later(trouble) => {
                let quiet = file.channel.is_personal().then_some(quiet);
                match next_try(tried, now, quiet) {
                    Some(next) => self.later(mark, file, trouble, next),
                    None => end(State::Failed, None, Some(trouble)),
                }
            }
        };
        self.committer.side(statement).await
    }

    fn end(
        &self,
        mark: Uuid,
        file: &NoticeFile,
        (state, via, trouble): (State, Option<String>, Option<Trouble>),
        now: Instant,
    ) -> Statement {
        let tried = !matches!(state, State::Unsent | State::Erased | State::Outdated);
        // Only what may be sent again needs its letter.
        let keeps = matches!(state, State::Failed | State::Unsent);
        let nothing: &[u8] = &[];
        let params = vec![
            self.authority().into(),
            file.id.into(),
            mark.into(),
            state.key().into(),
            via.into(),
            trouble.map(|trouble| trouble.problem.key()).into(),
            trouble.and_then(|trouble| trouble.code).into(),
            now.0.into(),
            file.tries.saturating_add(tried.into()).into(),
            keeps.into(),
            nothing.into(),
        ];
        Statement::one(&END, params)
    }

    fn later(&self, mark: Uuid, file: &NoticeFile, trouble: Trouble, next: Instant) -> Statement {
        let params = vec![
            self.authority().into(),
            file.id.into(),
            mark.into(),
            next.0.into(),
            trouble.problem.key().into(),
            trouble.code.into(),
            file.tries.saturating_add(1).into(),
        ];
        Statement::one(&LATER, params)
    }
}
