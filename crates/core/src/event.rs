//! Everything that can happen. The journal keeps these as JSON, for ever: fields are added, never renamed.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    directory::Authority,
    id::Bytes,
    listen::{
        invitation::{Invited, Used},
        opinion,
        rating::Sealed,
    },
    serve::{
        applicant::Group,
        appointment,
        case::{ApplicantKind, LimitChoice, Mark, Outcome},
        office::{self, Office},
        official::{self, Official},
        procedure::Procedure,
        queue::Arrangement,
        succession::Succession,
        ticket,
        unit::Unit,
    },
    time::{Day, Instant},
};

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The authority began to use the system.
    AuthorityFounded(Authority),
    /// A table of holidays and swapped days came into force.
    CalendarPublished {
        /// The table, as CSV.
        table: String,
    },
    /// An office opened.
    OfficeOpened(Office),
    /// An official took up work.
    OfficialAppointed(Official),
    /// An office closed.
    OfficeClosed(office::Closed),
    /// An office is called, coded or open otherwise from a day on.
    OfficeChanged(office::Change),
    /// An official took another post.
    PostTaken(official::Taken),
    /// An official left a post.
    PostLeft(official::Left),
    /// An official is away, and another acts meanwhile.
    AbsenceNoted(official::Absence),
    /// An administrative unit was entered, or entered anew.
    UnitPublished(Unit),
    /// Units followed others, whole or in part.
    UnitsSucceeded {
        /// Which followed which.
        successions: Vec<Succession>,
    },
    /// Another office handles the case now and returns its result; code, clock and receipt stay.
    CaseMoved {
        /// Whose figures it enters.
        of: CaseRef,
        /// Which office had it.
        from_office: String,
        /// Which office has it.
        to_office: String,
        /// Which official has it.
        holder: String,
    },
    /// A procedure was published.
    ProcedurePublished(Box<Procedure>),
    /// Somebody came with a matter.
    CaseOpened(CaseOpened),
    /// Documents were missing.
    SupplementRequested(SupplementRequested),
    /// Documents were complete, the clock started.
    CaseAccepted(CaseAccepted),
    /// The case went to another official.
    CaseHandedOver {
        /// Who had it.
        from: String,
        /// Who has it.
        to: String,
    },
    /// The work on the case ended.
    CaseFinished {
        /// Whose figures it enters.
        of: CaseRef,
        /// Granted or denied.
        outcome: Outcome,
        /// Whether the due date was kept.
        on_time: bool,
    },
    /// The result was given to the applicant.
    CaseReturned {
        /// Whose figures it enters.
        of: CaseRef,
    },
    /// The case was refused.
    CaseRefused {
        /// Whose figures it enters.
        of: CaseRef,
        /// Why, sealed under the person's key.
        reason: Bytes,
        /// Whether a due date had been promised, and was kept.
        on_time: Option<bool>,
    },
    /// The head arranged the services, counters and slots of an office.
    QueueArranged(Arrangement),
    /// Somebody took a number: the first contact.
    TicketIssued(ticket::Issued),
    /// A number was called to a counter.
    TicketCalled(ticket::Called),
    /// It was called again.
    TicketRecalled {
        /// The office.
        office_id: String,
    },
    /// The person came to the counter.
    TicketAttended {
        /// The office.
        office_id: String,
    },
    /// The person was served.
    TicketDone {
        /// The office.
        office_id: String,
    },
    /// Nobody came.
    TicketMissed {
        /// The office.
        office_id: String,
    },
    /// The person waits again, perhaps for another service.
    TicketMoved {
        /// The office.
        office_id: String,
        /// The letter of the service.
        group: String,
    },
    /// Somebody booked a place in a slot.
    AppointmentBooked(appointment::Booked),
    /// The booking was moved to another slot.
    AppointmentMoved {
        /// The office.
        office_id: String,
        /// The beginning of the new slot.
        slot_at: Instant,
        /// The place in it.
        place: u16,
    },
    /// The booking was given up.
    AppointmentCancelled {
        /// The office.
        office_id: String,
    },
    /// The person came and got a number.
    AppointmentKept {
        /// The office.
        office_id: String,
        /// The number.
        ticket_id: Uuid,
    },
    /// A rating was invited: a new line on the roll.
    InvitationIssued(Invited),
    /// The roll notes that an invitation was used. Says nothing of the ballot.
    InvitationUsed(Used),
    /// A box was opened, shuffled and counted.
    BoxSealed(Sealed),
    /// Somebody said something.
    OpinionReceived(opinion::Received),
    /// It was answered.
    OpinionAnswered(opinion::Answered),
}

/// What the tallies need to know of a case, so that they are a function of the event alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRef {
    /// Office of reception.
    pub office_id: String,
    /// Person or organisation.
    pub group: Group,
    /// The promise that was running.
    pub due: Option<Instant>,
}

/// See [`Event::CaseOpened`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseOpened {
    /// The case.
    pub case_id: Uuid,
    /// Office of reception.
    pub office_id: String,
    /// Procedure code.
    pub procedure: String,
    /// Person or organisation.
    pub applicant_kind: ApplicantKind,
    /// Whose data key seals the applicant.
    pub person_id: Uuid,
    /// Name, numbers and address, sealed.
    pub applicant: Bytes,
    /// The applicant's commune of residence, when it is in the district.
    pub residence: Option<String>,
    /// Hash of the tracking secret.
    pub track_hash: Bytes,
}

/// See [`Event::SupplementRequested`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupplementRequested {
    /// Whose figures it enters.
    pub of: CaseRef,
    /// What was there, by the order of the procedure's documents.
    pub documents: Vec<Mark>,
    /// Why, sealed under the person's key.
    pub reason: Bytes,
    /// First or second request.
    pub round: u8,
}

/// See [`Event::CaseAccepted`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseAccepted {
    /// Whose figures it enters.
    pub of: CaseRef,
    /// What was handed in.
    pub documents: Vec<Mark>,
    /// The limit that applies.
    pub limit: LimitChoice,
    /// The promise.
    pub due: Instant,
    /// The case code: the unit and day when decided; the record appends the day's number.
    pub code: String,
    /// Office and year of the book.
    pub book: String,
    /// The number in the year's book, gap-free; given by the record.
    pub book_number: u32,
}

impl Event {
    /// The name of the kind, as the journal's column has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AuthorityFounded(_) => "authority_founded",
            Self::CalendarPublished { .. } => "calendar_published",
            Self::OfficeOpened(_) => "office_opened",
            Self::OfficialAppointed(_) => "official_appointed",
            Self::OfficeClosed(_) => "office_closed",
            Self::OfficeChanged(_) => "office_changed",
            Self::PostTaken(_) => "post_taken",
            Self::PostLeft(_) => "post_left",
            Self::AbsenceNoted(_) => "absence_noted",
            Self::UnitPublished(_) => "unit_published",
            Self::UnitsSucceeded { .. } => "units_succeeded",
            Self::CaseMoved { .. } => "case_moved",
            Self::ProcedurePublished(_) => "procedure_published",
            Self::CaseOpened(_) => "case_opened",
            Self::SupplementRequested(_) => "supplement_requested",
            Self::CaseAccepted(_) => "case_accepted",
            Self::CaseHandedOver { .. } => "case_handed_over",
            Self::CaseFinished { .. } => "case_finished",
            Self::CaseReturned { .. } => "case_returned",
            Self::CaseRefused { .. } => "case_refused",
            Self::QueueArranged(_) => "queue_arranged",
            Self::TicketIssued(_) => "ticket_issued",
            Self::TicketCalled(_) => "ticket_called",
            Self::TicketRecalled { .. } => "ticket_recalled",
            Self::TicketAttended { .. } => "ticket_attended",
            Self::TicketDone { .. } => "ticket_done",
            Self::TicketMissed { .. } => "ticket_missed",
            Self::TicketMoved { .. } => "ticket_moved",
            Self::AppointmentBooked(_) => "appointment_booked",
            Self::AppointmentMoved { .. } => "appointment_moved",
            Self::AppointmentCancelled { .. } => "appointment_cancelled",
            Self::AppointmentKept { .. } => "appointment_kept",
            Self::InvitationIssued(_) => "invitation_issued",
            Self::InvitationUsed(_) => "invitation_used",
            Self::BoxSealed(_) => "box_sealed",
            Self::OpinionReceived(_) => "opinion_received",
            Self::OpinionAnswered(_) => "opinion_answered",
        }
    }

    /// Fills in the gap-free numbers that only the record can give. `next` counts up the named counter.
    pub fn number(&mut self, mut next: impl FnMut(&str) -> u32) {
        if let Self::CaseAccepted(accepted) = self {
            let of_day = next(&accepted.code);
            accepted.book_number = next(&accepted.book);
            accepted.code = format!("{}-{of_day:04}", accepted.code);
        }
        if let Self::TicketIssued(issued) = self {
            issued.number = next(&issued.of_day);
        }
    }

    /// The counters that [`Self::number`] will ask for.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let scopes = match self {
            Self::CaseAccepted(accepted) => [Some(accepted.code.as_str()), Some(accepted.book.as_str())],
            Self::TicketIssued(issued) => [Some(issued.of_day.as_str()), None],
            _ => [None, None],
        };
        scopes.into_iter().flatten()
    }

    /// The counters this event has advanced, with their values, as replay needs them.
    pub fn counters(&self) -> Vec<(&str, u32)> {
        if let Self::TicketIssued(issued) = self {
            return vec![(issued.of_day.as_str(), issued.number)];
        }
        let Self::CaseAccepted(accepted) = self else { return Vec::new() };
        let of_day = accepted.code.rsplit_once('-').and_then(|(scope, n)| Some((scope, n.parse().ok()?)));
        of_day.into_iter().chain([(accepted.book.as_str(), accepted.book_number)]).collect()
    }

    /// Whether this changes the published rules that decisions look at.
    pub fn changes_directory(&self) -> bool {
        matches!(
            self,
            Self::AuthorityFounded(_)
                | Self::CalendarPublished { .. }
                | Self::OfficeOpened(_)
                | Self::OfficialAppointed(_)
                | Self::OfficeClosed(_)
                | Self::OfficeChanged(_)
                | Self::PostTaken(_)
                | Self::PostLeft(_)
                | Self::AbsenceNoted(_)
                | Self::UnitPublished(_)
                | Self::UnitsSucceeded { .. }
                | Self::ProcedurePublished(_)
        )
    }
}

/// The day part of a case code: `YYMMDD` (NĐ 61/2018 đ.26).
pub fn code_day(day: Day) -> String {
    let date = day.civil();
    format!("{:02}{:02}{:02}", date.year() % 100, date.month(), date.day())
}
