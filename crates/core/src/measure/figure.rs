//! A figure that may be shown: a share with its interval, its number of answers and the response rate.

use hailong_stats::interval::{Z95, wilson};
use serde::{Deserialize, Serialize};

/// Below this number of answers no share is shown: a few people would stand for everybody, and could be recognised.
pub const MINIMUM_ANSWERS: u64 = 20;

/// A share of answers, or the statement that there are too few of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Figure {
    /// Enough answers.
    Shown {
        /// Share of positive answers, 0 to 1.
        share: f64,
        /// Lower end of the 95 % Wilson interval.
        low: f64,
        /// Upper end of the 95 % Wilson interval.
        high: f64,
        /// Number of answers.
        n: u64,
        /// Answers as a share of invitations, when these are known.
        of_invited: Option<f64>,
    },
    /// Fewer answers than [`MINIMUM_ANSWERS`]: their number may be told, nothing else.
    TooFew {
        /// Number of answers.
        n: u64,
    },
}

impl Figure {
    /// The share of `positive` among `n` answers to `invited` invitations, when there are enough.
    pub fn share(positive: u64, n: u64, invited: Option<u64>) -> Self {
        if n < MINIMUM_ANSWERS {
            return Self::TooFew { n };
        }
        let positive = positive.min(n);
        let (low, high) = wilson(positive, n, Z95);
        let of_invited = invited.filter(|&invited| invited > 0).map(|invited| n as f64 / invited as f64);
        Self::Shown { share: positive as f64 / n as f64, low, high, n, of_invited }
    }

    /// The share over several parts that are also shown by themselves, each `(positive, n)`. It is shown only when
    /// no part has some answers but too few: the whole less its shown parts would tell the hidden one.
    pub fn of_parts(parts: &[(u64, u64)], invited: Option<u64>) -> Self {
        let hidden = parts.iter().map(|(_, n)| *n).filter(|n| (1..MINIMUM_ANSWERS).contains(n)).min();
        if let Some(n) = hidden {
            return Self::TooFew { n };
        }
        let (positive, n) = parts.iter().fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        Self::share(positive, n, invited)
    }

    /// The share over several offices that are also shown by themselves, each `(positive, n)`: what one of them hides must not follow
    /// from what others show, so the hidden ones count as one part. `rest` is no office's: the public log has it by itself, and whole.
    pub fn of_offices(
        offices: impl IntoIterator<Item = (u64, u64)>,
        rest: (u64, u64),
        invited: Option<u64>,
    ) -> Self {
        let (mut shown, mut hidden) = (rest, (0, 0));
        for (positive, n) in offices {
            let part = if n < MINIMUM_ANSWERS { &mut hidden } else { &mut shown };
            *part = (part.0 + positive, part.1 + n);
        }
        // Answers may be to invitations of the quarter before.
        Self::of_parts(&[shown, hidden], invited.map(|invited| invited.max(shown.1 + hidden.1)))
    }

    /// A share that was estimated, with its own interval, from `n` answers of `invited` people.
    pub fn estimated(share: f64, (low, high): (f64, f64), n: u64, invited: u64) -> Self {
        if n < MINIMUM_ANSWERS {
            return Self::TooFew { n };
        }
        let of_invited = (invited > 0).then(|| n as f64 / invited as f64);
        Self::Shown { share, low, high, n, of_invited }
    }

    /// What the share of all who were invited must lie between; see [`bounds`]. Nothing where it is not known how many were invited.
    pub fn bounds(&self) -> Option<(f64, f64)> {
        match *self {
            Self::Shown { share, of_invited: Some(rate), .. } => Some(bounds(share, rate, (0.0, 1.0))),
            Self::Shown { of_invited: None, .. } | Self::TooFew { .. } => None,
        }
    }

    /// Number of answers behind the figure.
    pub const fn n(&self) -> u64 {
        match self {
            Self::Shown { n, .. } | Self::TooFew { n } => *n,
        }
    }
}

/// What the mean of all who were asked must lie between, whatever those who did not answer think: all of them the lowest or all the highest
/// of `range` (Manski 1989, "Anatomy of the selection problem", J. Human Resources 24:343–360). `rate` is the part that answered.
pub fn bounds(mean: f64, rate: f64, (lowest, highest): (f64, f64)) -> (f64, f64) {
    let rate = rate.min(1.0);
    (rate * mean + (1.0 - rate) * lowest, rate * mean + (1.0 - rate) * highest)
}

/// Which parts are not shown beside a whole that is: those with fewer than [`MINIMUM_ANSWERS`], and, when these together have
/// some but too few (`apart` belong to no part), the smallest of the others too: else the whole less its shown parts would tell
/// the hidden ones (complementary suppression; Willenborg and de Waal 2001, *Elements of Statistical Disclosure Control*, §6).
pub fn hidden(parts: &[u64], apart: u64) -> Vec<bool> {
    let mut hidden: Vec<bool> = parts.iter().map(|n| *n < MINIMUM_ANSWERS).collect();
    let mut untold = apart + parts.iter().filter(|n| **n < MINIMUM_ANSWERS).sum::<u64>();
    while (1..MINIMUM_ANSWERS).contains(&untold) {
        let shown = (0..parts.len()).filter(|at| !hidden[*at]);
        let Some(smallest) = shown.min_by_key(|at| parts[*at]) else { break };
        hidden[smallest] = true;
        untold += parts[smallest];
    }
    hidden
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_whole_that_would_tell_a_hidden_part_is_not_shown() {
        let whole = |parts: &[(u64, u64)]| Figure::of_parts(parts, None);
        assert_eq!(whole(&[(138, 171), (3, 5)]), Figure::TooFew { n: 5 });
        assert_eq!(whole(&[(138, 171), (0, 0)]), Figure::share(138, 171, None));
        assert_eq!(whole(&[(138, 171), (18, 20)]), Figure::share(156, 191, None));
        assert_eq!(whole(&[(9, 10), (9, 10)]), Figure::TooFew { n: 10 });
        assert_eq!(whole(&[]), Figure::TooFew { n: 0 });
    }

    #[test]
    fn the_twentieth_answer_opens_the_figure() {
        assert_eq!(Figure::share(19, 19, Some(40)), Figure::TooFew { n: 19 });
        let Figure::Shown { share, low, high, n, of_invited } = Figure::share(18, 20, Some(40)) else {
            panic!("twenty answers are enough");
        };
        assert_eq!((share, n, of_invited), (0.9, 20, Some(0.5)));
        assert!((low - 0.698_966).abs() < 5e-7 && (high - 0.972_134).abs() < 5e-7);
    }

    #[test]
    fn bounds_hold_whatever_the_silent_ones_think() {
        // Of 40 who were asked 18 said yes and 2 no: from 18 of 40 to 38 of 40.
        assert_eq!(Figure::share(18, 20, Some(40)).bounds(), Some((0.45, 0.95)));
        assert_eq!(
            Figure::share(18, 20, Some(10)).bounds(),
            Some((0.9, 0.9)),
            "more answers than invitations"
        );
        assert_eq!(Figure::share(18, 20, None).bounds(), None);
        assert_eq!(Figure::share(3, 3, Some(40)).bounds(), None);
    }

    #[test]
    fn an_unknown_or_empty_number_of_invitations_gives_no_rate() {
        for invited in [None, Some(0)] {
            assert!(matches!(Figure::share(30, 30, invited), Figure::Shown { of_invited: None, .. }));
        }
    }

    #[test]
    fn a_hidden_part_takes_the_smallest_shown_one_along() {
        assert_eq!(hidden(&[100, 40, 30], 0), [false, false, false]);
        assert_eq!(hidden(&[100, 40, 5], 0), [false, true, true]);
        assert_eq!(hidden(&[100, 40, 5], 20), [false, false, true]);
        assert_eq!(hidden(&[100, 12, 9], 0), [false, true, true]);
        assert_eq!(hidden(&[100, 0], 0), [false, true], "nothing is hidden there");
    }

    proptest! {
        #[test]
        fn what_is_hidden_is_never_few(parts in prop::collection::vec(0_u64..60, 1..20), apart in 0_u64..30) {
            let hidden = hidden(&parts, apart);
            let untold: u64 = apart + parts.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(n, _)| n).sum::<u64>();
            let all = hidden.iter().all(|hidden| *hidden);
            prop_assert!(untold == 0 || untold >= MINIMUM_ANSWERS || all);
        }

        #[test]
        fn no_share_under_the_minimum(positive in 0u64..100, n in 0u64..100) {
            let shown = matches!(Figure::share(positive, n, None), Figure::Shown { .. });
            prop_assert_eq!(shown, n >= MINIMUM_ANSWERS);
        }
    }
}
