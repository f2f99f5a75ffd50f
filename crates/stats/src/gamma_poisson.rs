//! Counts over exposures whose rates differ: the gamma–Poisson model.
//!
//! Each group has a rate λᵢ ~ Gamma(a, b), and its count is Nᵢ ~ Poisson(λᵢ Eᵢ) over an exposure Eᵢ. Given the prior, the
//! rate is λᵢ ~ Gamma(a + Nᵢ, b + Eᵢ): a group with little exposure is drawn to what is usual. The prior is estimated from
//! the groups themselves by maximum marginal likelihood (empirical Bayes; Clayton and Kaldor 1987, "Empirical Bayes
//! estimates of age-standardized relative risks", Biometrics 43:671–681).

use statrs::function::gamma::ln_gamma;

/// The shapes that are looked at: below, rates differ more than sixteen groups can show; above, they are all the same.
const SHAPES: (f64, f64) = (0.3, 300.0);
/// Points of the first look.
const POINTS: u32 = 60;

/// How rates are spread over groups, or what is known of one of them: a gamma distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Shape a.
    pub shape: f64,
    /// Rate b, in the unit of exposure.
    pub rate: f64,
}

/// The count of a group and its exposure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// Events, at least 0.
    pub events: f64,
    /// What they were counted over, at least 0; a group without exposure says nothing.
    pub exposure: f64,
}

impl Rate {
    /// The mean.
    pub fn mean(self) -> f64 {
        self.shape / self.rate
    }

    /// What is known of a group's rate after its count.
    #[must_use]
    pub fn given(self, count: Count) -> Self {
        Self { shape: self.shape + count.events, rate: self.rate + count.exposure }
    }
}

/// The prior of these groups. The mean is Σ N / Σ E; the shape is the one under which the counts are likeliest, to nine
/// digits. Nothing when there is no event or no exposure at all.
pub fn fit(counts: &[Count]) -> Option<Rate> {
    let (events, exposure) = counts.iter().fold((0.0, 0.0), |sum, c| (sum.0 + c.events, sum.1 + c.exposure));
    if !(events > 0.0 && exposure > 0.0 && exposure.is_finite()) {
        return None;
    }
    let mean = events / exposure;
    let of = |log_shape: f64| {
        let shape = log_shape.exp();
        likelihood(counts, Rate { shape, rate: shape / mean })
    };
    let (from, to) = (SHAPES.0.ln(), SHAPES.1.ln());
    let step = (to - from) / f64::from(POINTS - 1);
    let best = (0..POINTS)
        .max_by(|a, b| of(from + step * f64::from(*a)).total_cmp(&of(from + step * f64::from(*b))))?;
    let around = from + step * f64::from(best);
    let shape = highest(of, (around - step).max(from), (around + step).min(to)).exp();
    Some(Rate { shape, rate: shape / mean })
}

/// The logarithm of the marginal likelihood, without what does not depend on the prior.
fn likelihood(counts: &[Count], prior: Rate) -> f64 {
    let Rate { shape: a, rate: b } = prior;
    let of = |Count { events: n, exposure: e }: &Count| {
        let seen = if *e > 0.0 { n * (e / (b + e)).ln() } else { 0.0 };
        ln_gamma(a + n) - ln_gamma(a) + a * (b / (b + e)).ln() + seen
    };
    counts.iter().map(of).sum()
}

/// Where a function with one hill is highest between two points (golden section).
pub(crate) fn highest(of: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    const GOLD: f64 = 0.618_033_988_749_895;
    let (mut left, mut right) = (high - GOLD * (high - low), low + GOLD * (high - low));
    let (mut at_left, mut at_right) = (of(left), of(right));
    while high - low > 1e-9 {
        if at_left > at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - GOLD * (high - low);
            at_left = of(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + GOLD * (high - low);
            at_right = of(right);
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use rand_distr::Poisson;

    use super::*;
    use crate::random::Random;

    fn count(events: f64, exposure: f64) -> Count {
        Count { events, exposure }
    }

    #[test]
    fn the_mean_is_that_of_all_and_a_group_is_drawn_to_it() {
        let counts = [count(9.0, 100.0), count(1.0, 100.0), count(2.0, 10.0), count(0.0, 0.0)];
        let prior = fit(&counts).unwrap();
        assert!((prior.mean() - 12.0 / 210.0).abs() < 1e-12);
        let of = |at: usize| prior.given(counts[at]).mean();
        assert!(of(2) < 0.2 && of(2) > prior.mean(), "ten answers are believed less than a hundred");
        assert!((of(3) - prior.mean()).abs() < 1e-12, "who was not asked is like the others");
    }

    #[test]
    fn nothing_is_made_of_nothing() {
        assert_eq!(fit(&[]), None);
        assert_eq!(fit(&[count(0.0, 50.0)]), None);
        assert_eq!(fit(&[count(3.0, 0.0)]), None);
    }

    #[test]
    fn a_spread_that_was_planted_is_found() {
        let mut random = Random::new(11);
        let counts: Vec<Count> = (0..2_000)
            .map(|_| {
                let rate = random.gamma(4.0, 4.0 / 0.06);
                count(random.draw(&Poisson::new(rate * 500.0).unwrap()), 500.0)
            })
            .collect();
        let prior = fit(&counts).unwrap();
        assert!((prior.shape - 4.0).abs() < 0.3, "{prior:?}");
    }

    #[test]
    fn equal_rates_are_found_equal() {
        let counts = vec![count(30.0, 500.0); 16];
        assert!((fit(&counts).unwrap().shape - SHAPES.1).abs() < 1e-3);
    }
}
