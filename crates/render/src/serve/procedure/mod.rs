//! Published procedures: the list, and one with all its twelve parts.

pub mod bring;
pub mod words;

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

/// A version of a procedure.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its address.
    pub href: String,
    /// From when to when it holds.
    pub text: String,
    /// Whether it is in force today.
    pub now: bool,
    /// Whether it is the one shown.
    pub shown: bool,
}

/// A fee that depends on quantities.
#[derive(Clone, Debug)]
pub struct Calculator {
    /// Label of the first quantity.
    pub quantity_label: String,
    /// The first quantity, as typed.
    pub quantity: String,
    /// Label of the number of pieces; empty when there is none.
    pub pieces_label: String,
    /// The number of pieces, as typed.
    pub pieces: String,
    /// The version shown, to come back to it.
    pub from: String,
    /// What is paid, in words; empty before anything was typed.
    pub total: String,
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
    /// Whether it can be handed in over the network.
    pub online: bool,
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
    /// Every version there is, the newest first.
    pub versions: Vec<Version>,
    /// Fees that depend on quantities.
    pub calculator: Option<Calculator>,
    /// Rules of its sector, one a line.
    pub sector: Part,
    /// The remark; empty when there is none.
    pub note: String,
    /// The decision that published it; empty when our data does not say.
    pub decision: String,
    /// Procedures that it became.
    pub replaced_by: Vec<Link>,
    /// Codes it had before, in words; empty when there are none.
    pub replaces: String,
}

impl ProcedurePage {
    /// The version shown, when it is not in force today.
    fn not_now(&self) -> Option<&Version> {
        self.versions.iter().find(|version| version.shown && !version.now)
    }

    /// The version in force today.
    fn now(&self) -> Option<&Version> {
        self.versions.iter().find(|version| version.now)
    }

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
        let version = |from: &str, text: &str, (now, shown)| Version {
            href: format!("/procedures/1.001193?from={from}"),
            text: text.to_owned(),
            now,
            shown,
        };
        let mut shell = Shell::sample(lang, "procedures-title", Section::Procedures);
        shell.title = "Thủ tục đăng ký khai sinh".to_owned();
        Self {
            shell,
            code: "1.001193".to_owned(),
            name: "Thủ tục đăng ký khai sinh".to_owned(),
            field: "Hộ tịch".to_owned(),
            online: true,
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
            versions: vec![
                version("2025-07-01", "Áp dụng từ 01/7/2025.", (false, false)),
                version("first", "Áp dụng đến hết 30/6/2025.", (true, true)),
            ],
            calculator: Some(Calculator {
                quantity_label: "Số trang của mỗi bản".to_owned(),
                quantity: "3".to_owned(),
                pieces_label: "Số bản".to_owned(),
                pieces: "2".to_owned(),
                from: String::new(),
                total: "10.000 đ".to_owned(),
            }),
            sector: part("Có thể kéo dài thêm không quá 5 ngày làm việc khi cần xác minh.", false),
            note: "Không phản hồi được coi là đồng ý.".to_owned(),
            decision: "163/QĐ-BTP".to_owned(),
            replaced_by: vec![Link { href: "/procedures/1.116214".to_owned(), text: "1.116214".to_owned() }],
            replaces: "1.009994".to_owned(),
        }
    }
}
