//! What the offices confirmed of their notice boards.

use std::collections::BTreeMap;

use hailong_core::{
    batch::Entry,
    context::Context,
    id::Bytes,
    serve::posting::{Confirm, Posting, PostingConfirmed, confirm},
    time::{Day, Instant},
};

use crate::{Store, StoreError, query::Statement, value::Row};

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

    /// Keeps that procedures hang on the board of an office.
    ///
    /// # Errors
    /// Refusals of [`confirm`], and [`StoreError::Stale`] when somebody else confirmed the same at this moment.
    pub async fn confirm_posting(&self, command: Confirm, ctx: &Context<'_>) -> Result<(), StoreError> {
        let last = self.postings(&command.office_id).await?;
        self.commit(confirm(command, &last, ctx)?).await.map(|_| ())
    }
}
