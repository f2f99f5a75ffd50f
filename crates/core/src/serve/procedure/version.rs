//! Versions of a procedure in time: a case keeps the version it was received under.

use serde::{Deserialize, Serialize};

use super::Procedure;
use crate::{
    batch::Batch,
    context::Context,
    event::Event,
    refusal::Refusal,
    serve::office::Validity,
    time::{Day, iso},
};

/// A procedure was abolished (bãi bỏ).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Its code.
    pub code: String,
    /// The first day on which it is no longer received.
    #[serde(with = "iso::day")]
    pub from: Day,
}

/// Whether a text is a national code: a digit, a point, six digits.
pub fn is_code(text: &str) -> bool {
    let digits = |part: &str, many| part.len() == many && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(kind, number)| digits(kind, 1) && digits(number, 6))
}

/// The time that is left of each version of one procedure, given in the order of their first days: a later version ends
/// the one before it.
pub fn cut(versions: &[Procedure]) -> impl Iterator<Item = (&Procedure, Validity)> {
    versions.iter().enumerate().map(move |(at, version)| {
        let next = versions.get(at + 1).and_then(|next| next.valid_from);
        let validity = version.validity();
        (version, next.map_or(validity, |next| validity.until(next.plus(-1))))
    })
}

/// Whether a version may be published beside those there are (in the order of their first days).
///
/// # Errors
/// Refuses codes that are none, empty times, a version that was published already, and one that would change what cases
/// were received under.
pub fn admit(procedure: &Procedure, known: &[Procedure], today: Day) -> Result<(), Refusal> {
    if !is_code(&procedure.code) {
        return Err(Refusal::BadChoice("code"));
    }
    if procedure.validity().is_empty() {
        return Err(Refusal::BadPeriod);
    }
    if known.iter().any(|version| version.valid_from == procedure.valid_from) {
        return Err(Refusal::AlreadyExists);
    }
    // A day before today on which another version is in force and this one would take its place.
    let begins = procedure.valid_from.unwrap_or(Day(i32::MIN));
    let past = Validity::new(procedure.valid_from, procedure.valid_to).until(today.plus(-1));
    let shadowed = cut(known)
        .filter(|(version, _)| version.valid_from.is_none_or(|from| from < begins))
        .any(|(_, validity)| validity.overlaps(&past));
    if shadowed { Err(Refusal::VersionInThePast) } else { Ok(()) }
}

/// Decides that a version is published.
///
/// # Errors
/// Refuses everybody but an administrator and the program itself, and what [`admit`] refuses.
pub fn publish(procedure: Box<Procedure>, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    admit(&procedure, ctx.directory.versions(&procedure.code), ctx.at.day())?;
    let subject = format!("procedure/{}", procedure.code);
    let number = ctx.directory.changes_of_procedure(&procedure.code) + 1;
    let event = Event::ProcedurePublished(procedure);
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), number, event))
}

/// Decides that a procedure is abolished from a day on.
///
/// # Errors
/// Refuses everybody but an administrator and the program itself, days in the past, and procedures not in force then.
pub fn withdraw(withdrawn: Withdrawn, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    ctx.actor.administers()?;
    if withdrawn.from < ctx.at.day() {
        return Err(Refusal::VersionInThePast);
    }
    ctx.directory.procedure_on(&withdrawn.code, withdrawn.from)?;
    let subject = format!("procedure/{}", withdrawn.code);
    let number = ctx.directory.changes_of_procedure(&withdrawn.code) + 1;
    let event = Event::ProcedureWithdrawn(withdrawn);
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), number, event))
}
