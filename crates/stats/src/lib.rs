//! Mathematics only: numbers in, numbers out. No domain words, no clock, no randomness.

pub mod interval;
