//! Ballots on paper: the batches of an office, and typing one.

use askama::Template;
use hailong_core::{
    listen::{
        paper::{Difference, FEWEST_SHEETS, MOST_SHEETS, answer},
        questionnaire::{Ask, Questionnaire},
        rating::{Asked, Ballot},
    },
    time::Day,
};

use crate::{
    component::{Choice, Errors, refusal},
    lang::Lang,
    listen::rating::{Form, Question},
    page::Page,
    shell::{Section, Shell},
};

/// A batch in the list.
#[derive(Clone, Debug)]
pub struct BatchRow {
    /// Key, for addresses.
    pub id: String,
    /// Key of the group's name: see [`group_key`].
    pub group: &'static str,
    /// The day it was opened.
    pub opened: Day,
    /// The day it ended; none while it is open.
    pub ended: Option<Day>,
    /// Whether its sheets became ballots.
    pub sent: bool,
    /// Who typed it.
    pub hands: Vec<String>,
    /// Sheets that became ballots.
    pub sheets: i64,
    /// Stubs that could be used.
    pub stubs: i64,
}

/// The key of a group's name.
pub fn group_key(group: hailong_core::serve::applicant::Group) -> &'static str {
    match group {
        hailong_core::serve::applicant::Group::Person => "ballots-person",
        hailong_core::serve::applicant::Group::Organisation => "ballots-organisation",
    }
}

/// `GET` and `POST /work/ballots`. Field: `group`.
#[derive(Debug, Template)]
#[template(path = "work/ballots.html")]
pub struct Ballots {
    /// The frame.
    pub shell: Shell,
    /// The office.
    pub office: String,
    /// Batches that are open.
    pub open: Vec<BatchRow>,
    /// The newest that have ended.
    pub ended: Vec<BatchRow>,
    /// What was just done; empty when nothing.
    pub done: String,
    /// What is wrong.
    pub errors: Errors,
}

impl Ballots {
    fn groups(&self) -> Vec<Choice> {
        use hailong_core::serve::applicant::Group;
        [Group::Person, Group::Organisation]
            .map(|group| Choice::new(group.key(), self.shell.t(group_key(group))))
            .to_vec()
    }
}

/// How far one of the two has come, as far as the other may know.
#[derive(Clone, Debug)]
pub struct HandRow {
    /// Name; empty while nobody has begun.
    pub name: String,
    /// Whether it is the one who reads this page.
    pub own: bool,
    /// Sheets typed.
    pub sheets: usize,
    /// Whether all are typed.
    pub done: bool,
}

/// A place at which the two entries differ, in words.
#[derive(Clone, Debug)]
pub struct DifferenceRow {
    /// The sheet.
    pub sheet: usize,
    /// The question; nothing when only one has the sheet.
    pub question: String,
    /// What the first typed.
    pub first: String,
    /// What the second typed.
    pub second: String,
}

impl DifferenceRow {
    /// A difference in the words of the questions of the day.
    pub fn new(difference: &Difference, questionnaire: &Questionnaire, shell: &Shell) -> Self {
        let asked = Question::all(questionnaire, shell.lang, |_| String::new());
        let question = difference.ask.and_then(|ask| asked.iter().find(|question| question.ask == ask));
        let said = |value: &str| question.map_or_else(String::new, |question| said(question, value, shell));
        Self {
            sheet: difference.sheet,
            question: question.map_or_else(|| shell.t("ballots-sheet-missing"), |q| q.text.clone()),
            first: said(&difference.first),
            second: said(&difference.second),
        }
    }
}

/// An answer in words.
fn said(question: &Question, value: &str, shell: &Shell) -> String {
    if value.is_empty() {
        return shell.t("ballots-no-answer");
    }
    match question.form(shell) {
        Form::Faces => format!("{value} – {}", shell.t(format!("score-{value}"))),
        Form::Choices(choices) => {
            let at = choices.iter().position(|choice| choice.value == value);
            at.map_or_else(|| value.to_owned(), |at| format!("{} – {}", at + 1, choices[at].text))
        }
        Form::Words => value.to_owned(),
    }
}

/// `GET` and `POST /work/ballots/{batch}`, and `POST …/stubs` when it was refused. Fields: `code` for stubs, `what` for the rest.
#[derive(Debug, Template)]
#[template(path = "work/ballot-batch.html")]
pub struct BallotBatch {
    /// The frame.
    pub shell: Shell,
    /// Key, for addresses.
    pub id: String,
    /// The office.
    pub office: String,
    /// Key of the group's name.
    pub group: &'static str,
    /// The day it was opened.
    pub opened: Day,
    /// The last day on which it is kept.
    pub until: Day,
    /// How many stubs it has.
    pub stubs: usize,
    /// The two who type.
    pub hands: [HandRow; 2],
    /// How many sheets the reader has typed; none when two others type.
    pub own: Option<usize>,
    /// Whether the reader has typed all.
    pub own_done: bool,
    /// Where the entries differ, once both are done.
    pub differences: Vec<DifferenceRow>,
    /// Whether both are done.
    pub compared: bool,
    /// What was just done; empty when nothing.
    pub done: String,
    /// The code as typed.
    pub code: String,
    /// What is wrong.
    pub errors: Errors,
}

impl BallotBatch {
    fn most(&self) -> usize {
        MOST_SHEETS
    }

    fn fewest(&self) -> usize {
        FEWEST_SHEETS
    }

    fn next(&self) -> usize {
        self.own.unwrap_or(0) + 1
    }

    fn ready(&self) -> bool {
        self.compared && self.differences.is_empty()
    }
}

/// A question as it is typed: one digit, or words.
#[derive(Clone, Debug)]
pub struct TypedQuestion {
    /// Name of the field: [`Ask::key`].
    pub name: &'static str,
    /// Its words.
    pub text: String,
    /// The digits and what they mean.
    pub hint: String,
    /// The highest digit; 0 for words.
    pub most: usize,
    /// What is typed so far.
    pub value: String,
}

impl TypedQuestion {
    /// The questions of a day with what is typed so far.
    pub fn all(questionnaire: &Questionnaire, shell: &Shell, value: impl Fn(Ask) -> String) -> Vec<Self> {
        let typed = |question: Question| {
            let form = question.form(shell);
            let digits: Vec<String> = match &form {
                Form::Faces => (1..=5).map(|score| shell.t(format!("score-{score}"))).collect(),
                Form::Choices(choices) => choices.iter().map(|choice| choice.text.clone()).collect(),
                Form::Words => Vec::new(),
            };
            let hint = digits.iter().zip(1..).map(|(text, n): (&String, usize)| format!("{n} {text}"));
            Self {
                name: question.ask.key(),
                hint: hint.collect::<Vec<_>>().join(" · "),
                most: digits.len(),
                value: value(question.ask),
                text: question.text,
            }
        };
        Question::all(questionnaire, shell.lang, |_| String::new()).into_iter().map(typed).collect()
    }

    fn required(&self) -> bool {
        self.name == Ask::Overall.key()
    }
}

/// An answer of a sheet as it is typed: a digit, or words.
pub fn digit(ballot: &Ballot, ask: Ask) -> String {
    let value = answer(ballot, ask);
    match Asked::from_key(&value) {
        Some(asked) if matches!(ask, Ask::ExtraMoney | Ask::ExtraPapers) => (asked.score() + 1).to_string(),
        _ => value,
    }
}

/// `GET` and `POST /work/ballots/{batch}/sheets/{number}`. A field for each question, named as [`Ask::key`]: one digit, or words.
#[derive(Debug, Template)]
#[template(path = "work/ballot-sheet.html")]
pub struct BallotSheet {
    /// The frame.
    pub shell: Shell,
    /// Key of the batch, for addresses.
    pub id: String,
    /// The sheet, from 1.
    pub number: usize,
    /// Whether it was typed before by the same person.
    pub again: bool,
    /// The questions.
    pub questions: Vec<TypedQuestion>,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for Ballots {
    fn sample(lang: Lang) -> Self {
        let row = |sent, ended: Option<Day>| BatchRow {
            id: "id".to_owned(),
            group: "ballots-person",
            opened: Day(17_340),
            ended,
            sent,
            hands: vec!["Lê Thị Mẫu".to_owned(), "Trần Văn Mẫu".to_owned()],
            sheets: if sent { 41 } else { 0 },
            stubs: if sent { 43 } else { 0 },
        };
        Self {
            shell: Shell::sample_signed_in(lang, "ballots-title", Section::Queue),
            office: "Xã Trần Phán".to_owned(),
            open: vec![row(false, None)],
            ended: vec![row(true, Some(Day(17_345))), row(false, Some(Day(17_344)))],
            done: lang.t("ballots-done-send"),
            errors: Errors::one("group", refusal(lang, "too-many-batches")),
        }
    }
}

impl Page for BallotBatch {
    fn sample(lang: Lang) -> Self {
        let hand = |name: &str, own| HandRow { name: name.to_owned(), own, sheets: 12, done: true };
        let shell = Shell::sample_signed_in(lang, "ballots-title", Section::Queue);
        let difference = |ask, first: &str, second: &str| Difference {
            sheet: 3,
            ask,
            first: first.to_owned(),
            second: second.to_owned(),
        };
        let differences = [
            difference(Some(Ask::Overall), "4", "1"),
            difference(Some(Ask::ExtraMoney), "no", ""),
            difference(Some(Ask::Words), "Cảm ơn", "Cám ơn"),
            difference(None, "", ""),
        ];
        let questionnaire = Questionnaire::first();
        let differences =
            differences.iter().map(|one| DifferenceRow::new(one, &questionnaire, &shell)).collect();
        Self {
            id: "id".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            group: "ballots-organisation",
            opened: Day(17_340),
            until: Day(17_354),
            stubs: 13,
            hands: [hand("Lê Thị Mẫu", true), hand("Trần Văn Mẫu", false)],
            own: Some(12),
            own_done: true,
            differences,
            compared: true,
            done: lang.t("ballots-done-stub"),
            code: "1234 5678".to_owned(),
            errors: Errors::one("code", refusal(lang, "stub-elsewhere")),
            shell,
        }
    }
}

impl Page for BallotSheet {
    fn sample(lang: Lang) -> Self {
        let shell = Shell::sample_signed_in(lang, "ballots-title", Section::Queue);
        let value = |ask: Ask| if ask == Ask::Words { "Cảm ơn".to_owned() } else { "4".to_owned() };
        Self {
            id: "id".to_owned(),
            number: 3,
            again: true,
            questions: TypedQuestion::all(&Questionnaire::first(), &shell, value),
            errors: Errors::one("overall", refusal(lang, "bad-score")),
            shell,
        }
    }
}
