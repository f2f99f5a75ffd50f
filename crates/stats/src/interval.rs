//! Intervals for a share.
//!
//! The score interval of Wilson (1927, "Probable inference, the law of succession, and statistical inference",
//! JASA 22:209–212). Brown, Cai and DasGupta (2001, "Interval estimation for a binomial proportion", Statistical
//! Science 16:101–133) recommend it for small samples: its coverage stays near the nominal level where that of the
//! usual ("Wald") interval collapses. Jeffreys' interval, which they recommend beside it, is what Bayes' theorem says under the prior
//! Beta(½, ½).

use statrs::function::erf::{erfc, erfc_inv};

use crate::beta_binomial::{Count, Share};

/// The 97.5 % point of the standard normal distribution: the `z` of a two-sided 95 % interval.
pub const Z95: f64 = 1.959_963_984_540_054;

/// The share of the standard normal distribution below `z`.
pub fn normal_below(z: f64) -> f64 {
    erfc(-z / std::f64::consts::SQRT_2) / 2.0
}

/// The value below which this share of the standard normal distribution lies.
pub fn normal_quantile(share: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * share)
}

/// The Wilson score interval for `successes` of `n`, as (low, high), both within 0 and 1.
///
/// `successes` above `n` are read as `n`. Without any observation everything is possible: (0, 1).
pub fn wilson(successes: u64, n: u64, z: f64) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let successes = successes.min(n);
    wilson_of(successes as f64 / n as f64, n as f64, z)
}

/// The same for a share between 0 and 1 of `count` observations, which need not be whole: samples that are not simple have an
/// effective number of them.
pub fn wilson_of(share: f64, count: f64, z: f64) -> (f64, f64) {
    let z2 = z * z;
    let scale = 1.0 + z2 / count;
    let centre = (share + z2 / (2.0 * count)) / scale;
    let half = z / scale * (share * (1.0 - share) / count + z2 / (4.0 * count * count)).sqrt();
    // At the ends the bound is exact in mathematics; rounding must not leave a crumb there.
    let low = if share == 0.0 { 0.0 } else { (centre - half).clamp(0.0, share) };
    let high = if share == 1.0 { 1.0 } else { (centre + half).clamp(share, 1.0) };
    (low, high)
}

/// Jeffreys' interval for `successes` of `n`, as (low, high), with as much left out below as above. Where all or none succeeded, that end is
/// 1 or 0 (Brown, Cai and DasGupta 2001). `successes` above `n` are read as `n`; without any observation everything is possible.
pub fn jeffreys(successes: u64, n: u64, level: f64) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let successes = successes.min(n);
    let count = Count { successes: successes as f64, n: n as f64 };
    let (low, high) = Share { a: 0.5, b: 0.5 }.given(count).interval(level);
    (if successes == 0 { 0.0 } else { low }, if successes == n { 1.0 } else { high })
}

/// The interval for how much larger the second share is than the first, both `(successes, n)`, from their Wilson intervals (Newcombe
/// 1998, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17:873–890, method 10).
/// Nothing where one of them was never observed.
pub fn newcombe(first: (u64, u64), second: (u64, u64), z: f64) -> Option<(f64, f64)> {
    let (a, b) = (share(first)?, share(second)?);
    let ((a_low, a_high), (b_low, b_high)) = (wilson(first.0, first.1, z), wilson(second.0, second.1, z));
    let difference = b - a;
    let low = difference - ((b - b_low).powi(2) + (a_high - a).powi(2)).sqrt();
    let high = difference + ((b_high - b).powi(2) + (a - a_low).powi(2)).sqrt();
    Some((low.max(-1.0), high.min(1.0)))
}

/// How likely shares that are equal in truth differ as much as these, two-sided, by the score test with the pooled share (Pearson's
/// χ² of a table of two by two, without continuity correction). Nothing where one of them was never observed.
pub fn difference_p_value(first: (u64, u64), second: (u64, u64)) -> Option<f64> {
    let (a, b) = (share(first)?, share(second)?);
    let (n, m) = (first.1 as f64, second.1 as f64);
    let pooled = (a * n + b * m) / (n + m);
    let sd = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    Some(if sd > 0.0 { 2.0 * normal_below(-((b - a).abs() / sd)) } else { 1.0 })
}

fn share((successes, n): (u64, u64)) -> Option<f64> {
    (n > 0).then(|| successes.min(n) as f64 / n as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reference_values() {
        let cases = [
            (9, 10, 0.595_850, 0.982_124),
            (18, 20, 0.698_966, 0.972_134),
            (10, 10, 0.722_467, 1.0),
            (0, 5, 0.0, 0.434_482),
        ];
        for (successes, n, low, high) in cases {
            let got = wilson(successes, n, Z95);
            assert!((got.0 - low).abs() < 5e-7, "{successes}/{n}: low {}", got.0);
            assert!((got.1 - high).abs() < 5e-7, "{successes}/{n}: high {}", got.1);
        }
    }

    #[test]
    fn reference_values_of_jeffreys() {
        let cases = [
            (9, 10, 0.618_685, 0.988_988),
            (18, 20, 0.716_147, 0.978_628),
            (10, 10, 0.782_804, 1.0),
            (0, 5, 0.0, 0.379_377),
        ];
        for (successes, n, low, high) in cases {
            let got = jeffreys(successes, n, 0.95);
            assert!((got.0 - low).abs() < 1e-6, "{successes}/{n}: low {}", got.0);
            assert!((got.1 - high).abs() < 1e-6, "{successes}/{n}: high {}", got.1);
        }
        assert_eq!(jeffreys(0, 0, 0.95), (0.0, 1.0));
        assert_eq!(jeffreys(9, 7, 0.95), jeffreys(7, 7, 0.95));
    }

    #[test]
    fn reference_values_of_newcombe() {
        // Newcombe's table II, examples (a), (c) and (h): 56/70 less 48/80, 9/10 less 3/10 (here the other way round), 10/10 less 0/20.
        let cases = [
            ((48, 80), (56, 70), 0.0524, 0.3339),
            ((3, 10), (9, 10), 0.1705, 0.8090),
            ((0, 20), (10, 10), 0.6791, 1.0),
        ];
        for (first, second, low, high) in cases {
            let got = newcombe(first, second, Z95).unwrap();
            assert!(
                (got.0 - low).abs() < 5e-5 && (got.1 - high).abs() < 5e-5,
                "{first:?} {second:?}: {got:?}"
            );
        }
        assert_eq!(newcombe((0, 0), (3, 4), Z95), None);
        assert_eq!(difference_p_value((3, 4), (0, 0)), None);
        assert_eq!(difference_p_value((4, 4), (9, 9)), Some(1.0));
        let p = difference_p_value((48, 80), (56, 70)).unwrap();
        assert!((p - 0.008_045_08).abs() < 5e-9, "{p}");
    }

    #[test]
    fn normal_values() {
        assert!((normal_quantile(0.975) - Z95).abs() < 1e-9 && (normal_below(Z95) - 0.975).abs() < 1e-9);
        assert!((normal_below(0.0) - 0.5).abs() < 1e-12 && normal_below(-40.0) >= 0.0);
    }

    #[test]
    fn the_ends_are_exact_and_nothing_is_known_from_nothing() {
        assert_eq!(wilson(0, 0, Z95), (0.0, 1.0));
        assert_eq!(wilson(0, 7, Z95).0, 0.0);
        assert_eq!(wilson(7, 7, Z95).1, 1.0);
        assert_eq!(wilson(9, 7, Z95), wilson(7, 7, Z95));
    }

    proptest! {
        #[test]
        fn contains_the_share_and_stays_within_bounds(n in 1u64..100_000, part in 0.0f64..=1.0, z in 0.1f64..5.0) {
            let successes = (n as f64 * part) as u64;
            let (low, high) = wilson(successes, n, z);
            let share = successes as f64 / n as f64;
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
        }

        #[test]
        fn mirrored_counts_give_the_mirrored_interval(n in 1u64..10_000, part in 0.0f64..=1.0) {
            let successes = (n as f64 * part) as u64;
            let (low, high) = wilson(successes, n, Z95);
            let (other_low, other_high) = wilson(n - successes, n, Z95);
            prop_assert!((low - (1.0 - other_high)).abs() < 1e-12);
            prop_assert!((high - (1.0 - other_low)).abs() < 1e-12);
        }

        #[test]
        fn more_answers_with_the_same_share_narrow_it(n in 1u64..10_000, successes in 0u64..10_000) {
            let successes = successes.min(n);
            let (low, high) = wilson(successes, n, Z95);
            let (closer_low, closer_high) = wilson(successes * 4, n * 4, Z95);
            prop_assert!(closer_high - closer_low < high - low);
        }
    }
}
