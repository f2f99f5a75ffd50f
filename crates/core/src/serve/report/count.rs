//! What an event adds to the counts that reports are made from, per office of reception, procedure and day. A function
//! of the event alone.
//!
//! A case counts from its receipt to its end. In between its time runs towards a day, or stands still. Two sums tell how
//! many are overdue at the close of any day, without looking at a case: those that missed their day (`missed`, entered at
//! that day when the time begins, and taken back when the case ends or stops by then) less those that ended or stopped
//! later (`caught`, entered when they did).

use super::{Line, Period, Unbalanced};
use crate::{
    event::{CaseRef, Event},
    serve::case::{ClockMoved, Reception, State, TakenOver},
    time::{Day, Instant},
};

/// The counts of one office, procedure and day; also what an event adds to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Receipts given, by [`Reception::ALL`].
    pub received: [i64; Reception::ALL.len()],
    /// Cases taken over from another system with their receipt, not yet finished.
    pub taken_over: i64,
    /// Resolved on a day before the one they were due.
    pub early: i64,
    /// Resolved on the day they were due, in time.
    pub on_time: i64,
    /// Resolved later than due.
    pub late: i64,
    /// Refused after the receipt.
    pub refused: i64,
    /// Withdrawn by the applicant after the receipt.
    pub withdrawn: i64,
    /// Stopped by the office.
    pub stopped: i64,
    /// Whose time came to stand still, less those whose time goes on.
    pub waiting: i64,
    /// Due on this day and not done by its end.
    pub missed: i64,
    /// Past their day, and ended or stopped on this day.
    pub caught: i64,
}

/// What an event enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Office of reception.
    pub office_id: String,
    /// Procedure code; empty for events of the first version of the program, which did not say it.
    pub procedure: String,
    /// By day, each day once.
    pub days: Vec<(Day, Counts)>,
}

/// Whether a case counts, and whether its time runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Not yet received, or ended.
    Out,
    /// Runs towards this day.
    Runs(Day),
    /// Received, and the time stands still.
    Waits,
}

impl Counts {
    /// The columns with their stable names, as tables have them.
    pub const COLUMNS: [&'static str; 15] = [
        "counter",
        "post",
        "online",
        "mobile",
        "on_site",
        "taken_over",
        "early",
        "on_time",
        "late",
        "refused",
        "withdrawn",
        "stopped",
        "waiting",
        "missed",
        "caught",
    ];

    /// The counts in the order of [`Self::COLUMNS`].
    pub fn to_row(self) -> [i64; 15] {
        let [counter, post, online, mobile, on_site] = self.received;
        [
            counter,
            post,
            online,
            mobile,
            on_site,
            self.taken_over,
            self.early,
            self.on_time,
            self.late,
            self.refused,
            self.withdrawn,
            self.stopped,
            self.waiting,
            self.missed,
            self.caught,
        ]
    }

    /// Reads what [`Self::to_row`] gives.
    pub fn from_row(row: [i64; 15]) -> Self {
        let [counter, post, online, mobile, on_site, taken_over, rest @ ..] = row;
        let [early, on_time, late, refused, withdrawn, stopped, waiting, missed, caught] = rest;
        let received = [counter, post, online, mobile, on_site];
        Self {
            received,
            taken_over,
            early,
            on_time,
            late,
            refused,
            withdrawn,
            stopped,
            waiting,
            missed,
            caught,
        }
    }

    /// Adds other counts.
    pub fn add(&mut self, other: &Self) {
        let mut row = self.to_row();
        row.iter_mut().zip(other.to_row()).for_each(|(sum, n)| *sum += n);
        *self = Self::from_row(row);
    }

    /// What is counted here and not in others.
    #[must_use]
    pub fn less(self, other: &Self) -> Self {
        let mut row = self.to_row();
        row.iter_mut().zip(other.to_row()).for_each(|(sum, n)| *sum -= n);
        Self::from_row(row)
    }

    /// Receipts given in any way.
    pub fn received_in_all(&self) -> i64 {
        self.received.iter().sum()
    }

    /// Cases that ended in any way.
    pub fn ended(&self) -> i64 {
        self.early + self.on_time + self.late + self.refused + self.withdrawn + self.stopped
    }
}

impl Entered {
    fn of(of: &CaseRef) -> Self {
        Self { office_id: of.office_id.clone(), procedure: of.procedure.clone(), days: Vec::new() }
    }

    fn add(&mut self, day: Day, counts: Counts) {
        match self.days.iter_mut().find(|(known, _)| *known == day) {
            Some((_, sum)) => sum.add(&counts),
            None => self.days.push((day, counts)),
        }
    }

    /// On a day a case came to stand otherwise.
    fn moves(&mut self, day: Day, before: Standing, after: Standing) {
        if before == after {
            return;
        }
        for (standing, n) in [(before, -1), (after, 1)] {
            match standing {
                Standing::Out => {}
                Standing::Waits => self.add(day, Counts { waiting: n, ..Counts::default() }),
                Standing::Runs(due) if day <= due => {
                    self.add(due, Counts { missed: n, ..Counts::default() });
                }
                Standing::Runs(_) => self.add(day, Counts { caught: -n, ..Counts::default() }),
            }
        }
    }

    fn found(mut self) -> Option<Self> {
        self.days.retain(|(_, counts)| *counts != Counts::default());
        if self.days.is_empty() { None } else { Some(self) }
    }
}

/// What an event enters; nothing when reports do not look at it.
pub fn entered(at: Instant, event: &Event) -> Option<Entered> {
    let day = at.day();
    let one = Counts::default();
    let (of, after, counts) = match event {
        Event::CaseTakenOver(taken) => return taken_over(day, taken).found(),
        Event::CaseAccepted(accepted) => {
            let mut counts = Counts::default();
            counts.received[place(accepted.reception)] = 1;
            (&accepted.of, Standing::Runs(accepted.due.day()), counts)
        }
        Event::SupplementRequested(request) => {
            let moved = request.moved.as_ref()?;
            (&request.of, standing(moved), Counts::default())
        }
        Event::SupplementReceived(received) => {
            (&received.moved.of, standing(&received.moved), Counts::default())
        }
        Event::CasePaused(moved)
        | Event::CaseResumed(moved)
        | Event::CaseExtended(moved)
        | Event::CaseDueMoved(moved) => (&moved.of, standing(moved), Counts::default()),
        Event::ApologySent(apology) => (&apology.moved.of, standing(&apology.moved), Counts::default()),
        Event::CaseFinished { of, on_time, .. } => (of, Standing::Out, resolved(of, *on_time, day)),
        Event::CaseRefused { of, .. } => (of, Standing::Out, Counts { refused: 1, ..one }),
        Event::CaseWithdrawn(ended) => (&ended.of, Standing::Out, Counts { withdrawn: 1, ..one }),
        Event::CaseStopped(ended) => (&ended.of, Standing::Out, Counts { stopped: 1, ..one }),
        _ => return None,
    };
    let before = match of.due {
        Some(due) => Standing::Runs(due.day()),
        None if of.waiting => Standing::Waits,
        None => Standing::Out,
    };
    // What ends without ever having been received is not in the report's sums.
    if before == Standing::Out && after == Standing::Out {
        return None;
    }
    let mut entered = Entered::of(of);
    entered.add(day, counts);
    entered.moves(day, before, after);
    entered.found()
}

fn standing(moved: &ClockMoved) -> Standing {
    moved.due.map_or(Standing::Waits, |due| Standing::Runs(due.day()))
}

/// Due dates lie on working days: what is done on an earlier day is at least one working day early.
fn resolved(of: &CaseRef, on_time: bool, day: Day) -> Counts {
    match (on_time, of.due) {
        (false, _) => Counts { late: 1, ..Counts::default() },
        (true, Some(due)) if day < due.day() => Counts { early: 1, ..Counts::default() },
        (true, _) => Counts { on_time: 1, ..Counts::default() },
    }
}

/// What was finished in the other system was reported there.
fn taken_over(day: Day, taken: &TakenOver) -> Entered {
    let opened = &taken.opened;
    let mut entered = Entered {
        office_id: opened.office_id.clone(),
        procedure: opened.procedure.clone(),
        days: Vec::new(),
    };
    let Some(receipt) = taken.accepted.as_ref().filter(|_| taken.state != State::Finished) else {
        return entered;
    };
    entered.add(day, Counts { taken_over: 1, ..Counts::default() });
    let stands = receipt.clock.paused().is_some();
    let after = if stands { Standing::Waits } else { Standing::Runs(receipt.due.day()) };
    entered.moves(day, Standing::Out, after);
    entered
}

fn place(reception: Reception) -> usize {
    Reception::ALL.iter().position(|one| *one == reception).unwrap_or_default()
}

/// Sums of counts, as a report's line needs them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Received (or taken over) and not ended before the first day.
    pub before: i64,
    /// What was counted from the first day to the closing day; of [`Counts::waiting`], [`Counts::missed`] and
    /// [`Counts::caught`], what was counted up to the closing day.
    pub counts: Counts,
    /// [`Counts::missed`] of the closing day alone.
    pub missed_last: i64,
}

impl Sums {
    /// The sums over days, of a period that begins on `first` and is looked at as it stood on `closing`.
    pub fn of(days: impl IntoIterator<Item = (Day, Counts)>, first: Day, closing: Day) -> Self {
        let mut sums = Self::default();
        for (day, counts) in days.into_iter().filter(|(day, _)| *day <= closing) {
            let (waiting, missed, caught) = (counts.waiting, counts.missed, counts.caught);
            if day < first {
                sums.before += counts.received_in_all() + counts.taken_over - counts.ended();
                sums.counts.add(&Counts { waiting, missed, caught, ..Counts::default() });
            } else {
                sums.counts.add(&counts);
            }
            if day == closing {
                sums.missed_last += missed;
            }
        }
        sums
    }

    /// The same of totals since the beginning: of the days before the first, before the closing day, and to its end.
    pub fn of_totals(before: &Counts, until_closing: &Counts, to_its_end: &Counts) -> Self {
        let Counts { waiting, missed, caught, .. } = *to_its_end;
        Self {
            before: before.received_in_all() + before.taken_over - before.ended(),
            counts: Counts { waiting, missed, caught, ..to_its_end.less(before) },
            missed_last: missed - until_closing.missed,
        }
    }

    /// The line that these sums make. `closed`: the closing day is over, so what was due on it is overdue.
    ///
    /// # Errors
    /// [`Unbalanced`] when a count would be negative.
    pub fn line(&self, closed: bool) -> Result<Line, Unbalanced> {
        Line::new(self, closed)
    }
}

/// The line of one case: its own history in the columns of a report. The lines of all cases add up to the report, so that
/// the cases behind a figure are those whose own line has it.
///
/// # Errors
/// [`Unbalanced`] when its history is not whole.
pub fn line_of_case<'a>(
    history: impl IntoIterator<Item = (Instant, &'a Event)>,
    period: Period,
    (as_of, closed): (Day, bool),
) -> Result<Line, Unbalanced> {
    let entered = history.into_iter().filter_map(|(at, event)| entered(at, event));
    Sums::of(entered.flat_map(|entered| entered.days), period.first_day(), as_of).line(closed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn totals_say_what_the_days_say(
            rows in prop::collection::vec((0_i32..12, prop::array::uniform15(-3_i64..9)), 0..30),
            first in 0_i32..12,
            length in 0_i32..6,
        ) {
            let days = || rows.iter().map(|(day, row)| (Day(*day), Counts::from_row(*row)));
            let total_before = |end: i32| {
                let mut total = Counts::default();
                days().filter(|(day, _)| day.0 < end).for_each(|(_, counts)| total.add(&counts));
                total
            };
            let closing = first + length;
            let found = Sums::of_totals(&total_before(first), &total_before(closing), &total_before(closing + 1));
            prop_assert_eq!(found, Sums::of(days(), Day(first), Day(closing)));
        }
    }
}
