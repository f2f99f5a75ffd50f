//! Funnel limits: which shares lie outside what chance and the usual spread between groups explain.
//!
//! Spiegelhalter 2005, "Funnel plots for comparing institutional performance", Statistics in Medicine 24:1185–1202, and "Handling
//! over-dispersion of performance indicators", Quality and Safety in Health Care 14:347–351: when groups differ more than binomial chance
//! allows, a variance τ² between them is added, estimated from z-scores of which the outermost tenth on each side is pulled in, so that
//! the groups that are looked for do not widen the limits by themselves.

use statrs::distribution::{Binomial, DiscreteCDF};

use crate::{beta_binomial::Count, interval::normal_below};

/// The part of z-scores on each side that is pulled in to the next one.
const PULLED: f64 = 0.1;

/// A funnel around a share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Funnel {
    /// The share that everybody is compared with.
    pub centre: f64,
    /// Over-dispersion φ: the mean square of the pulled-in z-scores; 1 is what chance gives.
    pub dispersion: f64,
    /// The variance τ² between groups that is added to that of chance.
    pub between: f64,
}

/// The funnel of these groups around a share, or around that of all of them together. Nothing when that share is 0 or 1.
pub fn funnel(counts: &[Count], centre: Option<f64>) -> Option<Funnel> {
    let used: Vec<&Count> = counts.iter().filter(|count| count.n > 0.0).collect();
    let (successes, n) = used.iter().fold((0.0, 0.0), |sum, c| (sum.0 + c.successes, sum.1 + c.n));
    let centre = centre.unwrap_or(successes / n);
    if used.is_empty() || !(centre > 0.0 && centre < 1.0) {
        return None;
    }
    let variance = |count: &Count| centre * (1.0 - centre) / count.n;
    let z = |count: &&Count| (count.successes / count.n - centre) / variance(count).sqrt();
    let mut scores: Vec<f64> = used.iter().map(z).collect();
    pull_in(&mut scores);
    let groups = scores.len() as f64;
    let dispersion = scores.iter().map(|z| z * z).sum::<f64>() / groups;
    let (sum, squares) = used.iter().fold((0.0, 0.0), |(sum, squares), count| {
        let weight = 1.0 / variance(count);
        (sum + weight, squares + weight * weight)
    });
    let room = sum - squares / sum;
    let between = if room > 0.0 { ((groups * dispersion - (groups - 1.0)) / room).max(0.0) } else { 0.0 };
    Some(Funnel { centre, dispersion, between })
}

/// Sets the outermost scores to the next inner ones.
fn pull_in(scores: &mut [f64]) {
    let mut order = scores.to_vec();
    order.sort_by(f64::total_cmp);
    let out = (PULLED * order.len() as f64) as usize;
    if let (Some(low), Some(high)) = (order.get(out), order.get(order.len() - 1 - out)) {
        scores.iter_mut().for_each(|score| *score = score.clamp(*low, *high));
    }
}

impl Funnel {
    /// How many standard deviations a group lies from the centre, chance and spread together; 0 without observations.
    pub fn z(self, count: Count) -> f64 {
        if count.n > 0.0 { (count.successes / count.n - self.centre) / self.deviation(count.n) } else { 0.0 }
    }

    /// The probability of a group that far from the centre on either side, when it is like the others. Without spread between groups it
    /// is the binomial's, with half of what was seen itself (mid-p).
    pub fn p_value(self, count: Count) -> f64 {
        match self.binomial(count.n) {
            Some(chance) => {
                let k = count.successes.round() as u64;
                let before = if k == 0 { 0.0 } else { chance.cdf(k - 1) };
                let low = f64::midpoint(before, chance.cdf(k));
                (2.0 * low.min(1.0 - low)).min(1.0)
            }
            None => 2.0 * normal_below(-self.z(count).abs()),
        }
    }

    /// The shares between which a group of `n` observations lies with this probability, when it is like the others. Without spread
    /// between groups they are the binomial's, interpolated between whole counts (Spiegelhalter 2005, appendix A.1.1).
    pub fn limits(self, n: f64, level: f64) -> (f64, f64) {
        let (low, high) = ((1.0 - level) / 2.0, f64::midpoint(1.0, level));
        if n <= 0.0 {
            return (0.0, 1.0);
        }
        match self.binomial(n) {
            Some(chance) => (interpolated(&chance, n, low), interpolated(&chance, n, high)),
            None => {
                let half = crate::interval::normal_quantile(high) * self.deviation(n);
                ((self.centre - half).max(0.0), (self.centre + half).min(1.0))
            }
        }
    }

    fn deviation(self, n: f64) -> f64 {
        (self.centre * (1.0 - self.centre) / n + self.between).sqrt()
    }

    /// The distribution of counts by chance alone, where there is nothing but chance.
    fn binomial(self, n: f64) -> Option<Binomial> {
        if self.between > 0.0 || n < 1.0 || n.fract() != 0.0 {
            return None;
        }
        Binomial::new(self.centre, n as u64).ok()
    }
}

/// The share below which a binomial count lies with this probability, between two whole counts.
fn interpolated(chance: &Binomial, n: f64, probability: f64) -> f64 {
    let (mut low, mut high) = (0, n as u64);
    while low < high {
        let middle = u64::midpoint(low, high);
        if chance.cdf(middle) < probability { low = middle + 1 } else { high = middle }
    }
    let upto = chance.cdf(low);
    let before = if low == 0 { 0.0 } else { chance.cdf(low - 1) };
    ((low as f64 - (upto - probability) / (upto - before).max(1e-300)) / n).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn groups(random: &mut Random, spread: Option<f64>) -> Vec<Count> {
        let one = |at: usize, random: &mut Random| {
            let n = 20 + 10 * (at % 20);
            let share = spread.map_or(0.8, |precision| random.beta(0.8 * precision, 0.2 * precision));
            let successes = (0..n).filter(|_| random.unit() < share).count() as f64;
            Count { successes, n: n as f64 }
        };
        (0..400).map(|at| one(at, random)).collect()
    }

    #[test]
    fn chance_alone_leaves_one_in_twenty_outside_and_most_of_a_spread_is_taken_in() {
        let mut random = Random::new(3);
        // What is pulled in is missing from the spread: a few more lie outside than are said to.
        for (spread, most) in [(None, 0.07), (Some(20.0), 0.12)] {
            let counts = groups(&mut random, spread);
            let funnel = funnel(&counts, None).unwrap();
            let outside = counts.iter().filter(|count| {
                let (low, high) = funnel.limits(count.n, 0.95);
                !(low..=high).contains(&(count.successes / count.n))
            });
            let part = outside.count() as f64 / 400.0;
            assert!((0.02..most).contains(&part), "{part} {funnel:?}");
            let small = counts.iter().filter(|count| funnel.p_value(**count) < 0.05).count() as f64 / 400.0;
            assert!((0.02..most).contains(&small), "{small}");
        }
    }

    #[test]
    fn the_spread_that_was_planted_is_found() {
        let mut random = Random::new(4);
        let found: f64 =
            (0..20).map(|_| funnel(&groups(&mut random, Some(20.0)), None).unwrap().between).sum::<f64>()
                / 20.0;
        // The variance of Beta(16, 4) is .16/21; pulling in the outermost takes a part of it away.
        let planted = 0.16 / 21.0;
        assert!(found > 0.55 * planted && found < 1.05 * planted, "{found} of {planted}");
    }

    #[test]
    fn limits_by_hand() {
        let exact = Funnel { centre: 0.5, dispersion: 1.0, between: 0.0 };
        // Of two: P(0) = ¼, P(≤ 1) = ¾; a quarter lies at 0, three quarters at 1.
        assert!(
            (exact.limits(2.0, 0.5).0 - 0.0).abs() < 1e-12 && (exact.limits(2.0, 0.5).1 - 0.5).abs() < 1e-12
        );
        assert!((exact.p_value(Count { successes: 0.0, n: 2.0 }) - 0.25).abs() < 1e-12);
        let wide = Funnel { between: 0.01, ..exact };
        let (low, high) = wide.limits(100.0, 0.95);
        let half = crate::interval::Z95 * (0.0025_f64 + 0.01).sqrt();
        assert!((low - 0.5 + half).abs() < 1e-9 && (high - 0.5 - half).abs() < 1e-9);
        assert!((wide.z(Count { successes: 70.0, n: 100.0 }) - 0.2 / 0.0125_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_share_of_nothing_or_all_has_no_funnel() {
        assert_eq!(funnel(&[Count { successes: 7.0, n: 7.0 }], None), None);
        assert_eq!(funnel(&[], None), None);
        assert_eq!(funnel(&[Count { successes: 0.0, n: 0.0 }], Some(0.5)), None);
    }
}
