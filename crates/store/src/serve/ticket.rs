//! Queue numbers in tables.

use hailong_core::{
    batch::{Batch, Entry},
    context::Context,
    event::Event,
    refusal::Refusal,
    serve::ticket::{self, MOST_WAITING, Queue, State, Step, TakeTicket, Ticket},
    time::{Day, Instant},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    query::Statement,
    value::{Row, Value},
};

/// Most tickets that are called or served at one office at once and still read.
pub(crate) const MOST_HELD: usize = 60;
/// How often a call looks anew when somebody else was faster.
const TRIES: usize = 16;

macro_rules! select_ticket {
    ($rest:literal) => {
        concat!(
            "SELECT ticket_id, office_id, grp, number, priority, slot_at, state, official, counter, recalls, issued_at, \
             version, called_at, spoken_at, ended_at FROM ticket WHERE authority_id = ?1 ",
            $rest
        )
    };
}

crate::query::queries! {
    ISSUE = "INSERT INTO ticket (authority_id, ticket_id, office_id, day, number, grp, priority, appointment_id, slot_at, \
             state, version, recalls, issued_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'waiting', 1, 0, ?10)";
    CALL = "UPDATE ticket SET state = 'called', version = ?3, official = ?4, counter = ?5, first = ?6, recalls = 0, \
            called_at = ?7, spoken_at = ?7 WHERE authority_id = ?1 AND ticket_id = ?2 AND version + 1 = ?3";
    RECALL = "UPDATE ticket SET version = ?3, recalls = recalls + 1, spoken_at = ?4 \
              WHERE authority_id = ?1 AND ticket_id = ?2 AND version + 1 = ?3";
    ATTEND = "UPDATE ticket SET state = 'serving', version = ?3, attended_at = ?4 \
              WHERE authority_id = ?1 AND ticket_id = ?2 AND version + 1 = ?3";
    END = "UPDATE ticket SET state = ?4, version = ?3, ended_at = ?5 \
           WHERE authority_id = ?1 AND ticket_id = ?2 AND version + 1 = ?3";
    MOVE = "UPDATE ticket SET state = 'waiting', version = ?3, grp = ?4, attended_at = NULL, ended_at = NULL \
            WHERE authority_id = ?1 AND ticket_id = ?2 AND version + 1 = ?3";
    READ = select_ticket!("AND ticket_id = ?2");
    WAITING = select_ticket!(
        "AND office_id = ?2 AND day = ?3 AND state = 'waiting' ORDER BY number LIMIT ?4"
    );
    HELD = select_ticket!(
        "AND office_id = ?2 AND state IN ('called', 'serving') ORDER BY spoken_at DESC, number DESC LIMIT ?3"
    );
    LAST_OF = select_ticket!(
        "AND office_id = ?2 AND day = ?3 AND called_at IS NOT NULL AND official = ?4 ORDER BY called_at DESC LIMIT 1"
    );
    MISSED = select_ticket!(
        "AND office_id = ?2 AND day = ?3 AND state = 'missed' ORDER BY number DESC LIMIT ?4"
    );
    COUNT_WAITING = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM ticket WHERE authority_id = ?1 AND office_id = ?2 \
                     AND day = ?3 AND state = 'waiting' LIMIT ?4) AS waiting";
    LAST_NUMBER = "SELECT number FROM ticket WHERE authority_id = ?1 AND office_id = ?2 AND day = ?3 \
                   ORDER BY number DESC LIMIT 1";
}

/// A ticket with its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketFile {
    /// What decisions look at.
    pub ticket: Ticket,
    /// When it was called last.
    pub called_at: Option<Instant>,
    /// When it was called or called again last.
    pub spoken_at: Option<Instant>,
    /// When it was served or given up.
    pub ended_at: Option<Instant>,
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    let at = || Value::from(entry.at.0);
    let key = |rest: Vec<Value>| {
        let mut params: Vec<Value> =
            vec![authority.into(), entry.subject.0.as_slice().into(), entry.version.into()];
        params.extend(rest);
        params
    };
    out.push(match event {
        Event::TicketIssued(issued) => Statement::new(
            &ISSUE,
            vec![
                authority.into(),
                issued.ticket_id.into(),
                issued.office_id.as_str().into(),
                entry.at.day().0.into(),
                issued.number.into(),
                issued.group.as_str().into(),
                issued.priority.into(),
                issued.appointment_id.into(),
                issued.slot_at.map(|slot| slot.0).into(),
                at(),
            ],
        ),
        Event::TicketCalled(called) => {
            let rest = vec![actor.into(), called.counter.as_str().into(), called.first.into(), at()];
            Statement::one(&CALL, key(rest))
        }
        Event::TicketRecalled { .. } => Statement::one(&RECALL, key(vec![at()])),
        Event::TicketAttended { .. } => Statement::one(&ATTEND, key(vec![at()])),
        Event::TicketDone { .. } => Statement::one(&END, key(vec![State::Done.key().into(), at()])),
        Event::TicketMissed { .. } => Statement::one(&END, key(vec![State::Missed.key().into(), at()])),
        Event::TicketMoved { group, .. } => Statement::one(&MOVE, key(vec![group.as_str().into()])),
        _ => return,
    });
}

fn read(row: &Row<'_>) -> Result<TicketFile, StoreError> {
    let instant = |column| Ok::<_, StoreError>(row.opt_int(column)?.map(Instant));
    let state = State::from_key(&row.text(6)?);
    let ticket = Ticket {
        id: row.uuid(0)?,
        office_id: row.text(1)?,
        group: row.text(2)?,
        number: row.int(3)? as u32,
        priority: row.int(4)? == 1,
        slot_at: instant(5)?,
        state: state.ok_or_else(|| StoreError::Corrupt("a ticket has an unknown state".into()))?,
        official: row.opt_text(7)?,
        counter: row.opt_text(8)?,
        recalls: row.int(9)? as u8,
        issued_at: Instant(row.int(10)?),
        version: row.int(11)?,
    };
    Ok(TicketFile { ticket, called_at: instant(12)?, spoken_at: instant(13)?, ended_at: instant(14)? })
}

impl Store {
    /// Gives a number; returns the ticket's key.
    ///
    /// # Errors
    /// Refusals of [`ticket::issue`].
    pub async fn issue_ticket(&self, command: TakeTicket, ctx: &Context<'_>) -> Result<Uuid, StoreError> {
        let (arrangement, _) = self.arrangement(&command.office_id).await?;
        let (waiting, today) = self.queue_counts(&command.office_id, ctx.at.day()).await?;
        let (batch, id) = ticket::issue(command, &arrangement, waiting, today, ctx)?;
        self.commit(batch).await?;
        Ok(id)
    }

    /// Calls whoever is next to a counter; returns the ticket's key. Two officials who call at once get one each.
    ///
    /// # Errors
    /// Refusals of [`ticket::call_next`].
    pub async fn call_next(
        &self,
        office_id: &str,
        counter: &str,
        ctx: &Context<'_>,
    ) -> Result<Uuid, StoreError> {
        let official = ctx.actor.handles(office_id)?.id.clone();
        for _ in 0..TRIES {
            let now = self.queue_now(office_id, ctx.at).await?.now;
            let mine = self.ticket_of_official(office_id, &official).await?;
            let queue = Queue {
                arrangement: &now.arrangement,
                waiting: &now.waiting,
                mine: mine.as_ref().map(|file| &file.ticket),
                first_was_last: now.first_was_last,
            };
            let (batch, id) = ticket::call_next(counter, queue, ctx)?;
            match self.commit(batch).await {
                // Somebody else called that number in between: look who is next now.
                Err(StoreError::Stale) => {}
                other => return other.map(|_| id),
            }
        }
        Err(StoreError::Stale)
    }

    /// A step on a ticket that was called.
    ///
    /// # Errors
    /// Refusals of [`ticket::step`].
    pub async fn step_ticket(&self, id: Uuid, step: Step, ctx: &Context<'_>) -> Result<(), StoreError> {
        let file = self.ticket(id).await?.ok_or(Refusal::UnknownTicket)?;
        let (arrangement, _) = self.arrangement(&file.ticket.office_id).await?;
        let batch: Batch = ticket::step(&file.ticket, step, &arrangement, ctx)?;
        self.commit(batch).await.map(|_| ())
    }

    /// A ticket by its key.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn ticket(&self, id: Uuid) -> Result<Option<TicketFile>, StoreError> {
        self.row(&READ, &[self.authority().into(), id.into()], read).await
    }

    /// When the holder of a ticket first came to this office; `None` when it is no ticket of this office.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn ticket_first_contact(
        &self,
        id: Uuid,
        office_id: &str,
    ) -> Result<Option<Instant>, StoreError> {
        let file = self.ticket(id).await?.filter(|file| file.ticket.office_id == office_id);
        Ok(file.map(|file| file.ticket.issued_at))
    }

    /// The ticket that an official has called or serves.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn ticket_of_official(
        &self,
        office_id: &str,
        official: &str,
    ) -> Result<Option<TicketFile>, StoreError> {
        // Chosen here among the few: with the official in the question, SQLite looks through all that the office ever gave.
        let mut held = self.held_tickets(office_id, MOST_HELD).await?.into_iter();
        Ok(held.find(|file| file.ticket.official.as_deref() == Some(official)))
    }

    /// The ticket that an official called last on a day.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn last_ticket_of_official(
        &self,
        office_id: &str,
        official: &str,
        day: Day,
    ) -> Result<Option<TicketFile>, StoreError> {
        let params = [self.authority().into(), office_id.into(), day.0.into(), official.into()];
        self.row(&LAST_OF, &params, read).await
    }

    /// Those who were called in vain on a day, the highest number first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn missed_tickets(
        &self,
        office_id: &str,
        day: Day,
        limit: usize,
    ) -> Result<Vec<TicketFile>, StoreError> {
        let params = [self.authority().into(), office_id.into(), day.0.into(), (limit as i64).into()];
        self.rows(&MISSED, &params, read).await
    }

    pub(crate) async fn waiting_tickets(
        &self,
        office_id: &str,
        day: Day,
        limit: usize,
    ) -> Result<Vec<Ticket>, StoreError> {
        let params = [self.authority().into(), office_id.into(), day.0.into(), (limit as i64).into()];
        self.rows(&WAITING, &params, |row| Ok(read(row)?.ticket)).await
    }

    pub(crate) async fn held_tickets(
        &self,
        office_id: &str,
        limit: usize,
    ) -> Result<Vec<TicketFile>, StoreError> {
        let params = [self.authority().into(), office_id.into(), (limit as i64).into()];
        self.rows(&HELD, &params, read).await
    }

    /// How many wait at an office, counted no further than the most, and how many numbers it gave on that day.
    pub(crate) async fn queue_counts(&self, office_id: &str, day: Day) -> Result<(usize, u32), StoreError> {
        let (authority, most) = (self.authority(), MOST_WAITING as i64);
        let params = [authority.into(), office_id.into(), day.0.into(), most.into()];
        let waiting = self.row(&COUNT_WAITING, &params, |row| row.int(0)).await?.unwrap_or(0);
        let last = self.row(&LAST_NUMBER, &params[..3], |row| row.int(0)).await?.unwrap_or(0);
        Ok((usize::try_from(waiting).unwrap_or_default(), u32::try_from(last).unwrap_or(u32::MAX)))
    }
}
