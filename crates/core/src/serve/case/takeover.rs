//! An open case taken over from another system: with its code, its numbers and its clock, as it stood there.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Applicant, CaseOpened, Outcome, Reception, State};
use crate::{
    batch::{Batch, Side},
    context::Context,
    event::Event,
    id::{Bytes, new_id},
    refusal::Refusal,
    secret::{SecretKey, track_hash},
    serve::{
        book,
        clock::{Clock, ClockEvent, PauseReason},
        code::{self, CODE_LIMIT},
        procedure::Limit,
        regime::Regime,
    },
    time::Instant,
};

/// What the other system knew of a case.
#[derive(Clone)]
pub struct TakeOver {
    /// Made from the source and the foreign key, so that the same record is found again.
    pub case_id: Uuid,
    /// Name of the other system.
    pub source: String,
    /// Key of the case there.
    pub foreign_id: String,
    /// Office of reception.
    pub office_id: String,
    /// Procedure code.
    pub procedure: String,
    /// The applicant.
    pub applicant: Applicant,
    /// A person already known by number, with the data key.
    pub known: Option<(Uuid, SecretKey)>,
    /// How it came in.
    pub reception: Reception,
    /// Where it stands.
    pub state: State,
    /// The official who has it.
    pub holder: String,
    /// First contact.
    pub opened_at: Instant,
    /// What the receipt says; none before acceptance.
    pub receipt: Option<Receipt>,
    /// When the time stood still: from, until (none while it does), why.
    pub pauses: Vec<(Instant, Option<Instant>, PauseReason)>,
    /// Supplement requests so far.
    pub supplements: u8,
    /// When the work ended, and how.
    pub finished: Option<(Instant, Outcome)>,
}

/// What a receipt of the other system says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// When it was given.
    pub at: Instant,
    /// The case code.
    pub code: String,
    /// The number in the year's book.
    pub book_number: u32,
    /// The limit that applies.
    pub limit: Limit,
    /// The date printed on it.
    pub due: Instant,
}

/// See [`Event::CaseTakenOver`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakenOver {
    /// Name of the other system.
    pub source: String,
    /// Key of the case there, sealed under the person's key.
    pub foreign_id: Bytes,
    /// Who came with what.
    pub opened: CaseOpened,
    /// First contact.
    pub opened_at: Instant,
    /// Where it stands.
    pub state: State,
    /// Supplement requests so far.
    pub supplements: u8,
    /// What was accepted; none before acceptance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<TakenReceipt>,
    /// When the work ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Instant>,
    /// With what result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Whether the date that held was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_time: Option<bool>,
}

/// The receipt of a case that was taken over, with its clock as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakenReceipt {
    /// The case code, as printed.
    pub code: String,
    /// Office and year of the book.
    pub book: String,
    /// The number in the year's book, as given.
    pub book_number: u32,
    /// The clock with everything that happened to it.
    pub clock: Clock,
    /// The date that holds, or held before the time stopped.
    pub due: Instant,
}

impl TakenReceipt {
    /// The counters that new cases of the same book and day go on from: the day's codes, and the book.
    pub fn counters(&self) -> impl Iterator<Item = (&str, u32)> {
        let of_day = self.code.rsplit_once('-').and_then(|(scope, n)| Some((scope, n.parse().ok()?)));
        of_day.into_iter().chain([(self.book.as_str(), self.book_number)])
    }
}

/// Decides that a case is taken over.
///
/// # Errors
/// Refuses everybody but an administrator and the program itself, offices and procedures that are not known, holders
/// who do not serve at the office, applicants whose data cannot be right, and states that contradict the instants.
pub fn take_over(command: TakeOver, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    let day = ctx.at.day();
    let office = ctx.directory.on(day).office(&command.office_id)?;
    let procedure = ctx.directory.procedure_on(&command.procedure, command.opened_at.day())?;
    if !procedure.received_at(office.level) {
        return Err(Refusal::UnknownProcedure);
    }
    let holder = ctx.directory.acting(&command.holder, day).map_err(|_| Refusal::UnknownOfficial)?;
    holder.role_at(&office.id).ok_or(Refusal::UnknownOfficial)?;
    in_order(&command, ctx.at)?;
    let accepted = command.receipt.as_ref().map(|receipt| accepted(&command, receipt, ctx)).transpose()?;
    let on_time = command.finished.zip(accepted.as_ref()).map(|((at, _), accepted)| at <= accepted.due);
    let applicant = command.applicant.checked()?;
    let mut batch = Batch { actor: ctx.actor.journal_name().to_owned(), ..Batch::default() };
    let (person_id, key) = match command.known {
        Some(known) => known,
        None => {
            let person_id = new_id(ctx.at, &ctx.entropy);
            let (key, wrapped) = ctx.secrets.new_data_key(person_id, &ctx.entropy);
            batch.side.push(Side::DataKey { subject: person_id, wrapped });
            (person_id, key)
        }
    };
    for (purpose, value) in applicant.findable() {
        let hash = ctx.secrets.blind_index(purpose, value);
        batch.side.push(Side::PersonIndex { hash, person_id, case_id: command.case_id });
    }
    let bound = command.case_id.as_bytes();
    let opened = CaseOpened {
        case_id: command.case_id,
        office_id: office.id.clone(),
        procedure: procedure.code.clone(),
        applicant_kind: applicant.kind,
        person_id,
        residence: applicant.residence.clone(),
        applicant: Bytes(key.seal(&ctx.entropy, bound, &applicant.to_bytes())),
        track_hash: Bytes(track_hash(&ctx.secrets.track_secret(command.case_id)).to_vec()),
        holder: Some(command.holder),
        reception: command.reception,
        help_office: None,
        deciding: None,
        ticket: None,
        first_contact_at: None,
    };
    let taken = TakenOver {
        source: command.source,
        foreign_id: Bytes(key.seal(&ctx.entropy, bound, command.foreign_id.as_bytes())),
        opened,
        opened_at: command.opened_at,
        state: command.state,
        supplements: command.supplements,
        accepted,
        finished_at: command.finished.map(|(at, _)| at),
        outcome: command.finished.map(|(_, outcome)| outcome),
        on_time,
    };
    batch.push(ctx.at, bound, 1, Event::CaseTakenOver(Box::new(taken)));
    Ok(batch)
}

/// Time runs one way, and the state says the same as the instants.
fn in_order(command: &TakeOver, now: Instant) -> Result<(), Refusal> {
    let mut last = command.opened_at;
    let mut after = |at: Instant| {
        let fits = last <= at && at <= now;
        last = at;
        if fits { Ok(()) } else { Err(Refusal::BadPeriod) }
    };
    after(command.opened_at)?;
    if let Some(receipt) = &command.receipt {
        after(receipt.at)?;
    }
    let mut stands_still = None;
    for (from, until, reason) in &command.pauses {
        if stands_still.is_some() {
            return Err(Refusal::BadPeriod);
        }
        after(*from)?;
        match until {
            Some(until) => after(*until)?,
            None => stands_still = Some(*reason),
        }
    }
    if let Some((at, _)) = command.finished {
        after(at)?;
    }
    let accepted = command.receipt.is_some();
    let fits = match command.state {
        State::Opened => !accepted && command.pauses.is_empty(),
        State::SupplementRequested => {
            command.supplements > 0
                && (!accepted && command.pauses.is_empty() || stands_still == Some(PauseReason::Supplement))
        }
        State::Accepted | State::InProgress | State::Submitted => accepted && stands_still.is_none(),
        State::Paused => stands_still.is_some_and(|reason| reason != PauseReason::Supplement),
        State::Finished => accepted && stands_still.is_none() && command.finished.is_some(),
        State::Returned | State::Refused | State::Withdrawn | State::Stopped => false,
    };
    let ended = command.finished.is_none() || command.state == State::Finished;
    let paused_before = !accepted && !command.pauses.is_empty();
    if fits && ended && !paused_before { Ok(()) } else { Err(Refusal::BadChoice("state")) }
}

fn accepted(command: &TakeOver, receipt: &Receipt, ctx: &Context<'_>) -> Result<TakenReceipt, Refusal> {
    let code = code::tidy(&receipt.code);
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    if code.is_empty() {
        return Err(Refusal::Empty("code"));
    }
    if code.len() > CODE_LIMIT || !code.chars().all(fits) {
        return Err(Refusal::TooLong("code"));
    }
    if receipt.book_number == 0 {
        return Err(Refusal::Empty("book_number"));
    }
    if receipt.due < receipt.at {
        return Err(Refusal::BadPeriod);
    }
    book::takes_numbers(ctx.directory, &command.office_id, receipt.at.day().year())?;
    let day = receipt.at.day();
    let regime = Regime::on(day);
    let calendar = ctx.directory.calendar_of(&command.office_id, day);
    let mut clock = Clock {
        received: receipt.at,
        limit: receipt.limit.clone(),
        regime,
        printed: receipt.due,
        hours: calendar.own_hours(),
        events: Vec::new(),
    };
    let mut due = receipt.due;
    let beyond = |_| Refusal::CalendarBeyond;
    for (from, until, reason) in &command.pauses {
        due = clock.dates(*from, &calendar).map_err(beyond)?.adjusted.max(receipt.due);
        clock.push(ClockEvent::Paused { at: *from, reason: *reason })?;
        if let Some(until) = until {
            let restart = *reason == PauseReason::Supplement && regime.restarts_after_supplement();
            clock.push(ClockEvent::Resumed { at: *until, restart })?;
        }
    }
    if clock.paused().is_none() {
        let at = command.finished.map_or(ctx.at, |(at, _)| at);
        due = clock.dates(at, &calendar).map_err(beyond)?.adjusted.max(receipt.due);
    }
    Ok(TakenReceipt {
        code,
        book: book::name(&command.office_id, day.year()),
        book_number: receipt.book_number,
        clock,
        due,
    })
}
