//! The single tests.

use statrs::distribution::{ContinuousCDF, Discrete, DiscreteCDF, Hypergeometric, StudentsT};

use super::{
    peers::{Seen, Spread},
    tail::{beta_binomial, binomial, poisson},
};
use crate::{beta_binomial::Share, difference::Sample, interval::normal_below, random::Random};

/// Fewest answers on a side of a contrast.
pub const LEAST_ANSWERS: f64 = 5.0;
/// How many answers the variance of all units weighs beside a unit's own.
const WEIGHT: f64 = 20.0;
/// A standard deviation that is added to the spread between units: what the peers themselves are not sure of.
const UNSURE: f64 = 0.1;
/// How often answers are drawn anew for the usual number of bursts.
const DRAWS: usize = 99;
/// What is added to that number, so that it is never 0.
const FLOOR: f64 = 0.02;

/// T1: the probability of answers through a unit that much better than those past it. `usual` is the contrast of its peers, `variance`
/// that of one answer. Nothing with fewer than [`LEAST_ANSWERS`] on either side.
pub fn contrast(through: Sample, past: Sample, usual: Spread, variance: f64) -> Option<f64> {
    if through.n < LEAST_ANSWERS || past.n < LEAST_ANSWERS {
        return None;
    }
    let n = through.n + past.n;
    let own = ((through.n - 1.0) * through.variance + (past.n - 1.0) * past.variance) / (n - 2.0);
    let variance = (own * n + variance * WEIGHT) / (n + WEIGHT);
    let spread = variance * (1.0 / through.n + 1.0 / past.n) + usual.variance + UNSURE * UNSURE;
    let t = (through.mean - past.mean - usual.centre) / spread.sqrt();
    StudentsT::new(0.0, 1.0, (n - 2.0).max(5.0)).ok().map(|chance| chance.sf(t).max(f64::MIN_POSITIVE))
}

/// T2: the probability of so many gaps of less than a minute, where so many are usual.
pub fn burst(gaps: u64, usual: f64, u: f64) -> f64 {
    poisson(gaps, usual, u)
}

/// How many gaps below `gap` there would be if `answers` of the matters that ended at these times had been answered, each as long afterwards as some answer
/// of all units: the mean of 99 draws.
pub fn usual_burst(ends: &[f64], answers: usize, delays: &[f64], gap: f64, random: &mut Random) -> f64 {
    let answers = answers.min(ends.len());
    if delays.is_empty() || answers < 2 {
        return FLOOR;
    }
    let mut order: Vec<usize> = (0..ends.len()).collect();
    let mut times = vec![0.0; answers];
    let mut found = 0;
    for _ in 0..DRAWS {
        // The first of a shuffled list, of which only these are shuffled.
        for at in 0..answers {
            order.swap(at, at + random.below(ends.len() - at));
            times[at] = ends[order[at]] + delays[random.below(delays.len())];
        }
        found += gaps(&mut times, gap);
    }
    found as f64 / DRAWS as f64 + FLOOR
}

/// How many of these times follow the one before within less than `gap`. Sorts them.
pub(super) fn gaps(times: &mut [f64], gap: f64) -> usize {
    times.sort_unstable_by(f64::total_cmp);
    times.windows(2).filter(|pair| pair[1] - pair[0] < gap).count()
}

/// T3 and T6: the probability of so many of `n`, where this share is usual at most.
pub fn at_most_usual(k: u64, n: u64, share: f64, u: f64) -> f64 {
    binomial(k, n, share, u)
}

/// T4: the probability of so many answers whose parts are all the same. By score of 1 to 5: how many answers, how many of them alike, and
/// the usual share of alike ones.
pub fn alike(answers: [(f64, f64); 5], usual: [f64; 5]) -> f64 {
    let (mut more, mut variance) = (0.0, 0.0);
    for ((n, alike), share) in answers.into_iter().zip(usual) {
        more += alike - n * share;
        variance += n * share * (1.0 - share);
    }
    normal_below(-more / (variance + 1e-9).sqrt()).max(f64::MIN_POSITIVE)
}

/// T5: the probability of so many of `n`, where the share differs between units like this.
pub fn of_spread(k: u64, n: u64, usual: Share, u: f64) -> f64 {
    beta_binomial(k, n, usual, u)
}

/// T7: of `all` matters `bad` went badly, and `answered` were answered: the probability that so few of the bad ones were among them, half
/// of what was seen itself counted (mid-p; Lancaster 1961, "Significance tests in discrete distributions", JASA 56:223–234).
pub fn kept_away(bad_answered: u64, bad: u64, answered: u64, all: u64) -> f64 {
    let Ok(chance) = Hypergeometric::new(all, bad, answered) else { return 1.0 };
    let below = if bad_answered == 0 { 0.0 } else { chance.cdf(bad_answered - 1) };
    (below + chance.pmf(bad_answered) / 2.0).clamp(f64::MIN_POSITIVE, 1.0)
}

/// T8: the probability of so many repetitions, where so many are usual.
pub fn repeated(k: u64, usual: f64, u: f64) -> f64 {
    poisson(k, usual.max(FLOOR), u)
}

/// The probability of a value that far above the usual, where so many peers told what is usual: Student's t, since their spread is not sure.
pub fn above_usual(seen: Seen, usual: Spread, peers: usize) -> f64 {
    let t = (seen.value - usual.centre) / (seen.variance + usual.variance).sqrt();
    let freedom = (peers as f64 - 1.0).max(1.0);
    StudentsT::new(0.0, 1.0, freedom).map_or(1.0, |chance| chance.sf(t).max(f64::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_away_by_hand() {
        // Two of four went badly, two answered: none of the bad among them in 1 of 6 draws.
        assert!((kept_away(0, 2, 2, 4) - 1.0 / 12.0).abs() < 1e-12);
        assert!((kept_away(2, 2, 2, 4) - (5.0 / 6.0 + 1.0 / 12.0)).abs() < 1e-12);
        assert_eq!(kept_away(0, 9, 2, 4), 1.0, "more than there are");
    }

    #[test]
    fn a_contrast_needs_answers_on_both_sides() {
        let usual = Spread { centre: 0.1, variance: 0.01 };
        let few = Sample { n: 4.0, mean: 5.0, variance: 0.0 };
        let many = Sample { n: 60.0, mean: 4.4, variance: 0.5 };
        assert_eq!(contrast(many, few, usual, 0.5), None);
        let better = Sample { mean: 4.9, ..many };
        assert!(contrast(better, many, usual, 0.5).unwrap() < 0.05);
        let usually = Sample { mean: 4.5, ..many };
        assert!((contrast(usually, many, usual, 0.5).unwrap() - 0.5).abs() < 1e-9);
    }

    #[test]
    fn all_alike_is_strange_and_the_usual_is_not() {
        let usual = [0.25, 0.25, 0.25, 0.35, 0.5];
        let of = |alike: f64| [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (100.0, alike)];
        assert!((super::alike(of(50.0), usual) - 0.5).abs() < 1e-6);
        assert!(super::alike(of(85.0), usual) < 1e-9);
    }

    #[test]
    fn bursts_that_chance_makes_are_counted_as_usual() {
        let mut random = Random::new(3);
        let ends: Vec<f64> = (0..200).map(|at| f64::from(at) * 3_600.0).collect();
        let spread = usual_burst(&ends, 50, &[100.0, 200.0], 60.0, &mut random);
        assert!((spread - FLOOR).abs() < 1e-12, "an hour apart: {spread}");
        let together = vec![0.0; 200];
        let all = usual_burst(&together, 50, &[100.0], 60.0, &mut random);
        assert!((all - 49.0 - FLOOR).abs() < 1e-12, "{all}");
        assert!(burst(9, spread, 0.5) < 1e-9);
    }
}
