//! Lists of cases: open ones by who has them and what they wait for, and the cases behind a figure.

use hailong_core::{
    serve::case::Waits,
    time::{Instant, Minute},
};
use uuid::Uuid;

use super::{CaseFile, read, select_case};
use crate::{
    Store, StoreError,
    query::Query,
    value::{Row, Value},
};

/// The filter of an open list, with the keyset: place, key, length, waits, procedure, running only, from, until.
macro_rules! open_filter {
    ($whose:literal) => {
        concat!(
            $whose,
            " AND is_open = 1 AND (CAST(?6 AS TEXT) IS NULL OR waits = ?6) \
             AND (CAST(?7 AS TEXT) IS NULL OR procedure = ?7) \
             AND (CAST(?8 AS BIGINT) = 0 OR state IN ('accepted', 'in_progress', 'submitted')) AND sort_at >= ?9 AND sort_at < ?10 \
             AND (CAST(?11 AS TEXT) IS NULL OR holder = ?11) \
             AND (sort_at > ?3 OR case_id > ?4) ORDER BY sort_at, case_id LIMIT ?5"
        )
    };
}

/// What an office finished, in the words and the order of the indexes of ends.
macro_rules! finished {
    ($how:literal) => {
        concat!(
            "AND office_id = ?2 AND accepted_at IS NOT NULL ",
            $how,
            " AND finished_at IS NOT NULL AND COALESCE(finished_at, closed_at, 9223372036854775807) < ?6 \
             AND COALESCE(finished_at, closed_at, 9223372036854775807) >= ?3 AND (finished_at > ?3 OR case_id > ?4) \
             ORDER BY COALESCE(finished_at, closed_at, 9223372036854775807), case_id LIMIT ?5"
        )
    };
}

/// Counts what lies before a place in a list, of at most a thousand cases.
macro_rules! count_open {
    ($whose:literal) => {
        concat!(
            "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN running = 1 AND sort_at < ?3 THEN 1 ELSE 0 END), 0) AS BIGINT), \
             CAST(COALESCE(SUM(CASE WHEN running = 1 AND sort_at >= ?3 AND sort_at < ?4 THEN 1 ELSE 0 END), 0) AS BIGINT), \
             CAST(COALESCE(SUM(CASE WHEN running = 1 AND sort_at >= ?4 AND sort_at < ?5 THEN 1 ELSE 0 END), 0) AS BIGINT), \
             CAST(COALESCE(SUM(CASE WHEN waits = 'citizen' THEN 1 ELSE 0 END), 0) AS BIGINT), \
             CAST(COALESCE(SUM(CASE WHEN waits = 'others' THEN 1 ELSE 0 END), 0) AS BIGINT), \
             CAST(COALESCE(SUM(CASE WHEN waits = 'ready' THEN 1 ELSE 0 END), 0) AS BIGINT) \
             FROM (SELECT sort_at, waits, CASE WHEN state IN ('accepted', 'in_progress', 'submitted') THEN 1 ELSE 0 END \
             AS running FROM case_file WHERE authority_id = ?1 ",
            $whose,
            " AND is_open = 1 ORDER BY sort_at, case_id LIMIT 1000) AS listed"
        )
    };
}

/// The place behind so many open cases of a list, filters aside.
macro_rules! place_behind {
    ($whose:literal) => {
        concat!(
            "SELECT sort_at, case_id FROM case_file WHERE authority_id = ?1 ",
            $whose,
            " AND is_open = 1 AND sort_at >= ?3 AND (sort_at > ?3 OR case_id > ?4) \
             ORDER BY sort_at, case_id LIMIT 1 OFFSET ?5"
        )
    };
}

crate::query::queries! {
    OPEN_OF_HOLDER = select_case!("sort_at", open_filter!("AND holder = ?2"));
    OPEN_OF_OFFICE = select_case!("sort_at", open_filter!("AND at_office = ?2"));
    OPEN_SENT_AWAY = select_case!("sort_at", open_filter!("AND desk_office = ?2 AND at_office <> desk_office"));
    COUNT_OPEN_OF_HOLDER = count_open!("AND holder = ?2");
    COUNT_OPEN_OF_OFFICE = count_open!("AND at_office = ?2");
    COUNT_OPEN_SENT_AWAY = count_open!("AND desk_office = ?2 AND at_office <> desk_office");
    PLACE_OF_HOLDER = place_behind!("AND holder = ?2");
    PLACE_OF_OFFICE = place_behind!("AND at_office = ?2");
    PLACE_SENT_AWAY = place_behind!("AND desk_office = ?2 AND at_office <> desk_office");
    WAITING_AT_OFFICE = select_case!(
        "sort_at",
        open_filter!("AND at_office = ?2 AND (waits = 'citizen' OR waits = 'others') AND waits = ?6")
    );
    RUNNING_OF_OFFICE = select_case!(
        "sort_at",
        "AND office_id = ?2 AND is_open = 1 AND (state = 'accepted' OR state = 'in_progress' OR state = 'submitted') AND sort_at < ?6 \
             AND sort_at >= ?3 AND (sort_at > ?3 OR case_id > ?4) ORDER BY sort_at, case_id LIMIT ?5"
    );
    FINISHED_IN_TIME = select_case!("finished_at", finished!("AND on_time = 1"));
    FINISHED_LATE = select_case!(
        "finished_at",
        finished!("AND on_time = 0 AND (on_time = 0 OR state = 'refused' OR state = 'withdrawn' OR state = 'stopped')")
    );
}

/// How many open cases a list holds; no more than a thousand are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenCount {
    /// All of them.
    pub all: u64,
    /// Promise running and past due.
    pub late: u64,
    /// Promise running and due later today.
    pub today: u64,
    /// Promise running and due soon, after today.
    pub soon: u64,
    /// Waiting for the applicant's documents or money.
    pub citizen: u64,
    /// Waiting for others.
    pub others: u64,
    /// Waiting to be fetched.
    pub ready: u64,
}

/// Most open cases looked at for one page of a filtered list.
const MOST_LOOKED_AT: i64 = 1_000;

/// A page of a list of open cases.
#[derive(Clone, Debug, Default)]
pub struct OpenPage {
    /// Its cases.
    pub files: Vec<CaseFile>,
    /// Where the list goes on; none at its end. A page may be short, or empty, and still have one after it.
    pub next: Option<After>,
}

/// Where a list goes on: after this place and key.
pub type After = (Instant, Uuid);

/// Whose open cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// An official's.
    Holder(&'a str),
    /// Those an office has now.
    Office(&'a str),
    /// Those an office received and another has now.
    SentAway(&'a str),
}

/// Which of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter<'a> {
    /// Waiting for whom.
    pub waits: Option<Waits>,
    /// Of one procedure.
    pub procedure: Option<&'a str>,
    /// With one official.
    pub holder: Option<&'a str>,
    /// Only with the promise running, due from here…
    pub due_from: Option<Instant>,
    /// …until before here.
    pub due_until: Option<Instant>,
}

/// A list of cases of one office behind a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Promise running.
    Running,
    /// Promise running and past due.
    RunningLate,
    /// Finished in the period, in time or late.
    Finished {
        /// In time?
        on_time: bool,
    },
}

impl<'a> Whose<'a> {
    fn key(self) -> &'a str {
        match self {
            Self::Holder(key) | Self::Office(key) | Self::SentAway(key) => key,
        }
    }

    fn list(self, waits: Option<Waits>) -> &'static Query {
        match self {
            Self::Office(_) if matches!(waits, Some(Waits::Citizen | Waits::Others)) => &WAITING_AT_OFFICE,
            Self::Holder(_) => &OPEN_OF_HOLDER,
            Self::Office(_) => &OPEN_OF_OFFICE,
            Self::SentAway(_) => &OPEN_SENT_AWAY,
        }
    }

    fn place(self) -> &'static Query {
        match self {
            Self::Holder(_) => &PLACE_OF_HOLDER,
            Self::Office(_) => &PLACE_OF_OFFICE,
            Self::SentAway(_) => &PLACE_SENT_AWAY,
        }
    }

    fn count(self) -> &'static Query {
        match self {
            Self::Holder(_) => &COUNT_OPEN_OF_HOLDER,
            Self::Office(_) => &COUNT_OPEN_OF_OFFICE,
            Self::SentAway(_) => &COUNT_OPEN_SENT_AWAY,
        }
    }
}

impl Store {
    /// A page of open cases by due date (or by when they began to wait), after a place. When few of many fit the filter,
    /// no more than a thousand are looked at, and the page says where to go on.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn open_cases(
        &self,
        whose: Whose<'_>,
        filter: Filter<'_>,
        after: Option<After>,
        limit: usize,
    ) -> Result<OpenPage, StoreError> {
        let (at, id) = after.unwrap_or((Instant(0), Uuid::nil()));
        let query = whose.list(filter.waits);
        let start = filter.due_from.map_or((at, id), |from| (at, id).max((from, Uuid::nil())));
        let seldom = filter != Filter::default() && !std::ptr::eq(query, &WAITING_AT_OFFICE);
        let looked_at = if seldom { self.place_behind(whose, start).await? } else { None };
        let running = filter.due_from.is_some() || filter.due_until.is_some();
        let until = filter.due_until.map_or(i64::MAX, |until| until.0);
        let params: [Value; 11] = [
            self.authority().into(),
            whose.key().into(),
            at.0.into(),
            id.into(),
            (limit as i64 + 1).into(),
            filter.waits.map(Waits::key).into(),
            filter.procedure.into(),
            i64::from(running).into(),
            // One bound for both the beginning and the place: engines follow no more than one.
            start.0.0.into(),
            looked_at.map_or(until, |(last, _)| until.min(last.0.saturating_add(1))).into(),
            filter.holder.into(),
        ];
        let mut files = self.rows(query, &params, read).await?;
        let more = files.len() > limit;
        files.truncate(limit);
        let next = match files.last().filter(|_| more) {
            Some(last) => Some((last.sort_at, last.case.id)),
            // Everything of that moment was looked at.
            None => looked_at.filter(|(last, _)| last.0 < until).map(|(last, _)| (last, Uuid::max())),
        };
        Ok(OpenPage { files, next })
    }

    /// The place behind as many cases as are looked at for one page; none when there are fewer.
    async fn place_behind(&self, whose: Whose<'_>, (at, id): After) -> Result<Option<After>, StoreError> {
        let params: [Value; 5] = [
            self.authority().into(),
            whose.key().into(),
            at.0.into(),
            id.into(),
            (MOST_LOOKED_AT - 1).into(),
        ];
        self.row(whose.place(), &params, |row| Ok((Instant(row.int(0)?), row.uuid(1)?))).await
    }

    /// How many open cases there are, and of which kind. `soon` is until when a due date is near.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn count_open(
        &self,
        whose: Whose<'_>,
        now: Instant,
        soon: Instant,
    ) -> Result<OpenCount, StoreError> {
        let midnight = Instant::at(now.day().plus(1), Minute(0));
        let params = [
            self.authority().into(),
            whose.key().into(),
            now.0.into(),
            midnight.0.into(),
            soon.max(midnight).0.into(),
        ];
        let count = |row: &Row<'_>, column| Ok::<_, StoreError>(row.int(column)?.unsigned_abs());
        let found = self
            .row(whose.count(), &params, |row| {
                Ok(OpenCount {
                    all: count(row, 0)?,
                    late: count(row, 1)?,
                    today: count(row, 2)?,
                    soon: count(row, 3)?,
                    citizen: count(row, 4)?,
                    others: count(row, 5)?,
                    ready: count(row, 6)?,
                })
            })
            .await?;
        Ok(found.unwrap_or_default())
    }

    /// The cases behind a figure of an office. For finished ones the period is `from..until`; for running ones
    /// `until` is now.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn cases_behind(
        &self,
        office_id: &str,
        which: Which,
        (from, until): (Instant, Instant),
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<CaseFile>, StoreError> {
        let start = if matches!(which, Which::Finished { .. }) { from.plus_seconds(-1) } else { Instant(0) };
        let (at, id) = after.unwrap_or((start, Uuid::max()));
        let mut params: Vec<Value> =
            vec![self.authority().into(), office_id.into(), at.0.into(), id.into(), limit.into()];
        match which {
            Which::Running => params.push(i64::MAX.into()),
            Which::RunningLate | Which::Finished { .. } => params.push(until.0.into()),
        }
        let query = match which {
            Which::Finished { on_time: true } => &FINISHED_IN_TIME,
            Which::Finished { on_time: false } => &FINISHED_LATE,
            Which::Running | Which::RunningLate => &RUNNING_OF_OFFICE,
        };
        self.rows(query, &params, read).await
    }
}
