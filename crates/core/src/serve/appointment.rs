//! Appointments: a place in a slot of an office's day, booked beforehand under a code. Who comes in time is called among
//! those who go first from the beginning of the slot.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    applicant::tidy,
    queue::{Arrangement, Booking},
    ticket::{self, Kept, TakeTicket},
};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context},
    event::Event,
    id::{Bytes, new_id},
    refusal::Refusal,
    serve::{calendar::Calendar, office::Office},
    time::{Day, Instant, Minute},
};

/// Longest name, in characters.
pub const NAME_LIMIT: usize = 120;
/// How late somebody may come and still go first, in seconds.
pub const GRACE_SECONDS: i64 = 15 * 60;

/// Who booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booker {
    /// Full name.
    pub name: String,
    /// Phone number, digits only.
    pub phone: String,
}

/// See [`Event::AppointmentBooked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    /// Key; also the subject of the key that seals the booker.
    pub appointment_id: Uuid,
    /// The office.
    pub office_id: String,
    /// The letter of the service.
    pub group: String,
    /// The beginning of the slot.
    pub slot_at: Instant,
    /// The place in the slot, from 1: two bookings cannot have the same.
    pub place: u16,
    /// Name and phone, sealed.
    pub booker: Bytes,
    /// Blind index of the code.
    pub code_hash: Bytes,
}

/// An appointment as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Key.
    pub id: Uuid,
    /// The office.
    pub office_id: String,
    /// The letter of the service.
    pub group: String,
    /// The beginning of the slot.
    pub slot_at: Instant,
    /// The place in the slot.
    pub place: u16,
    /// Where it stands.
    pub state: State,
    /// Number of events so far.
    pub version: i64,
}

/// Where an appointment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The place is held.
    Booked,
    /// Given up.
    Cancelled,
    /// The person came and took a number.
    Kept,
}

impl State {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Booked, Self::Cancelled, Self::Kept];

    /// Stable name in tables and language files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
            Self::Kept => "kept",
        }
    }

    /// The state with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What somebody books.
#[derive(Clone, Debug)]
pub struct Book {
    /// The letter of the service.
    pub group: String,
    /// The beginning of the slot.
    pub slot_at: Instant,
    /// Who.
    pub booker: Booker,
}

impl Booker {
    fn checked(mut self) -> Result<Self, Refusal> {
        self.name = tidy(&self.name);
        self.phone.retain(|c| !c.is_whitespace() && c != '-' && c != '.');
        if self.name.is_empty() {
            return Err(Refusal::Empty("name"));
        }
        if self.name.chars().count() > NAME_LIMIT {
            return Err(Refusal::TooLong("name"));
        }
        if self.name.chars().count() < 2 || self.name.chars().any(|c| c.is_control() || c == '\u{fffd}') {
            return Err(Refusal::BadName);
        }
        let digits = self.phone.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || !self.phone.starts_with('0') || !(10..=11).contains(&self.phone.len()) {
            return Err(Refusal::BadPhone);
        }
        Ok(self)
    }
}

/// The beginnings of a day's slots: within the hours of opening, none reaching over their end.
pub fn slots(day: Day, booking: Booking, office: &Office, calendar: &Calendar) -> Vec<Instant> {
    let open = office.is_open(day) && office.receives();
    if booking.capacity == 0 || booking.slot_minutes == 0 || !open {
        return Vec::new();
    }
    let hours = office.on(day).hours(calendar);
    let mut slots = Vec::new();
    for (from, to) in hours.on(day, calendar) {
        let mut start = from.0;
        while start + booking.slot_minutes <= to.0 {
            slots.push(Instant::at(day, Minute(start)));
            start += booking.slot_minutes;
        }
    }
    slots
}

/// The days on which something can still be booked, beginning with today.
pub fn days(now: Instant, booking: Booking, office: &Office, calendar: &Calendar) -> Vec<Day> {
    let ahead = i32::from(booking.days_ahead);
    let (_, last) = calendar.span();
    let days = (0..=ahead).map(|n| now.day().plus(n)).filter(|day| *day <= last);
    days.filter(|day| slots(*day, booking, office, calendar).iter().any(|slot| *slot > now)).collect()
}

fn free_place(
    slot_at: Instant,
    taken: &[u16],
    arrangement: &Arrangement,
    ctx: &Context<'_>,
) -> Result<u16, Refusal> {
    let (calendar, booking) = (&ctx.directory.calendar, arrangement.booking);
    let office = ctx.directory.office(&arrangement.office_id)?;
    let offered = days(ctx.at, booking, office, calendar).contains(&slot_at.day())
        && slots(slot_at.day(), booking, office, calendar).contains(&slot_at)
        && slot_at > ctx.at;
    if !offered {
        return Err(Refusal::SlotNotOffered);
    }
    (1..=booking.capacity).find(|place| !taken.contains(place)).ok_or(Refusal::SlotFull)
}

/// Decides a booking; `taken` are the places of that slot that are held. Returns the code, which is shown once and
/// is all that a person needs to keep.
///
/// # Errors
/// Refuses slots that are not offered or full, and data that cannot be right.
pub fn book(
    command: Book,
    arrangement: &Arrangement,
    taken: &[u16],
    ctx: &Context<'_>,
) -> Result<(Batch, String), Refusal> {
    let office = ctx.directory.office(&arrangement.office_id)?;
    let group = arrangement.group(&command.group)?;
    let booker = command.booker.checked()?;
    let place = free_place(command.slot_at, taken, arrangement, ctx)?;
    let appointment_id = new_id(ctx.at, &ctx.entropy);
    let (key, wrapped) = ctx.secrets.new_data_key(appointment_id, &ctx.entropy);
    let sealed = serde_json::to_vec(&booker).unwrap_or_default();
    let code = new_code(ctx);
    let booked = Booked {
        appointment_id,
        office_id: office.id.clone(),
        group: group.prefix.clone(),
        slot_at: command.slot_at,
        place,
        booker: Bytes(key.seal(&ctx.entropy, appointment_id.as_bytes(), &sealed)),
        code_hash: Bytes(ctx.secrets.blind_index("appointment", &code).to_vec()),
    };
    let actor = ctx.actor.journal_name();
    let mut batch = Batch::one(actor, ctx.at, appointment_id.as_bytes(), 1, Event::AppointmentBooked(booked));
    batch.side.push(Side::DataKey { subject: appointment_id, wrapped });
    Ok((batch, code))
}

/// Who may change an appointment: whoever holds its code, and the office.
fn may_change(appointment: &Appointment, ctx: &Context<'_>) -> Result<(), Refusal> {
    if let Actor::Official(_) = &ctx.actor {
        ctx.actor.handles(&appointment.office_id)?;
    }
    if appointment.state == State::Booked { Ok(()) } else { Err(Refusal::AlreadyDone) }
}

/// Decides that an appointment is moved to another slot. The code stays.
///
/// # Errors
/// As [`book`]; refuses what was cancelled or kept.
pub fn rebook(
    appointment: &Appointment,
    slot_at: Instant,
    arrangement: &Arrangement,
    taken: &[u16],
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    may_change(appointment, ctx)?;
    if slot_at == appointment.slot_at {
        return Err(Refusal::SameSlot);
    }
    let place = free_place(slot_at, taken, arrangement, ctx)?;
    let event = Event::AppointmentMoved { office_id: appointment.office_id.clone(), slot_at, place };
    Ok(next(appointment, event, ctx))
}

/// Decides that an appointment is given up: its place is free at once.
///
/// # Errors
/// Refuses what was cancelled or kept.
pub fn cancel(appointment: &Appointment, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    may_change(appointment, ctx)?;
    Ok(next(appointment, Event::AppointmentCancelled { office_id: appointment.office_id.clone() }, ctx))
}

/// Decides that the person came: gives a number, which goes first from the slot's beginning when they came in time.
///
/// # Errors
/// Refuses other days than the slot's, what was cancelled or kept, and as [`ticket::issue`].
pub fn check_in(
    appointment: &Appointment,
    arrangement: &Arrangement,
    waiting: usize,
    today: u32,
    ctx: &Context<'_>,
) -> Result<(Batch, Uuid), Refusal> {
    may_change(appointment, ctx)?;
    if appointment.slot_at.day() != ctx.at.day() {
        return Err(Refusal::NotToday);
    }
    let in_time = ctx.at <= appointment.slot_at.plus_seconds(GRACE_SECONDS);
    // A service that is no longer offered becomes the first one: who booked it is served all the same.
    let fallback = arrangement.groups.first().map(|group| group.prefix.clone()).unwrap_or_default();
    let group = arrangement.group(&appointment.group).map_or(fallback, |group| group.prefix.clone());
    let take = TakeTicket {
        office_id: appointment.office_id.clone(),
        group,
        priority: false,
        appointment: Some(Kept {
            appointment_id: appointment.id,
            slot_at: in_time.then_some(appointment.slot_at),
        }),
    };
    let (mut batch, ticket_id) = ticket::issue(take, arrangement, waiting, today, ctx)?;
    let kept = Event::AppointmentKept { office_id: appointment.office_id.clone(), ticket_id };
    batch.push(ctx.at, appointment.id.as_bytes(), appointment.version + 1, kept);
    Ok((batch, ticket_id))
}

fn next(appointment: &Appointment, event: Event, ctx: &Context<'_>) -> Batch {
    let (subject, version) = (appointment.id, appointment.version + 1);
    Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), version, event)
}

/// Twelve characters without look-alikes: 60 bits.
fn new_code(ctx: &Context<'_>) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bytes: [u8; 12] = ctx.entropy.bytes();
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}
