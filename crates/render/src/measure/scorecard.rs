//! Scorecards: what people's answers fairly say of an official, and why the figure is what it is.

use askama::Template;
use hailong_core::measure::scorecard::{Card, LEAST_RELIABILITY, METHOD, Score, Standing};
use hailong_core::serve::promise::Question;

use super::figures::{OnTime, sample_period};
use crate::component::{Period, Tone};
use crate::format::{decimal, percent};
use crate::lang::Lang;
use crate::page::Page;
use crate::serve::home::PARTS;
use crate::shell::{Section, Shell};

/// A card as pages show it.
#[derive(Clone, Debug)]
pub struct Said {
    /// The question.
    pub question: Question,
    /// What was found; nothing where nobody answered yet.
    pub card: Option<Card>,
    /// The district's mean.
    pub district: f64,
    /// What the mean of all who were asked lies between, whatever the silent ones think.
    pub bounds: Option<(f64, f64)>,
}

/// One official.
#[derive(Clone, Debug)]
pub struct Line {
    /// Key in addresses.
    pub official: String,
    /// Name.
    pub name: String,
    /// The office.
    pub office: String,
    /// By question.
    pub said: Vec<Said>,
    /// Invitations to rate that were made when he or she acted.
    pub invited: u64,
    /// Those of them that were used.
    pub used: u64,
    /// Cases finished while he or she had them.
    pub on_time: OnTime,
    /// Supplements asked for in them.
    pub supplements: u64,
}

/// `GET /work/scorecards`.
#[derive(Debug, Template)]
#[template(path = "measure/scorecards.html")]
pub struct Scorecards {
    /// The frame.
    pub shell: Shell,
    /// The period.
    pub period: Period,
    /// In addresses.
    pub period_key: String,
    /// The quarter before, in addresses.
    pub before: String,
    /// By office, then name.
    pub lines: Vec<Line>,
    /// Slips about officials that wait for others.
    pub waiting: u64,
}

/// `GET /work/scorecards/{official}`: why these figures.
#[derive(Debug, Template)]
#[template(path = "measure/scorecard.html")]
pub struct Scorecard {
    /// The frame.
    pub shell: Shell,
    /// The period.
    pub period: Period,
    /// In addresses.
    pub period_key: String,
    /// The official.
    pub line: Line,
}

impl Said {
    fn title(&self) -> &'static str {
        match self.question {
            Question::Guidance => PARTS[1].title,
            _ => PARTS[0].title,
        }
    }

    /// The figure in one line, or why there is none.
    fn text(&self, lang: &Lang) -> String {
        let lang = *lang;
        let Some(card) = &self.card else { return lang.t("score-none") };
        let n = i64::try_from(card.answers).unwrap_or(i64::MAX);
        match card.score {
            Score::Shown { mean, low, high, .. } => {
                let part = |value| decimal(lang, value, 2).into();
                lang.t_args(
                    "score-shown",
                    &[("mean", part(mean)), ("low", part(low)), ("high", part(high)), ("n", n.into())],
                )
            }
            Score::TooFew => lang.t_args("score-too-few", &[("n", n.into())]),
            Score::Unreliable => lang.t_args("score-unreliable", &[("n", n.into())]),
            Score::NoModel => lang.t_args("score-no-model", &[("n", n.into())]),
        }
    }

    fn standing(&self) -> Option<(Tone, &'static str)> {
        let Some(Card { score: Score::Shown { standing, .. }, .. }) = &self.card else { return None };
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
        let signed =
            |value: f64| format!("{}{}", if value < 0.0 { "−" } else { "+" }, decimal(lang, value.abs(), 2));
        let mut steps = vec![("score-plain", decimal(lang, plain, 2))];
        if let Score::Shown { mean, low, high, .. } = card.score {
            steps.push(("score-adjusted", signed(card.adjusted)));
            steps.push(("score-drawn", signed(card.drawn)));
            steps.push(("score-mean", decimal(lang, mean, 2)));
            steps.push(("score-interval", format!("{}–{}", decimal(lang, low, 2), decimal(lang, high, 2))));
        }
        steps.push(("score-reliability", decimal(lang, card.reliability, 2)));
        steps.push(("score-district", decimal(lang, self.district, 2)));
        if let Some((low, high)) = self.bounds {
            steps.push(("score-bounds", format!("{}–{}", decimal(lang, low, 2), decimal(lang, high, 2))));
        }
        steps
    }
}

impl Line {
    fn response(&self, lang: &Lang) -> String {
        match self.invited {
            0 => "–".to_owned(),
            invited => percent(*lang, self.used as f64 / invited as f64),
        }
    }
}

impl Scorecard {
    fn command(&self) -> String {
        format!("hailong measure explain {} --period {}", self.line.official, self.period_key)
    }

    fn method(&self) -> &'static str {
        METHOD
    }

    fn least(&self) -> String {
        decimal(self.shell.lang, LEAST_RELIABILITY, 1)
    }
}

fn sample_line() -> Line {
    let card = |score, answers| Card {
        official: "tran-phan-1".to_owned(),
        office: "tran-phan".to_owned(),
        score,
        answers,
        plain: (answers >= 20).then_some(4.31),
        adjusted: -0.04,
        drawn: 0.02,
        reliability: 0.71,
    };
    let shown = Score::Shown { mean: 4.29, low: 4.1, high: 4.48, standing: Standing::Below };
    let said = |question, card| Said { question, card, district: 4.5, bounds: Some((2.0, 4.8)) };
    Line {
        official: "tran-phan-1".to_owned(),
        name: "Nguyễn Thị Hoa".to_owned(),
        office: "Xã Trần Phán".to_owned(),
        said: vec![
            said(Question::Welcome, Some(card(shown, 52))),
            said(Question::Guidance, Some(card(Score::TooFew, 12))),
        ],
        invited: 210,
        used: 61,
        on_time: OnTime { on_time: 190, of: 200 },
        supplements: 9,
    }
}

impl Page for Scorecards {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "scores-title", Section::Reports),
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
            period: sample_period(lang),
            period_key: "2017-Q2".to_owned(),
            line: sample_line(),
        }
    }
}
