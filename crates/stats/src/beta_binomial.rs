//! Shares that differ between groups: the beta–binomial model.
//!
//! Each group has a share pᵢ ~ Beta(a, b), and its count is Kᵢ ~ Binomial(nᵢ, pᵢ). Given the prior, the share is
//! pᵢ ~ Beta(a + Kᵢ, b + nᵢ − Kᵢ): a group with few observations is drawn to what is usual. The prior is estimated from the groups
//! themselves by maximum marginal likelihood (empirical Bayes; Skellam 1948, "A probability distribution derived from the binomial
//! distribution by regarding the probability of success as variable between the sets of trials", JRSS B 10:257–261; Morris 1983,
//! "Parametric empirical Bayes inference", JASA 78:47–55).

use statrs::function::{
    beta::{beta_reg, ln_beta},
    gamma::ln_gamma,
};

use crate::gamma_poisson::highest;

/// The precisions a + b that are looked at: below, shares are all or nothing; above, they are all the same.
const PRECISIONS: (f64, f64) = (0.5, 1e5);
/// Points of the first look.
const POINTS: u32 = 40;

/// How shares are spread over groups, or what is known of one of them: a beta distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Shape a: successes.
    pub a: f64,
    /// Shape b: failures.
    pub b: f64,
}

/// Successes of a group among its observations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// How many succeeded, at most `n`.
    pub successes: f64,
    /// Of how many.
    pub n: f64,
}

impl Share {
    /// The mean.
    pub fn mean(self) -> f64 {
        self.a / (self.a + self.b)
    }

    /// The standard deviation.
    pub fn sd(self) -> f64 {
        let mean = self.mean();
        (mean * (1.0 - mean) / (self.a + self.b + 1.0)).sqrt()
    }

    /// What is known of a group's share after its count.
    #[must_use]
    pub fn given(self, count: Count) -> Self {
        Self { a: self.a + count.successes, b: self.b + count.n - count.successes }
    }

    /// The probability of a share below this one.
    pub fn below(self, share: f64) -> f64 {
        match share {
            ..=0.0 => 0.0,
            1.0.. => 1.0,
            _ => beta_reg(self.a, self.b, share),
        }
    }

    /// The share that is exceeded with probability 1 − `probability`, to twelve digits.
    pub fn quantile(self, probability: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.below(middle) < probability { low = middle } else { high = middle }
        }
        f64::midpoint(low, high)
    }

    /// The interval that leaves as much out below as above.
    pub fn interval(self, level: f64) -> (f64, f64) {
        (self.quantile((1.0 - level) / 2.0), self.quantile(f64::midpoint(1.0, level)))
    }
}

/// The prior under which these counts are likeliest. Nothing when there is no observation, or all succeeded, or none.
pub fn fit(counts: &[Count]) -> Option<Share> {
    let counts: Vec<Count> = counts.iter().copied().filter(|count| count.n > 0.0).collect();
    let (successes, n) = counts.iter().fold((0.0, 0.0), |sum, c| (sum.0 + c.successes, sum.1 + c.n));
    if !(successes > 0.0 && successes < n && n.is_finite()) {
        return None;
    }
    let share = |logit: f64, precision: f64| {
        let mean = 1.0 / (1.0 + (-logit).exp());
        Share { a: mean * precision, b: (1.0 - mean) * precision }
    };
    let pooled = (successes / (n - successes)).ln();
    // The mean of the groups is near that of all observations, weighted otherwise.
    let logit =
        |log: f64| highest(|logit| likelihood(&counts, share(logit, log.exp())), pooled - 3.0, pooled + 3.0);
    let of = |log: f64| likelihood(&counts, share(logit(log), log.exp()));
    let (from, to) = (PRECISIONS.0.ln(), PRECISIONS.1.ln());
    let step = (to - from) / f64::from(POINTS - 1);
    let points = (0..POINTS).map(|at| from + step * f64::from(at));
    let (_, around) = points.map(|log| (of(log), log)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let log = highest(of, (around - step).max(from), (around + step).min(to));
    Some(share(logit(log), log.exp()))
}

/// The logarithm of the marginal likelihood, without what does not depend on the prior.
fn likelihood(counts: &[Count], prior: Share) -> f64 {
    let whole = ln_beta(prior.a, prior.b);
    let of = |count: &Count| {
        let Share { a, b } = prior.given(*count);
        ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b) - whole
    };
    counts.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn counts(random: &mut Random, groups: usize, n: u32, prior: Share) -> Vec<Count> {
        let one = |random: &mut Random| {
            let share = random.beta(prior.a, prior.b);
            let successes = (0..n).filter(|_| random.unit() < share).count() as f64;
            Count { successes, n: f64::from(n) }
        };
        (0..groups).map(|_| one(random)).collect()
    }

    #[test]
    fn a_spread_that_was_planted_is_found() {
        let mut random = Random::new(5);
        let prior = fit(&counts(&mut random, 3_000, 40, Share { a: 9.0, b: 1.0 })).unwrap();
        assert!((prior.mean() - 0.9).abs() < 0.005, "{prior:?}");
        assert!((prior.a + prior.b - 10.0).abs() < 0.8, "{prior:?}");
    }

    #[test]
    fn equal_shares_are_found_equal_and_nothing_is_made_of_nothing() {
        let equal = vec![Count { successes: 18.0, n: 20.0 }; 12];
        let prior = fit(&equal).unwrap();
        assert!(prior.sd() < 0.001 && (prior.mean() - 0.9).abs() < 1e-4, "{prior:?}");
        let all = Count { successes: 5.0, n: 5.0 };
        assert_eq!((fit(&[]), fit(&[all, all])), (None, None));
        assert_eq!(fit(&[Count { successes: 0.0, n: 0.0 }]), None);
    }

    #[test]
    fn few_observations_are_believed_less_and_intervals_hold() {
        let mut random = Random::new(8);
        let truth = Share { a: 12.0, b: 3.0 };
        let prior = fit(&counts(&mut random, 400, 25, truth)).unwrap();
        let few = prior.given(Count { successes: 3.0, n: 3.0 }).mean();
        let many = prior.given(Count { successes: 300.0, n: 300.0 }).mean();
        assert!(prior.mean() < few && few < many && many < 1.0);
        let covered = (0..2_000).filter(|_| {
            let share = random.beta(truth.a, truth.b);
            let successes = (0..25).filter(|_| random.unit() < share).count() as f64;
            let (low, high) = prior.given(Count { successes, n: 25.0 }).interval(0.9);
            low <= share && share <= high
        });
        let covered = covered.count() as f64 / 2_000.0;
        assert!((0.88..0.92).contains(&covered), "{covered}");
    }

    #[test]
    fn quantiles_by_hand() {
        // Beta(1, 1) is uniform; Beta(2, 1) has the distribution function x².
        assert!((Share { a: 1.0, b: 1.0 }.quantile(0.3) - 0.3).abs() < 1e-12);
        assert!((Share { a: 2.0, b: 1.0 }.quantile(0.49) - 0.7).abs() < 1e-12);
    }
}
