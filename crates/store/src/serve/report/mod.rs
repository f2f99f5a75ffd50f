//! Counts per office of reception, procedure and day: what reports are made from, whatever becomes of the cases later.

pub(crate) mod total;

use std::collections::BTreeMap;

use hailong_core::{
    batch::Entry,
    event::Event,
    serve::{
        case::{Reception, State},
        report::{self, Figure, Line, Period, Report},
    },
    time::{Day, Instant, Minute},
};
use uuid::Uuid;

use super::case::{After, CaseFile, read as read_case, select_case};
use crate::{Store, StoreError, query::Statement, value::Value};

/// What ended, in the words and the order of the indexes of ends.
macro_rules! by_end {
    ($which:literal) => {
        concat!(
            "AND office_id = ?2 AND accepted_at IS NOT NULL ",
            $which,
            "AND COALESCE(finished_at, closed_at, 9223372036854775807) <= ?6 \
             AND (CAST(?7 AS TEXT) IS NULL OR procedure = ?7) AND (accepted_at < ?8 OR limit_choice IS NULL) \
             AND (CAST(?9 AS TEXT) IS NULL OR state = ?9) AND (CAST(?10 AS BIGINT) IS NULL OR on_time = ?10) \
             AND (CAST(?11 AS BIGINT) IS NULL OR due_at IS NULL OR ?11 = CASE WHEN \
             (finished_at + 25200000000) / 86400000000 < (due_at + 25200000000) / 86400000000 THEN 1 ELSE 0 END) \
             AND COALESCE(finished_at, closed_at, 9223372036854775807) >= ?3 \
             AND (COALESCE(finished_at, closed_at, 9223372036854775807) > ?3 OR case_id > ?4) \
             ORDER BY COALESCE(finished_at, closed_at, 9223372036854775807), case_id LIMIT ?5"
        )
    };
}

crate::query::queries! {
    ADD_DAY = "INSERT INTO case_day (authority_id, office_id, procedure, day, counter, post, online, mobile, on_site, \
               taken_over, early, on_time, late, refused, withdrawn, stopped, waiting, missed, caught) \
               VALUES (?1, ?2, COALESCE(NULLIF(CAST(?3 AS TEXT), ''), \
               (SELECT procedure FROM case_file WHERE authority_id = ?1 AND case_id = ?20)), \
               ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) \
               ON CONFLICT (authority_id, day, office_id, procedure) DO UPDATE SET \
               counter = case_day.counter + excluded.counter, post = case_day.post + excluded.post, \
               online = case_day.online + excluded.online, mobile = case_day.mobile + excluded.mobile, \
               on_site = case_day.on_site + excluded.on_site, taken_over = case_day.taken_over + excluded.taken_over, \
               early = case_day.early + excluded.early, on_time = case_day.on_time + excluded.on_time, \
               late = case_day.late + excluded.late, refused = case_day.refused + excluded.refused, \
               withdrawn = case_day.withdrawn + excluded.withdrawn, stopped = case_day.stopped + excluded.stopped, \
               waiting = case_day.waiting + excluded.waiting, missed = case_day.missed + excluded.missed, \
               caught = case_day.caught + excluded.caught";
    BY_RECEIPT = select_case!(
        "accepted_at",
        "AND office_id = ?2 AND accepted_at IS NOT NULL AND accepted_at < ?6 \
         AND (CAST(?7 AS TEXT) IS NULL OR procedure = ?7) \
         AND (CAST(?8 AS TEXT) IS NULL OR reception = ?8 OR reception = ?9) \
         AND accepted_at >= ?3 AND (accepted_at > ?3 OR case_id > ?4) ORDER BY accepted_at, case_id LIMIT ?5"
    );
    BY_END = select_case!("COALESCE(finished_at, closed_at, 9223372036854775807)", by_end!(""));
    BY_PROMISE = select_case!(
        "sort_at",
        "AND office_id = ?2 AND is_open = 1 AND (state = 'accepted' OR state = 'in_progress' OR state = 'submitted') AND sort_at < ?6 \
         AND (CAST(?7 AS TEXT) IS NULL OR procedure = ?7) \
         AND sort_at >= ?3 AND (sort_at > ?3 OR case_id > ?4) ORDER BY sort_at, case_id LIMIT ?5"
    );
    BY_SELDOM_END = select_case!(
        "COALESCE(finished_at, closed_at, 9223372036854775807)",
        by_end!("AND (on_time = 0 OR state = 'refused' OR state = 'withdrawn' OR state = 'stopped') ")
    );
}

/// Cases looked at together.
const STRETCH: i64 = 100;
/// Most cases looked at for one page of a list.
const MOST_LOOKED_AT: usize = 1_000;

/// A figure of a report whose cases are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Behind<'a> {
    /// The figure.
    pub figure: Figure,
    /// The period.
    pub period: Period,
    /// How far the report tells; see [`report::closing`].
    pub closing: (Day, bool),
    /// The offices whose cases were counted, in the order of the list.
    pub offices: &'a [String],
    /// Codes of procedures; all without any.
    pub procedures: &'a [String],
}

/// A place in such a list: after this case of this office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The office.
    pub office_id: String,
    /// When the case came or ended, and its key.
    pub after: After,
    /// How many of the office's cases stand before it and in it.
    pub seen: u64,
}

/// A page of such a list.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    /// Its cases.
    pub files: Vec<CaseFile>,
    /// Where it goes on; none at its end.
    pub next: Option<Place>,
    /// How many cases the whole list has, as the report counts them.
    pub all: u64,
}

/// What an event adds. Events of the first version of the program do not name the procedure: their case does.
pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, out: &mut Vec<Statement>) {
    let Some(entered) = report::entered(entry.at, event) else { return };
    for (day, counts) in entered.days {
        let mut params: Vec<Value> = vec![
            authority.into(),
            entered.office_id.as_str().into(),
            entered.procedure.as_str().into(),
            day.0.into(),
        ];
        params.extend(counts.to_row().map(Value::from));
        params.push(entry.subject.0.as_slice().into());
        out.push(Statement::new(&ADD_DAY, params));
    }
}

impl Store {
    /// The report of offices of the record, or of all of them, as it stood on the closing day; see [`report::closing`].
    /// The same day gives the same figures, whenever it is asked.
    ///
    /// # Errors
    /// When the database cannot answer, or its counts do not agree with each other.
    pub async fn report(
        &self,
        period: Period,
        closing: (Day, bool),
        offices: Option<&[String]>,
    ) -> Result<Report, StoreError> {
        let sums = self
            .sums(period, closing.0, |office| offices.is_none_or(|some| some.iter().any(|id| id == office)));
        let report = Report::new(period, closing, sums.await?, &self.directory());
        report.map_err(|error| StoreError::Corrupt(error.to_string()))
    }

    /// A page of the cases behind a figure of a report: those whose own line has it. Cases that came in are in the order
    /// of their receipts, others in the order in which they ended, and open ones last; those whose time runs now in the
    /// order of their promises. A page may be shorter than the limit and still have one after it.
    ///
    /// # Errors
    /// When the database cannot answer, or a history is not whole.
    pub async fn cases_of_report(
        &self,
        behind: &Behind<'_>,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Cases, StoreError> {
        let counted = self.counted(behind).await?;
        let mut cases = Cases { all: counted.values().sum(), ..Cases::default() };
        let now = self.stands_as_now(behind).await?;
        let mut looked_at = 0;
        let from =
            after.as_ref().and_then(|place| behind.offices.iter().position(|id| *id == place.office_id));
        let mut after = after.filter(|_| from.is_some());
        for office_id in &behind.offices[from.unwrap_or_default()..] {
            let start = || Place { office_id: office_id.clone(), after: behind.start(now), seen: 0 };
            let mut place = after.take().unwrap_or_else(start);
            // The report says how many there are: nobody looks for more.
            let all = counted.get(office_id).copied().unwrap_or_default();
            while place.seen < all {
                let files = self.candidates(behind, &place, now).await?;
                let full = files.len() as i64 == STRETCH;
                for file in files {
                    if looked_at == MOST_LOOKED_AT || cases.files.len() == limit {
                        cases.next = Some(place);
                        return Ok(cases);
                    }
                    looked_at += 1;
                    place.after = (file.sort_at, file.case.id);
                    if behind.is_asked(&file) && behind.figure.of(&self.own_line(behind, &file).await?) > 0 {
                        place.seen += 1;
                        cases.files.push(file);
                    }
                    if place.seen == all {
                        break;
                    }
                }
                if !full {
                    break;
                }
            }
        }
        Ok(cases)
    }

    /// How many cases of each office the report counts.
    async fn counted(&self, behind: &Behind<'_>) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut counted = BTreeMap::new();
        let of_list = |office: &str| behind.offices.iter().any(|id| id == office);
        for (office_id, procedure, sums) in self.sums(behind.period, behind.closing.0, of_list).await? {
            if behind.procedures.is_empty() || behind.procedures.contains(&procedure) {
                let line = sums.line(behind.closing.1);
                let line = line.map_err(|error| StoreError::Corrupt(error.to_string()))?;
                *counted.entry(office_id).or_default() += behind.figure.of(&line);
            }
        }
        Ok(counted)
    }

    /// Whether nothing has happened after the closing day: then open cases stand now as they stood on it.
    async fn stands_as_now(&self, behind: &Behind<'_>) -> Result<bool, StoreError> {
        if !matches!(behind.figure, Figure::Overdue | Figure::Within) {
            return Ok(false);
        }
        Ok(self.last_instant().await?.is_none_or(|last| last.day() <= behind.closing.0))
    }

    /// Cases that may be behind a figure, after a place: every one that is, and a few more.
    async fn candidates(
        &self,
        behind: &Behind<'_>,
        place: &Place,
        now: bool,
    ) -> Result<Vec<CaseFile>, StoreError> {
        let until = midnight(behind.closing.0.plus(1)).0;
        let figure = behind.figure;
        let one = if let [one] = behind.procedures { Some(one.as_str()) } else { None };
        let (at, id) = place.after;
        let mut params: Vec<Value> = vec![
            self.authority().into(),
            place.office_id.as_str().into(),
            at.0.into(),
            id.into(),
            STRETCH.into(),
        ];
        if now {
            let until = if figure == Figure::Overdue { until } else { i64::MAX };
            params.extend([until.into(), one.into()]);
            return self.rows(&BY_PROMISE, &params, read_case).await;
        }
        if figure.is_received() {
            let ways = match figure {
                Figure::Counter => [Some(Reception::Counter), None],
                Figure::Post => [Some(Reception::Post), None],
                Figure::Online => [Some(Reception::Online), None],
                Figure::Outside => [Some(Reception::Mobile), Some(Reception::OnSite)],
                _ => [None, None],
            };
            params.extend([until.into(), one.into()]);
            params.extend(ways.map(|way| way.map(Reception::key).into()));
            return self.rows(&BY_RECEIPT, &params, read_case).await;
        }
        let ended_until = if figure.is_ended() { until - 1 } else { i64::MAX };
        let carried = figure == Figure::Carried;
        let received_before = if carried { midnight(behind.period.first_day()).0 } else { until };
        params.extend([ended_until.into(), one.into(), received_before.into()]);
        let state = match figure {
            Figure::Refused => Some(State::Refused),
            Figure::Withdrawn => Some(State::Withdrawn),
            Figure::Stopped => Some(State::Stopped),
            _ => None,
        };
        let on_time = match figure {
            Figure::Early | Figure::OnTime => Some(1),
            Figure::Late => Some(0),
            _ => None::<i64>,
        };
        // Days of Vietnam: whether it was finished before the day it was due.
        let early = match figure {
            Figure::Early => Some(1),
            Figure::OnTime => Some(0),
            _ => None::<i64>,
        };
        params.extend([state.map(State::key).into(), on_time.into(), early.into()]);
        let seldom = state.is_some() || on_time == Some(0);
        self.rows(if seldom { &BY_SELDOM_END } else { &BY_END }, &params, read_case).await
    }

    /// The line of one case in the report.
    async fn own_line(&self, behind: &Behind<'_>, file: &CaseFile) -> Result<Line, StoreError> {
        let lines = self.history(file.case.id.as_bytes()).await?;
        let events =
            lines.iter().map(|line| Ok((line.at, line.event()?))).collect::<Result<Vec<_>, StoreError>>()?;
        let history = events.iter().map(|(at, event)| (*at, event));
        let line = report::line_of_case(history, behind.period, behind.closing);
        line.map_err(|_| StoreError::Corrupt(format!("the history of case {} is not whole", file.case.id)))
    }
}

impl Behind<'_> {
    /// Whether a case is of the procedures asked for.
    fn is_asked(&self, file: &CaseFile) -> bool {
        self.procedures.is_empty() || self.procedures.contains(&file.case.procedure)
    }

    /// The place before the first case of an office.
    fn start(&self, now: bool) -> After {
        if now {
            let first = if self.figure == Figure::Overdue { Instant(0) } else { midnight(self.closing.0) };
            return (first, Uuid::nil());
        }
        let day = if self.figure.is_open() { self.closing.0.plus(1) } else { self.period.first_day() };
        (Instant(midnight(day).0 - 1), Uuid::max())
    }
}

fn midnight(day: Day) -> Instant {
    Instant::at(day, Minute(0))
}
