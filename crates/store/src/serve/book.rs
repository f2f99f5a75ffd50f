//! The lines of tracking books: which number of which office and year belongs to which case, and the line drawn under a
//! closed year.

use std::sync::PoisonError;

use hailong_core::{
    batch::Entry,
    context::Context,
    event::Event,
    serve::book::{self, BookClosed, Standing, of_name},
    time::Instant,
};
use uuid::Uuid;

use crate::{Store, StoreError, query::Statement};

crate::query::queries! {
    /// A number that is there already, as the line under a closed year is, refuses the whole batch.
    ADD_LINE = "INSERT INTO book_line (authority_id, office_id, year, number, case_id, taken) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    CLOSE = "INSERT INTO book_line (authority_id, office_id, year, number, taken, closed_at, closed_by) \
             VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)";
    LINES = "SELECT number, case_id FROM book_line WHERE authority_id = ?1 AND office_id = ?2 AND year = ?3 AND number > ?4 \
             AND case_id IS NOT NULL ORDER BY number LIMIT ?5";
    CLOSING = "SELECT number, closed_at, closed_by FROM book_line WHERE authority_id = ?1 AND office_id = ?2 AND year = ?3 \
               AND case_id IS NULL ORDER BY number LIMIT 1";
    LAST = "SELECT number FROM book_line WHERE authority_id = ?1 AND office_id = ?2 AND year = ?3 AND case_id IS NOT NULL \
            ORDER BY number DESC LIMIT 1";
    LAST_TAKEN = "SELECT number FROM book_line WHERE authority_id = ?1 AND office_id = ?2 AND year = ?3 AND taken = 1 \
                  ORDER BY number DESC LIMIT 1";
    OWN = "SELECT COUNT(*) FROM book_line WHERE authority_id = ?1 AND office_id = ?2 AND year = ?3 AND number > ?4 \
           AND number <= ?5 AND case_id IS NOT NULL";
    /// From year to year, so that no line between is read.
    YEARS = "WITH RECURSIVE known (year) AS (\
             SELECT MAX(year) FROM book_line WHERE authority_id = ?1 AND office_id = ?2 UNION ALL \
             SELECT (SELECT MAX(line.year) FROM book_line AS line WHERE line.authority_id = ?1 AND line.office_id = ?2 \
             AND line.year < known.year) FROM known WHERE known.year IS NOT NULL) \
             SELECT year FROM known WHERE year IS NOT NULL ORDER BY year DESC LIMIT 100";
}

/// How a year of a book was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The last number.
    pub last: u32,
    /// When.
    pub at: Instant,
    /// Who, as the journal names them.
    pub by: String,
}

pub(crate) fn project(authority: i64, entry: &Entry, event: &Event, actor: &str, out: &mut Vec<Statement>) {
    let mut add = |name: &str, number: u32, taken: i64| {
        if let Some((office, year)) = of_name(name) {
            let case = entry.subject.0.as_slice().into();
            let params = vec![
                authority.into(),
                office.into(),
                i64::from(year).into(),
                number.into(),
                case,
                taken.into(),
            ];
            out.push(Statement::new(&ADD_LINE, params));
        }
    };
    match event {
        Event::CaseAccepted(accepted) => add(&accepted.book, accepted.book_number, 0),
        Event::CaseTakenOver(taken) => {
            if let Some(receipt) = &taken.accepted {
                add(&receipt.book, receipt.book_number, 1);
            }
        }
        Event::BookClosed(BookClosed { office_id, year, last_number }) => {
            let params = vec![
                authority.into(),
                office_id.as_str().into(),
                i64::from(*year).into(),
                (last_number + 1).into(),
                entry.at.0.into(),
                actor.into(),
            ];
            out.push(Statement::new(&CLOSE, params));
        }
        _ => {}
    }
}

impl Store {
    /// The numbers of a year after one, with their cases, in their order.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn book_lines(
        &self,
        office_id: &str,
        year: i16,
        after: u32,
        limit: i64,
    ) -> Result<Vec<(u32, Uuid)>, StoreError> {
        let params =
            [self.authority().into(), office_id.into(), i64::from(year).into(), after.into(), limit.into()];
        self.rows(&LINES, &params, |row| Ok((u32::try_from(row.int(0)?).unwrap_or_default(), row.uuid(1)?)))
            .await
    }

    /// How a year was closed.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn book_closing(&self, office_id: &str, year: i16) -> Result<Option<Closing>, StoreError> {
        let params = [self.authority().into(), office_id.into(), i64::from(year).into()];
        let read = |row: &crate::value::Row<'_>| {
            let last = u32::try_from(row.int(0)?).unwrap_or_default().saturating_sub(1);
            Ok(Closing { last, at: Instant(row.int(1)?), by: row.text(2)? })
        };
        self.row(&CLOSING, &params, read).await
    }

    /// How the numbers of a year stand, counted in the record. What this process has counted once is not counted again:
    /// lines are only ever added behind the last.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn book_standing(&self, office_id: &str, year: i16) -> Result<Standing, StoreError> {
        let counted = || self.books.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (office_id.to_owned(), year);
        let known = counted().get(&place).copied();
        let standing = self.count_book(office_id, year, known).await?;
        counted().insert(place, standing);
        Ok(standing)
    }

    /// Counts the lines of a year, those behind the ones that are known when there are such.
    async fn count_book(
        &self,
        office_id: &str,
        year: i16,
        known: Option<Standing>,
    ) -> Result<Standing, StoreError> {
        let key = || vec![self.authority().into(), office_id.into(), i64::from(year).into()];
        let number = |value: Option<i64>| u32::try_from(value.unwrap_or_default()).unwrap_or_default();
        let last = number(self.row(&LAST, &key(), |row| row.int(0)).await?);
        let taken = number(self.row(&LAST_TAKEN, &key(), |row| row.int(0)).await?);
        let known = known.filter(|known| known.taken == taken && known.last <= last);
        let (from, before) = known.map_or((taken, 0), |known| (known.last.max(taken), known.own));
        let mut params = key();
        params.extend([from.into(), last.into()]);
        let own = before + number(self.row(&OWN, &params, |row| row.int(0)).await?);
        let counter = self.last_number(&book::name(office_id, year)).await?;
        Ok(Standing { counter, last, taken, own })
    }

    /// The years in which an office has a book, the last one first.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn book_years(&self, office_id: &str) -> Result<Vec<i16>, StoreError> {
        let params = [self.authority().into(), office_id.into()];
        self.rows(&YEARS, &params, |row| Ok(i16::try_from(row.int(0)?).unwrap_or_default())).await
    }

    /// Closes a year of a book.
    ///
    /// # Errors
    /// Refusals of [`book::close`], and [`StoreError::Stale`] when somebody else closed it at this moment.
    pub async fn close_book(&self, office_id: &str, year: i16, ctx: &Context<'_>) -> Result<(), StoreError> {
        // Once and for good: nothing that was counted before counts.
        let standing = self.count_book(office_id, year, None).await?;
        self.commit(book::close(office_id, year, &standing, ctx)?).await.map(|_| ())
    }
}
