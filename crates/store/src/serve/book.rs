//! The lines of tracking books: which number of which office and year belongs to which case, and the line drawn under a
//! closed year.

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
           AND case_id IS NOT NULL";
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

    /// How the numbers of a year stand, counted in the record.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub async fn book_standing(&self, office_id: &str, year: i16) -> Result<Standing, StoreError> {
        let key = || vec![self.authority().into(), office_id.into(), i64::from(year).into()];
        let number = |value: i64| u32::try_from(value).unwrap_or_default();
        let last = self.row(&LAST, &key(), |row| row.int(0)).await?.unwrap_or_default();
        let taken = self.row(&LAST_TAKEN, &key(), |row| row.int(0)).await?.unwrap_or_default();
        let mut params = key();
        params.push(taken.into());
        let own = self.row(&OWN, &params, |row| row.int(0)).await?.unwrap_or_default();
        let counter = self.last_number(&book::name(office_id, year)).await?;
        Ok(Standing { counter, last: number(last), taken: number(taken), own: number(own) })
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
        let standing = self.book_standing(office_id, year).await?;
        self.commit(book::close(office_id, year, &standing, ctx)?).await.map(|_| ())
    }
}
