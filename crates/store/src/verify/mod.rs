//! Proves that the record is what it says: the chain is whole, every table is what the journal makes of it, the
//! counts are what counting anew gives, and the ballots that wait are those that were handed in. Needs no key.

mod compare;
mod recount;
mod replay;

use std::fmt;

use crate::{
    Store, StoreError,
    journal::{self, Line},
    verify::{recount::Recount, replay::Replay},
};

/// Lines or rows read at a time.
const PAGE: i64 = 2_000;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Entries of the journal that were read.
    pub entries: i64,
    /// The hash of the last of them, in hexadecimal.
    pub head_hash: String,
    /// Tables that were compared.
    pub tables: usize,
    /// Rows that were compared.
    pub rows: u64,
    /// The first thing that is wrong.
    pub trouble: Option<Trouble>,
}

/// Something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// An entry of the journal.
    Journal {
        /// Its place.
        seq: i64,
        /// What is wrong with it.
        what: String,
    },
    /// A row of a table.
    Row {
        /// The table.
        table: String,
        /// The row, in words.
        key: String,
        /// The column; nothing when the row as a whole is missing or should not be there.
        column: Option<String>,
        /// Who says otherwise: `the journal` or `a recount`.
        witness: &'static str,
        /// What the witness says.
        expected: String,
        /// What the table says.
        found: String,
    },
    /// The ballots that wait in a box.
    Ballots {
        /// The box.
        box_id: String,
        /// Its serial number.
        serial: i64,
        /// What is wrong with them.
        what: String,
    },
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal { seq, what } => write!(f, "journal entry {seq}: {what}"),
            Self::Row { table, key, column, witness, expected, found } => {
                write!(f, "table {table}, row {key}")?;
                if let Some(column) = column {
                    write!(f, ", column {column}")?;
                }
                write!(f, ": {witness} says {expected}, the table says {found}")
            }
            Self::Ballots { box_id, serial, what } => {
                write!(f, "ballots waiting in {box_id}, box {serial}: {what}")
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(trouble) = &self.trouble {
            return write!(f, "The record is NOT as it should be. The first thing found: {trouble}.");
        }
        write!(
            f,
            "The record is whole: {} journal entries, none missing or changed; {} rows in {} tables are what the \
             journal says; recounts agree. Head {}.",
            self.entries, self.rows, self.tables, self.head_hash
        )
    }
}

/// Verifies the whole record as it is at this moment; writing may go on meanwhile.
///
/// # Errors
/// When the database cannot answer. What is wrong with the record is no error: it is in the report.
pub async fn verify(store: &Store) -> Result<Report, StoreError> {
    let authority = store.authority();
    let mut snapshot = store.engine.snapshot().await?;
    let mut replay = Replay::begin(authority)?;
    let mut report = Report { entries: 0, head_hash: String::new(), tables: 0, rows: 0, trouble: None };
    loop {
        let params = [authority.into(), replay.entries.into(), PAGE.into()];
        let page = snapshot.rows(journal::PAGE.sql, &params, Line::read).await?;
        for line in &page {
            if let Err(trouble) = replay.line(line) {
                report.entries = replay.entries;
                report.head_hash = crate::hex(&replay.hash);
                report.trouble = Some(*trouble);
                return Ok(report);
            }
        }
        if page.len() < PAGE as usize {
            break;
        }
    }
    replay.end()?;
    report.entries = replay.entries;
    report.head_hash = crate::hex(&replay.hash);
    let mut recount = Recount::default();
    for table in compare::tables(&replay.scratch)? {
        let see = |row: &[crate::Value]| recount.see(&table, row);
        let found = compare::table(&mut snapshot, &mut replay.scratch, authority, &table, see).await?;
        report.tables += 1;
        report.rows += found.rows;
        if found.trouble.is_some() {
            report.trouble = found.trouble;
            return Ok(report);
        }
    }
    report.trouble = recount.trouble();
    if report.trouble.is_none() {
        report.trouble = replay::waiting_ballots(&mut snapshot, authority, &mut replay.waiting).await?;
    }
    Ok(report)
}
