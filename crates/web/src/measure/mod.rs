//! Measure: the figures that everybody may check and take as data, and the leader's board.

pub(crate) mod evaluation;
pub(crate) mod figure;
pub(crate) mod guard;
pub(crate) mod lead;
pub(crate) mod process;
pub(crate) mod release;
pub(crate) mod scale;
pub(crate) mod scorecard;
