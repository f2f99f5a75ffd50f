//! Taking over records from files: each record is accepted, repaired or refused as a whole, and the report says why.

pub mod case;
pub mod dialogue;
pub mod office;
pub mod official;
pub mod procedure;
pub mod unit;

use serde::Serialize;

use crate::serve::unit::{LineError, Table};

/// What became of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Taken as it was.
    Accepted,
    /// Taken after something in it was put right; the report says what.
    Repaired,
    /// Left out as a whole; the report says why.
    Refused,
}

/// One record of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// How the file calls it: its code, key or line.
    pub code: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What was put right, or why it was left out; empty when there is nothing to say.
    pub why: String,
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Records taken as they were.
    pub accepted: u32,
    /// Records taken after something was put right.
    pub repaired: u32,
    /// Records left out.
    pub refused: u32,
    /// Every record, in the order of the file.
    pub records: Vec<Record>,
}

impl Report {
    /// Adds a record that was taken; `repairs` is what was put right.
    pub fn taken(&mut self, code: impl Into<String>, repairs: &[String]) {
        let outcome = if repairs.is_empty() { Outcome::Accepted } else { Outcome::Repaired };
        self.add(code.into(), outcome, repairs.join("; "));
    }

    /// Adds a record that was in the record already, just so.
    pub fn known(&mut self, code: impl Into<String>) {
        self.add(code.into(), Outcome::Accepted, "in the record already".to_owned());
    }

    /// Adds a record that was left out.
    pub fn refused(&mut self, code: impl Into<String>, why: impl Into<String>) {
        self.add(code.into(), Outcome::Refused, why.into());
    }

    /// Adds the records of another report.
    pub fn join(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.repaired += other.repaired;
        self.refused += other.refused;
        self.records.extend(other.records);
    }

    fn add(&mut self, code: String, outcome: Outcome, why: String) {
        match outcome {
            Outcome::Accepted => self.accepted += 1,
            Outcome::Repaired => self.repaired += 1,
            Outcome::Refused => self.refused += 1,
        }
        self.records.push(Record { code, outcome, why });
    }
}

/// Reads a file of records: a JSON list of flat objects, one JSON object a line, or comma-separated values with a head
/// line. The names of fields are the same in all of them.
///
/// # Errors
/// Names the first line (or object) that is none.
pub fn read_rows(text: &str) -> Result<Table, LineError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['[', '{']) { Table::from_json(text) } else { Table::read(text) }
}

/// Text with runs of spaces as one; notes it as a repair when there were any.
pub(crate) fn tidy(field: &str, text: &str, repairs: &mut Vec<String>) -> String {
    let tidied = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if tidied != text {
        repairs.push(format!("{field}: spaces put right"));
    }
    tidied
}

/// A day of a record, when it has one.
pub(crate) fn day(text: &str, field: &str) -> Result<Option<crate::time::Day>, String> {
    match text {
        "" => Ok(None),
        text => match crate::time::Day::parse(text) {
            Some(day) => Ok(Some(day)),
            None => Err(format!("{field} is not YYYY-MM-DD")),
        },
    }
}

/// A yes or no of a record.
pub(crate) fn yes(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "true" | "yes" | "1" | "x" | "có" | "co")
}
