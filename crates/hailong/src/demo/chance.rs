//! Repeatable chance: every draw is a function of the demo's seed and a name.

use hailong_core::context::Entropy;
use sha2::{Digest, Sha256};

/// A stream of draws.
pub(super) struct Chance(Entropy);

/// 32 bytes that belong to a seed and a name.
pub(super) fn seed_of(seed: u64, name: &str, number: u64) -> [u8; 32] {
    let hash =
        Sha256::new().chain_update(seed.to_le_bytes()).chain_update(name).chain_update(number.to_le_bytes());
    hash.finalize().into()
}

impl Chance {
    pub(super) fn new(seed: u64, name: &str, number: u64) -> Self {
        Self(Entropy::new(seed_of(seed, name, number)))
    }

    /// Below `bound`.
    pub(super) fn below(&self, bound: usize) -> usize {
        self.0.below(bound)
    }

    /// From 0 up to 1.
    pub(super) fn unit(&self) -> f64 {
        self.below(1 << 53) as f64 / (1_u64 << 53) as f64
    }

    /// True this often.
    pub(super) fn happens(&self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of a list.
    pub(super) fn pick<'a, T>(&self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// The position of one of a list, by weight.
    pub(super) fn weighted(&self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (at, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return at;
            }
        }
        weights.len() - 1
    }

    /// Roughly normal: mean 0, standard deviation 1 (sum of twelve).
    pub(super) fn bell(&self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}
