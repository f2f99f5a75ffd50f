//! The working calendar: days off, bridging days and Saturdays worked for them, as dated data with sources.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::time::{Day, Instant, Minute};

/// Opening hours where neither the authority nor the office has published its own.
pub const HOURS: Hours = Hours {
    morning: (Minute(7 * 60), Minute(11 * 60)),
    afternoon: (Minute(13 * 60), Minute(17 * 60)),
    saturday: None,
};

/// From and to, within one day.
pub type Span = (Minute, Minute);

/// Opening hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// On working days, before the noon rest.
    pub morning: Span,
    /// On working days, after the noon rest.
    pub afternoon: Span,
    /// Reception on Saturdays (QĐ 14/2010/QĐ-TTg). People are received then, but no working day is counted: opening hours
    /// and working days are two things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saturday: Option<Span>,
}

impl Hours {
    /// When people are received on a day, in order; nothing on a day off.
    pub fn on(self, day: Day, calendar: &Calendar) -> impl Iterator<Item = Span> + use<> {
        let works = calendar.is_working(day);
        let plain_saturday = day.weekday() == 6 && calendar.why_off(day) == Some(DayOff::Weekend);
        let week = [self.morning, self.afternoon].into_iter().filter(move |_| works);
        week.chain(self.saturday.filter(|_| plain_saturday))
    }
}

/// What a dated row of the table says of its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A public holiday (nghỉ lễ).
    Holiday,
    /// A day off in lieu of a holiday on a weekend (nghỉ bù).
    InLieu,
    /// A weekday off, exchanged for a Saturday (nghỉ hoán đổi).
    Exchanged,
    /// A Saturday worked for an exchanged day (làm bù).
    Worked,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Holiday, Self::InLieu, Self::Exchanged, Self::Worked];

    /// The word that tables have for it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Holiday => "nghi_le",
            Self::InLieu => "nghi_bu",
            Self::Exchanged => "nghi_hoan_doi",
            Self::Worked => "lam_bu",
        }
    }

    /// The kind with that word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// A dated row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Special {
    /// The day.
    pub day: Day,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Where we know it from.
    pub source: String,
}

/// Why a day is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOff<'a> {
    /// Saturday or Sunday.
    Weekend,
    /// A holiday, a day in lieu or an exchanged day, with its name.
    Holiday(&'a str),
}

/// Why a calendar cannot be read, or cannot answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// A line of the table cannot be understood.
    #[error("line {line}: {why}")]
    Line {
        /// Line number, from 1.
        line: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A year between the first and the last has no holiday at all.
    #[error("the table has no holiday in {year}")]
    MissingYear {
        /// The year.
        year: i16,
    },
    /// The answer needs a day outside the years of the table.
    #[error("{day} is outside the years of the working calendar")]
    Beyond {
        /// The first day that would have been needed, as far as it is known.
        day: Day,
    },
}

/// The working calendar of a span of whole years.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Special>", into = "Vec<Special>")]
pub struct Calendar {
    days: Arc<Days>,
    /// Opening hours, where they are not the usual ones; they are not part of the table.
    hours: Option<Hours>,
}

/// What is shared by the calendars of offices with different hours.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Days {
    specials: BTreeMap<Day, Special>,
    first: Day,
    last: Day,
    /// Every working day from `first` to `last`, in order: the n-th working day is one look-up.
    working: Vec<Day>,
    /// For each day from `first` to `last`: how many working days come before it or are it.
    worked: Vec<u32>,
}

impl TryFrom<Vec<Special>> for Calendar {
    type Error = CalendarError;

    fn try_from(rows: Vec<Special>) -> Result<Self, CalendarError> {
        let years = || rows.iter().filter(|row| row.kind == Kind::Holiday).map(|row| row.day.year());
        let (Some(from), Some(to)) = (years().min(), years().max()) else {
            return Err(CalendarError::Line { line: 1, why: "there is no holiday" });
        };
        if let Some(year) = (from..=to).find(|year| !years().any(|known| known == *year)) {
            return Err(CalendarError::MissingYear { year });
        }
        let edges = Day::new(from, 1, 1).zip(Day::new(to, 12, 31));
        let (first, last) = edges.ok_or(CalendarError::Line { line: 1, why: "the year is out of range" })?;
        let specials = rows.into_iter().map(|row| (row.day, row)).collect();
        Ok(Self { days: Arc::new(Days::new(specials, first, last)), hours: None })
    }
}

impl From<Calendar> for Vec<Special> {
    fn from(calendar: Calendar) -> Self {
        Arc::unwrap_or_clone(calendar.days).specials.into_values().collect()
    }
}

impl Days {
    fn new(specials: BTreeMap<Day, Special>, first: Day, last: Day) -> Self {
        let mut days = Self { specials, first, last, working: Vec::new(), worked: Vec::new() };
        for day in (first.0..=last.0).map(Day) {
            if days.rule(day) {
                days.working.push(day);
            }
            days.worked.push(days.working.len() as u32);
        }
        days
    }

    fn rule(&self, day: Day) -> bool {
        match self.specials.get(&day) {
            Some(special) => special.kind == Kind::Worked,
            None => day.weekday() <= 5,
        }
    }
}

impl Calendar {
    /// The calendar of an authority that has not published one: every date derived from it is refused.
    pub fn empty() -> Self {
        Self { days: Arc::new(Days::new(BTreeMap::new(), Day(0), Day(-1))), hours: None }
    }

    /// Reads the table `date,weekday,kind,name_vi,source` with its heading line.
    pub fn parse_csv(text: &str) -> Result<Self, CalendarError> {
        let mut rows: BTreeMap<Day, Special> = BTreeMap::new();
        for (index, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty()) {
            let special = parse_line(line).map_err(|why| CalendarError::Line { line: index + 1, why })?;
            if rows.insert(special.day, special).is_some() {
                return Err(CalendarError::Line { line: index + 1, why: "the day stands twice" });
            }
        }
        Self::try_from(rows.into_values().collect::<Vec<_>>())
    }

    /// The first and last day the calendar knows.
    pub fn span(&self) -> (Day, Day) {
        (self.days.first, self.days.last)
    }

    /// The rows of the table, by day.
    pub fn specials(&self) -> impl Iterator<Item = &Special> {
        self.days.specials.values()
    }

    /// Whether offices work on that day. Outside the years of the table only weekends are known to be off; whoever
    /// derives a date from it asks [`Calendar::nth_working_after`], which refuses instead.
    pub fn is_working(&self, day: Day) -> bool {
        self.days.rule(day)
    }

    /// Why offices are closed on that day; `None` when they work.
    pub fn why_off(&self, day: Day) -> Option<DayOff<'_>> {
        match self.days.specials.get(&day) {
            Some(special) if special.kind == Kind::Worked => None,
            Some(special) => Some(DayOff::Holiday(&special.name)),
            None => (day.weekday() > 5).then_some(DayOff::Weekend),
        }
    }

    /// Whether the day is a Saturday worked for a weekday off.
    pub fn is_swapped(&self, day: Day) -> bool {
        self.days.specials.get(&day).is_some_and(|special| special.kind == Kind::Worked)
    }

    /// Opening hours.
    pub fn hours(&self) -> Hours {
        self.hours.unwrap_or(HOURS)
    }

    /// Opening hours, where they are not the usual ones.
    pub const fn own_hours(&self) -> Option<Hours> {
        self.hours
    }

    /// The same days with these opening hours; with its own where there are none.
    #[must_use]
    pub fn with_hours(&self, hours: Option<Hours>) -> Self {
        Self { days: Arc::clone(&self.days), hours: hours.or(self.hours) }
    }

    /// The moment offices close on that day.
    pub fn closing(&self, day: Day) -> Instant {
        Instant::at(day, self.hours().afternoon.1)
    }

    /// Whether the counter is open at that moment.
    pub fn is_open(&self, at: Instant) -> bool {
        let minute = at.minute();
        self.hours().on(at.day(), self).any(|(from, to)| from <= minute && minute < to)
    }

    /// The n-th working day after `day` (n from 1; 0 is read as 1).
    pub fn nth_working_after(&self, day: Day, n: u32) -> Result<Day, CalendarError> {
        let upto = self.worked_upto(day)? as usize;
        let index = upto + n.max(1) as usize - 1;
        self.days.working.get(index).copied().ok_or(CalendarError::Beyond { day: self.days.last.plus(1) })
    }

    /// The first working day after `day`.
    pub fn next_working(&self, day: Day) -> Result<Day, CalendarError> {
        self.nth_working_after(day, 1)
    }

    /// `day` itself when it is worked, otherwise the next working day.
    pub fn working_from(&self, day: Day) -> Result<Day, CalendarError> {
        self.worked_upto(day)?;
        if self.is_working(day) { Ok(day) } else { self.next_working(day) }
    }

    /// Working days after `from` up to and with `to`; negative when `to` lies before `from`.
    pub fn working_days_between(&self, from: Day, to: Day) -> Result<i32, CalendarError> {
        Ok(self.worked_upto(to)? as i32 - self.worked_upto(from)? as i32)
    }

    /// The same calendar with one more day off, as a late decision would make it.
    pub fn with_day_off(&self, day: Day, name: &str, source: &str) -> Result<Self, CalendarError> {
        self.worked_upto(day)?;
        let mut specials = self.days.specials.clone();
        let special = Special { day, kind: Kind::Holiday, name: name.to_owned(), source: source.to_owned() };
        specials.insert(day, special);
        let days = Arc::new(Days::new(specials, self.days.first, self.days.last));
        Ok(Self { days, hours: self.hours })
    }

    /// The same calendar with another table: years may be added to it, and each has its holidays.
    ///
    /// # Errors
    /// [`CalendarError::MissingYear`], [`CalendarError::Line`] without any holiday.
    pub(super) fn with_rows(&self, rows: Vec<Special>) -> Result<Self, CalendarError> {
        Ok(Self { hours: self.hours, ..Self::try_from(rows)? })
    }

    fn worked_upto(&self, day: Day) -> Result<u32, CalendarError> {
        let index = usize::try_from(i64::from(day.0) - i64::from(self.days.first.0));
        let count = index.ok().and_then(|index| self.days.worked.get(index));
        count.copied().ok_or(CalendarError::Beyond { day })
    }
}

/// The weekdays as tables write them, from Monday on.
pub(super) const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub(super) fn parse_line(line: &str) -> Result<Special, &'static str> {
    // The source is the last column and may hold commas within quotes; the columns before it may not.
    let mut columns = line.splitn(5, ',');
    let mut column = || columns.next().map(|text| text.trim().trim_matches('"'));
    let day = column().and_then(Day::parse).ok_or("the date is not YYYY-MM-DD")?;
    let weekday = column().and_then(weekday_number).ok_or("the weekday is not Mon … Sun")?;
    if weekday != day.weekday() {
        return Err("the weekday does not belong to the date");
    }
    let kind = column().and_then(Kind::from_key);
    let kind = kind.ok_or("the kind is not nghi_le, nghi_bu, nghi_hoan_doi or lam_bu")?;
    let name = column().filter(|name| !name.is_empty()).ok_or("the name is missing")?.to_owned();
    let source = column().unwrap_or_default().to_owned();
    Ok(Special { day, kind, name, source })
}

pub(super) fn weekday_number(name: &str) -> Option<u8> {
    WEEKDAYS.iter().position(|known| *known == name).map(|index| index as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar::parse_csv(include_str!("../../../../data/dam-doi/holidays.csv")).unwrap()
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn holidays_weekends_and_exchanged_days() {
        let calendar = calendar();
        assert!(calendar.is_working(day("2017-06-30")));
        assert_eq!(calendar.why_off(day("2017-07-01")), Some(DayOff::Weekend));
        assert_eq!(calendar.why_off(day("2017-01-30")), Some(DayOff::Holiday("Mùng ba Tết Nguyên Đán")));
        assert!(!calendar.is_working(day("2018-12-31")));
        assert!(calendar.is_working(day("2019-01-05")) && calendar.is_swapped(day("2019-01-05")));
        assert!(calendar.is_swapped(day("2026-01-10")));
        assert_eq!(calendar.span(), (day("2015-01-01"), day("2028-12-31")));
    }

    #[test]
    fn working_days_are_counted() {
        let calendar = calendar();
        assert_eq!(calendar.working_days_between(day("2017-01-25"), day("2017-02-06")), Ok(3));
        assert_eq!(calendar.working_days_between(day("2017-02-06"), day("2017-01-25")), Ok(-3));
        assert_eq!(calendar.next_working(day("2017-04-28")), Ok(day("2017-05-03")));
        assert_eq!(calendar.working_from(day("2017-04-28")), Ok(day("2017-04-28")));
        assert_eq!(calendar.closing(day("2017-06-30")).to_string(), "2017-06-30T17:00:00");
    }

    #[test]
    fn the_counter_rests_at_noon() {
        let calendar = calendar();
        let open = |text| calendar.is_open(Instant::parse_local(text).unwrap());
        assert!(open("2017-06-30T07:00") && open("2017-06-30T16:59"));
        assert!(!open("2017-06-30T11:00") && !open("2017-06-30T17:00") && !open("2017-07-01T09:00"));
    }

    #[test]
    fn hours_are_the_offices_own_and_a_saturday_opens_without_counting() {
        let span = |from, to| (Minute(from), Minute(to));
        let own =
            Hours { morning: span(450, 690), afternoon: span(810, 990), saturday: Some(span(450, 690)) };
        let calendar = calendar().with_hours(Some(own));
        let open = |text| calendar.is_open(Instant::parse_local(text).unwrap());
        assert!(!open("2017-06-30T07:00") && open("2017-06-30T07:30") && !open("2017-06-30T16:30"));
        assert!(open("2017-07-01T08:00") && !open("2017-07-01T14:00") && !open("2017-07-02T08:00"));
        assert_eq!(calendar.closing(day("2017-06-30")).to_string(), "2017-06-30T16:30:00");
        assert_eq!(calendar.next_working(day("2017-06-30")), Ok(day("2017-07-03")));
        // A Saturday worked for a weekday off is a whole working day; one that is a holiday is closed.
        assert!(open("2019-01-05T15:00") && !open("2016-04-30T08:00"));
        assert_eq!(calendar.with_hours(None), calendar);
    }

    #[test]
    fn beyond_the_table_it_refuses() {
        let calendar = calendar();
        let last = day("2028-12-29");
        assert_eq!(calendar.next_working(last), Err(CalendarError::Beyond { day: day("2029-01-01") }));
        let early = day("2014-12-31");
        assert_eq!(calendar.next_working(early), Err(CalendarError::Beyond { day: early }));
    }

    #[test]
    fn a_bad_line_is_named() {
        let head = "date,weekday,kind,name_vi,source\n2017-01-02,Mon,nghi_bu,Tết Dương lịch,x\n";
        for (line, why) in [
            ("2017-13-01,Mon,nghi_le,Tết,x", "the date is not YYYY-MM-DD"),
            ("2017-01-03,Mon,nghi_le,Tết,x", "the weekday does not belong to the date"),
            ("2017-01-03,Tue,holiday,Tết,x", "the kind is not nghi_le, nghi_bu, nghi_hoan_doi or lam_bu"),
            ("2017-01-03,Tue,nghi_le,,x", "the name is missing"),
            ("2017-01-02,Mon,nghi_le,Tết,x", "the day stands twice"),
        ] {
            let read = Calendar::parse_csv(&format!("{head}{line}\n"));
            assert_eq!(read, Err(CalendarError::Line { line: 3, why }));
        }
        assert!(Calendar::parse_csv("date\n").is_err());
    }

    #[test]
    fn a_year_without_any_holiday_is_a_hole_in_the_table() {
        let text = "h\n2017-01-02,Mon,nghi_le,Tết,x\n2019-01-01,Tue,nghi_le,Tết,x\n";
        assert_eq!(Calendar::parse_csv(text), Err(CalendarError::MissingYear { year: 2018 }));
    }

    #[test]
    fn it_comes_back_from_json() {
        let calendar = calendar();
        let json = serde_json::to_string(&calendar).unwrap();
        assert_eq!(serde_json::from_str::<Calendar>(&json).unwrap(), calendar);
    }
}
