//! The public pages of a dialogue: where and when, why there, what is asked, what was promised and what became of it.

use askama::Template;
use hailong_core::{listen::dialogue::Stage, time::Instant};

use super::{ChoiceTable, PromiseLine, TopicCount, name, parts::standings, topics};
use crate::component::{Choice, Errors};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// A dialogue of a list.
#[derive(Clone, Debug)]
pub struct DialogueRow {
    /// Its address.
    pub href: String,
    /// Its name.
    pub name: String,
    /// How far it has come.
    pub stage: Stage,
    /// The commune that hosts it; empty before the choice.
    pub host: String,
    /// When it takes place.
    pub at: Option<Instant>,
    /// How many questions its minutes have.
    pub promises: u32,
}

impl DialogueRow {
    /// Key of the word for how far it has come.
    pub fn stage_key(&self) -> &'static str {
        stage_key(self.stage)
    }
}

pub(crate) const fn stage_key(stage: Stage) -> &'static str {
    match stage {
        Stage::Survey => "dialogue-stage-survey",
        Stage::Chosen => "dialogue-stage-chosen",
        Stage::Announced => "dialogue-stage-announced",
        Stage::Minutes => "dialogue-stage-minutes",
        Stage::Closed => "dialogue-stage-closed",
    }
}

/// `GET /dialogues`.
#[derive(Debug, Template)]
#[template(path = "listen/dialogues.html")]
pub struct DialogueList {
    /// The frame.
    pub shell: Shell,
    /// The dialogues, the newest first.
    pub rows: Vec<DialogueRow>,
}

/// `GET /dialogues/{dialogue}`.
#[derive(Debug, Template)]
#[template(path = "listen/dialogue.html")]
pub struct DialoguePage {
    /// The frame.
    pub shell: Shell,
    /// Its quarter, for addresses.
    pub id: String,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// How far it has come.
    pub stage: Stage,
    /// Whether people can register and ask.
    pub joinable: bool,
    /// The commune that hosts it; empty before the choice.
    pub host: String,
    /// When and where it takes place.
    pub notice: Option<(Instant, String)>,
    /// The choice, when it was made.
    pub choice: Option<ChoiceTable>,
    /// The promises of earlier dialogues, which are opened first.
    pub earlier: Vec<PromiseLine>,
    /// What it is about, by what most people spoke of.
    pub agenda: Vec<TopicCount>,
    /// The questions of the minutes.
    pub promises: Vec<PromiseLine>,
    /// How many people came, and what the minutes say, once they are closed.
    pub minutes: Option<(u32, String)>,
}

impl DialoguePage {
    fn stage_key(&self) -> &'static str {
        stage_key(self.stage)
    }

    fn standings(&self, lines: &[PromiseLine]) -> String {
        standings(self.shell.lang, lines)
    }
}

/// `GET /dialogues/{dialogue}/join`, and `POST` when it was refused. Fields: `attends`, `name`, `contact`, `topic`, `words`.
#[derive(Debug, Template)]
#[template(path = "listen/dialogue-join.html")]
pub struct JoinForm {
    /// The frame.
    pub shell: Shell,
    /// The dialogue's quarter.
    pub id: String,
    /// When and where it takes place.
    pub notice: (Instant, String),
    /// Whether the person comes.
    pub attends: bool,
    /// The name typed.
    pub name: String,
    /// The contact typed.
    pub contact: String,
    /// The topic chosen.
    pub topic: String,
    /// The topics.
    pub topics: Vec<Choice>,
    /// The question typed.
    pub words: String,
    /// What is wrong.
    pub errors: Errors,
}

/// `GET /dialogues/{dialogue}/form`, and `POST` when it was refused: the form of the survey, by the number printed on it. Fields:
/// `number`, `pressing`, `topic`, `words`.
#[derive(Debug, Template)]
#[template(path = "listen/dialogue-form.html")]
pub struct SurveyForm {
    /// The frame.
    pub shell: Shell,
    /// The dialogue's quarter.
    pub id: String,
    /// The number typed.
    pub number: String,
    /// `yes`, `no` or nothing.
    pub pressing: String,
    /// The answers to that.
    pub answers: Vec<Choice>,
    /// The topic chosen.
    pub topic: String,
    /// The topics.
    pub topics: Vec<Choice>,
    /// The words typed.
    pub words: String,
    /// What is wrong.
    pub errors: Errors,
}

/// The answers to whether there is a pressing grievance.
pub fn pressing(lang: Lang) -> Vec<Choice> {
    ["yes", "no"]
        .map(|value| {
            Choice::new(
                value,
                lang.t(if value == "yes" { "dialogue-pressing-yes" } else { "dialogue-pressing-no" }),
            )
        })
        .into()
}

fn at(text: &str) -> Instant {
    Instant::parse_local(text).unwrap_or(Instant(0))
}

fn notice() -> (Instant, String) {
    (at("2017-07-05T08:00"), "Hội trường UBND xã Tân Thuận".to_owned())
}

pub(crate) fn sample_row(lang: Lang) -> DialogueRow {
    DialogueRow {
        href: "/dialogues/2017-2".to_owned(),
        name: name(lang, "2017-2"),
        stage: Stage::Announced,
        host: "Xã Tân Thuận".to_owned(),
        at: Some(notice().0),
        promises: 2,
    }
}

impl Page for DialogueList {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "dialogues-title", Section::Opinions),
            rows: vec![sample_row(lang)],
        }
    }
}

impl Page for DialoguePage {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell {
                title: name(lang, "2017-2"),
                ..Shell::sample(lang, "dialogues-title", Section::Opinions)
            },
            id: "2017-2".to_owned(),
            done: lang.t("dialogue-joined"),
            stage: Stage::Announced,
            joinable: true,
            host: "Xã Tân Thuận".to_owned(),
            notice: Some(notice()),
            choice: Some(ChoiceTable {
                reason: "Xã Trần Phán vừa đối thoại.".to_owned(),
                departs: true,
                ..ChoiceTable::sample(lang)
            }),
            earlier: PromiseLine::samples(lang),
            agenda: TopicCount::agenda(lang, &[3, 0, 5], &[0, 1]),
            promises: PromiseLine::samples(lang),
            minutes: Some((120, "Phó Chủ tịch UBND huyện chủ trì.".to_owned())),
        }
    }
}

impl Page for JoinForm {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "dialogue-join-title", Section::Opinions),
            id: "2017-2".to_owned(),
            notice: notice(),
            attends: true,
            name: String::new(),
            contact: String::new(),
            topic: "land".to_owned(),
            topics: topics(lang),
            words: String::new(),
            errors: Errors::one("name", crate::component::refusal(lang, "empty")),
        }
    }
}

impl Page for SurveyForm {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "dialogue-form-title", Section::Opinions),
            id: "2017-2".to_owned(),
            number: "1234 5675".to_owned(),
            pressing: "yes".to_owned(),
            answers: pressing(lang),
            topic: String::new(),
            topics: topics(lang),
            words: String::new(),
            errors: Errors::one("number", crate::component::refusal(lang, "form-unknown")),
        }
    }
}
