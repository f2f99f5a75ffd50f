//! Mathematics only: numbers in, numbers out. No domain words, no clock; randomness only from a seed that is given.

pub mod beta_binomial;
pub mod classifier;
pub mod difference;
pub mod funnel;
pub mod gamma_poisson;
pub mod guard;
pub mod interval;
pub mod mixed;
pub mod process;
pub mod queue;
pub mod random;
pub mod rank;
pub mod sample;
pub mod stratified;
