//! Moments: when people come, and when officials work.

use hailong_core::{
    serve::calendar::Calendar,
    time::{Day, Instant, Minute, Month},
};

use super::super::chance::Chance;

/// The first month of so many quarters, the last of which is that of `end`.
pub(super) fn first_month(quarters: u32, end: Instant) -> Month {
    let months_back = 3 * i32::try_from(quarters).unwrap_or(1) - 3;
    Month(end.day().month().quarter()[0].0 - months_back)
}

/// The working days from the first of a month up to the day of `end`.
pub(super) fn working_days(calendar: &Calendar, first: Month, end: Instant) -> Vec<Day> {
    (first.first_day().0..=end.day().0).map(Day).filter(|&day| calendar.is_working(day)).collect()
}

/// A moment in opening hours, mornings and the days after a rest fuller than others.
pub(super) fn arrival(days: &[Day], end: Instant, chance: &Chance) -> Instant {
    loop {
        let day = days[chance.below(days.len())];
        if day.weekday() != 1 && chance.happens(0.15) {
            continue;
        }
        let at = hour(day, chance);
        if at < end {
            return at;
        }
    }
}

/// A moment of a day's opening hours.
pub(super) fn hour(day: Day, chance: &Chance) -> Instant {
    let (from, minutes) = if chance.happens(0.62) { (7 * 60, 225) } else { (13 * 60, 225) };
    let minute = from + chance.below(minutes).min(chance.below(minutes) + 40).min(minutes - 1);
    Instant::at(day, Minute(minute as u16)).plus_seconds(chance.below(60) as i64)
}

/// Some working days later, in opening hours; nothing when the script ends before.
pub(super) fn later(at: Instant, working_days: usize, days: &[Day], chance: &Chance) -> Option<Instant> {
    let today = days.partition_point(|&day| day <= at.day());
    if working_days == 0 {
        let soon = at.plus_seconds(600 + chance.below(3_600) as i64);
        return (soon.minute().0 < 17 * 60).then_some(soon).or_else(|| Some(hour(*days.get(today)?, chance)));
    }
    Some(hour(*days.get(today + working_days - 1)?, chance))
}

/// The moment itself when the office is open, else a moment of the working day before.
pub(super) fn in_hours(at: Instant, calendar: &Calendar, chance: &Chance) -> Option<Instant> {
    if calendar.is_open(at) {
        return Some(at);
    }
    let before = (1..12).map(|back| at.day().plus(-back)).find(|&day| calendar.is_working(day))?;
    Some(hour(before, chance))
}
