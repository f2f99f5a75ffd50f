//! Mathematics only: numbers in, numbers out. No domain words, no clock; randomness only from a seed that is given.

pub mod classifier;
pub mod gamma_poisson;
pub mod interval;
pub mod process;
pub mod queue;
pub mod random;
pub mod sample;
pub mod stratified;
