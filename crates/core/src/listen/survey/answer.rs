//! The answers of one form: read from fields, checked against the questionnaire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::question::{Kind, Question, Questionnaire, WORDS_LIMIT};

/// The answers of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// One value for each question, in their order; see [`Kind`] for what a value says. None where there is no answer.
    pub values: Vec<Option<i64>>,
    /// Answers in words, by the place of the question.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<u32, String>,
}

/// Why an answer was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// It was not offered.
    NotOffered,
    /// More than so many were chosen.
    TooMany(u32),
    /// Not a whole number from one to another.
    NotANumber(i64, i64),
    /// Too many words.
    TooLong,
}

impl Answers {
    /// Whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.values.iter().all(Option::is_none) && self.words.is_empty()
    }

    /// Whether they are answers to this questionnaire.
    pub fn fit(&self, questionnaire: &Questionnaire) -> bool {
        let fits = |(question, value): (&Question, &Option<i64>)| {
            value.is_none_or(|value| question.kind.takes(value))
        };
        let words = |(at, words): (&u32, &String)| {
            let question = questionnaire.questions.get(*at as usize);
            question.is_some_and(|question| question.kind == Kind::Words)
                && tidied(words).as_ref() == Some(words)
        };
        self.values.len() == questionnaire.questions.len()
            && questionnaire.questions.iter().zip(&self.values).all(fits)
            && self.words.iter().all(words)
    }
}

/// Reads the answers to a questionnaire from fields that have the questions' keys. `sent` gives all values of a field.
///
/// # Errors
/// Names every question whose answer cannot be taken.
pub fn read(
    questionnaire: &Questionnaire,
    sent: impl Fn(&str) -> Vec<String>,
) -> Result<Answers, Vec<(String, AnswerFault)>> {
    let mut answers = Answers::default();
    let mut faults = Vec::new();
    for (at, question) in (0..).zip(&questionnaire.questions) {
        let values: Vec<String> =
            sent(&question.key).into_iter().filter(|value| !value.trim().is_empty()).collect();
        if question.kind == Kind::Words {
            answers.values.push(None);
            match values.first().map(|words| tidied(words)) {
                None => {}
                Some(Some(words)) => {
                    answers.words.insert(at, words);
                }
                Some(None) => faults.push((question.key.clone(), AnswerFault::TooLong)),
            }
            continue;
        }
        answers.values.push(value(&question.kind, &values).unwrap_or_else(|fault| {
            faults.push((question.key.clone(), fault));
            None
        }));
    }
    if faults.is_empty() { Ok(answers) } else { Err(faults) }
}

/// Words on one line each, without control characters; none when there are none or too many.
fn tidied(words: &str) -> Option<String> {
    let words = words.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join(" ");
    (1..=WORDS_LIMIT).contains(&words.chars().count()).then_some(words)
}

fn value(kind: &Kind, values: &[String]) -> Result<Option<i64>, AnswerFault> {
    let [first, ..] = values else { return Ok(None) };
    let wrong = || match kind {
        Kind::Number { least, most } => AnswerFault::NotANumber(*least, *most),
        _ => AnswerFault::NotOffered,
    };
    let number = |text: &String| text.trim().parse::<i64>().map_err(|_| wrong());
    let value = match kind {
        Kind::Many { options, most } => {
            let mut chosen = 0_i64;
            for value in values {
                let place = number(value)?;
                if !(1..=options.len() as i64).contains(&place) {
                    return Err(wrong());
                }
                chosen |= 1 << (place - 1);
            }
            if chosen.count_ones() > *most {
                return Err(AnswerFault::TooMany(*most));
            }
            chosen
        }
        _ if values.len() > 1 => return Err(wrong()),
        _ => number(first)?,
    };
    if kind.takes(value) { Ok(Some(value)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::listen::survey::{file, question::Text};

    fn form() -> Questionnaire {
        let text = "key,type,vi,options_vi,least,most\n,factor,Đón tiếp,,,\nkind,score,Niềm nở,,,\nagain,yes_no,Trở lại?,,,\n\
                    one,one,Ở đâu?,Đây|Kia,,\nmany,many,Mong gì?,A|B|C,,2\ndays,number,Mấy ngày?,,0,90\nwords,words,Ý kiến,,,\n";
        file::questionnaire(Text::new("Phiếu", ""), text).unwrap()
    }

    fn sent(pairs: &[(&str, &str)]) -> Result<Answers, Vec<(String, AnswerFault)>> {
        let all = |name: &str| {
            pairs.iter().filter(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()).collect()
        };
        read(&form(), all)
    }

    #[test]
    fn answers_are_read_by_their_types() {
        let pairs = [
            ("kind", "4"),
            ("again", "0"),
            ("one", "2"),
            ("many", "1"),
            ("many", "3"),
            ("days", " 12 "),
            ("words", " Chờ\r\n lâu "),
            ("other", "x"),
        ];
        let read = sent(&pairs).unwrap();
        assert_eq!(read.values, [Some(4), Some(0), Some(2), Some(0b101), Some(12), None]);
        assert_eq!(read.words[&5], "Chờ lâu");
        assert!(read.fit(&form()) && sent(&[]).unwrap().is_empty());
    }

    #[test]
    fn what_is_not_offered_is_named() {
        let long = "x ".repeat(401);
        let faults = sent(&[
            ("kind", "6"),
            ("again", "yes"),
            ("one", "0"),
            ("many", "1"),
            ("many", "2"),
            ("many", "3"),
            ("days", "91"),
            ("words", &long),
        ]);
        let expected = [
            ("kind", AnswerFault::NotOffered),
            ("again", AnswerFault::NotOffered),
            ("one", AnswerFault::NotOffered),
            ("many", AnswerFault::TooMany(2)),
            ("days", AnswerFault::NotANumber(0, 90)),
            ("words", AnswerFault::TooLong),
        ];
        assert_eq!(faults.unwrap_err(), expected.map(|(key, fault)| (key.to_owned(), fault)));
        assert!(sent(&[("kind", "4"), ("kind", "5")]).is_err(), "two answers to one question");
    }

    proptest! {
        /// Whatever is sent, what is read are answers to the questionnaire.
        #[test]
        fn whatever_is_sent_is_read_or_refused(
            values in prop::collection::vec((0_usize..7, prop_oneof!["-?[0-9]{1,20}", ".{0,20}", "\\PC{0,500}"]), 0..12),
        ) {
            let keys = ["kind", "again", "one", "many", "days", "words", "other"];
            let all = |name: &str| {
                values.iter().filter(|(key, _)| keys[*key] == name).map(|(_, value)| value.clone()).collect()
            };
            if let Ok(read) = read(&form(), all) {
                prop_assert!(read.fit(&form()));
            }
        }
    }
}
