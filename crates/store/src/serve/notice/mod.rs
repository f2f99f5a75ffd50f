//! The outbox: notices are written with the event they tell of, and wait here until they are sent. Beside the chain:
//! replay sends nothing.

mod heard;
mod send;
mod tell;

use hailong_core::{
    serve::notice::{Channel, Kind, Letter, Notice, Problem, State, Trouble},
    time::Instant,
};
use uuid::Uuid;

#[cfg(test)]
pub(crate) use self::send::QUERIES as SEND_QUERIES;
pub use self::send::{Claim, LEASE_SECONDS};
use crate::{Store, StoreError, query::Statement, value::Row};

macro_rules! select_notice {
    ($rest:literal) => {
        concat!(
            "SELECT notice_id, subject_id, person_id, office_id, kind, channel, target, made_at, send_at, tries, state, via, \
             problem, code, ended_at, ended_by, sealed FROM notice WHERE authority_id = ?1 ",
            $rest
        )
    };
}
use select_notice;

crate::query::queries! {
    KEEP = "INSERT INTO notice (authority_id, notice_id, subject_id, version, person_id, office_id, kind, channel, target, \
            made_at, send_at, tries, state, lease_until, sealed) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 'waiting', 0, ?12) ON CONFLICT DO NOTHING";
    MOVE = "UPDATE notice SET office_id = ?3 WHERE authority_id = ?1 AND subject_id = ?2 AND office_id <> ''";
    READ = select_notice!("AND notice_id = ?2");
    OF_SUBJECT = select_notice!("AND subject_id = ?2 ORDER BY made_at DESC, notice_id DESC LIMIT 200");
    /// Those that somebody should look after, newest first. Who was asked for a rating, and who gave one, is nothing for an office.
    OPEN_AT = select_notice!(
        "AND office_id = ?2 AND state IN ('failed', 'unsent') AND channel <> 'webhook' \
         AND kind NOT IN ('rate_invited', 'rate_reminder', 'rated') \
         AND (made_at < ?3 OR (made_at = ?3 AND notice_id < ?4)) ORDER BY made_at DESC, notice_id DESC LIMIT ?5"
    );
    /// How many have not gone, by state and way, counted as far as a limit.
    COUNT = "SELECT state, channel, COUNT(*), MIN(made_at) FROM (SELECT state, channel, made_at FROM notice \
             WHERE authority_id = ?1 AND state IN ('waiting', 'failed', 'unsent') ORDER BY made_at LIMIT ?2) AS counted \
             GROUP BY state, channel ORDER BY state, channel LIMIT 20";
    LAST_SENT = "SELECT ended_at FROM notice WHERE authority_id = ?1 AND channel = ?2 AND state = 'sent' \
                 ORDER BY ended_at DESC LIMIT 1";
    AGAIN = "UPDATE notice SET state = 'waiting', tries = 0, send_at = ?3, lease_until = 0, problem = NULL, code = NULL, ended_at = NULL \
             WHERE authority_id = ?1 AND notice_id = ?2 AND state IN ('failed', 'unsent')";
    CALLED = "UPDATE notice SET state = 'called', ended_at = ?3, ended_by = ?4, sealed = ?5 \
              WHERE authority_id = ?1 AND notice_id = ?2 AND state IN ('failed', 'unsent')";
}

/// How far notices are counted: beyond it a page says "more than".
pub const COUNTED: i64 = 10_000;

/// A notice as pages see it: without an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeFile {
    /// Its number.
    pub id: Uuid,
    /// The case or appointment.
    pub subject: Uuid,
    /// Whose data key seals the letter.
    pub person_id: Uuid,
    /// The office that looks after it.
    pub office_id: String,
    /// What it says.
    pub kind: Kind,
    /// How it goes.
    pub channel: Channel,
    /// Name of the other system; empty for people.
    pub target: String,
    /// When the event happened.
    pub made_at: Instant,
    /// When it is due, or was last.
    pub send_at: Instant,
    /// Attempts that failed.
    pub tries: u8,
    /// Where it stands.
    pub state: State,
    /// Name of the gateway that took it.
    pub via: Option<String>,
    /// Why the last attempt failed.
    pub trouble: Option<Trouble>,
    /// When it ended, in whatever state.
    pub ended_at: Option<Instant>,
    /// The official who told the applicant instead.
    pub ended_by: Option<String>,
    sealed: Vec<u8>,
}

/// How many notices are in a state by one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The state: waiting, failed or unsent.
    pub state: State,
    /// The way.
    pub channel: Channel,
    /// How many; at most [`COUNTED`].
    pub count: u64,
    /// The event of the oldest.
    pub oldest: Instant,
}

/// The statement that keeps a notice.
pub(crate) fn keep(authority: i64, notice: &Notice) -> Statement {
    let params = vec![
        authority.into(),
        notice.id.into(),
        notice.subject.into(),
        notice.version.into(),
        notice.person_id.into(),
        notice.office_id.as_str().into(),
        notice.kind.key().into(),
        notice.channel.key().into(),
        notice.target.as_str().into(),
        notice.made_at.0.into(),
        notice.send_at.0.into(),
        notice.sealed.as_slice().into(),
    ];
    Statement::new(&KEEP, params)
}

/// The statement that gives the notices of a case to another office.
pub(crate) fn hand_on(authority: i64, subject: Uuid, to_office: &str) -> Statement {
    Statement::new(&MOVE, vec![authority.into(), subject.into(), to_office.into()])
}

fn unknown(what: &str) -> StoreError {
    StoreError::Corrupt(format!("a notice has an unknown {what}"))
}

fn read(row: &Row<'_>) -> Result<NoticeFile, StoreError> {
    let code = row.opt_int(13)?.and_then(|code| u16::try_from(code).ok());
    let problem = row.opt_text(12)?.map(|key| Problem::from_key(&key).ok_or_else(|| unknown("problem")));
    Ok(NoticeFile {
        id: row.uuid(0)?,
        subject: row.uuid(1)?,
        person_id: row.uuid(2)?,
        office_id: row.text(3)?,
        kind: Kind::from_key(&row.text(4)?).ok_or_else(|| unknown("kind"))?,
        channel: Channel::from_key(&row.text(5)?).ok_or_else(|| unknown("way"))?,
        target: row.text(6)?,
        made_at: Instant(row.int(7)?),
        send_at: Instant(row.int(8)?),
        tries: row.int(9)? as u8,
        state: State::from_key(&row.text(10)?).ok_or_else(|| unknown("state"))?,
        via: row.opt_text(11)?,
        trouble: problem.transpose()?.map(|problem| Trouble { problem, code }),
        ended_at: row.opt_int(14)?.map(Instant),
        ended_by: row.opt_text(15)?,
        sealed: row.bytes(16)?,
    })
}

impl Store {
    /// What was and will be told about a case or appointment, newest first, at most two hundred.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn notices_of(&self, subject: Uuid) -> Result<Vec<NoticeFile>, StoreError> {
        self.rows(&OF_SUBJECT, &[self.authority().into(), subject.into()], read).await
    }

    /// A notice by its number.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn notice(&self, id: Uuid) -> Result<Option<NoticeFile>, StoreError> {
        self.row(&READ, &[self.authority().into(), id.into()], read).await
    }

    /// The notices of an office that did not reach the applicant, newest first, before a place.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn failed_notices(
        &self,
        office_id: &str,
        before: Option<(Instant, Uuid)>,
        limit: i64,
    ) -> Result<Vec<NoticeFile>, StoreError> {
        let (at, id) = before.unwrap_or((Instant(i64::MAX), Uuid::max()));
        let params = [self.authority().into(), office_id.into(), at.0.into(), id.into(), limit.into()];
        self.rows(&OPEN_AT, &params, read).await
    }

    /// How many notices have not gone, by state and way; counted as far as [`COUNTED`] altogether.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn count_notices(&self) -> Result<Vec<Count>, StoreError> {
        let params = [self.authority().into(), COUNTED.into()];
        self.rows(&COUNT, &params, |row| {
            Ok(Count {
                state: State::from_key(&row.text(0)?).ok_or_else(|| unknown("state"))?,
                channel: Channel::from_key(&row.text(1)?).ok_or_else(|| unknown("way"))?,
                count: row.int(2)?.unsigned_abs(),
                oldest: Instant(row.int(3)?),
            })
        })
        .await
    }

    /// When the last notice went this way.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn last_notice_sent(&self, channel: Channel) -> Result<Option<Instant>, StoreError> {
        let params = [self.authority().into(), channel.key().into()];
        Ok(self.row(&LAST_SENT, &params, |row| row.opt_int(0)).await?.flatten().map(Instant))
    }

    /// The letter of a notice: only for sending it, or for whoever may see the applicant. `None` once erased or sent.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn letter(&self, file: &NoticeFile) -> Result<Option<Letter>, StoreError> {
        let key = self.data_key(file.person_id).await?;
        Ok(key.and_then(|key| hailong_core::serve::notice::open(file.id, &file.sealed, &key)))
    }

    /// Puts a notice that was given up back into the outbox. [`StoreError::Stale`] when it is not (any more) given up.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn send_again(&self, id: Uuid, at: Instant) -> Result<(), StoreError> {
        let params = vec![self.authority().into(), id.into(), at.0.into()];
        self.committer.side(Statement::one(&AGAIN, params)).await
    }

    /// Notes that an official told the applicant. [`StoreError::Stale`] when it is not (any more) given up.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn note_call(&self, id: Uuid, official: &str, at: Instant) -> Result<(), StoreError> {
        let nothing: &[u8] = &[];
        let params = vec![self.authority().into(), id.into(), at.0.into(), official.into(), nothing.into()];
        self.committer.side(Statement::one(&CALLED, params)).await
    }
}
