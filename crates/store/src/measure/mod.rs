//! Counts that move with every event, so that dashboards never count cases.

pub mod evaluation;
pub mod figure;
pub mod guard;
pub mod process;
pub mod scale;
pub mod scorecard;
