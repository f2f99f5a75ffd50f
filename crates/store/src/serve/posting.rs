//! What the offices confirmed of their notice boards.

use std::collections::BTreeMap;

use hailong_core::{
    batch::{Batch, Entry},
    context::Context,
    id::Bytes,
    serve::{
        attachment::{self, Attachment, Folder, Upload},
        posting::{self, Confirm, Posting, PostingConfirmed},
    },
    time::{Day, Instant},
};

use crate::{
    Store, StoreError,
    query::Statement,
    serve::attachment::{self as attachments, Files},
    value::Row,
};

crate::query::queries! {
    KEEP = "INSERT INTO posting (authority_id, office_id, procedure, valid_from, photo, confirmed_at, confirmed_by, version) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
            ON CONFLICT (authority_id, office_id, procedure) DO UPDATE SET valid_from = excluded.valid_from, \
            photo = excluded.photo, confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by, \
            version = excluded.version";
    OF_OFFICE = "SELECT procedure, valid_from, photo, confirmed_at, confirmed_by, version FROM posting \
                 WHERE authority_id = ?1 AND office_id = ?2 AND procedure > ?3 ORDER BY procedure LIMIT 5000";
}

pub(crate) fn project(
    authority: i64,
    entry: &Entry,
    confirmed: &PostingConfirmed,
    actor: &str,
    out: &mut Vec<Statement>,
) {
    let params = vec![
        authority.into(),
        confirmed.office_id.as_str().into(),
        confirmed.procedure.as_str().into(),
        confirmed.valid_from.map(|day| i64::from(day.0)).into(),
        confirmed.photo.as_ref().map(|hash| hash.0.clone()).into(),
        entry.at.0.into(),
        actor.into(),
        entry.version.into(),
    ];
    out.push(Statement::new(&KEEP, params));
}

fn read(office_id: &str, row: &Row<'_>) -> Result<Posting, StoreError> {
    let valid_from = row.opt_int(1)?.and_then(|day| i32::try_from(day).ok()).map(Day);
    let confirmed = PostingConfirmed {
        office_id: office_id.to_owned(),
        procedure: row.text(0)?,
        valid_from,
        photo: row.opt_bytes(2)?.map(Bytes),
    };
    Ok(Posting { confirmed, at: Instant(row.int(3)?), by: row.text(4)?, version: row.int(5)? })
}

impl Store {
    /// What an office last confirmed, by code of the procedure.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn postings(&self, office_id: &str) -> Result<BTreeMap<String, Posting>, StoreError> {
        let mut all = BTreeMap::new();
        loop {
            let after =
                all.last_key_value().map_or(String::new(), |(code, _): (&String, &Posting)| code.clone());
            let params = [self.authority().into(), office_id.into(), after.as_str().into()];
            let page = self.rows(&OF_OFFICE, &params, |row| read(office_id, row)).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page.into_iter().map(|posting| (posting.confirmed.procedure.clone(), posting)));
        }
    }

    /// Keeps that procedures hang on the board of an office. Photos that nothing stands by any more go with it.
    ///
    /// # Errors
    /// Refusals of [`posting::confirm`], and [`StoreError::Stale`] when somebody else confirmed the same at this moment.
    pub async fn confirm_posting(&self, command: Confirm, ctx: &Context<'_>) -> Result<(), StoreError> {
        let _alone = self.boards.lock().await;
        let batch = self.posting_batch(command, ctx).await?;
        self.commit(batch).await.map(|_| ())
    }

    /// The same with a photo of the board: looked at, scanned, sealed and stored, and written into the record together
    /// with what it shows. `machine` is machine time in microseconds.
    ///
    /// # Errors
    /// Also what [`posting::admit_photo`] and the scanner refuse; [`StoreError::Files`] when the place of the files does
    /// not answer.
    pub async fn confirm_posting_with_photo(
        &self,
        command: Confirm,
        photo: &Upload<'_>,
        files: &Files,
        machine: i64,
        ctx: &Context<'_>,
    ) -> Result<(), StoreError> {
        let hash = posting::photo_hash(photo.bytes);
        let _alone = self.boards.lock().await;
        let folder = self.photo_folder(&command.office_id, &hash).await?;
        // The very same photo may stand by other procedures already; then it is kept once.
        if folder.live().next().is_none() {
            posting::admit_photo(&folder, photo, ctx)?;
        }
        let mut batch = self.posting_batch(Confirm { photo: Some(hash), ..command }, ctx).await?;
        if folder.live().next().is_none() {
            let verdict = files.verdict(photo.bytes).await;
            let (added, id, sealed) = attachment::add(&folder, photo, verdict, None, ctx)?;
            self.committer.side(attachments::loosen(self.authority(), id, machine)).await?;
            files.blobs.put(id, sealed).await?;
            batch.entries.extend(added.entries);
            batch.side.extend(added.side);
        }
        self.commit(batch).await.map(|_| ())
    }

    /// The photo of an office's board with that hash; none when it was replaced.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn board_photo(&self, office_id: &str, hash: &[u8]) -> Result<Option<Attachment>, StoreError> {
        Ok(self.photo_folder(office_id, hash).await?.live().next().cloned())
    }

    async fn photo_folder(&self, office_id: &str, hash: &[u8]) -> Result<Folder, StoreError> {
        let owner = posting::photo_owner(office_id, hash);
        Ok(Folder::of_office(owner, office_id, self.attachments(owner).await?))
    }

    /// What is confirmed, and which photos go.
    async fn posting_batch(&self, command: Confirm, ctx: &Context<'_>) -> Result<Batch, StoreError> {
        let last = self.postings(&command.office_id).await?;
        let (office_id, gone) = (command.office_id.clone(), posting::replaced_photos(&command, &last, ctx));
        let mut batch = posting::confirm(command, &last, ctx)?;
        for hash in gone {
            let folder = self.photo_folder(&office_id, &hash).await?;
            let Some(file) = folder.live().next() else { continue };
            let key = self.data_key(file.added.key_id).await?;
            if let Some(removed) = posting::remove_photo(&folder, key.as_ref(), ctx)? {
                batch.entries.extend(removed.entries);
                batch.side.extend(removed.side);
            }
        }
        Ok(batch)
    }
}
