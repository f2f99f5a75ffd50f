//! Working time between two instants: a week that repeats, with days that are closed or open against it.
//!
//! Times are civil: microseconds since 1970 as the clock on the wall shows them. Without exceptions the result is PM4Py's
//! (`business_hours`); by construction it is additive: what lies between a and c is what lies between a and b and between b
//! and c.

use super::instant::{self, DAY, SECOND};

const WEEK: i64 = 7 * DAY;
/// 1970 began on a Thursday.
const MONDAY: i64 = 3 * DAY;

/// Working hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// From and to, since the week began on Monday; in order, none touches another.
    slots: Vec<(i64, i64)>,
    week: i64,
    /// Intervals against the week, in order, and how much working time each and all before it add or take.
    exceptions: Vec<(i64, i64, bool, i64)>,
}

impl Schedule {
    /// A week of these hours, as microseconds since Monday. Hours may overlap.
    pub fn new(mut slots: Vec<(i64, i64)>) -> Self {
        slots.retain(|(from, to)| (0..WEEK).contains(from) && *to <= WEEK && from < to);
        slots.sort_unstable();
        slots.dedup_by(|next, last| {
            let joined = next.0 <= last.1;
            if joined {
                last.1 = last.1.max(next.1);
            }
            joined
        });
        let week = slots.iter().map(|(from, to)| to - from).sum();
        Self { slots, week, exceptions: Vec::new() }
    }

    /// The same with intervals (from, to, open) that are worked through or not at all. Where they overlap, the one that
    /// begins first holds.
    #[must_use]
    pub fn except(mut self, mut intervals: Vec<(i64, i64, bool)>) -> Self {
        self.exceptions.clear();
        intervals.sort_unstable();
        let (mut sum, mut end) = (0, i64::MIN);
        for (from, to, open) in intervals {
            let from = from.max(end);
            if from < to {
                sum += self.difference(from, to, open);
                self.exceptions.push((from, to, open, sum));
                end = to;
            }
        }
        self
    }

    /// Reads `mon-fri 07:30-11:30 13:30-17:00; sat 07:30-11:30`, and exceptions one a line: `closed 2017-01-27`,
    /// `closed 2017-01-26 12:00-24:00`, `open 2017-02-04 07:30-11:30`. Empty lines and those that begin with # are left aside.
    ///
    /// # Errors
    /// Says which part cannot be read.
    pub fn parse(week: &str, exceptions: &str) -> Result<Self, String> {
        let mut slots = Vec::new();
        for part in week.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let wrong = || format!("\"{part}\" is not like mon-fri 07:30-11:30 13:30-17:00");
            let (days, hours) = part.split_once(' ').ok_or_else(wrong)?;
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            let (first, last) =
                weekday(first).zip(weekday(last)).filter(|(a, b)| a <= b).ok_or_else(wrong)?;
            for hours in hours.split_whitespace() {
                let (from, to) = interval(hours).ok_or_else(wrong)?;
                slots.extend((first..=last).map(|day| (day * DAY + from, day * DAY + to)));
            }
        }
        let mut intervals = Vec::new();
        let lines = exceptions.lines().map(str::trim).enumerate();
        for (at, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let wrong = || format!("line {}: \"{line}\" is not like closed 2017-01-27", at + 1);
            let mut words = line.split_whitespace();
            let open = match words.next() {
                Some("open") => true,
                Some("closed") => false,
                _ => return Err(wrong()),
            };
            let day =
                words.next().filter(|text| text.len() == 10).and_then(instant::parse).ok_or_else(wrong)?;
            let mut hours: Vec<_> = words.map(interval).collect::<Option<_>>().ok_or_else(wrong)?;
            if hours.is_empty() {
                hours.push((0, DAY));
            }
            intervals.extend(hours.iter().map(|(from, to)| (day + from, day + to, open)));
        }
        Ok(Self::new(slots).except(intervals))
    }

    /// Microseconds of working time between two civil times; none if the second is not later.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        if to > from { self.until(to) - self.until(from) } else { 0 }
    }

    /// Working time since the week in which 1970 began.
    fn until(&self, time: i64) -> i64 {
        let at = self.exceptions.partition_point(|(from, ..)| *from < time);
        let corrected = match at.checked_sub(1).map(|last| (last, self.exceptions[last])) {
            None => 0,
            Some((_, (_, to, _, sum))) if to <= time => sum,
            Some((last, (from, _, open, _))) => {
                let before = last.checked_sub(1).map_or(0, |before| self.exceptions[before].3);
                before + self.difference(from, time, open)
            }
        };
        self.by_week(time) + corrected
    }

    /// How much an exception adds to the week's working time.
    fn difference(&self, from: i64, to: i64, open: bool) -> i64 {
        let usual = self.by_week(to) - self.by_week(from);
        if open { to - from - usual } else { -usual }
    }

    fn by_week(&self, time: i64) -> i64 {
        let since = time + MONDAY;
        let within = since.rem_euclid(WEEK);
        let worked = self.slots.iter().map(|(from, to)| within.clamp(*from, *to) - from);
        since.div_euclid(WEEK) * self.week + worked.sum::<i64>()
    }
}

fn weekday(name: &str) -> Option<i64> {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    names.iter().position(|known| known.eq_ignore_ascii_case(name)).map(|day| day as i64)
}

/// `07:30-11:30`, within a day.
fn interval(text: &str) -> Option<(i64, i64)> {
    let (from, to) = text.split_once('-')?;
    let minutes = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
        let minutes = hour * 60 + minute;
        ((0..60).contains(&minute) && (0..=1440).contains(&minutes)).then_some(minutes * 60 * SECOND)
    };
    minutes(from).zip(minutes(to)).filter(|(from, to)| from < to)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOURS: &str = "mon-fri 07:30-11:30 13:30-17:00";
    /// Tết of 2017: closed from Thursday 26 January to Wednesday 1 February, and a half-day before it; one Saturday is worked.
    const TET: &str = "# Tết\nclosed 2017-01-25 12:00-24:00\nclosed 2017-01-26\nclosed 2017-01-27\nclosed 2017-01-28\n\
        closed 2017-01-29\nclosed 2017-01-30\nclosed 2017-01-31\nclosed 2017-02-01\nopen 2017-02-04 07:30-11:30\n";

    fn hours(schedule: &Schedule, from: &str, to: &str) -> f64 {
        let time = |text| instant::parse(text).expect("a time");
        schedule.between(time(from), time(to)) as f64 / 3.6e9
    }

    #[test]
    fn counted_by_hand() {
        let plain = Schedule::parse(HOURS, "").expect("hours");
        let tet = Schedule::parse(HOURS, TET).expect("hours");
        for (from, to, without, with) in [
            // Within one morning; over lunch; over a week-end; a whole week; backwards.
            ("2017-03-06T08:00", "2017-03-06T10:30", 2.5, 2.5),
            ("2017-03-06T11:00", "2017-03-06T14:00", 1.0, 1.0),
            ("2017-03-10T16:00", "2017-03-13T08:30", 2.0, 2.0),
            ("2017-03-06", "2017-03-13", 37.5, 37.5),
            ("2017-03-07", "2017-03-06", 0.0, 0.0),
            // Over Tết: the morning of the 25th, the 2nd and 3rd of February, and the Saturday morning.
            ("2017-01-25", "2017-02-05", 8.0 * 7.5, 4.0 + 7.5 + 7.5 + 4.0),
            ("2017-01-25T11:00", "2017-01-25T15:00", 2.0, 0.5),
            ("2017-01-27T08:00", "2017-01-27T09:00", 1.0, 0.0),
            ("2017-02-04T08:00", "2017-02-04T09:00", 0.0, 1.0),
        ] {
            assert_eq!(hours(&plain, from, to), without, "{from} {to}");
            assert_eq!(hours(&tet, from, to), with, "{from} {to} with exceptions");
        }
    }

    #[test]
    fn overlaps_count_once() {
        let twice = Schedule::parse("mon 08:00-12:00 10:00-14:00; mon-tue 14:00-15:00", "").expect("hours");
        assert_eq!(hours(&twice, "2017-03-06", "2017-03-08"), 8.0);
        let closed = "closed 2017-03-06 08:00-09:00\nclosed 2017-03-06 08:30-10:00\n";
        let twice = Schedule::parse("mon 08:00-12:00", closed).expect("hours");
        assert_eq!(hours(&twice, "2017-03-06", "2017-03-07"), 2.0);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (week, exceptions, named) in [
            ("fri-mon 08:00-12:00", "", "\"fri-mon 08:00-12:00\" is not like"),
            ("mon 12:00-08:00", "", "\"mon 12:00-08:00\""),
            ("mon", "", "\"mon\""),
            (HOURS, "closed 2017-02-30", "line 1: \"closed 2017-02-30\""),
            (HOURS, "\nshut 2017-02-03", "line 2: \"shut 2017-02-03\""),
        ] {
            let error = Schedule::parse(week, exceptions).expect_err(named);
            assert!(error.starts_with(named), "{error}");
        }
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(mut at in prop::collection::vec(1_484_000_000_000_000_i64..1_487_000_000_000_000, 3)) {
            at.sort_unstable();
            let tet = Schedule::parse(HOURS, TET).expect("hours");
            let whole = tet.between(at[0], at[2]);
            prop_assert_eq!(tet.between(at[0], at[1]) + tet.between(at[1], at[2]), whole);
            prop_assert!((0..=at[2] - at[0]).contains(&whole));
        }
    }
}
