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

    /// Number of answers behind the figure.
    pub const fn n(&self) -> u64 {
        match self {
            Self::Shown { n, .. } | Self::TooFew { n } => *n,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
    fn an_unknown_or_empty_number_of_invitations_gives_no_rate() {
        for invited in [None, Some(0)] {
            assert!(matches!(Figure::share(30, 30, invited), Figure::Shown { of_invited: None, .. }));
        }
    }

    proptest! {
        #[test]
        fn no_share_under_the_minimum(positive in 0u64..100, n in 0u64..100) {
            let shown = matches!(Figure::share(positive, n, None), Figure::Shown { .. });
            prop_assert_eq!(shown, n >= MINIMUM_ANSWERS);
        }
    }
}
