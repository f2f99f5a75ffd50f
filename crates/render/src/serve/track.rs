//! Where a case is, for the citizen.

use askama::Template;
use hailong_core::serve::case::State;
use hailong_core::time::Instant;

use crate::component::{Errors, LedgerLine, Tone};
use crate::format;
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// `GET /track`, and `POST /track` when it was refused.
#[derive(Debug, Template)]
#[template(path = "serve/track-form.html")]
pub struct TrackForm {
    /// The frame.
    pub shell: Shell,
    /// The case code typed.
    pub code: String,
    /// What is wrong with `code` or `last_three`.
    pub errors: Errors,
}

impl Page for TrackForm {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "track-title", Section::Track),
            code: "000.00.32.H12-170630-0007".to_owned(),
            errors: Errors::one("last_three", crate::component::refusal(lang, "track-no-match")),
        }
    }
}

/// Where the case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseState {
    /// Received, not yet with the person who decides.
    Received,
    /// Being worked on.
    Working,
    /// Waiting for papers from the applicant.
    Supplement,
    /// Finished; the result waits to be fetched.
    Finished,
    /// The result was returned.
    Returned,
    /// Refused, with a reason.
    Refused,
    /// Withdrawn by the applicant.
    Withdrawn,
    /// Its time stands still: money due, posting, an expert.
    Paused,
    /// Stopped by the office.
    Stopped,
}

impl From<State> for CaseState {
    fn from(state: State) -> Self {
        match state {
            State::Opened | State::Accepted => Self::Received,
            State::SupplementRequested => Self::Supplement,
            State::InProgress | State::Submitted => Self::Working,
            State::Paused => Self::Paused,
            State::Finished => Self::Finished,
            State::Returned => Self::Returned,
            State::Refused => Self::Refused,
            State::Withdrawn => Self::Withdrawn,
            State::Stopped => Self::Stopped,
        }
    }
}

impl CaseState {
    /// The word of the state.
    pub fn key(&self) -> &'static str {
        match self {
            CaseState::Received => "case-received",
            CaseState::Working => "case-working",
            CaseState::Supplement => "case-supplement",
            CaseState::Finished => "case-finished",
            CaseState::Returned => "case-returned",
            CaseState::Refused => "case-refused",
            CaseState::Withdrawn => "case-withdrawn",
            CaseState::Paused => "case-paused",
            CaseState::Stopped => "case-stopped",
        }
    }

    /// What happens next.
    pub fn next_key(&self) -> &'static str {
        match self {
            CaseState::Received | CaseState::Working => "next-working",
            CaseState::Supplement => "next-supplement",
            CaseState::Finished => "next-finished",
            CaseState::Returned => "next-returned",
            CaseState::Refused => "next-refused",
            CaseState::Withdrawn => "next-withdrawn",
            CaseState::Paused => "next-paused",
            CaseState::Stopped => "next-stopped",
        }
    }

    /// Whether the promised date still runs.
    pub fn open(&self) -> bool {
        matches!(self, CaseState::Received | CaseState::Working)
    }

    /// Colour and shape; lateness is said by the caller.
    pub fn tone(&self, late: bool) -> Tone {
        match self {
            CaseState::Received | CaseState::Working if late => Tone::Wrong,
            CaseState::Received | CaseState::Working => Tone::Info,
            CaseState::Supplement | CaseState::Paused | CaseState::Refused | CaseState::Stopped => {
                Tone::Attention
            }
            CaseState::Finished | CaseState::Returned => Tone::Good,
            CaseState::Withdrawn => Tone::Plain,
        }
    }
}

/// Something that happened to the case.
#[derive(Clone, Debug)]
pub struct HistoryLine {
    /// When.
    pub at: Instant,
    /// What, in words.
    pub text: String,
}

/// `GET /track/{secret}`: the citizen's page of a case.
#[derive(Debug, Template)]
#[template(path = "serve/track-case.html")]
pub struct TrackCase {
    /// The frame.
    pub shell: Shell,
    /// Case code.
    pub code: String,
    /// Name of the procedure.
    pub procedure: String,
    /// Code of the procedure, for the link.
    pub procedure_code: String,
    /// Office that received it.
    pub office: String,
    /// Id of the office, for the link.
    pub office_id: String,
    /// Where it stands.
    pub state: CaseState,
    /// When it was received.
    pub received: Instant,
    /// The promised moment.
    pub promised: Option<Instant>,
    /// Working days until then; negative when late.
    pub days_left: i32,
    /// The papers asked for, when waiting for them.
    pub asked: Vec<String>,
    /// The reason of a refusal or supplement; empty otherwise.
    pub reason: String,
    /// The derivation of the promised date.
    pub ledger: Vec<LedgerLine>,
    /// What happened, latest first.
    pub history: Vec<HistoryLine>,
    /// Address of the ballot, once the citizen is invited and has not used it.
    pub rate_path: Option<String>,
}

impl TrackCase {
    /// The state in one sentence: "Đang giải quyết, hẹn trả 16:30 thứ Sáu 30/6/2017, còn 2 ngày làm việc."
    pub fn sentence(&self) -> String {
        let lang = self.shell.lang;
        let state = lang.t(self.state.key());
        match self.promised {
            Some(promised) if self.state.open() => lang.t_args(
                "case-sentence",
                &[
                    ("state", state.into()),
                    ("promised", format::date_time(lang, promised).into()),
                    ("left", format::working_days_left(lang, self.days_left).into()),
                ],
            ),
            _ => format!("{state}."),
        }
    }

    fn late(&self) -> bool {
        self.days_left < 0 && self.state.open()
    }

    fn tone(&self) -> Tone {
        self.state.tone(self.late())
    }
}

impl Page for TrackCase {
    fn sample(lang: Lang) -> Self {
        let at = |text: &str| Instant::parse_local(text).unwrap_or(Instant(0));
        let line = |when: &str, text: &str, last| LedgerLine {
            when: when.to_owned(),
            text: text.to_owned(),
            rule: "Bộ luật Dân sự 2015, điều 147".to_owned(),
            last,
        };
        Self {
            shell: Shell::sample(lang, "track-case-title", Section::Track),
            code: "000.00.32.H12-170628-0007".to_owned(),
            procedure: "Đăng ký hộ kinh doanh".to_owned(),
            procedure_code: "1.001612".to_owned(),
            office: "Huyện Đầm Dơi".to_owned(),
            office_id: "d970".to_owned(),
            state: CaseState::Working,
            received: at("2017-06-28T08:10"),
            promised: Some(at("2017-07-03T16:30")),
            days_left: 1,
            asked: vec!["Bản sao giấy tờ tùy thân".to_owned()],
            reason: String::new(),
            ledger: vec![line("28/6/2017", "1", false), line("3/7/2017", "2", true)],
            history: vec![HistoryLine { at: at("2017-06-28T08:10"), text: lang.t("case-received") }],
            rate_path: Some("/rate/abc".to_owned()),
        }
    }
}
