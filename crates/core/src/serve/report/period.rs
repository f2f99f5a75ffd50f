//! The periods that offices report on. Those of the law are not those of the calendar: a quarter's figures are closed on
//! the 14th of its last month, so that the report can be sent before the quarter ends.

use serde::{Deserialize, Serialize};

use crate::time::{Day, Month};

/// How periods are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// From the 15th of the month before to the 14th of the last month (NĐ 09/2019/NĐ-CP đ.12).
    Legal,
    /// From the first to the last day of the calendar's months.
    Calendar,
}

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// From Monday to Sunday; the law's window does not cut weeks.
    Week,
    /// One month.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    Half,
    /// The first nine months of a year.
    Nine,
    /// Twelve months.
    Year,
}

/// A period: its window, its length, its year and which of the year it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    window: Window,
    span: Span,
    /// The first calendar month that gives it its name; of a week, how many weeks it is after that of 1/1/1970.
    at: i32,
}

/// The Monday of the first week counted, 29/12/1969.
const FIRST_MONDAY: i32 = -3;

/// Years that a period may name.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2999;

impl Window {
    /// Both, the law's first.
    pub const ALL: [Self; 2] = [Self::Legal, Self::Calendar];

    /// Stable name in addresses and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Legal => "legal",
            Self::Calendar => "calendar",
        }
    }
}

impl Span {
    /// Every length, the shortest first.
    pub const ALL: [Self; 6] = [Self::Week, Self::Month, Self::Quarter, Self::Half, Self::Nine, Self::Year];

    /// Stable name in addresses and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Half => "half",
            Self::Nine => "nine",
            Self::Year => "year",
        }
    }

    /// Calendar months in it, none in a week.
    const fn months(self) -> i32 {
        match self {
            Self::Week => 0,
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Half => 6,
            Self::Nine => 9,
            Self::Year => 12,
        }
    }

    /// Calendar months from the beginning of one to the beginning of the next: of the nine months there is one a year.
    const fn step(self) -> i32 {
        match self {
            Self::Nine => 12,
            _ => self.months(),
        }
    }

    /// Whether a year has but one.
    const fn is_yearly(self) -> bool {
        matches!(self, Self::Nine | Self::Year)
    }
}

impl Period {
    /// Every kind there is: how it is cut and how long it is.
    pub fn kinds() -> impl Iterator<Item = (Window, Span)> {
        let all = Window::ALL.into_iter().flat_map(|window| Span::ALL.map(|span| (window, span)));
        all.filter(|kind| *kind != (Window::Legal, Span::Week))
    }

    /// The period that holds a day; for a day after the nine months of its year, those. A week is one of the calendar,
    /// whatever is asked for.
    pub fn containing(window: Window, span: Span, day: Day) -> Self {
        if span == Span::Week {
            let at = (day.0 - FIRST_MONDAY).div_euclid(7);
            return Self { window: Window::Calendar, span, at };
        }
        let month = day.month();
        // From the 15th on, the legal window already counts for the next month.
        let later = window == Window::Legal && day.0 - month.first_day().0 >= 14;
        let month = month.0 + i32::from(later);
        Self { window, span, at: month - month.rem_euclid(span.step()) }
    }

    /// Reads what [`Self::key`] writes: `legal-quarter-2017-2`, `calendar-week-2017-26`, `legal-year-2017`.
    pub fn parse(key: &str) -> Option<Self> {
        let mut parts = key.split('-');
        let (window, span, year) = (parts.next()?, parts.next()?, parts.next()?);
        let window = Window::ALL.into_iter().find(|one| one.key() == window)?;
        let span = Span::ALL.into_iter().find(|one| one.key() == span)?;
        let year: i32 = year.parse().ok().filter(|year| YEARS.contains(year))?;
        let number: i32 = match (parts.next(), span) {
            (None, Span::Nine | Span::Year) => 1,
            (Some(number), _) => number.parse().ok().filter(|number| (1..=53).contains(number))?,
            (None, _) => return None,
        };
        if parts.next().is_some() {
            return None;
        }
        let at = match span {
            // The week of 4/1 is the first of its year.
            Span::Week => (Month(year * 12).first_day().plus(3).0 - FIRST_MONDAY).div_euclid(7) + number - 1,
            _ => year * 12 + (number - 1) * span.step(),
        };
        let period = Self { window, span, at };
        let is_there = (window, span) != (Window::Legal, Span::Week);
        (is_there && (period.year(), period.number()) == (year, number)).then_some(period)
    }

    /// Its stable name in addresses.
    pub fn key(self) -> String {
        let start = format!("{}-{}-{}", self.window.key(), self.span.key(), self.year());
        if self.span.is_yearly() { start } else { format!("{start}-{}", self.number()) }
    }

    /// How it is cut.
    pub const fn window(self) -> Window {
        self.window
    }

    /// How long it is.
    pub const fn span(self) -> Span {
        self.span
    }

    /// The year that it belongs to; a week belongs to the year of its Thursday (ISO 8601).
    pub fn year(self) -> i32 {
        match self.span {
            Span::Week => self.first_day().plus(3).month().year(),
            _ => Month(self.at).year(),
        }
    }

    /// Which week, month, quarter or half of its year, from 1.
    pub fn number(self) -> i32 {
        match self.span {
            Span::Week => {
                let thursday = self.first_day().plus(3);
                (thursday.0 - Month(self.year() * 12).first_day().0) / 7 + 1
            }
            _ => self.at.rem_euclid(12) / self.span.step() + 1,
        }
    }

    /// The first day.
    pub fn first_day(self) -> Day {
        match (self.span, self.window) {
            (Span::Week, _) => Day(FIRST_MONDAY + 7 * self.at),
            (_, Window::Legal) => Month(self.at - 1).first_day().plus(14),
            (_, Window::Calendar) => Month(self.at).first_day(),
        }
    }

    /// The last day.
    pub fn last_day(self) -> Day {
        let next = Self { at: self.at + self.span.months().max(1), ..self };
        next.first_day().plus(-1)
    }

    /// The one before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.moved(-1)
    }

    /// The one after.
    #[must_use]
    pub fn next(self) -> Self {
        self.moved(1)
    }

    fn moved(self, by: i32) -> Self {
        Self { at: self.at + by * self.span.step().max(1), ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn legal_periods_end_on_the_fourteenth() {
        let dates = |key: &str| {
            let period = Period::parse(key).unwrap();
            assert_eq!(period.key(), key);
            format!("{} {}", period.first_day(), period.last_day())
        };
        assert_eq!(dates("legal-month-2017-6"), "2017-05-15 2017-06-14");
        assert_eq!(dates("legal-month-2017-1"), "2016-12-15 2017-01-14");
        assert_eq!(dates("legal-quarter-2017-1"), "2016-12-15 2017-03-14");
        assert_eq!(dates("legal-quarter-2017-2"), "2017-03-15 2017-06-14");
        assert_eq!(dates("legal-quarter-2017-4"), "2017-09-15 2017-12-14");
        assert_eq!(dates("legal-half-2017-1"), "2016-12-15 2017-06-14");
        assert_eq!(dates("legal-half-2017-2"), "2017-06-15 2017-12-14");
        assert_eq!(dates("legal-nine-2017"), "2016-12-15 2017-09-14");
        assert_eq!(dates("calendar-nine-2017"), "2017-01-01 2017-09-30");
        assert_eq!(dates("legal-year-2017"), "2016-12-15 2017-12-14");
        assert_eq!(dates("calendar-month-2016-2"), "2016-02-01 2016-02-29");
        assert_eq!(dates("calendar-quarter-2017-2"), "2017-04-01 2017-06-30");
        assert_eq!(dates("calendar-half-2017-2"), "2017-07-01 2017-12-31");
        assert_eq!(dates("calendar-year-2017"), "2017-01-01 2017-12-31");
        assert_eq!(dates("calendar-week-2017-26"), "2017-06-26 2017-07-02");
        assert_eq!(dates("calendar-week-2017-1"), "2017-01-02 2017-01-08");
        assert_eq!(dates("calendar-week-2019-1"), "2018-12-31 2019-01-06");
        assert_eq!(dates("calendar-week-2020-53"), "2020-12-28 2021-01-03");
    }

    #[test]
    fn what_names_no_period_is_not_read() {
        for key in [
            "",
            "legal",
            "legal-quarter-2017",
            "legal-quarter-2017-5",
            "legal-quarter-2017-0",
            "calendar-month-2017-13",
            "calendar-month-2017-1-1",
            "lunar-month-2017-1",
            "legal-year-99999",
            "legal-year-2017-2",
            "legal-nine-2017-2",
            "legal-month-2017-53",
            "legal-week-2017-1",
            "calendar-week-2017-53",
            "calendar-week-2017-99999999",
        ] {
            assert_eq!(Period::parse(key), None, "{key}");
        }
    }

    proptest! {
        #[test]
        fn every_day_is_in_one_period_of_each_kind(day in 11_000..200_000_i32) {
            let day = Day(day);
            for (window, span) in Period::kinds() {
                let period = Period::containing(window, span, day);
                prop_assert!(period.first_day() <= day && day < period.next().first_day());
                // Between the nine months of one year and those of the next lie three months, or a quarter of the law.
                let between = period.next().first_day().0 - period.last_day().0 - 1;
                let expected = if span == Span::Nine { 90..=92 } else { 0..=0 };
                prop_assert!(expected.contains(&between));
                prop_assert_eq!(period.next().previous(), period);
                prop_assert_eq!(Period::parse(&period.key()), Some(period));
            }
        }
    }
}
