//! Times of logs: ISO 8601 with or without an offset, as microseconds since 1970 in UTC.

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds of a day.
pub const DAY: i64 = 86_400 * SECOND;

/// Reads `2017-03-31T08:30:00.250+07:00`. A space may stand for the `T`; seconds, fraction and offset may be missing, and
/// also the whole time of day. Without offset the time is UTC. Digits below a microsecond are dropped.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim().as_bytes();
    let (date, rest) = text.split_at_checked(10)?;
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let day = day_number(number(&date[..4])?, number(&date[5..7])?, number(&date[8..])?)?;
    let (clock, offset) = match rest.split_first() {
        None => (0, 0),
        Some((b'T' | b't' | b' ', rest)) => {
            // The sign of an offset cannot stand before the fifth place, as in 08:30+07.
            let end =
                rest.iter().position(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-')).unwrap_or(rest.len());
            (clock(&rest[..end])?, offset(&rest[end..])?)
        }
        Some(_) => return None,
    };
    Some(day * DAY + clock - offset)
}

/// Digits only, at most nine of them.
fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
}

/// `08:30`, `08:30:00`, `08:30:00.25`.
fn clock(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii_end();
    if text.len() < 5 || text[2] != b':' {
        return None;
    }
    let (hour, minute) = (number(&text[..2])?, number(&text[3..5])?);
    let (second, fraction) = match text.len() {
        5 => (0, 0),
        8 if text[5] == b':' => (number(&text[6..])?, 0),
        10.. if text[5] == b':' && matches!(text[8], b'.' | b',') => {
            (number(&text[6..8])?, micros(&text[9..])?)
        }
        _ => return None,
    };
    // A leap second is read as the second after it; 24:00 ends a day.
    let whole =
        minute < 60 && second <= 60 && (hour < 24 || (hour, minute, second, fraction) == (24, 0, 0, 0));
    whole.then(|| (hour * 3600 + minute * 60 + second) * SECOND + fraction)
}

fn micros(digits: &[u8]) -> Option<i64> {
    if digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let six = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6);
    Some(six.fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0')))
}

/// Nothing, `Z`, `+07:00`, `+0700` or `+07`.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, rest) = match text.split_first() {
        None => return Some(0),
        Some((b'Z' | b'z', rest)) => return rest.is_empty().then_some(0),
        Some((b'-', rest)) => (-1, rest),
        Some((_, rest)) => (1, rest),
    };
    let (hours, minutes) = match rest.len() {
        2 => (number(rest)?, 0),
        4 => (number(&rest[..2])?, number(&rest[2..])?),
        5 if rest[2] == b':' => (number(&rest[..2])?, number(&rest[3..])?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60) * SECOND)
}

/// The days since 1970-01-01 of a date of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
pub fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=last).contains(&day) {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// The date of a day number, as year, month and day.
pub fn date(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

/// Writes a time as [`parse`] reads it, in the civil time of an offset of so many minutes.
pub fn format(time: i64, offset_minutes: i32) -> String {
    let civil = time.saturating_add(i64::from(offset_minutes) * 60 * SECOND);
    let (year, month, day) = date(civil.div_euclid(DAY));
    let of_day = civil.rem_euclid(DAY);
    let (seconds, micros) = (of_day / SECOND, of_day % SECOND);
    let fraction = if micros % 1000 == 0 { format!("{:03}", micros / 1000) } else { format!("{micros:06}") };
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let (sign, away) = (if offset_minutes < 0 { '-' } else { '+' }, offset_minutes.unsigned_abs());
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction}{sign}{:02}:{:02}",
        away / 60,
        away % 60
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_read_whatever_their_form() {
        let first = 1_490_949_000 * SECOND;
        for text in [
            "2017-03-31T08:30:00Z",
            "2017-03-31T15:30:00+07:00",
            "2017-03-31 15:30:00+0700",
            "2017-03-31T15:30+07",
            "2017-03-31t08:30:00,000000000z",
            " 2017-03-31T08:30 ",
            "2017-03-30T24:00:00-08:30",
        ] {
            assert_eq!(parse(text), Some(first), "{text}");
        }
        // An hour is repeated when clocks go back; the offset tells which of both is meant.
        let (summer, winter) = (parse("2017-10-29T02:30:00+02:00"), parse("2017-10-29T02:30:00+01:00"));
        assert_eq!(winter.zip(summer).map(|(winter, summer)| winter - summer), Some(3600 * SECOND));
        assert_eq!(parse("2017-03-31"), Some(first - (8 * 3600 + 1800) * SECOND));
        assert_eq!(parse("2017-03-31T08:30:00.2500009Z"), Some(first + 250_000));
        assert_eq!(parse("1969-12-31T23:59:59.999999Z"), Some(-1));
        assert_eq!(parse("2016-02-29").map(|time| time / DAY), day_number(2016, 2, 29));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2017-13-01",
            "2017-02-29",
            "2017-02-00T00:00:00Z",
            "2017-2-3",
            "2017-03-31T25:00:00Z",
            "2017-03-31T24:00:01Z",
            "2017-03-31T08:60",
            "2017-03-31T08:30:00.",
            "2017-03-31T08:30:00Zulu",
            "2017-03-31T08:30:00+24:00",
            "2017-03-31X08:30",
            "31/03/2017 08:30",
            "2017-03-31T",
            "２０１７-03-31",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(time in -62_135_596_800_000_000_i64..253_402_300_799_999_999, offset in -840..=840) {
            // The date may be of another year in civil time, but has four digits.
            let civil = time + i64::from(offset) * 60 * SECOND;
            prop_assume!((-62_135_596_800_000_000..253_402_300_800_000_000).contains(&civil));
            let text = format(time, offset);
            prop_assert_eq!(parse(&text), Some(time), "{}", text);
        }

        #[test]
        fn nothing_makes_it_stumble(text in ".{0,40}") {
            let _ = parse(&text);
        }
    }
}
