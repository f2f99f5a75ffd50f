//! The dates of a case, each with what it is for: they are never mixed, so they are never shown without their words.

use hailong_core::serve::clock::Dates;
use hailong_core::time::{Day, Instant};

use crate::format;
use crate::lang::Lang;

/// One date.
#[derive(Clone, Debug)]
pub struct DateRow {
    /// Its name.
    pub name: String,
    /// The date in words.
    pub when: String,
    /// What it is for, in one sentence.
    pub about: String,
}

fn row(lang: Lang, name: &str, about: &str, when: String) -> DateRow {
    DateRow { name: lang.t(name), when, about: lang.t(about) }
}

/// The four dates.
pub fn four(lang: Lang, dates: &Dates) -> Vec<DateRow> {
    [
        ("work-date-statutory", "work-date-statutory-about", dates.statutory),
        ("work-date-promised", "work-date-promised-about", dates.promised),
        ("work-date-adjusted", "work-date-adjusted-about", dates.adjusted),
        ("work-date-index", "work-date-index-about", dates.index),
    ]
    .map(|(name, about, at)| row(lang, name, about, format::date_time(lang, at)))
    .into()
}

/// Until when it must be with whoever handles it.
pub fn transfer(lang: Lang, until: Instant) -> DateRow {
    row(lang, "work-date-transfer", "work-date-transfer-about", format::date_time(lang, until))
}

/// The last day for an apology.
pub fn apology(lang: Lang, until: Day) -> DateRow {
    row(lang, "work-date-apology", "work-date-apology-about", format::day(lang, until))
}
