//! Everything that can happen. The journal keeps these as JSON, for ever: fields are added, never renamed.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    directory::Authority,
    id::Bytes,
    listen::{
        call,
        dialogue::{correct, hold, host, promise, wave},
        invitation::{Denied, Invited, Used},
        kiosk,
        log::LogSigned,
        opinion, paper,
        questionnaire::Questionnaire,
        sealing::Sealed,
        survey,
    },
    measure::{evaluation, guard, scale},
    serve::{
        applicant::Group,
        appointment, attachment,
        book::BookClosed,
        case::{
            Apology, ApplicantKind, CaseEnded, CaseSent, ClockMoved, ConsultationAsked, ConsultationClosed,
            GuidanceGiven, LimitChoice, Mark, Outcome, Reception, ResultCorrected, ResultSubmitted,
            ReturnWay, SupplementReceived, TakenOver, TakenReceipt, Terms, VisitRecorded,
        },
        clock::Clock,
        code,
        decision::Changed,
        office::{self, Office},
        official::{self, Official},
        posting::PostingConfirmed,
        procedure::{Procedure, Withdrawn},
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
    /// A decision changed days of the table.
    CalendarChanged(Changed),
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
    /// A version of a procedure was published.
    ProcedurePublished(Box<Procedure>),
    /// A procedure was abolished.
    ProcedureWithdrawn(Withdrawn),
    /// An office confirmed what hangs on its notice board.
    PostingConfirmed(PostingConfirmed),
    /// A year of an office's tracking book was closed.
    BookClosed(BookClosed),
    /// Somebody was advised before any dossier.
    GuidanceGiven(GuidanceGiven),
    /// A case was taken over from another system, with its code, numbers and clock.
    CaseTakenOver(Box<TakenOver>),
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
        /// Why, sealed under the person's key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Bytes>,
    },
    /// Documents asked for after appraisal came in.
    SupplementReceived(SupplementReceived),
    /// The case went to another office.
    CaseSent(CaseSent),
    /// Its time stands still.
    CasePaused(ClockMoved),
    /// Its time goes on.
    CaseResumed(ClockMoved),
    /// The sector's law gave it more time.
    CaseExtended(ClockMoved),
    /// A decision on days off moved its date, or would have moved it earlier.
    CaseDueMoved(ClockMoved),
    /// The office apologised and named a new day.
    ApologySent(Apology),
    /// Another body was asked.
    ConsultationAsked(ConsultationAsked),
    /// It answered, or was silent.
    ConsultationClosed(ConsultationClosed),
    /// A visit on the spot.
    VisitRecorded(VisitRecorded),
    /// A draft result waits for its signature.
    ResultSubmitted(ResultSubmitted),
    /// The draft went back to work.
    ResultSentBack {
        /// Why, sealed under the person's key.
        reason: Bytes,
    },
    /// The applicant took the case back.
    CaseWithdrawn(CaseEnded),
    /// The office stopped the case.
    CaseStopped(CaseEnded),
    /// Papers of the dossier were lost.
    DossierLost {
        /// What, and how it is made good, sealed under the person's key.
        words: Bytes,
    },
    /// A wrong result was replaced.
    ResultCorrected(ResultCorrected),
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
        /// How.
        #[serde(default, skip_serializing_if = "is_default")]
        way: ReturnWay,
    },
    /// The case was refused.
    CaseRefused {
        /// Whose figures it enters.
        of: CaseRef,
        /// Why, sealed under the person's key.
        reason: Bytes,
        /// Whether a due date had been promised, and was kept.
        on_time: Option<bool>,
        /// Office and year of the numbers of refusals.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        book: String,
        /// The number of the paper in the year; given by the record.
        #[serde(default, skip_serializing_if = "is_default")]
        number: u32,
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
    /// A file was added to a case, or to something of an office.
    AttachmentAdded(Box<attachment::Added>),
    /// It was taken away.
    AttachmentRemoved(attachment::Removed),
    /// A rating was invited: a new line on the roll.
    InvitationIssued(Invited),
    /// The roll notes that an invitation was used. Says nothing of the ballot.
    InvitationUsed(Used),
    /// A tablet takes answers at an office.
    KioskEnrolled(kiosk::Enrolled),
    /// It takes no more.
    KioskWithdrawn(kiosk::Withdrawn),
    /// Ballots on paper are typed from now on.
    PaperBatchOpened(paper::Opened),
    /// They were sent, or given up.
    PaperBatchEnded(paper::Ended),
    /// Invitations were drawn whose holders an office that is not rated calls.
    CallsDrawn(call::Drawn),
    /// A call had no answer, or none was wished.
    CallMissed(call::Missed),
    /// A box was opened, shuffled and counted.
    BoxSealed(Sealed),
    /// A rating was not the one who was invited's.
    RatingDenied(Denied),
    /// Other questions are asked from a day on.
    QuestionnairePublished(Questionnaire),
    /// The public log of ballots has a new root.
    LogSigned(LogSigned),
    /// Somebody said something.
    OpinionReceived(opinion::Received),
    /// It was answered.
    OpinionAnswered(opinion::Answered),
    /// A dialogue began with its survey wave.
    DialogueOpened(wave::Opened),
    /// A form of the wave came back.
    DialogueFormEntered(wave::FormEntered),
    /// The entry of a form was corrected, or struck.
    DialogueFormCorrected(correct::FormCorrected),
    /// The commune that hosts the dialogue was decided.
    DialogueHostChosen(host::HostChosen),
    /// The dialogue was announced.
    DialogueAnnounced(hold::Announced),
    /// Somebody registered for it or asked beforehand.
    DialogueJoined(hold::Joined),
    /// The promises of earlier dialogues were opened.
    DialogueReviewed(hold::Reviewed),
    /// A question entered its minutes, with owner and deadline.
    PromiseMade(promise::Made),
    /// Its minutes were closed.
    DialogueClosed(hold::Closed),
    /// The owner reported on a promise.
    PromiseReported(promise::Reported),
    /// It was sorted.
    OpinionTriaged(opinion::Triaged),
    /// Its author was asked for more.
    OpinionAsked(opinion::Asked),
    /// Its author replied.
    OpinionReplied(opinion::Replied),
    /// It was not taken up.
    OpinionRefused(opinion::Refused),
    /// Its author consents to publishing, or no longer does.
    OpinionConsentChanged(opinion::ConsentChanged),
    /// The head of the office explained why the next step of an opinion is late, and promised a day.
    OpinionExplained(opinion::Explained),
    /// A decision on days off moved its days.
    OpinionDaysMoved(opinion::DaysMoved),
    /// It was published with its answer.
    OpinionPublished(opinion::Published),
    /// Its author said whether the answer helped.
    OpinionJudged(opinion::Judged),
    /// A version of a questionnaire was kept.
    QuestionnaireSaved(Box<survey::Saved>),
    /// A wave of a survey began: people were drawn.
    SurveyOpened(Box<survey::wave::Opened>),
    /// The roll notes that a form came back. Says nothing of the answers.
    SurveyAnswered(survey::roll::Answered),
    /// A form will probably not come back.
    SurveyMissed(survey::roll::Missed),
    /// The box of a wave was opened, shuffled and counted.
    SurveyClosed(Box<survey::count::Closed>),
    /// What is said of a quarter was frozen and signed, or corrected.
    ReportFrozen(Box<evaluation::FrozenReport>),
    /// An official has the figures of a frozen quarter.
    EvaluationOpened(evaluation::Opened),
    /// The official answered.
    EvaluationAnswered(evaluation::Answered),
    /// The head decided whether the figures count.
    EvaluationDecided(evaluation::Decided),
    /// The official asked the level above to look at it again.
    EvaluationReviewAsked(evaluation::ReviewAsked),
    /// The level above decided.
    EvaluationReviewed(evaluation::Reviewed),
    /// A figure of a law's scale that the record cannot know was entered.
    ScaleEntered(Box<scale::Entered>),
    /// The guard looked at a quarter.
    GuardLooked(guard::Looked),
    /// It asks people about something strange.
    AlarmRaised(Box<guard::Alarm>),
    /// Whom it concerns said what was so.
    AlarmAnswered(guard::Answered),
    /// Somebody above decided what it was.
    AlarmJudged(guard::Judged),
    /// Somebody who was called said whether the rating on the roll was theirs.
    CallSaid(call::Said),
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
    /// Procedure code; events of the first version of the program do not say it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub procedure: String,
    /// Whether it had been accepted and its time stood still.
    #[serde(default, skip_serializing_if = "is_default")]
    pub waiting: bool,
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
    /// Who has it, when that is not the one who opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// How it came in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reception: Reception,
    /// Where the applicant was helped, when that was another office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help_office: Option<String>,
    /// The agency that decides, when it is not the procedure's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deciding: Option<String>,
    /// The queue ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Uuid>,
    /// When the ticket was drawn: the first contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_contact_at: Option<Instant>,
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
    /// Office and year of the numbers of requests.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub book: String,
    /// The number of the paper in the year; given by the record.
    #[serde(default, skip_serializing_if = "is_default")]
    pub number: u32,
    /// Whether it came later than three working days after reception (NĐ 61/2018 đ.19.4).
    #[serde(default, skip_serializing_if = "is_default")]
    pub beyond: bool,
    /// The stopped time; none before acceptance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<ClockMoved>,
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
    /// The terms that hold for it; cases accepted by the first version of the program have none here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// Resolved on the spot: no receipt was printed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub without_receipt: bool,
    /// How it came in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reception: Reception,
}

impl CaseAccepted {
    /// The clock that began with the acceptance.
    pub fn clock(&self, at: Instant) -> Option<Clock> {
        let Terms { limit, regime, hours } = self.terms.clone()?;
        Some(Clock { received: at, limit, regime, printed: self.due, hours, events: Vec::new() })
    }
}

impl Event {
    /// The name of the kind, as the journal's column has it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AuthorityFounded(_) => "authority_founded",
            Self::CalendarPublished { .. } => "calendar_published",
            Self::CalendarChanged(_) => "calendar_changed",
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
            Self::ProcedureWithdrawn(_) => "procedure_withdrawn",
            Self::PostingConfirmed(_) => "posting_confirmed",
            Self::BookClosed(_) => "book_closed",
            Self::GuidanceGiven(_) => "guidance_given",
            Self::CaseTakenOver(_) => "case_taken_over",
            Self::CaseOpened(_) => "case_opened",
            Self::SupplementRequested(_) => "supplement_requested",
            Self::CaseAccepted(_) => "case_accepted",
            Self::CaseHandedOver { .. } => "case_handed_over",
            Self::SupplementReceived(_) => "supplement_received",
            Self::CaseSent(_) => "case_sent",
            Self::CasePaused(_) => "case_paused",
            Self::CaseResumed(_) => "case_resumed",
            Self::CaseExtended(_) => "case_extended",
            Self::CaseDueMoved(_) => "case_due_moved",
            Self::ApologySent(_) => "apology_sent",
            Self::ConsultationAsked(_) => "consultation_asked",
            Self::ConsultationClosed(_) => "consultation_closed",
            Self::VisitRecorded(_) => "visit_recorded",
            Self::ResultSubmitted(_) => "result_submitted",
            Self::ResultSentBack { .. } => "result_sent_back",
            Self::CaseWithdrawn(_) => "case_withdrawn",
            Self::CaseStopped(_) => "case_stopped",
            Self::DossierLost { .. } => "dossier_lost",
            Self::ResultCorrected(_) => "result_corrected",
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
            Self::AttachmentAdded(_) => "attachment_added",
            Self::AttachmentRemoved(_) => "attachment_removed",
            Self::InvitationIssued(_) => "invitation_issued",
            Self::InvitationUsed(_) => "invitation_used",
            Self::KioskEnrolled(_) => "kiosk_enrolled",
            Self::KioskWithdrawn(_) => "kiosk_withdrawn",
            Self::PaperBatchOpened(_) => "paper_batch_opened",
            Self::PaperBatchEnded(_) => "paper_batch_ended",
            Self::CallsDrawn(_) => "calls_drawn",
            Self::CallMissed(_) => "call_missed",
            Self::BoxSealed(_) => "box_sealed",
            Self::RatingDenied(_) => "rating_denied",
            Self::QuestionnairePublished(_) => "questionnaire_published",
            Self::LogSigned(_) => "log_signed",
            Self::OpinionReceived(_) => "opinion_received",
            Self::OpinionAnswered(_) => "opinion_answered",
            Self::DialogueOpened(_) => "dialogue_opened",
            Self::DialogueFormEntered(_) => "dialogue_form_entered",
            Self::DialogueFormCorrected(_) => "dialogue_form_corrected",
            Self::DialogueHostChosen(_) => "dialogue_host_chosen",
            Self::DialogueAnnounced(_) => "dialogue_announced",
            Self::DialogueJoined(_) => "dialogue_joined",
            Self::DialogueReviewed(_) => "dialogue_reviewed",
            Self::PromiseMade(_) => "promise_made",
            Self::DialogueClosed(_) => "dialogue_closed",
            Self::PromiseReported(_) => "promise_reported",
            Self::OpinionTriaged(_) => "opinion_triaged",
            Self::OpinionAsked(_) => "opinion_asked",
            Self::OpinionReplied(_) => "opinion_replied",
            Self::OpinionRefused(_) => "opinion_refused",
            Self::OpinionConsentChanged(_) => "opinion_consent_changed",
            Self::OpinionExplained(_) => "opinion_explained",
            Self::OpinionDaysMoved(_) => "opinion_days_moved",
            Self::OpinionPublished(_) => "opinion_published",
            Self::OpinionJudged(_) => "opinion_judged",
            Self::QuestionnaireSaved(_) => "questionnaire_saved",
            Self::SurveyOpened(_) => "survey_opened",
            Self::SurveyAnswered(_) => "survey_answered",
            Self::SurveyMissed(_) => "survey_missed",
            Self::SurveyClosed(_) => "survey_closed",
            Self::ReportFrozen(_) => "report_frozen",
            Self::EvaluationOpened(_) => "evaluation_opened",
            Self::EvaluationAnswered(_) => "evaluation_answered",
            Self::EvaluationDecided(_) => "evaluation_decided",
            Self::EvaluationReviewAsked(_) => "evaluation_review_asked",
            Self::EvaluationReviewed(_) => "evaluation_reviewed",
            Self::ScaleEntered(_) => "scale_entered",
            Self::GuardLooked(_) => "guard_looked",
            Self::AlarmRaised(_) => "alarm_raised",
            Self::AlarmAnswered(_) => "alarm_answered",
            Self::AlarmJudged(_) => "alarm_judged",
            Self::CallSaid(_) => "call_said",
        }
    }

    /// Fills in the gap-free numbers that only the record can give. `next` counts up the named counter.
    pub fn number(&mut self, mut next: impl FnMut(&str) -> u32) {
        if let Self::CaseAccepted(accepted) = self {
            let of_day = next(&accepted.code);
            accepted.book_number = next(&accepted.book);
            accepted.code = code::issue(&accepted.code, of_day);
        } else if let Some((book, number)) = self.numbered_mut() {
            *number = next(book);
        }
    }

    /// The counters that [`Self::number`] will ask for.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let accepted = if let Self::CaseAccepted(accepted) = self { Some(accepted) } else { None };
        let accepted = accepted.map(|accepted| [accepted.code.as_str(), accepted.book.as_str()]);
        let taken = self.taken_over().into_iter().flat_map(TakenReceipt::counters).map(|(scope, _)| scope);
        accepted.into_iter().flatten().chain(self.numbered().map(|(book, _)| book)).chain(taken)
    }

    /// The counters this event has advanced, with their values, as replay needs them.
    pub fn counters(&self) -> Vec<(&str, u32)> {
        if let Some(taken) = self.taken_over() {
            return taken.counters().collect();
        }
        let Self::CaseAccepted(accepted) = self else { return self.numbered().into_iter().collect() };
        let of_day = accepted.code.rsplit_once('-').and_then(|(scope, n)| Some((scope, n.parse().ok()?)));
        of_day.into_iter().chain([(accepted.book.as_str(), accepted.book_number)]).collect()
    }

    /// The receipt of a case that was taken over.
    fn taken_over(&self) -> Option<&TakenReceipt> {
        if let Self::CaseTakenOver(taken) = self { taken.accepted.as_ref() } else { None }
    }

    /// The counter and the number of what goes out with this event: a paper in its year, a ticket in its day.
    pub fn numbered(&self) -> Option<(&str, u32)> {
        let (book, number) = match self {
            Self::SupplementRequested(request) => (&request.book, request.number),
            Self::CaseRefused { book, number, .. } => (book, *number),
            Self::ApologySent(apology) => (&apology.book, apology.number),
            Self::CaseStopped(ended) => (&ended.book, ended.number),
            Self::TicketIssued(issued) => (&issued.of_day, issued.number),
            _ => return None,
        };
        (!book.is_empty()).then_some((book.as_str(), number))
    }

    fn numbered_mut(&mut self) -> Option<(&str, &mut u32)> {
        let (book, number) = match self {
            Self::SupplementRequested(request) => (&request.book, &mut request.number),
            Self::CaseRefused { book, number, .. } => (&*book, number),
            Self::ApologySent(apology) => (&apology.book, &mut apology.number),
            Self::CaseStopped(ended) => (&ended.book, &mut ended.number),
            Self::TicketIssued(issued) => (&issued.of_day, &mut issued.number),
            _ => return None,
        };
        (!book.is_empty()).then_some((book.as_str(), number))
    }

    /// Whether this changes the published rules that decisions look at.
    pub fn changes_directory(&self) -> bool {
        matches!(
            self,
            Self::AuthorityFounded(_)
                | Self::CalendarPublished { .. }
                | Self::CalendarChanged(_)
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
                | Self::ProcedureWithdrawn(_)
                | Self::QuestionnairePublished(_)
                | Self::BookClosed(_)
        )
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The day part of a case code: `YYMMDD` (NĐ 61/2018 đ.26).
pub fn code_day(day: Day) -> String {
    let date = day.civil();
    format!("{:02}{:02}{:02}", date.year() % 100, date.month(), date.day())
}
