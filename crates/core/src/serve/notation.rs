//! How limits and what happens to a clock are written on the command line and in addresses.

use thiserror::Error;

use super::{
    clock::{ClockEvent, PauseReason},
    procedure::{Limit, Unit},
};
use crate::{
    text::fold,
    time::{Day, Instant, Minute},
};

/// What cannot be read, with what would be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotationError {
    /// A limit.
    #[error(
        "\"{0}\" is not a time limit: write a number and a unit, as in \"3 working days\", \"15 days\", \"2 months\", \
         \"8 hours\", or \"same day\""
    )]
    Limit(String),
    /// A day.
    #[error("\"{0}\" is not a day: write it as 25/1/2017 or 2017-01-25")]
    Day(String),
    /// A time of day.
    #[error("\"{0}\" is not a time of day: write it as 9:00")]
    Time(String),
    /// A moment.
    #[error("\"{0}\" is not a moment: write it as 2017-01-25T09:00")]
    Moment(String),
    /// An event.
    #[error(
        "\"{0}\" is not an event: write pause:MOMENT:REASON (supplement, financial-duty, posting, expert-opinion, \
         violation), resume:MOMENT, resume:MOMENT:restart, extend:MOMENT:LIMIT or reappoint:MOMENT:MOMENT"
    )]
    Event(String),
}

/// Reads a limit: `3 working days`, `3 working-days`, `15 days`, `1 month`, `8 hours`, `same-day`; in Vietnamese `3 ngày
/// làm việc`, `15 ngày`, `1 tháng`, `8 giờ`, `8 giờ làm việc`, `trong ngày`, also without diacritics.
///
/// # Errors
/// [`NotationError::Limit`].
pub fn limit(text: &str) -> Result<Limit, NotationError> {
    let bad = || NotationError::Limit(shortened(text));
    if text.trim().starts_with('-') {
        return Err(bad());
    }
    let words = fold(text).replace(['-', '_'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>();
    if words == ["same", "day"] || words == ["trong", "ngay"] {
        return Ok(Limit::new(0, Unit::SameDay));
    }
    let (number, unit) = words.split_first().ok_or_else(bad)?;
    let unit = match unit {
        ["working", "day" | "days"] | ["ngay", "lam", "viec"] => Unit::WorkingDays,
        ["day" | "days" | "ngay"] => Unit::Days,
        ["month" | "months" | "thang"] => Unit::Months,
        ["hour" | "hours" | "gio"] | ["working", "hour" | "hours"] | ["gio", "lam", "viec"] => Unit::Hours,
        _ => return Err(bad()),
    };
    let value = number.parse::<u16>().ok().filter(|value| (1..=3_000).contains(value));
    Ok(Limit::new(value.ok_or_else(bad)?, unit))
}

/// Reads a day: `25/1/2017` as people write it, `2017-01-25` as forms send it.
///
/// # Errors
/// [`NotationError::Day`].
pub fn day(text: &str) -> Result<Day, NotationError> {
    let civil = || {
        let mut parts = text.trim().split('/');
        let (date, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        let read = Day::new(year.parse().ok()?, month.parse().ok()?, date.parse().ok()?)?;
        parts.next().is_none().then_some(read)
    };
    Day::parse(text.trim()).or_else(civil).ok_or_else(|| NotationError::Day(shortened(text)))
}

/// Reads a time of day: `9:00`, `15:30`, also `15h30`.
///
/// # Errors
/// [`NotationError::Time`].
pub fn time(text: &str) -> Result<Minute, NotationError> {
    let read = || {
        let (hour, minute) = text.trim().split_once([':', 'h'])?;
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        (hour < 24 && minute < 60).then_some(Minute(hour * 60 + minute))
    };
    read().ok_or_else(|| NotationError::Time(shortened(text)))
}

/// Reads a moment in Vietnam: `2017-01-25T09:00`.
///
/// # Errors
/// [`NotationError::Moment`].
pub fn moment(text: &str) -> Result<Instant, NotationError> {
    Instant::parse_local(text.trim()).ok_or_else(|| NotationError::Moment(shortened(text)))
}

/// Reads something that happened to a clock; see [`NotationError::Event`].
///
/// # Errors
/// The part that cannot be read.
pub fn event(text: &str) -> Result<ClockEvent, NotationError> {
    let bad = || NotationError::Event(shortened(text));
    let (kind, rest) = text.trim().split_once(':').ok_or_else(bad)?;
    let (at, rest) = moment_before_colon(rest);
    let at = moment(at)?;
    Ok(match (kind, rest) {
        ("pause", Some(reason)) => {
            let reason = PauseReason::from_key(&reason.trim().replace('-', "_")).ok_or_else(bad)?;
            ClockEvent::Paused { at, reason }
        }
        ("resume", None) => ClockEvent::Resumed { at, restart: false },
        ("resume", Some("restart")) => ClockEvent::Resumed { at, restart: true },
        ("extend", Some(by)) => ClockEvent::Extended { at, by: limit(by)? },
        ("reappoint", Some(to)) => ClockEvent::Reappointed { at, to: moment(to)? },
        _ => return Err(bad()),
    })
}

/// A moment has colons of its own: `2017-02-01T10:00:supplement`, `2017-02-01T10:00:30:supplement`.
fn moment_before_colon(text: &str) -> (&str, Option<&str>) {
    let colons: Vec<_> = text.match_indices(':').map(|(at, _)| at).collect();
    let seconds =
        |from: usize, to: usize| to - from == 3 && text[from + 1..to].bytes().all(|b| b.is_ascii_digit());
    let end = match colons.as_slice() {
        [] | [_] => None,
        [_, second] => (text.len() - second != 3 || !seconds(*second, text.len())).then_some(*second),
        [_, second, third, ..] => Some(if seconds(*second, *third) { *third } else { *second }),
    };
    end.map_or((text, None), |end| (&text[..end], Some(&text[end + 1..])))
}

/// No more of what was typed than a person wants to read back.
fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_however_they_are_written() {
        for (text, value, unit) in [
            ("3 working days", 3, Unit::WorkingDays),
            ("1 working-day", 1, Unit::WorkingDays),
            ("10 Working-Days", 10, Unit::WorkingDays),
            (" 15  days ", 15, Unit::Days),
            ("1 month", 1, Unit::Months),
            ("8 hours", 8, Unit::Hours),
            ("same-day", 0, Unit::SameDay),
            ("same day", 0, Unit::SameDay),
            ("3 ngày làm việc", 3, Unit::WorkingDays),
            ("03 Ngày làm việc", 3, Unit::WorkingDays),
            ("3 ngay lam viec", 3, Unit::WorkingDays),
            ("15 ngày", 15, Unit::Days),
            ("1 tháng", 1, Unit::Months),
            ("8 giờ", 8, Unit::Hours),
            ("8 giờ làm việc", 8, Unit::Hours),
            ("Trong ngày", 0, Unit::SameDay),
        ] {
            assert_eq!(limit(text), Ok(Limit::new(value, unit)), "{text}");
        }
        for text in ["", "3", "days", "-3 days", "0 days", "3 weeks", "99999 days", "3.5 days", "ba ngày"] {
            assert!(limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_and_times_are_read_as_people_write_them() {
        for text in ["2017-01-25", "25/1/2017", " 25/01/2017 "] {
            assert_eq!(day(text), Ok(Day::new(2017, 1, 25).unwrap()), "{text}");
        }
        for text in ["", "25/1", "31/2/2017", "25/1/2017/1", "2017-13-01", "mai", "99999/1/1"] {
            assert!(day(text).is_err(), "{text}");
        }
        for (text, minutes) in [("9:00", 540), ("09:00", 540), ("15h30", 930), ("0:00", 0), ("23:59", 1_439)]
        {
            assert_eq!(time(text), Ok(Minute(minutes)), "{text}");
        }
        for text in ["", "9", "24:00", "9:60", "-1:00", "chín giờ"] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn events_are_read() {
        let at = moment("2017-02-01T10:00").unwrap();
        let second = moment("2017-02-01T10:00:30").unwrap();
        let reason = PauseReason::FinancialDuty;
        for (text, expected) in [
            ("pause:2017-02-01T10:00:financial-duty", ClockEvent::Paused { at, reason }),
            ("pause:2017-02-01T10:00:30:financial_duty", ClockEvent::Paused { at: second, reason }),
            ("resume:2017-02-01T10:00", ClockEvent::Resumed { at, restart: false }),
            ("resume:2017-02-01T10:00:30", ClockEvent::Resumed { at: second, restart: false }),
            ("resume:2017-02-01T10:00:restart", ClockEvent::Resumed { at, restart: true }),
            (
                "extend:2017-02-01T10:00:5 working days",
                ClockEvent::Extended { at, by: Limit::new(5, Unit::WorkingDays) },
            ),
            ("reappoint:2017-02-01T10:00:2017-02-01T10:00:30", ClockEvent::Reappointed { at, to: second }),
        ] {
            assert_eq!(event(text), Ok(expected), "{text}");
        }
        for text in [
            "",
            "pause",
            "pause:",
            "pause:2017-02-01T10:00",
            "pause:2017-02-01T10:00:why",
            "stop:2017-02-01T10:00",
            "resume:tomorrow",
        ] {
            assert!(event(text).is_err(), "{text}");
        }
    }
}
