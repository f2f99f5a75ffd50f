//! Event logs: what happened to which case, when and by whom, and the tables that process mining draws from that.
//!
//! A [log](log::Log) is read from [CSV](csv), [XES](xes) (IEEE 1849-2016) or [OCEL 2.0 JSON](ocel) (Berti et al. 2024,
//! "OCEL (Object-Centric Event Log) 2.0 Specification", <https://www.ocel-standard.org>), as a stream and within
//! [limits](Limits): what is read is taken for hostile. [Tables](tables::Tables) are made from it. They mean what PM4Py's
//! mean (van der Aalst 2016, "Process Mining", 2nd edition):
//!
//! - an event without case, activity or time is left aside and counted as such;
//! - events of a case are in the order of their time, those of equal time in the order of the file;
//! - a variant is the sequence of a case's activities; the directly-follows graph counts pairs of neighbours in cases;
//! - a time without offset is UTC.
//!
//! Where PM4Py reads a text as "missing" because it looks so to a spreadsheet (a case called `NA`), it is kept here.

pub mod compare;
pub mod csv;
pub mod instant;
mod json;
pub mod log;
mod meter;
pub mod ocel;
pub mod schedule;
pub mod tables;
pub mod xes;

use std::io::{BufRead, BufReader, Read};

/// Which columns (CSV), keys (XES) or attributes (OCEL) mean what. What is left out is looked for under its usual names.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The case; in OCEL the type of object that is followed.
    pub case: Option<String>,
    /// The activity. Not asked in OCEL, where it is the type of the event.
    pub activity: Option<String>,
    /// The time. Not asked in OCEL.
    pub time: Option<String>,
    /// Who did it; may be missing.
    pub resource: Option<String>,
}

/// What is read at most. Memory stays within about 40 bytes an event, the bytes of names three times, and one item.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Events, and pairs of event and object.
    pub events: usize,
    /// Bytes of all different names together.
    pub names: usize,
    /// Bytes of one name.
    pub name: usize,
    /// Bytes of one line of CSV, one tag or text of XES, one event or object of OCEL.
    pub item: u64,
    /// Bytes of the whole, after decompression.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { events: 50_000_000, names: 512 << 20, name: 4 << 10, item: 4 << 20, bytes: 64 << 30 }
    }
}

/// Why a log was refused, and at which line (from 1) reading stopped.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {why} [{}]", why.code())]
pub struct Trouble {
    /// The line.
    pub line: u64,
    /// The reason.
    pub why: Why,
}

/// The reasons.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// The file, or its compression, is broken.
    #[error("the log cannot be read: {0}")]
    Unreadable(String),
    /// Not UTF-8.
    #[error("this is no UTF-8 text")]
    NotText,
    /// Not CSV, XML or JSON as it should be.
    #[error("this is broken: {0}")]
    Broken(String),
    /// A document type: it could declare entities that grow without end.
    #[error("a document type (<!DOCTYPE …>) is not taken; a log needs none")]
    Doctype,
    /// Not a log.
    #[error("this is no log: {0}")]
    NoLog(String),
    /// A column is missing.
    #[error("no column for the {what} is called {looked_for}; there are: {there}")]
    NoColumn {
        /// Case, activity or time.
        what: &'static str,
        /// The names that were looked for.
        looked_for: String,
        /// The first names that are there.
        there: String,
    },
    /// A line has more fields than the head line.
    #[error("{fields} fields are more than the head line's {columns}")]
    Fields {
        /// Fields of the line.
        fields: usize,
        /// Columns of the head line.
        columns: usize,
    },
    /// A time that is none.
    #[error("\"{0}\" is no time; 2017-03-31T08:30:00+07:00 is one")]
    NoTime(String),
    /// More than the limits allow.
    #[error("{what} {are} more than {most}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// "are" or "is".
        are: &'static str,
        /// The limit.
        most: u64,
    },
    /// A name that is too long.
    #[error("a name of {bytes} bytes is longer than {most}")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// A name that XML cannot hold.
    #[error("\"{0}\" has a character that XML cannot hold")]
    NotXml(String),
}

impl Why {
    /// A code that stays the same whatever the sentence.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "log-unreadable",
            Self::NotText => "log-not-text",
            Self::Broken(_) => "log-broken",
            Self::Doctype => "log-doctype",
            Self::NoLog(_) => "log-none",
            Self::NoColumn { .. } => "log-column",
            Self::Fields { .. } => "log-fields",
            Self::NoTime(_) => "log-time",
            Self::TooMany { .. } => "log-too-many",
            Self::TooLong { .. } => "log-name-too-long",
            Self::NotXml(_) => "log-not-xml",
        }
    }

    fn at(self, line: u64) -> Trouble {
        Trouble { line, why: self }
    }

    /// What was found, shortened for a sentence.
    fn no_time(text: &str) -> Self {
        Self::NoTime(shortened(text))
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The bytes of a file, decompressed if they are gzip (RFC 1952, also of several members).
///
/// # Errors
/// If not even the first bytes can be read.
pub fn plain<'a>(input: impl Read + 'a) -> std::io::Result<Box<dyn Read + 'a>> {
    let mut input = BufReader::with_capacity(1 << 17, input);
    let compressed = input.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if compressed { Box::new(flate2::bufread::MultiGzDecoder::new(input)) } else { Box::new(input) })
}
