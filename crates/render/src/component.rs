//! The typed values behind the components of `templates/component.html`.

use hailong_core::{refusal::Refusal, time::Instant};

use crate::format::{decimal, percent};
use crate::lang::Lang;

pub use hailong_core::measure::figure::{Figure, MINIMUM_ANSWERS};

/// What is wrong with the fields of a form, in the order of the form.
#[derive(Clone, Debug, Default)]
pub struct Errors(pub Vec<FieldError>);

/// What is wrong with one field.
#[derive(Clone, Debug)]
pub struct FieldError {
    /// Name (and id) of the field; empty when it is the form as a whole.
    pub field: String,
    /// One sentence in the language of the page.
    pub text: String,
}

impl Errors {
    /// Nothing is wrong.
    pub fn none() -> Self {
        Self::default()
    }

    /// One fault.
    pub fn one(field: &str, text: impl Into<String>) -> Self {
        let mut errors = Self::none();
        errors.push(field, text);
        errors
    }

    /// Why the program refused, at the field that it names, or at none.
    pub fn refused(lang: Lang, why: &Refusal) -> Self {
        Self::one(why.field().unwrap_or_default(), refusal(lang, why.code()))
    }

    /// Adds a fault.
    pub fn push(&mut self, field: &str, text: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), text: text.into() });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with a field; empty when nothing is.
    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|error| error.field == field).map_or("", |error| error.text.as_str())
    }
}

/// The sentence of a refusal, said with what to do; unknown codes get the general one.
pub fn refusal(lang: Lang, code: &str) -> String {
    let key = format!("refusal-{code}");
    if lang.has(&key) { lang.t(&key) } else { lang.t("refusal-internal") }
}

/// The colour and shape of a badge or notice. The words beside it say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to note.
    Plain,
    /// Information.
    Info,
    /// As promised.
    Good,
    /// Needs attention.
    Attention,
    /// Late or wrong.
    Wrong,
}

impl Tone {
    /// The class in the style sheet.
    pub fn class(&self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Info => "info",
            Tone::Good => "good",
            Tone::Attention => "attention",
            Tone::Wrong => "wrong",
        }
    }

    /// The shape, drawn in a box of 16 by 16, so that the state does not hang on colour.
    pub fn path(&self) -> &'static str {
        match self {
            Tone::Plain => "M8 4a4 4 0 1 1 0 8a4 4 0 1 1 0-8",
            Tone::Info => "M3 3h10v10H3z",
            Tone::Good => "M2 8l2-2 3 3 6-6 2 2-8 8z",
            Tone::Attention => "M8 2l7 12H1z",
            Tone::Wrong => "M3 1l5 5 5-5 2 2-5 5 5 5-2 2-5-5-5 5-2-2 5-5-5-5z",
        }
    }
}

/// A badge: a word and a shape.
#[derive(Clone, Debug)]
pub struct Badge {
    /// Colour and shape.
    pub tone: Tone,
    /// The word.
    pub text: String,
}

/// The figure in one line, for tables and charts: "92,4 % (89,1–94,8)".
pub fn figure_line(lang: Lang, figure: &Figure) -> String {
    match *figure {
        Figure::Shown { share, low, high, .. } => format!(
            "{} ({}–{})",
            percent(lang, share),
            decimal(lang, low * 100.0, 1),
            decimal(lang, high * 100.0, 1)
        ),
        Figure::TooFew { n } => lang.t_args("figure-too-few", &[("n", n.into())]),
    }
}

/// The period and the moment to which figures refer.
#[derive(Clone, Debug)]
pub struct Period {
    /// Name of the period, such as "quý II năm 2017", in the language of the page.
    pub name: String,
    /// The moment up to which everything is counted.
    pub as_of: Instant,
    /// The public figures that it agrees with, where it shows any.
    pub snapshot: Option<Snapshot>,
}

/// The public figures of a quarter at one moment: the same wherever they are shown.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Their SHA-256, 64 hexadecimal digits.
    pub id: String,
    /// The quarter in addresses, such as `2017-Q2`.
    pub quarter: String,
}

impl Snapshot {
    /// As many digits as tell two snapshots apart at a glance.
    pub fn short(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }
}

/// One of the five faces of a rating.
#[derive(Clone, Copy, Debug)]
pub struct Face {
    /// 1 (very dissatisfied) to 5 (very satisfied).
    pub score: u8,
    /// Key of the word.
    pub key: &'static str,
    /// Path of the mouth, drawn in a box of 48 by 48.
    pub mouth: &'static str,
}

/// The five faces, from very dissatisfied to very satisfied.
pub const FACES: [Face; 5] = [
    Face { score: 1, key: "score-1", mouth: "M14 36q10-12 20 0" },
    Face { score: 2, key: "score-2", mouth: "M15 34q9-6 18 0" },
    Face { score: 3, key: "score-3", mouth: "M15 33h18" },
    Face { score: 4, key: "score-4", mouth: "M15 31q9 6 18 0" },
    Face { score: 5, key: "score-5", mouth: "M13 29q11 14 22 0z" },
];

/// One line of the derivation of a due date.
#[derive(Clone, Debug)]
pub struct LedgerLine {
    /// The moment or day that the line speaks of, already formatted.
    pub when: String,
    /// What was counted and why, in words.
    pub text: String,
    /// The rule that says so; empty when none need be named.
    pub rule: String,
    /// The day of the promise: set apart.
    pub last: bool,
}

/// Where a list goes on. Lists are paged by key, not by number.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// Address of the first page, when this is a later one.
    pub first: Option<String>,
    /// Address of the next page, when there is one.
    pub next: Option<String>,
}

/// An answer that can be chosen: the value sent, and its words.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value sent.
    pub value: String,
    /// The words shown.
    pub text: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into() }
    }
}
