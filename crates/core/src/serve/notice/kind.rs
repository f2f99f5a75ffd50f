//! What a notice says, and until when that is true.

use serde::{Deserialize, Serialize};

use super::{appointment, case};
use crate::{
    listen::{
        dialogue::Dialogue,
        invitation::{Invitation, VALID_DAYS},
        opinion::{self, Current},
    },
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
    /// An opinion came in: with the code to follow it.
    OpinionReceived,
    /// Its author is asked for more.
    OpinionAsked,
    /// It was answered.
    OpinionAnswered,
    /// It was not taken up, or has another door: outwardly an answer like any other.
    OpinionRefused,
    /// It was published, as its author agreed.
    OpinionPublished,
    /// Somebody registered for a dialogue or asked beforehand: when and where it is.
    DialogueJoined,
    /// The dialogue has another day or place.
    DialogueMoved,
    /// The notice was taken back: day and place will be told.
    DialogueTakenBack,
    /// The dialogue is tomorrow.
    DialogueReminder,
    /// A question asked beforehand was answered.
    DialogueAnswered,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 33] = [
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
        Self::OpinionReceived,
        Self::OpinionAsked,
        Self::OpinionAnswered,
        Self::OpinionRefused,
        Self::OpinionPublished,
        Self::DialogueJoined,
        Self::DialogueMoved,
        Self::DialogueTakenBack,
        Self::DialogueReminder,
        Self::DialogueAnswered,
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
            Self::OpinionReceived => "opinion_received",
            Self::OpinionAsked => "opinion_asked",
            Self::OpinionAnswered => "opinion_answered",
            Self::OpinionRefused => "opinion_refused",
            Self::OpinionPublished => "opinion_published",
            Self::DialogueJoined => "dialogue_joined",
            Self::DialogueMoved => "dialogue_moved",
            Self::DialogueTakenBack => "dialogue_taken_back",
            Self::DialogueReminder => "dialogue_reminder",
            Self::DialogueAnswered => "dialogue_answered",
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

    /// Whether it is about an opinion: between its author and who deals with it. It names a code and nothing else.
    pub const fn is_of_opinion(self) -> bool {
        matches!(
            self,
            Self::OpinionReceived
                | Self::OpinionAsked
                | Self::OpinionAnswered
                | Self::OpinionRefused
                | Self::OpinionPublished
        )
    }

    /// Whether it is about a dialogue, to somebody who registered or asked.
    pub const fn is_of_dialogue(self) -> bool {
        matches!(
            self,
            Self::DialogueJoined
                | Self::DialogueMoved
                | Self::DialogueTakenBack
                | Self::DialogueReminder
                | Self::DialogueAnswered
        )
    }

    /// Whether other systems are told too: of cases and appointments, but of nothing that somebody said.
    pub const fn tells_systems(self) -> bool {
        !(self.is_of_rating() || self.is_of_opinion() || self.is_of_dialogue())
    }
}

/// Whether a notice about an opinion is still true: an answer makes the question and the reception old news.
pub fn still_holds_for_opinion(kind: Kind, opinion: &Current) -> bool {
    use opinion::State;
    match kind {
        Kind::OpinionReceived => opinion.state.is_open(),
        Kind::OpinionAsked => opinion.state == State::Asked,
        Kind::OpinionAnswered => opinion.state == State::Answered,
        Kind::OpinionRefused => opinion.state == State::Refused,
        Kind::OpinionPublished => opinion.published,
        _ => false,
    }
}

/// Whether a notice about a dialogue is still true. `at` is when it takes place, by the notice.
pub fn still_holds_for_dialogue(kind: Kind, at: Option<Instant>, dialogue: &Dialogue, now: Instant) -> bool {
    match kind {
        Kind::DialogueJoined | Kind::DialogueMoved | Kind::DialogueReminder => {
            dialogue.at == at && at.is_some_and(|at| now < at)
        }
        Kind::DialogueTakenBack => dialogue.at.is_none() && dialogue.closed_at.is_none(),
        // Everybody reads the answers once the minutes are closed.
        Kind::DialogueAnswered => dialogue.closed_at.is_some(),
        _ => false,
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
        Kind::OpinionReceived
        | Kind::OpinionAsked
        | Kind::OpinionAnswered
        | Kind::OpinionRefused
        | Kind::OpinionPublished
        | Kind::DialogueJoined
        | Kind::DialogueMoved
        | Kind::DialogueTakenBack
        | Kind::DialogueReminder
        | Kind::DialogueAnswered => false,
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
