//! Surveys: questionnaires, waves with a drawn sample, forms that come back without a name, and what they say together.
//!
//! A wave draws people from a frame (cases that ended in a period, or a register) by strata. Who is drawn gets one of the forms of
//! the own stratum: forms have codes, nobody notes which form went to whom. Like a ballot, a form that comes back leaves a tick
//! on the roll and falls into a box under a key kept apart; when the wave is closed the box is opened, shuffled, and counted in
//! cells of at least [`count::CELL_MINIMUM`] answers (ADR 0028).

pub mod answer;
pub mod count;
pub mod file;
pub mod index;
pub mod question;
pub mod roll;
pub mod template;
pub mod wave;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::question::{Questionnaire, Text, is_name};
use crate::{
    batch::Batch,
    context::{Actor, Context, Role},
    event::Event,
    listen::dialogue::{organises, wave::Way},
    refusal::Refusal,
    time::Day,
};

/// Longest name of a wave, in characters.
pub const NAME_LIMIT: usize = 160;

/// What is wrong with a line of a questionnaire or a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// No table at all.
    #[error("this line cannot be read as a line of a table")]
    Unreadable,
    /// A key that is none.
    #[error("a key has small letters, digits, - and _, begins with a letter, and has 40 characters at most")]
    BadKey,
    /// A key that is there already.
    #[error("another question has this key")]
    SameKey,
    /// A type that is not known.
    #[error("the type is score, yes_no, one, many, number, words or factor")]
    BadType,
    /// No text.
    #[error("the text in Vietnamese is missing")]
    NoText,
    /// A text that nobody reads to its end.
    #[error("a text is too long")]
    TextTooLong,
    /// Answers that cannot be offered.
    #[error("2 to 20 options are needed, as many in English as in Vietnamese when there are any")]
    BadOptions,
    /// Limits that leave nothing.
    #[error("least and most are whole numbers, the first below the second; many may choose 1 to all options")]
    BadLimits,
    /// A factor without criteria.
    #[error("right below a factor stand the scores that belong to it")]
    BadFactor,
    /// Nothing is asked.
    #[error("there is no question")]
    NoQuestions,
    /// Too much is asked.
    #[error("there are too many questions")]
    TooManyQuestions,
    /// Too much is to be written.
    #[error("at most four questions are answered in words")]
    TooManyWords,
    /// Nobody is in it.
    #[error("nobody is in the register")]
    EmptyRegister,
    /// Too many are in it.
    #[error("the register is too long")]
    RegisterTooLong,
    /// Nobody could be reached.
    #[error("a name, and a contact or an address, are needed")]
    NoContact,
    /// The same line twice.
    #[error("this person is there twice")]
    SamePerson,
    /// A commune that is not there.
    #[error("there is no such commune")]
    BadCommune,
    /// An office that is not there.
    #[error("there is no such office")]
    BadOffice,
}

impl Fault {
    /// Stable code; pages show the sentence kept under `refusal-<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "survey-unreadable",
            Self::BadKey => "survey-bad-key",
            Self::SameKey => "survey-same-key",
            Self::BadType => "survey-bad-type",
            Self::NoText => "survey-no-text",
            Self::TextTooLong => "survey-text-too-long",
            Self::BadOptions => "survey-bad-options",
            Self::BadLimits => "survey-bad-limits",
            Self::BadFactor => "survey-bad-factor",
            Self::NoQuestions => "survey-no-questions",
            Self::TooManyQuestions => "survey-too-many-questions",
            Self::TooManyWords => "survey-too-many-words",
            Self::EmptyRegister => "survey-empty-register",
            Self::RegisterTooLong => "survey-register-too-long",
            Self::NoContact => "survey-no-contact",
            Self::SamePerson => "survey-same-person",
            Self::BadCommune => "survey-bad-commune",
            Self::BadOffice => "survey-bad-office",
        }
    }
}

/// What a stratum has in common. In cells of a count, what is not common to all of a cell is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Key of the office that did the work.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub office: String,
    /// Key of the office of the commune where people live; empty for those from elsewhere.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub commune: String,
    /// Field of the procedure.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
}

/// A stratum with how many are in it and how many were drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// What its people have in common.
    #[serde(flatten)]
    pub place: Place,
    /// How many there are.
    pub frame: u32,
    /// How many of them were drawn: forms given out.
    pub drawn: u32,
}

/// A wave as decisions see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// Its number.
    pub wave: u32,
    /// Key and version of its questionnaire.
    pub questionnaire: (String, u32),
    /// First and last day on which forms are filled in.
    pub days: (Day, Day),
    /// The ways in which they may come in.
    pub ways: Vec<Way>,
    /// The strata; forms are numbered along them.
    pub strata: Vec<Stratum>,
    /// When it was counted.
    pub closed_on: Option<Day>,
    /// Number of events so far.
    pub version: i64,
}

impl Survey {
    /// How many forms were given out.
    pub fn drawn(&self) -> u32 {
        self.strata.iter().map(|stratum| stratum.drawn).sum()
    }

    /// The stratum of a form.
    pub fn stratum_of(&self, serial: u32) -> Option<usize> {
        let mut last = 0;
        self.strata.iter().position(|stratum| {
            last += stratum.drawn;
            (1..=last).contains(&serial)
        })
    }

    /// The forms of a stratum: the first number and the one after the last.
    pub fn serials_of(&self, stratum: usize) -> std::ops::Range<u32> {
        let first = 1 + self.strata.iter().take(stratum).map(|stratum| stratum.drawn).sum::<u32>();
        first..first + self.strata.get(stratum).map_or(0, |stratum| stratum.drawn)
    }
}

/// See [`Event::QuestionnaireSaved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Its key.
    pub key: String,
    /// The version, from 1.
    pub version: u32,
    /// It.
    pub questionnaire: Questionnaire,
}

/// The subject of a wave in the journal.
fn subject(wave: u32) -> Vec<u8> {
    format!("survey/{wave}").into_bytes()
}

/// Refuses everybody who does not prepare surveys: those who prepare dialogues.
fn organiser(ctx: &Context<'_>) -> Result<(), Refusal> {
    match &ctx.actor {
        Actor::Official(official) if organises(official, ctx.directory) => Ok(()),
        Actor::Former(_) => Err(Refusal::PostEnded),
        _ => Err(Refusal::NotYourRole),
    }
}

/// Refuses everybody but the leader and, where it may, the program itself.
fn leads(ctx: &Context<'_>, system: bool) -> Result<(), Refusal> {
    match &ctx.actor {
        Actor::Official(official) if official.has_role(&[Role::Leader]) => Ok(()),
        Actor::System if system => Ok(()),
        Actor::Former(_) => Err(Refusal::PostEnded),
        _ => Err(Refusal::NotYourRole),
    }
}

/// Decides that a questionnaire is kept, as the next version under its key. `known` is the newest version there is.
///
/// # Errors
/// Refuses everybody who does not prepare surveys, keys that are none, questionnaires that cannot be asked
/// ([`Refusal::SurveyRow`]), and what is there just so already.
pub fn save(
    key: &str,
    questionnaire: Questionnaire,
    known: Option<&Saved>,
    ctx: &Context<'_>,
) -> Result<Batch, Refusal> {
    organiser(ctx)?;
    let version = known.map_or(0, |known| known.version) + 1;
    if !is_name(key) {
        return Err(Refusal::BadChoice("key"));
    }
    questionnaire.check().map_err(|(at, fault)| Refusal::SurveyRow(at, fault))?;
    if known.is_some_and(|known| known.questionnaire == questionnaire) {
        return Err(Refusal::AlreadyExists);
    }
    let saved = Saved { key: key.to_owned(), version, questionnaire };
    let subject = format!("questionnaire/{key}");
    let event = Event::QuestionnaireSaved(Box::new(saved));
    Ok(Batch::one(ctx.actor.journal_name(), ctx.at, subject.as_bytes(), i64::from(version), event))
}

/// The title of a new questionnaire in both languages.
pub fn title(vi: &str, en: &str) -> Text {
    Text::tidied(vi, en)
}
