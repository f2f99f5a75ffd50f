//! One p-value of several, and the rate of false alarms of a family.

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// One p-value of several: the smaller of Tippett's 1 − (1 − min p)ᵏ (1931, "The methods of statistics") and Fisher's χ² of −2 Σ ln p (1925,
/// "Statistical methods for research workers", § 21.1), doubled because there are two of them. Tippett's finds one loud test, Fisher's
/// many that are a little loud. 1 without any.
pub fn combine(p_values: &[f64]) -> f64 {
    let k = p_values.len() as f64;
    let least = p_values.iter().copied().fold(1.0, f64::min);
    let tippett = family_wise(least, p_values.len());
    let logs: f64 = p_values.iter().map(|p| p.clamp(f64::MIN_POSITIVE, 1.0).ln()).sum();
    let fisher = ChiSquared::new(2.0 * k).map_or(1.0, |chance| chance.sf(-2.0 * logs));
    (2.0 * tippett.min(fisher)).min(1.0)
}

/// The probability that the least of so many independent p-values is at most this one: 1 − (1 − p)ᵐ (Šidák 1967, "Rectangular
/// confidence regions for the means of multivariate normal distributions", JASA 62:626–633).
pub fn family_wise(p: f64, family: usize) -> f64 {
    -f64::exp_m1(family as f64 * f64::ln_1p(-p.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_by_hand() {
        assert_eq!(combine(&[]), 1.0);
        // One p-value: both are p itself, and it is doubled.
        assert!((combine(&[0.01]) - 0.02).abs() < 1e-9);
        // χ² with 4 degrees of freedom: sf(x) = (1 + x/2)·exp(−x/2), here with x/2 = −ln .01.
        let half = -(0.1_f64.ln() * 2.0);
        assert!((combine(&[0.1, 0.1]) - 2.0 * (1.0 + half) * (-half).exp()).abs() < 1e-9);
        assert!((family_wise(0.01, 5) - (1.0 - 0.99_f64.powi(5))).abs() < 1e-12);
        assert!(family_wise(1e-300, 6) > 0.0, "what is small stays above zero");
        assert_eq!(family_wise(1.0, 3), 1.0);
    }
}
