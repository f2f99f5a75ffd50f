//! The ballot: a secret rating of one case.

use askama::Template;
use hailong_core::listen::questionnaire::{Ask, Line, Questionnaire};

use crate::component::{Choice, Errors, refusal};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// A question as a page asks it. Its field has the name of [`Ask::key`].
#[derive(Clone, Debug)]
pub struct Question {
    /// What it asks.
    pub ask: Ask,
    /// Its words.
    pub text: String,
    /// The answer sent before; empty when none was.
    pub answer: String,
}

/// How a question is answered.
#[derive(Clone, Debug)]
pub enum Form {
    /// One of five faces.
    Faces,
    /// One of several answers.
    Choices(Vec<Choice>),
    /// Free words.
    Words,
}

/// How many trips: the first answer is 1.
pub const TRIPS: [&str; 4] = ["rate-trips-1", "rate-trips-2", "rate-trips-3", "rate-trips-4"];
/// How many offices.
pub const CONTACTS: [&str; 4] = ["rate-contacts-1", "rate-contacts-2", "rate-contacts-3", "rate-contacts-4"];
/// How long.
pub const DAYS: [&str; 5] = ["rate-days-1", "rate-days-2", "rate-days-3", "rate-days-4", "rate-days-5"];

impl Question {
    /// The questions of a version, with what was answered so far.
    pub fn all(
        questionnaire: &Questionnaire,
        lang: Lang,
        answer: impl Fn(&'static str) -> String,
    ) -> Vec<Self> {
        let text = |line: &Line| match lang {
            Lang::Vi => line.vi.clone(),
            Lang::En => line.en.clone(),
        };
        let question = |line: &Line| Self { ask: line.ask, text: text(line), answer: answer(line.ask.key()) };
        questionnaire.lines.iter().map(question).collect()
    }

    /// How it is answered.
    pub fn form(&self, shell: &Shell) -> Form {
        let lang = shell.lang;
        let numbered = |keys: &[&str]| {
            let choice = |(n, key): (u8, &&str)| Choice::new(n.to_string(), lang.t(key));
            Form::Choices((1..).zip(keys).map(choice).collect())
        };
        match self.ask {
            Ask::Overall | Ask::Welcome | Ask::Guidance | Ask::Speed | Ask::Lawful => Form::Faces,
            Ask::Trips => numbered(&TRIPS),
            Ask::Contacts => numbered(&CONTACTS),
            Ask::Days => numbered(&DAYS),
            Ask::ExtraMoney | Ask::ExtraPapers => Form::Choices(vec![
                Choice::new("no", lang.t("rate-asked-no")),
                Choice::new("yes", lang.t("rate-asked-yes")),
                Choice::new("not_said", lang.t("rate-asked-unsaid")),
            ]),
            Ask::Words => Form::Words,
        }
    }

    /// What stands above it: title and hint of its group, when it is the first of one.
    pub(crate) fn heading(&self) -> Option<(&'static str, &'static str)> {
        match self.ask {
            Ask::Welcome => Some(("rate-parts", "rate-parts-hint")),
            Ask::Trips => Some(("rate-facts", "rate-facts-hint")),
            _ => None,
        }
    }

    pub(crate) fn hint(&self, shell: &Shell) -> String {
        let lang = shell.lang;
        match self.ask {
            Ask::Overall => lang.t("rate-overall-hint"),
            Ask::Trips => lang.t("rate-trips-hint"),
            Ask::ExtraMoney => lang.t("rate-fee-hint"),
            Ask::ExtraPapers => lang.t("rate-papers-hint"),
            Ask::Words => lang.t("rate-words-hint"),
            _ => String::new(),
        }
    }
}

/// `GET /rate/{token}`, and `POST` when it was refused. A field for each question, named as [`Ask::key`].
#[derive(Debug, Template)]
#[template(path = "listen/rate.html")]
pub struct RateForm {
    /// The frame.
    pub shell: Shell,
    /// The invitation's secret, for the form's address.
    pub secret: String,
    /// The office that is rated.
    pub office: String,
    /// The procedure.
    pub procedure: String,
    /// The questions with the answers so far.
    pub questions: Vec<Question>,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for RateForm {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "rate-title", Section::None),
            secret: "abc".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            procedure: "Đăng ký khai sinh".to_owned(),
            questions: Question::all(&Questionnaire::first(), lang, |_| String::new()),
            errors: Errors::one("overall", refusal(lang, "bad-score")),
        }
    }
}

/// An invitation that was used, has expired or is not known.
#[derive(Debug, Template)]
#[template(path = "listen/invitation-gone.html")]
pub struct InvitationGone {
    /// The frame.
    pub shell: Shell,
    /// `invitation-used`, `invitation-expired`, `invitation-unknown` or `box-closed`.
    pub code: String,
}

impl InvitationGone {
    fn sentence(&self) -> String {
        refusal(self.shell.lang, &self.code)
    }
}

impl Page for InvitationGone {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "invitation-gone-title", Section::None),
            code: "invitation-used".to_owned(),
        }
    }
}

/// `GET` and `POST /not-me/{denial}`: a rating was recorded, and was it theirs?
#[derive(Debug, Template)]
#[template(path = "listen/deny.html")]
pub struct DenyPage {
    /// The frame.
    pub shell: Shell,
    /// The secret of the notice, for the form's address.
    pub denial: String,
    /// The office that was rated.
    pub office: String,
    /// Whether it was denied.
    pub done: bool,
}

impl Page for DenyPage {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "deny-title", Section::None),
            denial: "abc".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            done: false,
        }
    }
}
