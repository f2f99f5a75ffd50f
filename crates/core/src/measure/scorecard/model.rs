//! The model of one measure, and what it says of a subject.

use std::collections::BTreeMap;

use hailong_stats::{
    interval::wilson,
    mixed::{self, Data, Factor, Fixed, Method},
};

use super::{
    Card, LEAST_RELIABILITY, Score, Standing, Z90,
    cell::{Cell, Measure, Rows, Subject},
    plain_mean,
    way::Distrust,
};
use crate::{listen::invitation::Source, measure::figure::MINIMUM_ANSWERS};

/// The fitted model.
pub(super) struct Model {
    fit: mixed::Fit,
    /// Which of the random factors is what the subject lies within, and its levels; subjects are the first factor.
    within: Option<(usize, Vec<String>)>,
    /// Names of the random factors.
    factors: Vec<&'static str>,
    /// What way, group and what stands beside give each answer.
    given: Vec<f64>,
    distrust: Distrust,
    /// By how much answers through the office are better than those past it.
    pub(super) excess: Option<f64>,
    /// The mean of the district in its usual mix.
    pub(super) mean: f64,
}

impl Model {
    /// Nothing where there is nothing to compare.
    pub(super) fn fit(
        subject: Subject,
        rows: &Rows<'_>,
        subjects: &Factor,
        distrust: Distrust,
    ) -> Option<Self> {
        let (mut random, mut factors) = (vec![subjects.clone()], vec![subject.key()]);
        let mut add = |kind: Subject, factor: Factor| {
            (factor.levels > 1).then(|| {
                random.push(factor);
                factors.push(kind.key());
                random.len() - 1
            })
        };
        // Where every office has one official the two cannot be told apart: the official stands for both.
        let within = subject.within().and_then(|kind| {
            let (factor, names) = rows.factor(|cell| kind.of(cell).unwrap_or_default().to_owned());
            (factor.levels < subjects.levels).then(|| add(kind, factor))?.map(|at| (at, names))
        });
        let beside = subject.beside();
        let (factor, _) = rows.factor(|cell| beside.of(cell));
        let beside = add(beside, factor);
        let (sources, ways) = rows.factor(|cell| cell.source);
        let (groups, _) = rows.factor(|cell| cell.group);
        let contrasts: Vec<Factor> =
            [sources, groups].into_iter().filter(|factor| factor.levels > 1).collect();
        let fixed = contrasts.iter().cloned().map(Fixed::Categorical).collect();
        let (response, shared) = (rows.response.clone(), distrust.shared());
        let data = Data { response, fixed, random: random.clone(), shared };
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
                beside.map_or(sum, |at| sum + fit.modes[at][random[at].codes[row] as usize].estimate)
            })
            .collect();
        let mean = plain_mean(&given);
        // The coefficients of the ways come first, each as its difference from the first way.
        let of_way = |source| {
            let at = ways.iter().position(|way| *way == Some(source))?;
            Some(if at == 0 { 0.0 } else { fit.fixed[at].estimate })
        };
        let excess = of_way(Source::Office).zip(of_way(Source::Apart)).map(|(through, past)| through - past);
        Some(Self { fit, within, factors, given, distrust, excess, mean })
    }

    pub(super) fn variances(&self) -> BTreeMap<String, f64> {
        let named = self.factors.iter().zip(&self.fit.variances);
        let mut all: BTreeMap<String, f64> =
            named.map(|(name, variance)| ((*name).to_owned(), *variance)).collect();
        all.insert("residual".to_owned(), self.fit.residual);
        all
    }

    /// Fills in what the model says of the level of a subject, whose answers are these rows.
    pub(super) fn say(
        &self,
        card: &mut Card,
        measure: Measure,
        (level, own): (usize, &[usize]),
        rows: &Rows<'_>,
        plain: f64,
    ) {
        let mut levels = vec![(0, level)];
        levels.extend(self.within.as_ref().and_then(|(factor, names)| {
            Some((*factor, names.iter().position(|name| Some(name) == card.within.as_ref())?))
        }));
        let Some(effect) = self.fit.sum(&levels) else { return };
        let spread: f64 = levels.iter().map(|(factor, _)| self.fit.variances[*factor]).sum();
        let weights = self.distrust.weights(own);
        let weighed = |values: &[f64]| {
            let sum: f64 = own.iter().zip(&weights).map(|(row, weight)| weight * values[*row]).sum();
            sum / weights.iter().sum::<f64>()
        };
        let mean = self.mean + effect.estimate;
        card.ways = self.distrust.ways(rows, own);
        // To the bit nothing where all answers count alike.
        card.weighed = if self.distrust.is_any() { weighed(&rows.response) - plain } else { 0.0 };
        card.adjusted = self.mean - weighed(&self.given);
        card.drawn = mean - (plain + card.weighed + card.adjusted);
        if spread <= 0.0 {
            return;
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
            let (lowest, highest) = measure.range();
            Score::Shown {
                mean: mean.clamp(lowest, highest),
                low: (mean - half).max(lowest),
                high: (mean + half).min(highest),
                standing,
            }
        };
    }
}

/// The card of a subject as far as it needs no model: with enough answers, of which nothing can be said yet, or with too few.
pub(super) fn plain_card(
    measure: Measure,
    subject: Subject,
    rows: &Rows<'_>,
    own: &[usize],
    name: &str,
) -> (Card, f64) {
    let plain = plain_mean(&own.iter().map(|row| rows.response[*row]).collect::<Vec<_>>());
    let answers = own.len() as u64;
    let enough = answers >= MINIMUM_ANSWERS;
    let within = subject.within().and_then(|kind| {
        let mut most: BTreeMap<&str, u64> = BTreeMap::new();
        for row in own {
            *most.entry(kind.of(rows.cells[rows.of[*row]]).unwrap_or_default()).or_default() += 1;
        }
        most.into_iter()
            .max_by_key(|(name, n)| (*n, std::cmp::Reverse(*name)))
            .map(|(name, _)| name.to_owned())
    });
    // A share that does not differ from the others' is still a share: it is shown as it is.
    let score = match measure {
        _ if !enough => Score::TooFew,
        Measure::OnTime => share(plain, answers),
        Measure::Answer(_) => Score::NoModel,
    };
    let card = Card {
        subject: name.to_owned(),
        within,
        score,
        answers,
        plain: enough.then_some(plain),
        ways: Vec::new(),
        weighed: 0.0,
        adjusted: 0.0,
        drawn: 0.0,
        reliability: 0.0,
        groups: Vec::new(),
    };
    (card, plain)
}

fn share(plain: f64, of: u64) -> Score {
    let (low, high) = wilson((plain * of as f64).round() as u64, of, Z90);
    Score::Shown { mean: plain, low, high, standing: Standing::Alike }
}

/// What is known of the cells of a measure that a subject can be told from.
pub(super) fn told(subject: Subject, cells: &[Cell]) -> Vec<&Cell> {
    cells.iter().filter(|cell| !cell.is_empty() && subject.of(cell).is_some()).collect()
}
