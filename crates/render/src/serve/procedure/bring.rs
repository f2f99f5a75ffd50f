//! "What do I bring?": a few questions, and the papers that are left.

use askama::Template;
use hailong_core::serve::procedure::Verdict;

use super::{Document, words};
use crate::component::Choice;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// A question with its answers.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Key, the name of its field.
    pub key: String,
    /// The question.
    pub text: String,
    /// What can be answered.
    pub choices: Vec<Choice>,
    /// The answer given; empty when none was.
    pub chosen: String,
}

/// `GET /procedures/{code}/bring`.
#[derive(Debug, Template)]
#[template(path = "serve/bring.html")]
pub struct BringPage {
    /// The frame.
    pub shell: Shell,
    /// Code.
    pub code: String,
    /// Short name.
    pub name: String,
    /// The questions.
    pub questions: Vec<Asked>,
    /// Papers with what to do about them.
    pub documents: Vec<(Verdict, Document)>,
    /// Number of sets.
    pub sets: u32,
    /// Forms to fill in.
    pub forms: Vec<String>,
    /// Fees, one a line.
    pub fees: Vec<String>,
    /// Whether we are sure of the documents.
    pub sure: bool,
}

impl BringPage {
    /// The lists in the order of what matters, without empty ones.
    fn lists(&self) -> Vec<(&'static str, Vec<&Document>)> {
        let list = |verdict| {
            let of = self.documents.iter().filter(move |(found, _)| *found == verdict);
            of.map(|(_, document)| document).collect::<Vec<_>>()
        };
        [
            ("bring-yes", list(Verdict::Bring)),
            ("bring-database", list(Verdict::IfNotInDatabase)),
            ("bring-held", list(Verdict::IfHeld)),
            ("bring-open", list(Verdict::Open)),
        ]
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .collect()
    }

    /// How many of a paper, or that it is only shown.
    fn pieces(&self, document: &Document) -> String {
        let lang = self.shell.lang;
        if document.only_shown {
            return lang.t("document-shown");
        }
        words::pieces(lang, document.originals, document.copies)
    }

    /// How many papers are not needed.
    fn spared(&self) -> usize {
        self.documents.iter().filter(|(verdict, _)| *verdict == Verdict::NotNeeded).count()
    }

    /// Whether every question was answered.
    fn is_answered(&self) -> bool {
        self.questions.iter().all(|question| !question.chosen.is_empty())
    }
}

impl Page for BringPage {
    fn sample(lang: Lang) -> Self {
        let mut shell = Shell::sample(lang, "bring-title", Section::Procedures);
        shell.title = "Đăng ký khai sinh".to_owned();
        let document = |name: &str, condition: &str| Document {
            name: name.to_owned(),
            originals: 1,
            copies: 0,
            condition: condition.to_owned(),
            only_shown: false,
        };
        let asked = |key: &str, text: &str, chosen: &str| Asked {
            key: key.to_owned(),
            text: text.to_owned(),
            choices: vec![Choice::new("yes", lang.t("answer-yes")), Choice::new("no", lang.t("answer-no"))],
            chosen: chosen.to_owned(),
        };
        Self {
            shell,
            code: "1.001193".to_owned(),
            name: "Đăng ký khai sinh".to_owned(),
            questions: vec![
                asked("proxy", "Ông/bà có nộp hồ sơ thay cho người khác không?", "no"),
                asked("surrogacy", "Trẻ có được sinh ra nhờ mang thai hộ không?", ""),
            ],
            documents: vec![
                (Verdict::Bring, document("Tờ khai đăng ký khai sinh", "")),
                (Verdict::IfNotInDatabase, document("Giấy tờ chứng minh nơi cư trú", "")),
                (Verdict::IfHeld, document("Giấy tờ y tế", "nếu có")),
                (Verdict::Open, document("Văn bản xác nhận của cơ sở y tế", "mang thai hộ")),
                (Verdict::NotNeeded, document("Văn bản ủy quyền", "khi ủy quyền")),
            ],
            sets: 1,
            forms: vec!["Tờ khai đăng ký khai sinh".to_owned()],
            fees: vec!["Không thu".to_owned()],
            sure: false,
        }
    }
}
