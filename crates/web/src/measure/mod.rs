//! Measure: the figures that everybody may check.

pub(crate) mod figure;
