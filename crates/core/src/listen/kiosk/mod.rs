//! Rating kiosks: tablets at an office that take ratings and opinions, also while there is no network.
//!
//! A head enrols a tablet; it then holds a token that only the server can make. What people answer is sealed on the tablet
//! to the server's key ([`item`]) and waits there until it can be sent. The right to vote stays the invitation, scanned
//! or typed as sixteen digits ([`code`]).

pub mod code;
pub mod item;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    batch::Batch,
    context::{Actor, Context, Role},
    event::Event,
    id::new_id,
    refusal::Refusal,
    serve::applicant::tidy,
    time::Day,
};

/// Most kiosks of one office that may be in use.
pub const MOST_OF_OFFICE: usize = 20;
/// Longest name of a kiosk, in characters.
pub const NAME_LIMIT: usize = 60;

/// A tablet takes answers for an office, for the first time or again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The kiosk.
    pub kiosk_id: Uuid,
    /// The office where it stands.
    pub office_id: String,
    /// Where it stands there, in words.
    pub name: String,
    /// The day.
    pub day: Day,
}

/// A tablet takes no more answers: lost, broken or put away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The kiosk.
    pub kiosk_id: Uuid,
    /// The office where it stood.
    pub office_id: String,
}

/// A kiosk as decisions see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kiosk {
    /// When it was enrolled last.
    pub enrolled: Enrolled,
    /// Whether it takes answers.
    pub active: bool,
    /// Number of events so far.
    pub version: i64,
}

/// Decides that a tablet becomes a kiosk of an office. `before` is the kiosk that the tablet was, when it holds the token
/// of one: it stays the same one, so that answers that wait on it can still be sent. `others` is how many kiosks of the
/// office are in use.
///
/// # Errors
/// Refuses everybody but the head of the office, names that are empty or too long, and one kiosk too many.
pub fn enrol(
    before: Option<&Kiosk>,
    office_id: &str,
    name: &str,
    others: usize,
    ctx: &Context<'_>,
) -> Result<(Batch, Uuid), Refusal> {
    heads(office_id, ctx)?;
    let office = ctx.directory.on(ctx.at.day()).office(office_id)?;
    let name = tidy(name);
    if name.is_empty() {
        return Err(Refusal::Empty("name"));
    }
    if name.chars().count() > NAME_LIMIT {
        return Err(Refusal::TooLong("name"));
    }
    let before = before.filter(|kiosk| kiosk.enrolled.office_id == office.id);
    if others >= MOST_OF_OFFICE && !before.is_some_and(|kiosk| kiosk.active) {
        return Err(Refusal::TooManyKiosks);
    }
    let kiosk_id = before.map_or_else(|| new_id(ctx.at, &ctx.entropy), |kiosk| kiosk.enrolled.kiosk_id);
    let version = before.map_or(1, |kiosk| kiosk.version + 1);
    let enrolled = Enrolled { kiosk_id, office_id: office.id.clone(), name, day: ctx.at.day() };
    let event = Event::KioskEnrolled(enrolled);
    Ok((Batch::one(ctx.actor.journal_name(), ctx.at, kiosk_id.as_bytes(), version, event), kiosk_id))
}

/// Decides that a kiosk takes no more answers.
///
/// # Errors
/// Refuses everybody but the head of its office, and kiosks that were withdrawn already.
pub fn withdraw(kiosk: &Kiosk, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    heads(&kiosk.enrolled.office_id, ctx)?;
    if !kiosk.active {
        return Err(Refusal::AlreadyDone);
    }
    let (kiosk_id, office_id) = (kiosk.enrolled.kiosk_id, kiosk.enrolled.office_id.clone());
    let event = Event::KioskWithdrawn(Withdrawn { kiosk_id, office_id });
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, kiosk_id.as_bytes(), kiosk.version + 1, event))
}

fn heads(office_id: &str, ctx: &Context<'_>) -> Result<(), Refusal> {
    match &ctx.actor {
        Actor::Official(official) if official.role_at(office_id) == Some(Role::Head) => Ok(()),
        Actor::Official(official) if official.has_role(&[Role::Head]) => Err(Refusal::NotYourOffice),
        Actor::Former(_) => Err(Refusal::PostEnded),
        _ => Err(Refusal::NotYourRole),
    }
}

/// What became of an answer that a kiosk sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It counts from now on.
    Taken,
    /// It was here before, or the invitation was used another way: it counts once.
    Already,
    /// It can never count.
    Refused,
}

/// What has come from a kiosk so far, in numbers. The numbers that answers carry are counted by the tablet from 1 and
/// cannot be changed on it; one that is jumped over was taken away there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// The highest number that came.
    pub highest: u64,
    /// Answers that count.
    pub taken: u64,
    /// Answers that were here before, or whose invitation was used another way.
    pub already: u64,
    /// Answers that can never count.
    pub refused: u64,
    /// Numbers that were jumped over.
    pub missing: u64,
    /// How often the tablet began to count anew: its store was emptied.
    pub restarts: u64,
}

impl Arrivals {
    /// Counts one more answer.
    pub fn note(&mut self, sequence: u64, outcome: Outcome) {
        match outcome {
            Outcome::Taken => self.taken += 1,
            Outcome::Already => self.already += 1,
            Outcome::Refused => self.refused += 1,
        }
        if sequence > self.highest {
            self.missing = self.missing.saturating_add(sequence - self.highest - 1);
            self.highest = sequence;
        } else if sequence == 1 && outcome == Outcome::Taken {
            // What is sent twice is here already; a first answer that is new was counted anew.
            self.restarts += 1;
            self.highest = 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(answers: &[(u64, Outcome)]) -> Arrivals {
        let mut arrivals = Arrivals::default();
        answers.iter().for_each(|&(sequence, outcome)| arrivals.note(sequence, outcome));
        arrivals
    }

    #[test]
    fn what_was_taken_away_on_the_tablet_shows() {
        use Outcome::{Already, Refused, Taken};
        let whole = noted(&[(1, Taken), (2, Refused), (2, Already), (3, Taken), (1, Already)]);
        assert_eq!((whole.highest, whole.missing, whole.restarts), (3, 0, 0));
        assert_eq!((whole.taken, whole.already, whole.refused), (2, 2, 1));
        assert_eq!(noted(&[(1, Taken), (5, Taken), (6, Taken)]).missing, 3);
        let again = noted(&[(1, Taken), (2, Taken), (1, Taken), (2, Taken), (4, Taken)]);
        assert_eq!((again.highest, again.missing, again.restarts), (4, 1, 1));
    }
}
