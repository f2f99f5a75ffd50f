//! Opinions: leaving one, and following what became of it.

use askama::Template;
use hailong_core::time::{Day, Instant};

use crate::component::{Choice, Errors, Tone, refusal};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// `GET /opinions/new`, and `POST` when it was refused. Fields: `words`, `office`, `name`, `contact`.
#[derive(Debug, Template)]
#[template(path = "listen/opinion-form.html")]
pub struct OpinionForm {
    /// The frame.
    pub shell: Shell,
    /// The words typed.
    pub words: String,
    /// The office chosen.
    pub office: String,
    /// The offices.
    pub offices: Vec<Choice>,
    /// The name typed; may be empty.
    pub name: String,
    /// The contact typed; may be empty.
    pub contact: String,
    /// What is wrong.
    pub errors: Errors,
}

impl OpinionForm {
    /// The most characters of an opinion.
    pub const LIMIT: u32 = 2_000;
}

impl Page for OpinionForm {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "opinion-title", Section::Opinions),
            words: String::new(),
            office: "c32161-old".to_owned(),
            offices: vec![Choice::new("d970", "Huyện Đầm Dơi"), Choice::new("c32161-old", "Xã Trần Phán")],
            name: String::new(),
            contact: String::new(),
            errors: Errors::one("words", refusal(lang, "empty")),
        }
    }
}

/// `GET /opinions?code=`: entering the code of an opinion.
#[derive(Debug, Template)]
#[template(path = "listen/opinion-lookup.html")]
pub struct OpinionLookup {
    /// The frame.
    pub shell: Shell,
    /// The code typed.
    pub code: String,
    /// What is wrong with `code`.
    pub errors: Errors,
}

impl Page for OpinionLookup {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "opinion-follow-title", Section::Opinions),
            code: String::new(),
            errors: Errors::none(),
        }
    }
}

/// What became of an opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpinionState {
    /// Received, not yet taken up.
    Received,
    /// Taken up by the office.
    Taken,
    /// Answered.
    Answered,
}

impl OpinionState {
    /// The word of the state.
    pub fn key(&self) -> &'static str {
        match self {
            OpinionState::Received => "opinion-received",
            OpinionState::Taken => "opinion-taken",
            OpinionState::Answered => "opinion-answered",
        }
    }

    /// Colour and shape.
    pub fn tone(&self) -> Tone {
        match self {
            OpinionState::Received | OpinionState::Taken => Tone::Info,
            OpinionState::Answered => Tone::Good,
        }
    }
}

/// An answer to an opinion.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The words.
    pub text: String,
    /// The office that answers.
    pub office: String,
    /// When.
    pub at: Instant,
}

/// `GET /opinions/{code}`.
#[derive(Debug, Template)]
#[template(path = "listen/opinion.html")]
pub struct OpinionPage {
    /// The frame.
    pub shell: Shell,
    /// The code to follow it by.
    pub code: String,
    /// The words.
    pub words: String,
    /// The office it is about.
    pub office: String,
    /// When it was received.
    pub received: Instant,
    /// The day by which an answer is promised.
    pub due: Option<Day>,
    /// What became of it.
    pub state: OpinionState,
    /// The answer.
    pub answer: Option<Answer>,
    /// Whether it was sent a moment ago: then the code is pointed out.
    pub just_sent: bool,
}

impl Page for OpinionPage {
    fn sample(lang: Lang) -> Self {
        let at = |text: &str| Instant::parse_local(text).unwrap_or(Instant(0));
        Self {
            shell: Shell::sample(lang, "opinion-page-title", Section::Opinions),
            code: "K7M2-9QXD-4HTR".to_owned(),
            words: "Ghế ngồi chờ còn ít, người già phải đứng.".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            received: at("2017-06-20T10:15"),
            due: Day::new(2017, 7, 11),
            state: OpinionState::Answered,
            answer: Some(Answer {
                text: "Bộ phận đã thêm hai hàng ghế.".to_owned(),
                office: "Xã Trần Phán".to_owned(),
                at: at("2017-06-27T14:00"),
            }),
            just_sent: true,
        }
    }
}
