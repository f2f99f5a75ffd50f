//! How the queues of offices are arranged, and what stands in them at a moment.

use hailong_core::{
    batch::Entry,
    context::Context,
    serve::{
        queue::{self, Arrangement, LAST_SERVICES, LONGEST_SERVICE, Now},
        ticket::MOST_WAITING,
    },
    time::Instant,
};

use super::ticket::{self, TicketFile};
use crate::{Store, StoreError, query::Statement};

crate::query::queries! {
    ARRANGE = "INSERT INTO queue (authority_id, office_id, document, version) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (authority_id, office_id) DO UPDATE SET document = excluded.document, version = excluded.version";
    READ = "SELECT document, version FROM queue WHERE authority_id = ?1 AND office_id = ?2";
    LAST_CALL = "SELECT first FROM ticket WHERE authority_id = ?1 AND office_id = ?2 AND day = ?3 \
                 AND called_at IS NOT NULL ORDER BY called_at DESC, number DESC LIMIT 1";
    ACTIVE = "SELECT DISTINCT counter FROM ticket WHERE authority_id = ?1 AND office_id = ?2 AND day = ?3 \
              AND called_at IS NOT NULL AND called_at > ?4 ORDER BY counter LIMIT 50";
    SERVICES = "SELECT ended_at - called_at FROM ticket WHERE authority_id = ?1 AND office_id = ?2 AND state = 'done' \
                ORDER BY ended_at DESC LIMIT ?3";
    WAITS = "SELECT called_at - issued_at FROM ticket WHERE authority_id = ?1 AND office_id = ?2 AND day = ?3 \
             AND called_at IS NOT NULL ORDER BY called_at DESC LIMIT 500";
}

/// A counter counts as serving for so long after its last call, in seconds.
const ACTIVE_SECONDS: i64 = 30 * 60;

/// The queue of an office, and who was called.
#[derive(Clone, Debug)]
pub struct QueueNow {
    /// What the wait depends on.
    pub now: Now,
    /// Who is called or served, the last one spoken of first.
    pub called: Vec<TicketFile>,
}

pub(crate) fn project(authority: i64, entry: &Entry, arrangement: &Arrangement, out: &mut Vec<Statement>) {
    // Our own structs of text and numbers always serialise.
    let document = serde_json::to_string(arrangement).unwrap_or_default();
    let params =
        vec![authority.into(), arrangement.office_id.as_str().into(), document.into(), entry.version.into()];
    out.push(Statement::new(&ARRANGE, params));
}

impl Store {
    /// How the queue of an office is arranged, and how often that was decided.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn arrangement(&self, office_id: &str) -> Result<(Arrangement, i64), StoreError> {
        let params = [self.authority().into(), office_id.into()];
        match self.row(&READ, &params, |row| Ok((row.text(0)?, row.int(1)?))).await? {
            Some((document, version)) => {
                let read = serde_json::from_str(&document).map_err(|error| {
                    StoreError::Corrupt(format!("the arrangement of a queue cannot be read: {error}"))
                })?;
                Ok((read, version))
            }
            None => Ok((Arrangement::usual(office_id), 0)),
        }
    }

    /// Arranges the queue of an office anew, when nobody did so since `version` was read.
    ///
    /// # Errors
    /// Refusals of [`queue::arrange`].
    pub async fn arrange_queue(
        &self,
        arrangement: Arrangement,
        version: i64,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        self.commit(queue::arrange(arrangement, version, ctx)?).await.map(|_| ())
    }

    /// The queue of an office at a moment.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn queue_now(&self, office_id: &str, at: Instant) -> Result<QueueNow, StoreError> {
        let (arrangement, _) = self.arrangement(office_id).await?;
        let (authority, day) = (self.authority(), at.day());
        let key = [authority.into(), office_id.into(), day.0.into()];
        let waiting = self.waiting_tickets(office_id, day, MOST_WAITING + 1).await?;
        let last = self.row(&LAST_CALL, &key, |row| row.opt_int(0)).await?.flatten();
        let since = at.plus_seconds(-ACTIVE_SECONDS).0;
        let recently = [authority.into(), office_id.into(), day.0.into(), since.into()];
        let active = self.rows(&ACTIVE, &recently, |row| row.opt_text(0)).await?;
        let lately = [authority.into(), office_id.into(), (LAST_SERVICES as i64).into()];
        let services = self.rows(&SERVICES, &lately, |row| row.opt_int(0)).await?;
        let seconds = services.into_iter().flatten().map(|micros| micros / 1_000_000);
        let now = Now {
            arrangement,
            waiting,
            first_was_last: last == Some(1),
            active: active.into_iter().flatten().collect(),
            services: seconds.filter(|seconds| (0..=LONGEST_SERVICE).contains(seconds)).collect(),
            at,
        };
        Ok(QueueNow { now, called: self.held_tickets(office_id, ticket::MOST_HELD).await? })
    }

    /// How long those called today had waited, in seconds, the last one first; no more than 500.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn waits_today(&self, office_id: &str, at: Instant) -> Result<Vec<i64>, StoreError> {
        let params = [self.authority().into(), office_id.into(), at.day().0.into()];
        let waits = self.rows(&WAITS, &params, |row| row.int(0)).await?;
        Ok(waits.into_iter().map(|micros| micros / 1_000_000).collect())
    }
}
