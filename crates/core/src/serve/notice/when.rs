//! When a notice goes, and when it is tried again.

use crate::{
    context::Entropy,
    time::{Instant, Minute},
};

/// Seconds between one failed attempt and the next.
pub const BACK_OFF: [i64; 5] = [60, 5 * 60, 30 * 60, 2 * 3_600, 12 * 3_600];
/// Attempts before a notice is given up and somebody has to call.
pub const TRIES: u8 = BACK_OFF.len() as u8 + 1;
/// When the reminder of an appointment goes, the day before.
const REMIND_AT: Minute = Minute(16 * 60);
/// A reminder this soon after the booking would only annoy, in seconds.
const REMIND_AFTER: i64 = 2 * 3_600;

/// The hours in which nobody is disturbed: from one minute of the day to another, usually over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: Minute,
    to: Minute,
}

impl Default for QuietHours {
    /// 21:00 to 7:00.
    fn default() -> Self {
        Self { from: Minute(21 * 60), to: Minute(7 * 60) }
    }
}

impl QuietHours {
    /// Quiet from the first minute up to, and without, the second; the same twice means never.
    pub const fn new(from: Minute, to: Minute) -> Self {
        Self { from, to }
    }

    /// When they begin and end; `None` when there are none.
    pub fn bounds(self) -> Option<(Minute, Minute)> {
        (self.from != self.to).then_some((self.from, self.to))
    }

    /// Whether it is quiet at that moment.
    pub fn holds(self, at: Instant) -> bool {
        let minute = at.minute();
        if self.from <= self.to {
            self.from <= minute && minute < self.to
        } else {
            self.from <= minute || minute < self.to
        }
    }

    /// The moment itself, or the end of the quiet hours in which it lies.
    pub fn next(self, at: Instant) -> Instant {
        if !self.holds(at) {
            return at;
        }
        let day = if at.minute() < self.to { at.day() } else { at.day().plus(1) };
        Instant::at(day, self.to)
    }
}

/// When to try again after `tries` attempts of which the last failed at `at`; `None` when it is given up. Notices to
/// people wait for the end of the quiet hours.
pub fn next_try(tries: u8, at: Instant, quiet: Option<QuietHours>) -> Option<Instant> {
    let wait = BACK_OFF.get(usize::from(tries).checked_sub(1)?)?;
    let next = at.plus_seconds(*wait);
    Some(quiet.map_or(next, |quiet| quiet.next(next)))
}

/// When the invitation to rate is sent: two hours after the step, when nobody of the office stands beside the applicant.
pub fn rate_at(step: Instant) -> Instant {
    step.plus_seconds(2 * 3_600)
}

/// When those who were drawn are asked again: in the evening a week later.
pub fn rate_again_at(step: Instant) -> Instant {
    Instant::at(step.day().plus(7), Minute(18 * 60))
}

/// When somebody is told that a rating was recorded: some time in the next morning, so that the outbox tells the day only.
pub fn rated_at(day: Instant, entropy: &Entropy) -> Instant {
    Instant::at(day.day().plus(1), Minute(7 * 60 + entropy.below(180) as u16))
}

/// When the reminder of a slot goes: the afternoon before, unless it was booked just then or later.
pub fn reminder_at(slot: Instant, booked_at: Instant) -> Option<Instant> {
    let at = Instant::at(slot.day().plus(-1), REMIND_AT);
    (at >= booked_at.plus_seconds(REMIND_AFTER)).then_some(at)
}
