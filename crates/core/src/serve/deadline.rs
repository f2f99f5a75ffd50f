//! The due date of a case, and the ledger that shows how it came about, line by line.
//!
//! The day of reception is not counted (Bộ luật Dân sự 2015, art. 147). Working days count working days. Calendar days
//! count every day; when the last falls on a day off, the term ends with the next working day (art. 148). A term in
//! days ends when the office closes. "The same day" holds for what was received by 15:00 of a working day; later, or on
//! a day off, it is the next working day. Hours count only while the office is open.

use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, CalendarError, DayOff};
use super::procedure::{Limit, Unit};
use crate::time::{Day, Instant, Minute};

/// What is received after this minute of the day need not be finished the same day.
pub const SAME_DAY_UNTIL: Minute = Minute(15 * 60);

/// How a due date came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// When the result is due.
    pub due: Instant,
    /// One line a day, in order; the day of reception may have two.
    pub lines: Vec<Line>,
}

/// One day of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The day.
    pub day: Day,
    /// What it is in the count.
    pub why: Why,
    /// Whether it counts.
    pub counted: bool,
}

/// What a day is in the count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The day of reception: not counted.
    Received,
    /// The n-th day counted.
    Counted(u16),
    /// The n-th day counted, a Saturday worked for a weekday off.
    SwappedWorkingSaturday(u16),
    /// Saturday or Sunday.
    Weekend,
    /// A day off, with its name.
    Holiday(String),
    /// The last day fell on a day off, so the term ends here, on the next working day.
    LastDayMoved,
    /// Due on the day of reception.
    SameDay,
    /// Received after 15:00, so due on this next working day.
    After15NextDay,
    /// Received on a day off, so due on this next working day.
    DayOffNextDay,
    /// Minutes of opening hours counted on this day.
    MinutesCounted(u16),
}

/// Derives the due moment with its ledger.
pub fn derive(from: Instant, limit: &Limit, calendar: &Calendar) -> Result<Ledger, CalendarError> {
    let due = due(from, limit, calendar)?;
    let mut ledger = Ledger { due, lines: Vec::new() };
    ledger.push(from.day(), Why::Received, false);
    match term(limit) {
        Term::SameDay => ledger.same_day(from, calendar),
        Term::WorkingDays(_) => ledger.working_days(from.day(), calendar),
        Term::Days(value) => ledger.calendar_days(from.day(), value, calendar),
        Term::Minutes(value) => ledger.minutes(from, value, calendar)?,
    }
    Ok(ledger)
}

/// The due moment alone: the same as in the ledger of [`derive`], without its lines.
pub fn due(from: Instant, limit: &Limit, calendar: &Calendar) -> Result<Instant, CalendarError> {
    let received = from.day();
    let last = match term(limit) {
        Term::SameDay if after_three(from) => calendar.next_working(received)?,
        Term::SameDay => calendar.working_from(received)?,
        Term::WorkingDays(value) => calendar.nth_working_after(received, u32::from(value))?,
        Term::Days(value) => {
            // Asked first, so that a reception before the first year is refused even when the term ends within it.
            calendar.working_from(received)?;
            calendar.working_from(received.plus(i32::from(value)))?
        }
        Term::Minutes(value) => {
            let mut due = from;
            count_minutes(from, value, calendar, |_, _, until| due = until)?;
            return Ok(due);
        }
    };
    Ok(calendar.closing(last))
}

/// A limit as it is counted.
enum Term {
    SameDay,
    WorkingDays(u16),
    Days(u16),
    Minutes(u32),
}

fn term(limit: &Limit) -> Term {
    match (limit.unit, limit.value) {
        // Zero days is what the published data writes for "the same day".
        (Unit::SameDay, _) | (Unit::WorkingDays | Unit::Days, 0) => Term::SameDay,
        (Unit::WorkingDays, value) => Term::WorkingDays(value),
        (Unit::Days, value) => Term::Days(value),
        (Unit::Hours, value) => Term::Minutes(u32::from(value) * 60),
    }
}

fn after_three(from: Instant) -> bool {
    from > Instant::at(from.day(), SAME_DAY_UNTIL)
}

/// Counts minutes of opening hours and tells, for each stretch, its day, its minutes and where it ends.
fn count_minutes(
    from: Instant,
    total: u32,
    calendar: &Calendar,
    mut tell: impl FnMut(Day, u16, Instant),
) -> Result<(), CalendarError> {
    let mut day = from.day();
    // Whole minutes are counted; the one that had begun at reception is left out.
    let mut start = from.minute();
    if Instant::at(day, start) < from {
        start = Minute(start.0 + 1);
    }
    let mut left = total;
    loop {
        if calendar.working_from(day)? == day {
            let hours = calendar.hours();
            for (opens, closes) in [hours.morning, hours.afternoon] {
                let begin = opens.max(start);
                if begin >= closes {
                    continue;
                }
                let taken = left.min(u32::from(closes.0 - begin.0)) as u16;
                left -= u32::from(taken);
                tell(day, taken, Instant::at(day, Minute(begin.0 + taken)));
                if left == 0 {
                    return Ok(());
                }
            }
        }
        day = day.plus(1);
        start = Minute(0);
    }
}

impl Ledger {
    fn push(&mut self, day: Day, why: Why, counted: bool) {
        self.lines.push(Line { day, why, counted });
    }

    fn push_off(&mut self, day: Day, off: DayOff<'_>) {
        let why = match off {
            DayOff::Weekend => Why::Weekend,
            DayOff::Holiday(name) => Why::Holiday(name.to_owned()),
        };
        self.push(day, why, false);
    }

    /// The days off after `from` and before `to`.
    fn push_off_between(&mut self, from: Day, to: Day, calendar: &Calendar) {
        for day in (from.0 + 1..to.0).map(Day) {
            if let Some(off) = calendar.why_off(day) {
                self.push_off(day, off);
            }
        }
    }

    fn same_day(&mut self, from: Instant, calendar: &Calendar) {
        let (received, last) = (from.day(), self.due.day());
        let why = if received == last {
            Why::SameDay
        } else if let Some(off) = calendar.why_off(received) {
            self.push_off(received, off);
            Why::DayOffNextDay
        } else {
            Why::After15NextDay
        };
        self.push_off_between(received, last, calendar);
        self.push(last, why, true);
    }

    fn working_days(&mut self, received: Day, calendar: &Calendar) {
        let mut number = 0;
        for day in (received.0 + 1..=self.due.day().0).map(Day) {
            match calendar.why_off(day) {
                Some(off) => self.push_off(day, off),
                None => {
                    number += 1;
                    let swapped = calendar.is_swapped(day);
                    let why =
                        if swapped { Why::SwappedWorkingSaturday(number) } else { Why::Counted(number) };
                    self.push(day, why, true);
                }
            }
        }
    }

    fn calendar_days(&mut self, received: Day, value: u16, calendar: &Calendar) {
        for number in 1..=value {
            self.push(received.plus(i32::from(number)), Why::Counted(number), true);
        }
        let (last, due) = (received.plus(i32::from(value)), self.due.day());
        if last != due {
            // The last counted day is shown again as what it is: the reason why the term moves.
            self.push_off_between(last.plus(-1), due, calendar);
            self.push(due, Why::LastDayMoved, false);
        }
    }

    fn minutes(&mut self, from: Instant, total: u32, calendar: &Calendar) -> Result<(), CalendarError> {
        let mut days: Vec<(Day, u16)> = Vec::new();
        count_minutes(from, total, calendar, |day, minutes, _| match days.last_mut() {
            Some((known, sum)) if *known == day => *sum += minutes,
            _ => days.push((day, minutes)),
        })?;
        let mut before = from.day().plus(-1);
        for (day, minutes) in days {
            self.push_off_between(before, day, calendar);
            self.push(day, Why::MinutesCounted(minutes), minutes > 0);
            before = day;
        }
        Ok(())
    }
}
