//! Case codes (mã số hồ sơ): the unit, the day of reception, the number of the day.
//!
//! Two ways of writing the unit are in force beside each other (NĐ 61/2018/NĐ-CP đ.26, TT 01/2018/TT-VPCP đ.19):
//!
//! | | unit | example |
//! |---|---|---|
//! | TT 10/2016/TT-BTTTT | groups of digits, then the letter and number of the ministry or province | `000.21.70.H12-191023-0007` |
//! | QĐ 20/2020/QĐ-TTg | the letter and number first | `H15.50.05.13-261008-0975` |
//!
//! Which one an office issues is its prefix, a datum of the office. Others than these two are read as local codes: they
//! are on papers of before, and in systems from which cases were taken over.
//!
//! The number has four digits and begins anew every day. Systems of ministries write six or seven. The rules are silent on a
//! day with more than 9,999 cases: the count goes on with five digits, so that no number is given twice and none is left out.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// Longest case code, in characters.
pub const CODE_LIMIT: usize = 40;
/// Digits of a day's number, at least.
const DIGITS: usize = 4;
/// Digits of a day's number, at most.
const MOST_DIGITS: usize = 7;

/// How the unit is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// `000.21.70.H12`, by TT 10/2016/TT-BTTTT.
    Circular10,
    /// `H15.50.05.13`, by QĐ 20/2020/QĐ-TTg.
    Decision20,
    /// Neither.
    Local,
}

/// What is wrong with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// Not three parts.
    #[error("a case code has three parts: unit, day, number")]
    Parts,
    /// The unit has signs that no unit has.
    #[error("the first part names the unit with letters, digits and dots")]
    Unit,
    /// No such day.
    #[error("the second part is the day of reception: two digits each for year, month, day")]
    Day,
    /// Not a number of a day.
    #[error("the last part is the number of the day: four digits, or up to seven")]
    Number,
}

impl Fault {
    /// Stable code of the sentence.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Parts => "case-code-parts",
            Self::Unit => "case-code-unit",
            Self::Day => "case-code-day",
            Self::Number => "case-code-number",
        }
    }
}

/// A case code, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CaseCode {
    /// The unit, as printed.
    pub unit: String,
    /// How it is written.
    pub form: Form,
    /// The day of reception.
    pub day: Day,
    /// The number of that day.
    pub number: u32,
    /// Digits it was written with.
    digits: usize,
}

/// The code as it is stored, from what somebody typed: capitals, plain dashes, no spaces.
pub fn tidy(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { c })
        .flat_map(char::to_uppercase)
        .collect()
}

/// How a unit is written; nothing when it cannot be one.
pub fn form(unit: &str) -> Option<Form> {
    let groups: Vec<_> = unit.split('.').collect();
    let digits = |group: &&str| (2..=5).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit());
    // The letter and number of a ministry or province: "H12", "G01".
    let head = |group: &str| {
        let mut bytes = group.bytes();
        group.len() == 3
            && bytes.next().is_some_and(|b| b.is_ascii_uppercase())
            && bytes.all(|b| b.is_ascii_digit())
    };
    if let [before @ .., last] = groups.as_slice()
        && head(last)
        && !before.is_empty()
        && before.iter().all(digits)
    {
        return Some(Form::Circular10);
    }
    if let [first, after @ ..] = groups.as_slice()
        && head(first)
        && after.iter().all(digits)
    {
        return Some(Form::Decision20);
    }
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '/');
    (!unit.is_empty() && groups.iter().all(|group| !group.is_empty()) && unit.chars().all(fits))
        .then_some(Form::Local)
}

/// Reads a code as printed or typed.
///
/// # Errors
/// What is wrong with it, in words.
pub fn parse(typed: &str) -> Result<CaseCode, Fault> {
    let text = tidy(typed);
    if text.chars().count() > CODE_LIMIT {
        return Err(Fault::Parts);
    }
    let (rest, tail) = text.rsplit_once('-').ok_or(Fault::Parts)?;
    let (unit, day) = rest.rsplit_once('-').ok_or(Fault::Parts)?;
    let form = form(unit).ok_or(Fault::Unit)?;
    let day = read_day(day).ok_or(Fault::Day)?;
    let plain = (DIGITS..=MOST_DIGITS).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_digit());
    let number = tail.parse().ok().filter(|number| plain && *number > 0).ok_or(Fault::Number)?;
    Ok(CaseCode { unit: unit.to_owned(), form, day, number, digits: tail.len() })
}

fn read_day(text: &str) -> Option<Day> {
    if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| text[at..at + 2].parse::<i8>().ok();
    Day::new(2_000 + i16::from(part(0)?), part(2)?, part(4)?)
}

impl fmt::Display for CaseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:0digits$}", scope(&self.unit, self.day), self.number, digits = self.digits)
    }
}

/// Unit and day: what the numbers of a day are counted for.
pub fn scope(unit: &str, day: Day) -> String {
    let civil = day.civil();
    format!("{unit}-{:02}{:02}{:02}", civil.year().rem_euclid(100), civil.month(), civil.day())
}

/// The code with the number that the record gave: four digits, and more beyond 9,999.
pub fn issue(scope: &str, number: u32) -> String {
    format!("{scope}-{number:0DIGITS$}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn both_forms_are_read() {
        for (text, form, on, number) in [
            ("000.21.70.H12-191023-0007", Form::Circular10, "2019-10-23", 7),
            ("000.00.32161.H12-170628-0001", Form::Circular10, "2017-06-28", 1),
            ("H15.50.05.13-261008-0975", Form::Decision20, "2026-10-08", 975),
            ("G15.12-251231-000975", Form::Decision20, "2025-12-31", 975),
            ("G01.900.102.000-250301-1234567", Form::Decision20, "2025-03-01", 1_234_567),
            ("H12-250301-0001", Form::Decision20, "2025-03-01", 1),
            ("32161-250701-10000", Form::Local, "2025-07-01", 10_000),
            ("T-CMU-170630-0012", Form::Local, "2017-06-30", 12),
        ] {
            let code = parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
            assert_eq!((code.form, code.day, code.number), (form, day(on), number), "{text}");
            assert_eq!(code.to_string(), text);
        }
    }

    #[test]
    fn what_people_type_is_tidied() {
        let code = parse(" h15.50.05.13 – 261008 – 0975 ").unwrap();
        assert_eq!(code.to_string(), "H15.50.05.13-261008-0975");
    }

    #[test]
    fn wrong_codes_say_what_is_wrong() {
        for (text, fault) in [
            ("", Fault::Parts),
            ("H15.50.05.13", Fault::Parts),
            ("261008-0975", Fault::Parts),
            ("H15..13-261008-0975", Fault::Unit),
            ("H15_13-261008-0975", Fault::Unit),
            ("-261008-0975", Fault::Unit),
            ("H15.13-261308-0975", Fault::Day),
            ("H15.13-250229-0975", Fault::Day),
            ("H15.13-26108-0975", Fault::Day),
            ("H15.13-261008-975", Fault::Number),
            ("H15.13-261008-12345678", Fault::Number),
            ("H15.13-261008-0000", Fault::Number),
            ("H15.13-261008-09A5", Fault::Number),
        ] {
            assert_eq!(parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_day_may_have_more_than_ten_thousand_cases() {
        let scope = scope("H15.50.05.13", day("2026-10-08"));
        assert_eq!(issue(&scope, 7), "H15.50.05.13-261008-0007");
        assert_eq!(issue(&scope, 9_999), "H15.50.05.13-261008-9999");
        assert_eq!(issue(&scope, 10_000), "H15.50.05.13-261008-10000");
        assert_eq!(parse(&issue(&scope, 10_000)).map(|code| code.number), Ok(10_000));
    }

    proptest! {
        #[test]
        fn issued_codes_are_read_back(number in 1_u32..9_999_999, days in 10_957_i32..47_000) {
            let day = Day(days);
            let text = issue(&scope("000.21.70.H12", day), number);
            let code = parse(&text).unwrap();
            prop_assert_eq!((code.day, code.number), (day, number));
            prop_assert_eq!(code.to_string(), text);
        }

        #[test]
        fn nothing_typed_breaks_it(text in "\\PC{0,80}") {
            if let Ok(code) = parse(&text) {
                prop_assert_eq!(parse(&code.to_string()), Ok(code));
            }
        }
    }
}
