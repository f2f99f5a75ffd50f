//! Answers that the office had a hand in count less the more there are: it prints the slips, keeps the tablet and collects the paper, so what
//! many of them say is one thing that it could have made ([`hailong_stats::guard::distrust`]).

use std::collections::BTreeMap;

use hailong_stats::{
    guard::distrust::{RECOMMENDED, worth},
    mixed::{Factor, Shared},
};
use serde::{Deserialize, Serialize};

use super::{
    cell::{Measure, Rows, Subject},
    plain_mean,
};
use crate::{listen::invitation::Source, measure::figure::MINIMUM_ANSWERS};

/// What a subject's answers of one way say, and how much they count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfWay {
    /// The way; nothing where slips do not say it, because fewer than five share it.
    pub source: Option<Source>,
    /// Answers.
    pub answers: u64,
    /// Their plain mean; nothing below [`MINIMUM_ANSWERS`].
    pub mean: Option<f64>,
    /// Their part of the weight of all, 0 to 1.
    pub weight: f64,
}

/// Which part of the answers of each office came through it, as the roll says; all of an office that is not named.
pub type Through = BTreeMap<String, f64>;

/// How far answers through the office are distrusted.
pub(super) struct Distrust {
    /// The error that an answer shares: two for each subject, of answers through the office and of those that do not say their way.
    of: Vec<Option<u32>>,
    /// Its variance as a multiple of that of one answer.
    ratios: Vec<f64>,
}

impl Distrust {
    /// That of τ_d = .2. Where answers do not say their way, their mean has the part of the error that the roll says of the office. Of
    /// procedures and fields nothing is distrusted: nobody who is rated there has a hand in what comes in at all offices; nor of the clock.
    pub(super) fn of(
        kind: Subject,
        measure: Measure,
        rows: &Rows<'_>,
        subjects: &Factor,
        through: &Through,
    ) -> Self {
        let own =
            matches!(kind, Subject::Official | Subject::Office) && matches!(measure, Measure::Answer(_));
        let variance = if own { within(rows, subjects) } else { 0.0 };
        if variance <= 0.0 {
            return Self { of: vec![None; rows.of.len()], ratios: Vec::new() };
        }
        let ratio = RECOMMENDED * RECOMMENDED / variance;
        // By subject: how many answers do not say their way, and the sum of their offices' parts.
        let mut unsaid = vec![(0.0, 0.0); subjects.levels];
        let error = |(at, subject): (&usize, &u32)| match rows.cells[*at].source {
            Some(Source::Apart) => None,
            Some(Source::Office) => Some(2 * subject),
            None => {
                let sums = &mut unsaid[*subject as usize];
                *sums = (sums.0 + 1.0, sums.1 + through.get(&rows.cells[*at].office).unwrap_or(&1.0));
                Some(2 * subject + 1)
            }
        };
        let of = rows.of.iter().zip(&subjects.codes).map(error).collect();
        let part = |(n, sum): (f64, f64)| if n > 0.0 { sum / n } else { 1.0 };
        let ratios = unsaid.into_iter().flat_map(|sums| [ratio, ratio * part(sums).powi(2)]).collect();
        Self { of, ratios }
    }

    pub(super) fn is_any(&self) -> bool {
        !self.ratios.is_empty()
    }

    /// What answers share, in the model.
    pub(super) fn shared(&self) -> Option<Shared> {
        self.is_any().then(|| Shared { of: self.of.clone(), ratios: self.ratios.clone() })
    }

    /// How much each answer of a subject counts.
    pub(super) fn weights(&self, own: &[usize]) -> Vec<f64> {
        let mut many: BTreeMap<u32, f64> = BTreeMap::new();
        own.iter().filter_map(|row| self.of[*row]).for_each(|of| *many.entry(of).or_default() += 1.0);
        let weight = |row: &usize| {
            let shared = self.of[*row].and_then(|of| Some((many.get(&of)?, self.ratios[of as usize])));
            shared.map_or(1.0, |(n, ratio)| worth(*n, ratio) / n)
        };
        own.iter().map(weight).collect()
    }

    /// What each way says of a subject; nothing where nothing is distrusted.
    pub(super) fn ways(&self, rows: &Rows<'_>, own: &[usize]) -> Vec<OfWay> {
        if !self.is_any() {
            return Vec::new();
        }
        let weights = self.weights(own);
        let all: f64 = weights.iter().sum();
        let of = |source: Option<Source>| {
            let is = |row: &usize| rows.cells[rows.of[*row]].source == source;
            let said: Vec<f64> = own.iter().filter(|row| is(row)).map(|row| rows.response[*row]).collect();
            let weight: f64 =
                own.iter().zip(&weights).filter(|(row, _)| is(row)).map(|(_, weight)| weight).sum();
            let answers = said.len() as u64;
            let mean = (answers >= MINIMUM_ANSWERS).then(|| plain_mean(&said));
            (answers > 0).then_some(OfWay { source, answers, mean, weight: weight / all })
        };
        [Some(Source::Apart), Some(Source::Office), None].into_iter().filter_map(of).collect()
    }
}

/// The variance of answers about one subject that came by one way, pooled over all.
fn within(rows: &Rows<'_>, subjects: &Factor) -> f64 {
    let (ways, names) = rows.factor(|cell| cell.source);
    let mut groups = vec![(0.0, 0.0, 0.0); subjects.levels * names.len().max(1)];
    for ((subject, way), y) in subjects.codes.iter().zip(&ways.codes).zip(&rows.response) {
        let group = &mut groups[*subject as usize * names.len() + *way as usize];
        *group = (group.0 + 1.0, group.1 + y, group.2 + y * y);
    }
    let sums = groups
        .iter()
        .filter(|group| group.0 > 0.0)
        .fold((0.0, 0.0), |sum, (n, y, squares)| (sum.0 + n - 1.0, sum.1 + squares - y * y / n));
    if sums.0 > 0.0 { sums.1 / sums.0 } else { 0.0 }
}
