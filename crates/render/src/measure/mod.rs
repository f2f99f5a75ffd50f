//! Public figures.

pub mod figures;
pub mod process;

use crate::lang::Lang;
use crate::page::Sample;

/// The samples of these pages.
pub fn samples(lang: Lang) -> Vec<Sample> {
    crate::samples!(lang; figures::Figures, figures::OfficeFigures)
}
