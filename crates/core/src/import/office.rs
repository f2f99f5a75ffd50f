//! Offices from a file. An office that is in the record already is never changed by a file.

use super::{Report, day, read_rows, tidy, yes};
use crate::{
    directory::Directory,
    event::Event,
    serve::{
        calendar::Hours,
        office::{Kind, Level, Office, check, key_of},
        unit::{LineError, TableRow},
    },
    time::Minute,
};

/// Reads a file of offices against what is known: the report, and the events to write. `directory` has them too then.
///
/// # Errors
/// When the file cannot be read as records; nothing of it is taken then.
pub fn read(text: &str, directory: &mut Directory) -> Result<(Report, Vec<Event>), LineError> {
    let (mut report, mut events) = (Report::default(), Vec::new());
    let mut rows = read_rows(text)?.rows;
    // A parent may stand below its children in the file: the higher level comes first.
    rows.sort_by_key(|row| Level::from_key(row.get("level")));
    for row in &rows {
        let named = [row.get("id"), row.get("unit_name")].into_iter().find(|text| !text.is_empty());
        let code = named.map_or_else(|| format!("line {}", row.line), str::to_owned);
        let mut repairs = Vec::new();
        let office = match office(row, &mut repairs) {
            Ok(office) => office,
            Err(why) => {
                report.refused(code, why);
                continue;
            }
        };
        match directory.office(&office.id) {
            Ok(known) if same(known, &office) => report.known(&office.id),
            Ok(_) => report.refused(&office.id, "it is in the record with other facts: change it there"),
            Err(_) => match check(&office, directory) {
                Ok(()) => {
                    report.taken(&office.id, &repairs);
                    directory.insert_office(office.clone());
                    events.push(Event::OfficeOpened(office));
                }
                Err(why) => report.refused(&office.id, format!("{why} ({})", why.code())),
            },
        }
    }
    Ok((report, events))
}

fn same(known: &Office, office: &Office) -> bool {
    let bare = Office { closed_on: office.closed_on, changes: Vec::new(), version: 0, ..known.clone() };
    bare == *office
}

fn office(row: &TableRow, repairs: &mut Vec<String>) -> Result<Office, String> {
    let unit_name = tidy("unit_name", row.get("unit_name"), repairs);
    if unit_name.is_empty() {
        return Err("unit_name is empty".to_owned());
    }
    let level = Level::from_key(row.get("level"))
        .ok_or_else(|| "level is not province, district or commune".to_owned())?;
    let kind = match row.get("office_kind") {
        "" => Kind::OneStop,
        key => {
            Kind::from_key(key).ok_or_else(|| "office_kind is not one_stop, centre or agency".to_owned())?
        }
    };
    let mut or = |field: &str, text: &str, instead: String| {
        if !text.is_empty() {
            return text.to_owned();
        }
        repairs.push(format!("{field} was empty: {instead}"));
        instead
    };
    let id = or("id", row.get("id"), key_of(&unit_name));
    let gso_code = row.get("gso_code").to_owned();
    let instead = if gso_code.is_empty() { id.clone() } else { gso_code.clone() };
    let unit_key = or("unit_key", row.get("unit_key"), instead.clone());
    let case_prefix = or("case_prefix", row.get("case_prefix"), instead);
    let name_vi =
        or("name_vi", row.get("name_vi"), format!("Bộ phận tiếp nhận và trả kết quả – {unit_name}"));
    let population = match row.get("population") {
        "" => None,
        text => Some(text.parse().map_err(|_| "population is not a number".to_owned())?),
    };
    Ok(Office {
        id,
        unit_key,
        gso_code,
        name_vi: tidy("name_vi", &name_vi, repairs),
        unit_name,
        level,
        population,
        upgrade_2017: yes(row.get("upgrade_2017")),
        case_prefix,
        tile: tile(row.get("tile"))?,
        kind,
        parent: Some(row.get("parent")).filter(|text| !text.is_empty()).map(str::to_owned),
        hours: hours(row.get("hours"))?,
        opened_on: day(row.get("opened_on"), "opened_on")?,
        closed_on: day(row.get("closed_on"), "closed_on")?,
        changes: Vec::new(),
        version: 0,
    })
}

fn tile(text: &str) -> Result<Option<(u8, u8)>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let numbers =
        text.split_once(',').and_then(|(x, y)| Some((x.trim().parse().ok()?, y.trim().parse().ok()?)));
    numbers.map(Some).ok_or_else(|| "tile is not two numbers".to_owned())
}

/// Opening hours as `07:00-11:00 13:00-17:00`, with a third span where people are received on Saturdays.
///
/// # Errors
/// When they are not two spans in their order, and perhaps a third.
pub fn hours(text: &str) -> Result<Option<Hours>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let minute = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60).then_some(Minute(hour * 60 + minute))
    };
    let span = |text: &str| text.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
    let spans: Option<Vec<_>> = text.split_whitespace().map(span).collect();
    let hours = match spans.as_deref() {
        Some(&[morning, afternoon]) => Some(Hours { morning, afternoon, saturday: None }),
        Some(&[morning, afternoon, saturday]) => Some(Hours { morning, afternoon, saturday: Some(saturday) }),
        _ => None,
    };
    let ends = Minute(24 * 60);
    let in_order = |hours: &Hours| {
        let edges = [hours.morning.0, hours.morning.1, hours.afternoon.0, hours.afternoon.1, ends];
        edges.is_sorted_by(|a, b| a <= b)
            && hours.morning.0 < hours.afternoon.1
            && hours.saturday.is_none_or(|(from, to)| from < to && to <= ends)
    };
    hours.filter(in_order).map(Some).ok_or_else(|| {
        "hours are not like 07:00-11:00 13:00-17:00, with a third span where Saturdays are open".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_two_spans_and_perhaps_a_saturday() {
        let span = |from: u16, to: u16| (Minute(from * 60), Minute(to * 60));
        let week = Hours { morning: span(7, 11), afternoon: span(13, 17), saturday: None };
        assert_eq!(hours(""), Ok(None));
        assert_eq!(hours("07:00-11:00 13:00-17:00"), Ok(Some(week)));
        let six = Hours { saturday: Some(span(8, 11)), ..week };
        assert_eq!(hours("07:00-11:00 13:00-17:00 08:00-11:00"), Ok(Some(six)));
        for wrong in [
            "7",
            "07:00-11:00",
            "11:00-07:00 13:00-17:00",
            "07:00-13:00 12:00-17:00",
            "07:00-11:00 13:00-25:00",
            "07:00-11:00 13:00-17:00 11:00-08:00",
            "07:00-11:00 13:00-17:00 08:00-11:00 08:00-11:00",
            "07:00-11:60 13:00-17:00",
        ] {
            assert!(hours(wrong).is_err(), "{wrong}");
        }
    }
}
