//! A strict sliding window: at most so many tries per key within a window of machine time.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::error::Failure;

/// Most keys that are remembered. Beyond, new keys are refused until old ones have run out.
const MOST_KEYS: usize = 100_000;

/// Counts tries per key.
pub(crate) struct Limiter {
    tries: usize,
    window: i64,
    most_keys: usize,
    seen: Mutex<HashMap<[u8; 16], VecDeque<i64>>>,
}

impl Limiter {
    /// At most `tries` within `window` microseconds.
    pub(crate) fn new(tries: usize, window: i64) -> Self {
        Self { tries, window, most_keys: MOST_KEYS, seen: Mutex::default() }
    }

    /// Counts a try and tells whether it is still allowed. A refused try does not lengthen the wait.
    pub(crate) fn allow(&self, key: &str, now: i64) -> bool {
        let mut seen = self.lock();
        let id = id(key);
        if !seen.contains_key(&id) && seen.len() >= self.most_keys {
            seen.retain(|_, tries| tries.back().is_some_and(|&last| last > now - self.window));
            if seen.len() >= self.most_keys {
                return false;
            }
        }
        let tries = seen.entry(id).or_default();
        while tries.front().is_some_and(|&first| first <= now - self.window) {
            tries.pop_front();
        }
        if tries.len() >= self.tries {
            return false;
        }
        tries.push_back(now);
        true
    }

    /// Gives one try back, because it was right.
    pub(crate) fn forgive(&self, key: &str) {
        if let Some(tries) = self.lock().get_mut(&id(key)) {
            tries.pop_back();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 16], VecDeque<i64>>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much may come from the public in an hour, from one client and from everybody.
pub(crate) struct Gate {
    by_client: Limiter,
    in_all: Limiter,
}

impl Gate {
    /// The window, in seconds.
    const WINDOW: u32 = 3_600;

    /// At most so many an hour from one client, and so many in all.
    pub(crate) fn hourly(by_client: usize, in_all: usize) -> Self {
        let limiter = |most| Limiter::new(most, i64::from(Self::WINDOW) * 1_000_000);
        Self { by_client: limiter(by_client), in_all: limiter(in_all) }
    }

    /// Lets one more in at this moment of machine time, or says when to come again.
    pub(crate) fn enter(&self, client: &str, now: i64) -> Result<(), Failure> {
        if self.by_client.allow(client, now) && self.in_all.allow("", now) {
            return Ok(());
        }
        Err(Failure::too_many_tries(Self::WINDOW))
    }
}

/// Keys are kept as hashes: of one size, and without names or addresses in memory.
fn id(key: &str) -> [u8; 16] {
    let hash = Sha256::digest(key.as_bytes());
    std::array::from_fn(|at| hash[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_try_within_the_window_is_refused() {
        let limiter = Limiter::new(5, 60);
        assert!((0..5).all(|now| limiter.allow("a", now)));
        assert!(!limiter.allow("a", 59) && limiter.allow("b", 59));
        assert!(limiter.allow("a", 60), "the first try has left the window");
        assert!(!limiter.allow("a", 60), "the second has not");
    }

    #[test]
    fn a_right_try_does_not_count() {
        let limiter = Limiter::new(1, 60);
        for now in 0..10 {
            assert!(limiter.allow("a", now));
            limiter.forgive("a");
        }
        limiter.forgive("unknown");
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = Limiter { most_keys: 3, ..Limiter::new(1, 60) };
        assert!(["a", "b", "c"].iter().all(|key| limiter.allow(key, 0)));
        assert!(!limiter.allow("d", 30));
        assert!(limiter.allow("d", 60));
        assert!(limiter.lock().len() <= 3);
    }
}
