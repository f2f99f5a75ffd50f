//! One case, told step by step: every step comes after the one before, and what would be after the end is not told. Its
//! clock is the product's own, so that the script knows the date that holds.

use hailong_core::{
    serve::{
        clock::{Clock, ClockEvent, PauseReason},
        deadline,
        procedure::{Limit, Procedure, Unit},
        regime::Regime,
    },
    time::{Day, Instant},
};

use super::{
    Act, Scope, Step,
    day::{hour, in_hours, later},
};
use crate::demo::chance::Chance;

/// Least time between two steps of a case, in seconds.
const BETWEEN: i64 = 20;
/// What an official promises where no limit is published, in working days.
pub(in crate::demo) const TYPED_DAYS: u16 = 10;
/// Working days in which another body must answer, where its law names no term.
const ANSWER_DAYS: u16 = 5;

pub(super) struct Story<'s> {
    pub(super) scope: Scope<'s>,
    pub(super) of: u32,
    pub(super) chance: Chance,
    /// When the last step was.
    pub(super) last: Instant,
    clock: Option<Clock>,
    pub(super) steps: Vec<Step>,
}

impl<'s> Story<'s> {
    pub(super) fn new(scope: Scope<'s>, of: u32, chance: Chance, came: Instant) -> Self {
        let last = came.plus_seconds(-BETWEEN);
        Self { scope, of, chance, last, clock: None, steps: Vec::new() }
    }

    /// Something happens then, or as soon as it can after what happened before. Returns when.
    pub(super) fn tell(&mut self, at: Instant, act: Act) -> Instant {
        let at = at.max(self.last.plus_seconds(BETWEEN));
        self.last = at;
        if at < self.scope.end {
            self.steps.push(Step { at, of: self.of, act });
        }
        at
    }

    /// Something happens so many working days from now.
    pub(super) fn tell_later(&mut self, working_days: usize, act: Act) -> Instant {
        self.tell(self.later(working_days), act)
    }

    /// A number of working days, from `least` up to `most`.
    pub(super) fn some(&self, least: usize, most: usize) -> usize {
        least + self.chance.below(most - least + 1)
    }

    /// A moment so many working days after the last step.
    pub(super) fn later(&self, working_days: usize) -> Instant {
        later(self.last, working_days, self.scope.days, &self.chance).unwrap_or(self.scope.end)
    }

    /// Whether so many working days may go by and the result is still in time, with a day to spare.
    pub(super) fn has_room(&self, working_days: u32) -> bool {
        let then = self.scope.calendar.nth_working_after(self.last.day(), working_days + 1);
        then.is_ok_and(|day| day < self.due().day())
    }

    /// The time begins to run.
    pub(super) fn accept(&mut self, limit: Limit) {
        let regime = Regime::on(self.last.day());
        self.clock = Clock::start(self.last, limit, regime, self.scope.calendar).ok();
    }

    /// The time stands still from the last step on.
    pub(super) fn stand_still(&mut self, reason: PauseReason) {
        self.push(ClockEvent::Paused { at: self.last, reason });
    }

    /// It goes on with the last step.
    pub(super) fn go_on(&mut self) {
        if let Some(event) = self.clock.as_ref().map(|clock| clock.going_on(self.last)) {
            self.push(event);
        }
    }

    /// The law gives more time with the last step.
    pub(super) fn extend(&mut self, by: Limit) {
        self.push(ClockEvent::Extended { at: self.last, by });
    }

    fn push(&mut self, event: ClockEvent) {
        // What does not fit here is refused when it is played, and that stops the demo.
        let _ = self.clock.as_mut().map(|clock| clock.push(event));
    }

    /// The date that holds.
    pub(super) fn due(&self) -> Instant {
        let dates = self.clock.as_ref().and_then(|clock| clock.dates(self.last, self.scope.calendar).ok());
        dates.map_or(self.scope.end, |dates| dates.adjusted)
    }

    /// A moment between the last step and the due date: work is spread over the time that was promised, most of it near
    /// the end.
    pub(super) fn in_time(&self) -> Instant {
        let due = self.due();
        let share = 1.0 - 0.75 * self.chance.unit() * self.chance.unit();
        self.between(due, share).min(due)
    }

    /// The moment at a share of the time from the last step to another one, in opening hours.
    pub(super) fn between(&self, until: Instant, share: f64) -> Instant {
        let span = (until.0 - self.last.0).max(0) as f64;
        let wanted = Instant(self.last.0 + (span * share) as i64);
        let found = in_hours(wanted, self.scope.calendar, &self.chance);
        found.filter(|&at| at > self.last).unwrap_or(wanted)
    }

    /// A moment on a working day before the day of the due date, if one is left.
    pub(super) fn day_before_due(&self) -> Option<Instant> {
        let due = self.due().day();
        let mut before = (1..8).map(|back| due.plus(-back));
        let day: Day = before.find(|&day| self.scope.calendar.is_working(day))?;
        Some(hour(day, &self.chance)).filter(|&at| at > self.last)
    }
}

/// The limit by its position; where none is published, what is promised by hand.
pub(super) fn limit_of(procedure: &Procedure, position: u8) -> Limit {
    let published = procedure.limits.get(usize::from(position)).cloned();
    published.unwrap_or_else(|| Limit::new(TYPED_DAYS, Unit::WorkingDays))
}

/// By when a body that is asked at a moment must answer: as the sector's law says, or within a week of work.
pub(in crate::demo) fn answer_by(
    procedure: &Procedure,
    at: Instant,
    calendar: &hailong_core::serve::calendar::Calendar,
) -> Instant {
    let named = procedure.sector.silence.first().map(|silence| silence.within.limit());
    let limit = named.unwrap_or_else(|| Limit::new(ANSWER_DAYS, Unit::WorkingDays));
    deadline::due(at, &limit, calendar).unwrap_or_else(|_| at.plus_seconds(7 * 86_400))
}
