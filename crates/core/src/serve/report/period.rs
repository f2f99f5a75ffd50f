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
    /// One month.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    Half,
    /// Twelve months.
    Year,
}

/// A period: its window, its length, its year and which of the year it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    window: Window,
    span: Span,
    /// The first calendar month that gives it its name.
    month: Month,
}

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
    pub const ALL: [Self; 4] = [Self::Month, Self::Quarter, Self::Half, Self::Year];

    /// Stable name in addresses and language files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Half => "half",
            Self::Year => "year",
        }
    }

    /// Calendar months in it.
    pub const fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Half => 6,
            Self::Year => 12,
        }
    }
}

impl Period {
    /// The period that holds a day.
    pub fn containing(window: Window, span: Span, day: Day) -> Self {
        let month = day.month();
        // From the 15th on, the legal window already counts for the next month.
        let later = window == Window::Legal && day.0 - month.first_day().0 >= 14;
        let month = month.0 + i32::from(later);
        Self { window, span, month: Month(month - month.rem_euclid(span.months())) }
    }

    /// Reads what [`Self::key`] writes: `legal-quarter-2017-2`, `calendar-month-2017-6`, `legal-year-2017`.
    pub fn parse(key: &str) -> Option<Self> {
        let mut parts = key.split('-');
        let (window, span, year) = (parts.next()?, parts.next()?, parts.next()?);
        let window = Window::ALL.into_iter().find(|one| one.key() == window)?;
        let span = Span::ALL.into_iter().find(|one| one.key() == span)?;
        let year: i32 = year.parse().ok().filter(|year| YEARS.contains(year))?;
        let number: i32 = match (parts.next(), span) {
            (None, Span::Year) => 1,
            (Some(number), _) => number.parse().ok()?,
            (None, _) => return None,
        };
        if parts.next().is_some() || !(1..=12 / span.months()).contains(&number) {
            return None;
        }
        Some(Self { window, span, month: Month(year * 12 + (number - 1) * span.months()) })
    }

    /// Its stable name in addresses.
    pub fn key(self) -> String {
        let start = format!("{}-{}-{}", self.window.key(), self.span.key(), self.year());
        if self.span == Span::Year { start } else { format!("{start}-{}", self.number()) }
    }

    /// How it is cut.
    pub const fn window(self) -> Window {
        self.window
    }

    /// How long it is.
    pub const fn span(self) -> Span {
        self.span
    }

    /// The year that it belongs to.
    pub fn year(self) -> i32 {
        self.month.year()
    }

    /// Which month, quarter or half of its year, from 1.
    pub fn number(self) -> i32 {
        self.month.0.rem_euclid(12) / self.span.months() + 1
    }

    /// The first day.
    pub fn first_day(self) -> Day {
        match self.window {
            Window::Legal => Month(self.month.0 - 1).first_day().plus(14),
            Window::Calendar => self.month.first_day(),
        }
    }

    /// The last day.
    pub fn last_day(self) -> Day {
        self.next().first_day().plus(-1)
    }

    /// The one before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self { month: Month(self.month.0 - self.span.months()), ..self }
    }

    /// The one after.
    #[must_use]
    pub fn next(self) -> Self {
        Self { month: Month(self.month.0 + self.span.months()), ..self }
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
        assert_eq!(dates("legal-year-2017"), "2016-12-15 2017-12-14");
        assert_eq!(dates("calendar-month-2016-2"), "2016-02-01 2016-02-29");
        assert_eq!(dates("calendar-quarter-2017-2"), "2017-04-01 2017-06-30");
        assert_eq!(dates("calendar-half-2017-2"), "2017-07-01 2017-12-31");
        assert_eq!(dates("calendar-year-2017"), "2017-01-01 2017-12-31");
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
        ] {
            assert_eq!(Period::parse(key), None, "{key}");
        }
    }

    proptest! {
        #[test]
        fn every_day_is_in_one_period_of_each_kind(day in 11_000..200_000_i32) {
            let day = Day(day);
            for window in Window::ALL {
                for span in Span::ALL {
                    let period = Period::containing(window, span, day);
                    prop_assert!(period.first_day() <= day && day <= period.last_day());
                    prop_assert_eq!(period.previous().last_day().plus(1), period.first_day());
                    prop_assert_eq!(period.next().previous(), period);
                    prop_assert_eq!(Period::parse(&period.key()), Some(period));
                }
            }
        }
    }
}
