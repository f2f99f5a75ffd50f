//! What changed from one quarter to the next beyond chance: of many comparisons those that are chosen are at most one in twenty wrong
//! on average.
//!
//! Every pair of shares with enough answers is compared ([`hailong_stats::interval::difference_p_value`]), and those are chosen whose
//! false discovery rate is at most .05 over all of them (Benjamini and Hochberg 1995). The interval of a change is Newcombe's. That
//! answers change is all that is said: who answers may change too.

use hailong_stats::{
    interval::{Z95, difference_p_value, newcombe},
    rank::benjamini_hochberg,
};

use super::figure::MINIMUM_ANSWERS;

/// Part of the changes told that may be chance, on average.
pub const FALSE_DISCOVERIES: f64 = 0.05;

/// Two shares to compare, each `(positive, n)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair<K> {
    /// What they are of.
    pub of: K,
    /// The quarter before.
    pub before: (u64, u64),
    /// This quarter.
    pub now: (u64, u64),
}

/// A change beyond chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<K> {
    /// Of what.
    pub of: K,
    /// The share in the quarter before.
    pub before: f64,
    /// The share in this quarter.
    pub now: f64,
    /// The 95 % interval of how much it rose; below zero where it fell.
    pub interval: (f64, f64),
}

/// Of these pairs, the changes beyond chance, the largest first; and how many could be compared at all.
pub fn beyond_chance<K>(pairs: Vec<Pair<K>>) -> (Vec<Change<K>>, usize) {
    let enough = |(_, n): (u64, u64)| n >= MINIMUM_ANSWERS;
    let pairs: Vec<Pair<K>> =
        pairs.into_iter().filter(|pair| enough(pair.before) && enough(pair.now)).collect();
    let compared = pairs.len();
    let p_values: Vec<f64> =
        pairs.iter().map(|pair| difference_p_value(pair.before, pair.now).unwrap_or(1.0)).collect();
    let rates = benjamini_hochberg(&p_values);
    let share = |(positive, n): (u64, u64)| positive.min(n) as f64 / n as f64;
    let chosen = pairs.into_iter().zip(rates).filter(|(_, rate)| *rate <= FALSE_DISCOVERIES);
    let mut changes: Vec<Change<K>> = chosen
        .filter_map(|(pair, _)| {
            let interval = newcombe(pair.before, pair.now, Z95)?;
            Some(Change { of: pair.of, before: share(pair.before), now: share(pair.now), interval })
        })
        .collect();
    changes.sort_by(|a, b| (b.now - b.before).abs().total_cmp(&(a.now - a.before).abs()));
    (changes, compared)
}

#[cfg(test)]
mod tests {
    use hailong_stats::random::Random;

    use super::*;

    fn pair(of: &str, before: (u64, u64), now: (u64, u64)) -> Pair<&str> {
        Pair { of, before, now }
    }

    #[test]
    fn a_large_change_is_told_with_its_interval_and_a_small_one_is_not() {
        let pairs = vec![
            pair("fell", (180, 200), (120, 200)),
            pair("rose", (100, 200), (140, 200)),
            pair("chance", (150, 200), (153, 200)),
            pair("few", (19, 19), (0, 400)),
        ];
        let (changes, compared) = beyond_chance(pairs);
        assert_eq!(compared, 3);
        assert_eq!(changes.iter().map(|change| change.of).collect::<Vec<_>>(), ["fell", "rose"]);
        assert!(changes[0].interval.1 < 0.0 && changes[1].interval.0 > 0.0);
        assert!((changes[0].before, changes[0].now) == (0.9, 0.6));
    }

    #[test]
    fn where_nothing_changed_hardly_anything_is_told() {
        let mut random = Random::new(17);
        let mut worlds_with_any = 0;
        for _ in 0..1_000 {
            let draw = |random: &mut Random| {
                let n = 40 + random.below(160) as u64;
                ((0..n).filter(|_| random.unit() < 0.82).count() as u64, n)
            };
            let mut pairs = Vec::new();
            for of in 0..60 {
                pairs.push(Pair { of, before: draw(&mut random), now: draw(&mut random) });
            }
            worlds_with_any += usize::from(!beyond_chance(pairs).0.is_empty());
        }
        // Without any true change a choice at a false discovery rate of .05 is wrong in at most so many worlds.
        assert!((10..=65).contains(&worlds_with_any), "{worlds_with_any} of 1,000");
    }
}
