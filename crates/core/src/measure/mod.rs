//! Measure: what the answers of many people say, and when they say nothing yet.

pub mod figure;
pub mod guard;
pub mod process;
pub mod scorecard;
