//! The clock of a case: what was received when, under which rules, and everything that stopped, restarted or lengthened
//! the time since. It is only ever added to; every date is a function of it and of the calendar.

use serde::{Deserialize, Serialize};

use super::{
    calendar::{Calendar, CalendarError},
    deadline,
    procedure::Limit,
    regime::Regime,
};
use crate::{refusal::Refusal, time::Instant};

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
    /// What happened since, in order.
    #[serde(default)]
    pub events: Vec<ClockEvent>,
}

/// The four dates of a case; they are never mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// What the law gives from reception, as if nothing had stopped the time.
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
        Ok(Self { received, limit, regime, printed, events: Vec::new() })
    }

    /// Adds what happened.
    ///
    /// # Errors
    /// [`Refusal::WrongStep`] when it does not fit: pauses never overlap, and time does not run backwards.
    pub fn push(&mut self, event: ClockEvent) -> Result<(), Refusal> {
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

    /// The four dates. While the time stands still they are what they would be if it went on at `now`.
    ///
    /// # Errors
    /// [`CalendarError::Beyond`] when the calendar does not reach them.
    pub fn dates(&self, now: Instant, calendar: &Calendar) -> Result<Dates, CalendarError> {
        let _ = now;
        let due = deadline::due(self.received, &self.limit, calendar)?;
        Ok(Dates { statutory: due, promised: self.printed, adjusted: due, index: due })
    }
}
