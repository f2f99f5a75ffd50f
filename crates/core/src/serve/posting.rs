//! What hangs on the notice board of an office: every procedure it receives must be posted in the version in force
//! (NĐ 63/2010/NĐ-CP đ.16, 17). Offices confirm it; what was not confirmed, or was for another version, shows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{office::Office, procedure::Procedure};
use crate::{
    batch::Batch,
    context::Context,
    directory::Directory,
    event::Event,
    id::Bytes,
    refusal::Refusal,
    time::{Day, Instant, iso},
};

/// The most procedures that are confirmed at once.
pub const MOST_AT_ONCE: usize = 200;

/// An office confirmed that a version of a procedure hangs on its board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostingConfirmed {
    /// The office.
    pub office_id: String,
    /// Code of the procedure.
    pub procedure: String,
    /// The first day of the version; none for the one without a first day.
    #[serde(default, with = "iso", skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Day>,
    /// Hash of a photo of the board, when one was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Bytes>,
}

/// What an office last confirmed of a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// What was confirmed.
    pub confirmed: PostingConfirmed,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// How often it was confirmed.
    pub version: i64,
}

/// How a procedure stands on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It was never confirmed.
    Missing,
    /// Another version was confirmed.
    Outdated,
    /// The version in force was confirmed.
    Posted,
}

/// How many procedures of an office stand how: a figure of its own, never a share without its whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Right version.
    pub posted: u32,
    /// Another version.
    pub outdated: u32,
    /// Never confirmed.
    pub missing: u32,
}

/// A command: these procedures hang on the office's board.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// The office.
    pub office_id: String,
    /// Codes of the procedures.
    pub procedures: BTreeSet<String>,
    /// Hash of a photo (SHA-256), when one was kept.
    pub photo: Option<[u8; 32]>,
}

impl Tally {
    /// How many there are.
    pub const fn all(&self) -> u32 {
        self.posted + self.outdated + self.missing
    }

    fn add(&mut self, standing: Standing) {
        match standing {
            Standing::Posted => self.posted += 1,
            Standing::Outdated => self.outdated += 1,
            Standing::Missing => self.missing += 1,
        }
    }
}

/// How a version stands on a board, by what was last confirmed.
pub fn standing(version: &Procedure, last: Option<&Posting>) -> Standing {
    match last {
        Some(last) if last.confirmed.valid_from == version.valid_from => Standing::Posted,
        Some(_) => Standing::Outdated,
        None => Standing::Missing,
    }
}

/// The procedures that an office must post on a day, by code.
pub fn to_post<'a>(
    directory: &'a Directory,
    office: &Office,
    day: Day,
) -> impl Iterator<Item = &'a Procedure> {
    let level = office.receives().then_some(office.level);
    directory
        .on(day)
        .procedures()
        .filter(move |version| level.is_some_and(|level| version.received_at(level)))
}

/// How many procedures of an office stand how; `last` is what it confirmed, by code.
pub fn tally(directory: &Directory, office: &Office, day: Day, last: &BTreeMap<String, Posting>) -> Tally {
    let mut tally = Tally::default();
    to_post(directory, office, day).for_each(|version| tally.add(standing(version, last.get(&version.code))));
    tally
}

/// Decides that procedures hang on the board of an office.
///
/// # Errors
/// Refuses officials of other offices, no procedure or too many at once, and procedures that are not in force or not
/// received there.
pub fn confirm(
    command: Confirm,
    last: &BTreeMap<String, Posting>,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    ctx.actor.handles(&command.office_id)?;
    if command.procedures.is_empty() {
        return Err(Refusal::Empty("procedures"));
    }
    if command.procedures.len() > MOST_AT_ONCE {
        return Err(Refusal::TooLong("procedures"));
    }
    let office = ctx.directory.on(ctx.at.day()).office(&command.office_id)?;
    let mut batch = Batch { actor: ctx.actor.journal_name().to_owned(), ..Batch::default() };
    for code in &command.procedures {
        let version = ctx.directory.procedure_on(code, ctx.at.day())?;
        if !office.receives() || !version.received_at(office.level) {
            return Err(Refusal::UnknownProcedure);
        }
        let confirmed = PostingConfirmed {
            office_id: command.office_id.clone(),
            procedure: code.clone(),
            valid_from: version.valid_from,
            photo: command.photo.map(|hash| Bytes(hash.to_vec())),
        };
        let subject = format!("posting/{}/{code}", command.office_id);
        let number = last.get(code).map_or(0, |last| last.version) + 1;
        batch.push(ctx.at, subject.as_bytes(), number, Event::PostingConfirmed(confirmed));
    }
    Ok(batch)
}
