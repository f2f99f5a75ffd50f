//! A case: from the first contact to the returned result.
//!
//! ```text
//! open ─ documents missing ─▶ supplement requested ─┐
//!   └──── documents complete ──▶ accepted ◀─────────┘
//!                                   │ hand over, send to another office (any number of times)
//!                                   ▼
//!              paused ◀──────▶ in progress ──▶ submitted ──▶ finished ─▶ returned
//!   (supplement, duties,…)          └──── signed at once ──────▲
//! ```
//!
//! Refused, withdrawn or stopped: from every step before "finished".

mod appraise;
mod check;
mod clock;
mod consult;
mod end;
mod event;
mod offer;
mod open;
pub mod spent;
mod step;
mod takeover;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    check::{CheckDocuments, chosen_limit},
    consult::{Ask, CONSULTATION_LIMIT, Consultation},
    event::*,
    offer::{Action, offered, offices_to_send},
    open::{Guide, OpenCase, guide, open},
    step::{Step, resolve, step},
    takeover::{Receipt, TakeOver, TakenOver, TakenReceipt, take_over},
};
pub use super::applicant::{Applicant, ApplicantKind};
use super::{
    calendar::Calendar,
    clock::{Clock, PauseReason},
    procedure::Procedure,
};
use crate::{
    context::{Context, Role},
    event::{CaseOpened, CaseRef, Event},
    id::Bytes,
    refusal::Refusal,
    secret::SecretKey,
    serve::{official::Official, regime::Paper},
    time::Instant,
};

/// Longest reason an official may write, in characters.
pub const REASON_LIMIT: usize = 1_000;

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Came in, documents not yet checked.
    Opened,
    /// Waits for the applicant's documents.
    SupplementRequested,
    /// Received: receipt given, the clock runs.
    Accepted,
    /// Handed to an official for handling.
    InProgress,
    /// The time stands still for another reason than documents.
    Paused,
    /// A draft result waits for its signature.
    Submitted,
    /// Result ready at the counter.
    Finished,
    /// Result given.
    Returned,
    /// Refused with a reason.
    Refused,
    /// Taken back by the applicant.
    Withdrawn,
    /// Stopped by the office.
    Stopped,
}

/// Whom an open case waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// The office that has it.
    Us,
    /// The applicant: documents, or money due.
    Citizen,
    /// Others: a consulted body, an expert, the time of posting.
    Others,
    /// The applicant, to fetch the result.
    Ready,
    /// Nobody: it is closed.
    Nobody,
}

impl Waits {
    /// Stable name in tables and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Citizen => "citizen",
            Self::Others => "others",
            Self::Ready => "ready",
            Self::Nobody => "nobody",
        }
    }

    /// The one with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        let all = [Self::Us, Self::Citizen, Self::Others, Self::Ready, Self::Nobody];
        all.into_iter().find(|waits| waits.key() == key)
    }
}

impl State {
    /// All states, in the order of a case's life.
    pub const ALL: [Self; 11] = [
        Self::Opened,
        Self::SupplementRequested,
        Self::Accepted,
        Self::InProgress,
        Self::Paused,
        Self::Submitted,
        Self::Finished,
        Self::Returned,
        Self::Refused,
        Self::Withdrawn,
        Self::Stopped,
    ];

    /// Stable name in tables and language files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::SupplementRequested => "supplement_requested",
            Self::Accepted => "accepted",
            Self::InProgress => "in_progress",
            Self::Paused => "paused",
            Self::Submitted => "submitted",
            Self::Finished => "finished",
            Self::Returned => "returned",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Stopped => "stopped",
        }
    }

    /// The state with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether an official works on it with the promise running.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Accepted | Self::InProgress)
    }

    /// Whether nothing is left to do.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Returned | Self::Refused | Self::Withdrawn | Self::Stopped)
    }
}

/// What an official found of one required document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Handed in or shown.
    Present,
    /// Its condition does not apply.
    NotNeeded,
    /// Missing.
    Missing,
}

/// The result of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What was asked is granted.
    Granted,
    /// It is denied, with a written answer.
    Denied,
}

/// Which time limit applies to the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitChoice {
    /// One of the procedure's published limits, by position.
    Published(usize),
    /// A promise in working days typed by the official, where none is published.
    Typed(u16),
}

/// A case as decisions see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Key.
    pub id: Uuid,
    /// Office of reception: the figures, the code and the return of the result are its.
    pub office_id: String,
    /// The office that faces the applicant: the one of reception, or its successor.
    pub desk_office: String,
    /// The office that works on it now.
    pub at_office: String,
    /// Procedure code.
    pub procedure: String,
    /// How it came in.
    pub reception: Reception,
    /// Person or organisation.
    pub applicant_kind: ApplicantKind,
    /// Whose data key seals the personal data.
    pub person_id: Uuid,
    /// Where it stands.
    pub state: State,
    /// The official who has it.
    pub holder: String,
    /// First contact: the procedure's version of that day applies.
    pub opened_at: Instant,
    /// The date that holds; none before acceptance and while the time stands still.
    pub due: Option<Instant>,
    /// The date that held last: while the time stands still, the one before it stopped.
    pub held: Option<Instant>,
    /// Its time, from acceptance on.
    pub clock: Option<Clock>,
    /// Supplement requests so far.
    pub supplements: u8,
    /// Consultations not yet answered.
    pub consultations: Vec<Consultation>,
    /// Number of events so far.
    pub version: i64,
}

impl Case {
    /// The working days, with the opening hours that hold for the case.
    pub fn calendar<'a>(&self, calendar: &'a Calendar) -> Cow<'a, Calendar> {
        self.clock.as_ref().map_or(Cow::Borrowed(calendar), |clock| clock.calendar(calendar))
    }

    /// What the tallies need to know of it.
    pub fn reference(&self) -> CaseRef {
        CaseRef {
            office_id: self.office_id.clone(),
            group: self.applicant_kind.group(),
            due: self.due,
            procedure: self.procedure.clone(),
            waiting: !self.state.is_closed() && self.paused().is_some(),
        }
    }

    /// Why the time stands still; none while it runs or has not begun.
    pub fn paused(&self) -> Option<PauseReason> {
        self.clock.as_ref()?.paused()
    }

    /// Whom it waits for.
    pub fn waits(&self) -> Waits {
        match self.state {
            State::SupplementRequested => Waits::Citizen,
            State::Paused if self.paused() == Some(PauseReason::FinancialDuty) => Waits::Citizen,
            State::Paused => Waits::Others,
            State::Accepted | State::InProgress if !self.consultations.is_empty() => Waits::Others,
            State::Opened | State::Accepted | State::InProgress | State::Submitted => Waits::Us,
            State::Finished => Waits::Ready,
            State::Returned | State::Refused | State::Withdrawn | State::Stopped => Waits::Nobody,
        }
    }

    /// Status code of the national exchange: 1 new, 2 received, 3 not received, 4 in progress, 5 supplement, 6 financial
    /// duty, 7 withdrawn, 8 stopped, 9 finished, 10 returned.
    pub fn exchange_code(&self) -> u8 {
        match self.state {
            State::Opened => 1,
            State::Accepted => 2,
            State::Refused if self.clock.is_none() => 3,
            State::Paused if self.paused() == Some(PauseReason::FinancialDuty) => 6,
            State::InProgress | State::Paused | State::Submitted => 4,
            State::SupplementRequested => 5,
            State::Withdrawn => 7,
            State::Refused | State::Stopped => 8,
            State::Finished => 9,
            State::Returned => 10,
        }
    }
}

/// The case after an event about it.
pub fn evolve(case: &mut Case, at: Instant, event: &Event) {
    let moved = |case: &mut Case, moved: &ClockMoved| {
        case.clock = Some(moved.clock.clone());
        case.due = moved.due;
        case.held = moved.due.or(case.held);
    };
    match event {
        Event::SupplementRequested(request) => {
            case.state = State::SupplementRequested;
            case.supplements = request.round;
            if let Some(clock) = &request.moved {
                moved(case, clock);
            }
        }
        Event::SupplementReceived(received) => {
            case.state = State::InProgress;
            moved(case, &received.moved);
        }
        Event::CaseAccepted(accepted) => {
            case.state = State::Accepted;
            case.due = Some(accepted.due);
            case.held = case.due;
            case.clock = accepted.clock(at);
        }
        Event::CaseHandedOver { to, .. } => {
            if case.state == State::Accepted {
                case.state = State::InProgress;
            }
            case.holder.clone_from(to);
        }
        Event::CaseSent(sent) => {
            case.state = State::InProgress;
            case.at_office.clone_from(&sent.to_office);
            case.holder.clone_from(&sent.to);
        }
        Event::CaseMoved { from_office, to_office, holder, .. } => {
            if case.desk_office == *from_office {
                case.desk_office.clone_from(to_office);
            }
            if case.at_office == *from_office {
                case.at_office.clone_from(to_office);
                case.holder.clone_from(holder);
            }
        }
        Event::CasePaused(clock) => {
            case.state = State::Paused;
            moved(case, clock);
        }
        Event::CaseResumed(clock) => {
            case.state = State::InProgress;
            moved(case, clock);
        }
        Event::CaseExtended(clock) | Event::CaseDueMoved(clock) => moved(case, clock),
        Event::ApologySent(apology) => moved(case, &apology.moved),
        Event::ConsultationAsked(asked) => case.consultations.push(Consultation {
            id: asked.consultation_id,
            answer_by: asked.answer_by,
            silence_consents: asked.silence_consents,
        }),
        Event::ConsultationClosed(closed) => {
            case.consultations.retain(|open| open.id != closed.consultation_id)
        }
        Event::VisitRecorded(_) | Event::DossierLost { .. } | Event::ResultCorrected(_) => {}
        Event::ResultSubmitted(_) => case.state = State::Submitted,
        Event::ResultSentBack { .. } => case.state = State::InProgress,
        Event::CaseFinished { .. } => {
            case.state = State::Finished;
            case.due = None;
            case.at_office.clone_from(&case.desk_office);
        }
        Event::CaseReturned { .. } => case.state = State::Returned,
        Event::CaseRefused { .. } => close(case, State::Refused),
        Event::CaseWithdrawn(_) => close(case, State::Withdrawn),
        Event::CaseStopped(_) => close(case, State::Stopped),
        _ => return,
    }
    case.version += 1;
}

fn close(case: &mut Case, state: State) {
    case.state = state;
    case.due = None;
    case.consultations.clear();
}

/// The procedure as it was in force when the case came in.
fn procedure_of<'a>(case: &Case, ctx: &Context<'a>) -> Result<&'a Procedure, Refusal> {
    ctx.directory.procedure_on(&case.procedure, case.opened_at.day())
}

/// The counter of a paper's numbers in the year: office, year and the letters that stand behind the number.
fn paper_book(case: &Case, paper: Paper, ctx: &Context<'_>) -> String {
    format!("{}/{}/{}", case.desk_office, ctx.at.day().year(), paper.letters())
}

/// Free words about a case, tidied at the ends and sealed under the person's key.
fn seal(case: &Case, text: &str, key: Option<&SecretKey>, ctx: &Context<'_>) -> Result<Bytes, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::ReasonNeeded);
    }
    if text.chars().count() > REASON_LIMIT {
        return Err(Refusal::TooLong("reason"));
    }
    let key = key.ok_or(Refusal::AlreadyDone)?;
    Ok(Bytes(key.seal(&ctx.entropy, case.id.as_bytes(), text.as_bytes())))
}

/// Whether documents are being gathered, and no time has begun.
fn gathers(case: &Case) -> bool {
    matches!(case.state, State::Opened | State::SupplementRequested) && case.clock.is_none()
}

/// Whether it was accepted and has no result yet.
fn is_handled(case: &Case) -> bool {
    !gathers(case) && !case.state.is_closed() && case.state != State::Finished
}

fn needs(fits: bool, case: &Case) -> Result<(), Refusal> {
    match (fits, case.state.is_closed()) {
        (true, _) => Ok(()),
        (false, true) => Err(Refusal::AlreadyDone),
        (false, false) => Err(Refusal::WrongStep),
    }
}

fn holds_or_heads(case: &Case, official: &Official) -> Result<(), Refusal> {
    let heads = official.role_at(&case.at_office) == Some(Role::Head);
    if heads || official.acts_for(&case.holder) { Ok(()) } else { Err(Refusal::NotYourRole) }
}

/// The official who faces the applicant.
fn receives<'a>(case: &Case, ctx: &'a Context<'_>) -> Result<&'a Official, Refusal> {
    ctx.actor.handles(&case.desk_office)
}

/// Who faces the applicant, or works at the office that has it.
fn receives_or_handles<'a>(case: &Case, ctx: &'a Context<'_>) -> Result<&'a Official, Refusal> {
    receives(case, ctx).or_else(|_| ctx.actor.handles(&case.at_office))
}

/// The official who may work on it: who holds it, or the head of the office that has it.
fn works<'a>(case: &Case, ctx: &'a Context<'_>) -> Result<&'a Official, Refusal> {
    let official = ctx.actor.handles(&case.at_office)?;
    holds_or_heads(case, official)?;
    Ok(official)
}
