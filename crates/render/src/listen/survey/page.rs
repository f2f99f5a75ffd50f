//! The public pages of surveys: answering with a code, and what closed waves say.

use askama::Template;
use hailong_core::{
    listen::survey::{
        Survey,
        count::{Cell, Row},
        index::{Counted, Counts},
        template::Template as Ready,
    },
    time::{Day, Instant},
};

use super::{Asked, results::ResultsView};
use crate::{
    component::{Errors, Period},
    lang::Lang,
    page::Page,
    shell::{Section, Shell},
};

/// A wave as a row of a list.
#[derive(Clone, Debug)]
pub struct SurveyRow {
    /// Where it leads.
    pub href: String,
    /// Its name.
    pub name: String,
    /// First and last day of filling in.
    pub days: (Day, Day),
    /// When it was counted.
    pub closed_on: Option<Day>,
    /// Forms given out, and forms that came back.
    pub counts: (u32, u32),
}

/// `GET /surveys`: waves that were counted.
#[derive(Debug, Template)]
#[template(path = "listen/surveys.html")]
pub struct SurveyList {
    /// The frame.
    pub shell: Shell,
    /// The waves, the newest first.
    pub rows: Vec<SurveyRow>,
}

/// `GET /surveys/{wave}`: what a wave that was counted says.
#[derive(Debug, Template)]
#[template(path = "listen/survey-results.html")]
pub struct SurveyResults {
    /// The frame.
    pub shell: Shell,
    /// Number of the wave.
    pub wave: u32,
    /// When it was filled in, and counted.
    pub period: Period,
    /// SHA-256 of frame and draw, in letters.
    pub digests: (String, String),
    /// Seed of the draw.
    pub seed: u32,
    /// How many people the frame has.
    pub frame: u32,
    /// What it says; none when too few answered.
    pub results: Option<ResultsView>,
}

/// How the form of a code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can be filled in until a day.
    Open(Day),
    /// It came back.
    Answered,
    /// The wave has not begun, or takes no more forms.
    Over,
}

/// `GET /survey/{token}`, and `POST` when something was wrong. Fields: the keys of the questions.
#[derive(Debug, Template)]
#[template(path = "listen/survey-form.html")]
pub struct SurveyForm {
    /// The frame.
    pub shell: Shell,
    /// The code, for the form's address.
    pub token: String,
    /// How it stands.
    pub standing: Standing,
    /// The questions; none when it cannot be filled in.
    pub asked: Vec<Asked>,
    /// What is wrong.
    pub errors: Errors,
}

/// A row for samples.
pub(crate) fn sample_row(lang: Lang, href: &str) -> SurveyRow {
    SurveyRow {
        href: href.to_owned(),
        name: lang.t("survey-sample-name"),
        days: (Day(17_330), Day(17_350)),
        closed_on: Some(Day(17_352)),
        counts: (600, 412),
    }
}

/// Results of invented forms, for samples.
pub(crate) fn sample_results(lang: Lang, with_communes: bool) -> ResultsView {
    let questionnaire = Ready::Sipas.questionnaire();
    let offices = ["tran-phan", "tan-duc"];
    let stratum = |office: &&str| hailong_core::listen::survey::Stratum {
        place: hailong_core::listen::survey::Place {
            office: (*office).to_owned(),
            commune: (*office).to_owned(),
            field: "Hộ tịch".to_owned(),
        },
        frame: 300,
        drawn: 60,
    };
    let strata: Vec<_> = offices.iter().map(stratum).collect();
    let cell = |(at, stratum): (usize, &hailong_core::listen::survey::Stratum)| Cell {
        place: stratum.place.clone(),
        frame: stratum.frame,
        answered: if at == 0 { 40 } else { 12 },
    };
    let cells: Vec<_> = strata.iter().enumerate().map(cell).collect();
    let row = |at: u32| {
        let value = |place: usize| (at as usize + place) % 7;
        let kinds = questionnaire.questions.iter().enumerate();
        let values = kinds.map(|(place, question)| {
            let wish = if value(place) == 0 { 2 } else { 4 + (value(place) % 2) as i64 };
            question.kind.takes(wish).then_some(wish).or(question.kind.takes(1).then_some(1))
        });
        Row { cell: u32::from(at >= 40), way: None, values: values.collect() }
    };
    let rows: Vec<_> = (0..52).map(row).collect();
    let survey = Survey {
        wave: 1,
        questionnaire: (Ready::Sipas.key().to_owned(), 1),
        days: (Day(17_330), Day(17_350)),
        ways: vec![],
        strata,
        closed_on: Some(Day(17_352)),
        version: 2,
    };
    let count = |answered| Counts { drawn: 60, answered, refused: 4, unreached: 6 };
    let roll = [count(40), count(12)];
    let ways = [];
    let counted = Counted {
        survey: &survey,
        questionnaire: &questionnaire,
        cells: &cells,
        rows: &rows,
        roll: &roll,
        ways: &ways,
    };
    let unit = |key: &str| if key == "tran-phan" { "Xã Trần Phán" } else { "Xã Tân Đức" }.to_owned();
    ResultsView::new(lang, &questionnaire, &counted.results(), unit, with_communes)
}

fn period(lang: Lang) -> Period {
    Period {
        name: lang.t("survey-sample-name"),
        as_of: Instant::parse_local("2017-06-30T09:00").unwrap_or(Instant(0)),
        snapshot: None,
    }
}

impl Page for SurveyList {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "surveys-title", Section::Figures),
            rows: vec![sample_row(lang, "/surveys/1")],
        }
    }
}

impl Page for SurveyResults {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "survey-sample-name", Section::Figures),
            wave: 1,
            period: period(lang),
            digests: ("3f".repeat(32), "a1".repeat(32)),
            seed: 2_017,
            frame: 600,
            results: Some(sample_results(lang, false)),
        }
    }
}

impl Page for SurveyForm {
    fn sample(lang: Lang) -> Self {
        let questionnaire = Ready::Sipas.questionnaire();
        Self {
            shell: Shell::sample(lang, "survey-form-title", Section::Opinions),
            token: "1-000100000000".to_owned(),
            standing: Standing::Open(Day(17_350)),
            asked: Asked::all(
                lang,
                &questionnaire,
                |key| if key == "seats" { vec!["4".to_owned()] } else { vec![] },
                false,
            ),
            errors: Errors::one("q-expected", lang.t("refusal-bad-choice")),
        }
    }
}
