//! Reproducible randomness: the same seed gives the same numbers on every machine.
//!
//! The generator is xoshiro256++ (Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators", ACM TOMS
//! 47:36), the draws are those of the `rand_distr` crate, which promises the same values for the same release.

use rand_distr::{Distribution, Gamma, StandardNormal, StandardUniform};
use rand_xoshiro::{Xoshiro256PlusPlus, rand_core::SeedableRng};

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A number from 0 up to, but without, 1.
    pub fn unit(&mut self) -> f64 {
        StandardUniform.sample(&mut self.0)
    }

    /// A draw from the standard normal distribution.
    pub fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// A whole number from 0 up to, but without, `many`.
    pub fn below(&mut self, many: usize) -> usize {
        (self.unit() * many as f64) as usize
    }

    /// Puts a list in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }

    /// A draw from any distribution.
    pub fn draw<T>(&mut self, from: &impl Distribution<T>) -> T {
        from.sample(&mut self.0)
    }

    /// A draw from the gamma distribution with this shape and rate (both above 0; anything else gives 0).
    pub fn gamma(&mut self, shape: f64, rate: f64) -> f64 {
        Gamma::new(shape, 1.0 / rate).map_or(0.0, |gamma| gamma.sample(&mut self.0))
    }

    /// A draw from the beta distribution with these shapes, both above 0.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (a, b) = (self.gamma(a, 1.0), self.gamma(b, 1.0));
        a / (a + b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_stream() {
        let of = |seed| {
            let mut random = Random::new(seed);
            (0..8).map(|_| random.unit().to_bits()).collect::<Vec<_>>()
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn gamma_draws_have_their_mean_and_variance() {
        let mut random = Random::new(7);
        let drawn: Vec<f64> = (0..100_000).map(|_| random.gamma(4.0, 2.0)).collect();
        let mean = drawn.iter().sum::<f64>() / 1e5;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 1e5;
        assert!((mean - 2.0).abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
        assert_eq!(random.gamma(0.0, 1.0), 0.0);
    }
}
