//! A table of communes for the choice of the next dialogue: `commune,cases,forms,pressing,last_visit`, and `opinions` where
//! people wrote by themselves.

use std::collections::BTreeSet;

use crate::{
    listen::dialogue::choose::Commune,
    time::{Day, Month},
};

/// Reads the table. `today` lies in the quarter of the choice; `last_visit` is a day (`2016-11-18`), a quarter (`2016-Q4`), how
/// many quarters ago (`2`), or empty when there was none.
///
/// # Errors
/// Names the line and what is wrong with it; nothing of the table is taken then.
pub fn read(text: &str, today: Day) -> Result<Vec<Commune>, String> {
    let table = super::read_rows(text).map_err(|error| error.to_string())?;
    let mut names = BTreeSet::new();
    let communes = table.rows.iter().map(|row| {
        let say = |why: String| format!("line {}: {why}", row.line);
        let number = |column: &str| {
            let text = row.get(column);
            text.parse::<u32>().map_err(|_| say(format!("{column} is \"{text}\", not a whole number from 0")))
        };
        let commune = row.get("commune").split_whitespace().collect::<Vec<_>>().join(" ");
        if commune.is_empty() || commune.chars().count() > 120 {
            return Err(say("commune is missing or longer than 120 letters".to_owned()));
        }
        if !names.insert(commune.clone()) {
            return Err(say(format!("{commune} stands twice")));
        }
        let (forms, pressing) = (number("forms")?, number("pressing")?);
        if pressing > forms {
            return Err(say(format!(
                "{pressing} pressing opinions are more than the {forms} forms answered"
            )));
        }
        Ok(Commune {
            commune,
            cases: number("cases")?,
            forms,
            pressing,
            opinions: if row.get("opinions").is_empty() { 0 } else { number("opinions")? },
            visited: visited(row.get("last_visit"), today).map_err(say)?,
        })
    });
    communes.collect()
}

/// How many quarters ago.
fn visited(text: &str, today: Day) -> Result<Option<u32>, String> {
    let quarter = |month: Month| month.0.div_euclid(3);
    let then = match text {
        "" => return Ok(None),
        text if text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            return Ok(text.parse().ok());
        }
        text => match text.split_once(['Q', 'q']) {
            Some((year, of_year)) => {
                let year = year
                    .trim_end_matches('-')
                    .parse::<i32>()
                    .ok()
                    .filter(|year| (1900..=2999).contains(year));
                let of_year = of_year.parse::<i32>().ok().filter(|of_year| (1..=4).contains(of_year));
                year.zip(of_year).map(|(year, of_year)| year * 4 + of_year - 1)
            }
            None => Day::parse(text).map(|day| quarter(day.month())),
        },
    };
    let ago = then.map(|then| quarter(today.month()) - then).and_then(|ago| u32::try_from(ago).ok());
    let wrong = || {
        format!(
            "last_visit is \"{text}\", not a past day (2016-11-18), quarter (2016-Q4) or number of quarters"
        )
    };
    ago.map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_are_told_in_three_ways() {
        let today = Day::parse("2017-07-03").unwrap();
        for (text, ago) in [
            ("", None),
            ("2", Some(2)),
            ("2017-Q3", Some(0)),
            ("2016Q4", Some(3)),
            ("2016-11-18", Some(3)),
            ("2017-06-30", Some(1)),
        ] {
            assert_eq!(visited(text, today), Ok(ago), "{text}");
        }
        for wrong in ["2017-Q4", "2018-01-01", "soon", "2016-Q5", "-1"] {
            assert!(visited(wrong, today).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_bad_line_is_named() {
        let today = Day::parse("2017-07-03").unwrap();
        let head = "commune,cases,forms,pressing,last_visit\nTrần Phán,400,90,12,\n";
        let read = |line: &str| read(&format!("{head}{line}\n"), today);
        assert_eq!(read("Tân  Đức,300,80,3,1").unwrap()[1].commune, "Tân Đức");
        assert!(read("Tân Đức,-3,80,3,1").unwrap_err().contains("cases is \"-3\""));
        assert!(read("Tân Đức,300,80,3,hôm qua").unwrap_err().contains("line 3"));
        assert!(read(",300,80,3,").unwrap_err().contains("commune is missing"));
    }
}
