//! Attachments: scans and photos that belong to a case, or to something of an office. The file is sealed under a data key
//! and kept outside the database; what is known of it is in the journal. Erasing the person's key erases the files.

mod kind;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

pub use self::kind::{Kind, MOST_PIXELS};
use super::case::{Case, REASON_LIMIT};
use crate::{
    batch::{Batch, Side},
    context::{Actor, Context},
    event::Event,
    id::{Bytes, new_blind_id},
    listen::opinion,
    refusal::Refusal,
    secret::{SecretKey, same},
    serve::official::Official,
    time::Instant,
};

/// Most photos of one opinion.
pub const MOST_PHOTOS: usize = 4;
/// Largest file, in bytes: 10 MiB, about twenty scanned pages or three photos of a phone.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Most files of one case at a time.
pub const MOST_FILES: usize = 20;
/// Most bytes of all files of one case at a time: 60 MiB.
pub const MOST_BYTES_TOGETHER: u64 = 60 * 1024 * 1024;
/// Most files that a case ever had, those removed included: every list of them is short.
pub const MOST_EVER: usize = 100;
/// Longest name of a file, in characters, without its end.
pub const NAME_LIMIT: usize = 80;

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Nothing in it, or no file chosen.
    #[error("the file is empty")]
    Empty,
    /// Larger than [`MOST_BYTES`].
    #[error("the file is larger than 10 MB")]
    TooLarge,
    /// None of [`Kind`].
    #[error("only PDF, JPEG and PNG are taken, by what the file is and not by its name")]
    Kind,
    /// A photo as an iPhone keeps it.
    #[error("HEIC photos are not taken: send it as JPEG")]
    Heic,
    /// Cut off or malformed.
    #[error("the file is incomplete or damaged")]
    Broken,
    /// Two kinds of file at once.
    #[error("the file is two kinds of file at once")]
    SecondFace,
    /// More than [`MOST_PIXELS`].
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// More than [`MOST_FILES`] or [`MOST_EVER`].
    #[error("there are too many files already")]
    TooMany,
    /// More than [`MOST_BYTES_TOGETHER`].
    #[error("the files are too large together")]
    TooMuch,
    /// The same content is there already.
    #[error("this very file is there already")]
    Same,
    /// More than [`MOST_PHOTOS`](super::posting::MOST_PHOTOS) of one board.
    #[error("there are too many photos of this board")]
    TooManyPhotos,
    /// More than [`MOST_PHOTOS`] of one opinion.
    #[error("there are four photos of this opinion already")]
    TooManyOfOpinion,
    /// A photo was asked for, by somebody who writes an opinion.
    #[error("an opinion takes JPEG and PNG photos")]
    OnlyPhotos,
    /// A photo was asked for.
    #[error("the file is no JPEG or PNG picture")]
    NotPicture,
    /// The scanner found something.
    #[error("the scanner found a virus in the file")]
    Infected,
    /// A scanner is configured and gives no verdict: then nothing is kept.
    #[error("the virus scanner does not answer")]
    NoVerdict,
    /// No such attachment, or removed.
    #[error("there is no such file")]
    Unknown,
    /// The key was destroyed.
    #[error("the file was erased with the person's data")]
    Erased,
    /// The installation has no place for files.
    #[error("this installation keeps no files")]
    NoPlace,
}

impl Fault {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "file-empty",
            Self::TooLarge => "file-too-large",
            Self::Kind => "file-kind",
            Self::Heic => "file-heic",
            Self::Broken => "file-broken",
            Self::SecondFace => "file-second-face",
            Self::TooManyPixels => "file-too-many-pixels",
            Self::TooMany => "file-too-many",
            Self::TooMuch => "file-too-much",
            Self::Same => "file-same",
            Self::TooManyPhotos => "file-too-many-photos",
            Self::TooManyOfOpinion => "file-too-many-of-opinion",
            Self::OnlyPhotos => "file-only-photos",
            Self::NotPicture => "file-not-picture",
            Self::Infected => "file-infected",
            Self::NoVerdict => "file-no-verdict",
            Self::Unknown => "file-unknown",
            Self::Erased => "file-erased",
            Self::NoPlace => "file-no-place",
        }
    }
}

/// What kind of thing the files belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    /// A case: the files are sealed under the applicant's key.
    Case,
    /// What an office has posted: photos, each under a key of its own.
    Posting,
    /// An opinion: photos by its author, sealed under the opinion's key.
    Opinion,
}

impl OwnerKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Case, Self::Posting, Self::Opinion];

    /// Stable name in tables.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Posting => "posting",
            Self::Opinion => "opinion",
        }
    }

    /// The kind with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// The thing that files belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// What kind of thing.
    pub kind: OwnerKind,
    /// Its key.
    pub id: Uuid,
}

impl Owner {
    /// The subject of the events about its files: two officials who add at once do not both make the same version, so
    /// that the limits hold.
    pub fn subject(self) -> Vec<u8> {
        let mut subject = format!("attachments/{}/", self.kind.key()).into_bytes();
        subject.extend_from_slice(self.id.as_bytes());
        subject
    }
}

/// What the scanner said of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing found.
    Clean,
    /// Something found.
    Infected,
    /// None is configured.
    NoScanner,
    /// One is configured and gave no verdict.
    Unreachable,
}

/// What is kept of the verdict; files with another one are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scan {
    /// Scanned, nothing found.
    Clean,
    /// No scanner was configured.
    Off,
}

impl Scan {
    /// Stable name in tables.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Off => "off",
        }
    }

    /// The one with that stable name.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Clean, Self::Off].into_iter().find(|scan| scan.key() == key)
    }

    fn of(verdict: Verdict) -> Result<Self, Fault> {
        match verdict {
            Verdict::Clean => Ok(Self::Clean),
            Verdict::NoScanner => Ok(Self::Off),
            Verdict::Infected => Err(Fault::Infected),
            Verdict::Unreachable => Err(Fault::NoVerdict),
        }
    }
}

/// See [`Event::AttachmentAdded`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Added {
    /// Key, and the name of the kept file; it tells nothing.
    pub attachment_id: Uuid,
    /// What kind of thing it belongs to.
    pub owner_kind: OwnerKind,
    /// That thing.
    pub owner_id: Uuid,
    /// The office whose official added it.
    pub office_id: String,
    /// Whose data key seals it.
    pub key_id: Uuid,
    /// What it is.
    pub media: Kind,
    /// Its size before it was sealed, in bytes.
    pub size: u64,
    /// SHA-256 of the sealed file, as it is kept.
    pub hash: Bytes,
    /// Keyed hash of its content, by which the same content is recognised while the key exists.
    pub content: Bytes,
    /// The document of the procedure that it shows, by position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<u16>,
    /// The name it came with, sealed.
    pub name: Bytes,
    /// What the scanner said.
    pub scan: Scan,
}

/// See [`Event::AttachmentRemoved`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Removed {
    /// Which.
    pub attachment_id: Uuid,
    /// Why, sealed.
    pub reason: Bytes,
}

/// An attachment as decisions and pages see it. Name and reason are still sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// What was said when it was added.
    pub added: Added,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// When and by whom it was removed, and why.
    pub removed: Option<(Instant, String, Bytes)>,
}

/// The files of one thing, and who may see them.
#[derive(Clone, Debug, PartialEq)]
pub struct Folder {
    /// The thing.
    pub owner: Owner,
    /// The offices whose officials may add and read, the one that faces the applicant first.
    pub offices: Vec<String>,
    /// Whose data key seals the files; none: each has its own.
    pub key_id: Option<Uuid>,
    /// Nothing is removed any more.
    pub closed: bool,
    /// How many documents its procedure asks for.
    pub documents: usize,
    /// Every file it ever had, the oldest first.
    pub files: Vec<Attachment>,
}

impl Folder {
    /// The files of a case; `documents`: how many its procedure asks for.
    pub fn of_case(case: &Case, documents: usize, files: Vec<Attachment>) -> Self {
        let mut offices = vec![case.desk_office.clone(), case.at_office.clone()];
        offices.dedup();
        let owner = Owner { kind: OwnerKind::Case, id: case.id };
        let closed = case.state.is_closed();
        Self { owner, offices, key_id: Some(case.person_id), closed, documents, files }
    }

    /// The files of something that belongs to an office and to nobody served.
    pub fn of_office(owner: Owner, office_id: &str, files: Vec<Attachment>) -> Self {
        Self { owner, offices: vec![office_id.to_owned()], key_id: None, closed: false, documents: 0, files }
    }

    /// The photos of an opinion: its author adds them, by the code, as long as it is open.
    pub fn of_opinion(opinion: &opinion::Current, files: Vec<Attachment>) -> Self {
        let owner = Owner { kind: OwnerKind::Opinion, id: opinion.opinion_id };
        let offices = vec![opinion.office_id.clone()];
        let closed = !opinion.state.is_open();
        Self { owner, offices, key_id: Some(opinion.opinion_id), closed, documents: 0, files }
    }

    /// The files that are there.
    pub fn live(&self) -> impl Iterator<Item = &Attachment> {
        self.files.iter().filter(|file| file.removed.is_none())
    }

    /// A file that is there.
    ///
    /// # Errors
    /// [`Fault::Unknown`].
    pub fn file(&self, id: Uuid) -> Result<&Attachment, Refusal> {
        self.live().find(|file| file.added.attachment_id == id).ok_or(Refusal::File(Fault::Unknown))
    }

    /// The official of one of its offices, who may read, and that office.
    ///
    /// # Errors
    /// Refuses everybody else.
    pub fn admits<'a>(&self, actor: &'a Actor) -> Result<(&'a Official, &str), Refusal> {
        let mut refusal = Refusal::NotYourRole;
        for office in &self.offices {
            match actor.handles(office) {
                Ok(official) => return Ok((official, office)),
                Err(why) => refusal = why,
            }
        }
        Err(refusal)
    }

    /// Who adds, as the journal names them, and for which office.
    fn adds<'a>(&'a self, actor: &'a Actor) -> Result<(&'a str, &'a str), Refusal> {
        if self.owner.kind != OwnerKind::Opinion {
            return self.admits(actor).map(|(official, office)| (official.id.as_str(), office));
        }
        match (actor, self.offices.first()) {
            (Actor::Citizen, Some(_)) if self.closed => Err(Refusal::AlreadyDone),
            (Actor::Citizen, Some(office)) => Ok((actor.journal_name(), office)),
            _ => Err(Refusal::NotYourRole),
        }
    }

    /// Number of events about its files so far.
    fn version(&self) -> i64 {
        let removed = self.files.iter().filter(|file| file.removed.is_some()).count();
        (self.files.len() + removed) as i64
    }
}

/// A file that somebody sends.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// Its name, as the browser says it; never trusted.
    pub name: &'a str,
    /// The document of the procedure that it shows, by position.
    pub document: Option<u16>,
    /// Its content.
    pub bytes: &'a [u8],
}

/// Whether a file may come in at all, before a scanner looks at it; what it is.
///
/// # Errors
/// Refuses other offices' officials, and files by kind, size, number and content.
pub fn admit(
    folder: &Folder,
    upload: &Upload<'_>,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Kind, Refusal> {
    folder.adds(&ctx.actor)?;
    if upload.bytes.len() > MOST_BYTES {
        return Err(Fault::TooLarge.into());
    }
    if upload.document.is_some_and(|document| usize::from(document) >= folder.documents) {
        return Err(Refusal::BadChoice("document"));
    }
    let media = Kind::of(upload.bytes)?;
    if folder.owner.kind == OwnerKind::Opinion {
        if !media.is_picture() {
            return Err(Fault::OnlyPhotos.into());
        }
        if folder.files.len() >= MOST_PHOTOS {
            return Err(Fault::TooManyOfOpinion.into());
        }
    }
    let together: u64 = folder.live().map(|file| file.added.size).sum();
    if folder.live().count() >= MOST_FILES || folder.files.len() >= MOST_EVER {
        return Err(Fault::TooMany.into());
    }
    if together + upload.bytes.len() as u64 > MOST_BYTES_TOGETHER {
        return Err(Fault::TooMuch.into());
    }
    match (folder.key_id, key) {
        (Some(_), None) => return Err(Fault::Erased.into()),
        (Some(_), Some(key)) => {
            let content = key.mark(upload.bytes);
            if folder.live().any(|file| same(&file.added.content.0, &content)) {
                return Err(Fault::Same.into());
            }
        }
        (None, _) => {}
    }
    Ok(media)
}

/// Decides that a file is kept. Returns the sealed file, to be kept under the attachment's key before the batch is
/// committed.
///
/// # Errors
/// As [`admit`], and what the scanner refuses.
pub fn add(
    folder: &Folder,
    upload: &Upload<'_>,
    verdict: Verdict,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<(Batch, Uuid, Vec<u8>), Refusal> {
    let media = admit(folder, upload, key, ctx)?;
    let scan = Scan::of(verdict)?;
    let (actor, office_id) = folder.adds(&ctx.actor)?;
    let mut batch = Batch { actor: actor.to_owned(), ..Batch::default() };
    let attachment_id = new_blind_id(&ctx.entropy);
    let fresh;
    let (key_id, key) = match (folder.key_id, key) {
        (Some(key_id), Some(key)) => (key_id, key),
        (Some(_), None) => return Err(Fault::Erased.into()),
        (None, _) => {
            let (own, wrapped) = ctx.secrets.new_data_key(attachment_id, &ctx.entropy);
            batch.side.push(Side::DataKey { subject: attachment_id, wrapped });
            fresh = own;
            (attachment_id, &fresh)
        }
    };
    let sealed = key.seal(&ctx.entropy, &place(attachment_id), upload.bytes);
    let name = tidy_name(upload.name);
    let added = Added {
        attachment_id,
        owner_kind: folder.owner.kind,
        owner_id: folder.owner.id,
        office_id: office_id.to_owned(),
        key_id,
        media,
        size: upload.bytes.len() as u64,
        hash: Bytes(Sha256::digest(&sealed).to_vec()),
        content: Bytes(key.mark(upload.bytes).to_vec()),
        document: upload.document,
        name: Bytes(key.seal(&ctx.entropy, attachment_id.as_bytes(), name.as_bytes())),
        scan,
    };
    batch.push(
        ctx.at,
        &folder.owner.subject(),
        folder.version() + 1,
        Event::AttachmentAdded(Box::new(added)),
    );
    batch.side.push(Side::KeepBlob { blob: attachment_id });
    Ok((batch, attachment_id, sealed))
}

/// Decides that a file is taken away: a line about it stays, the file goes.
///
/// # Errors
/// Refuses other offices' officials, files of closed cases, and a removal without a reason.
pub fn remove(
    folder: &Folder,
    id: Uuid,
    reason: &str,
    key: Option<&SecretKey>,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    let (official, _) = folder.admits(&ctx.actor)?;
    folder.file(id)?;
    if folder.closed {
        return Err(Refusal::AlreadyDone);
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::ReasonNeeded);
    }
    if reason.chars().count() > REASON_LIMIT {
        return Err(Refusal::TooLong("reason"));
    }
    let key = key.ok_or(Refusal::File(Fault::Erased))?;
    let removed = Removed {
        attachment_id: id,
        reason: Bytes(key.seal(&ctx.entropy, id.as_bytes(), reason.as_bytes())),
    };
    let (subject, version) = (folder.owner.subject(), folder.version() + 1);
    let mut batch = Batch::one(&official.id, ctx.at, &subject, version, Event::AttachmentRemoved(removed));
    batch.side.push(Side::LooseBlob { blob: id, since: 0 });
    Ok(batch)
}

impl Attachment {
    /// Key.
    pub fn id(&self) -> Uuid {
        self.added.attachment_id
    }

    /// The name to show and to save under; none once erased.
    pub fn name(&self, key: &SecretKey) -> Option<String> {
        let stem = String::from_utf8(key.open(self.id().as_bytes(), &self.added.name.0)?).ok()?;
        Some(format!("{stem}.{}", self.added.media.extension()))
    }

    /// Why it was removed; none when it was not, or once erased.
    pub fn reason(&self, key: &SecretKey) -> Option<String> {
        let (_, _, reason) = self.removed.as_ref()?;
        String::from_utf8(key.open(self.id().as_bytes(), &reason.0)?).ok()
    }

    /// Whether a kept file is the one that was sealed.
    pub fn is(&self, sealed: &[u8]) -> bool {
        same(&Sha256::digest(sealed), &self.added.hash.0)
    }

    /// The content; none when it is not what was sealed.
    pub fn open(&self, key: &SecretKey, sealed: &[u8]) -> Option<Vec<u8>> {
        key.open(&place(self.id()), sealed)
    }
}

/// Ties a sealed file to its attachment, and apart from the name under the same key.
fn place(id: Uuid) -> Vec<u8> {
    [b"file".as_slice(), id.as_bytes()].concat()
}

/// The name of a file without its folders, its end, and what could deceive a reader: the end is set by what the file is.
fn tidy_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let deceives = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}')
            || matches!(c, '"' | '<' | '>' | ':' | '|' | '?' | '*')
    };
    let kept: String = stem.chars().take(4 * NAME_LIMIT).map(|c| if deceives(c) { ' ' } else { c }).collect();
    let words = super::applicant::tidy(&kept);
    let name: String = words.trim_start_matches('.').trim().chars().take(NAME_LIMIT).collect();
    if name.is_empty() { "tệp".to_owned() } else { name.trim_end().to_owned() }
}
