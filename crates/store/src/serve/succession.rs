//! Open cases as a reorganisation goes through them: all of them once, page by page, by their key.

use hailong_core::{
    batch::Batch,
    refusal::Refusal,
    time::{Day, Instant, Minute},
};
use uuid::Uuid;

use super::case::{CaseFile, read, select_case};
use crate::{Store, StoreError, journal};

crate::query::queries! {
    OPEN_AFTER = select_case!("sort_at", "AND case_id > ?2 AND is_open = 1 ORDER BY case_id LIMIT ?3");
    HAS_BOOK_NUMBER = "SELECT book_number FROM case_file WHERE authority_id = ?1 AND office_id = ?2 AND book_number = ?3 \
                       AND accepted_at >= ?4 AND accepted_at < ?5 LIMIT 1";
    COUNT_OPEN_FOR = "SELECT (SELECT COUNT(*) FROM case_file WHERE authority_id = ?1 AND is_open = 1 AND at_office = ?2) \
                      + (SELECT COUNT(*) FROM case_file WHERE authority_id = ?1 AND is_open = 1 AND desk_office = ?2 \
                      AND at_office <> desk_office)";
}

impl Store {
    /// Open cases of every office, by key, after one.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn open_cases_after(&self, after: Uuid, limit: i64) -> Result<Vec<CaseFile>, StoreError> {
        self.rows(&OPEN_AFTER, &[self.authority().into(), after.into(), limit.into()], read).await
    }

    /// How many open cases an office works on or answers the applicant for.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn open_cases_for(&self, office_id: &str) -> Result<u64, StoreError> {
        let params = [self.authority().into(), office_id.into()];
        let found = self.row(&COUNT_OPEN_FOR, &params, |row| row.int(0)).await?;
        Ok(found.unwrap_or_default().unsigned_abs())
    }

    /// The last number given in a counter, such as the book of an office and year (`tran-phan/2025`).
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn last_number(&self, scope: &str) -> Result<u32, StoreError> {
        let found =
            self.row(&journal::COUNTER, &[self.authority().into(), scope.into()], |row| row.int(0)).await?;
        Ok(found.and_then(|number| u32::try_from(number).ok()).unwrap_or_default())
    }

    /// Whether a case of an office has this number in the book of a year.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn has_book_number(&self, office_id: &str, year: i16, number: u32) -> Result<bool, StoreError> {
        let start = |year| Day::new(year, 1, 1).map_or(i64::MAX, |day| Instant::at(day, Minute(0)).0);
        let params = [
            self.authority().into(),
            office_id.into(),
            number.into(),
            start(year).into(),
            start(year + 1).into(),
        ];
        Ok(self.row(&HAS_BOOK_NUMBER, &params, |row| row.int(0)).await?.is_some())
    }

    /// Closes an office that has no open case; its posts end with it.
    ///
    /// # Errors
    /// Refusals of [`hailong_core::serve::office::close`].
    pub async fn close_office(
        &self,
        closed: hailong_core::serve::office::Closed,
        ctx: &hailong_core::context::Context<'_>,
    ) -> Result<(), StoreError> {
        let open = self.open_cases_for(&closed.office_id).await?;
        self.commit(hailong_core::serve::office::close(closed, open, ctx)?).await.map(|_| ())
    }

    /// Writes decisions together: all of them are kept, or none.
    ///
    /// # Errors
    /// [`Refusal::Empty`] without any; see [`Store::commit`].
    pub async fn commit_all(&self, batches: Vec<Batch>) -> Result<(), StoreError> {
        let mut all: Option<Batch> = None;
        for batch in batches {
            match &mut all {
                None => all = Some(batch),
                Some(all) => {
                    all.entries.extend(batch.entries);
                    all.side.extend(batch.side);
                }
            }
        }
        self.commit(all.ok_or(Refusal::Empty("batches"))?).await.map(|_| ())
    }
}
