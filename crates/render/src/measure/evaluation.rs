//! Evaluations of officials: the frozen figures of a quarter, and what official, head and the level above say to them.

use askama::Template;
use hailong_core::measure::evaluation::{Outcome, Stand, Status, Steps, WORDS_LIMIT};
use hailong_core::time::{Day, Instant};

use super::scorecard::{Line, sample_line};
use crate::component::{Choice, Errors, Tone};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// One evaluation in a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Key in addresses.
    pub id: String,
    /// Name of the official.
    pub name: String,
    /// The office.
    pub office: String,
    /// Where it stands.
    pub status: Status,
    /// What the official said.
    pub stand: Option<Stand>,
    /// What was decided last.
    pub outcome: Option<Outcome>,
    /// The day by which somebody acts.
    pub due: Option<Day>,
    /// Whether that day has passed.
    pub late: bool,
    /// Whether the visitor has something to do here.
    pub mine: bool,
}

/// A frozen version of a quarter.
#[derive(Clone, Debug)]
pub struct Version {
    /// 1, or more for a correction.
    pub version: i64,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// SHA-256 of its content, in hexadecimal.
    pub hash: String,
    /// The signed note.
    pub note: String,
    /// Why it was corrected.
    pub reason: String,
}

/// `GET /work/evaluations`.
#[derive(Debug, Template)]
#[template(path = "measure/evaluations.html")]
pub struct Evaluations {
    /// The frame.
    pub shell: Shell,
    /// What was not possible.
    pub errors: Errors,
    /// The quarter in addresses; empty when none was frozen yet.
    pub quarter: String,
    /// The quarter before, in addresses.
    pub before: String,
    /// Those that the visitor may see.
    pub rows: Vec<Row>,
    /// How many others the officials still have to themselves, of those the visitor will see.
    pub with_officials: usize,
    /// Frozen versions, the first one first; for the leader.
    pub versions: Vec<Version>,
    /// Whether the visitor may correct.
    pub corrects: bool,
    /// What was typed.
    pub reason: String,
}

/// What somebody said.
#[derive(Clone, Debug)]
pub struct SaidAt {
    /// When.
    pub at: Instant,
    /// Who.
    pub who: String,
    /// Key of what was said or decided.
    pub what: &'static str,
    /// The words.
    pub words: String,
}

/// `GET /work/evaluations/{evaluation}`; its forms are sent to the same address.
#[derive(Debug, Template)]
#[template(path = "measure/evaluation.html")]
pub struct Evaluation {
    /// The frame.
    pub shell: Shell,
    /// What was not possible.
    pub errors: Errors,
    /// Key in addresses.
    pub id: String,
    /// The quarter.
    pub quarter: String,
    /// The frozen figures; nothing where the newest version has none of this official.
    pub line: Line,
    /// Whether the visitor is the official.
    pub own: bool,
    /// Where it stands, and by when somebody acts.
    pub row: Row,
    /// What was said, in its order.
    pub said: Vec<SaidAt>,
    /// What the visitor may do.
    pub steps: Steps,
    /// What was typed.
    pub words: String,
    /// What was chosen.
    pub chosen: String,
}

/// Name of what an official says.
pub fn stand_key(stand: Stand) -> &'static str {
    match stand {
        Stand::Accepts => "evaluation-accepts",
        Stand::Explains => "evaluation-explains",
        Stand::Objects => "evaluation-objects",
    }
}

/// Name of what is decided.
pub fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Stands => "evaluation-stands",
        Outcome::Noted => "evaluation-noted",
        Outcome::SetAside => "evaluation-set-aside",
    }
}

impl Row {
    fn status_key(&self) -> &'static str {
        match self.status {
            Status::Opened => "evaluation-opened",
            Status::Answered => "evaluation-answered",
            Status::Decided => "evaluation-decided",
            Status::ReviewAsked => "evaluation-review-asked",
            Status::Reviewed => "evaluation-reviewed",
        }
    }

    fn tone(&self) -> Tone {
        match self.status {
            _ if self.late => Tone::Wrong,
            Status::Opened | Status::Answered | Status::ReviewAsked => Tone::Attention,
            Status::Decided | Status::Reviewed => Tone::Good,
        }
    }
}

impl Evaluation {
    const LIMIT: usize = WORDS_LIMIT;

    fn stands(&self) -> Vec<Choice> {
        Stand::ALL.iter().map(|stand| Choice::new(stand.key(), self.shell.t(stand_key(*stand)))).collect()
    }

    fn outcomes(&self) -> Vec<Choice> {
        let choice = |outcome: &Outcome| Choice::new(outcome.key(), self.shell.t(outcome_key(*outcome)));
        Outcome::ALL.iter().map(choice).collect()
    }
}

fn sample_row() -> Row {
    Row {
        id: "015b31eb-f900-73b5-b7a3-7ebba8c8e17a".to_owned(),
        name: "Nguyễn Thị Hoa".to_owned(),
        office: "Xã Trần Phán".to_owned(),
        status: Status::Answered,
        stand: Some(Stand::Explains),
        outcome: None,
        due: Day::new(2017, 7, 14),
        late: false,
        mine: true,
    }
}

fn sample_at() -> Instant {
    crate::measure::figures::sample_period(Lang::Vi).as_of
}

impl Page for Evaluations {
    fn sample(lang: Lang) -> Self {
        let version = |version, reason: &str| Version {
            version,
            at: sample_at(),
            by: "Hài Lòng".to_owned(),
            hash: "5f".repeat(32),
            note: "hailong/1 report\n2017-Q2\n1\n5f…\n".to_owned(),
            reason: reason.to_owned(),
        };
        let late =
            Row { late: true, status: Status::ReviewAsked, outcome: Some(Outcome::Stands), ..sample_row() };
        Self {
            shell: Shell::sample_signed_in(lang, "evaluations-title", Section::Reports),
            errors: Errors::none(),
            quarter: "2017-Q2".to_owned(),
            before: "2017-Q1".to_owned(),
            rows: vec![sample_row(), late],
            with_officials: 12,
            versions: vec![version(1, ""), version(2, "Đếm lại phiếu giấy của xã Tân Dân")],
            corrects: true,
            reason: String::new(),
        }
    }
}

impl Page for Evaluation {
    fn sample(lang: Lang) -> Self {
        let said = |what, words: &str| SaidAt {
            at: sample_at(),
            who: "Nguyễn Thị Hoa".to_owned(),
            what,
            words: words.to_owned(),
        };
        Self {
            shell: Shell::sample_signed_in(lang, "evaluations-title", Section::Reports),
            errors: Errors::one("words", "…"),
            id: sample_row().id,
            quarter: "2017-Q2".to_owned(),
            line: sample_line(),
            own: false,
            row: sample_row(),
            said: vec![
                said("evaluation-explains", "Hai tuần tôi trực thay cả quầy đất đai."),
                said("evaluation-noted", ""),
            ],
            steps: Steps { decide: true, ..Steps::default() },
            words: String::new(),
            chosen: String::new(),
        }
    }
}
