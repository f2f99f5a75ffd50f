//! Samples from strata: how many from each, and which ones.
//!
//! Proportional allocation (Cochran 1977, *Sampling Techniques*, §5.5) made whole by the largest remainders (Hamilton's method;
//! Balinski and Young 1982, *Fair Representation*), with a least number for each stratum: a variance needs two.

use crate::random::Random;

/// Parts of a whole in proportion to sizes, as whole numbers that sum to it: each part is its quota rounded down or up, up for
/// the largest remainders, the earlier of two equal ones first. All are 0 when every size is.
pub fn apportion(total: u32, sizes: &[u32]) -> Vec<u32> {
    let all: u64 = sizes.iter().map(|size| u64::from(*size)).sum();
    if all == 0 {
        return vec![0; sizes.len()];
    }
    let quotas: Vec<u64> = sizes.iter().map(|size| u64::from(total) * u64::from(*size)).collect();
    let mut parts: Vec<u32> = quotas.iter().map(|quota| (quota / all) as u32).collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(quotas[*at] % all), *at));
    let missing = total - parts.iter().sum::<u32>();
    order.into_iter().take(missing as usize).for_each(|at| parts[at] += 1);
    parts
}

/// How many to draw from each stratum: `total` (or all there are) in proportion to the sizes, but at least `least` from each
/// (or all it has), or as many as `total` gives each. Strata that would get less are raised, the others share the rest.
pub fn allocate(total: u32, least: u32, sizes: &[u32]) -> Vec<u32> {
    let all: u64 = sizes.iter().map(|size| u64::from(*size)).sum();
    let total = u64::from(total).min(all) as u32;
    let floors = |least: u32| sizes.iter().map(move |size| least.min(*size));
    let sum = |least| floors(least).map(u64::from).sum::<u64>();
    let least = (0..=least).rev().find(|least| sum(*least) <= u64::from(total)).unwrap_or_default();
    let floors: Vec<u32> = floors(least).collect();
    let mut raised = vec![false; sizes.len()];
    loop {
        let given: u32 =
            floors.iter().zip(&raised).filter(|(_, raised)| **raised).map(|(floor, _)| floor).sum();
        let open: Vec<u32> =
            sizes.iter().zip(&raised).map(|(size, raised)| if *raised { 0 } else { *size }).collect();
        let mut parts = apportion(total - given, &open);
        let short: Vec<usize> =
            (0..sizes.len()).filter(|at| !raised[*at] && parts[*at] < floors[*at]).collect();
        if short.is_empty() {
            (0..sizes.len()).filter(|at| raised[*at]).for_each(|at| parts[at] = floors[at]);
            return parts;
        }
        short.into_iter().for_each(|at| raised[at] = true);
    }
}

/// Draws `n` of the numbers from 0 to `size` (without it), each set of them equally likely, in rising order: a simple random
/// sample without replacement. All of them when there are not more.
pub fn draw(random: &mut Random, n: u32, size: u32) -> Vec<u32> {
    let mut all: Vec<u32> = (0..size).collect();
    let n = n.min(size) as usize;
    for at in 0..n {
        let left = all.len() - at;
        let other = at + ((random.unit() * left as f64) as usize).min(left - 1);
        all.swap(at, other);
    }
    all.truncate(n);
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn remainders_decide() {
        // Quotas 4.5, 3.0, 1.5 and 1.0 of ten.
        assert_eq!(apportion(10, &[45, 30, 15, 10]), [5, 3, 1, 1]);
        assert_eq!(apportion(3, &[0, 0]), [0, 0]);
        assert_eq!(apportion(u32::MAX, &[u32::MAX, u32::MAX]), [u32::MAX / 2 + 1, u32::MAX / 2]);
    }

    #[test]
    fn small_strata_are_raised_and_none_gives_more_than_it_has() {
        assert_eq!(allocate(100, 2, &[900, 90, 9, 1, 0]), [88, 9, 2, 1, 0]);
        assert_eq!(allocate(5, 2, &[10, 10, 10]), [2, 2, 1], "two for each are six");
        assert_eq!(allocate(2, 2, &[10, 10, 10]), [1, 1, 0], "not even one for each");
        assert_eq!(allocate(100, 2, &[3, 4]), [3, 4]);
        assert!(allocate(10, 2, &[]).is_empty());
    }

    #[test]
    fn every_one_is_drawn_as_often_as_the_others() {
        let mut counts = [0_u32; 10];
        let mut random = Random::new(3);
        for _ in 0..20_000 {
            draw(&mut random, 3, 10).into_iter().for_each(|one| counts[one as usize] += 1);
        }
        // 6,000 each; the standard error is 65.
        assert!(counts.iter().all(|n| (5_700..6_300).contains(n)), "{counts:?}");
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole_and_are_within_one_of_the_quota(
            total in 0_u32..100_000,
            sizes in prop::collection::vec(0_u32..100_000, 1..50),
        ) {
            prop_assume!(sizes.iter().any(|size| *size > 0));
            let parts = apportion(total, &sizes);
            prop_assert_eq!(parts.iter().sum::<u32>(), total);
            let all: f64 = sizes.iter().map(|size| f64::from(*size)).sum();
            for (part, size) in parts.iter().zip(&sizes) {
                let quota = f64::from(total) * f64::from(*size) / all;
                prop_assert!((f64::from(*part) - quota).abs() < 1.0 + 1e-6);
            }
        }

        #[test]
        fn allocations_sum_keep_the_least_and_fit(
            total in 0_u32..5_000,
            least in 0_u32..5,
            sizes in prop::collection::vec(0_u32..500, 0..40),
        ) {
            let parts = allocate(total, least, &sizes);
            let all: u32 = sizes.iter().sum();
            prop_assert_eq!(parts.iter().sum::<u32>(), total.min(all));
            let fits = sizes.iter().map(|size| least.min(*size)).sum::<u32>() <= total;
            for (part, size) in parts.iter().zip(&sizes) {
                prop_assert!(part <= size);
                prop_assert!(!fits || *part >= least.min(*size));
            }
        }

        #[test]
        fn a_draw_is_repeatable_and_without_doubles(seed in any::<u64>(), n in 0_u32..200, size in 0_u32..300) {
            let drawn = draw(&mut Random::new(seed), n, size);
            prop_assert_eq!(&drawn, &draw(&mut Random::new(seed), n, size));
            prop_assert_eq!(drawn.len() as u32, n.min(size));
            prop_assert!(drawn.windows(2).all(|two| two[0] < two[1]) && drawn.iter().all(|one| *one < size));
        }
    }
}
