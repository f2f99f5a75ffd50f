//! A count against those of all others, when nobody knows how much they differ.
//!
//! Units have shares pᵢ ~ Beta(mπ, m(1 − π)); with sixteen others neither the usual share π nor the precision m is well known, and a test
//! that took their estimates for the truth would cry wolf twice as often as it says. So the tail of the beta–binomial is averaged over all
//! π and m, each as likely as the others make it (the posterior predictive distribution; Gelman et al. 2013, "Bayesian data analysis", 3rd
//! ed., § 5.3, here with flat priors for logit π and ln m on a grid). The unit's own count does not count.

use statrs::function::beta::ln_beta;

use super::tail::beta_binomial;
use crate::beta_binomial::Share;

/// Precisions a + b that are looked at: below, shares are all or nothing; above, all the same.
const PRECISIONS: (f64, f64) = (2.0, 2_000.0);
/// How far from the pooled share, in logits.
const AROUND: f64 = 2.5;
/// Points of the grid in each direction.
const POINTS: (u32, u32) = (31, 16);
/// Points less likely than the likeliest by this factor do not count, in logarithms.
const NEGLIGIBLE: f64 = 16.0;

/// Successes among observations, and the random number by which what was seen itself counts in part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// How many succeeded, at most `n`.
    pub successes: u64,
    /// Of how many.
    pub n: u64,
    /// From 0 to 1.
    pub u: f64,
}

/// What a unit is against the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Against {
    /// The probability of as many successes or more, when it is like the others.
    pub p: f64,
    /// The usual share of the others.
    pub usual: f64,
}

/// Each of these against all others. Everything is usual where there are no others.
pub fn against_others(units: &[Seen]) -> Vec<Against> {
    let (successes, n) =
        units.iter().fold((0.5, 1.0), |sum, one| (sum.0 + one.successes as f64, sum.1 + one.n as f64));
    let pooled: f64 = (successes / (n - successes).max(0.5)).ln();
    let grid = grid(pooled);
    // The likelihood of each unit at each point, once: the others' is the sum without the own.
    let own: Vec<Vec<f64>> =
        units.iter().map(|unit| grid.iter().map(|at| likelihood(*at, unit)).collect()).collect();
    let all: Vec<f64> = (0..grid.len()).map(|at| own.iter().map(|own| own[at]).sum()).collect();
    let against = |(unit, own): (&Seen, &Vec<f64>)| {
        let others: Vec<f64> = all.iter().zip(own).map(|(all, own)| all - own).collect();
        let most = others.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut p, mut usual, mut weights) = (0.0, 0.0, 0.0);
        for (at, likelihood) in grid.iter().zip(others).filter(|(_, others)| *others > most - NEGLIGIBLE) {
            let weight = (likelihood - most).exp();
            p += weight * beta_binomial(unit.successes, unit.n, *at, unit.u);
            usual += weight * at.mean();
            weights += weight;
        }
        Against { p: p / weights, usual: usual / weights }
    };
    units.iter().zip(&own).map(against).collect()
}

fn grid(pooled: f64) -> Vec<Share> {
    let (means, precisions) = POINTS;
    let step = |at: u32, points: u32| f64::from(at) / f64::from(points - 1);
    let span = (PRECISIONS.1 / PRECISIONS.0).ln();
    let point = |mean: u32, precision: u32| {
        let mean = 1.0 / (1.0 + (-(pooled + AROUND * (2.0 * step(mean, means) - 1.0))).exp());
        let precision = PRECISIONS.0 * (span * step(precision, precisions)).exp();
        Share { a: mean * precision, b: (1.0 - mean) * precision }
    };
    (0..means).flat_map(|mean| (0..precisions).map(move |precision| point(mean, precision))).collect()
}

fn likelihood(at: Share, unit: &Seen) -> f64 {
    let (k, left) = (unit.successes as f64, (unit.n - unit.successes) as f64);
    ln_beta(at.a + k, at.b + left) - ln_beta(at.a, at.b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Seventeen units of which the first has this share.
    fn units(random: &mut Random, n: u64, spread: Share, first: Option<f64>) -> Vec<Seen> {
        let one = |at: usize, random: &mut Random| {
            let share = first.filter(|_| at == 0).unwrap_or_else(|| random.beta(spread.a, spread.b));
            let successes = (0..n).filter(|_| random.unit() < share).count() as u64;
            Seen { successes, n, u: random.unit() }
        };
        (0..17).map(|at| one(at, random)).collect()
    }

    #[test]
    fn it_cries_wolf_no_more_often_than_it_says() {
        let mut random = Random::new(21);
        for (n, spread) in [
            (50, Share { a: 10.0, b: 40.0 }),
            (150, Share { a: 3.0, b: 97.0 }),
            (150, Share { a: 3.0, b: 297.0 }),
            (130, Share { a: 51.0, b: 9.0 }),
            (40, Share { a: 4.0, b: 6.0 }),
        ] {
            let districts = 150;
            let all = (0..districts).flat_map(|_| against_others(&units(&mut random, n, spread, None)));
            let rate = all.filter(|one| one.p <= 0.01).count() as f64 / (17 * districts) as f64;
            assert!(rate <= 0.01 + 0.006, "{n} {spread:?}: {rate}");
        }
    }

    #[test]
    fn who_is_far_from_the_others_is_found_and_the_usual_is_told() {
        let mut random = Random::new(22);
        let spread = Share { a: 10.0, b: 40.0 };
        let found = (0..50).filter(|_| {
            let against = against_others(&units(&mut random, 50, spread, Some(0.75)))[0];
            assert!((against.usual - 0.2).abs() < 0.08, "{against:?}");
            against.p < 0.002
        });
        let found = found.count();
        assert!(found >= 48, "{found} of 50");
    }

    #[test]
    fn nothing_and_everything_can_be_compared() {
        let all = |successes| vec![Seen { successes, n: 30, u: 0.5 }; 6];
        for against in [against_others(&all(0)), against_others(&all(30))].concat() {
            assert!(against.p > 0.3, "{against:?}");
        }
        assert_eq!(against_others(&[]), Vec::new());
    }
}
