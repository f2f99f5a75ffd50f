//! One case: its state in a sentence, what can be done now, the facts, the promise line by line, the history.

use std::borrow::Borrow;

use askama::Template;
use hailong_core::serve::case::{Mark, State};
use hailong_core::time::Instant;

use crate::component::{Badge, Choice, Errors, LedgerLine};
use crate::format;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

use super::{ApplicantKind, Document, kind_key, sample_documents, state_badge};

/// What may be done now; a form is shown for each.
#[derive(Clone, Debug, Default)]
pub struct Actions {
    /// Officials of the office to whom the case can be handed over (value: the official's id); empty: not now.
    pub hand_over: Vec<Choice>,
    /// Record the outcome.
    pub finish: bool,
    /// Hand out the result.
    pub return_result: bool,
    /// Refuse, with a reason.
    pub refuse: bool,
    /// Accept, because the missing documents have come.
    pub accept: bool,
}

impl Actions {
    /// Whether nothing can be done now.
    pub fn is_empty(&self) -> bool {
        let Self { hand_over, finish, return_result, refuse, accept } = self;
        hand_over.is_empty() && !(*finish || *return_result || *refuse || *accept)
    }
}

/// The action whose form came back with faults, or that is opened by the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `POST /cases/{id}/hand-over`: `to`.
    HandOver,
    /// `POST /cases/{id}/finish`: `outcome` (`granted` or `denied`).
    Finish,
    /// `POST /cases/{id}/return`.
    Return,
    /// `POST /cases/{id}/refuse`: `reason`.
    Refuse,
    /// `POST /cases/{id}/accept`: `limit` (an index) where several are published, `days` where none is.
    Accept,
}

impl Action {
    /// What is said after it was done.
    pub fn done(self, lang: Lang) -> String {
        lang.t(match self {
            Self::HandOver => "work-done-handed-over",
            Self::Finish => "work-done-finished",
            Self::Return => "work-done-returned",
            Self::Refuse => "work-done-refused",
            Self::Accept => "work-done-received",
        })
    }
}

/// What is said after a request for documents was made at the counter.
pub fn supplement_done(lang: Lang) -> String {
    lang.t("work-done-supplement")
}

/// What was typed into a form that came back.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The official chosen.
    pub to: String,
    /// `granted` or `denied`.
    pub outcome: String,
    /// Why it is refused.
    pub reason: String,
    /// Index of the limit chosen.
    pub limit: String,
    /// Working days promised, when no limit is published.
    pub days: String,
}

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

/// What the journal says happened.
#[derive(Clone, Debug)]
pub enum Happened {
    /// The applicant came; the case was opened.
    Opened,
    /// Documents were asked for.
    SupplementRequested,
    /// Accepted, with a receipt.
    Accepted,
    /// Handed over to this official.
    HandedOver {
        /// Name of the official.
        to: String,
    },
    /// Finished.
    Finished {
        /// Whether the request was granted.
        granted: bool,
    },
    /// The result was handed out.
    Returned,
    /// Refused.
    Refused,
    /// An invitation to rate was made.
    Invited,
}

impl Happened {
    /// In words.
    pub fn text(&self, lang: impl Borrow<Lang>) -> String {
        let lang = *lang.borrow();
        match self {
            Self::Opened => lang.t("work-happened-opened"),
            Self::SupplementRequested => lang.t("work-happened-supplement"),
            Self::Accepted => lang.t("work-happened-received"),
            Self::HandedOver { to } => {
                lang.t_args("work-happened-handed-over", &[("to", to.as_str().into())])
            }
            Self::Finished { granted: true } => lang.t("work-happened-granted"),
            Self::Finished { granted: false } => lang.t("work-happened-denied"),
            Self::Returned => lang.t("work-happened-returned"),
            Self::Refused => lang.t("work-happened-refused"),
            Self::Invited => lang.t("work-happened-invited"),
        }
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
}

impl Papers {
    /// The ending of the address and the key of the name of each paper that exists.
    pub fn links(&self) -> Vec<(&'static str, &'static str)> {
        [
            (self.receipt, "receipt", "work-paper-receipt"),
            (self.supplement_request, "supplement-request", "work-paper-supplement"),
            (self.refusal, "refusal", "work-paper-refusal"),
            (self.invitation, "invitation", "work-paper-invitation"),
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
    /// What was just done and what comes next, in words; empty when nothing.
    pub done: String,
    /// Faults of a form that came back.
    pub errors: Errors,
    /// The form to open.
    pub opened: Option<Action>,
    /// What was typed into it.
    pub typed: Typed,
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
    pub actions: Actions,
    /// The published limits in words (value: the index), from which accepting chooses.
    pub limits: Vec<Choice>,
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

    fn outcomes(&self) -> Vec<Choice> {
        let lang = self.shell.lang;
        vec![
            Choice::new("granted", lang.t("work-outcome-granted")),
            Choice::new("denied", lang.t("work-outcome-denied")),
        ]
    }

    fn open(&self, action: Action) -> bool {
        self.opened == Some(action)
    }

    fn missing(&self) -> Vec<&Document> {
        self.documents.iter().filter(|document| document.mark == Mark::Missing).collect()
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
            done: Action::Accept.done(lang),
            errors: Errors::one("reason", lang.t("work-reason-hint")),
            opened: Some(Action::Refuse),
            typed: Typed::default(),
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
            actions: Actions {
                hand_over: vec![Choice::new("tran-phan-2", "Trần Văn Đước")],
                finish: true,
                return_result: true,
                refuse: true,
                accept: true,
            },
            limits: Vec::new(),
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
                history("2017-06-29T14:00", Happened::HandedOver { to: "Trần Văn Đước".to_owned() }),
                history("2017-06-28T09:00", Happened::Opened),
                history("2017-06-28T09:00", Happened::SupplementRequested),
                history("2017-06-28T09:00", Happened::Accepted),
                history("2017-06-28T09:00", Happened::Finished { granted: true }),
                history("2017-06-28T09:00", Happened::Finished { granted: false }),
                history("2017-06-28T09:00", Happened::Returned),
                history("2017-06-28T09:00", Happened::Refused),
                history("2017-06-28T09:00", Happened::Invited),
            ],
            papers: Papers { receipt: true, supplement_request: true, refusal: true, invitation: true },
        }
    }
}
