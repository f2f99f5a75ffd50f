//! Counts that move with every event, so that dashboards never count cases.

pub mod figure;
pub mod guard;
pub mod scorecard;
