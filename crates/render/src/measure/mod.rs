//! Figures: what everybody may see, and what officials see of themselves.

pub mod evaluation;
pub mod figures;
pub mod guard;
pub mod process;
pub mod release;
pub mod scale;
pub mod scorecard;

use crate::lang::Lang;
use crate::page::Sample;

/// The samples of these pages.
pub fn samples(lang: Lang) -> Vec<Sample> {
    crate::samples!(lang; figures::Figures, figures::OfficeFigures, guard::Alarms, guard::AlarmPage, process::Processes, process::Process, release::OpenData,
        scale::ScaleList,
        scale::ScalePage, scale::Entry, scorecard::Scorecards, scorecard::Scorecard, evaluation::Evaluations,
        evaluation::Evaluation)
}
