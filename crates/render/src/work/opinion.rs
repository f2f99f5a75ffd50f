//! The opinions that an office has to answer.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::time::{Day, Instant};

use crate::component::{Badge, Errors, Pager, Tone};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// Where an opinion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpinionState {
    /// Waits for an answer.
    Waiting,
    /// Answered.
    Answered,
}

impl OpinionState {
    /// Word and shape.
    pub fn badge(&self, lang: impl Borrow<Lang>) -> Badge {
        let lang = *lang.borrow();
        match self {
            Self::Waiting => Badge { tone: Tone::Attention, text: lang.t("work-opinion-waiting") },
            Self::Answered => Badge { tone: Tone::Good, text: lang.t("work-opinion-answered") },
        }
    }

    /// The name used in addresses (`?state=waiting`).
    pub fn tag(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Answered => "answered",
        }
    }

    /// The state of a name used in addresses.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Waiting, Self::Answered].into_iter().find(|state| state.tag() == tag)
    }
}

/// One opinion of the inbox.
#[derive(Clone, Debug)]
pub struct OpinionRow {
    /// Identity, for the address.
    pub id: String,
    /// When it came.
    pub at: Instant,
    /// The office it was sent to; empty where only one office's opinions are listed.
    pub office: String,
    /// The first words.
    pub words: String,
    /// Where it stands.
    pub state: OpinionState,
    /// Days since it came (while waiting), or the days the answer took.
    pub days: i64,
}

/// `GET /work/opinions`.
#[derive(Template)]
#[template(path = "work/opinions.html")]
pub struct Inbox {
    /// Frame.
    pub shell: Shell,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// Name of the office.
    pub office: String,
    /// Only this state; `None`: all.
    pub state: Option<OpinionState>,
    /// How many wait for an answer.
    pub waiting: u64,
    /// The opinions, the newest first; when only those that wait are asked for, the longest waiting first.
    pub rows: Vec<OpinionRow>,
    /// Where the list goes on.
    pub pager: Pager,
}

impl Inbox {
    fn filters(&self) -> [(Option<OpinionState>, &'static str, &'static str); 3] {
        [
            (None, "/work/opinions", "work-opinion-all"),
            (Some(OpinionState::Waiting), "/work/opinions?state=waiting", "work-opinion-waiting"),
            (Some(OpinionState::Answered), "/work/opinions?state=answered", "work-opinion-answered"),
        ]
    }
}

/// An answer that was given.
#[derive(Clone, Debug)]
pub struct Given {
    /// When.
    pub at: Instant,
    /// By whom.
    pub who: String,
    /// Its words.
    pub words: String,
}

/// `GET /work/opinions/{id}`; the form is sent to `POST /work/opinions/{id}/answer` with `answer` and `version`.
#[derive(Template)]
#[template(path = "work/opinion.html")]
pub struct Answer {
    /// Frame.
    pub shell: Shell,
    /// Faults.
    pub errors: Errors,
    /// Identity, for the address.
    pub id: String,
    /// Version that the form sends back.
    pub version: i64,
    /// When it came.
    pub at: Instant,
    /// The office.
    pub office: String,
    /// The last day for the answer.
    pub due: Day,
    /// Working days left until then; negative when it has passed.
    pub days_left: i32,
    /// The words of the sender.
    pub words: String,
    /// The sender's name, when given.
    pub name: Option<String>,
    /// The sender's phone or e-mail, when given.
    pub contact: Option<String>,
    /// Where it stands.
    pub state: OpinionState,
    /// The answer, when given.
    pub given: Option<Given>,
    /// The answer as typed so far.
    pub answer: String,
}

impl Page for Inbox {
    fn sample(lang: Lang) -> Self {
        let row = |id: &str, state| OpinionRow {
            id: id.to_owned(),
            at: Instant::parse_local("2017-06-22T10:20").unwrap_or(Instant(0)),
            office: "Xã Trần Phán".to_owned(),
            words: "Tôi chờ từ sáng mà chưa có ai gọi…".to_owned(),
            state,
            days: 8,
        };
        Self {
            shell: Shell::sample_signed_in(lang, "work-opinions-title", Section::WorkOpinions),
            done: lang.t("work-opinion-done"),
            office: "Xã Trần Phán".to_owned(),
            state: None,
            waiting: 1,
            rows: vec![row("1", OpinionState::Waiting), row("2", OpinionState::Answered)],
            pager: Pager::default(),
        }
    }
}

impl Page for Answer {
    fn sample(lang: Lang) -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        Self {
            shell: Shell::sample_signed_in(lang, "work-opinion-title", Section::WorkOpinions),
            errors: Errors::none(),
            id: "1".to_owned(),
            version: 1,
            at: at("2017-06-22T10:20"),
            office: "Xã Trần Phán".to_owned(),
            due: Day(17_353),
            days_left: 4,
            words: "Tôi chờ từ sáng mà chưa có ai gọi. Đề nghị có người hướng dẫn.".to_owned(),
            name: None,
            contact: Some("0912345678".to_owned()),
            state: OpinionState::Waiting,
            given: None,
            answer: String::new(),
        }
    }
}
