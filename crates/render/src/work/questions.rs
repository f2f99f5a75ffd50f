//! The administrator's page of the questions of a rating: the version of today, and the form for the next.

use askama::Template;
use hailong_core::{
    listen::questionnaire::{Ask, Questionnaire, Sink, TEXT_LIMIT},
    time::Day,
};

use crate::{
    component::Errors,
    lang::Lang,
    page::Page,
    shell::{Section, Shell},
};

/// One question as typed.
#[derive(Clone, Debug)]
pub struct QuestionRow {
    /// What it asks.
    pub ask: Ask,
    /// Whether it is asked.
    pub asked: bool,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

/// A version in the list.
#[derive(Clone, Debug)]
pub struct VersionRow {
    /// Its number.
    pub version: u32,
    /// Its first day; none of the one that came with the program.
    pub from: Option<Day>,
    /// How many questions.
    pub questions: usize,
    /// Whether it holds today.
    pub holds: bool,
}

/// `GET /admin/questions`, and `POST` when it was refused. Fields: `from`, and for each question `asked-…`, `vi-…`, `en-…`.
#[derive(Debug, Template)]
#[template(path = "work/questions.html")]
pub struct QuestionsPage {
    /// Frame.
    pub shell: Shell,
    /// Every version, the newest first.
    pub versions: Vec<VersionRow>,
    /// The questions as typed.
    pub rows: Vec<QuestionRow>,
    /// The first day, as typed.
    pub from: String,
    /// Whether a version was just published.
    pub done: bool,
    /// What is wrong.
    pub errors: Errors,
}

impl QuestionsPage {
    const LIMIT: usize = TEXT_LIMIT;

    fn sink(&self, ask: &Ask) -> String {
        self.shell.t(match ask.sink() {
            Sink::Office => "questions-sink-office",
            Sink::Official => "questions-sink-official",
            Sink::Step => "questions-sink-step",
            Sink::Procedure => "questions-sink-procedure",
            Sink::Inspection => "questions-sink-inspection",
        })
    }
}

impl QuestionRow {
    /// Every question there can be, as a version has it; those left out with the words of the first.
    pub fn all(questionnaire: &Questionnaire) -> Vec<Self> {
        let first = Questionnaire::first();
        let row = |ask: Ask| {
            let line = questionnaire.line(ask);
            let words = line.or(first.line(ask));
            Self {
                ask,
                asked: line.is_some(),
                vi: words.map(|line| line.vi.clone()).unwrap_or_default(),
                en: words.map(|line| line.en.clone()).unwrap_or_default(),
            }
        };
        Ask::ALL.into_iter().map(row).collect()
    }
}

impl Page for QuestionsPage {
    fn sample(lang: Lang) -> Self {
        let version = |version, from, holds| VersionRow { version, from, questions: 11, holds };
        Self {
            shell: Shell::sample_signed_in(lang, "questions-title", Section::None),
            versions: vec![version(2, Some(Day(17_440)), false), version(1, None, true)],
            rows: QuestionRow::all(&Questionnaire::first()),
            from: "2017-07-01".to_owned(),
            done: true,
            errors: Errors::none(),
        }
    }
}
