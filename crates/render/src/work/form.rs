//! The forms of a dialogue's wave that came in, and correcting one that was typed wrongly.

use askama::Template;
use hailong_core::time::Instant;

use crate::{
    component::{Choice, Errors, Pager},
    lang::Lang,
    listen::dialogue::{page::pressing, topics},
    page::Page,
    shell::{Section, Shell},
    work::dialogue::ways,
};

/// A form that came in.
#[derive(Clone, Debug)]
pub struct FormRow {
    /// Its number, as it is printed.
    pub number: String,
    /// Where its entry is corrected; empty when the visitor cannot.
    pub href: String,
    /// Name of the commune it was given out in.
    pub commune: String,
    /// When it came in, by which way and who typed it.
    pub entered: Option<(Instant, &'static str, String)>,
    /// What it says, in words.
    pub says: String,
    /// How often it was corrected or struck, when and by whom it was last, and why.
    pub corrected: Option<(u32, Instant, String, String)>,
}

/// `GET /work/dialogues/{dialogue}/forms/entered?list=corrected&after=`.
#[derive(Template)]
#[template(path = "work/dialogue-entered.html")]
pub struct EnteredForms {
    /// The frame.
    pub shell: Shell,
    /// The dialogue's quarter.
    pub id: String,
    /// What was just done, in words; empty when nothing.
    pub done: String,
    /// Whether only those corrected are listed.
    pub corrected: bool,
    /// The forms.
    pub rows: Vec<FormRow>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// `GET /work/dialogues/{dialogue}/forms/entered/{number}`, and `POST` with `what` = `correct` (`way`, `pressing`, `topic`, `words`,
/// `reason`) or `strike` (`reason`).
#[derive(Template)]
#[template(path = "work/dialogue-correct.html")]
pub struct FormCorrection {
    /// The frame.
    pub shell: Shell,
    /// The dialogue's quarter.
    pub id: String,
    /// The form as it stands.
    pub row: FormRow,
    /// Its number, for the address.
    pub number: u32,
    /// Whether it can be corrected now.
    pub open: bool,
    /// The way chosen.
    pub way: String,
    /// The ways.
    pub ways: Vec<Choice>,
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
    /// The reason typed.
    pub reason: String,
    /// Whether the reason was typed to strike the entry.
    pub strikes: bool,
    /// What is wrong.
    pub errors: Errors,
}

fn sample_row(lang: Lang) -> FormRow {
    let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
    FormRow {
        number: "1234 5675".to_owned(),
        href: "/work/dialogues/2017-2/forms/entered/12345675".to_owned(),
        commune: "Xã Tân Thuận".to_owned(),
        entered: Some((at("2017-06-16T09:00"), "dialogue-way-paper", "Lê Thị Mẫu".to_owned())),
        says: lang.t("dialogue-says-nothing"),
        corrected: Some((1, at("2017-06-16T09:10"), "Lê Thị Mẫu".to_owned(), "Đánh nhầm ô".to_owned())),
    }
}

impl Page for EnteredForms {
    fn sample(lang: Lang) -> Self {
        let struck = FormRow {
            href: String::new(),
            entered: None,
            says: lang.t("dialogue-says-struck"),
            ..sample_row(lang)
        };
        Self {
            shell: Shell::sample_signed_in(lang, "dialogue-entered-forms", Section::Dialogues),
            id: "2017-2".to_owned(),
            done: lang.t("dialogue-done-correct"),
            corrected: true,
            rows: vec![sample_row(lang), struck],
            pager: Pager::default(),
        }
    }
}

impl Page for FormCorrection {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "dialogue-correct-title", Section::Dialogues),
            id: "2017-2".to_owned(),
            row: sample_row(lang),
            number: 12_345_675,
            open: true,
            way: "paper".to_owned(),
            ways: ways(lang),
            pressing: "no".to_owned(),
            answers: pressing(lang),
            topic: String::new(),
            topics: topics(lang),
            words: String::new(),
            reason: String::new(),
            strikes: false,
            errors: Errors::one("reason", crate::component::refusal(lang, "reason-needed")),
        }
    }
}
