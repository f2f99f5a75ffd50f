//! Tallies per office, group and month: the only tables that dashboards read.

use hailong_core::{
    serve::applicant::Group,
    time::{Instant, Month},
};

use crate::{Store, StoreError, query::Statement};

crate::query::queries! {
    ADD_TALLY = "INSERT INTO office_tally (authority_id, office_id, grp, month, opened, supplements, accepted, on_time, \
                 late, returned, refused, invited, used, sealed, denied) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) \
                 ON CONFLICT (authority_id, office_id, grp, month) DO UPDATE SET \
                 opened = office_tally.opened + excluded.opened, \
                 supplements = office_tally.supplements + excluded.supplements, \
                 accepted = office_tally.accepted + excluded.accepted, \
                 on_time = office_tally.on_time + excluded.on_time, late = office_tally.late + excluded.late, \
                 returned = office_tally.returned + excluded.returned, \
                 refused = office_tally.refused + excluded.refused, \
                 invited = office_tally.invited + excluded.invited, used = office_tally.used + excluded.used, \
                 sealed = office_tally.sealed + excluded.sealed, denied = office_tally.denied + excluded.denied";
    ADD_ANSWERS = "INSERT INTO answer_tally (authority_id, office_id, grp, month, question, n0, n1, n2, n3, n4, n5) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
                   ON CONFLICT (authority_id, office_id, grp, month, question) DO UPDATE SET \
                   n0 = answer_tally.n0 + excluded.n0, n1 = answer_tally.n1 + excluded.n1, \
                   n2 = answer_tally.n2 + excluded.n2, n3 = answer_tally.n3 + excluded.n3, \
                   n4 = answer_tally.n4 + excluded.n4, n5 = answer_tally.n5 + excluded.n5";
    ADD_DUE = "INSERT INTO due_tally (authority_id, office_id, grp, due_at, n) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT (authority_id, office_id, grp, due_at) DO UPDATE SET n = due_tally.n + excluded.n";
    READ_TALLIES = "SELECT office_id, grp, CAST(SUM(opened) AS BIGINT), CAST(SUM(supplements) AS BIGINT), \
                    CAST(SUM(accepted) AS BIGINT), CAST(SUM(on_time) AS BIGINT), CAST(SUM(late) AS BIGINT), \
                    CAST(SUM(returned) AS BIGINT), CAST(SUM(refused) AS BIGINT), CAST(SUM(invited) AS BIGINT), \
                    CAST(SUM(used) AS BIGINT), CAST(SUM(sealed) AS BIGINT), CAST(SUM(denied) AS BIGINT) FROM office_tally \
                    WHERE authority_id = ?1 AND month >= ?2 AND month <= ?3 GROUP BY office_id, grp ORDER BY office_id, grp LIMIT 5000";
    READ_ANSWERS = "SELECT office_id, grp, question, n0, n1, n2, n3, n4, n5 FROM answer_tally \
                    WHERE authority_id = ?1 AND month >= ?2 AND month <= ?3 \
                    ORDER BY office_id, grp, month, question LIMIT 100000";
    READ_RUNNING = "SELECT office_id, grp, CAST(SUM(n) AS BIGINT), \
                    CAST(SUM(CASE WHEN due_at < ?2 THEN n ELSE 0 END) AS BIGINT) FROM due_tally \
                    WHERE authority_id = ?1 AND n > 0 GROUP BY office_id, grp ORDER BY office_id, grp LIMIT 5000";
    READ_WAITING_BALLOTS = "SELECT office_id, grp, pending FROM ballot_box WHERE authority_id = ?1 AND pending > 0 \
                            ORDER BY office_id, grp LIMIT 5000";
}

/// What an office did in a period, for one group of applicants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// First contacts.
    pub opened: i64,
    /// Supplement requests.
    pub supplements: i64,
    /// Receipts given.
    pub accepted: i64,
    /// Finished (or refused after a promise) in time.
    pub on_time: i64,
    /// Finished (or refused after a promise) late.
    pub late: i64,
    /// Results given.
    pub returned: i64,
    /// Refusals.
    pub refused: i64,
    /// Invitations to rate.
    pub invited: i64,
    /// Invitations used.
    pub used: i64,
    /// Ballots opened and counted.
    pub sealed: i64,
    /// Recorded ratings that those who were invited say were not theirs.
    pub denied: i64,
}

/// One line of [`Store::tallies`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficeTally {
    /// The office.
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// The counts.
    pub tally: Tally,
}

/// How often each score of a question was given, in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerTally {
    /// The office.
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// Stable name of the question (`overall`, `welcome`, …, `trips`, `extra_money`).
    pub question: String,
    /// By score, or by position of the choice: 0 to 5.
    pub counts: [i64; SCORES],
}

/// Scores and positions of choices: 0 to 5.
pub const SCORES: usize = 6;

/// Cases whose promise is running, or ballots that wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTally {
    /// The office.
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// Running cases.
    pub open: i64,
    /// Those past their due date.
    pub late: i64,
}

impl Tally {
    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.opened += other.opened;
        self.supplements += other.supplements;
        self.accepted += other.accepted;
        self.on_time += other.on_time;
        self.late += other.late;
        self.returned += other.returned;
        self.refused += other.refused;
        self.invited += other.invited;
        self.used += other.used;
        self.sealed += other.sealed;
        self.denied += other.denied;
    }
}

pub(crate) fn add_tally(
    authority: i64,
    office_id: &str,
    group: Group,
    month: Month,
    t: Tally,
    out: &mut Vec<Statement>,
) {
    let mut params = vec![authority.into(), office_id.into(), group.key().into(), month.0.into()];
    let counts = [
        t.opened,
        t.supplements,
        t.accepted,
        t.on_time,
        t.late,
        t.returned,
        t.refused,
        t.invited,
        t.used,
        t.sealed,
        t.denied,
    ];
    params.extend(counts.map(crate::value::Value::from));
    out.push(Statement::new(&ADD_TALLY, params));
}

pub(crate) fn add_due(
    authority: i64,
    office_id: &str,
    group: Group,
    due: Instant,
    n: i64,
    out: &mut Vec<Statement>,
) {
    let params = vec![authority.into(), office_id.into(), group.key().into(), due.0.into(), n.into()];
    out.push(Statement::new(&ADD_DUE, params));
}

impl Store {
    /// The tallies of all offices over months, both ends included.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn tallies(&self, from: Month, to: Month) -> Result<Vec<OfficeTally>, StoreError> {
        let params = [self.authority().into(), from.0.into(), to.0.into()];
        self.rows(&READ_TALLIES, &params, |row| {
            let tally = Tally {
                opened: row.int(2)?,
                supplements: row.int(3)?,
                accepted: row.int(4)?,
                on_time: row.int(5)?,
                late: row.int(6)?,
                returned: row.int(7)?,
                refused: row.int(8)?,
                invited: row.int(9)?,
                used: row.int(10)?,
                sealed: row.int(11)?,
                denied: row.int(12)?,
            };
            Ok(OfficeTally { office_id: row.text(0)?, group: group_of(&row.text(1)?)?, tally })
        })
        .await
    }

    /// How often each score was given, a line per office, group, month and question; both ends included.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn answers(&self, from: Month, to: Month) -> Result<Vec<AnswerTally>, StoreError> {
        let params = [self.authority().into(), from.0.into(), to.0.into()];
        self.rows(&READ_ANSWERS, &params, |row| {
            let mut counts = [0; SCORES];
            for (score, count) in counts.iter_mut().enumerate() {
                *count = row.int(3 + score)?;
            }
            let group = group_of(&row.text(1)?)?;
            Ok(AnswerTally { office_id: row.text(0)?, group, question: row.text(2)?, counts })
        })
        .await
    }

    /// Running cases per office and group, and how many of them are late now.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn running(&self, now: Instant) -> Result<Vec<OpenTally>, StoreError> {
        self.rows(&READ_RUNNING, &[self.authority().into(), now.0.into()], |row| {
            Ok(OpenTally {
                office_id: row.text(0)?,
                group: group_of(&row.text(1)?)?,
                open: row.int(2)?,
                late: row.int(3)?,
            })
        })
        .await
    }

    /// Ballots that wait in boxes not yet sealed, per office and group.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn waiting_ballots(&self) -> Result<Vec<(String, Group, i64)>, StoreError> {
        self.rows(&READ_WAITING_BALLOTS, &[self.authority().into()], |row| {
            Ok((row.text(0)?, group_of(&row.text(1)?)?, row.int(2)?))
        })
        .await
    }
}

pub(crate) fn group_of(key: &str) -> Result<Group, StoreError> {
    Group::from_key(key).ok_or_else(|| StoreError::Corrupt(format!("unknown group {key}")))
}
