//! Questionnaires: questions of a few types, some of them criteria that are grouped under factors.

use serde::{Deserialize, Serialize};

use super::Fault;

/// Most questions of a questionnaire.
pub const MOST_QUESTIONS: usize = 80;
/// Most answers that a question offers.
pub const MOST_OPTIONS: usize = 20;
/// Most questions that are answered in words: each form keeps room for them.
pub const MOST_WORDS: usize = 4;
/// Longest text of a question, an answer or a factor, in characters.
pub const TEXT_LIMIT: usize = 300;
/// Longest answer in words, in characters.
pub const WORDS_LIMIT: usize = 400;
/// Numbers beyond this are none that anybody means.
const FARTHEST: i64 = 1_000_000_000;

/// A text in both languages; where there is no English, the Vietnamese stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English; empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
}

/// What kind of answer a question takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Kind {
    /// 1 (very dissatisfied) to 5 (very satisfied), shown as faces: a criterion.
    Score,
    /// Yes (1) or no (0).
    YesNo,
    /// One of the options, counted from 1.
    One {
        /// The answers offered.
        options: Vec<Text>,
    },
    /// Some of the options, as the sum of 2 to the power of their place, counted from 0.
    Many {
        /// The answers offered.
        options: Vec<Text>,
        /// How many may be chosen.
        most: u32,
    },
    /// A whole number within limits.
    Number {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A few words.
    Words,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable key: the name of its field and of its column.
    pub key: String,
    /// What is asked.
    pub text: Text,
    /// The type of its answer.
    pub kind: Kind,
    /// Number of its factor, for criteria.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<u32>,
}

/// A questionnaire. One that was kept is never changed: editing makes the next version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questionnaire {
    /// Its name.
    pub title: Text,
    /// The factors, in order.
    pub factors: Vec<Text>,
    /// The questions, in order.
    pub questions: Vec<Question>,
}

impl Text {
    /// A text in both languages.
    pub fn new(vi: &str, en: &str) -> Self {
        Self { vi: vi.to_owned(), en: en.to_owned() }
    }

    /// Tidied: runs of white are one space.
    pub(super) fn tidied(vi: &str, en: &str) -> Self {
        let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { vi: tidy(vi), en: tidy(en) }
    }

    fn check(&self) -> Result<(), Fault> {
        let printable = |text: &str| !text.chars().any(char::is_control);
        if self.vi.trim().is_empty() || !printable(&self.vi) || !printable(&self.en) {
            return Err(Fault::NoText);
        }
        let long = |text: &str| text.chars().count() > TEXT_LIMIT;
        if long(&self.vi) || long(&self.en) { Err(Fault::TextTooLong) } else { Ok(()) }
    }
}

impl Kind {
    /// Stable name in files, forms and language files.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::YesNo => "yes_no",
            Self::One { .. } => "one",
            Self::Many { .. } => "many",
            Self::Number { .. } => "number",
            Self::Words => "words",
        }
    }

    /// The answers offered.
    pub fn options(&self) -> &[Text] {
        match self {
            Self::One { options } | Self::Many { options, .. } => options,
            _ => &[],
        }
    }

    /// Whether an answer is one that is offered.
    pub fn takes(&self, value: i64) -> bool {
        match self {
            Self::Score => (1..=5).contains(&value),
            Self::YesNo => (0..=1).contains(&value),
            Self::One { options } => usize::try_from(value).is_ok_and(|at| (1..=options.len()).contains(&at)),
            Self::Many { options, most } => {
                (1..1_i64 << options.len().min(62)).contains(&value) && value.count_ones() <= *most
            }
            Self::Number { least, most } => (*least..=*most).contains(&value),
            Self::Words => false,
        }
    }

    fn check(&self) -> Result<(), Fault> {
        match self {
            Self::Score | Self::YesNo | Self::Words => Ok(()),
            Self::Number { least, most } => {
                let near = |limit: &i64| (-FARTHEST..=FARTHEST).contains(limit);
                if near(least) && near(most) && least < most { Ok(()) } else { Err(Fault::BadLimits) }
            }
            Self::One { options } | Self::Many { options, .. } => {
                if !(2..=MOST_OPTIONS).contains(&options.len()) {
                    return Err(Fault::BadOptions);
                }
                if let Self::Many { most, .. } = self
                    && !(1..=options.len()).contains(&(*most as usize))
                {
                    return Err(Fault::BadLimits);
                }
                options.iter().try_for_each(Text::check)
            }
        }
    }
}

impl Questionnaire {
    /// Whether it may be kept.
    ///
    /// # Errors
    /// Names the question, counted from 1 (0: the questionnaire itself), and what is wrong with it.
    pub fn check(&self) -> Result<(), (usize, Fault)> {
        self.title.check().map_err(|fault| (0, fault))?;
        if self.questions.is_empty() {
            return Err((0, Fault::NoQuestions));
        }
        if self.questions.len() > MOST_QUESTIONS || self.factors.len() > MOST_QUESTIONS {
            return Err((0, Fault::TooManyQuestions));
        }
        self.factors.iter().try_for_each(Text::check).map_err(|fault| (0, fault))?;
        let mut words = 0;
        for (at, question) in self.questions.iter().enumerate() {
            let wrong = |fault| Err((at + 1, fault));
            if !is_key(&question.key) {
                return wrong(Fault::BadKey);
            }
            if self.questions[..at].iter().any(|other| other.key == question.key) {
                return wrong(Fault::SameKey);
            }
            question.text.check().or_else(wrong)?;
            question.kind.check().or_else(wrong)?;
            words += usize::from(question.kind == Kind::Words);
            if words > MOST_WORDS {
                return wrong(Fault::TooManyWords);
            }
            let placed = question.factor.is_none_or(|factor| (factor as usize) < self.factors.len());
            if !placed || question.factor.is_some() && question.kind != Kind::Score {
                return wrong(Fault::BadFactor);
            }
        }
        let used = |factor: usize| self.criteria_of(factor).next().is_some();
        if (0..self.factors.len()).all(used) { Ok(()) } else { Err((0, Fault::BadFactor)) }
    }

    /// The criteria of a factor, as places of its questions.
    pub fn criteria_of(&self, factor: usize) -> impl Iterator<Item = usize> {
        let of = move |question: &Question| question.factor.is_some_and(|of| of as usize == factor);
        (0..self.questions.len()).filter(move |at| of(&self.questions[*at]))
    }

    /// All criteria: questions with a score.
    pub fn criteria(&self) -> impl Iterator<Item = usize> {
        (0..self.questions.len()).filter(|at| self.questions[*at].kind == Kind::Score)
    }
}

/// Small letters, digits, dashes and underscores; begins with a letter.
pub(super) fn is_key(key: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    key.len() <= 40 && key.starts_with(|first: char| first.is_ascii_lowercase()) && key.bytes().all(fine)
}

/// A key by which a questionnaire may be known: as those of questions, with two letters at least.
pub(super) fn is_name(key: &str) -> bool {
    is_key(key) && key.len() >= 2
}
