//! The tracking book (sổ theo dõi hồ sơ) of an office and year: its numbers have no gap, and after the year's end it is closed
//! and signed, once (TT 01/2018/TT-VPCP đ.10.2).

use serde::{Deserialize, Serialize};

use crate::{
    batch::Batch,
    context::{Context, Role},
    directory::Directory,
    event::Event,
    refusal::Refusal,
};

/// A year of an office's book was closed: it takes no more numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookClosed {
    /// The office.
    pub office_id: String,
    /// The year.
    pub year: i16,
    /// The last number.
    pub last_number: u32,
}

/// How the numbers of a year stand, as counted in the record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The last number by the counter.
    pub counter: u32,
    /// The highest number that a case has.
    pub last: u32,
    /// The highest number of a case taken over from another system: numbers up to it may be in that system's book.
    pub taken: u32,
    /// How many numbers above `taken` cases have.
    pub own: u32,
}

impl Standing {
    /// Whether no number is left out: every one above those taken over belongs to a case, and the counter stands at the last.
    pub const fn is_whole(&self) -> bool {
        self.counter == self.last && self.taken <= self.last && self.own == self.last - self.taken
    }
}

/// The name of a book: the counter that its numbers come from.
pub fn name(office_id: &str, year: i16) -> String {
    format!("{office_id}/{year}")
}

/// Office and year of a book's name.
pub fn of_name(name: &str) -> Option<(&str, i16)> {
    let (office, year) = name.rsplit_once('/')?;
    Some((office, year.parse().ok()?))
}

/// Refuses a number in a year that was closed.
///
/// # Errors
/// [`Refusal::BookClosed`].
pub fn takes_numbers(directory: &Directory, office_id: &str, year: i16) -> Result<(), Refusal> {
    let closed = |book: &BookClosed| book.office_id == office_id && book.year == year;
    if directory.books.iter().any(closed) { Err(Refusal::BookClosed) } else { Ok(()) }
}

/// Decides that the year of a book is closed. The head does it, after the year has ended, once, when no number is missing.
///
/// # Errors
/// Refuses others than the head, years that have not ended, books that are closed or not whole.
pub fn close(office_id: &str, year: i16, standing: &Standing, ctx: &Context<'_>) -> Result<Batch, Refusal> {
    let official = ctx.actor.handles(office_id)?;
    if official.role_at(office_id) != Some(Role::Head) {
        return Err(Refusal::NotYourRole);
    }
    takes_numbers(ctx.directory, office_id, year)?;
    if ctx.at.day().year() <= year {
        return Err(Refusal::YearRunning);
    }
    if !standing.is_whole() {
        return Err(Refusal::BookGap);
    }
    let event =
        Event::BookClosed(BookClosed { office_id: office_id.to_owned(), year, last_number: standing.last });
    let subject = format!("book/{}", name(office_id, year));
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), 1, event))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_is_whole_when_no_number_is_left_out() {
        let whole = |counter, last, taken, own| Standing { counter, last, taken, own }.is_whole();
        assert!(whole(0, 0, 0, 0), "an empty book");
        assert!(whole(3, 3, 0, 3));
        assert!(!whole(3, 3, 0, 2), "a number belongs to nobody");
        assert!(!whole(4, 3, 0, 3), "a number was given and its case is gone");
        assert!(whole(12, 12, 10, 2), "the first ten are in another system's book");
        assert!(!whole(12, 12, 10, 1));
        assert_eq!(of_name(&name("tran-phan", 2017)), Some(("tran-phan", 2017)));
        assert_eq!(of_name("tran-phan"), None);
    }
}
