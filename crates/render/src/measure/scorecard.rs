//! Scorecards: what people's answers and the clock fairly say of an official, an office, a procedure or a field, and why the figure is what
//! it is.

use askama::Template;
use hailong_core::{
    listen::invitation::Source,
    measure::{
        figure::Figure,
        guard::CALLS,
        scorecard::{
            CallBacks, CallStanding, Card, Facts, LEAST_RELIABILITY, METHOD, Measure, OfGroup, OfWay, Score,
            Standing, Subject,
        },
    },
    serve::{applicant::Group, promise::Question},
};

use super::figures::sample_period;
use crate::component::{Period, Tone};
use crate::format::{decimal, percent};
use crate::lang::Lang;
use crate::page::Page;
use crate::shell::{Section, Shell};

/// A card as pages show it.
#[derive(Clone, Debug)]
pub struct Said {
    /// What is measured.
    pub measure: Measure,
    /// What was found; nothing where nobody answered yet.
    pub card: Option<Card>,
    /// The district's mean.
    pub district: f64,
    /// By how much answers through the office are usually better than those past it.
    pub excess: Option<f64>,
    /// What the mean of all who were asked lies between, whatever the silent ones think.
    pub bounds: Option<(f64, f64)>,
}

/// One official, office, procedure or field.
#[derive(Clone, Debug)]
pub struct Line {
    /// Key in addresses.
    pub key: String,
    /// Name.
    pub name: String,
    /// The office of an official, the field of a procedure.
    pub within: String,
    /// By measure.
    pub said: Vec<Said>,
    /// What else is known; money beyond the fee only for whom it concerns.
    pub facts: Facts,
}

/// `GET /work/scorecards`.
#[derive(Debug, Template)]
#[template(path = "measure/scorecards.html")]
pub struct Scorecards {
    /// The frame.
    pub shell: Shell,
    /// Of whom or what.
    pub kind: Subject,
    /// The period.
    pub period: Period,
    /// In addresses.
    pub period_key: String,
    /// The quarter before, in addresses.
    pub before: String,
    /// By what they lie within, then name.
    pub lines: Vec<Line>,
    /// Slips about officials that wait for others.
    pub waiting: u64,
}

/// `GET /work/scorecards/{kind}/{key}`: why these figures.
#[derive(Debug, Template)]
#[template(path = "measure/scorecard.html")]
pub struct Scorecard {
    /// The frame.
    pub shell: Shell,
    /// Of whom or what.
    pub kind: Subject,
    /// The period.
    pub period: Period,
    /// In addresses.
    pub period_key: String,
    /// Whose.
    pub line: Line,
    /// Whether the law has scales for it that the visitor may see.
    pub scales: bool,
}

/// Name of a measure.
pub fn measure_key(measure: Measure) -> &'static str {
    match measure {
        Measure::Answer(Question::Overall) => "score-overall",
        Measure::Answer(Question::Welcome) => "promise-welcome",
        Measure::Answer(Question::Guidance) => "promise-guidance",
        Measure::Answer(Question::Speed) => "promise-speed",
        Measure::Answer(Question::Lawful) => "promise-lawful",
        Measure::OnTime => "figures-on-time",
    }
}

/// Name of a kind of subject.
pub fn subject_key(kind: Subject) -> &'static str {
    match kind {
        Subject::Official => "scores-official",
        Subject::Office => "scores-office",
        Subject::Procedure => "scores-procedure",
        Subject::Field => "scores-field",
    }
}

fn way_key(source: Option<Source>) -> &'static str {
    match source {
        Some(Source::Apart) => "score-way-apart",
        Some(Source::Office) => "score-way-office",
        None => "score-way-unsaid",
    }
}

/// How many answers, what they say, and how much that counts.
fn way_text(lang: Lang, way: &OfWay) -> String {
    let n = i64::try_from(way.answers).unwrap_or(i64::MAX);
    let weight = percent(lang, way.weight);
    match way.mean {
        Some(mean) => lang.t_args(
            "score-way",
            &[("n", n.into()), ("mean", decimal(lang, mean, 2).into()), ("weight", weight.into())],
        ),
        None => lang.t_args("score-way-few", &[("n", n.into()), ("weight", weight.into())]),
    }
}

fn value(lang: Lang, measure: Measure, value: f64) -> String {
    match measure {
        Measure::OnTime => percent(lang, value),
        Measure::Answer(_) => decimal(lang, value, 2),
    }
}

/// A score in one line, or why there is none.
fn score_text(lang: Lang, measure: Measure, score: Score, n: u64) -> String {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let key = match (measure, score) {
        (Measure::Answer(_), Score::Shown { .. }) => "score-shown",
        (Measure::Answer(_), Score::TooFew) => "score-too-few",
        (Measure::Answer(_), Score::Unreliable) => "score-unreliable",
        (Measure::Answer(_), Score::NoModel) => "score-no-model",
        (Measure::OnTime, Score::Shown { .. }) => "score-shown-cases",
        (Measure::OnTime, Score::TooFew) => "score-too-few-cases",
        (Measure::OnTime, Score::Unreliable | Score::NoModel) => "score-unreliable-cases",
    };
    let mut said = vec![("n", n.into())];
    if let Score::Shown { mean, low, high, .. } = score {
        let part = |of| value(lang, measure, of).into();
        said.extend([("mean", part(mean)), ("low", part(low)), ("high", part(high))]);
    }
    lang.t_args(key, &said)
}

impl Said {
    pub(super) fn title(&self) -> &'static str {
        measure_key(self.measure)
    }

    pub(super) fn text(&self, lang: &Lang) -> String {
        let Some(card) = &self.card else { return lang.t("score-none") };
        score_text(*lang, self.measure, card.score, card.answers)
    }

    pub(super) fn standing(&self) -> Option<(Tone, &'static str)> {
        let card = self.card.as_ref().filter(|card| card.reliability > 0.0)?;
        let Score::Shown { standing, .. } = card.score else { return None };
        Some(match standing {
            Standing::Above => (Tone::Good, "score-above"),
            Standing::Alike => (Tone::Info, "score-alike"),
            Standing::Below => (Tone::Attention, "score-below"),
        })
    }

    /// Each step from the plain mean to the figure, with its number.
    fn steps(&self, lang: &Lang) -> Vec<(&'static str, String)> {
        let lang = *lang;
        let Some(card) = &self.card else { return Vec::new() };
        let Some(plain) = card.plain else { return Vec::new() };
        let of = |number| value(lang, self.measure, number);
        let signed = |number: f64| format!("{}{}", if number < 0.0 { "−" } else { "+" }, of(number.abs()));
        let mut steps = vec![("score-plain", of(plain))];
        steps.extend(card.ways.iter().map(|way| (way_key(way.source), way_text(lang, way))));
        if let Score::Shown { mean, low, high, .. } = card.score {
            if !card.ways.is_empty() {
                steps.push(("score-weighed", signed(card.weighed)));
            }
            steps.push(("score-adjusted", signed(card.adjusted)));
            steps.push(("score-drawn", signed(card.drawn)));
            steps.push(("score-mean", of(mean)));
            steps.push(("score-interval", format!("{}–{}", of(low), of(high))));
        }
        if card.reliability > 0.0 {
            steps.push(("score-reliability", decimal(lang, card.reliability, 2)));
        }
        steps.push(("score-district", of(self.district)));
        if let Some(excess) = self.excess.filter(|_| !card.ways.is_empty()) {
            steps.push(("score-excess", signed(excess)));
        }
        if let Some((low, high)) = self.bounds {
            steps.push(("score-bounds", format!("{}–{}", of(low), of(high))));
        }
        steps
    }

    /// What persons and organisations say, each by themselves.
    fn groups(&self, lang: &Lang) -> Vec<(&'static str, String)> {
        let of_group = |of: &OfGroup| {
            let name = match of.group {
                Group::Person => "figures-persons",
                Group::Organisation => "figures-organisations",
            };
            (name, score_text(*lang, self.measure, of.score, of.answers))
        };
        self.card.iter().flat_map(|card| card.groups.iter().map(of_group)).collect()
    }
}

impl Line {
    fn response(&self, lang: &Lang) -> String {
        match self.facts.invited {
            0 => "–".to_owned(),
            invited => percent(*lang, self.facts.used as f64 / invited as f64),
        }
    }

    /// What is known besides, with its name.
    pub(super) fn facts(&self, lang: &Lang) -> Vec<(&'static str, String)> {
        let (lang, facts) = (*lang, &self.facts);
        let number = |n: u64| crate::format::number(lang, i64::try_from(n).unwrap_or(i64::MAX));
        let mut all = vec![
            ("score-cases", number(facts.cases)),
            ("scores-supplements", number(facts.supplements)),
            (
                "figures-response",
                format!("{} ({}/{})", self.response(&lang), number(facts.used), number(facts.invited)),
            ),
        ];
        if let Some(days) = facts.days_beyond {
            all.insert(1, ("score-beyond", decimal(lang, days, 1)));
        }
        let shares = [
            ("score-more-trips", facts.more_trips),
            ("score-more-contacts", facts.more_contacts),
            ("score-extra-papers", facts.extra_papers),
            ("score-extra-money", facts.extra_money),
        ];
        let told = |(name, share): (_, Option<Figure>)| Some((name, share_text(lang, &share?)));
        all.extend(shares.into_iter().filter_map(told));
        if let Some(calls) = &facts.call_backs {
            all.push(("score-calls", calls_text(lang, calls)));
        }
        if facts.opinions > 0 {
            all.push(("score-opinions", number(facts.opinions)));
            all.push(("score-opinions-late", number(facts.opinions_late)));
            all.push(("score-upheld", format!("{}/{}", number(facts.upheld), number(facts.conduct))));
        }
        all
    }
}

/// What people say who were called back, with the risk of each conclusion.
fn calls_text(lang: Lang, calls: &CallBacks) -> String {
    let key = match calls.standing {
        CallStanding::Clear => "score-calls-clear",
        CallStanding::NotEnough => "score-calls-not-enough",
        CallStanding::Doubtful => "score-calls-doubtful",
    };
    let n = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (share, risk) = match calls.standing {
        CallStanding::Doubtful => (CALLS.usual, CALLS.false_alarm),
        CallStanding::Clear | CallStanding::NotEnough => (CALLS.bad, CALLS.missed),
    };
    let (share, risk) = (percent(lang, share), percent(lang, risk));
    lang.t_args(
        key,
        &[
            ("asked", n(calls.asked).into()),
            ("agreed", n(calls.agreed).into()),
            ("share", share.into()),
            ("risk", risk.into()),
        ],
    )
}

fn share_text(lang: Lang, share: &Figure) -> String {
    match *share {
        Figure::Shown { share, low, high, n, .. } => {
            let (mean, low, high) = (percent(lang, share), percent(lang, low), percent(lang, high));
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            lang.t_args(
                "score-share",
                &[("mean", mean.into()), ("low", low.into()), ("high", high.into()), ("n", n.into())],
            )
        }
        Figure::TooFew { n } => {
            lang.t_args("score-too-few", &[("n", i64::try_from(n).unwrap_or(i64::MAX).into())])
        }
    }
}

impl Scorecards {
    fn kinds(&self) -> [(Subject, &'static str); 4] {
        Subject::ALL.map(|kind| (kind, subject_key(kind)))
    }

    fn name(&self) -> &'static str {
        subject_key(self.kind)
    }
}

impl Scorecard {
    fn command(&self) -> String {
        format!(
            "hailong measure explain {} \"{}\" --period {}",
            self.kind.key(),
            self.line.key,
            self.period_key
        )
    }

    fn method(&self) -> &'static str {
        METHOD
    }

    /// How this kind of cards is made.
    fn how(&self) -> &'static str {
        match self.kind {
            Subject::Official => "score-method-official",
            Subject::Office => "score-method-office",
            Subject::Procedure => "score-method-procedure",
            Subject::Field => "score-method-field",
        }
    }

    fn least(&self) -> String {
        decimal(self.shell.lang, LEAST_RELIABILITY, 1)
    }
}

pub(super) fn sample_line() -> Line {
    let card = |score, answers| Card {
        subject: "tran-phan-1".to_owned(),
        within: Some("tran-phan".to_owned()),
        score,
        answers,
        plain: (answers >= 20).then_some(4.31),
        ways: Vec::new(),
        weighed: 0.0,
        adjusted: -0.04,
        drawn: 0.02,
        reliability: 0.71,
        groups: Vec::new(),
    };
    let shown = Score::Shown { mean: 4.29, low: 4.1, high: 4.48, standing: Standing::Below };
    let in_time = Score::Shown { mean: 0.95, low: 0.91, high: 0.97, standing: Standing::Alike };
    let said =
        |measure, card| Said { measure, card, district: 4.5, excess: Some(0.21), bounds: Some((2.0, 4.8)) };
    let way = |source, answers, mean, weight| OfWay { source, answers, mean, weight };
    let ways = vec![
        way(Some(Source::Apart), 18, None, 0.69),
        way(Some(Source::Office), 30, Some(4.42), 0.28),
        way(None, 4, None, 0.03),
    ];
    let of_group = |group| OfGroup { group, score: shown, answers: 26 };
    let groups = Group::ALL.map(of_group).to_vec();
    let split = Card { groups, ways, weighed: -0.05, ..card(shown, 52) };
    Line {
        key: "tran-phan-1".to_owned(),
        name: "Nguyễn Thị Hoa".to_owned(),
        within: "Xã Trần Phán".to_owned(),
        said: vec![
            said(Measure::Answer(Question::Welcome), Some(split)),
            said(Measure::Answer(Question::Guidance), Some(card(Score::TooFew, 12))),
            said(Measure::Answer(Question::Speed), None),
            Said {
                district: 0.97,
                excess: None,
                bounds: None,
                ..said(Measure::OnTime, Some(Card { plain: Some(0.96), ..card(in_time, 200) }))
            },
        ],
        facts: Facts {
            invited: 210,
            used: 61,
            cases: 200,
            on_time: 190,
            supplements: 9,
            days_beyond: Some(2.4),
            more_trips: Some(Figure::share(12, 60, Some(210))),
            opinions: 7,
            conduct: 3,
            upheld: 1,
            call_backs: Some(CallBacks { asked: 19, agreed: 19, standing: CallStanding::Clear }),
            ..Facts::default()
        },
    }
}

impl Page for Scorecards {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "scores-title", Section::Reports),
            kind: Subject::Official,
            period: sample_period(lang),
            period_key: "2017-Q2".to_owned(),
            before: "2017-Q1".to_owned(),
            lines: vec![sample_line()],
            waiting: 12,
        }
    }
}

impl Page for Scorecard {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "scores-title", Section::Reports),
            kind: Subject::Office,
            period: sample_period(lang),
            period_key: "2017-Q2".to_owned(),
            line: sample_line(),
            scales: true,
        }
    }
}
