//! Numbers, money, days and times as people write them.

use hailong_core::{
    serve::calendar::Hours,
    time::{Day, Instant, Minute},
};

use crate::lang::Lang;

const WEEKDAYS_VI: [&str; 7] = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"];
const WEEKDAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A whole number with its thousands apart: 14.437 or 14,437.
pub fn number(lang: Lang, value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mark = match lang {
        Lang::Vi => '.',
        Lang::En => ',',
    };
    let mut text = String::new();
    if value < 0 {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

/// A number with decimals: 92,4 or 92.4.
pub fn decimal(lang: Lang, value: f64, places: usize) -> String {
    let plain = format!("{:.places$}", value.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let sign = if value < 0.0 && plain.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "−" } else { "" };
    let whole = number(lang, whole.parse().unwrap_or(0));
    let mark = match lang {
        Lang::Vi => ",",
        Lang::En => ".",
    };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{mark}{fraction}") }
}

/// A share between 0 and 1 as a percentage with one decimal: 92,4 % or 92.4%.
pub fn percent(lang: Lang, share: f64) -> String {
    let text = decimal(lang, share * 100.0, 1);
    match lang {
        Lang::Vi => format!("{text}\u{a0}%"),
        Lang::En => format!("{text}%"),
    }
}

/// An amount in đồng: 1.500.000 đ.
pub fn money(lang: Lang, dong: i64) -> String {
    format!("{}\u{a0}đ", number(lang, dong))
}

/// The name of the weekday of a day.
pub fn weekday(lang: Lang, day: Day) -> &'static str {
    let index = usize::from(day.weekday()) - 1;
    match lang {
        Lang::Vi => WEEKDAYS_VI[index],
        Lang::En => WEEKDAYS_EN[index],
    }
}

/// A day without its weekday: 30/6/2017 or 30 June 2017.
pub fn date(lang: Lang, day: Day) -> String {
    let civil = day.civil();
    match lang {
        Lang::Vi => format!("{}/{}/{}", civil.day(), civil.month(), civil.year()),
        Lang::En => {
            let month = MONTHS_EN[usize::try_from(civil.month() - 1).unwrap_or(0)];
            format!("{} {month} {}", civil.day(), civil.year())
        }
    }
}

/// A day with its weekday: thứ Sáu, 30/6/2017.
pub fn day(lang: Lang, day: Day) -> String {
    match lang {
        Lang::Vi => format!("{}, {}", weekday(lang, day), date(lang, day)),
        Lang::En => format!("{} {}", weekday(lang, day), date(lang, day)),
    }
}

/// The time of day: 16:30.
pub fn clock(at: Instant) -> String {
    let minute = at.minute().0;
    format!("{}:{:02}", minute / 60, minute % 60)
}

/// A moment with its weekday: 16:30 thứ Sáu 30/6/2017.
pub fn date_time(lang: Lang, at: Instant) -> String {
    let day = at.day();
    match lang {
        Lang::Vi => format!("{} {} {}", clock(at), weekday(lang, day), date(lang, day)),
        Lang::En => format!("{} on {} {}", clock(at), weekday(lang, day), date(lang, day)),
    }
}

/// How much time is left, in working days: "còn 2 ngày làm việc", "hôm nay", "trễ 1 ngày làm việc".
pub fn working_days_left(lang: Lang, days: i32) -> String {
    match days {
        0 => lang.t("due-today"),
        1.. => lang.t_args("due-in", &[("n", days.into())]),
        _ => lang.t_args("due-late", &[("n", days.abs().into())]),
    }
}

/// The first letter in upper case, for a sentence that begins with a weekday or an office.
pub fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Opening hours in a sentence: "Thứ Hai đến thứ Sáu, sáng 7:00–11:00, chiều 13:00–17:00".
pub fn hours(lang: Lang, hours: Hours) -> String {
    let time = |Minute(minute)| format!("{}:{:02}", minute / 60, minute % 60);
    let span = |(from, to)| format!("{}–{}", time(from), time(to));
    let args = [("morning", span(hours.morning).into()), ("afternoon", span(hours.afternoon).into())];
    let week = lang.t_args("office-hours-week", &args);
    match hours.saturday {
        Some(saturday) => {
            let saturday = lang.t_args("office-hours-saturday", &[("span", span(saturday).into())]);
            format!("{week}; {saturday}")
        }
        None => week,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse_local(text).unwrap()
    }

    #[test]
    fn vietnamese_numbers() {
        assert_eq!(number(Lang::Vi, 0), "0");
        assert_eq!(number(Lang::Vi, 999), "999");
        assert_eq!(number(Lang::Vi, 57_748), "57.748");
        assert_eq!(number(Lang::Vi, -1_234_567), "−1.234.567");
        assert_eq!(percent(Lang::Vi, 0.924), "92,4\u{a0}%");
        assert_eq!(percent(Lang::En, 1.0), "100.0%");
        assert_eq!(money(Lang::Vi, 1_500_000), "1.500.000\u{a0}đ");
        assert_eq!(decimal(Lang::Vi, -0.04, 1), "0,0");
        assert_eq!(decimal(Lang::En, 1234.5, 1), "1,234.5");
    }

    #[test]
    fn days_carry_their_weekday() {
        let friday = at("2017-06-30T16:30");
        assert_eq!(date_time(Lang::Vi, friday), "16:30 thứ Sáu 30/6/2017");
        assert_eq!(date_time(Lang::En, friday), "16:30 on Friday 30 June 2017");
        assert_eq!(day(Lang::Vi, friday.day()), "thứ Sáu, 30/6/2017");
        assert_eq!(day(Lang::En, at("2017-07-02T08:05").day()), "Sunday 2 July 2017");
        assert_eq!(clock(at("2017-07-02T08:05")), "8:05");
    }

    #[test]
    fn time_left_is_said_in_words() {
        assert_eq!(working_days_left(Lang::Vi, 2), "còn 2 ngày làm việc");
        assert_eq!(working_days_left(Lang::Vi, -1), "trễ 1 ngày làm việc");
        assert_eq!(working_days_left(Lang::En, 1), "one working day left");
        assert_eq!(sentence_case("thứ Sáu"), "Thứ Sáu");
    }
}
