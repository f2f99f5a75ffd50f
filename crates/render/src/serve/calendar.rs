//! The days off of a year, and the weekend days worked for them, as anybody may read them.

use askama::Template;
use hailong_core::{
    serve::calendar::{Kind, Special},
    time::Day,
};

use crate::{
    format,
    lang::Lang,
    page::Page,
    shell::{Section, Shell},
};

/// A day of the table.
#[derive(Clone, Debug)]
pub struct DayLine {
    /// The day, in words.
    pub day: String,
    /// What it is, in words.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// Where that is known from.
    pub source: String,
}

/// A year to choose.
#[derive(Clone, Debug)]
pub struct YearLink {
    /// The year, as it is written.
    pub year: String,
    /// Its address; empty for the one shown.
    pub href: String,
}

/// `GET /days-off`.
#[derive(Debug, Template)]
#[template(path = "serve/days-off.html")]
pub struct DaysOff {
    /// Frame.
    pub shell: Shell,
    /// The year shown.
    pub year: i64,
    /// The years there are.
    pub years: Vec<YearLink>,
    /// Its days.
    pub days: Vec<DayLine>,
}

/// Key of what a day is.
pub const fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Holiday => "calendar-kind-nghi-le",
        Kind::InLieu => "calendar-kind-nghi-bu",
        Kind::Exchanged => "calendar-kind-nghi-hoan-doi",
        Kind::Worked => "calendar-kind-lam-bu",
    }
}

impl DayLine {
    /// A row of the table in words.
    pub fn new(lang: Lang, row: &Special) -> Self {
        Self {
            day: format::day(lang, row.day),
            kind: lang.t(kind_key(row.kind)),
            name: row.name.clone(),
            source: row.source.clone(),
        }
    }

    pub(crate) fn samples(lang: Lang) -> Vec<Self> {
        let row = |kind| Special {
            day: Day::new(2026, 1, 2).unwrap_or_default(),
            kind,
            name: "Ngày nghỉ (thay cho ngày 10/01/2026)".to_owned(),
            source: "Công văn 12/VPCP-KGVX".to_owned(),
        };
        Kind::ALL.into_iter().map(|kind| Self::new(lang, &row(kind))).collect()
    }
}

impl YearLink {
    /// The years from one to another, each with its address under a path.
    pub fn all(path: &str, from: i16, to: i16, shown: i16) -> Vec<Self> {
        let link = |year: i16| Self {
            year: year.to_string(),
            href: if year == shown { String::new() } else { format!("{path}?year={year}") },
        };
        (from..=to).map(link).collect()
    }
}

impl Page for DaysOff {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "calendar-public-title", Section::None),
            year: 2026,
            years: YearLink::all("/days-off", 2025, 2026, 2026),
            days: DayLine::samples(lang),
        }
    }
}
