//! Calls about an office that is another: drawing whom to call, and asking.

use askama::Template;
use hailong_core::{listen::questionnaire::Questionnaire, time::Day};

use crate::{
    component::{Choice, Errors, refusal},
    lang::Lang,
    listen::rating::Question,
    page::Page,
    shell::{Section, Shell},
};

/// A list that was drawn.
#[derive(Clone, Debug)]
pub struct CallListRow {
    /// Key, for addresses.
    pub id: String,
    /// The office that is rated.
    pub office: String,
    /// The day of the draw.
    pub day: Day,
    /// The last day on which it holds.
    pub until: Day,
    /// The seed, in hexadecimal digits.
    pub seed: String,
    /// Whether people are asked if the rating on the roll was theirs.
    pub audit: bool,
    /// Its lines.
    pub lines: Vec<CallRow>,
}

/// A line of a list: it names nobody.
#[derive(Clone, Debug)]
pub struct CallRow {
    /// Place, from 1.
    pub place: u32,
    /// Whether there is still something to ask.
    pub open: bool,
    /// How often nobody picked up.
    pub tries: u32,
}

/// `GET` and `POST /work/calls`. Fields: `office`, `ask` (`served`, or `rated` for an audit).
#[derive(Debug, Template)]
#[template(path = "work/calls.html")]
pub struct Calls {
    /// The frame.
    pub shell: Shell,
    /// The offices that can be called about.
    pub offices: Vec<Choice>,
    /// The office as chosen.
    pub office: String,
    /// What to ask, as chosen.
    pub ask: String,
    /// The lists that hold.
    pub lists: Vec<CallListRow>,
    /// What was just done; empty when nothing.
    pub done: String,
    /// What is wrong.
    pub errors: Errors,
}

/// `GET` and `POST /work/calls/{list}/{place}`. Fields: those of a rating, and `what`.
#[derive(Debug, Template)]
#[template(path = "work/call.html")]
pub struct Call {
    /// The frame.
    pub shell: Shell,
    /// Key of the list, for addresses.
    pub id: String,
    /// Place in the list.
    pub place: u32,
    /// Whom to call.
    pub name: String,
    /// The number.
    pub phone: String,
    /// The office that is rated.
    pub office: String,
    /// The procedure's short name.
    pub procedure: String,
    /// Whether it is only asked if the rating on the roll was theirs.
    pub audit: bool,
    /// The questions with the answers so far.
    pub questions: Vec<Question>,
    /// What is wrong.
    pub errors: Errors,
}

impl Calls {
    /// What can be asked.
    fn asks(&self) -> Vec<Choice> {
        let asks = [("served", "calls-ask-served"), ("rated", "calls-ask-rated")];
        asks.map(|(ask, key)| Choice::new(ask, self.shell.lang.t(key))).to_vec()
    }
}

impl Page for Calls {
    fn sample(lang: Lang) -> Self {
        let line = |place, open, tries| CallRow { place, open, tries };
        Self {
            shell: Shell::sample_signed_in(lang, "calls-title", Section::Queue),
            offices: vec![Choice::new("tan-duyet", "Xã Tân Duyệt")],
            office: String::new(),
            ask: "served".to_owned(),
            lists: vec![CallListRow {
                id: "id".to_owned(),
                office: "Xã Trần Phán".to_owned(),
                day: Day(17_340),
                until: Day(17_347),
                seed: "9f86d081884c7d65".to_owned(),
                audit: true,
                lines: vec![line(1, false, 0), line(2, true, 1), line(3, true, 0)],
            }],
            done: lang.t("calls-done-answer"),
            errors: Errors::one("office", refusal(lang, "calls-open")),
        }
    }
}

impl Page for Call {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "calls-title", Section::Queue),
            id: "id".to_owned(),
            place: 2,
            name: "Phạm Văn Mẫu".to_owned(),
            phone: "0912 345 678".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            procedure: "Đăng ký khai sinh".to_owned(),
            audit: false,
            questions: Question::all(&Questionnaire::first(), lang, |_| String::new()),
            errors: Errors::one("overall", refusal(lang, "bad-score")),
        }
    }
}
