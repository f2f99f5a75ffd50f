//! Preparing and holding surveys: questionnaires, waves and their samples, forms that come in, what they say.

use askama::Template;
use hailong_core::{
    listen::survey::{file, index::Counts, roll::Miss, template::Template as Ready},
    time::{Day, Instant},
};

use crate::{
    component::{Choice, Errors, Pager},
    lang::Lang,
    listen::survey::{
        Asked, miss,
        page::{SurveyRow, sample_results, sample_row},
        results::ResultsView,
        ways,
    },
    page::Page,
    shell::{Section, Shell},
};

/// A questionnaire as a row of a list.
#[derive(Clone, Debug)]
pub struct QuestionnaireRow {
    /// Its key.
    pub key: String,
    /// Its name.
    pub title: String,
    /// The newest version; none while it is a template that was never used.
    pub version: Option<u32>,
    /// Questions, and criteria among them.
    pub counts: (usize, usize),
    /// Where its waves are, when they have a place of their own.
    pub own_place: &'static str,
}

/// `GET /work/surveys?after=`.
#[derive(Debug, Template)]
#[template(path = "work/surveys.html")]
pub struct Surveys {
    /// The frame.
    pub shell: Shell,
    /// Whether this visitor may begin waves.
    pub leads: bool,
    /// Whether this visitor keeps questionnaires.
    pub organises: bool,
    /// The waves, the newest first.
    pub rows: Vec<SurveyRow>,
    /// Where they go on.
    pub pager: Pager,
    /// Questionnaires and templates.
    pub questionnaires: Vec<QuestionnaireRow>,
}

/// `GET /work/surveys/questionnaires/{questionnaire}?version=`, and `POST /work/surveys/questionnaires` when it was refused. Fields:
/// `key`, `title_vi`, `title_en`, `file`.
#[derive(Debug, Template)]
#[template(path = "work/survey-questionnaire.html")]
pub struct QuestionnairePage {
    /// The frame.
    pub shell: Shell,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// Version and when it was kept; none for one that was not.
    pub kept: Option<(u32, Instant)>,
    /// The questions, as they are asked.
    pub asked: Vec<Asked>,
    /// Whether this visitor keeps questionnaires.
    pub organises: bool,
    /// The key typed.
    pub key: String,
    /// The names typed, in Vietnamese and English.
    pub titles: (String, String),
    /// The file typed.
    pub file: String,
    /// What is wrong.
    pub errors: Errors,
}

impl QuestionnairePage {
    const LIMIT: usize = file::MOST_BYTES;
}

/// A stratum of a sample, in words.
#[derive(Clone, Debug)]
pub struct StratumRow {
    /// Office, commune and field.
    pub names: [String; 3],
    /// How many there are, and how many are drawn.
    pub counts: (u32, u32),
}

/// What was typed for a new wave.
#[derive(Clone, Debug, Default)]
pub struct TypedWave {
    /// Its name.
    pub name: String,
    /// The questionnaire.
    pub questionnaire: String,
    /// First and last day of the cases.
    pub cases: (String, String),
    /// First and last day of filling in.
    pub days: (String, String),
    /// How many to draw.
    pub size: String,
    /// The seed.
    pub seed: String,
    /// The ways.
    pub ways: Vec<String>,
}

/// `GET` and `POST /work/surveys/new`, and the same for `/work/surveys/register` with a file. Fields: `name`, `questionnaire`,
/// `first_day`, `last_day`, `from`, `to`, `size`, `seed`, `ways`, `what` (`preview` or `open`), `file`.
#[derive(Debug, Template)]
#[template(path = "work/survey-new.html")]
pub struct SurveyNew {
    /// The frame.
    pub shell: Shell,
    /// Whether the frame is a register, not the cases of a period.
    pub register: bool,
    /// The questionnaires.
    pub questionnaires: Vec<Choice>,
    /// The ways.
    pub ways: Vec<Choice>,
    /// What was typed.
    pub typed: TypedWave,
    /// The sample as it would be drawn, when that was asked for.
    pub preview: Option<Vec<StratumRow>>,
    /// What is wrong.
    pub errors: Errors,
}

impl SurveyNew {
    fn action(&self) -> &'static str {
        if self.register { "/work/surveys/register" } else { "/work/surveys/new" }
    }

    fn has_way(&self, choice: &Choice) -> bool {
        self.typed.ways.contains(&choice.value)
    }

    /// How many there are, and how many are drawn.
    fn totals(&self) -> (u32, u32) {
        let rows = self.preview.iter().flatten();
        rows.fold((0, 0), |sum, row| (sum.0 + row.counts.0, sum.1 + row.counts.1))
    }
}

/// The forms of one office.
#[derive(Clone, Debug)]
pub struct OfficeForms {
    /// Its key, for addresses.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What became of its forms.
    pub counts: Counts,
}

/// `GET /work/surveys/{wave}`; `POST …/close`.
#[derive(Debug, Template)]
#[template(path = "work/survey.html")]
pub struct SurveyDesk {
    /// The frame.
    pub shell: Shell,
    /// Number of the wave.
    pub wave: u32,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// Where its frame comes from, in words.
    pub source: String,
    /// First and last day of filling in.
    pub days: (Day, Day),
    /// Key and version of the questionnaire, and its name.
    pub questionnaire: (String, u32, String),
    /// When it was counted.
    pub closed_on: Option<Day>,
    /// Whether forms can be typed in today.
    pub open: bool,
    /// Whether this visitor prepares surveys.
    pub organises: bool,
    /// Whether this visitor can close it now.
    pub closable: bool,
    /// What became of all forms.
    pub counts: Counts,
    /// The same by office.
    pub offices: Vec<OfficeForms>,
    /// The strata.
    pub strata: Vec<StratumRow>,
    /// Seed, SHA-256 of frame and draw in letters.
    pub draw: (u32, String, String),
    /// What it says, once it was counted.
    pub results: Option<ResultsView>,
    /// Questions with answers in words: their places and texts.
    pub words: Vec<(usize, String)>,
    /// What is wrong.
    pub errors: Errors,
}

/// Somebody who was drawn.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// Name; says so when it was erased.
    pub name: String,
    /// Phone or e-mail.
    pub contact: String,
    /// Address.
    pub address: String,
    /// Office, commune and field.
    pub place: String,
}

/// `GET /work/surveys/{wave}/people?office=&after=`.
#[derive(Debug, Template)]
#[template(path = "work/survey-people.html")]
pub struct SurveyPeople {
    /// The frame.
    pub shell: Shell,
    /// Number of the wave.
    pub wave: u32,
    /// The offices.
    pub offices: Vec<Choice>,
    /// The office chosen.
    pub office: String,
    /// The people.
    pub rows: Vec<PersonRow>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// `GET /work/surveys/{wave}/words?question=&after=`.
#[derive(Debug, Template)]
#[template(path = "work/survey-words.html")]
pub struct SurveyWords {
    /// The frame.
    pub shell: Shell,
    /// Number of the wave.
    pub wave: u32,
    /// What was asked.
    pub question: String,
    /// The answers, shuffled.
    pub rows: Vec<String>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// `GET` and `POST /work/surveys/{wave}/forms`. Fields: `code`, `way`, the keys of the questions with the numbers of answers; or
/// `missed` instead of answers.
#[derive(Debug, Template)]
#[template(path = "work/survey-entry.html")]
pub struct SurveyEntry {
    /// The frame.
    pub shell: Shell,
    /// Number of the wave.
    pub wave: u32,
    /// What was just entered, in words; empty when nothing.
    pub done: String,
    /// The code typed.
    pub code: String,
    /// The way chosen.
    pub way: String,
    /// The ways in which officials enter forms.
    pub ways: Vec<Choice>,
    /// The questions.
    pub asked: Vec<Asked>,
    /// Why a form will not come back, when that was chosen.
    pub missed: String,
    /// The reasons.
    pub reasons: Vec<Choice>,
    /// What is wrong.
    pub errors: Errors,
}

/// The reasons why a form will not come back, to choose.
pub fn reasons(lang: Lang) -> Vec<Choice> {
    Miss::ALL.into_iter().map(|why| Choice::new(why.key(), miss(lang, why))).collect()
}

fn shell(lang: Lang) -> Shell {
    Shell::sample_signed_in(lang, "surveys-title", Section::Surveys)
}

fn strata() -> Vec<StratumRow> {
    let row = |field: &str, counts| StratumRow {
        names: ["Xã Trần Phán".to_owned(), "Xã Trần Phán".to_owned(), field.to_owned()],
        counts,
    };
    vec![row("Chứng thực", (312, 31)), row("Hộ tịch", (95, 10))]
}

fn counts() -> Counts {
    Counts { drawn: 41, answered: 25, refused: 2, unreached: 3 }
}

impl Page for Surveys {
    fn sample(lang: Lang) -> Self {
        let row = |ready: Ready, version, own_place| {
            let of = ready.questionnaire();
            QuestionnaireRow {
                key: ready.key().to_owned(),
                title: crate::listen::survey::text(lang, &of.title).to_owned(),
                version,
                counts: (of.questions.len(), of.criteria().count()),
                own_place,
            }
        };
        Self {
            shell: shell(lang),
            leads: true,
            organises: true,
            rows: vec![sample_row(lang, "/work/surveys/1")],
            pager: Pager { first: None, next: Some("/work/surveys?after=1".to_owned()) },
            questionnaires: vec![
                row(Ready::Sipas, Some(1), ""),
                row(Ready::Dialogue, None, "/work/dialogues"),
            ],
        }
    }
}

impl Page for QuestionnairePage {
    fn sample(lang: Lang) -> Self {
        let of = Ready::Sipas.questionnaire();
        Self {
            shell: shell(lang),
            done: lang.t_args("survey-saved", &[("version", 1.into())]),
            kept: Some((1, Instant::parse_local("2017-06-30T09:00").unwrap_or(Instant(0)))),
            asked: Asked::all(lang, &of, |_| vec![], true),
            organises: true,
            key: Ready::Sipas.key().to_owned(),
            titles: (of.title.vi.clone(), of.title.en.clone()),
            file: file::write(&of),
            errors: Errors::one("file", crate::component::refusal(lang, "survey-bad-type")),
        }
    }
}

impl Page for SurveyNew {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang),
            register: false,
            questionnaires: vec![Choice::new(Ready::Sipas.key(), Ready::Sipas.questionnaire().title.vi)],
            ways: ways(lang, &hailong_core::listen::dialogue::wave::Way::ALL),
            typed: TypedWave {
                size: "600".to_owned(),
                ways: vec!["paper".to_owned()],
                ..TypedWave::default()
            },
            preview: Some(strata()),
            errors: Errors::one("size", crate::component::refusal(lang, "bad-choice")),
        }
    }
}

impl Page for SurveyDesk {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang),
            wave: 1,
            done: lang.t("survey-done-open"),
            source: lang.t("survey-source-register"),
            days: (Day(17_330), Day(17_350)),
            questionnaire: (Ready::Sipas.key().to_owned(), 1, Ready::Sipas.questionnaire().title.vi),
            closed_on: Some(Day(17_352)),
            open: true,
            organises: true,
            closable: true,
            counts: counts(),
            offices: vec![OfficeForms {
                id: "tran-phan".to_owned(),
                name: "Xã Trần Phán".to_owned(),
                counts: counts(),
            }],
            strata: strata(),
            draw: (2_017, "3f".repeat(32), "a1".repeat(32)),
            results: Some(sample_results(lang, true)),
            words: vec![(30, lang.t("survey-sample-name"))],
            errors: Errors::one("", crate::component::refusal(lang, "survey-over")),
        }
    }
}

impl Page for SurveyPeople {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang),
            wave: 1,
            offices: vec![Choice::new("tran-phan", "Xã Trần Phán")],
            office: "tran-phan".to_owned(),
            rows: vec![PersonRow {
                name: "Phạm Văn Mẫu".to_owned(),
                contact: "0912000000".to_owned(),
                address: "Ấp 1, xã Trần Phán".to_owned(),
                place: "Xã Trần Phán, Hộ tịch".to_owned(),
            }],
            pager: Pager { first: None, next: Some("/work/surveys/1/people?after=50".to_owned()) },
        }
    }
}

impl Page for SurveyWords {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang),
            wave: 1,
            question: "Ông/bà có ý kiến gì thêm?".to_owned(),
            rows: vec!["Nên có thêm ghế.".to_owned()],
            pager: Pager::default(),
        }
    }
}

impl Page for SurveyEntry {
    fn sample(lang: Lang) -> Self {
        let of = Ready::Sipas.questionnaire();
        Self {
            shell: shell(lang),
            wave: 1,
            done: lang.t("survey-done-form"),
            code: "1-0001-0000-0000".to_owned(),
            way: "paper".to_owned(),
            ways: ways(lang, &hailong_core::listen::dialogue::wave::Way::ALL[..2]),
            asked: Asked::all(lang, &of, |_| vec![], true),
            missed: String::new(),
            reasons: reasons(lang),
            errors: Errors::one("code", crate::component::refusal(lang, "survey-code-unknown")),
        }
    }
}
