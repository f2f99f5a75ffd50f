//! The days off of a year, for everybody.

use std::sync::Arc;

use axum::{
    extract::{Query, State},
    response::Response,
};
use hailong_core::serve::calendar::Calendar;
use hailong_render::{
    Lang, Section,
    serve::calendar::{DayLine, DaysOff, YearLink},
};
use serde::Deserialize;

use crate::{
    App,
    error::{Failure, html},
    visitor::Visitor,
};

/// `?year=`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    year: String,
}

/// `GET /days-off`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let directory = app.store.directory();
    let year = year(&directory.calendar, &asked.year, visitor.now.day().year());
    html(&DaysOff {
        shell: visitor.shell("calendar-public-title", Section::None),
        year: year.into(),
        years: years(&directory.calendar, "/days-off", year),
        days: days(&directory.calendar, visitor.lang, year),
    })
}

/// The year asked for, or this year, within those of the calendar.
pub(crate) fn year(calendar: &Calendar, asked: &str, now: i16) -> i16 {
    let (first, last) = calendar.span();
    let asked: i16 = asked.trim().parse().unwrap_or(now);
    asked.min(last.year()).max(first.year())
}

/// Links to the years of the calendar.
pub(crate) fn years(calendar: &Calendar, path: &str, shown: i16) -> Vec<YearLink> {
    let (first, last) = calendar.span();
    YearLink::all(path, first.year(), last.year(), shown)
}

/// The rows of a year.
pub(crate) fn days(calendar: &Calendar, lang: Lang, year: i16) -> Vec<DayLine> {
    let of_year = calendar.specials().filter(|row| row.day.year() == year);
    of_year.map(|row| DayLine::new(lang, row)).collect()
}
