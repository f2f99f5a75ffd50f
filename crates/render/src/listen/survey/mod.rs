//! Surveys: questions as fields, results as figures, forms on paper.

pub mod page;
pub mod paper;
pub mod results;

use hailong_core::listen::{
    dialogue::wave::Way,
    survey::{
        answer::AnswerFault,
        question::{Kind, Question, Questionnaire, Text},
        roll::Miss,
    },
};

use crate::{component::Choice, format, lang::Lang};

/// A text in the language of the page, or in Vietnamese where there is no other.
pub fn text(lang: Lang, text: &Text) -> &str {
    if lang == Lang::En && !text.en.is_empty() { &text.en } else { &text.vi }
}

/// Name of the field of a question: no question's key can be another field's name.
pub fn field(key: &str) -> String {
    format!("q-{key}")
}

/// A question as a field.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The factor that begins here; empty elsewhere.
    pub heading: String,
    /// Name of the field, see [`field`].
    pub key: String,
    /// What is asked.
    pub text: String,
    /// The type, see [`Kind::key`].
    pub kind: &'static str,
    /// What can be answered, in words; for those who type in what stands on paper with the numbers to type.
    pub hint: String,
    /// The answers offered.
    pub options: Vec<Choice>,
    /// What was sent before.
    pub chosen: Vec<String>,
}

impl Asked {
    /// What was sent before, when it is one thing.
    pub fn sent(&self) -> String {
        self.chosen.join(" ")
    }

    /// The answers offered, for controls that take them.
    pub fn choices(&self) -> Vec<Choice> {
        self.options.clone()
    }

    /// Whether an option was chosen.
    pub fn has(&self, option: &Choice) -> bool {
        self.chosen.contains(&option.value)
    }

    /// The questions of a questionnaire; `typed` for those who type them in.
    pub fn all(
        lang: Lang,
        questionnaire: &Questionnaire,
        sent: impl Fn(&str) -> Vec<String>,
        typed: bool,
    ) -> Vec<Self> {
        let mut factor = None;
        let asked = |question: &Question| {
            let begins = question.factor.filter(|of| factor != Some(*of));
            factor = question.factor;
            let heading = begins.and_then(|of| questionnaire.factors.get(of as usize));
            Self {
                heading: heading.map(|heading| text(lang, heading).to_owned()).unwrap_or_default(),
                key: field(&question.key),
                text: text(lang, &question.text).to_owned(),
                kind: question.kind.key(),
                hint: if typed { hint_to_type(lang, &question.kind) } else { hint(lang, &question.kind) },
                options: options(lang, &question.kind),
                chosen: sent(&question.key),
            }
        };
        questionnaire.questions.iter().map(asked).collect()
    }
}

fn options(lang: Lang, kind: &Kind) -> Vec<Choice> {
    match kind {
        Kind::YesNo => vec![Choice::new("1", lang.t("survey-yes")), Choice::new("0", lang.t("survey-no"))],
        Kind::Score => {
            (1..=5).map(|score| Choice::new(score.to_string(), lang.t(&format!("score-{score}")))).collect()
        }
        _ => {
            (1..).zip(kind.options()).map(|(at, one)| Choice::new(at.to_string(), text(lang, one))).collect()
        }
    }
}

fn hint(lang: Lang, kind: &Kind) -> String {
    match kind {
        Kind::Many { most, .. } => lang.t_args("survey-hint-many", &[("most", (*most).into())]),
        Kind::Number { least, most } => limits(lang, *least, *most),
        _ => String::new(),
    }
}

fn hint_to_type(lang: Lang, kind: &Kind) -> String {
    let numbered = || {
        let each =
            options(lang, kind).into_iter().map(|option| format!("{} = {}", option.value, option.text));
        each.collect::<Vec<_>>().join("; ")
    };
    match kind {
        Kind::Score => lang.t("survey-hint-score"),
        Kind::Many { .. } => format!("{} {}", hint(lang, kind), numbered()),
        Kind::YesNo | Kind::One { .. } => numbered(),
        _ => hint(lang, kind),
    }
}

fn limits(lang: Lang, least: i64, most: i64) -> String {
    let number = |n| format::number(lang, n);
    lang.t_args("survey-hint-number", &[("least", number(least).into()), ("most", number(most).into())])
}

/// Why an answer was not taken.
pub fn fault(lang: Lang, fault: AnswerFault) -> String {
    match fault {
        AnswerFault::NotOffered => lang.t("refusal-bad-choice"),
        AnswerFault::TooMany(most) => lang.t_args("survey-hint-many", &[("most", most.into())]),
        AnswerFault::NotANumber(least, most) => limits(lang, least, most),
        AnswerFault::TooLong => lang.t("refusal-too-long"),
    }
}

/// A way in which forms come in, in words.
pub fn way(lang: Lang, way: Way) -> String {
    lang.t(match way {
        Way::Paper => "survey-way-paper",
        Way::Phone => "survey-way-phone",
        Way::Online => "survey-way-online",
    })
}

/// Ways to choose.
pub fn ways(lang: Lang, of: &[Way]) -> Vec<Choice> {
    of.iter().map(|one| Choice::new(one.key(), way(lang, *one))).collect()
}

/// Why a form will not come back, in words.
pub fn miss(lang: Lang, why: Miss) -> String {
    lang.t(match why {
        Miss::Refused => "survey-miss-refused",
        Miss::Unreached => "survey-miss-unreached",
    })
}
