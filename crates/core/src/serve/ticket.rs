//! A queue number: taken from the machine, called, served. It holds no personal data. It is in the journal because it
//! says when somebody first came, and that must not be changed later.
//!
//! ```text
//! issued ─▶ waiting ─ call ─▶ called ─ attend ─▶ serving ─▶ done
//!              ▲                │ recall (at most three), then
//!              └── move back ◀──┴──▶ missed
//! ```

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::queue::{Arrangement, order};
use crate::{
    batch::Batch,
    context::{Context, Role},
    event::{Event, code_day},
    id::new_id,
    refusal::Refusal,
    serve::{calendar::Calendar, office::Office},
    time::{Day, Instant, Minute},
};

/// Most numbers of one office on one day: the slip and the board have room for four digits.
pub const MOST_A_DAY: u32 = 9_999;
/// Most people who wait at one office: a machine that runs wild is stopped here.
pub const MOST_WAITING: usize = 500;
/// How often somebody is called again.
pub const MOST_RECALLS: u8 = 3;
/// How long before opening the machine gives numbers, in minutes.
pub const EARLY_MINUTES: u16 = 30;

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not called yet.
    Waiting,
    /// Called to a counter.
    Called,
    /// At the counter.
    Serving,
    /// Served.
    Done,
    /// Called in vain.
    Missed,
}

impl State {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Called, Self::Serving, Self::Done, Self::Missed];

    /// Stable name in tables and language files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called => "called",
            Self::Serving => "serving",
            Self::Done => "done",
            Self::Missed => "missed",
        }
    }

    /// The state with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether an official is busy with it.
    pub fn is_held(self) -> bool {
        matches!(self, Self::Called | Self::Serving)
    }
}

/// A ticket as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Key.
    pub id: Uuid,
    /// The office.
    pub office_id: String,
    /// The letter of the service.
    pub group: String,
    /// The number of the office's day, from 1.
    pub number: u32,
    /// Entitled to go first; for which reason is nobody's business and not kept.
    pub priority: bool,
    /// The beginning of the slot that was booked.
    pub slot_at: Option<Instant>,
    /// Where it stands.
    pub state: State,
    /// Who called it last.
    pub official: Option<String>,
    /// The counter it was called to last.
    pub counter: Option<String>,
    /// How often it was called again since it was called.
    pub recalls: u8,
    /// When it was issued: the first contact.
    pub issued_at: Instant,
    /// Number of events so far.
    pub version: i64,
}

/// See [`Event::TicketIssued`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Key.
    pub ticket_id: Uuid,
    /// The office.
    pub office_id: String,
    /// The letter of the service.
    pub group: String,
    /// Entitled to go first.
    pub priority: bool,
    /// The booking that it fulfils.
    pub appointment_id: Option<Uuid>,
    /// The beginning of the booked slot, when the person came in time for it.
    pub slot_at: Option<Instant>,
    /// Office and day of the counting.
    pub of_day: String,
    /// The number of the office's day, gap-free; given by the record.
    pub number: u32,
}

/// See [`Event::TicketCalled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// The office.
    pub office_id: String,
    /// To which counter.
    pub counter: String,
    /// Whether it was the turn of those who go first.
    pub first: bool,
}

/// What somebody asks of the machine.
#[derive(Clone, Debug)]
pub struct TakeTicket {
    /// The office.
    pub office_id: String,
    /// The letter of the service.
    pub group: String,
    /// Entitled to go first.
    pub priority: bool,
    /// The booking that it fulfils, as [`super::appointment::check_in`] found it.
    pub appointment: Option<Kept>,
}

/// A booking that is kept by coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The booking.
    pub appointment_id: Uuid,
    /// The beginning of its slot, when the person came in time for it.
    pub slot_at: Option<Instant>,
}

/// The queue of an office as a call sees it.
#[derive(Clone, Copy, Debug)]
pub struct Queue<'a> {
    /// How it is arranged.
    pub arrangement: &'a Arrangement,
    /// Everybody who waits today.
    pub waiting: &'a [Ticket],
    /// The ticket that the official has called or serves.
    pub mine: Option<&'a Ticket>,
    /// Whether the last one called at this office today was one of those who go first.
    pub first_was_last: bool,
}

/// A step on a ticket that was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Call again.
    Recall,
    /// The person is at the counter.
    Attend,
    /// The person was served.
    Done,
    /// Nobody came.
    Missed,
    /// The person waits again, perhaps for another service. Keeps its number and so its place.
    Move {
        /// The letter of the service.
        group: String,
    },
}

impl Ticket {
    /// Whether it is in the line of those who go first.
    pub fn goes_first(&self, now: Instant) -> bool {
        self.priority || self.slot_at.is_some_and(|slot| slot <= now)
    }

    /// As it is printed, shown and said: letter and number.
    pub fn code(&self) -> String {
        code(&self.group, self.number)
    }
}

/// A letter and a number as one code.
pub fn code(group: &str, number: u32) -> String {
    format!("{group}{number:03}")
}

/// Whether an office's machine gives numbers: from a little before opening until closing, over noon too, on a Saturday of
/// reception as well.
pub fn gives_numbers(at: Instant, office: &Office, calendar: &Calendar) -> bool {
    let hours = office.hours(calendar);
    let (first, last) = (hours.on(at.day(), calendar).next(), hours.on(at.day(), calendar).last());
    first.zip(last).is_some_and(|((opens, _), (_, closes))| {
        (Minute(opens.0.saturating_sub(EARLY_MINUTES))..closes).contains(&at.minute())
    })
}

/// The name of the counting of an office's day.
pub fn of_day(office_id: &str, day: Day) -> String {
    format!("ticket/{office_id}/{}", code_day(day))
}

/// Decides that a number is given. `waiting` and `today` are how many wait and how many were given today.
///
/// # Errors
/// Refuses when the office is closed, too many wait or were given, and services that are not offered.
pub fn issue(
    command: TakeTicket,
    arrangement: &Arrangement,
    waiting: usize,
    today: u32,
    ctx: &Context<'_>,
) -> Result<(Batch, Uuid), Refusal> {
    let office = ctx.directory.on(ctx.at.day()).office(&command.office_id)?;
    if !office.receives() {
        return Err(Refusal::UnknownOffice);
    }
    let group = arrangement.group(&command.group)?;
    if !gives_numbers(ctx.at, &office, &ctx.directory.calendar) {
        return Err(Refusal::OfficeClosed);
    }
    if waiting >= MOST_WAITING || today >= MOST_A_DAY {
        return Err(Refusal::QueueFull);
    }
    let ticket_id = new_id(ctx.at, &ctx.entropy);
    let issued = Issued {
        ticket_id,
        office_id: office.id.clone(),
        group: group.prefix.clone(),
        priority: command.priority,
        appointment_id: command.appointment.map(|kept| kept.appointment_id),
        slot_at: command.appointment.and_then(|kept| kept.slot_at),
        of_day: of_day(&office.id, ctx.at.day()),
        number: 0,
    };
    let actor = ctx.actor.journal_name();
    Ok((Batch::one(actor, ctx.at, ticket_id.as_bytes(), 1, Event::TicketIssued(issued)), ticket_id))
}

/// Decides who is called to a counter next. What the official serves at that moment ends with it.
///
/// Two officials who call at the same moment see the same ticket; its version lets one of them win, and the other looks
/// anew.
///
/// # Errors
/// [`Refusal::TicketHeld`] while somebody is called and has not come, [`Refusal::NobodyWaiting`].
pub fn call_next(counter: &str, queue: Queue<'_>, ctx: &Context<'_>) -> Result<(Batch, Uuid), Refusal> {
    let office_id = queue.arrangement.office_id.as_str();
    let official = ctx.actor.handles(office_id)?;
    let counter = queue.arrangement.counter(counter)?;
    let mut batch = Batch { actor: official.id.clone(), ..Batch::default() };
    if let Some(mine) = queue.mine {
        if mine.state == State::Called {
            return Err(Refusal::TicketHeld);
        }
        let done = Event::TicketDone { office_id: office_id.to_owned() };
        batch.push(ctx.at, mine.id.as_bytes(), mine.version + 1, done);
    }
    let here = queue.waiting.iter().filter(|ticket| queue.arrangement.serves(counter, &ticket.group));
    let next = order(here, queue.first_was_last, ctx.at).first().copied().ok_or(Refusal::NobodyWaiting)?;
    let called = Called {
        office_id: office_id.to_owned(),
        counter: counter.name.clone(),
        first: next.goes_first(ctx.at),
    };
    batch.push(ctx.at, next.id.as_bytes(), next.version + 1, Event::TicketCalled(called));
    Ok((batch, next.id))
}

/// Decides a step on a ticket, by the official who called it or the head of the office.
///
/// # Errors
/// Refuses others, and steps that do not fit where the ticket stands.
pub fn step(
    ticket: &Ticket,
    step: Step,
    arrangement: &Arrangement,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let official = ctx.actor.handles(&ticket.office_id)?;
    let called_it = ticket.official.as_ref().is_some_and(|caller| official.acts_for(caller));
    let given_up = ticket.state == State::Missed && matches!(step, Step::Move { .. });
    if !called_it && !given_up && official.role_at(&ticket.office_id) != Some(Role::Head) {
        return Err(Refusal::NotYourRole);
    }
    let of_today = ticket.issued_at.day() == ctx.at.day();
    if !of_today && !matches!(step, Step::Done | Step::Missed) {
        return Err(Refusal::TicketOld);
    }
    let needs = |fits: bool| match (fits, ticket.state) {
        (true, _) => Ok(()),
        (false, State::Done | State::Missed) => Err(Refusal::AlreadyDone),
        (false, _) => Err(Refusal::WrongStep),
    };
    let office_id = ticket.office_id.clone();
    let event = match step {
        Step::Recall => {
            needs(ticket.state == State::Called)?;
            if ticket.recalls >= MOST_RECALLS {
                return Err(Refusal::RecallLimit);
            }
            Event::TicketRecalled { office_id }
        }
        Step::Attend => {
            needs(ticket.state == State::Called)?;
            Event::TicketAttended { office_id }
        }
        Step::Done => {
            needs(ticket.state.is_held())?;
            Event::TicketDone { office_id }
        }
        Step::Missed => {
            needs(ticket.state == State::Called)?;
            // People are old, deaf, or in the yard: nobody is given up after a single call.
            if ticket.recalls == 0 && of_today {
                return Err(Refusal::RecallFirst);
            }
            Event::TicketMissed { office_id }
        }
        Step::Move { group } => {
            needs(ticket.state.is_held() || ticket.state == State::Missed)?;
            Event::TicketMoved { office_id, group: arrangement.group(&group)?.prefix.clone() }
        }
    };
    Ok(Batch::one(&official.id, ctx.at, ticket.id.as_bytes(), ticket.version + 1, event))
}

/// The ticket after an event about it.
pub fn evolve(ticket: &mut Ticket, event: &Event, actor: &str) {
    ticket.version += 1;
    match event {
        Event::TicketCalled(called) => {
            ticket.state = State::Called;
            ticket.official = Some(actor.to_owned());
            ticket.counter = Some(called.counter.clone());
            ticket.recalls = 0;
        }
        Event::TicketRecalled { .. } => ticket.recalls += 1,
        Event::TicketAttended { .. } => ticket.state = State::Serving,
        Event::TicketDone { .. } => ticket.state = State::Done,
        Event::TicketMissed { .. } => ticket.state = State::Missed,
        Event::TicketMoved { group, .. } => {
            ticket.state = State::Waiting;
            ticket.group.clone_from(group);
        }
        _ => ticket.version -= 1,
    }
}
