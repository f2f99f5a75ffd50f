//! The ledger of a clock: one line a day, from reception to the date that holds, with every stop, restart and extension.

use super::{
    calendar::{Calendar, CalendarError, DayOff},
    clock::{Clock, Stretch, extended, opening_minutes},
    deadline::{self, Ledger, Line, Term, Why},
    procedure::Limit,
};
use crate::time::{Day, Instant};

impl Clock {
    /// The date that holds ([`super::clock::Dates::adjusted`]) and how it came about, day by day. While the time stands
    /// still it is what it would be if it went on at `now`.
    ///
    /// # Errors
    /// [`CalendarError::Beyond`] when the calendar does not reach it.
    pub fn ledger(&self, now: Instant, calendar: &Calendar) -> Result<Ledger, CalendarError> {
        let calendar = &*self.calendar(calendar);
        let due = self.dates(now, calendar)?.adjusted;
        let mut ledger = if self.paused().is_none() && self.stretches(now).len() == 1 {
            deadline::derive(self.received, &self.limit, calendar)?
        } else {
            let mut book = Book { lines: Vec::new(), calendar, limit: &self.limit, number: 0 };
            book.stretches(&self.stretches(now), due);
            Ledger { due, lines: book.lines }
        };
        let mut reached = ledger.lines.last().map_or(self.received.day(), |line| line.day);
        for by in self.extensions() {
            let from = calendar.closing(reached);
            let end = extended(from, by, calendar)?.day();
            let mut number = 0;
            for day in (reached.0 + 1..=end.0).map(Day) {
                let counts = by.unit != super::procedure::Unit::WorkingDays || calendar.is_working(day);
                number += u16::from(counts);
                let why = if counts { Why::Extended(number) } else { off(calendar, day) };
                ledger.lines.push(Line { day, why, counted: counts });
            }
            reached = reached.max(end);
        }
        ledger.lines.retain(|line| line.day <= due.day());
        if ledger.lines.last().is_none_or(|line| line.day < due.day()) {
            ledger.lines.push(Line { day: due.day(), why: Why::Kept, counted: false });
        }
        ledger.due = due;
        Ok(ledger)
    }
}

struct Book<'a> {
    lines: Vec<Line>,
    calendar: &'a Calendar,
    limit: &'a Limit,
    /// Units counted so far in this pass.
    number: u16,
}

impl Book<'_> {
    fn push(&mut self, day: Day, why: Why, counted: bool) {
        self.lines.push(Line { day, why, counted });
    }

    fn stretches(&mut self, stretches: &[Stretch], due: Instant) {
        let last_anew = stretches.iter().rposition(|stretch| stretch.anew).unwrap_or(0);
        self.push(stretches[0].from.day(), Why::Received, false);
        for (at, stretch) in stretches.iter().enumerate() {
            if at > 0 {
                self.number = if stretch.anew { 0 } else { self.number };
                let why = if stretch.anew { Why::BegunAnew } else { Why::WentOn };
                self.push(stretch.from.day(), why, false);
            }
            let until = stretch.stop.map_or(due.day(), |(stop, _)| stop.day());
            self.run(stretch, until, at >= last_anew);
            if let (Some((stop, reason)), Some(next)) = (stretch.stop, stretches.get(at + 1)) {
                let stood = (stop.day().0 + 1..next.from.day().0).map(Day);
                if stop.day() == next.from.day() {
                    self.push(stop.day(), Why::Paused(reason), false);
                }
                for day in stood {
                    self.push(day, Why::Paused(reason), false);
                }
            }
        }
    }

    /// The days that ran after the first of a stretch, up to and with the day it stopped. `holds`: not annulled later.
    fn run(&mut self, stretch: &Stretch, until: Day, holds: bool) {
        match deadline::term_of_parts(self.limit) {
            Term::Minutes(_) => self.run_minutes(stretch, until, holds),
            term => {
                let working = matches!(term, Term::WorkingDays(_) | Term::SameDay);
                for day in (stretch.from.day().0 + 1..=until.0).map(Day) {
                    if working && !self.calendar.is_working(day) {
                        self.push(day, off(self.calendar, day), false);
                    } else {
                        self.number += 1;
                        let why = if holds { Why::Counted(self.number) } else { Why::Annulled(self.number) };
                        self.push(day, why, holds);
                    }
                }
            }
        }
    }

    fn run_minutes(&mut self, stretch: &Stretch, until: Day, holds: bool) {
        let end = stretch.stop.map_or(self.calendar.closing(until), |(stop, _)| stop);
        for day in (stretch.from.day().0..=until.0).map(Day) {
            if !self.calendar.is_working(day) {
                self.push(day, off(self.calendar, day), false);
                continue;
            }
            let begin = stretch.from.max(Instant::at(day, crate::time::Minute(0)));
            let minutes = opening_minutes(begin, end.min(self.calendar.closing(day)), self.calendar);
            let minutes = u16::try_from(minutes).unwrap_or(u16::MAX);
            if minutes > 0 {
                self.push(day, Why::MinutesCounted(minutes), holds);
            }
        }
    }
}

fn off(calendar: &Calendar, day: Day) -> Why {
    match calendar.why_off(day) {
        Some(DayOff::Holiday(name)) => Why::Holiday(name.to_owned()),
        _ => Why::Weekend,
    }
}
