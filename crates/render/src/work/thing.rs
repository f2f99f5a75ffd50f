//! One case: its state in a sentence, what can be done now, the facts, the promise line by line, the history.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::serve::case::{Action, State};
use hailong_core::serve::clock::Dates;
use hailong_core::time::Instant;

use crate::component::{Badge, Choice, Errors, LedgerLine};
use crate::format;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

use super::date::{self, DateRow};
use super::doing::{Doing, Field, Kind};
use super::{ApplicantKind, Document, kind_key, sample_documents, state_badge};

/// The applicant, shown to officials of the office that has the case.
#[derive(Clone, Debug)]
pub struct Applicant {
    /// Kind.
    pub kind: ApplicantKind,
    /// Full name.
    pub name: String,
    /// Identity number or tax code.
    pub identity_number: String,
    /// Phone; empty when none was given.
    pub phone: String,
    /// E-mail; empty when none was given.
    pub email: String,
    /// Address; empty when none was given.
    pub address: String,
    /// Commune of residence, or "outside the district".
    pub residence: String,
}

impl Applicant {
    fn kind_key(&self) -> &'static str {
        kind_key(self.kind)
    }
}

/// What the journal says happened: the key of the words and what is put into them.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Key of the words.
    pub key: &'static str,
    /// Name and text of what is put in.
    pub args: Vec<(&'static str, String)>,
}

impl Happened {
    /// Words without anything put in.
    pub fn plain(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// Words with something put in.
    pub fn with(key: &'static str, name: &'static str, text: impl Into<String>) -> Self {
        Self { key, args: vec![(name, text.into())] }
    }

    /// In words.
    pub fn text(&self, lang: impl Borrow<Lang>) -> String {
        let args: Vec<_> = self.args.iter().map(|(name, text)| (*name, text.as_str().into())).collect();
        lang.borrow().t_args(self.key, &args)
    }
}

/// One entry of the history.
#[derive(Clone, Debug)]
pub struct HistoryRow {
    /// When.
    pub at: Instant,
    /// Who; empty for the applicant, who is not named here.
    pub who: String,
    /// What.
    pub what: Happened,
    /// Reason; empty when none.
    pub note: String,
}

/// One consultation.
#[derive(Clone, Debug)]
pub struct ConsultationRow {
    /// The body.
    pub body: String,
    /// What it was asked.
    pub question: String,
    /// By when.
    pub answer_by: Instant,
    /// Key of how it ended; none while it is open.
    pub reply: Option<&'static str>,
    /// What it answered; may be empty.
    pub answer: String,
}

/// Which papers exist.
#[derive(Clone, Copy, Debug, Default)]
pub struct Papers {
    /// Receipt.
    pub receipt: bool,
    /// Request for further documents.
    pub supplement_request: bool,
    /// Refusal.
    pub refusal: bool,
    /// Invitation to rate.
    pub invitation: bool,
    /// Apology with a new date.
    pub apology: bool,
    /// Notice that the case was stopped.
    pub stop_notice: bool,
    /// Control slip.
    pub control_slip: bool,
}

impl Papers {
    /// The ending of the address and the key of the name of each paper that exists.
    pub fn links(&self) -> Vec<(&'static str, &'static str)> {
        [
            (self.receipt, "receipt", "work-paper-receipt"),
            (self.supplement_request, "supplement-request", "work-paper-supplement"),
            (self.refusal, "refusal", "work-paper-refusal"),
            (self.invitation, "invitation", "work-paper-invitation"),
            (self.invitation, "ballot", "work-paper-ballot"),
            (self.apology, "apology.pdf", "print-apology"),
            (self.stop_notice, "stop-notice.pdf", "print-stop-notice"),
            (self.control_slip, "control-slip.pdf", "print-control-slip"),
        ]
        .into_iter()
        .filter_map(|(exists, path, key)| exists.then_some((path, key)))
        .collect()
    }
}

/// `GET /cases/{id}`.
#[derive(Template)]
#[template(path = "work/case.html")]
pub struct CaseThing {
    /// Frame.
    pub shell: Shell,
    /// The step that was just taken.
    pub done: Option<Action>,
    /// Faults of a form that came back.
    pub errors: Errors,
    /// What was typed into a form that is not offered any more; empty otherwise.
    pub unsent: String,
    /// Identity, for the addresses.
    pub id: String,
    /// Version that the forms send back.
    pub version: i64,
    /// Case code; empty before it is accepted.
    pub code: String,
    /// Code of the procedure.
    pub procedure_code: String,
    /// Name of the procedure.
    pub procedure: String,
    /// Where it stands.
    pub state: State,
    /// Who has it.
    pub official: String,
    /// The office.
    pub office: String,
    /// When it was brought to the counter.
    pub received: Instant,
    /// The promise.
    pub due: Option<Instant>,
    /// Working days left; negative when late; none when nothing runs.
    pub days_left: Option<i32>,
    /// What may be done now.
    pub doings: Vec<Doing>,
    /// Consultations of other bodies.
    pub consultations: Vec<ConsultationRow>,
    /// The dates of its time; empty before acceptance.
    pub dates: Vec<DateRow>,
    /// The date that has to be kept next, in one sentence; empty when there is none.
    pub next_date: String,
    /// How it came in, where it was helped, who decides: the key of the name, and the words.
    pub places: Vec<(&'static str, String)>,
    /// The applicant; `None` when the reader may not see it or it was erased.
    pub applicant: Option<Applicant>,
    /// What was ticked.
    pub documents: Vec<Document>,
    /// The promise, line by line.
    pub ledger: Vec<LedgerLine>,
    /// What happened, the newest first.
    pub history: Vec<HistoryRow>,
    /// Which papers exist.
    pub papers: Papers,
}

impl CaseThing {
    /// What was just done and what comes next, in words.
    fn done_words(&self) -> Option<String> {
        self.done.map(|action| super::doing::done(self.shell.lang, action))
    }

    /// The paper to print and hand over after the step that was just taken: the ending of its address, the key of its name.
    fn next_paper(&self) -> Option<(&'static str, &'static str)> {
        let paper = super::doing::paper_after(self.done?)?;
        self.papers.links().into_iter().find(|(path, _)| *path == paper)
    }

    /// Whether another case is likely to be received now.
    fn next_reception(&self) -> bool {
        matches!(self.done, Some(Action::Accept | Action::Ask))
    }

    /// Whether the promise has passed while the case is open.
    pub fn late(&self) -> bool {
        self.due.is_some() && self.days_left.is_some_and(|days| days < 0)
    }

    /// The state in one sentence.
    pub fn sentence(&self) -> String {
        let lang = self.shell.lang;
        let due = self.due.map(|due| format::date_time(lang, due)).unwrap_or_default();
        match self.state {
            State::Opened | State::SupplementRequested => lang.t("work-sentence-supplement"),
            State::Accepted | State::InProgress | State::Submitted => {
                let left = self.days_left.map(|days| format::working_days_left(lang, days));
                lang.t_args(
                    "work-sentence-open",
                    &[
                        ("official", self.official.as_str().into()),
                        ("due", due.into()),
                        ("left", left.unwrap_or_default().into()),
                    ],
                )
            }
            State::Finished => lang.t("work-sentence-finished"),
            State::Returned => lang.t("work-sentence-returned"),
            State::Refused => lang.t("work-sentence-refused"),
            State::Paused => lang.t("work-sentence-paused"),
            State::Withdrawn => lang.t("work-sentence-withdrawn"),
            State::Stopped => lang.t("work-sentence-stopped"),
        }
    }

    fn badge(&self) -> Badge {
        state_badge(self.shell.lang, self.state, self.late())
    }
}

impl Page for CaseThing {
    fn sample(lang: Lang) -> Self {
        let at = |text| Instant::parse_local(text).unwrap_or(Instant(0));
        let history = |when, what| HistoryRow {
            at: at(when),
            who: "Nguyễn Thị Lụa".to_owned(),
            what,
            note: "Còn thiếu giấy chứng sinh.".to_owned(),
        };
        Self {
            shell: Shell::sample_signed_in(lang, "work-case-title", Section::Work),
            done: Some(Action::Accept),
            errors: Errors::one("refuse-reason", lang.t("work-reason-hint")),
            unsent: "Đã nộp ở nơi khác.".to_owned(),
            id: "0198".to_owned(),
            version: 3,
            code: "000.00.32161.H12-170628-0001".to_owned(),
            procedure_code: "1.001193".to_owned(),
            procedure: "Đăng ký khai sinh".to_owned(),
            state: State::Accepted,
            official: "Nguyễn Thị Lụa".to_owned(),
            office: "Xã Trần Phán".to_owned(),
            received: at("2017-06-28T09:00"),
            due: Some(at("2017-07-04T16:30")),
            days_left: Some(2),
            doings: sample_doings(lang),
            consultations: vec![ConsultationRow {
                body: "Phòng Tài nguyên và Môi trường".to_owned(),
                question: "Xin ý kiến về ranh giới thửa đất.".to_owned(),
                answer_by: at("2017-07-03T17:00"),
                reply: Some("doing-reply-agreed"),
                answer: "Đồng ý.".to_owned(),
            }],
            dates: sample_dates(lang),
            next_date: lang.t_args("work-next-transfer", &[("until", "17:00".into())]),
            places: vec![("work-fact-help", "Xã Tân Trung".to_owned())],
            applicant: Some(Applicant {
                kind: ApplicantKind::Person,
                name: "Phạm Văn Mẫu".to_owned(),
                identity_number: "012345678".to_owned(),
                phone: "0912345678".to_owned(),
                email: String::new(),
                address: "Ấp Bào Dừa".to_owned(),
                residence: "Xã Trần Phán".to_owned(),
            }),
            documents: sample_documents(),
            ledger: vec![LedgerLine {
                when: format::day(lang, at("2017-07-04T16:30").day()),
                text: lang.t("design-ledger-last"),
                rule: String::new(),
                last: true,
            }],
            history: vec![
                history(
                    "2017-06-29T14:00",
                    Happened::with("work-happened-handed-over", "to", "Trần Văn Đước"),
                ),
                history("2017-06-28T09:00", Happened::plain("work-happened-opened")),
            ],
            papers: Papers {
                receipt: true,
                supplement_request: true,
                refusal: true,
                invitation: true,
                apology: true,
                stop_notice: true,
                control_slip: true,
            },
        }
    }
}

/// Every date, so that every text is shown.
pub(crate) fn sample_dates(lang: Lang) -> Vec<DateRow> {
    let at = Instant::parse_local("2017-07-04T17:00").unwrap_or(Instant(0));
    let mut rows = date::four(lang, &Dates { statutory: at, promised: at, adjusted: at, index: at });
    rows.extend([date::transfer(lang, at), date::apology(lang, at.day())]);
    rows
}

/// Every step, so that every text and kind of field is shown.
fn sample_doings(lang: Lang) -> Vec<Doing> {
    let choices = || vec![Choice::new("granted", lang.t("work-outcome-granted"))];
    let kinds = [
        Kind::Line("date"),
        Kind::Words(true),
        Kind::Select(choices()),
        Kind::Radios(choices()),
        Kind::Boxes(choices()),
        Kind::List(vec!["Tờ khai".to_owned()]),
        Kind::Hidden,
    ];
    let doing = |(at, action): (usize, Action)| Doing {
        action,
        fields: vec![Field {
            error: lang.t("work-reason-hint"),
            ..Field::new("reason", lang.t("doing-field-reason"), kinds[at % kinds.len()].clone())
        }],
        open: action == Action::Refuse,
    };
    Action::ALL.into_iter().enumerate().map(doing).collect()
}
