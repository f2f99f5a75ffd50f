//! Attachments in tables, and their files beside the database: the file is kept first, then the record says that it is
//! there. Between the two, and after a removal, the file is noted as loose, so that whatever happens it is cleared away.

use hailong_core::{
    batch::Entry,
    context::Context,
    event::Event,
    id::Bytes,
    listen::opinion::Current,
    refusal::Refusal,
    secret::SecretKey,
    serve::attachment::{
        self, Added, Attachment, Fault, Folder, Kind, Owner, OwnerKind, Removed, Scan, Upload, Verdict,
    },
    time::Instant,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    blob::Blobs,
    clamd::{Clamd, Said},
    query::Statement,
    serve::case::CaseFile,
    value::Row,
};

/// How long a file may be loose before it is cleared away, in microseconds: far longer than any request takes.
const LOOSE_US: i64 = 3_600_000_000;
/// Tries against somebody else who adds at the same moment.
const TRIES: usize = 4;
/// Files cleared away, or looked at, at a time.
const PAGE: i64 = 200;

/// Every column that [`read`] maps, and which attachments.
macro_rules! select_attachment {
    ($which:literal) => {
        concat!(
            "SELECT attachment_id, owner_kind, owner_id, office_id, key_id, media, size, hash, content, document, name, \
             scan, added_at, added_by, removed_at, removed_by, reason FROM attachment WHERE authority_id = ?1 ",
            $which
        )
    };
}

crate::query::queries! {
    ADD = "INSERT INTO attachment (authority_id, attachment_id, owner_kind, owner_id, version, office_id, key_id, media, \
           size, hash, content, document, name, scan, added_at, added_by) \
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    REMOVE = "UPDATE attachment SET removed_at = ?3, removed_by = ?4, reason = ?5 \
              WHERE authority_id = ?1 AND attachment_id = ?2 AND removed_at IS NULL";
    READ_OF = select_attachment!("AND owner_kind = ?2 AND owner_id = ?3 ORDER BY version LIMIT 100");
    READ_LIVE = select_attachment!("AND removed_at IS NULL AND attachment_id > ?2 ORDER BY attachment_id LIMIT ?3");
    LOOSEN = "INSERT INTO loose_blob (authority_id, blob_id, since) VALUES (?1, ?2, ?3) \
              ON CONFLICT (authority_id, blob_id) DO UPDATE SET since = excluded.since";
    TIE = "DELETE FROM loose_blob WHERE authority_id = ?1 AND blob_id = ?2";
    READ_LOOSE = "SELECT blob_id FROM loose_blob WHERE authority_id = ?1 AND since < ?2 \
                  AND NOT EXISTS (SELECT 1 FROM attachment WHERE authority_id = ?1 AND attachment_id = blob_id \
                  AND removed_at IS NULL) ORDER BY blob_id LIMIT ?3";
}

/// Where files are kept, and who looks at them before.
pub struct Files {
    /// The place.
    pub blobs: Blobs,
    /// The scanner, when one is configured.
    pub scanner: Option<Clamd>,
}

/// What looking at every kept file found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesReport {
    /// Files that are as they were sealed.
    pub whole: u64,
    /// Their bytes together.
    pub bytes: u64,
    /// The first that is not, and what is wrong with it.
    pub trouble: Option<(Uuid, &'static str)>,
}

impl std::fmt::Display for FilesReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.trouble {
            Some((id, what)) => {
                write!(f, "The files are NOT as they should be. The first found: {id}: {what}.")
            }
            None => write!(f, "{} files are there as they were sealed ({} bytes).", self.whole, self.bytes),
        }
    }
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    match event {
        Event::AttachmentAdded(added) => out.push(Statement::new(
            &ADD,
            vec![
                authority.into(),
                added.attachment_id.into(),
                added.owner_kind.key().into(),
                added.owner_id.into(),
                entry.version.into(),
                added.office_id.as_str().into(),
                added.key_id.into(),
                added.media.key().into(),
                (added.size as i64).into(),
                added.hash.0.as_slice().into(),
                added.content.0.as_slice().into(),
                added.document.map(i64::from).into(),
                added.name.0.as_slice().into(),
                added.scan.key().into(),
                entry.at.0.into(),
                actor.into(),
            ],
        )),
        Event::AttachmentRemoved(Removed { attachment_id, reason }) => out.push(Statement::one(
            &REMOVE,
            vec![
                authority.into(),
                (*attachment_id).into(),
                entry.at.0.into(),
                actor.into(),
                reason.0.as_slice().into(),
            ],
        )),
        _ => {}
    }
}

/// A file that no attachment stands behind.
pub(crate) fn loosen(authority: i64, blob: Uuid, since: i64) -> Statement {
    Statement::new(&LOOSEN, vec![authority.into(), blob.into(), since.into()])
}

/// From now on one does; it must not have been cleared away meanwhile.
pub(crate) fn keep(authority: i64, blob: Uuid) -> Statement {
    Statement::one(&TIE, vec![authority.into(), blob.into()])
}

fn read(row: &Row<'_>) -> Result<Attachment, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("an attachment has an unknown {what}"));
    let removed = match (row.opt_int(14)?, row.opt_text(15)?, row.opt_bytes(16)?) {
        (Some(at), Some(by), Some(reason)) => Some((Instant(at), by, Bytes(reason))),
        _ => None,
    };
    let added = Added {
        attachment_id: row.uuid(0)?,
        owner_kind: OwnerKind::from_key(&row.text(1)?).ok_or_else(|| corrupt("owner"))?,
        owner_id: row.uuid(2)?,
        office_id: row.text(3)?,
        key_id: row.uuid(4)?,
        media: Kind::from_key(&row.text(5)?).ok_or_else(|| corrupt("kind"))?,
        size: row.int(6)?.unsigned_abs(),
        hash: Bytes(row.bytes(7)?),
        content: Bytes(row.bytes(8)?),
        document: row.opt_int(9)?.map(|document| document as u16),
        name: Bytes(row.bytes(10)?),
        scan: Scan::from_key(&row.text(11)?).ok_or_else(|| corrupt("verdict"))?,
    };
    Ok(Attachment { added, at: Instant(row.int(12)?), by: row.text(13)?, removed })
}

impl Files {
    /// What the scanner says of a file. A scanner that is configured and does not answer is no reason to go without.
    pub(crate) async fn verdict(&self, bytes: &[u8]) -> Verdict {
        let Some(scanner) = &self.scanner else { return Verdict::NoScanner };
        match scanner.scan(bytes).await {
            Ok(Said::Clean) => Verdict::Clean,
            Ok(Said::Infected(what)) => {
                tracing::warn!(what, "the scanner refused a file");
                Verdict::Infected
            }
            Err(why) => {
                tracing::error!(%why, "the scanner gave no verdict");
                Verdict::Unreachable
            }
        }
    }
}

impl Store {
    /// Every file that a thing ever had, the oldest first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn attachments(&self, owner: Owner) -> Result<Vec<Attachment>, StoreError> {
        let params = [self.authority().into(), owner.kind.key().into(), owner.id.into()];
        self.rows(&READ_OF, &params, read).await
    }

    /// The files of a case, with the data key they are sealed under; no key once it was destroyed.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn case_folder(&self, file: &CaseFile) -> Result<(Folder, Option<SecretKey>), StoreError> {
        let owner = Owner { kind: OwnerKind::Case, id: file.case.id };
        let directory = self.directory();
        let procedure = directory.procedure_on(&file.case.procedure, file.case.opened_at.day());
        let documents = procedure.map_or(0, |procedure| procedure.documents.len());
        let folder = Folder::of_case(&file.case, documents, self.attachments(owner).await?);
        Ok((folder, self.data_key(file.case.person_id).await?))
    }

    /// The photos of an opinion.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn opinion_folder(&self, opinion: &Current) -> Result<Folder, StoreError> {
        let owner = Owner { kind: OwnerKind::Opinion, id: opinion.opinion_id };
        Ok(Folder::of_opinion(opinion, self.attachments(owner).await?))
    }

    /// Keeps a file: looked at, scanned, sealed, stored, and then written into the record. `machine` is machine time in
    /// microseconds. Returns its key.
    ///
    /// # Errors
    /// Refusals of [`attachment::add`]; [`StoreError::Files`] when the place of the files does not answer.
    pub async fn attach(
        &self,
        mut folder: Folder,
        upload: &Upload<'_>,
        files: &Files,
        machine: i64,
        ctx: &Context<'_>,
    ) -> Result<Uuid, StoreError> {
        let key = match folder.key_id {
            Some(key_id) => self.data_key(key_id).await?,
            None => None,
        };
        attachment::admit(&folder, upload, key.as_ref(), ctx)?;
        let verdict = files.verdict(upload.bytes).await;
        for _ in 0..TRIES {
            let (batch, id, sealed) = attachment::add(&folder, upload, verdict, key.as_ref(), ctx)?;
            self.committer.side(loosen(self.authority(), id, machine)).await?;
            files.blobs.put(id, sealed).await?;
            match self.commit(batch).await {
                Err(StoreError::Stale) => folder.files = self.attachments(folder.owner).await?,
                done => return done.map(|_| id),
            }
        }
        Err(StoreError::Stale)
    }

    /// Takes a file away, with a reason that stays.
    ///
    /// # Errors
    /// Refusals of [`attachment::remove`].
    pub async fn detach(
        &self,
        folder: &Folder,
        id: Uuid,
        reason: &str,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let key = self.data_key(folder.file(id)?.added.key_id).await?;
        self.commit(attachment::remove(folder, id, reason, key.as_ref(), ctx)?).await.map(|_| ())
    }

    /// The content of a file that is there.
    ///
    /// # Errors
    /// [`Fault::Erased`] once its key was destroyed; [`StoreError::Files`] when it is missing or changed, or when the
    /// place of the files does not answer.
    pub async fn read_attachment(&self, file: &Attachment, files: &Files) -> Result<Vec<u8>, StoreError> {
        let key = self.data_key(file.added.key_id).await?.ok_or(Refusal::File(Fault::Erased))?;
        let missing = || StoreError::Files(format!("the file of attachment {} is missing", file.id()));
        let sealed = files.blobs.get(file.id()).await?.ok_or_else(missing)?;
        let changed = || StoreError::Files(format!("the file of attachment {} was changed", file.id()));
        if file.is(&sealed) { file.open(&key, &sealed).ok_or_else(changed) } else { Err(changed()) }
    }

    /// Clears away files that no attachment stands behind; how many.
    ///
    /// # Errors
    /// When the database or the place of the files does not answer; the rest is done next time.
    pub async fn clear_loose_files(&self, blobs: &Blobs, machine: i64) -> Result<usize, StoreError> {
        let params = [self.authority().into(), (machine - LOOSE_US).into(), PAGE.into()];
        let loose = self.rows(&READ_LOOSE, &params, |row| row.uuid(0)).await?;
        for blob in &loose {
            blobs.remove(*blob).await?;
            self.committer.side(Statement::new(&TIE, vec![self.authority().into(), (*blob).into()])).await?;
        }
        Ok(loose.len())
    }

    /// Looks at the kept file of every attachment. Needs no key.
    ///
    /// # Errors
    /// When the database or the place of the files does not answer. What is wrong with a file is no error: it is in the
    /// report.
    pub async fn verify_files(&self, blobs: &Blobs) -> Result<FilesReport, StoreError> {
        let mut report = FilesReport { whole: 0, bytes: 0, trouble: None };
        let mut after = Uuid::nil();
        loop {
            let params = [self.authority().into(), after.into(), PAGE.into()];
            let page = self.rows(&READ_LIVE, &params, read).await?;
            for file in &page {
                let what = match blobs.get(file.id()).await? {
                    Some(sealed) if file.is(&sealed) => {
                        report.whole += 1;
                        report.bytes += sealed.len() as u64;
                        continue;
                    }
                    Some(_) => "it was changed",
                    None => "it is missing",
                };
                report.trouble = Some((file.id(), what));
                return Ok(report);
            }
            match page.last() {
                Some(last) if page.len() == PAGE as usize => after = last.id(),
                _ => return Ok(report),
            }
        }
    }
}
