//! Papers to print.

use crate::lang::Lang;
use crate::page::Sample;

/// The samples of these pages.
pub fn samples(_lang: Lang) -> Vec<Sample> {
    Vec::new()
}
