//! What a notice says, and until when that is true.

use serde::{Deserialize, Serialize};

use super::{appointment, case};
use crate::{
    listen::invitation::{Invitation, VALID_DAYS},
    time::{Day, Instant},
};

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A dossier came by post or online and will be checked.
    Arrived,
    /// The dossier is complete; the result is promised for a date.
    Received,
    /// Documents are missing.
    SupplementNeeded,
    /// The documents are complete now; the date that holds.
    SupplementComplete,
    /// Taxes or fees are to be paid before the work goes on.
    DutyDue,
    /// The work goes on; the date that holds.
    Reappointed,
    /// The sector's law gives more time.
    Extended,
    /// It is late: an apology and a new date (NĐ 61/2018 đ.19.9).
    Apology,
    /// A decision on days off moved the date.
    DueMoved,
    /// Another office has the case now.
    OfficeChanged,
    /// The result is ready; earlier than promised it must be announced (NĐ 61/2018 đ.20).
    Ready,
    /// A wrong result was replaced.
    Corrected,
    /// Papers were lost: an apology (NĐ 61/2018 đ.21).
    Lost,
    /// The case was refused.
    Refused,
    /// The case was withdrawn, as the applicant wished.
    Withdrawn,
    /// The office stopped the case.
    Stopped,
    /// A place in a slot is held.
    Booked,
    /// The place is in another slot.
    BookingMoved,
    /// The place was given up.
    BookingCancelled,
    /// The slot is tomorrow.
    Reminder,
    /// The applicant is asked for a rating: with a link of their own.
    RateInvited,
    /// The same again, to half of those who have not answered, drawn by lot.
    RateReminder,
    /// A rating was recorded: whoever did not give it may say so. The scores are not told.
    Rated,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 23] = [
        Self::Arrived,
        Self::Received,
        Self::SupplementNeeded,
        Self::SupplementComplete,
        Self::DutyDue,
        Self::Reappointed,
        Self::Extended,
        Self::Apology,
        Self::DueMoved,
        Self::OfficeChanged,
        Self::Ready,
        Self::Corrected,
        Self::Lost,
        Self::Refused,
        Self::Withdrawn,
        Self::Stopped,
        Self::Booked,
        Self::BookingMoved,
        Self::BookingCancelled,
        Self::Reminder,
        Self::RateInvited,
        Self::RateReminder,
        Self::Rated,
    ];

    /// Stable name in tables, messages to other systems and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Received => "received",
            Self::SupplementNeeded => "supplement_needed",
            Self::SupplementComplete => "supplement_complete",
            Self::DutyDue => "duty_due",
            Self::Reappointed => "reappointed",
            Self::Extended => "extended",
            Self::Apology => "apology",
            Self::DueMoved => "due_moved",
            Self::OfficeChanged => "office_changed",
            Self::Ready => "ready",
            Self::Corrected => "corrected",
            Self::Lost => "lost",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Stopped => "stopped",
            Self::Booked => "booked",
            Self::BookingMoved => "booking_moved",
            Self::BookingCancelled => "booking_cancelled",
            Self::Reminder => "reminder",
            Self::RateInvited => "rate_invited",
            Self::RateReminder => "rate_reminder",
            Self::Rated => "rated",
        }
    }

    /// The kind with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Whether it is about an appointment, not a case.
    pub const fn is_of_appointment(self) -> bool {
        matches!(self, Self::Booked | Self::BookingMoved | Self::BookingCancelled | Self::Reminder)
    }
}

impl Kind {
    /// Whether it is about an invitation to rate: between the program and the applicant, nothing for officials or other systems.
    pub const fn is_of_rating(self) -> bool {
        matches!(self, Self::RateInvited | Self::RateReminder | Self::Rated)
    }
}

/// Whether a notice about an invitation still makes sense on a day.
pub fn still_holds_for_rating(kind: Kind, invitation: &Invitation, today: Day) -> bool {
    match kind {
        Kind::RateInvited | Kind::RateReminder => {
            !invitation.used && today <= invitation.invited.day.plus(VALID_DAYS)
        }
        Kind::Rated => invitation.used,
        _ => false,
    }
}

/// Whether a notice about a case is still true when it is about to be sent: after a night, or after hours in which a
/// server was down, the case may have moved on, and an old notice would send somebody on a needless way.
pub fn still_holds_for_case(kind: Kind, state: case::State) -> bool {
    use case::State;
    let handled = !state.is_closed() && !matches!(state, State::Opened | State::Finished);
    match kind {
        Kind::Arrived => state == State::Opened,
        Kind::Received
        | Kind::SupplementComplete
        | Kind::Reappointed
        | Kind::Extended
        | Kind::Apology
        | Kind::DueMoved => handled,
        Kind::SupplementNeeded => state == State::SupplementRequested,
        Kind::DutyDue => state == State::Paused,
        Kind::OfficeChanged | Kind::Lost => !state.is_closed(),
        Kind::Ready => state == State::Finished,
        Kind::Corrected | Kind::Refused | Kind::Withdrawn | Kind::Stopped => true,
        Kind::Booked | Kind::BookingMoved | Kind::BookingCancelled | Kind::Reminder => false,
        Kind::RateInvited | Kind::RateReminder | Kind::Rated => false,
    }
}

/// The same for a notice about an appointment. `slot` is the slot that the notice names.
pub fn still_holds_for_appointment(
    kind: Kind,
    slot: Option<Instant>,
    appointment: &appointment::Appointment,
    now: Instant,
) -> bool {
    match kind {
        Kind::Booked | Kind::BookingMoved | Kind::Reminder => {
            appointment.state == appointment::State::Booked
                && slot == Some(appointment.slot_at)
                && now < appointment.slot_at
        }
        Kind::BookingCancelled => {
            appointment.state == appointment::State::Cancelled && now < appointment.slot_at
        }
        _ => false,
    }
}
