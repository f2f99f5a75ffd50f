//! Appointments in tables.

use std::collections::BTreeMap;

use hailong_core::{
    batch::Entry,
    context::Context,
    event::Event,
    listen::opinion::read_follow_code,
    refusal::Refusal,
    serve::appointment::{self, Appointment, Book, Booker, State},
    time::{Day, Instant, Minute},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    query::Statement,
    value::{Row, Value},
};

/// How often a booking looks for a free place when somebody else was faster.
const TRIES: usize = 64;

macro_rules! select_appointment {
    ($rest:literal) => {
        concat!(
            "SELECT appointment_id, office_id, grp, slot_at, place, state, version, booker, booked_at, ticket_id \
             FROM appointment WHERE authority_id = ?1 ",
            $rest
        )
    };
}

crate::query::queries! {
    BOOK = "INSERT INTO appointment (authority_id, appointment_id, office_id, grp, slot_at, place, state, version, booker, \
            code_hash, booked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'booked', 1, ?7, ?8, ?9)";
    MOVE = "UPDATE appointment SET slot_at = ?4, place = ?5, version = ?3 \
            WHERE authority_id = ?1 AND appointment_id = ?2 AND version + 1 = ?3";
    END = "UPDATE appointment SET state = ?4, ticket_id = ?5, version = ?3 \
           WHERE authority_id = ?1 AND appointment_id = ?2 AND version + 1 = ?3";
    READ = select_appointment!("AND appointment_id = ?2");
    READ_BY_CODE = select_appointment!("AND code_hash = ?2");
    OF_DAY = select_appointment!(
        "AND office_id = ?2 AND slot_at >= ?3 AND slot_at < ?4 AND state <> 'cancelled' ORDER BY slot_at, place LIMIT 2000"
    );
    TAKEN = "SELECT place FROM appointment WHERE authority_id = ?1 AND office_id = ?2 AND slot_at = ?3 \
             AND state <> 'cancelled' ORDER BY place LIMIT 100";
    COUNT_SLOTS = "SELECT slot_at, COUNT(*) FROM appointment WHERE authority_id = ?1 AND office_id = ?2 AND slot_at >= ?3 \
                 AND slot_at < ?4 AND state <> 'cancelled' GROUP BY slot_at ORDER BY slot_at LIMIT 5000";
}

/// An appointment with its booker opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppointmentFile {
    /// What decisions look at.
    pub appointment: Appointment,
    /// Who booked; `None` when erased.
    pub booker: Option<Booker>,
    /// When it was booked.
    pub booked_at: Instant,
    /// The number that was given when the person came.
    pub ticket_id: Option<Uuid>,
}

struct Sealed {
    file: AppointmentFile,
    booker: Vec<u8>,
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, out: &mut Vec<Statement>) {
    let key = |rest: Vec<Value>| {
        let mut params: Vec<Value> =
            vec![authority.into(), entry.subject.0.as_slice().into(), entry.version.into()];
        params.extend(rest);
        params
    };
    let end = |state: State, ticket: Option<Uuid>| key(vec![state.key().into(), ticket.into()]);
    out.push(match event {
        Event::AppointmentBooked(booked) => Statement::new(
            &BOOK,
            vec![
                authority.into(),
                booked.appointment_id.into(),
                booked.office_id.as_str().into(),
                booked.group.as_str().into(),
                booked.slot_at.0.into(),
                booked.place.into(),
                booked.booker.0.as_slice().into(),
                booked.code_hash.0.as_slice().into(),
                entry.at.0.into(),
            ],
        ),
        Event::AppointmentMoved { slot_at, place, .. } => {
            Statement::one(&MOVE, key(vec![slot_at.0.into(), (*place).into()]))
        }
        Event::AppointmentCancelled { .. } => Statement::one(&END, end(State::Cancelled, None)),
        Event::AppointmentKept { ticket_id, .. } => Statement::one(&END, end(State::Kept, Some(*ticket_id))),
        _ => return,
    });
}

fn read(row: &Row<'_>) -> Result<Sealed, StoreError> {
    let state = State::from_key(&row.text(5)?);
    let appointment = Appointment {
        id: row.uuid(0)?,
        office_id: row.text(1)?,
        group: row.text(2)?,
        slot_at: Instant(row.int(3)?),
        place: row.int(4)? as u16,
        state: state.ok_or_else(|| StoreError::Corrupt("an appointment has an unknown state".into()))?,
        version: row.int(6)?,
    };
    let booked_at = Instant(row.int(8)?);
    let ticket_id = row.opt_bytes(9)?.and_then(|bytes| Uuid::from_slice(&bytes).ok());
    Ok(Sealed {
        file: AppointmentFile { appointment, booker: None, booked_at, ticket_id },
        booker: row.bytes(7)?,
    })
}

fn bounds(day: Day) -> (Value, Value) {
    let midnight = |day| Value::from(Instant::at(day, Minute(0)).0);
    (midnight(day), midnight(day.plus(1)))
}

impl Store {
    /// Books a place in a slot; returns the code, which is shown once.
    ///
    /// # Errors
    /// Refusals of [`appointment::book`].
    pub async fn book_appointment(
        &self,
        office_id: &str,
        command: Book,
        ctx: &Context<'_>,
    ) -> Result<String, StoreError> {
        let (arrangement, _) = self.arrangement(office_id).await?;
        for _ in 0..TRIES {
            let taken = self.taken_places(office_id, command.slot_at).await?;
            let (batch, code) = appointment::book(command.clone(), &arrangement, &taken, ctx)?;
            match self.commit(batch).await {
                // Somebody else got that place in between: look for another.
                Err(StoreError::Stale) => {}
                other => return other.map(|_| code),
            }
        }
        Err(StoreError::Busy)
    }

    /// Moves an appointment to another slot.
    ///
    /// # Errors
    /// Refusals of [`appointment::rebook`].
    pub async fn move_appointment(
        &self,
        id: Uuid,
        slot_at: Instant,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let current = self.appointment_itself(id).await?;
            let (arrangement, _) = self.arrangement(&current.office_id).await?;
            let taken = self.taken_places(&current.office_id, slot_at).await?;
            match self.commit(appointment::rebook(&current, slot_at, &arrangement, &taken, ctx)?).await {
                Err(StoreError::Stale) => {}
                other => return other.map(|_| ()),
            }
        }
        Err(StoreError::Busy)
    }

    /// Gives an appointment up.
    ///
    /// # Errors
    /// Refusals of [`appointment::cancel`].
    pub async fn cancel_appointment(&self, id: Uuid, ctx: &Context<'_>) -> Result<(), StoreError> {
        let current = self.appointment_itself(id).await?;
        self.commit(appointment::cancel(&current, ctx)?).await.map(|_| ())
    }

    /// Notes that the person came, and gives a number; returns the ticket's key.
    ///
    /// # Errors
    /// Refusals of [`appointment::check_in`].
    pub async fn check_in(&self, id: Uuid, ctx: &Context<'_>) -> Result<Uuid, StoreError> {
        let current = self.appointment_itself(id).await?;
        let (arrangement, _) = self.arrangement(&current.office_id).await?;
        let (waiting, today) = self.queue_counts(&current.office_id, ctx.at.day()).await?;
        let (batch, ticket) = appointment::check_in(&current, &arrangement, waiting, today, ctx)?;
        self.commit(batch).await?;
        Ok(ticket)
    }

    /// An appointment by its key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn appointment(&self, id: Uuid) -> Result<Option<AppointmentFile>, StoreError> {
        match self.row(&READ, &[self.authority().into(), id.into()], read).await? {
            Some(sealed) => Ok(Some(self.open_appointment(sealed).await?)),
            None => Ok(None),
        }
    }

    /// An appointment by the code that was shown when it was booked.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn appointment_by_code(&self, typed: &str) -> Result<Option<AppointmentFile>, StoreError> {
        let code = read_follow_code(typed);
        let hash = self.vault().secrets().blind_index("appointment", &code);
        let params = [self.authority().into(), hash.as_slice().into()];
        match self.row(&READ_BY_CODE, &params, read).await? {
            Some(sealed) => Ok(Some(self.open_appointment(sealed).await?)),
            None => Ok(None),
        }
    }

    /// The appointments of an office's day that were not given up, by slot.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn appointments_of_day(
        &self,
        office_id: &str,
        day: Day,
    ) -> Result<Vec<AppointmentFile>, StoreError> {
        let (from, to) = bounds(day);
        let params = [self.authority().into(), office_id.into(), from, to];
        let mut opened = Vec::new();
        for sealed in self.rows(&OF_DAY, &params, read).await? {
            opened.push(self.open_appointment(sealed).await?);
        }
        Ok(opened)
    }

    /// How many places are taken in each slot that has any, from a day to another.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn booked_slots(
        &self,
        office_id: &str,
        first: Day,
        last: Day,
    ) -> Result<BTreeMap<Instant, i64>, StoreError> {
        let (from, to) = (bounds(first).0, bounds(last).1);
        let params = [self.authority().into(), office_id.into(), from, to];
        let read = |row: &Row<'_>| Ok((Instant(row.int(0)?), row.int(1)?));
        Ok(self.rows(&COUNT_SLOTS, &params, read).await?.into_iter().collect())
    }

    async fn taken_places(&self, office_id: &str, slot_at: Instant) -> Result<Vec<u16>, StoreError> {
        let params = [self.authority().into(), office_id.into(), slot_at.0.into()];
        self.rows(&TAKEN, &params, |row| Ok(row.int(0)? as u16)).await
    }

    async fn appointment_itself(&self, id: Uuid) -> Result<Appointment, StoreError> {
        let found = self.row(&READ, &[self.authority().into(), id.into()], read).await?;
        Ok(found.ok_or(Refusal::UnknownAppointment)?.file.appointment)
    }

    async fn open_appointment(&self, sealed: Sealed) -> Result<AppointmentFile, StoreError> {
        let Sealed { mut file, booker } = sealed;
        let id = file.appointment.id;
        if let Some(key) = self.data_key(id).await? {
            file.booker =
                key.open(id.as_bytes(), &booker).and_then(|bytes| serde_json::from_slice(&bytes).ok());
        }
        Ok(file)
    }
}
