//! The clock of a case: what was received when, under which rules, and everything that stopped, restarted or lengthened
//! the time since. It is only ever added to; every date is a function of it and of the calendar.
//!
//! The day on which the time stops still counts; the day on which it goes on is like a day of reception and does not.
//! So the days after the stop, up to and with the day of going on, are left out, and a stop within one day moves nothing.
//! Hours are exact: opening minutes while the time stands still are left out.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{
    calendar::{Calendar, CalendarError, Hours},
    deadline::{self, Term},
    procedure::Limit,
    regime::Regime,
};
use crate::{
    refusal::Refusal,
    time::{Day, Instant, Minute},
};

/// Why the time of a case stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Waits for the applicant's documents.
    Supplement,
    /// Waits for the applicant's taxes or fees (nghĩa vụ tài chính).
    FinancialDuty,
    /// Publicly posted for objections (niêm yết).
    Posting,
    /// With an appointed expert (trưng cầu giám định).
    ExpertOpinion,
    /// A violation is being dealt with first.
    Violation,
}

impl PauseReason {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::Supplement, Self::FinancialDuty, Self::Posting, Self::ExpertOpinion, Self::Violation];

    /// Stable name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Supplement => "supplement",
            Self::FinancialDuty => "financial_duty",
            Self::Posting => "posting",
            Self::ExpertOpinion => "expert_opinion",
            Self::Violation => "violation",
        }
    }

    /// The reason with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }
}

/// Something that happened to the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ClockEvent {
    /// The time stands still from here.
    Paused {
        /// When.
        at: Instant,
        /// Why.
        reason: PauseReason,
    },
    /// The time goes on.
    Resumed {
        /// When.
        at: Instant,
        /// From the beginning (NĐ 61/2018 đ.19.4) instead of where it stopped.
        restart: bool,
    },
    /// The law itself gives more time in a stated case, with notice.
    Extended {
        /// When that was decided.
        at: Instant,
        /// By how much.
        by: Limit,
    },
    /// A new date was promised with an apology.
    Reappointed {
        /// When.
        at: Instant,
        /// The new date.
        to: Instant,
    },
    /// A decision on days off changed the calendar after a date had been told.
    Recalculated {
        /// When the case was reckoned anew.
        at: Instant,
        /// The date told before, or the later one that the new calendar gives: it never comes earlier.
        due: Instant,
        /// The decision, by its name.
        decision: String,
    },
}

impl ClockEvent {
    /// When it happened.
    pub const fn at(&self) -> Instant {
        match self {
            Self::Paused { at, .. }
            | Self::Resumed { at, .. }
            | Self::Extended { at, .. }
            | Self::Reappointed { at, .. }
            | Self::Recalculated { at, .. } => *at,
        }
    }
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Complete reception.
    pub received: Instant,
    /// The limit that applies.
    pub limit: Limit,
    /// The rules in force at reception.
    pub regime: Regime,
    /// The date printed on the receipt.
    pub printed: Instant,
    /// Opening hours at reception, where they were not the usual ones. They hold to the end: new hours of the office move
    /// no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// What happened since, in order.
    #[serde(default)]
    pub events: Vec<ClockEvent>,
}

/// The four dates of a case; they are never mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// What the law gives from reception with its extensions, as if nothing had stopped the time.
    pub statutory: Instant,
    /// What was last promised on paper: the receipt's date, or the apology's.
    pub promised: Instant,
    /// What holds after pauses, restarts, statutory extensions and new days off; never earlier than the receipt's date.
    /// In time or late is judged by this one, which an apology does not move.
    pub adjusted: Instant,
    /// The date by which the national index (QĐ 766/QĐ-TTg) counts: the receipt's date and the time spent waiting for
    /// supplements, without restarts.
    pub index: Instant,
}

/// A stretch of time that ran, and the stop that ended it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// When it began: reception, or going on after a stop.
    pub(super) from: Instant,
    /// When and why it stopped; none while it runs.
    pub(super) stop: Option<(Instant, PauseReason)>,
    /// Whether the whole limit is counted from here.
    pub(super) anew: bool,
}

impl Clock {
    /// The clock of a case just received, with the date that is printed on its receipt.
    ///
    /// # Errors
    /// [`CalendarError::Beyond`] when the calendar does not reach the due date.
    pub fn start(
        received: Instant,
        limit: Limit,
        regime: Regime,
        calendar: &Calendar,
    ) -> Result<Self, CalendarError> {
        let printed = deadline::due(received, &limit, calendar)?;
        Ok(Self { received, limit, regime, printed, hours: calendar.own_hours(), events: Vec::new() })
    }

    /// The calendar with the opening hours of this clock.
    pub fn calendar<'a>(&self, calendar: &'a Calendar) -> Cow<'a, Calendar> {
        if self.hours == calendar.own_hours() {
            return Cow::Borrowed(calendar);
        }
        Cow::Owned(calendar.with_hours(self.hours))
    }

    /// Adds what happened.
    ///
    /// # Errors
    /// [`Refusal::ClockOrder`] when it does not fit: pauses never overlap, and time does not run backwards.
    /// [`Refusal::ReappointedAlready`]: from 2018 on a new date is named at most once (NĐ 61/2018 đ.19.9).
    /// [`Refusal::AppointmentTooEarly`]: a promise never moves earlier.
    pub fn push(&mut self, event: ClockEvent) -> Result<(), Refusal> {
        let last = self.events.last().map_or(self.received, ClockEvent::at);
        let stands = self.paused().is_some();
        let fits = match &event {
            ClockEvent::Paused { .. } | ClockEvent::Extended { .. } => !stands,
            ClockEvent::Resumed { .. } => stands,
            ClockEvent::Recalculated { .. } => true,
            ClockEvent::Reappointed { to, .. } => {
                if self.regime.new_dates().is_some_and(|most| self.reappointments() >= most) {
                    return Err(Refusal::ReappointedAlready);
                }
                if *to <= self.promised() {
                    return Err(Refusal::AppointmentTooEarly);
                }
                !stands
            }
        };
        if !fits || event.at() < last {
            return Err(Refusal::ClockOrder);
        }
        self.events.push(event);
        Ok(())
    }

    /// Why the time stands still now; none while it runs.
    pub fn paused(&self) -> Option<PauseReason> {
        self.events.iter().rev().find_map(|event| match event {
            ClockEvent::Paused { reason, .. } => Some(Some(*reason)),
            ClockEvent::Resumed { .. } => Some(None),
            _ => None,
        })?
    }

    /// How the time goes on at a moment: from where it stood, or from the beginning where the regime says so after a
    /// supplement.
    pub fn going_on(&self, at: Instant) -> ClockEvent {
        let asked = self.paused() == Some(PauseReason::Supplement);
        ClockEvent::Resumed { at, restart: asked && self.regime.restarts_after_supplement() }
    }

    /// How often the time stood still for a supplement. The national index counts a case with more than one such request
    /// as late, whatever the dates say.
    pub fn supplement_pauses(&self) -> usize {
        let is =
            |event: &&ClockEvent| matches!(event, ClockEvent::Paused { reason: PauseReason::Supplement, .. });
        self.events.iter().filter(is).count()
    }

    /// The four dates. While the time stands still they are what they would be if it went on at `now`.
    ///
    /// # Errors
    /// [`CalendarError::Beyond`] when the calendar does not reach them.
    pub fn dates(&self, now: Instant, calendar: &Calendar) -> Result<Dates, CalendarError> {
        let calendar = &*self.calendar(calendar);
        let mut statutory = deadline::due(self.received, &self.limit, calendar)?;
        for by in self.extensions() {
            statutory = extended(statutory, by, calendar)?;
        }
        Ok(Dates {
            statutory,
            promised: self.promised(),
            adjusted: self.adjusted(now, calendar)?,
            index: self.index(now, calendar)?,
        })
    }

    /// The date by which the national index counts; see [`Dates::index`].
    ///
    /// # Errors
    /// [`CalendarError::Beyond`] when the calendar does not reach it.
    pub fn index_date(&self, now: Instant, calendar: &Calendar) -> Result<Instant, CalendarError> {
        self.index(now, &self.calendar(calendar))
    }

    fn promised(&self) -> Instant {
        let named = self.events.iter().filter_map(|event| match event {
            ClockEvent::Reappointed { to, .. } => Some(*to),
            _ => None,
        });
        named.fold(self.printed, Instant::max)
    }

    /// The latest date that was told without an apology: the receipt's, or one kept through a new calendar.
    fn told(&self) -> Instant {
        let kept = self.events.iter().filter_map(|event| match event {
            ClockEvent::Recalculated { due, .. } => Some(*due),
            _ => None,
        });
        kept.fold(self.printed, Instant::max)
    }

    fn reappointments(&self) -> usize {
        self.events.iter().filter(|event| matches!(event, ClockEvent::Reappointed { .. })).count()
    }

    /// The statutory extensions so far.
    pub fn extensions(&self) -> impl Iterator<Item = &Limit> {
        self.events.iter().filter_map(|event| match event {
            ClockEvent::Extended { by, .. } => Some(by),
            _ => None,
        })
    }

    /// The stretches of time that ran; while the time stands still, the last one begins now.
    pub(super) fn stretches(&self, now: Instant) -> Vec<Stretch> {
        let mut stretches = vec![Stretch { from: self.received, stop: None, anew: true }];
        for event in &self.events {
            match *event {
                ClockEvent::Paused { at, reason } => {
                    if let Some(last) = stretches.last_mut() {
                        last.stop = Some((at, reason));
                    }
                }
                ClockEvent::Resumed { at, restart } => {
                    stretches.push(Stretch { from: at, stop: None, anew: restart });
                }
                _ => {}
            }
        }
        if let Some((stopped, _)) = stretches.last().and_then(|last| last.stop) {
            let restart =
                self.paused() == Some(PauseReason::Supplement) && self.regime.restarts_after_supplement();
            stretches.push(Stretch { from: now.max(stopped), stop: None, anew: restart });
        }
        stretches
    }

    /// After every event the date that holds; none of them is ever earlier than one before.
    fn adjusted(&self, now: Instant, calendar: &Calendar) -> Result<Instant, CalendarError> {
        let stretches = self.stretches(now);
        let mut latest = self.told();
        for upto in 1..=stretches.len() {
            let mut due = run_out(&stretches[..upto], &self.limit, calendar)?;
            let given = self.events.iter().filter_map(|event| match event {
                ClockEvent::Extended { at, by } => Some((*at, by)),
                _ => None,
            });
            let next = stretches.get(upto).map(|next| next.from);
            for (_, by) in given.filter(|(at, _)| next.is_none_or(|next| *at < next)) {
                due = extended(due, by, calendar)?;
            }
            latest = latest.max(due);
        }
        Ok(latest)
    }

    /// The receipt's date, later by the working days spent waiting for supplements.
    fn index(&self, now: Instant, calendar: &Calendar) -> Result<Instant, CalendarError> {
        let stretches = self.stretches(now);
        let mut waited = 0;
        for pair in stretches.windows(2) {
            if let Some((stopped, PauseReason::Supplement)) = pair[0].stop {
                waited += calendar.working_days_between(stopped.day(), pair[1].from.day())?;
            }
        }
        if waited <= 0 {
            return Ok(self.printed);
        }
        Ok(calendar.closing(calendar.nth_working_after(self.printed.day(), waited.unsigned_abs())?))
    }
}

/// When the limit has run out over these stretches, the last of which runs on.
fn run_out(stretches: &[Stretch], limit: &Limit, calendar: &Calendar) -> Result<Instant, CalendarError> {
    let anew = stretches.iter().rposition(|stretch| stretch.anew).unwrap_or(0);
    let stretches = &stretches[anew..];
    let Some((last, before)) = stretches.split_last() else {
        return Err(CalendarError::Beyond { day: Day(0) });
    };
    if before.is_empty() {
        return deadline::due(last.from, limit, calendar);
    }
    match deadline::term_of_parts(limit) {
        Term::SameDay => deadline::due(last.from, limit, calendar),
        Term::Minutes(total) => minutes_run_out(before, last.from, total, calendar),
        Term::WorkingDays(total) => days_run_out(before, last.from, i32::from(total), true, calendar),
        Term::Days(total) => days_run_out(before, last.from, i32::from(total), false, calendar),
    }
}

fn days_run_out(
    before: &[Stretch],
    last: Instant,
    total: i32,
    working: bool,
    calendar: &Calendar,
) -> Result<Instant, CalendarError> {
    let nth = |day: Day, n: i32| -> Result<Day, CalendarError> {
        match (n, working) {
            (0, _) => calendar.working_from(day),
            (n, true) => calendar.nth_working_after(day, n.unsigned_abs()),
            (n, false) => calendar.working_from(day.plus(n)),
        }
    };
    let mut left = total;
    for stretch in before {
        let (from, Some((stop, _))) = (stretch.from.day(), stretch.stop) else { continue };
        let ran =
            if working { calendar.working_days_between(from, stop.day())? } else { stop.day().0 - from.0 };
        let end = calendar.closing(nth(from, left)?);
        if ran >= left && end < stop {
            // It had run out before it stopped: a stop does not heal lateness.
            return Ok(end);
        }
        left = (left - ran).max(0);
    }
    Ok(calendar.closing(nth(last.day(), left)?))
}

fn minutes_run_out(
    before: &[Stretch],
    last: Instant,
    total: u32,
    calendar: &Calendar,
) -> Result<Instant, CalendarError> {
    let mut left = total;
    for stretch in before {
        let Some((stop, _)) = stretch.stop else { continue };
        let ran = opening_minutes(stretch.from, stop, calendar);
        if ran >= left {
            return deadline::minutes_after(stretch.from, left, calendar);
        }
        left -= ran;
    }
    deadline::minutes_after(last, left, calendar)
}

/// Whole minutes of opening hours between two moments.
pub(in crate::serve) fn opening_minutes(from: Instant, until: Instant, calendar: &Calendar) -> u32 {
    let mut sum = 0;
    for day in (from.day().0..=until.day().0).map(Day).filter(|day| calendar.is_working(*day)) {
        let hours = calendar.hours();
        for (opens, closes) in [hours.morning, hours.afternoon] {
            let begin = Instant::at(day, opens).max(from);
            let end = Instant::at(day, closes).min(until);
            if begin < end {
                sum += ((end.0 - begin.0) / 60_000_000) as u32;
            }
        }
    }
    sum
}

/// A date made later by a span.
pub(super) fn extended(due: Instant, by: &Limit, calendar: &Calendar) -> Result<Instant, CalendarError> {
    match deadline::term_of_parts(by) {
        Term::SameDay => Ok(due),
        Term::WorkingDays(days) => {
            Ok(calendar.closing(calendar.nth_working_after(due.day(), u32::from(days))?))
        }
        Term::Days(days) => Ok(calendar.closing(calendar.working_from(due.day().plus(i32::from(days)))?)),
        Term::Minutes(minutes) => deadline::minutes_after(due, minutes, calendar),
    }
}

/// Until when a case received then must be transferred to who handles it: the same day, or the start of the next working
/// day when it came after 15:00 (NĐ 61/2018 đ.18).
///
/// # Errors
/// [`CalendarError::Beyond`].
pub fn transfer_due(received: Instant, calendar: &Calendar) -> Result<Instant, CalendarError> {
    let day = received.day();
    let in_time = received <= Instant::at(day, deadline::SAME_DAY_UNTIL);
    if in_time && calendar.working_from(day)? == day {
        return Ok(calendar.closing(day));
    }
    let opens: Minute = calendar.hours().morning.0;
    Ok(Instant::at(calendar.next_working(day)?, opens))
}

/// The last day on which an apology for a date is in time: one calendar day before it runs out (NĐ 61/2018 đ.19.9).
pub fn apology_due(adjusted: Instant) -> Day {
    adjusted.day().plus(-1)
}
