//! Pages of officials and leaders: the counter, the cases, the opinions to answer, the leader's board.

pub mod admin;
pub mod attachment;
pub mod ballot;
pub mod book;
pub mod calendar;
pub mod call;
pub mod case;
pub mod date;
pub mod dialogue;
pub mod directory;
pub mod doing;
pub mod form;
pub mod guidance;
pub mod kiosk;
pub mod lead;
pub mod notice;
pub mod opinion;
pub mod posting;
pub mod questions;
pub mod queue;
pub mod receive;
pub mod report;
pub mod rule;
pub mod survey;
pub mod thing;

use std::borrow::Borrow;

use hailong_core::serve::case::{Mark, State};
use hailong_core::serve::clock::PauseReason;
use hailong_core::serve::deadline::{Ledger, Why};
use hailong_core::serve::procedure::{Limit, Unit};

use crate::component::{Badge, LedgerLine, Tone};
use crate::format;
use crate::lang::Lang;
use crate::page::Sample;

pub use hailong_core::serve::applicant::ApplicantKind;

/// Key of the word for where a case stands.
pub fn state_key(state: State) -> &'static str {
    match state {
        State::Opened => "work-state-opened",
        State::SupplementRequested => "work-state-supplement",
        State::Accepted => "work-state-accepted",
        State::InProgress => "work-state-in-progress",
        State::Finished => "work-state-finished",
        State::Returned => "work-state-returned",
        State::Refused => "work-state-refused",
        State::Paused => "work-state-paused",
        State::Submitted => "work-state-submitted",
        State::Withdrawn => "work-state-withdrawn",
        State::Stopped => "work-state-stopped",
    }
}

/// Word and shape of where a case stands. `late`: the promise has passed and the case is still open.
pub fn state_badge(lang: Lang, state: State, late: bool) -> Badge {
    let tone = match state {
        State::Accepted | State::InProgress | State::Submitted if late => Tone::Wrong,
        State::Opened | State::SupplementRequested | State::Paused => Tone::Attention,
        State::Accepted | State::InProgress | State::Submitted => Tone::Info,
        State::Finished | State::Returned => Tone::Good,
        State::Refused | State::Withdrawn | State::Stopped => Tone::Plain,
    };
    Badge { tone, text: lang.t(state_key(state)) }
}

/// Key of the word for the kind of an applicant.
pub fn kind_key(kind: ApplicantKind) -> &'static str {
    match kind {
        ApplicantKind::Person => "work-kind-person",
        ApplicantKind::Household => "work-kind-household",
        ApplicantKind::Enterprise => "work-kind-enterprise",
        ApplicantKind::Organisation => "work-kind-organisation",
    }
}

/// Key of the word for what was found of a document.
pub fn mark_key(mark: Mark) -> &'static str {
    match mark {
        Mark::Present => "work-document-present",
        Mark::NotNeeded => "work-document-not-needed",
        Mark::Missing => "work-document-missing",
    }
}

/// The value that forms send for a mark.
pub fn mark_value(mark: Mark) -> &'static str {
    match mark {
        Mark::Present => "present",
        Mark::NotNeeded => "not_needed",
        Mark::Missing => "missing",
    }
}

/// The mark of a value sent by a form; a box that was not ticked is missing.
pub fn mark_from(value: &str) -> Mark {
    match value {
        "present" => Mark::Present,
        "not_needed" => Mark::NotNeeded,
        _ => Mark::Missing,
    }
}

/// Key of why the time of a case stands still.
pub fn pause_key(reason: PauseReason) -> &'static str {
    match reason {
        PauseReason::Supplement => "doing-pause-supplement",
        PauseReason::FinancialDuty => "doing-pause-financial-duty",
        PauseReason::Posting => "doing-pause-posting",
        PauseReason::ExpertOpinion => "doing-pause-expert-opinion",
        PauseReason::Violation => "doing-pause-violation",
    }
}

/// The derivation of a due date in words, one line a day.
pub fn ledger_lines(lang: Lang, ledger: &Ledger) -> Vec<LedgerLine> {
    let last = ledger.lines.len().saturating_sub(1);
    let counted = |key: &str, n: u16| lang.t_args(key, &[("n", n.into())]);
    ledger
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            let (text, rule) = match &line.why {
                Why::Received => (lang.t("work-ledger-received"), lang.t("work-rule-first-day")),
                Why::Counted(n) => (counted("work-ledger-counted", *n), String::new()),
                Why::SwappedWorkingSaturday(n) => (counted("work-ledger-saturday", *n), String::new()),
                Why::Weekend => (lang.t("work-ledger-weekend"), String::new()),
                Why::Holiday(name) => {
                    (lang.t_args("work-ledger-holiday", &[("name", name.as_str().into())]), String::new())
                }
                Why::LastDayMoved => (lang.t("work-ledger-moved"), lang.t("work-rule-last-day")),
                Why::SameDay => (lang.t("work-ledger-same-day"), String::new()),
                Why::After15NextDay => (lang.t("work-ledger-after-15"), lang.t("work-rule-15")),
                Why::DayOffNextDay => (lang.t("work-ledger-day-off"), String::new()),
                Why::MinutesCounted(n) => (counted("work-ledger-minutes", *n), String::new()),
                Why::Arrived => (lang.t("work-ledger-arrived"), String::new()),
                Why::Annulled(n) => (counted("work-ledger-annulled", *n), lang.t("work-rule-anew")),
                Why::Paused(reason) => (
                    lang.t_args("work-ledger-paused", &[("why", lang.t(pause_key(*reason)).into())]),
                    String::new(),
                ),
                Why::WentOn => (lang.t("work-ledger-went-on"), lang.t("work-rule-first-day")),
                Why::BegunAnew => (lang.t("work-ledger-begun-anew"), lang.t("work-rule-anew")),
                Why::Extended(n) => (counted("work-ledger-extended", *n), String::new()),
                Why::Kept => (lang.t("work-ledger-kept"), String::new()),
            };
            LedgerLine { when: format::day(lang, line.day), text, rule, last: index == last }
        })
        .collect()
}

/// A published limit in words: "05 ngày làm việc (phải xác minh)".
pub fn limit_text(lang: Lang, limit: &Limit) -> String {
    let value = i64::from(limit.value);
    let text = match limit.unit {
        Unit::WorkingDays => lang.t_args("limit-working-days", &[("n", value.into())]),
        Unit::Days => lang.t_args("limit-days", &[("n", value.into())]),
        Unit::Hours => lang.t_args("limit-hours", &[("n", value.into())]),
        Unit::Months => lang.t_args("limit-months", &[("n", value.into())]),
        Unit::SameDay => lang.t("limit-same-day"),
    };
    limit.case.as_ref().map_or(text.clone(), |case| format!("{text} ({case})"))
}

/// A document that the published procedure asks for.
#[derive(Clone, Debug)]
pub struct Document {
    /// Name as published.
    pub name: String,
    /// Only shown (xuất trình), not handed in (nộp).
    pub shown: bool,
    /// Originals.
    pub originals: u8,
    /// Copies.
    pub copies: u8,
    /// When it is needed; `None` when always.
    pub condition: Option<String>,
    /// What the official ticked.
    pub mark: Mark,
}

impl Document {
    /// A document of a procedure, with what was found of it.
    pub fn new(document: &hailong_core::serve::procedure::Document, mark: Mark) -> Self {
        Self {
            name: document.name.clone(),
            shown: !document.submit,
            originals: document.originals,
            copies: document.copies,
            condition: document.condition.clone(),
            mark,
        }
    }

    fn mark_key(&self) -> &'static str {
        mark_key(self.mark)
    }

    fn mark_value(&self) -> &'static str {
        mark_value(self.mark)
    }

    /// What to bring, in words: "nộp 1 bản chính, 1 bản sao".
    pub fn ask(&self, lang: impl Borrow<Lang>) -> String {
        let lang = *lang.borrow();
        let mut parts = Vec::new();
        if self.originals > 0 {
            parts.push(lang.t_args("work-document-originals", &[("n", i64::from(self.originals).into())]));
        }
        if self.copies > 0 {
            parts.push(lang.t_args("work-document-copies", &[("n", i64::from(self.copies).into())]));
        }
        let verb = lang.t(if self.shown { "work-document-show" } else { "work-document-hand-in" });
        if parts.is_empty() { verb } else { format!("{verb} {}", parts.join(", ")) }
    }
}

/// Two documents for samples: one always needed, one under a condition.
pub(crate) fn sample_documents() -> Vec<Document> {
    vec![
        Document {
            name: "Tờ khai đăng ký khai sinh".to_owned(),
            shown: false,
            originals: 1,
            copies: 0,
            condition: None,
            mark: Mark::Present,
        },
        Document {
            name: "Văn bản ủy quyền".to_owned(),
            shown: false,
            originals: 1,
            copies: 1,
            condition: Some("khi ủy quyền".to_owned()),
            mark: Mark::NotNeeded,
        },
        Document {
            name: "Giấy tờ tùy thân".to_owned(),
            shown: true,
            originals: 1,
            copies: 0,
            condition: None,
            mark: Mark::Missing,
        },
    ]
}

/// The samples of these pages.
pub fn samples(lang: Lang) -> Vec<Sample> {
    crate::samples!(
        lang;
        case::CaseList,
        kiosk::Kiosks,
        ballot::Ballots,
        ballot::BallotBatch,
        ballot::BallotSheet,
        call::Calls,
        call::Call,
        case::FoundCases,
        book::BookPage,
        posting::PostingPage,
        posting::PostingBoards,
        guidance::Guidance,
        attachment::Attachments,
        thing::CaseThing,
        receive::Choose,
        receive::Receive,
        receive::Review,
        receive::ReviewSupplement,
        queue::QueuePanel,
        queue::QueueSettings,
        queue::Appointments,
        notice::CaseNotices,
        notice::FailedNotices,
        notice::AdminNotices,
        survey::Surveys,
        survey::QuestionnairePage,
        survey::SurveyNew,
        survey::SurveyDesk,
        survey::SurveyPeople,
        survey::SurveyWords,
        survey::SurveyEntry,
        opinion::Inbox,
        opinion::OpinionWork,
        opinion::OpinionEntry,
        dialogue::Desks,
        dialogue::Desk,
        dialogue::FormEntry,
        form::EnteredForms,
        form::FormCorrection,
        dialogue::Agenda,
        dialogue::Minutes,
        dialogue::Promises,
        dialogue::PromiseReport,
        report::ReportPage,
        report::ReportCases,
        lead::Board,
        lead::Cases,
        admin::Admin,
        questions::QuestionsPage,
        rule::Rules,
        calendar::CalendarPage,
        calendar::CalendarReview,
        directory::Offices,
        directory::Officials,
        directory::Change,
        directory::Review,
        directory::Done,
    )
}
