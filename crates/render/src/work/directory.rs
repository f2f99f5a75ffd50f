//! The administrator's pages of offices and officials: what there is, forms to change it, and what a change will be
//! before it counts.

use askama::Template;

use crate::component::{Choice, Errors, Pager};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// An office in the list.
#[derive(Clone, Debug)]
pub struct OfficeLine {
    /// Key.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Name of the unit.
    pub unit: String,
    /// Code of the unit, and the unit part of case codes.
    pub codes: String,
    /// From when to when, in words.
    pub validity: String,
    /// Who answers for it today; empty when nobody does.
    pub head: String,
    /// How many serve there today.
    pub staff: u32,
    /// What a rule wants otherwise.
    pub warnings: Vec<String>,
    /// Whether it works today.
    pub open: bool,
}

/// `GET /admin/offices`.
#[derive(Debug, Template)]
#[template(path = "work/directory-offices.html")]
pub struct Offices {
    /// Frame.
    pub shell: Shell,
    /// What was just done; empty when nothing was.
    pub done: String,
    /// The offices.
    pub rows: Vec<OfficeLine>,
}

/// An official in the list.
#[derive(Clone, Debug)]
pub struct OfficialLine {
    /// Key.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Posts in words, those of today first.
    pub posts: Vec<String>,
    /// Absences from today on, in words.
    pub absences: Vec<String>,
    /// Sign-in names.
    pub logins: String,
    /// Whether a post is held today.
    pub active: bool,
}

/// `GET /admin/officials`.
#[derive(Debug, Template)]
#[template(path = "work/directory-officials.html")]
pub struct Officials {
    /// Frame.
    pub shell: Shell,
    /// What was just done; empty when nothing was.
    pub done: String,
    /// Offices to choose from.
    pub offices: Vec<Choice>,
    /// The office chosen.
    pub office: String,
    /// The officials.
    pub rows: Vec<OfficialLine>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub enum Control {
    /// One line; the kind of input.
    Input(&'static str),
    /// One of these.
    Select(Vec<Choice>),
    /// Several lines, at most so many characters.
    Area(usize),
    /// Carried along, not shown.
    Hidden,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it asks for.
    pub label: String,
    /// How to fill it in; may be empty.
    pub hint: String,
    /// What was typed.
    pub value: String,
    /// How it is filled in.
    pub control: Control,
}

/// `GET /admin/directory/{what}`: one form for one change.
#[derive(Debug, Template)]
#[template(path = "work/directory-change.html")]
pub struct Change {
    /// Frame.
    pub shell: Shell,
    /// The change, for addresses.
    pub what: &'static str,
    /// What happens by it.
    pub about: String,
    /// The list that it belongs to.
    pub back: &'static str,
    /// The fields.
    pub fields: Vec<Field>,
    /// What is wrong with them.
    pub errors: Errors,
}

/// A line of what was entered.
#[derive(Clone, Debug)]
pub struct Entered {
    /// What was asked for.
    pub label: String,
    /// What was answered, in words.
    pub value: String,
}

/// What became of a record of an import.
#[derive(Clone, Debug)]
pub struct ReportLine {
    /// Its code.
    pub code: String,
    /// Accepted, repaired or refused, in words.
    pub outcome: String,
    /// Why.
    pub why: String,
}

/// `POST /admin/directory/{what}`: what a change will be, before it counts.
#[derive(Debug, Template)]
#[template(path = "work/directory-review.html")]
pub struct Review {
    /// Frame.
    pub shell: Shell,
    /// The change, for addresses.
    pub what: &'static str,
    /// What was entered.
    pub entered: Vec<Entered>,
    /// What is carried along: name and value.
    pub carried: Vec<(&'static str, String)>,
    /// What will happen besides, or should be known.
    pub notes: Vec<String>,
    /// The report of an import.
    pub report: Vec<ReportLine>,
}

/// What was done and is shown once: a new password, the report of an import.
#[derive(Debug, Template)]
#[template(path = "work/directory-done.html")]
pub struct Done {
    /// Frame.
    pub shell: Shell,
    /// What was done.
    pub words: String,
    /// A new password, to be handed over.
    pub password: Option<String>,
    /// The report of an import.
    pub report: Vec<ReportLine>,
    /// The list that it belongs to.
    pub back: &'static str,
}

fn shell(lang: Lang, key: &str) -> Shell {
    Shell::sample_signed_in(lang, key, Section::None)
}

impl Page for Offices {
    fn sample(lang: Lang) -> Self {
        let row = |open: bool| OfficeLine {
            id: if open { "xa-tan-tien" } else { "tan-tien" }.to_owned(),
            name: "Trung tâm Phục vụ hành chính công xã Tân Tiến".to_owned(),
            unit: "Xã Tân Tiến".to_owned(),
            codes: "32188 · 32188".to_owned(),
            validity: "1/7/2025 –".to_owned(),
            head: if open { "Đặng Công Trọng" } else { "" }.to_owned(),
            staff: 11,
            warnings: vec![lang.t("directory-warn-reserve")],
            open,
        };
        Self {
            shell: shell(lang, "directory-offices-title"),
            done: lang.t("directory-done"),
            rows: vec![row(true), row(false)],
        }
    }
}

impl Page for Officials {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang, "directory-officials-title"),
            done: String::new(),
            offices: vec![Choice::new("tran-phan", "Xã Trần Phán")],
            office: "tran-phan".to_owned(),
            rows: vec![OfficialLine {
                id: "tran-phan-1".to_owned(),
                name: "Nguyễn Thị Lụa".to_owned(),
                posts: vec!["Công chức tư pháp – hộ tịch, Xã Trần Phán".to_owned()],
                absences: vec!["3/7/2017 – 7/7/2017".to_owned()],
                logins: "tran-phan-1".to_owned(),
                active: true,
            }],
            pager: Pager::default(),
        }
    }
}

impl Page for Change {
    fn sample(lang: Lang) -> Self {
        let field = |name, control| Field {
            name,
            label: lang.t("directory-field-from"),
            hint: lang.t("directory-hint-id"),
            value: String::new(),
            control,
        };
        Self {
            shell: shell(lang, "directory-absence"),
            what: "absence",
            about: lang.t("directory-absence-about"),
            back: "/admin/officials",
            fields: vec![
                field("from", Control::Input("date")),
                field("deputy", Control::Select(vec![Choice::new("tran-phan-2", "Trần Văn Đước")])),
                field("text", Control::Area(40_000)),
                field("official", Control::Hidden),
            ],
            errors: Errors::one("from", crate::component::refusal(lang, "bad-period")),
        }
    }
}

impl Page for Review {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang, "directory-review-title"),
            what: "import",
            entered: vec![Entered { label: lang.t("directory-field-from"), value: "1/7/2025".to_owned() }],
            carried: vec![("from", "2025-07-01".to_owned())],
            notes: vec![lang.t("directory-close-note")],
            report: vec![ReportLine {
                code: "tran-phan".to_owned(),
                outcome: lang.t("directory-outcome-refused"),
                why: "bad-key".to_owned(),
            }],
        }
    }
}

impl Page for Done {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang, "directory-done-title"),
            words: lang.t("directory-done"),
            password: Some("abcd-efgh-jkmn-pqrs".to_owned()),
            report: Vec::new(),
            back: "/admin/officials",
        }
    }
}
