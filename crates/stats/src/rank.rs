//! Ranks of which one says how sure they are, and choices among many of which one says how many are wrong.
//!
//! A rank is a property of the unknown values, not of their estimates: values are drawn many times from what is known of them and ranked
//! each time (Laird and Louis 1989, "Empirical Bayes ranking methods", J. Educational Statistics 14:29–46; Goldstein and Spiegelhalter 1996,
//! "League tables and their limitations", JRSS A 159:385–443).

use crate::random::Random;

/// What is known of the rank of one, where 1 is the highest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rank {
    /// The mean of the ranks that were drawn: the rank with the least expected squared error.
    pub expected: f64,
    /// The rank above which 5 % of the draws lie.
    pub low: u32,
    /// The rank below which 5 % of the draws lie.
    pub high: u32,
    /// The probability of the highest value of all.
    pub best: f64,
    /// The probability of the lowest.
    pub worst: f64,
}

/// Draws values this often and ranks them. `draw` gives a value of one of `many`; the same seed gives the same ranks.
pub fn ranks(
    many: usize,
    draws: u32,
    seed: u64,
    mut draw: impl FnMut(usize, &mut Random) -> f64,
) -> Vec<Rank> {
    let mut random = Random::new(seed);
    let mut counts = vec![vec![0_u32; many]; many];
    let mut values: Vec<(f64, usize)> = Vec::with_capacity(many);
    for _ in 0..draws {
        values.clear();
        values.extend((0..many).map(|at| (draw(at, &mut random), at)));
        values.sort_by(|a, b| b.0.total_cmp(&a.0));
        values.iter().enumerate().for_each(|(rank, (_, at))| counts[*at][rank] += 1);
    }
    let all = f64::from(draws.max(1));
    let at_share = |counts: &[u32], share: f64| {
        let mut seen = 0.0;
        let place = counts.iter().position(|count| {
            seen += f64::from(*count);
            seen >= share * all
        });
        place.unwrap_or(many - 1) as u32 + 1
    };
    let rank = |counts: &Vec<u32>| {
        let sum: f64 =
            counts.iter().zip(1_u32..).map(|(count, rank)| f64::from(*count) * f64::from(rank)).sum();
        Rank {
            expected: sum / all,
            low: at_share(counts, 0.05),
            high: at_share(counts, 0.95),
            best: f64::from(counts[0]) / all,
            worst: f64::from(counts[many - 1]) / all,
        }
    };
    counts.iter().map(rank).collect()
}

/// The false discovery rate at which each of these p-values would just be chosen (Benjamini and Hochberg 1995, "Controlling the false
/// discovery rate", JRSS B 57:289–300): those at most α are a choice with at most the part α wrong on average.
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*b].total_cmp(&p_values[*a]));
    let mut rates = vec![1.0; p_values.len()];
    let mut least = 1.0_f64;
    for (from_last, at) in order.into_iter().enumerate() {
        let rank = (p_values.len() - from_last) as f64;
        least = least.min(p_values[at] * p_values.len() as f64 / rank);
        rates[at] = least;
    }
    rates
}

/// The longest list of the surest of which the part `rate` is wrong on average at most, given the probability of each to be right (Müller,
/// Parmigiani, Robert and Rousseau 2004, "Optimal sample size for multiple testing", JASA 99:990–1001). Surest first.
pub fn surest(probabilities: &[f64], rate: f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]));
    let mut wrong = 0.0;
    let within = order.iter().zip(1_u32..).take_while(|(at, many)| {
        wrong += 1.0 - probabilities[**at];
        wrong <= rate * f64::from(*many)
    });
    let many = within.count();
    order.truncate(many);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sure_is_ranked_surely_and_what_is_not_is_not() {
        let known = [(3.0, 0.01), (1.0, 0.01), (2.0, 5.0)];
        let ranks = ranks(3, 20_000, 1, |at, random| known[at].0 + known[at].1 * random.normal());
        assert!((ranks.iter().map(|rank| rank.expected).sum::<f64>() - 6.0).abs() < 1e-9);
        assert!((ranks.iter().map(|rank| rank.best).sum::<f64>() - 1.0).abs() < 1e-9);
        // The uncertain one is above the best with P(Z > 1/5), below the worst with P(Z < −1/5).
        assert!((ranks[2].best - 0.4207).abs() < 0.01 && (ranks[2].worst - 0.4207).abs() < 0.01);
        assert_eq!((ranks[2].low, ranks[2].high), (1, 3));
        assert!(ranks[0].worst < 1e-3 && ranks[1].best < 1e-3);
    }

    #[test]
    fn the_seed_is_the_result() {
        let of = |seed| ranks(5, 200, seed, |at, random| at as f64 + random.normal());
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert_eq!(ranks(0, 100, 1, |_, _| 0.0), []);
    }

    #[test]
    fn rates_of_the_paper() {
        // The fifteen p-values of the paper's example: four are chosen at a rate of 5 %.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        let rates = benjamini_hochberg(&p);
        assert_eq!(rates.iter().filter(|rate| **rate <= 0.05).count(), 4);
        assert!((rates[0] - 0.0015).abs() < 1e-12 && (rates[3] - 0.0095 * 15.0 / 4.0).abs() < 1e-12);
        assert!(
            (rates[5] - 0.0298 * 15.0 / 7.0).abs() < 1e-12,
            "no more than that of a larger p-value: {}",
            rates[5]
        );
        assert_eq!(benjamini_hochberg(&[]), Vec::<f64>::new());
    }

    #[test]
    fn the_surest_are_as_many_as_the_rate_allows() {
        assert_eq!(surest(&[0.2, 0.99, 0.85, 0.95], 0.1), [1, 3, 2]);
        assert_eq!(surest(&[0.2, 0.99, 0.85, 0.95], 0.02), [1]);
        assert_eq!(surest(&[0.5], 0.1), Vec::<usize>::new());
    }
}
