//! A case: from the first contact to the returned result.
//!
//! ```text
//! open ─ documents missing ─▶ supplement requested ─┐
//!   └──── documents complete ──▶ accepted ◀─────────┘
//!                                   │ hand over (any number of times)
//!                                   ▼
//!                              in progress ─▶ finished ─▶ returned
//! (refused: from every step before "finished")
//! ```

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    batch::{Batch, Side},
    context::{Context, Role},
    event::{CaseAccepted, CaseOpened, CaseRef, Event, SupplementRequested, code_day},
    id::Bytes,
    listen::invitation,
    refusal::Refusal,
    secret::{SecretKey, track_hash},
    serve::{
        deadline,
        official::{Official, Post},
        procedure::{Limit, Procedure, Unit},
    },
    time::Instant,
};

pub use super::applicant::{Applicant, ApplicantKind};

/// Longest reason an official may write, in characters.
pub const REASON_LIMIT: usize = 1_000;

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Result ready at the counter.
    Finished,
    /// Result given.
    Returned,
    /// Refused with a reason.
    Refused,
}

impl State {
    /// All states, in the order of a case's life.
    pub const ALL: [Self; 7] = [
        Self::Opened,
        Self::SupplementRequested,
        Self::Accepted,
        Self::InProgress,
        Self::Finished,
        Self::Returned,
        Self::Refused,
    ];

    /// Stable name in tables and language files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::SupplementRequested => "supplement_requested",
            Self::Accepted => "accepted",
            Self::InProgress => "in_progress",
            Self::Finished => "finished",
            Self::Returned => "returned",
            Self::Refused => "refused",
        }
    }

    /// The state with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether the promise of a due date is running.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Accepted | Self::InProgress)
    }

    /// Status code of the national exchange (rules of the national public-service portal).
    pub fn exchange_code(self) -> u8 {
        match self {
            Self::Opened => 1,
            Self::Accepted => 2,
            Self::Refused => 3,
            Self::InProgress => 4,
            Self::SupplementRequested => 5,
            Self::Finished => 9,
            Self::Returned => 10,
        }
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
    /// Office of reception.
    pub office_id: String,
    /// Procedure code.
    pub procedure: String,
    /// Person or organisation.
    pub applicant_kind: ApplicantKind,
    /// Whose data key seals the personal data.
    pub person_id: Uuid,
    /// Where it stands.
    pub state: State,
    /// The official who has it.
    pub holder: String,
    /// The promise.
    pub due: Option<Instant>,
    /// Supplement requests so far.
    pub supplements: u8,
    /// Number of events so far.
    pub version: i64,
}

impl Case {
    /// What the tallies need to know of it.
    fn reference(&self) -> CaseRef {
        CaseRef { office_id: self.office_id.clone(), group: self.applicant_kind.group(), due: self.due }
    }
}

/// First contact: who comes with what.
#[derive(Clone)]
pub struct OpenCase {
    /// Made by the form, so that a second click finds the first.
    pub case_id: Uuid,
    /// The procedure.
    pub procedure: String,
    /// The applicant.
    pub applicant: Applicant,
    /// A person already known by number, with the data key; a new person otherwise.
    pub known: Option<(Uuid, SecretKey)>,
}

/// Documents checked at the counter.
#[derive(Clone, Debug)]
pub struct CheckDocuments {
    /// One mark per document of the procedure.
    pub documents: Vec<Mark>,
    /// The limit that applies.
    pub limit: LimitChoice,
    /// Why a supplement is needed, when it is.
    pub reason: String,
}

/// A step on an existing case.
#[derive(Clone, Debug)]
pub enum Step {
    /// Check documents: accept, or request the missing ones.
    Check(CheckDocuments),
    /// Give the case to a colleague.
    HandOver {
        /// The colleague's key.
        to: String,
    },
    /// The work is done.
    Finish {
        /// Granted or denied.
        outcome: Outcome,
    },
    /// The applicant has the result.
    Return,
    /// The case cannot be taken or granted.
    Refuse {
        /// Why.
        reason: String,
    },
}

/// Decides the first contact.
///
/// # Errors
/// Refuses other offices' officials, procedures not received here, and applicants whose data cannot be right.
pub fn open(command: OpenCase, ctx: &Context<'_>) -> Result<(Batch, Case), Refusal> {
    let crate::context::Actor::Official(official) = &ctx.actor else { return Err(Refusal::NotYourRole) };
    let office_id = official.office_id.as_str();
    ctx.actor.handles(office_id)?;
    let office = ctx.directory.on(ctx.at.day()).office(office_id)?;
    let procedure = ctx.directory.procedure(&command.procedure)?;
    if !procedure.received_at(office.level) {
        return Err(Refusal::UnknownProcedure);
    }
    let applicant = command.applicant.checked()?;
    let mut batch = Batch { actor: official.id.clone(), ..Batch::default() };
    let (person_id, key) = match command.known {
        Some(known) => known,
        None => {
            let person_id = crate::id::new_id(ctx.at, &ctx.entropy);
            let (key, wrapped) = ctx.secrets.new_data_key(person_id, &ctx.entropy);
            batch.side.push(Side::DataKey { subject: person_id, wrapped });
            (person_id, key)
        }
    };
    for (purpose, value) in applicant.findable() {
        let hash = ctx.secrets.blind_index(purpose, value);
        batch.side.push(Side::PersonIndex { hash, person_id, case_id: command.case_id });
    }
    let opened = CaseOpened {
        case_id: command.case_id,
        office_id: office.id.clone(),
        procedure: procedure.code.clone(),
        applicant_kind: applicant.kind,
        person_id,
        residence: applicant.residence.clone(),
        applicant: Bytes(key.seal(&ctx.entropy, command.case_id.as_bytes(), &applicant.to_bytes())),
        track_hash: Bytes(track_hash(&ctx.secrets.track_secret(command.case_id)).to_vec()),
    };
    let case = Case {
        id: command.case_id,
        office_id: office.id.clone(),
        procedure: procedure.code.clone(),
        applicant_kind: applicant.kind,
        person_id,
        state: State::Opened,
        holder: official.id.clone(),
        due: None,
        supplements: 0,
        version: 1,
    };
    batch.push(ctx.at, command.case_id.as_bytes(), 1, Event::CaseOpened(opened));
    Ok((batch, case))
}

/// Decides a step on an existing case. `key` is the person's data key, for reasons in free words.
///
/// # Errors
/// Refuses steps that the law or the case's state does not allow.
pub fn step(case: &Case, step: Step, key: Option<&SecretKey>, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let official = ctx.actor.handles(&case.office_id)?;
    let mut batch = Batch { actor: official.journal_name_for(&case.holder), ..Batch::default() };
    let seal = |text: &str| seal_reason(case, text, key, ctx);
    let event = match step {
        Step::Check(check) => check_documents(case, check, seal, ctx)?,
        Step::HandOver { to } => {
            needs(case.state.is_running(), case)?;
            holds_or_heads(case, official)?;
            let colleague = ctx.directory.acting(&to, ctx.at.day()).map_err(|_| Refusal::UnknownOfficial)?;
            let there = |post: &Post| post.office_id == case.office_id && post.role.serves();
            if !colleague.posts.iter().any(there) {
                return Err(Refusal::UnknownOfficial);
            }
            if to == case.holder {
                return Err(Refusal::SameOfficial);
            }
            Event::CaseHandedOver { from: case.holder.clone(), to }
        }
        Step::Finish { outcome } => {
            needs(case.state.is_running(), case)?;
            holds_or_heads(case, official)?;
            Event::CaseFinished {
                of: case.reference(),
                outcome,
                on_time: case.due.is_none_or(|due| ctx.at <= due),
            }
        }
        Step::Return => {
            needs(case.state == State::Finished, case)?;
            Event::CaseReturned { of: case.reference() }
        }
        Step::Refuse { reason } => {
            needs(case.state.is_running() || is_waiting(case.state), case)?;
            if case.state.is_running() {
                holds_or_heads(case, official)?;
            }
            let on_time = case.due.map(|due| ctx.at <= due);
            Event::CaseRefused { of: case.reference(), reason: seal(&reason)?, on_time }
        }
    };
    let ends = matches!(event, Event::CaseReturned { .. } | Event::CaseRefused { .. });
    batch.push(ctx.at, case.id.as_bytes(), case.version + 1, event);
    if ends {
        invitation::issue(case, &mut batch, ctx);
    }
    Ok(batch)
}

/// The case after an event about it.
pub fn evolve(case: &mut Case, event: &Event) {
    case.version += 1;
    match event {
        Event::SupplementRequested(request) => {
            case.state = State::SupplementRequested;
            case.supplements = request.round;
        }
        Event::CaseAccepted(accepted) => {
            case.state = State::Accepted;
            case.due = Some(accepted.due);
        }
        Event::CaseHandedOver { to, .. } => {
            case.state = State::InProgress;
            case.holder.clone_from(to);
        }
        Event::CaseMoved { holder, .. } => case.holder.clone_from(holder),
        Event::CaseFinished { .. } => case.state = State::Finished,
        Event::CaseReturned { .. } => case.state = State::Returned,
        Event::CaseRefused { .. } => case.state = State::Refused,
        _ => case.version -= 1,
    }
}

/// The limit that a choice names.
///
/// # Errors
/// [`Refusal::NoLimit`] when the choice is not offered, or when a promise is typed although limits are published.
pub fn chosen_limit(procedure: &Procedure, choice: LimitChoice) -> Result<Limit, Refusal> {
    match choice {
        LimitChoice::Published(at) => procedure.limits.get(at).cloned().ok_or(Refusal::NoLimit),
        LimitChoice::Typed(days) if procedure.limits.is_empty() && (1..=365).contains(&days) => {
            Ok(Limit { value: days, unit: Unit::WorkingDays, case: None, note: None })
        }
        LimitChoice::Typed(_) => Err(Refusal::NoLimit),
    }
}

fn check_documents(
    case: &Case,
    check: CheckDocuments,
    seal: impl Fn(&str) -> Result<Bytes, Refusal>,
    ctx: &Context<'_>,
) -> Result<Event, Refusal> {
    needs(is_waiting(case.state), case)?;
    let procedure = ctx.directory.procedure(&case.procedure)?;
    if check.documents.len() != procedure.documents.len() {
        return Err(Refusal::BadChoice("documents"));
    }
    let wrongly_waived = |(mark, document): (&Mark, &crate::serve::procedure::Document)| {
        *mark == Mark::NotNeeded && document.condition.is_none()
    };
    if check.documents.iter().zip(&procedure.documents).any(wrongly_waived) {
        return Err(Refusal::MissingDocument);
    }
    if check.documents.contains(&Mark::Missing) {
        if case.supplements >= 2 {
            return Err(Refusal::SupplementLimit);
        }
        let reason = seal(&check.reason)?;
        let request = SupplementRequested {
            of: case.reference(),
            documents: check.documents,
            reason,
            round: case.supplements + 1,
        };
        return Ok(Event::SupplementRequested(request));
    }
    let limit = chosen_limit(procedure, check.limit)?;
    let due = deadline::due(ctx.at, &limit, &ctx.directory.calendar).map_err(|_| Refusal::CalendarBeyond)?;
    let day = ctx.at.day();
    let office = ctx.directory.on(day).office(&case.office_id)?;
    Ok(Event::CaseAccepted(CaseAccepted {
        of: case.reference(),
        documents: check.documents,
        limit: check.limit,
        due,
        code: format!("{}-{}", office.case_prefix, code_day(day)),
        book: format!("{}/{}", office.id, day.year()),
        book_number: 0,
    }))
}

fn seal_reason(
    case: &Case,
    text: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Bytes, Refusal> {
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

fn is_waiting(state: State) -> bool {
    matches!(state, State::Opened | State::SupplementRequested)
}

fn needs(fits: bool, case: &Case) -> Result<(), Refusal> {
    match (fits, case.state) {
        (true, _) => Ok(()),
        (false, State::Returned | State::Refused) => Err(Refusal::AlreadyDone),
        (false, _) => Err(Refusal::WrongStep),
    }
}

fn holds_or_heads(case: &Case, official: &Official) -> Result<(), Refusal> {
    let heads = official.role_at(&case.office_id) == Some(Role::Head);
    if heads || official.acts_for(&case.holder) { Ok(()) } else { Err(Refusal::NotYourRole) }
}
