//! What hangs on the notice board of an office: every procedure it receives must be posted in the version in force
//! (NĐ 63/2010/NĐ-CP đ.16, 17). Offices confirm it, with a photo when they like; what was not confirmed, or was for
//! another version, shows. A photo stays as long as a procedure stands by it: the next confirmation replaces it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    attachment::{self, Fault, Folder, Owner, OwnerKind, Upload},
    office::Office,
    procedure::Procedure,
};
use crate::{
    batch::Batch,
    context::{Actor, Context, Role},
    directory::Directory,
    event::Event,
    id::Bytes,
    refusal::Refusal,
    secret::SecretKey,
    time::{Day, Instant, iso},
};

/// The most procedures that are confirmed at once.
pub const MOST_AT_ONCE: usize = 200;
/// The most photos of one office's board at a time: a board is as wide as a wall, not as a street.
pub const MOST_PHOTOS: usize = 20;
/// Why a photo was taken away, as its line in the record says.
const REPLACED: &str = "Thay bằng lần xác nhận niêm yết sau";

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
    /// Hash of a photo of the board ([`photo_hash`]), when one was kept.
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
    /// Hash of a photo ([`photo_hash`]), when one was taken.
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
/// received there; and one photo more than [`MOST_PHOTOS`].
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
    if command.photo.is_some() && photos_after(&command, last, ctx).len() > MOST_PHOTOS {
        return Err(Fault::TooManyPhotos.into());
    }
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

/// The hash by which a photo is known: SHA-256 of its content.
pub fn photo_hash(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}

/// The photo of an office's board, as a thing that has a file: the same photo is the same thing.
pub fn photo_owner(office_id: &str, hash: &[u8]) -> Owner {
    let digest = Sha256::new().chain_update(office_id).chain_update([0]).chain_update(hash).finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    Owner { kind: OwnerKind::Posting, id: uuid::Builder::from_custom_bytes(id).into_uuid() }
}

/// Whether a file may come in as a photo of a board, before a scanner looks at it.
///
/// # Errors
/// As [`attachment::admit`]; refuses what is no picture.
pub fn admit_photo(folder: &Folder, upload: &Upload<'_>, ctx: &Context<'_>) -> Result<(), Refusal> {
    let kind = attachment::admit(folder, upload, None, ctx)?;
    if kind.is_picture() { Ok(()) } else { Err(Fault::NotPicture.into()) }
}

/// Photos that no procedure on the board stands by any more once the command is done, by hash.
pub fn replaced_photos(
    command: &Confirm,
    last: &BTreeMap<String, Posting>,
    ctx: &Context<'_>,
) -> BTreeSet<Vec<u8>> {
    let kept = photos_after(command, last, ctx);
    let before = last.values().filter_map(|posting| posting.confirmed.photo.as_ref());
    before.filter(|hash| !kept.contains(hash.0.as_slice())).map(|hash| hash.0.clone()).collect()
}

/// Decides that a replaced photo goes; nothing when it has gone already.
///
/// # Errors
/// As [`attachment::remove`].
pub fn remove_photo(
    folder: &Folder,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Option<Batch>, Refusal> {
    let Some(file) = folder.live().next() else { return Ok(None) };
    attachment::remove(folder, file.id(), REPLACED, key, ctx).map(Some)
}

/// Who may look at photos of an office's board: the office, who leads, and who keeps the system running. No photo shows
/// a person's data, but what stands around a board is nobody else's matter.
///
/// # Errors
/// Refuses everybody else.
pub fn may_see(actor: &Actor, office_id: &str) -> Result<(), Refusal> {
    match actor {
        Actor::Official(official) if official.has_role(&[Role::Leader, Role::Admin]) => Ok(()),
        _ => actor.handles(office_id).map(|_| ()),
    }
}

/// The photos by which something on the board stands after the command. A procedure that is no longer to be posted keeps
/// none.
fn photos_after<'a>(
    command: &'a Confirm,
    last: &'a BTreeMap<String, Posting>,
    ctx: &Context<'_>,
) -> BTreeSet<&'a [u8]> {
    let day = ctx.at.day();
    let office = ctx.directory.on(day).office(&command.office_id);
    let posted: BTreeSet<&str> = office
        .iter()
        .flat_map(|office| to_post(ctx.directory, office, day).map(|version| version.code.as_str()))
        .collect();
    let others =
        last.iter().filter(|(code, _)| posted.contains(code.as_str()) && !command.procedures.contains(*code));
    let others = others.filter_map(|(_, posting)| posting.confirmed.photo.as_ref());
    others.map(|hash| hash.0.as_slice()).chain(command.photo.as_ref().map(<[u8; 32]>::as_slice)).collect()
}
