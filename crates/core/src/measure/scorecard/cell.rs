//! What goes in: how often each answer was given on slips that name the same, or how many cases were in time.

use std::collections::BTreeSet;

use hailong_stats::mixed::Factor;
use serde::{Deserialize, Serialize};

use crate::{
    id::read_text,
    kinds::kinds,
    listen::invitation::Source,
    serve::{applicant::Group, promise::Question},
};

kinds! {
    /// Of whom or what a card is.
    Subject {
        /// An official.
        Official = "official",
        /// An office.
        Office = "office",
        /// A procedure, over all offices.
        Procedure = "procedure",
        /// A field of procedures, over all offices.
        Field = "field",
    }
}

/// What a card says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// The mean of the answers to a question, 1 to 5.
    Answer(Question),
    /// The share of finished cases that were in time, 0 to 1.
    OnTime,
}

/// Answers or cases that have the same of everything: counts by score, 1 to 5; of cases the late ones, then those in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The office.
    pub office: String,
    /// Person or organisation.
    pub group: Group,
    /// The official who acted, where it is said.
    pub official: Option<String>,
    /// The procedure, where it is said.
    pub procedure: Option<String>,
    /// The field, where it is said.
    pub field: Option<String>,
    /// How the answers came in, where it is said.
    pub source: Option<Source>,
    /// How often each was given.
    pub counts: [u64; 5],
}

impl Subject {
    /// What is said of it. Each answer goes to what could do something about it: how people were met to the official and the office, speed
    /// to the step that took the time and the office, by-the-rules to the procedure and the office.
    pub const fn measures(self) -> &'static [Measure] {
        use Measure::{Answer, OnTime};
        use Question::{Guidance, Lawful, Overall, Speed, Welcome};
        match self {
            Self::Official => &[Answer(Welcome), Answer(Guidance), Answer(Speed), OnTime],
            Self::Office => {
                &[Answer(Overall), Answer(Welcome), Answer(Guidance), Answer(Speed), Answer(Lawful), OnTime]
            }
            Self::Procedure => &[Answer(Lawful), OnTime],
            Self::Field => &[Answer(Welcome), Answer(Guidance), Answer(Lawful), OnTime],
        }
    }

    /// Which one a cell names, of this kind.
    pub fn of(self, cell: &Cell) -> Option<&str> {
        match self {
            Self::Official => cell.official.as_deref(),
            Self::Office => Some(&cell.office),
            Self::Procedure => cell.procedure.as_deref(),
            Self::Field => cell.field.as_deref(),
        }
    }

    /// What it belongs to, whose part counts as its own: an official's office, a procedure's field.
    pub(super) const fn within(self) -> Option<Self> {
        match self {
            Self::Official => Some(Self::Office),
            Self::Procedure => Some(Self::Field),
            Self::Office | Self::Field => None,
        }
    }

    /// What is not its doing, and is adjusted away: the mix of cases of officials and offices, the offices that have a procedure.
    pub(super) const fn beside(self) -> Self {
        match self {
            Self::Official | Self::Office => Self::Field,
            Self::Procedure | Self::Field => Self::Office,
        }
    }
}

impl Measure {
    /// Stable name in data.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Answer(question) => question.key(),
            Self::OnTime => "on_time",
        }
    }

    /// Lowest and highest value.
    pub const fn range(self) -> (f64, f64) {
        match self {
            Self::Answer(_) => (1.0, 5.0),
            Self::OnTime => (0.0, 1.0),
        }
    }
}

impl Serialize for Measure {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "a measure", |key| match key {
            "on_time" => Some(Self::OnTime),
            question => Question::from_key(question).map(Self::Answer),
        })
    }
}

impl Cell {
    /// The cell with so many answers of one score, 1 to 5; without a score as it is.
    #[must_use]
    pub fn with(mut self, score: Option<i64>, answers: u64) -> Self {
        let place = score.and_then(|score| usize::try_from(score).ok()?.checked_sub(1));
        if let Some(count) = place.and_then(|place| self.counts.get_mut(place)) {
            *count += answers;
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counts.iter().all(|n| *n == 0)
    }

    /// Everything but the counts.
    pub(super) fn key(&self) -> impl Ord {
        (&self.official, &self.office, self.group, &self.procedure, &self.field, self.source)
    }
}

/// One line for each answer, as the model sees it.
pub(super) struct Rows<'a> {
    pub(super) cells: Vec<&'a Cell>,
    /// Cell of each answer.
    pub(super) of: Vec<usize>,
    pub(super) response: Vec<f64>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(measure: Measure, cells: Vec<&'a Cell>) -> Self {
        let (lowest, _) = measure.range();
        let mut rows = Self { cells, of: Vec::new(), response: Vec::new() };
        for (at, cell) in rows.cells.iter().enumerate() {
            for (place, count) in (0_u8..).zip(cell.counts) {
                for _ in 0..count {
                    rows.of.push(at);
                    rows.response.push(lowest + f64::from(place));
                }
            }
        }
        rows
    }

    /// A level for each answer, and the names of the levels in order.
    pub(super) fn factor<K: Ord>(&self, key: impl Fn(&'a Cell) -> K) -> (Factor, Vec<K>) {
        let names: Vec<K> =
            self.cells.iter().map(|cell| key(cell)).collect::<BTreeSet<_>>().into_iter().collect();
        let of_cells: Vec<u32> = (self.cells.iter())
            .map(|cell| names.binary_search(&key(cell)).unwrap_or_default() as u32)
            .collect();
        (Factor { codes: self.of.iter().map(|at| of_cells[*at]).collect(), levels: names.len() }, names)
    }
}
