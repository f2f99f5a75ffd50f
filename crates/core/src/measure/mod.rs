//! Measure: what the answers of many people say, and when they say nothing yet.

pub mod change;
pub mod evaluation;
pub mod figure;
pub mod guard;
pub mod lead;
pub mod process;
pub mod release;
pub mod scale;
pub mod scorecard;
