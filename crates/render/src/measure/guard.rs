//! Alarms: what was seen, what it may innocently be, what was said of it and decided.

use askama::Template;
use hailong_core::{
    measure::guard::{Finding, Kind, LEAST_VERDICTS, LEVEL, METHOD, Part, Verdict, Verdicts, precision},
    time::Instant,
};
use hailong_stats::{
    guard::sequential::{State, Verdict as Called},
    interval::jeffreys,
};

use crate::{
    component::{Choice, Errors, Pager, Tone, refusal},
    format::{decimal, percent},
    lang::Lang,
    page::Page,
    shell::{Section, Shell},
};

/// An alarm in one line.
#[derive(Clone, Debug)]
pub struct AlarmLine {
    /// Key in addresses.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// The office.
    pub office: String,
    /// The official, where it names one; else empty.
    pub official: String,
    /// The quarter in words.
    pub quarter: String,
    /// The probability by chance, in millionths.
    pub p: u32,
    /// What was decided.
    pub verdict: Option<Verdict>,
}

/// A quarter that was looked at.
#[derive(Clone, Debug)]
pub struct LookLine {
    /// The quarter in words.
    pub quarter: String,
    /// Whether its alarms are told.
    pub told: bool,
    /// Tests.
    pub tests: u32,
    /// Alarms.
    pub alarms: u32,
}

/// The call-backs about an office.
#[derive(Clone, Debug)]
pub struct AuditLine {
    /// The office.
    pub office: String,
    /// Where the test stands.
    pub state: State,
}

/// A kind, and how often it was right.
#[derive(Clone, Copy, Debug)]
pub struct KindLine {
    /// The kind.
    pub kind: Kind,
    /// What was decided of it.
    pub verdicts: Verdicts,
}

/// `GET /work/guard`.
#[derive(Debug, Template)]
#[template(path = "measure/alarms.html")]
pub struct Alarms {
    /// The frame.
    pub shell: Shell,
    /// What was just done; empty when nothing.
    pub done: String,
    /// The alarms.
    pub lines: Vec<AlarmLine>,
    /// Where the list goes on.
    pub pager: Pager,
    /// Whether the reader is above the offices: only then all that follows.
    pub above: bool,
    /// Quarters, the newest first.
    pub looks: Vec<LookLine>,
    /// Call-backs by office.
    pub audits: Vec<AuditLine>,
    /// All kinds.
    pub kinds: Vec<KindLine>,
}

/// Words that somebody wrote.
#[derive(Clone, Debug)]
pub struct Words {
    /// Who.
    pub who: String,
    /// When.
    pub when: Instant,
    /// The words; empty when erased.
    pub words: String,
}

/// `GET /work/guard/{alarm}`, and `POST …/answer` (field `answer`), `POST …/verdict` (fields `verdict`, `reason`).
#[derive(Debug, Template)]
#[template(path = "measure/alarm.html")]
pub struct AlarmPage {
    /// The frame.
    pub shell: Shell,
    /// The alarm.
    pub line: AlarmLine,
    /// What was found.
    pub finding: Finding,
    /// The version of the rules.
    pub method: String,
    /// The quarter in addresses.
    pub period_key: String,
    /// The codes of the cases behind it.
    pub cases: Vec<String>,
    /// Whether they are not shown to this reader.
    pub cases_hidden: bool,
    /// What those whom it concerns said.
    pub answers: Vec<Words>,
    /// Who decided, and why.
    pub judged: Option<Words>,
    /// Whether the reader is asked to say something.
    pub may_answer: bool,
    /// Whether the reader is to decide.
    pub may_judge: bool,
    /// What was typed.
    pub answer: String,
    /// The verdict as chosen.
    pub verdict: String,
    /// The reason as typed.
    pub reason: String,
    /// What is wrong.
    pub errors: Errors,
}

/// Title of a kind, what is compared, and what it may innocently be.
const fn texts(kind: Kind) -> [&'static str; 3] {
    match kind {
        Kind::ForgedRatings => {
            ["guard-kind-forged-ratings", "guard-what-forged-ratings", "guard-innocent-forged-ratings"]
        }
        Kind::RatedShare => {
            ["guard-kind-rated-share", "guard-what-rated-share", "guard-innocent-rated-share"]
        }
        Kind::LateUnanswered => {
            ["guard-kind-late-unanswered", "guard-what-late-unanswered", "guard-innocent-late-unanswered"]
        }
        Kind::CallBack => ["guard-kind-call-back", "guard-what-call-back", "guard-innocent-call-back"],
        Kind::SupplementNearDue => [
            "guard-kind-supplement-near-due",
            "guard-what-supplement-near-due",
            "guard-innocent-supplement-near-due",
        ],
        Kind::SecondSupplement => [
            "guard-kind-second-supplement",
            "guard-what-second-supplement",
            "guard-innocent-second-supplement",
        ],
        Kind::Reentered => ["guard-kind-reentered", "guard-what-reentered", "guard-innocent-reentered"],
        Kind::EarlyFinished => {
            ["guard-kind-early-finished", "guard-what-early-finished", "guard-innocent-early-finished"]
        }
        Kind::SlowReceipt => {
            ["guard-kind-slow-receipt", "guard-what-slow-receipt", "guard-innocent-slow-receipt"]
        }
        Kind::NeverLate => ["guard-kind-never-late", "guard-what-never-late", "guard-innocent-never-late"],
        Kind::Rerouted => ["guard-kind-rerouted", "guard-what-rerouted", "guard-innocent-rerouted"],
    }
}

/// A share or probability in millionths, as people read it.
fn share(lang: Lang, millionths: u32) -> String {
    format!("{} %", decimal(lang, f64::from(millionths) / 1e4, if millionths < 100_000 { 2 } else { 1 }))
}

impl AlarmLine {
    fn title(&self) -> &'static str {
        texts(self.kind)[0]
    }

    fn what(&self) -> &'static str {
        texts(self.kind)[1]
    }

    fn chance(&self, lang: &Lang) -> String {
        share(*lang, self.p)
    }

    fn standing(&self) -> (Tone, &'static str) {
        match self.verdict {
            None => (Tone::Attention, "guard-verdict-open"),
            Some(Verdict::Upheld) => (Tone::Wrong, "guard-verdict-upheld"),
            Some(Verdict::Innocent) => (Tone::Good, "guard-verdict-innocent"),
            Some(Verdict::Unclear) => (Tone::Info, "guard-verdict-unclear"),
        }
    }
}

impl AuditLine {
    fn interval(&self, lang: &Lang) -> String {
        let (low, high) = jeffreys(self.state.bad, self.state.answers, 0.95);
        format!("{}–{}", percent(*lang, low), percent(*lang, high))
    }

    fn standing(&self) -> (Tone, &'static str, &'static str) {
        match self.state.verdict {
            Called::Alarm => (Tone::Wrong, "guard-audit-alarm", "guard-audit-alarm-said"),
            Called::Clear => (Tone::Good, "guard-audit-clear", "guard-audit-clear-said"),
            Called::GoOn => (Tone::Info, "guard-audit-go-on", "guard-audit-go-on-said"),
        }
    }
}

impl KindLine {
    fn title(&self) -> &'static str {
        texts(self.kind)[0]
    }

    fn what(&self) -> &'static str {
        texts(self.kind)[1]
    }

    /// How often it was right, or that too little was decided.
    fn precision(&self, lang: &Lang) -> String {
        let (lang, verdicts) = (*lang, self.verdicts);
        let decided = verdicts.upheld + verdicts.innocent;
        let n = |n: u64| i64::try_from(n).unwrap_or(i64::MAX).into();
        match precision(verdicts) {
            Some((share, (low, high))) => lang.t_args(
                "guard-precision-shown",
                &[
                    ("share", percent(lang, share).into()),
                    ("low", percent(lang, low).into()),
                    ("high", percent(lang, high).into()),
                    ("n", n(decided)),
                    ("unclear", n(verdicts.unclear)),
                ],
            ),
            None => lang.t_args("guard-precision-few", &[("n", n(decided)), ("least", n(LEAST_VERDICTS))]),
        }
    }
}

impl Alarms {
    fn level(&self) -> f64 {
        LEVEL
    }
}

impl AlarmPage {
    fn level(&self) -> f64 {
        LEVEL
    }

    fn usual(&self) -> String {
        share(self.shell.lang, self.finding.usual)
    }

    fn family(&self) -> String {
        share(self.shell.lang, self.finding.family_p)
    }

    fn q(&self) -> String {
        share(self.shell.lang, self.finding.q)
    }

    fn parts(&self) -> Vec<(&'static str, String)> {
        let key = |part: &Part| match part.test.as_str() {
            "contrast" => "guard-test-contrast",
            "alike" => "guard-test-alike",
            "response" => "guard-test-response",
            _ => "guard-test-denial",
        };
        self.finding.parts.iter().map(|part| (key(part), share(self.shell.lang, part.p))).collect()
    }

    fn innocent(&self) -> &'static str {
        texts(self.line.kind)[2]
    }

    fn verdicts(&self) -> Vec<Choice> {
        let choice = |verdict: Verdict| {
            Choice::new(verdict.key(), self.shell.lang.t(&format!("guard-verdict-{}", verdict.key())))
        };
        Verdict::ALL.into_iter().map(choice).collect()
    }
}

fn sample_line(kind: Kind, verdict: Option<Verdict>) -> AlarmLine {
    AlarmLine {
        id: "id".to_owned(),
        kind,
        office: "Xã Trần Phán".to_owned(),
        official: if kind == Kind::ForgedRatings { "Nguyễn Thị Hoa".to_owned() } else { String::new() },
        quarter: "Quý II năm 2017".to_owned(),
        p: 420,
        verdict,
    }
}

impl Page for Alarms {
    fn sample(lang: Lang) -> Self {
        let verdicts = Verdict::ALL.map(Some).into_iter().chain([None]).cycle();
        let look = |told| LookLine { quarter: "Quý II năm 2017".to_owned(), told, tests: 190, alarms: 2 };
        let state = |verdict, bad| State { verdict, sum: 1.0, answers: 24, bad, cleared: 1 };
        let audit =
            |verdict, bad| AuditLine { office: "Xã Tân Duyệt".to_owned(), state: state(verdict, bad) };
        let kind = |kind: Kind| KindLine {
            kind,
            verdicts: Verdicts { upheld: 9 * u64::from(kind.is_of_the_roll()), innocent: 4, unclear: 1 },
        };
        Self {
            shell: Shell::sample_signed_in(lang, "guard-title", Section::Lead),
            done: lang.t("guard-done-verdict"),
            lines: Kind::ALL
                .into_iter()
                .zip(verdicts)
                .map(|(kind, verdict)| sample_line(kind, verdict))
                .collect(),
            pager: Pager { first: None, next: Some("/work/guard?after=x".to_owned()) },
            above: true,
            looks: vec![look(true), look(false)],
            audits: vec![audit(Called::Clear, 0), audit(Called::GoOn, 2), audit(Called::Alarm, 5)],
            kinds: Kind::ALL.map(kind).to_vec(),
        }
    }
}

impl Page for AlarmPage {
    fn sample(lang: Lang) -> Self {
        let part = |test: &str, p| Part { test: test.to_owned(), p };
        let words = || Words {
            who: "Nguyễn Thị Hoa".to_owned(),
            when: Instant::parse_local("2017-07-16T09:00").unwrap_or(Instant(0)),
            words: "Tuần ấy có đoàn sinh viên đến giúp người dân đánh giá trên máy tính bảng.".to_owned(),
        };
        Self {
            shell: Shell::sample_signed_in(lang, "guard-title", Section::Lead),
            line: sample_line(Kind::ForgedRatings, None),
            finding: Finding {
                kind: Kind::ForgedRatings,
                office_id: "tran-phan".to_owned(),
                official: Some("tran-phan-1".to_owned()),
                p: 420,
                family: 4,
                family_p: 1_680,
                q: 12_000,
                parts: vec![
                    part("contrast", 21_000),
                    part("alike", 400_000),
                    part("response", 3_000),
                    part("denial", 900),
                ],
                seen: 61,
                of: 140,
                usual: 250_000,
                cases: Vec::new(),
                more: 3,
            },
            method: METHOD.to_owned(),
            period_key: "2017-Q2".to_owned(),
            cases: vec!["000.12.26.H12-170405-0001".to_owned()],
            cases_hidden: false,
            answers: vec![words()],
            judged: Some(words()),
            may_answer: true,
            may_judge: true,
            answer: String::new(),
            verdict: "innocent".to_owned(),
            reason: String::new(),
            errors: Errors::one("reason", refusal(lang, "empty")),
        }
    }
}
