//! Upper tails of counts, of which what was seen itself enters in part.

use statrs::{
    distribution::{Binomial, Discrete, DiscreteCDF, Poisson},
    function::{beta::ln_beta, factorial::ln_binomial},
};

use crate::beta_binomial::Share;

/// P(X > k) + u·P(X = k), never quite 0: logarithms are taken of it.
fn upper(above: f64, at: f64, u: f64) -> f64 {
    (above + u * at).clamp(f64::MIN_POSITIVE, 1.0)
}

/// The tail of a binomial count.
pub(super) fn binomial(k: u64, n: u64, share: f64, u: f64) -> f64 {
    match Binomial::new(share.clamp(0.0, 1.0), n) {
        Ok(chance) if k <= n => upper(chance.sf(k), chance.pmf(k), u),
        _ => 1.0,
    }
}

/// The tail of a Poisson count.
pub(super) fn poisson(k: u64, mean: f64, u: f64) -> f64 {
    Poisson::new(mean).map_or(1.0, |chance| upper(chance.sf(k), chance.pmf(k), u))
}

/// The tail of a count of successes whose share differs between units.
pub(super) fn beta_binomial(k: u64, n: u64, spread: Share, u: f64) -> f64 {
    if k > n {
        return 1.0;
    }
    let (a, b) = (spread.a, spread.b);
    let first = ln_binomial(n, k) + ln_beta(a + k as f64, b + (n - k) as f64) - ln_beta(a, b);
    let seen = first.exp();
    // Each probability from the one before: P(j + 1)/P(j) = (n − j)(a + j)/((j + 1)(b + n − j − 1)).
    let (mut at, mut above) = (seen, 0.0);
    for j in k..n {
        let (done, left) = (j as f64, (n - j) as f64);
        at *= left * (a + done) / ((done + 1.0) * (b + left - 1.0));
        above += at;
    }
    upper(above, seen, u)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_by_hand() {
        // Four tosses: P(X > 3) = 1/16, P(X = 3) = 1/4.
        assert!((binomial(3, 4, 0.5, 0.0) - 0.0625).abs() < 1e-12);
        assert!((binomial(3, 4, 0.5, 1.0) - 0.3125).abs() < 1e-12);
        assert!((poisson(0, 2.0, 0.0) - (1.0 - (-2.0_f64).exp())).abs() < 1e-12);
        // With Beta(1, 1) every count from 0 to n is as likely.
        assert!((beta_binomial(7, 9, Share { a: 1.0, b: 1.0 }, 0.5) - 0.25).abs() < 1e-10);
        // A very large a + b is the binomial.
        let near = Share { a: 5e6, b: 5e6 };
        assert!((beta_binomial(3, 4, near, 1.0) - 0.3125).abs() < 1e-5);
    }
}
