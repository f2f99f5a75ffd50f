//! Was something done to the answers? Tests for answers that nobody gave, for answers that were kept away, and a score that pays little for either.
//!
//! A unit is judged by answers of 1 to 5. Some of them come in *through* the unit, which could have given them itself; others come in
//! *past* it. Each test gives the probability of something as strange as what was seen, or stranger, when the unit is like its peers.
//! Counts are discrete: with half of them just at a threshold no test would keep its rate of false alarms. So what was seen itself
//! counts in part, by a random number that is an argument (Stevens 1950, "Fiducial limits of the parameter of a discontinuous distribution",
//! Biometrika 37:117–129; randomised tests).
//!
//! | | test | says | null |
//! |---|---|---|---|
//! | T1 | [`contrast`] | answers through the unit are better than those past it | the usual contrast, its spread between units, Student's t |
//! | T2 | [`burst`] | many answers came within a minute of each other | Poisson, mean from [`usual_burst`] |
//! | T3 | [`at_most_usual`] | many came long after the matter had ended | binomial |
//! | T4 | [`alike`] | all parts of an answer are the same | sum of independent indicators, normal |
//! | T5 | [`of_spread`], [`others`] | more answered than elsewhere | beta-binomial from peers |
//! | T6 | [`at_most_usual`] | people say that an answer was not theirs | binomial |
//! | T7 | [`kept_away`] | those who were served badly answered less often | hypergeometric, mid-p |
//! | T8 | [`repeated`], [`similar`] | the same device or words, again and again | Poisson |
//! | T9 | [`sequential`] | people who are asked say that they did not answer | sequential probability ratio |
//!
//! [`combine`] makes one of several; a group of units is judged by [`benjamini_hochberg`](crate::rank::benjamini_hochberg) or
//! [`family_wise`]. What is usual is learned from peers of which the outermost on each side do not count ([`peers`]), so that those who are
//! looked for do not make themselves usual. What all of it can find is measured in [`simulate`].

mod combine;
pub mod distrust;
pub mod others;
pub mod peers;
pub mod sequential;
pub mod similar;
pub mod simulate;
mod tail;
mod test;

pub use combine::{combine, family_wise};
pub use test::{
    LEAST_ANSWERS, above_usual, alike, at_most_usual, burst, contrast, kept_away, of_spread, repeated,
    usual_burst,
};
