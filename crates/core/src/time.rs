//! Instants, days and the civil time of Vietnam.
//!
//! Instants are stored in UTC as whole microseconds; rules are applied in Asia/Ho_Chi_Minh, which has
//! been UTC+7 without daylight saving since 1975-06-13. The offset is a constant, so that no time-zone table is needed.

use std::fmt;

use jiff::civil;
use serde::{Deserialize, Serialize};

/// Offset of Asia/Ho_Chi_Minh from UTC, in microseconds.
const OFFSET_US: i64 = 7 * 3_600 * 1_000_000;
/// Microseconds in a day.
pub const DAY_US: i64 = 86_400 * 1_000_000;

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// A civil day in Vietnam: days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

/// Minutes after midnight, civil time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minute(pub u16);

/// A calendar month as `year * 12 + (month - 1)`, so that months can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Month(pub i32);

impl Instant {
    /// The instant at a civil day and minute in Vietnam.
    pub fn at(day: Day, minute: Minute) -> Self {
        Self(i64::from(day.0) * DAY_US + i64::from(minute.0) * 60_000_000 - OFFSET_US)
    }

    /// The civil day in Vietnam.
    pub fn day(self) -> Day {
        Day((self.0 + OFFSET_US).div_euclid(DAY_US) as i32)
    }

    /// The minute of the civil day in Vietnam (rounded down).
    pub fn minute(self) -> Minute {
        Minute(((self.0 + OFFSET_US).rem_euclid(DAY_US) / 60_000_000) as u16)
    }

    /// This instant moved by whole seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1_000_000)
    }

    /// Civil date and time in Vietnam.
    pub fn civil(self) -> civil::DateTime {
        let micros = (self.0 + OFFSET_US).rem_euclid(DAY_US);
        self.day().civil().at(0, 0, 0, 0).saturating_add(jiff::SignedDuration::from_micros(micros))
    }

    /// Parses a local ISO date-time of Vietnam such as `2017-01-25T09:00`.
    pub fn parse_local(text: &str) -> Option<Self> {
        let local: civil::DateTime = text.parse().ok()?;
        let day = Day::from_civil(local.date());
        let since_midnight = local.duration_since(local.date().at(0, 0, 0, 0)).as_micros();
        Some(Self(i64::from(day.0) * DAY_US + i64::try_from(since_midnight).ok()? - OFFSET_US))
    }
}

impl Day {
    /// The day of a civil date.
    pub fn from_civil(date: civil::Date) -> Self {
        let epoch = civil::date(1970, 1, 1);
        Self((date.duration_since(epoch).as_hours() / 24) as i32)
    }

    /// The day of a year, month and day of month, when that date exists.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self::from_civil)
    }

    /// Parses `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<civil::Date>().ok().map(Self::from_civil)
    }

    /// The civil date.
    pub fn civil(self) -> civil::Date {
        civil::date(1970, 1, 1).saturating_add(jiff::SignedDuration::from_hours(i64::from(self.0) * 24))
    }

    /// This day moved by whole days.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// Monday = 1 … Sunday = 7.
    pub fn weekday(self) -> u8 {
        ((self.0 + 3).rem_euclid(7) + 1) as u8
    }

    /// The calendar month of the day.
    pub fn month(self) -> Month {
        let date = self.civil();
        Month(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    /// The calendar year of the day.
    pub fn year(self) -> i16 {
        self.civil().year()
    }
}

/// `2017-06`.
impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl Month {
    /// Calendar year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// Month of the year, 1 to 12.
    pub fn number(self) -> u8 {
        (self.0.rem_euclid(12) + 1) as u8
    }

    /// The first day of the month.
    pub fn first_day(self) -> Day {
        // Years of four digits always have a first day; beyond, the last day that can be told.
        let year = i16::try_from(self.year()).unwrap_or(i16::MAX);
        Day::new(year, self.number() as i8, 1).unwrap_or(Day::from_civil(civil::Date::MAX))
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The quarter that this month is in, as addresses and commands name it: `2017-Q2`.
    pub fn quarter_key(self) -> String {
        format!("{}-Q{}", self.year(), (self.number() - 1) / 3 + 1)
    }

    /// The first month of the quarter with that name.
    pub fn of_quarter_key(key: &str) -> Option<Self> {
        let (year, number) = key.split_once("-Q")?;
        let (year, number): (i32, i32) = (year.parse().ok()?, number.parse().ok()?);
        let known = (1900..3000).contains(&year) && (1..=4).contains(&number);
        known.then(|| Self(year * 12 + (number - 1) * 3))
    }

    /// The three months of the calendar quarter that holds this month.
    pub fn quarter(self) -> [Month; 3] {
        let first = self.0 - self.0.rem_euclid(3);
        [Month(first), Month(first + 1), Month(first + 2)]
    }

    /// The first day of that quarter, and the day after its last.
    pub fn days_of_quarter(self) -> (Day, Day) {
        let [first, _, last] = self.quarter();
        (first.first_day(), last.next().first_day())
    }
}

impl fmt::Display for Day {
    /// `YYYY-MM-DD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.civil())
    }
}

impl fmt::Display for Instant {
    /// `YYYY-MM-DDTHH:MM:SS[.ffffff]`, civil time of Vietnam.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.civil())
    }
}

/// Days as `YYYY-MM-DD` in JSON, where people read and write them; for fields that may have none.
pub mod iso {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Day;

    /// Writes a day or nothing.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(day: &Option<Day>, to: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => to.collect_str(day),
            None => to.serialize_none(),
        }
    }

    /// Reads a day or nothing.
    ///
    /// # Errors
    /// When the text is no day.
    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Option<Day>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        let read = |text: String| {
            Day::parse(&text).ok_or_else(|| D::Error::custom(format!("{text} is not YYYY-MM-DD")))
        };
        text.map(read).transpose()
    }

    /// For fields that always have a day.
    pub mod day {
        use serde::{Deserializer, Serializer, de::Error};

        use super::Day;

        /// Writes a day.
        ///
        /// # Errors
        /// Those of the serializer.
        pub fn serialize<S: Serializer>(day: &Day, to: S) -> Result<S::Ok, S::Error> {
            to.collect_str(day)
        }

        /// Reads a day.
        ///
        /// # Errors
        /// When there is none.
        pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Day, D::Error> {
            super::deserialize(from)?.ok_or_else(|| D::Error::custom("a day is needed"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_civil_day_changes_at_seven_in_the_evening_utc() {
        let day = Day::new(2017, 6, 30).unwrap();
        let nine = Instant::at(day, Minute(9 * 60));
        assert_eq!(nine.to_string(), "2017-06-30T09:00:00");
        assert_eq!(Instant::parse_local("2017-06-30T09:00"), Some(nine));
        assert_eq!(nine.day(), day);
        assert_eq!(Instant::at(day, Minute(0)).plus_seconds(-1).day(), day.plus(-1));
        assert_eq!(nine.minute(), Minute(540));
    }

    #[test]
    fn weekdays_and_quarters() {
        assert_eq!(Day::new(2017, 6, 30).unwrap().weekday(), 5);
        assert_eq!(Day::new(1969, 12, 28).unwrap().weekday(), 7);
        let june = Day::new(2017, 6, 30).unwrap().month();
        assert_eq!((june.year(), june.number()), (2017, 6));
        assert_eq!(june.quarter().map(Month::number), [4, 5, 6]);
    }
}
