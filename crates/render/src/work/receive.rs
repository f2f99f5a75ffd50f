//! The counter: choose the procedure, fill in the case, see the promise before it counts.

use askama::Template;
use hailong_core::serve::applicant::{Language, Wishes};
use hailong_core::serve::case::Mark;
use hailong_core::time::Instant;

use crate::component::{Choice, Errors, LedgerLine};
use crate::format;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

use super::{ApplicantKind, Document, kind_key, mark_key, mark_value, sample_documents};

/// A procedure that can be chosen.
#[derive(Clone, Debug)]
pub struct ProcedureRow {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Field.
    pub field: String,
    /// The published limit in words; empty when none is published.
    pub limit: String,
}

/// `GET /work/receive?q=`: choose the procedure.
#[derive(Template)]
#[template(path = "work/choose.html")]
pub struct Choose {
    /// Frame.
    pub shell: Shell,
    /// What was typed.
    pub query: String,
    /// The queue number of whoever came; empty without one.
    pub ticket: String,
    /// What was found; with an empty query, those with most open cases first.
    pub rows: Vec<ProcedureRow>,
}

/// The procedure of the form.
#[derive(Clone, Debug)]
pub struct ProcedureFacts {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Field.
    pub field: String,
    /// The published limits in words (value: the index); empty when none is published.
    pub limits: Vec<Choice>,
    /// Fee in words; empty when none is published.
    pub fee: String,
    /// Some parts are not confirmed and have to be looked up.
    pub to_check: bool,
}

/// What the official typed, as it was typed. The fields of the form bear these names;
/// documents are `document-0`, `document-1`, … with the values of [`mark_value`].
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Identity of the case to be, so that a double click makes one case.
    pub case_id: String,
    /// The queue number of whoever came; empty without one.
    pub ticket: String,
    /// Index of the limit chosen.
    pub limit: String,
    /// Working days promised, when no limit is published.
    pub days: String,
    /// Key of an [`ApplicantKind`].
    pub kind: String,
    /// Full name.
    pub name: String,
    /// Identity number or tax code.
    pub identity_number: String,
    /// Phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Address.
    pub address: String,
    /// Id of the commune of residence, or `outside`.
    pub residence: String,
    /// Key of what is wanted of notices; empty for the usual.
    pub notices: String,
    /// Key of how it came in; empty for the counter.
    pub reception: String,
    /// Id of the office that helped to fill it in; empty when that is this one.
    pub help_office: String,
    /// Documents, in the order of the procedure.
    pub documents: Vec<Mark>,
}

/// What looking up a known applicant by number gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Looked {
    /// Nobody was looked for yet.
    #[default]
    NotYet,
    /// The fields are filled in.
    Found,
    /// Nobody is known by that number.
    Unknown,
}

impl Draft {
    /// All fields as hidden fields carry them from page to page.
    pub fn hidden(&self) -> Vec<(String, String)> {
        let fields = [
            ("case_id", &self.case_id),
            ("ticket", &self.ticket),
            ("limit", &self.limit),
            ("days", &self.days),
            ("kind", &self.kind),
            ("name", &self.name),
            ("identity_number", &self.identity_number),
            ("phone", &self.phone),
            ("email", &self.email),
            ("address", &self.address),
            ("residence", &self.residence),
            ("notices", &self.notices),
            ("reception", &self.reception),
            ("help_office", &self.help_office),
        ];
        let documents = self.documents.iter().enumerate();
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .chain(documents.map(|(index, mark)| (format!("document-{index}"), mark_value(*mark).to_owned())))
            .collect()
    }

    fn sample() -> Self {
        Self {
            case_id: "0198".to_owned(),
            limit: "0".to_owned(),
            kind: "person".to_owned(),
            name: "Phạm Văn Mẫu".to_owned(),
            identity_number: "012345678".to_owned(),
            phone: "0912".to_owned(),
            address: "Ấp Bào Dừa".to_owned(),
            residence: "tran-phan".to_owned(),
            documents: vec![Mark::Present, Mark::NotNeeded, Mark::Missing],
            ..Self::default()
        }
    }
}

/// `GET /work/receive/{code}`: the form. It is sent to `POST /work/receive/{code}/review`.
#[derive(Template)]
#[template(path = "work/receive.html")]
pub struct Receive {
    /// Frame.
    pub shell: Shell,
    /// Faults.
    pub errors: Errors,
    /// The procedure.
    pub procedure: ProcedureFacts,
    /// The documents it asks for, with what was ticked.
    pub documents: Vec<Document>,
    /// What was typed.
    pub draft: Draft,
    /// The communes and, last, `outside`.
    pub residences: Vec<Choice>,
    /// Whether a known applicant was looked up.
    pub looked: Looked,
    /// Offices that may have helped.
    pub helpers: Vec<Choice>,
}

impl Receive {
    fn receptions(&self) -> Vec<Choice> {
        let ways = [
            ("counter", "work-reception-counter"),
            ("post", "work-reception-post"),
            ("mobile", "work-reception-mobile"),
            ("on_site", "work-reception-on-site"),
        ];
        ways.map(|(value, key)| Choice::new(value, self.shell.lang.t(key))).to_vec()
    }

    fn elsewhere(&self) -> bool {
        !self.draft.help_office.is_empty() || !matches!(self.draft.reception.as_str(), "" | "counter")
    }

    fn all_there(&self) -> bool {
        let needed = self.documents.iter().filter(|document| document.condition.is_none());
        needed.clone().count() > 0 && needed.into_iter().all(|document| document.mark == Mark::Present)
    }

    fn marks(&self) -> [(Mark, &'static str, &'static str); 3] {
        [Mark::Present, Mark::NotNeeded, Mark::Missing].map(|mark| (mark, mark_value(mark), mark_key(mark)))
    }

    fn wishes(&self) -> Vec<Choice> {
        Wishes::ALL.map(|wishes| Choice::new(wishes.key(), self.shell.lang.t(wishes_key(wishes)))).to_vec()
    }

    /// What is chosen of notices: Vietnamese, when nothing was said.
    fn wished(&self) -> String {
        Wishes::from_key(&self.draft.notices).unwrap_or_default().key().to_owned()
    }

    fn kinds(&self) -> Vec<Choice> {
        ApplicantKind::ALL.map(|kind| Choice::new(kind.key(), self.shell.lang.t(kind_key(kind)))).to_vec()
    }
}

/// `POST /work/receive/{code}/review`, all documents there: the promise before it counts.
///
/// Sends everything to `POST /work/receive/{code}` with `outcome=receive` and the day `promised`, or `edit=yes` to go
/// back.
#[derive(Template)]
#[template(path = "work/review.html")]
pub struct Review {
    /// Frame.
    pub shell: Shell,
    /// Faults: the promise may have moved since the page was shown.
    pub errors: Errors,
    /// The procedure.
    pub procedure: ProcedureFacts,
    /// What was entered, field by field, in words.
    pub entered: Entered,
    /// What was typed, to be carried on.
    pub draft: Draft,
    /// Whether it may be resolved on the spot, without a receipt.
    pub immediate: bool,
    /// The promise.
    pub due: Instant,
    /// The promise, line by line.
    pub ledger: Vec<LedgerLine>,
}

/// `POST /work/receive/{code}/review`, documents missing: a request for them instead.
///
/// Sends everything to `POST /work/receive/{code}` with `outcome=supplement` and `reason`, or `edit=yes`.
#[derive(Template)]
#[template(path = "work/review_supplement.html")]
pub struct ReviewSupplement {
    /// Frame.
    pub shell: Shell,
    /// Faults.
    pub errors: Errors,
    /// The procedure.
    pub procedure: ProcedureFacts,
    /// What was entered, field by field, in words.
    pub entered: Entered,
    /// What was typed, to be carried on.
    pub draft: Draft,
    /// Why they are needed, as typed.
    pub reason: String,
}

/// What was entered, in words.
#[derive(Clone, Debug)]
pub struct Entered {
    /// Kind of the applicant.
    pub kind: ApplicantKind,
    /// The limit that applies, in words.
    pub limit: String,
    /// Name of the commune of residence, or "outside the district".
    pub residence: String,
    /// What is wanted of notices.
    pub wishes: Wishes,
    /// The documents.
    pub documents: Vec<Document>,
}

/// Key of the words for what is wanted of notices.
fn wishes_key(wishes: Wishes) -> &'static str {
    match wishes {
        Wishes { silence: true, .. } => "notice-wish-none",
        Wishes { language: Language::Vi, .. } => "notice-wish-vi",
        Wishes { language: Language::En, .. } => "notice-wish-en",
    }
}

impl Entered {
    fn wishes_key(&self) -> &'static str {
        wishes_key(self.wishes)
    }

    fn kind_key(&self) -> &'static str {
        kind_key(self.kind)
    }

    fn missing(&self) -> Vec<&Document> {
        self.documents.iter().filter(|document| document.mark == Mark::Missing).collect()
    }

    fn sample() -> Self {
        Self {
            kind: ApplicantKind::Person,
            limit: "03 ngày làm việc".to_owned(),
            residence: "Xã Trần Phán".to_owned(),
            wishes: Wishes::default(),
            documents: sample_documents(),
        }
    }
}

fn sample_procedure(lang: Lang) -> ProcedureFacts {
    ProcedureFacts {
        code: "1.004884".to_owned(),
        name: "Đăng ký lại khai sinh".to_owned(),
        field: "Hộ tịch".to_owned(),
        limits: vec![
            Choice::new("0", format!("5 {}", lang.t("work-working-days"))),
            Choice::new("1", format!("8 {}", lang.t("work-working-days"))),
        ],
        fee: "8.000 đ".to_owned(),
        to_check: true,
    }
}

impl Page for Choose {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "work-choose-title", Section::Work),
            query: "khai sinh".to_owned(),
            ticket: String::new(),
            rows: vec![ProcedureRow {
                code: "1.001193".to_owned(),
                name: "Đăng ký khai sinh".to_owned(),
                field: "Hộ tịch".to_owned(),
                limit: "trong ngày".to_owned(),
            }],
        }
    }
}

impl Page for Receive {
    fn sample(lang: Lang) -> Self {
        let mut errors = Errors::one("phone", lang.t("work-phone-hint"));
        errors.push("limit", lang.t("work-limit-hint"));
        Self {
            shell: Shell::sample_signed_in(lang, "work-receive-title", Section::Work),
            errors,
            procedure: sample_procedure(lang),
            documents: sample_documents(),
            draft: Draft::sample(),
            residences: vec![
                Choice::new("tran-phan", "Xã Trần Phán"),
                Choice::new("outside", lang.t("work-residence-outside")),
            ],
            looked: Looked::Found,
            helpers: vec![Choice::new("tan-duyet", "Xã Tân Duyệt")],
        }
    }
}

impl Page for Review {
    fn sample(lang: Lang) -> Self {
        let due = Instant::parse_local("2017-07-04T16:30").unwrap_or(Instant(0));
        Self {
            shell: Shell::sample_signed_in(lang, "work-review-title", Section::Work),
            errors: Errors::none(),
            procedure: sample_procedure(lang),
            entered: Entered::sample(),
            draft: Draft::sample(),
            immediate: true,
            due,
            ledger: vec![LedgerLine {
                when: format::day(lang, due.day()),
                text: lang.t("design-ledger-last"),
                rule: "BLDS 2015, đ.147".to_owned(),
                last: true,
            }],
        }
    }
}

impl Page for ReviewSupplement {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "work-review-supplement-title", Section::Work),
            errors: Errors::one("reason", lang.t("work-reason-hint")),
            procedure: sample_procedure(lang),
            entered: Entered::sample(),
            draft: Draft::sample(),
            reason: String::new(),
        }
    }
}
