//! Difference in differences: how much more changed where something was done than where it was not.
//!
//! The effect is (after − before where it was done) − (after − before elsewhere). It is one of what was done only if both would have gone
//! the same way without it; that cannot be seen in the numbers, so quarters before are to be looked at first (Ashenfelter and Card 1985,
//! "Using the longitudinal structure of earnings to estimate the effect of training programs", Rev. Economics and Statistics 67:648–660;
//! Bertrand, Duflo and Mullainathan 2004, "How much should we trust differences-in-differences estimates?", Quarterly J. Economics
//! 119:249–275, for one change per unit). Intervals are Welch's (1947, Biometrika 34:28–35).

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Independent observations at one time and place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// How many.
    pub n: f64,
    /// Their mean.
    pub mean: f64,
    /// Their variance (with n − 1).
    pub variance: f64,
}

/// An effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The estimate, in the unit of the observations.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Degrees of freedom (Satterthwaite's).
    pub df: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The probability of an estimate that far from 0 when there is no effect.
    pub p_value: f64,
}

impl Sample {
    /// The sample of some observations.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        Self { n, mean, variance }
    }
}

/// The effect from independent observations: before and after where something was done, before and after elsewhere. Nothing when a sample
/// has fewer than two observations, or nothing varies.
pub fn of_samples(done: [Sample; 2], elsewhere: [Sample; 2], level: f64) -> Option<Effect> {
    let change = |[before, after]: [Sample; 2]| after.mean - before.mean;
    effect(change(done) - change(elsewhere), &[done[0], done[1], elsewhere[0], elsewhere[1]], level)
}

/// The effect from the change of each unit, as of offices: whatever moves all observations of a unit together is counted once. Nothing when
/// there are fewer than two units on a side, or nothing varies.
pub fn of_units(done: &[f64], elsewhere: &[f64], level: f64) -> Option<Effect> {
    let (done, elsewhere) = (Sample::of(done), Sample::of(elsewhere));
    effect(done.mean - elsewhere.mean, &[done, elsewhere], level)
}

fn effect(estimate: f64, samples: &[Sample], level: f64) -> Option<Effect> {
    if samples.iter().any(|sample| sample.n < 2.0) {
        return None;
    }
    let parts = || samples.iter().map(|sample| sample.variance / sample.n);
    let variance: f64 = parts().sum();
    let fourth: f64 = parts().zip(samples).map(|(part, sample)| part * part / (sample.n - 1.0)).sum();
    let df = variance * variance / fourth;
    let student = StudentsT::new(0.0, 1.0, df).ok()?;
    let se = variance.sqrt();
    if se == 0.0 {
        return None;
    }
    let half = student.inverse_cdf(f64::midpoint(1.0, level)) * se;
    let p_value = 2.0 * student.cdf(-(estimate / se).abs());
    Some(Effect { estimate, se, df, low: estimate - half, high: estimate + half, p_value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn two_sides_are_welchs_test() {
        // R: t.test(c(1, 2, 3, 4, 5), c(2, 2, 1, 3), conf.level = .95)
        let effect = of_units(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 2.0, 1.0, 3.0], 0.95).unwrap();
        assert!((effect.estimate - 1.0).abs() < 1e-12);
        assert!((effect.se - (2.5_f64 / 5.0 + 2.0 / 3.0 / 4.0).sqrt()).abs() < 1e-12);
        assert!((effect.df - 6.193_548_387).abs() < 1e-6, "{effect:?}");
        assert!((effect.p_value - 0.265_202_148).abs() < 1e-6, "{effect:?}");
        assert!((effect.low + 0.982_858_091).abs() < 1e-6, "{effect:?}");
    }

    #[test]
    fn intervals_hold_what_they_promise_and_a_common_trend_is_no_effect() {
        let mut random = Random::new(2);
        let mut sample = |n: usize, mean: f64, sd: f64| {
            let values: Vec<f64> = (0..n).map(|_| mean + sd * random.normal()).collect();
            Sample::of(&values)
        };
        let mut covered = 0;
        for _ in 0..2_000 {
            let done = [sample(12, 3.0, 1.0), sample(9, 4.2, 1.5)];
            let elsewhere = [sample(20, 2.0, 0.5), sample(15, 2.7, 1.0)];
            let effect = of_samples(done, elsewhere, 0.9).unwrap();
            covered += u32::from(effect.low <= 0.5 && 0.5 <= effect.high);
        }
        assert!((1_750..1_850).contains(&covered), "{covered}");
    }

    #[test]
    fn nothing_is_said_of_too_little() {
        assert_eq!(of_units(&[1.0], &[1.0, 2.0], 0.9), None);
        assert_eq!(of_units(&[1.0, 1.0], &[2.0, 2.0], 0.9), None);
    }
}
