//! The due date of a case, and the ledger that shows how it came about, line by line.
//!
//! The day of reception is not counted (Bộ luật Dân sự 2015, art. 147). Working days count working days. Calendar days
//! count every day; when the last falls on a day off, the term ends with the next working day (art. 148). A term in
//! days ends when the office closes. "The same day" holds for what was received by 15:00 of a working day; later, or on
//! a day off, it is the next working day. Hours count only while the office is open.

use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, CalendarError, DayOff};
use super::procedure::{Limit, Unit};
use crate::time::{Day, Instant, Minute};

/// What is received after this minute of the day need not be finished the same day.
pub const SAME_DAY_UNTIL: Minute = Minute(15 * 60);

/// How a due date came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// When the result is due.
    pub due: Instant,
    /// One line a day, in order; the day of reception may have two.
    pub lines: Vec<Line>,
}

/// One day of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The day.
    pub day: Day,
    /// What it is in the count.
    pub why: Why,
    /// Whether it counts.
    pub counted: bool,
}

/// What a day is in the count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The day of reception: not counted.
    Received,
    /// The day of reception of what is done the same day.
    Arrived,
    /// The n-th day counted.
    Counted(u16),
    /// The n-th day counted, a Saturday worked for a weekday off.
    SwappedWorkingSaturday(u16),
    /// Saturday or Sunday.
    Weekend,
    /// A day off, with its name.
    Holiday(String),
    /// The last day fell on a day off, so the term ends here, on the next working day.
    LastDayMoved,
    /// Due on the day of reception.
    SameDay,
    /// Received after 15:00, so due on this next working day.
    After15NextDay,
    /// Received on a day off, so due on this next working day.
    DayOffNextDay,
    /// The n-th day counted in a pass that began anew later, so that it does not count any more.
    Annulled(u16),
    /// The time stood still, and why.
    Paused(super::clock::PauseReason),
    /// The time went on: like a day of reception, not counted.
    WentOn,
    /// The whole limit began anew: like a day of reception, not counted.
    BegunAnew,
    /// The n-th day that the sector's law gave in addition.
    Extended(u16),
    /// Counting ended earlier, but what was printed holds.
    Kept,
    /// Minutes of opening hours counted on this day.
    MinutesCounted(u16),
}

/// Derives the due moment with its ledger.
pub fn derive(from: Instant, limit: &Limit, calendar: &Calendar) -> Result<Ledger, CalendarError> {
    let due = due(from, limit, calendar)?;
    let mut ledger = Ledger { due, lines: Vec::new() };
    let first = if matches!(term(limit), Term::SameDay) { Why::Arrived } else { Why::Received };
    ledger.push(from.day(), first, false);
    match term(limit) {
        Term::SameDay => ledger.same_day(from, calendar),
        Term::WorkingDays(_) => ledger.working_days(from.day(), calendar),
        Term::Days(_) if limit.unit == Unit::Months => {
            let last = months_later(from.day(), limit.value);
            ledger.calendar_days(from.day(), (last.0 - from.day().0) as u16, calendar);
        }
        Term::Days(value) => ledger.calendar_days(from.day(), value, calendar),
        Term::Minutes(value) => ledger.minutes(from, value, calendar)?,
    }
    Ok(ledger)
}

/// The due moment alone: the same as in the ledger of [`derive`], without its lines.
pub fn due(from: Instant, limit: &Limit, calendar: &Calendar) -> Result<Instant, CalendarError> {
    let received = from.day();
    if limit.unit == Unit::Months && limit.value > 0 {
        calendar.working_from(received)?;
        return Ok(calendar.closing(calendar.working_from(months_later(received, limit.value))?));
    }
    let last = match term(limit) {
        Term::SameDay if after_three(from) => calendar.next_working(received)?,
        Term::SameDay => calendar.working_from(received)?,
        Term::WorkingDays(value) => calendar.nth_working_after(received, u32::from(value))?,
        Term::Days(value) => {
            // Asked first, so that a reception before the first year is refused even when the term ends within it.
            calendar.working_from(received)?;
            calendar.working_from(received.plus(i32::from(value)))?
        }
        Term::Minutes(value) => return minutes_after(from, value, calendar),
    };
    Ok(calendar.closing(last))
}

/// A limit as it is counted.
pub(super) enum Term {
    SameDay,
    WorkingDays(u16),
    Days(u16),
    Minutes(u32),
}

fn term(limit: &Limit) -> Term {
    match (limit.unit, limit.value) {
        // Zero days is what the published data writes for "the same day".
        (Unit::SameDay, _) | (Unit::WorkingDays | Unit::Days | Unit::Months, 0) => Term::SameDay,
        (Unit::WorkingDays, value) => Term::WorkingDays(value),
        (Unit::Days, value) => Term::Days(value),
        (Unit::Months, value) => Term::Days(value.saturating_mul(30)),
        (Unit::Hours, value) => Term::Minutes(u32::from(value) * 60),
    }
}

/// The same, once the days are not consecutive: a month is thirty days (BLDS 2015 đ.146.1).
pub(super) fn term_of_parts(limit: &Limit) -> Term {
    match limit.unit {
        Unit::Months if limit.value > 0 => Term::Days(limit.value.saturating_mul(30)),
        _ => term(limit),
    }
}

/// When so many minutes of opening hours have passed.
pub(super) fn minutes_after(
    from: Instant,
    total: u32,
    calendar: &Calendar,
) -> Result<Instant, CalendarError> {
    let mut due = from;
    count_minutes(from, total, calendar, |_, _, until| due = until)?;
    Ok(due)
}

/// The day that many civil months later: the same date, or the month's last day where there is none.
fn months_later(day: Day, months: u16) -> Day {
    let date = day.civil().checked_add(jiff::Span::new().months(i32::from(months)));
    date.map_or(day, Day::from_civil)
}

fn after_three(from: Instant) -> bool {
    from > Instant::at(from.day(), SAME_DAY_UNTIL)
}

/// Counts minutes of opening hours and tells, for each stretch, its day, its minutes and where it ends.
fn count_minutes(
    from: Instant,
    total: u32,
    calendar: &Calendar,
    mut tell: impl FnMut(Day, u16, Instant),
) -> Result<(), CalendarError> {
    let mut day = from.day();
    // Whole minutes are counted; the one that had begun at reception is left out.
    let mut start = from.minute();
    if Instant::at(day, start) < from {
        start = Minute(start.0 + 1);
    }
    let mut left = total;
    loop {
        if calendar.working_from(day)? == day {
            let hours = calendar.hours();
            for (opens, closes) in [hours.morning, hours.afternoon] {
                let begin = opens.max(start);
                if begin >= closes {
                    continue;
                }
                let taken = left.min(u32::from(closes.0 - begin.0)) as u16;
                left -= u32::from(taken);
                tell(day, taken, Instant::at(day, Minute(begin.0 + taken)));
                if left == 0 {
                    return Ok(());
                }
            }
        }
        day = day.plus(1);
        start = Minute(0);
    }
}

impl Ledger {
    fn push(&mut self, day: Day, why: Why, counted: bool) {
        self.lines.push(Line { day, why, counted });
    }

    fn push_off(&mut self, day: Day, off: DayOff<'_>) {
        let why = match off {
            DayOff::Weekend => Why::Weekend,
            DayOff::Holiday(name) => Why::Holiday(name.to_owned()),
        };
        self.push(day, why, false);
    }

    /// The days off after `from` and before `to`.
    fn push_off_between(&mut self, from: Day, to: Day, calendar: &Calendar) {
        for day in (from.0 + 1..to.0).map(Day) {
            if let Some(off) = calendar.why_off(day) {
                self.push_off(day, off);
            }
        }
    }

    fn same_day(&mut self, from: Instant, calendar: &Calendar) {
        let (received, last) = (from.day(), self.due.day());
        let why = if received == last {
            Why::SameDay
        } else if let Some(off) = calendar.why_off(received) {
            self.push_off(received, off);
            Why::DayOffNextDay
        } else {
            Why::After15NextDay
        };
        self.push_off_between(received, last, calendar);
        self.push(last, why, true);
    }

    fn working_days(&mut self, received: Day, calendar: &Calendar) {
        let mut number = 0;
        for day in (received.0 + 1..=self.due.day().0).map(Day) {
            match calendar.why_off(day) {
                Some(off) => self.push_off(day, off),
                None => {
                    number += 1;
                    let swapped = calendar.is_swapped(day);
                    let why =
                        if swapped { Why::SwappedWorkingSaturday(number) } else { Why::Counted(number) };
                    self.push(day, why, true);
                }
            }
        }
    }

    fn calendar_days(&mut self, received: Day, value: u16, calendar: &Calendar) {
        for number in 1..=value {
            self.push(received.plus(i32::from(number)), Why::Counted(number), true);
        }
        let (last, due) = (received.plus(i32::from(value)), self.due.day());
        if last != due {
            // The last counted day is shown again as what it is: the reason why the term moves.
            self.push_off_between(last.plus(-1), due, calendar);
            self.push(due, Why::LastDayMoved, false);
        }
    }

    fn minutes(&mut self, from: Instant, total: u32, calendar: &Calendar) -> Result<(), CalendarError> {
        let mut days: Vec<(Day, u16)> = Vec::new();
        count_minutes(from, total, calendar, |day, minutes, _| match days.last_mut() {
            Some((known, sum)) if *known == day => *sum += minutes,
            _ => days.push((day, minutes)),
        })?;
        let mut before = from.day().plus(-1);
        for (day, minutes) in days {
            self.push_off_between(before, day, calendar);
            self.push(day, Why::MinutesCounted(minutes), minutes > 0);
            before = day;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn calendar() -> Calendar {
        Calendar::parse_csv(include_str!("../../../../data/dam-doi/holidays.csv")).unwrap()
    }

    fn at(text: &str) -> Instant {
        Instant::parse_local(text).unwrap()
    }

    fn check(calendar: &Calendar, from: &str, value: u16, unit: Unit, due: &str) -> Ledger {
        let ledger = derive(at(from), &Limit::new(value, unit), calendar).unwrap();
        assert_eq!(ledger.due.to_string(), at(due).to_string(), "{from} + {value} {}", unit.key());
        ledger
    }

    #[test]
    fn the_cases_of_the_rules() {
        let calendar = calendar();
        for (from, value, due) in [
            ("2017-01-25", 3, "2017-02-06"),
            ("2017-04-05", 1, "2017-04-07"),
            ("2017-04-28", 1, "2017-05-03"),
            ("2017-08-31", 2, "2017-09-05"),
            ("2018-12-28", 3, "2019-01-04"),
            ("2018-12-28", 4, "2019-01-05"),
            ("2025-04-25", 1, "2025-04-26"),
            ("2026-01-08", 2, "2026-01-10"),
        ] {
            check(&calendar, &format!("{from}T09:00"), value, Unit::WorkingDays, &format!("{due}T17:00"));
        }
        check(&calendar, "2017-01-13T09:00", 15, Unit::Days, "2017-02-02T17:00");
    }

    #[test]
    fn the_same_day_holds_until_three() {
        let calendar = calendar();
        for (from, due, why) in [
            ("2017-06-29T14:59", "2017-06-29T17:00", Why::SameDay),
            ("2017-06-29T15:00", "2017-06-29T17:00", Why::SameDay),
            ("2017-06-29T15:00:01", "2017-06-30T17:00", Why::After15NextDay),
            ("2017-06-30T15:30", "2017-07-03T17:00", Why::After15NextDay),
            ("2017-07-01T08:00", "2017-07-03T17:00", Why::DayOffNextDay),
            ("2017-01-27T08:00", "2017-02-02T17:00", Why::DayOffNextDay),
        ] {
            let ledger = check(&calendar, from, 0, Unit::SameDay, due);
            assert_eq!(ledger.lines.last().map(|line| &line.why), Some(&why), "{from}");
        }
        check(&calendar, "2017-06-29T09:00", 0, Unit::WorkingDays, "2017-06-29T17:00");
    }

    #[test]
    fn hours_count_while_the_office_is_open() {
        let calendar = calendar();
        for (from, value, due) in [
            ("2017-06-29T09:00", 2, "2017-06-29T11:00"),
            ("2017-06-29T09:00", 3, "2017-06-29T14:00"),
            ("2017-06-29T12:10", 1, "2017-06-29T14:00"),
            ("2017-06-29T09:00", 8, "2017-06-30T09:00"),
            ("2017-06-30T16:00", 2, "2017-07-03T08:00"),
            ("2017-07-01T10:00", 8, "2017-07-03T17:00"),
            ("2017-06-29T09:00:30", 1, "2017-06-29T10:01"),
        ] {
            check(&calendar, from, value, Unit::Hours, due);
        }
        let ledger = check(&calendar, "2017-06-30T16:00", 2, Unit::Hours, "2017-07-03T08:00");
        let whys: Vec<_> = ledger.lines.into_iter().map(|line| line.why).collect();
        let (hour, weekend) = (Why::MinutesCounted(60), Why::Weekend);
        assert_eq!(whys, [Why::Received, hour.clone(), weekend.clone(), weekend, hour]);
    }

    #[test]
    fn the_ledger_names_every_day() {
        let calendar = calendar();
        let ledger = check(&calendar, "2018-12-28T09:00", 4, Unit::WorkingDays, "2019-01-05T17:00");
        let lines: Vec<_> = ledger.lines.iter().map(|line| (line.day.to_string(), &line.why)).collect();
        let exchanged = Why::Holiday("Ngày nghỉ (thay cho ngày 05/01/2019)".to_owned());
        let new_year = Why::Holiday("Tết Dương lịch".to_owned());
        let expected = [
            ("2018-12-28", Why::Received),
            ("2018-12-29", Why::Weekend),
            ("2018-12-30", Why::Weekend),
            ("2018-12-31", exchanged),
            ("2019-01-01", new_year),
            ("2019-01-02", Why::Counted(1)),
            ("2019-01-03", Why::Counted(2)),
            ("2019-01-04", Why::Counted(3)),
            ("2019-01-05", Why::SwappedWorkingSaturday(4)),
        ];
        assert_eq!(lines, expected.iter().map(|(day, why)| ((*day).to_owned(), why)).collect::<Vec<_>>());
    }

    #[test]
    fn a_last_day_off_moves_the_end_and_says_so() {
        let ledger = check(&calendar(), "2017-06-26T09:00", 5, Unit::Days, "2017-07-03T17:00");
        let tail: Vec<_> = ledger.lines[5..].iter().map(|line| (line.day.to_string(), &line.why)).collect();
        let expected = [
            ("2017-07-01", Why::Counted(5)),
            ("2017-07-01", Why::Weekend),
            ("2017-07-02", Why::Weekend),
            ("2017-07-03", Why::LastDayMoved),
        ];
        assert_eq!(tail, expected.iter().map(|(day, why)| ((*day).to_owned(), why)).collect::<Vec<_>>());
    }

    #[test]
    fn beyond_the_calendar_it_refuses() {
        let calendar = calendar();
        for unit in Unit::ALL {
            let limit = Limit::new(9, unit);
            assert!(matches!(
                due(at("2029-01-02T09:00"), &limit, &calendar),
                Err(CalendarError::Beyond { .. })
            ));
            assert!(matches!(
                due(at("2014-12-30T09:00"), &limit, &calendar),
                Err(CalendarError::Beyond { .. })
            ));
        }
        let far = Limit::new(u16::MAX, Unit::Hours);
        assert!(due(at("2017-01-02T09:00"), &far, &calendar).is_err());
    }

    fn moments() -> impl Strategy<Value = Instant> {
        // 2015-01-01 to the end of 2026, to the second.
        let first = at("2015-01-01T00:00");
        (0i64..12 * 365 * 86_400).prop_map(move |seconds| first.plus_seconds(seconds))
    }

    fn limits() -> impl Strategy<Value = Limit> {
        let units = proptest::sample::select(Unit::ALL.to_vec());
        (0u16..60, units)
            .prop_map(|(value, unit)| Limit::new(if unit == Unit::Months { value % 7 } else { value }, unit))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn ledger_and_short_way_agree(from in moments(), limit in limits()) {
            let calendar = calendar();
            let ledger = derive(from, &limit, &calendar).unwrap();
            prop_assert_eq!(due(from, &limit, &calendar), Ok(ledger.due));
            prop_assert!(ledger.lines.windows(2).all(|pair| pair[0].day <= pair[1].day));
            prop_assert_eq!(ledger.lines.last().map(|line| line.day), Some(ledger.due.day()));
            let counted = ledger.lines.iter().filter(|line| line.counted).count();
            match limit.unit {
                Unit::WorkingDays | Unit::Days => prop_assert_eq!(counted, usize::from(limit.value.max(1))),
                Unit::Months => prop_assert!(limit.value == 0 || counted >= usize::from(limit.value) * 28),
                Unit::SameDay => prop_assert_eq!(counted, 1),
                Unit::Hours => {
                    let minutes = ledger.lines.iter().map(|line| match line.why {
                        Why::MinutesCounted(minutes) => u32::from(minutes),
                        _ => 0,
                    });
                    prop_assert_eq!(minutes.sum::<u32>(), u32::from(limit.value) * 60);
                }
            }
        }

        #[test]
        fn due_on_a_working_day_and_in_day_units_at_closing(from in moments(), limit in limits()) {
            let calendar = calendar();
            let due = due(from, &limit, &calendar).unwrap();
            prop_assert!(calendar.is_working(due.day()));
            if limit.unit == Unit::Hours {
                prop_assert!(due >= from);
            } else {
                prop_assert_eq!(due, calendar.closing(due.day()));
                prop_assert!(due.day() >= from.day());
            }
        }

        #[test]
        fn a_longer_limit_is_never_due_earlier(from in moments(), limit in limits()) {
            let calendar = calendar();
            let longer = Limit { value: limit.value + 1, ..limit.clone() };
            prop_assert!(due(from, &limit, &calendar).unwrap() <= due(from, &longer, &calendar).unwrap());
        }

        #[test]
        fn a_new_day_off_never_moves_it_earlier(from in moments(), limit in limits(), after in 0i32..60) {
            let calendar = calendar();
            let changed = calendar.with_day_off(from.day().plus(after), "Ngày nghỉ mới", "phép thử").unwrap();
            prop_assert!(due(from, &limit, &calendar).unwrap() <= due(from, &limit, &changed).unwrap());
        }
    }
}
