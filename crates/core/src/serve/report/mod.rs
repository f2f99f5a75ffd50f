//! The report that every office sends at the end of a period: what was carried over, received, resolved, and what is
//! still in progress. Its totals agree by construction.

mod count;
mod figure;
mod period;
mod scope;

use std::collections::BTreeMap;

pub use self::{
    count::{Counts, Entered, Sums, entered, line_of_case},
    figure::Figure,
    period::{Period, Span, Window},
    scope::{OfficeLine, Scope, may_read},
};
use super::case::Reception;
use crate::{directory::Directory, time::Day};

/// Sums that cannot be: more ended than came in, or more overdue than in progress. The record was tampered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the counts of a report do not agree with each other")]
pub struct Unbalanced;

/// One line of a report, in cases. What was carried over and received is what ended and what is in progress: a line that
/// does not balance cannot be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    carried: u64,
    received: [u64; Reception::ALL.len()],
    early: u64,
    on_time: u64,
    late: u64,
    refused: u64,
    withdrawn: u64,
    stopped: u64,
    within: u64,
    overdue: u64,
    waiting: u64,
}

impl Line {
    fn new(sums: &Sums, closed: bool) -> Result<Self, Unbalanced> {
        let count = |n: i64| u64::try_from(n).map_err(|_| Unbalanced);
        let counts = &sums.counts;
        let carried = sums.before + counts.taken_over;
        let open = carried + counts.received_in_all() - counts.ended();
        // A day that is not over yet is no day missed.
        let not_yet = if closed { 0 } else { sums.missed_last };
        let overdue = counts.missed - counts.caught - not_yet;
        let mut received = [0; Reception::ALL.len()];
        for (to, from) in received.iter_mut().zip(counts.received) {
            *to = count(from)?;
        }
        Ok(Self {
            carried: count(carried)?,
            received,
            early: count(counts.early)?,
            on_time: count(counts.on_time)?,
            late: count(counts.late)?,
            refused: count(counts.refused)?,
            withdrawn: count(counts.withdrawn)?,
            stopped: count(counts.stopped)?,
            within: count(open - overdue - counts.waiting)?,
            overdue: count(overdue)?,
            waiting: count(counts.waiting)?,
        })
    }

    /// Adds another line; two lines that balance make one that does.
    pub fn add(&mut self, other: &Self) {
        self.carried += other.carried;
        self.received.iter_mut().zip(other.received).for_each(|(sum, n)| *sum += n);
        self.early += other.early;
        self.on_time += other.on_time;
        self.late += other.late;
        self.refused += other.refused;
        self.withdrawn += other.withdrawn;
        self.stopped += other.stopped;
        self.within += other.within;
        self.overdue += other.overdue;
        self.waiting += other.waiting;
    }

    /// Carried over from the period before, and taken over from another system during this one.
    pub const fn carried(&self) -> u64 {
        self.carried
    }

    /// Received in one way.
    pub fn received_by(&self, reception: Reception) -> u64 {
        let at = Reception::ALL.iter().position(|one| *one == reception);
        at.map_or(0, |at| self.received[at])
    }

    /// Received in any way.
    pub fn received(&self) -> u64 {
        self.received.iter().sum()
    }

    /// Everything that was to be resolved: carried over and received.
    pub fn to_resolve(&self) -> u64 {
        self.carried + self.received()
    }

    /// Resolved on a working day before the one they were due.
    pub const fn early(&self) -> u64 {
        self.early
    }

    /// Resolved on the day they were due, in time.
    pub const fn on_time(&self) -> u64 {
        self.on_time
    }

    /// Resolved later than due.
    pub const fn late(&self) -> u64 {
        self.late
    }

    /// Resolved, early, on time or late.
    pub const fn resolved(&self) -> u64 {
        self.early + self.on_time + self.late
    }

    /// Refused after the receipt.
    pub const fn refused(&self) -> u64 {
        self.refused
    }

    /// Withdrawn by the applicant after the receipt.
    pub const fn withdrawn(&self) -> u64 {
        self.withdrawn
    }

    /// Stopped by the office.
    pub const fn stopped(&self) -> u64 {
        self.stopped
    }

    /// Ended in any way.
    pub const fn ended(&self) -> u64 {
        self.resolved() + self.refused + self.withdrawn + self.stopped
    }

    /// In progress, not yet past the day they are due.
    pub const fn within(&self) -> u64 {
        self.within
    }

    /// In progress, past the day they are due.
    pub const fn overdue(&self) -> u64 {
        self.overdue
    }

    /// In progress, the time standing still: for the applicant's documents or money, or for others.
    pub const fn waiting(&self) -> u64 {
        self.waiting
    }

    /// In progress in any way.
    pub const fn in_progress(&self) -> u64 {
        self.within + self.overdue + self.waiting
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The lines of a field's procedures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field, e.g. "Hộ tịch"; empty when no version of the procedure is known.
    pub field_vi: String,
    /// Code, short name, line; by code.
    pub procedures: Vec<(String, String, Line)>,
    /// Their sum.
    pub total: Line,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The period.
    pub period: Period,
    /// Up to the end of which day; today while the period runs.
    pub as_of: Day,
    /// Whether that day is over.
    pub closed: bool,
    /// By field, and in it by procedure.
    pub fields: Vec<Field>,
    /// By office of reception, in the order of their keys.
    pub offices: Vec<(String, Line)>,
    /// The sum of everything.
    pub total: Line,
}

/// The procedures that stand in a report under the field of one of them; that one alone when its field is not known.
pub fn procedures_of_field(directory: &Directory, code: &str, as_of: Day) -> Vec<String> {
    let field = |code: &str| directory.procedure_near(code, as_of).map(|one| one.field_vi.as_str());
    let Ok(wanted) = field(code) else { return vec![code.to_owned()] };
    let mut codes: Vec<String> = directory.procedures.iter().map(|one| one.code.clone()).collect();
    codes.dedup();
    codes.retain(|code| field(code) == Ok(wanted));
    codes
}

/// How far a report of a period can tell today: the day, and whether it is over. None before the period begins.
pub fn closing(period: Period, today: Day) -> Option<(Day, bool)> {
    match () {
        () if today > period.last_day() => Some((period.last_day(), true)),
        () if today >= period.first_day() => Some((today, false)),
        () => None,
    }
}

impl Report {
    /// Makes a report of sums by office and procedure. Procedures are named as they were on the closing day.
    ///
    /// # Errors
    /// [`Unbalanced`].
    pub fn new(
        period: Period,
        (as_of, closed): (Day, bool),
        sums: impl IntoIterator<Item = (String, String, Sums)>,
        directory: &Directory,
    ) -> Result<Self, Unbalanced> {
        let mut by_procedure: BTreeMap<String, Line> = BTreeMap::new();
        let mut offices: BTreeMap<String, Line> = BTreeMap::new();
        let mut total = Line::default();
        for (office, procedure, sums) in sums {
            let line = sums.line(closed)?;
            if line.is_empty() {
                continue;
            }
            total.add(&line);
            offices.entry(office).or_default().add(&line);
            by_procedure.entry(procedure).or_default().add(&line);
        }
        let mut fields: BTreeMap<String, Field> = BTreeMap::new();
        for (code, line) in by_procedure {
            let known = directory.procedure_near(&code, as_of).ok();
            let field_vi = known.map(|procedure| procedure.field_vi.clone()).unwrap_or_default();
            let name = known.map_or_else(|| code.clone(), |procedure| procedure.short_name_vi.clone());
            let field = fields.entry(field_vi.clone()).or_insert_with(|| Field {
                field_vi,
                procedures: Vec::new(),
                total: Line::default(),
            });
            field.total.add(&line);
            field.procedures.push((code, name, line));
        }
        let (fields, offices) = (fields.into_values().collect(), offices.into_iter().collect());
        Ok(Self { period, as_of, closed, fields, offices, total })
    }
}
