//! What people's answers fairly say of an official: adjusted for what the official cannot influence, drawn to the mean as far as there are
//! few answers, with interval and reliability, or the statement that it is not enough to say.
//!
//! y = μ + way + group of applicants + u_official + u_office + u_field + ε, for each answer of 1 to 5 on a slip that names the
//! official (mixed model by REML, [`hailong_stats::mixed`]). The way an answer came in and the field of the case are not the official's
//! doing: they are adjusted away. Lateness and whatever the official can influence are not. What is shown of an official is
//! μ̂ + û_official + û_office: what people of the district's usual mix would say.
//!
//! Only answers about the official enter (welcome and guidance at the step where he or she acted); speed belongs to the step that took
//! the time, rules and trips to the procedure, money to the head and the inspectors.

use std::collections::{BTreeMap, BTreeSet};

use hailong_stats::mixed::{self, Data, Factor, Fixed, Method};
use serde::{Deserialize, Serialize};

use super::figure::MINIMUM_ANSWERS;
use crate::{
    listen::invitation::Source,
    serve::{applicant::Group, promise::Question},
};

/// The version of this method, told with every figure.
pub const METHOD: &str = "scorecard/1";
/// Least reliability of a figure that is shown: half of what officials are seen to differ by is theirs and not chance.
pub const LEAST_RELIABILITY: f64 = 0.5;
/// Standard deviations to each side of a 90 % interval, and the threshold of a clear difference (P > .95, one-sided).
const Z90: f64 = 1.644_853_626_951_472_2;

/// How often each score from 1 to 5 was given on slips that name the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The office.
    pub office: String,
    /// Person or organisation.
    pub group: Group,
    /// The official.
    pub official: String,
    /// The field, where the slips say it.
    pub field: Option<String>,
    /// How they came in, where the slips say it.
    pub source: Option<Source>,
    /// How often each score was given.
    pub counts: [u64; 5],
}

impl Cell {
    /// The cell with so many answers of one score; without a score as it is.
    #[must_use]
    pub fn with(mut self, score: Option<i64>, answers: u64) -> Self {
        let place = score.and_then(|score| usize::try_from(score).ok()?.checked_sub(1));
        if let Some(count) = place.and_then(|place| self.counts.get_mut(place)) {
            *count = answers;
        }
        self
    }
}

/// Where an official stands against the district.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Above with a probability of more than .95.
    Above,
    /// Not to be told from the others.
    Alike,
    /// Below with a probability of more than .95.
    Below,
}

/// What answers say of an official.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Score {
    /// Enough to say.
    Shown {
        /// Adjusted and shrunk mean, 1 to 5.
        mean: f64,
        /// Lower end of the 90 % interval.
        low: f64,
        /// Upper end of the 90 % interval.
        high: f64,
        /// Against the district.
        standing: Standing,
    },
    /// Fewer answers than [`MINIMUM_ANSWERS`].
    TooFew,
    /// So many answers, and still more chance than difference: see [`LEAST_RELIABILITY`].
    Unreliable,
    /// The model cannot be fitted: officials do not differ in what was answered, or there is only one.
    NoModel,
}

/// One official, one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The official.
    pub official: String,
    /// The office with most of the answers.
    pub office: String,
    /// What is said.
    pub score: Score,
    /// Answers.
    pub answers: u64,
    /// The plain mean of the answers, before anything was adjusted; nothing below [`MINIMUM_ANSWERS`].
    pub plain: Option<f64>,
    /// What the usual way, group and field of the district's answers would have made of the plain mean: it is added.
    pub adjusted: f64,
    /// How much of the rest was drawn to the mean because answers are few.
    pub drawn: f64,
    /// 1 − the variance of prediction as a share of what officials and offices vary by; 0 to 1.
    pub reliability: f64,
}

/// Everybody's cards for one question and period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scorecards {
    /// The question.
    pub question: Question,
    /// The method.
    pub method: String,
    /// Answers of all.
    pub answers: u64,
    /// The district's mean in its usual mix.
    pub mean: f64,
    /// Variances: of officials, offices, fields, and what is left.
    pub variances: BTreeMap<String, f64>,
    /// By name of the official.
    pub cards: Vec<Card>,
}

impl Scorecards {
    /// The card of an official; nothing where no slip names them.
    pub fn of(&self, official: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.official == official)
    }
}

/// One answer as the model sees it.
struct Rows<'a> {
    cells: Vec<&'a Cell>,
    /// Cell of each answer.
    of: Vec<usize>,
    response: Vec<f64>,
}

impl<'a> Rows<'a> {
    fn new(cells: &'a [Cell]) -> Self {
        let mut rows = Self { cells: cells.iter().collect(), of: Vec::new(), response: Vec::new() };
        for (at, cell) in cells.iter().enumerate() {
            for (score, count) in (1_u8..).zip(cell.counts) {
                for _ in 0..count {
                    rows.of.push(at);
                    rows.response.push(f64::from(score));
                }
            }
        }
        rows
    }

    /// A level for each answer, and the names of the levels in order.
    fn factor<K: Ord + Clone>(&self, key: impl Fn(&'a Cell) -> K) -> (Factor, Vec<K>) {
        let names: Vec<K> =
            self.of.iter().map(|at| key(self.cells[*at])).collect::<BTreeSet<_>>().into_iter().collect();
        let code = |at: &usize| names.binary_search(&key(self.cells[*at])).unwrap_or_default() as u32;
        (Factor { codes: self.of.iter().map(code).collect(), levels: names.len() }, names)
    }
}

/// The cards of all officials for a question. The same cells give the same figures to the last bit, in whatever order they come.
pub fn scorecards(question: Question, mut cells: Vec<Cell>) -> Scorecards {
    cells.retain(|cell| cell.counts.iter().any(|n| *n > 0));
    cells.sort_by(|a, b| (key(a), a.counts).cmp(&(key(b), b.counts)));
    let rows = Rows::new(&cells);
    let (officials, names) = rows.factor(|cell| cell.official.as_str());
    let fitted = Model::fit(&rows, &officials);
    let (mean, variances) = fitted
        .as_ref()
        .map_or((plain_mean(&rows.response), BTreeMap::new()), |model| (model.mean, model.variances()));
    let card = |(level, name): (usize, &&str)| card(&rows, &officials, fitted.as_ref(), level, name);
    Scorecards {
        question,
        method: METHOD.to_owned(),
        answers: rows.response.len() as u64,
        mean,
        variances,
        cards: names.iter().enumerate().map(card).collect(),
    }
}

fn key(cell: &Cell) -> (&str, &str, Group, Option<&str>, Option<Source>) {
    (&cell.official, &cell.office, cell.group, cell.field.as_deref(), cell.source)
}

fn plain_mean(answers: &[f64]) -> f64 {
    if answers.is_empty() { 0.0 } else { answers.iter().sum::<f64>() / answers.len() as f64 }
}

/// The model of one question.
struct Model {
    fit: mixed::Fit,
    /// Which of the random factors are offices and fields; officials are the first.
    office: Option<usize>,
    field: Option<usize>,
    offices: Vec<String>,
    /// What way, group and field give each answer.
    given: Vec<f64>,
    /// The mean of the district in its usual mix.
    mean: f64,
}

impl Model {
    /// Nothing where there is nothing to compare.
    fn fit(rows: &Rows<'_>, officials: &Factor) -> Option<Self> {
        let (offices, office_names) = rows.factor(|cell| cell.office.clone());
        let (fields, _) = rows.factor(|cell| cell.field.clone());
        let (sources, _) = rows.factor(|cell| cell.source);
        let (groups, _) = rows.factor(|cell| cell.group);
        let mut random = vec![officials.clone()];
        let mut add = |factor: Factor| {
            (factor.levels > 1).then(|| {
                random.push(factor);
                random.len() - 1
            })
        };
        // Where every office has one official the two cannot be told apart: the official stands for both.
        let office = if offices.levels < officials.levels { add(offices) } else { None };
        let field = add(fields);
        let contrasts: Vec<Factor> =
            [sources, groups].into_iter().filter(|factor| factor.levels > 1).collect();
        let fixed = contrasts.iter().cloned().map(Fixed::Categorical).collect();
        let data = Data { response: rows.response.clone(), fixed, random: random.clone() };
        let fit = mixed::fit(data, Method::Reml).ok()?;
        let given: Vec<f64> = (0..rows.response.len())
            .map(|row| {
                let mut first = 1;
                let mut sum = fit.fixed[0].estimate;
                for factor in &contrasts {
                    let code = factor.codes[row] as usize;
                    if code > 0 {
                        sum += fit.fixed[first + code - 1].estimate;
                    }
                    first += factor.levels - 1;
                }
                field.map_or(sum, |field| sum + fit.modes[field][random[field].codes[row] as usize].estimate)
            })
            .collect();
        let mean = plain_mean(&given);
        Some(Self { fit, office, field, offices: office_names, given, mean })
    }

    fn variances(&self) -> BTreeMap<String, f64> {
        let of = |at: usize| self.fit.variances[at];
        let mut all =
            BTreeMap::from([("official".to_owned(), of(0)), ("residual".to_owned(), self.fit.residual)]);
        all.extend(self.office.map(|at| ("office".to_owned(), of(at))));
        all.extend(self.field.map(|at| ("field".to_owned(), of(at))));
        all
    }
}

fn card(rows: &Rows<'_>, officials: &Factor, model: Option<&Model>, level: usize, name: &str) -> Card {
    let own: Vec<usize> =
        (0..rows.response.len()).filter(|row| officials.codes[*row] as usize == level).collect();
    let plain = plain_mean(&own.iter().map(|row| rows.response[*row]).collect::<Vec<_>>());
    let mut offices: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &own {
        *offices.entry(&rows.cells[rows.of[*row]].office).or_default() += 1;
    }
    let office = offices.iter().max_by_key(|(name, n)| (**n, std::cmp::Reverse(**name)));
    let office = office.map_or(String::new(), |(name, _)| (*name).to_owned());
    let answers = own.len() as u64;
    let mut card = Card {
        official: name.to_owned(),
        score: if answers < MINIMUM_ANSWERS { Score::TooFew } else { Score::NoModel },
        answers,
        plain: (answers >= MINIMUM_ANSWERS).then_some(plain),
        adjusted: 0.0,
        drawn: 0.0,
        reliability: 0.0,
        office,
    };
    let Some(model) = model.filter(|_| answers >= MINIMUM_ANSWERS) else { return card };
    let mut levels = vec![(0, level)];
    levels.extend(model.office.zip(model.offices.iter().position(|name| *name == card.office)));
    let Some(effect) = model.fit.sum(&levels) else { return card };
    let spread: f64 = levels.iter().map(|(factor, _)| model.fit.variances[*factor]).sum();
    let given = plain_mean(&own.iter().map(|row| model.given[*row]).collect::<Vec<_>>());
    let mean = model.mean + effect.estimate;
    card.adjusted = model.mean - given;
    card.drawn = mean - (plain + card.adjusted);
    if spread <= 0.0 {
        return card;
    }
    card.reliability = (1.0 - effect.prediction_sd.powi(2) / spread).clamp(0.0, 1.0);
    card.score = if card.reliability < LEAST_RELIABILITY {
        Score::Unreliable
    } else {
        let half = Z90 * effect.prediction_sd;
        let standing = match effect.estimate {
            effect if effect > half => Standing::Above,
            effect if effect < -half => Standing::Below,
            _ => Standing::Alike,
        };
        Score::Shown {
            mean: mean.clamp(1.0, 5.0),
            low: (mean - half).max(1.0),
            high: (mean + half).min(5.0),
            standing,
        }
    };
    card
}

/// What the mean of all who were asked must lie between, whatever those who did not answer think: of them all the worst, or all the
/// best (Manski 1989, "Anatomy of the selection problem", J. Human Resources 24:343–360). Nothing where nobody was asked.
pub fn bounds(plain: f64, answers: u64, asked: u64) -> Option<(f64, f64)> {
    let asked = asked.max(answers);
    (asked > 0).then(|| {
        let share = answers as f64 / asked as f64;
        (share * plain + (1.0 - share), share * plain + (1.0 - share) * 5.0)
    })
}
