//! Published procedures: the list, and one with all its twelve parts.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::serve::procedure::Unit;

use crate::component::{Choice, Pager};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// How long a procedure may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// On the day of receipt.
    SameDay,
    /// Working days.
    WorkingDays(u32),
    /// Calendar days.
    Days(u32),
    /// Months.
    Months(u32),
    /// Working hours.
    Hours(u32),
    /// Not published.
    Unknown,
}

impl From<&hailong_core::serve::procedure::Limit> for Limit {
    fn from(limit: &hailong_core::serve::procedure::Limit) -> Self {
        let value = u32::from(limit.value);
        match limit.unit {
            Unit::SameDay => Self::SameDay,
            Unit::WorkingDays => Self::WorkingDays(value),
            Unit::Days => Self::Days(value),
            Unit::Months => Self::Months(value),
            Unit::Hours => Self::Hours(value),
        }
    }
}

impl Limit {
    /// The limit in words.
    pub fn text(&self, lang: impl Borrow<Lang>) -> String {
        let lang = *lang.borrow();
        match *self {
            Limit::SameDay => lang.t("limit-same-day"),
            Limit::WorkingDays(n) => lang.t_args("limit-working-days", &[("n", n.into())]),
            Limit::Days(n) => lang.t_args("limit-days", &[("n", n.into())]),
            Limit::Months(n) => lang.t_args("limit-months", &[("n", n.into())]),
            Limit::Hours(n) => lang.t_args("limit-hours", &[("n", n.into())]),
            Limit::Unknown => lang.t("limit-unknown"),
        }
    }
}

/// `GET /procedures?q=&field=`.
#[derive(Debug, Template)]
#[template(path = "serve/procedures.html")]
pub struct ProcedureList {
    /// The frame.
    pub shell: Shell,
    /// The words searched for.
    pub query: String,
    /// The field chosen; empty for all.
    pub field: String,
    /// The fields that can be chosen.
    pub fields: Vec<Choice>,
    /// How many procedures match.
    pub count: u32,
    /// This page of them.
    pub rows: Vec<ProcedureRow>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// A procedure in a list.
#[derive(Clone, Debug)]
pub struct ProcedureRow {
    /// Code, such as 1.001193.
    pub code: String,
    /// Short name.
    pub name: String,
    /// Field.
    pub field: String,
    /// How long it takes.
    pub limit: Limit,
    /// The fee in words; empty when unknown.
    pub fee: String,
    /// Whether the commune handles it (otherwise the district).
    pub commune: bool,
}

impl Page for ProcedureList {
    fn sample(lang: Lang) -> Self {
        let row = |code: &str, name: &str, field: &str, limit, commune| ProcedureRow {
            code: code.to_owned(),
            name: name.to_owned(),
            field: field.to_owned(),
            limit,
            fee: "miễn".to_owned(),
            commune,
        };
        Self {
            shell: Shell::sample(lang, "procedures-title", Section::Procedures),
            query: "dang ky".to_owned(),
            field: String::new(),
            fields: vec![Choice::new("Hộ tịch", "Hộ tịch"), Choice::new("Đất đai", "Đất đai")],
            count: 2,
            rows: vec![
                row("1.001193", "Đăng ký khai sinh", "Hộ tịch", Limit::SameDay, true),
                row("1.001612", "Đăng ký hộ kinh doanh", "Hộ kinh doanh", Limit::WorkingDays(3), false),
            ],
            pager: Pager { first: None, next: Some("/procedures?after=1.001612".to_owned()) },
        }
    }
}

/// Lines of one part, and whether we are sure of them.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// The lines; none when the part has not been handed over.
    pub lines: Vec<String>,
    /// False shows the mark "to be checked".
    pub sure: bool,
}

/// A document of a case.
#[derive(Clone, Debug)]
pub struct Document {
    /// Name.
    pub name: String,
    /// Number of originals.
    pub originals: u32,
    /// Number of copies.
    pub copies: u32,
    /// When it is needed; empty when always.
    pub condition: String,
    /// Only shown at the counter, not handed in.
    pub only_shown: bool,
}

/// A link to another page.
#[derive(Clone, Debug)]
pub struct Link {
    /// Address.
    pub href: String,
    /// Words.
    pub text: String,
}

/// `GET /procedures/{code}`: the twelve parts that the law asks to publish.
#[derive(Debug, Template)]
#[template(path = "serve/procedure.html")]
pub struct ProcedurePage {
    /// The frame.
    pub shell: Shell,
    /// Code.
    pub code: String,
    /// 1. Full name.
    pub name: String,
    /// Field.
    pub field: String,
    /// The limit in force, for the sentence on top.
    pub limit: Limit,
    /// 2. Order of steps.
    pub steps: Part,
    /// 3. Ways to submit.
    pub ways: Part,
    /// 4. Documents.
    pub documents: Vec<Document>,
    /// Whether we are sure of the documents.
    pub documents_sure: bool,
    /// Number of sets.
    pub sets: u32,
    /// 5. Time limits.
    pub limits: Part,
    /// 6. Who may apply.
    pub applicants: Part,
    /// 7. The agency that decides.
    pub agency: Part,
    /// 8. Forms.
    pub forms: Part,
    /// 9. Result.
    pub result: Part,
    /// 10. Conditions.
    pub conditions: Part,
    /// 11. Fees.
    pub fees: Part,
    /// 12. Legal basis.
    pub legal_basis: Part,
    /// The offices that receive it.
    pub offices: Vec<Link>,
}

impl ProcedurePage {
    fn before_documents(&self) -> [(u8, &'static str, &Part); 2] {
        [(2, "part-steps", &self.steps), (3, "part-ways", &self.ways)]
    }

    fn after_documents(&self) -> [(u8, &'static str, &Part); 8] {
        [
            (5, "part-limits", &self.limits),
            (6, "part-applicants", &self.applicants),
            (7, "part-agency", &self.agency),
            (8, "part-forms", &self.forms),
            (9, "part-result", &self.result),
            (10, "part-conditions", &self.conditions),
            (11, "part-fees", &self.fees),
            (12, "part-legal-basis", &self.legal_basis),
        ]
    }
}

impl Page for ProcedurePage {
    fn sample(lang: Lang) -> Self {
        let part = |line: &str, sure| Part { lines: vec![line.to_owned()], sure };
        let mut shell = Shell::sample(lang, "procedures-title", Section::Procedures);
        shell.title = "Thủ tục đăng ký khai sinh".to_owned();
        Self {
            shell,
            code: "1.001193".to_owned(),
            name: "Thủ tục đăng ký khai sinh".to_owned(),
            field: "Hộ tịch".to_owned(),
            limit: Limit::SameDay,
            steps: Part::default(),
            ways: part("Nộp trực tiếp", true),
            documents: vec![
                Document {
                    name: "Tờ khai đăng ký khai sinh".to_owned(),
                    originals: 1,
                    copies: 0,
                    condition: String::new(),
                    only_shown: false,
                },
                Document {
                    name: "Văn bản ủy quyền".to_owned(),
                    originals: 1,
                    copies: 0,
                    condition: "khi ủy quyền".to_owned(),
                    only_shown: true,
                },
            ],
            documents_sure: false,
            sets: 1,
            limits: part("trong ngày", true),
            applicants: part("Công dân Việt Nam", true),
            agency: part("Ủy ban nhân dân cấp xã", true),
            forms: Part::default(),
            result: part("Giấy khai sinh", true),
            conditions: Part::default(),
            fees: part("miễn nếu đúng hạn", true),
            legal_basis: part("Luật Hộ tịch 60/2014/QH13", true),
            offices: vec![Link {
                href: "/offices/c32161-old".to_owned(), text: "Xã Trần Phán".to_owned()
            }],
        }
    }
}
