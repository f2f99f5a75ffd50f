//! Officials from a file. An official who is in the record already is never changed by a file.

use super::{Report, day, read_rows, tidy, yes};
use crate::{
    context::Role,
    directory::Directory,
    event::Event,
    serve::{
        office::{Validity, key_of},
        official::{Official, check},
        unit::{LineError, TableRow},
    },
};

/// Reads a file of officials against what is known: the report, and the events to write. `directory` has them too then.
///
/// # Errors
/// When the file cannot be read as records; nothing of it is taken then.
pub fn read(text: &str, directory: &mut Directory) -> Result<(Report, Vec<Event>), LineError> {
    let (mut report, mut events) = (Report::default(), Vec::new());
    for row in &read_rows(text)?.rows {
        let named = [row.get("id"), row.get("name")].into_iter().find(|text| !text.is_empty());
        let code = named.map_or_else(|| format!("line {}", row.line), str::to_owned);
        let mut repairs = Vec::new();
        let official = match official(row, &mut repairs) {
            Ok(official) => official,
            Err(why) => {
                report.refused(code, why);
                continue;
            }
        };
        match directory.official(&official.id) {
            Ok(known) if same(known, &official) => report.known(&official.id),
            Ok(_) => {
                report.refused(&official.id, "they are in the record with other facts: change them there")
            }
            Err(_) => match check(&official, directory) {
                Ok(()) => {
                    report.taken(&official.id, &repairs);
                    directory.insert_official(official.clone());
                    events.push(Event::OfficialAppointed(official));
                }
                Err(why) => report.refused(&official.id, format!("{why} ({})", why.code())),
            },
        }
    }
    Ok((report, events))
}

fn same(known: &Official, official: &Official) -> bool {
    known.name == official.name && known.first_post() == official.first_post()
}

fn official(row: &TableRow, repairs: &mut Vec<String>) -> Result<Official, String> {
    let name = tidy("name", row.get("name"), repairs);
    if name.is_empty() {
        return Err("name is empty".to_owned());
    }
    let role = match row.get("role") {
        "" => {
            repairs.push("role was empty: official".to_owned());
            Role::Official
        }
        key => Role::from_key(key).ok_or_else(|| "role is not official, head, leader or admin".to_owned())?,
    };
    let office_id = row.get("office_id").to_owned();
    let id = match row.get("id") {
        "" => {
            let id = key_of(&format!("{office_id} {name}"));
            repairs.push(format!("id was empty: {id}"));
            id
        }
        id => id.to_owned(),
    };
    let title_vi = match tidy("title_vi", row.get("title_vi"), repairs) {
        empty if empty.is_empty() => {
            repairs.push("title_vi was empty: Công chức".to_owned());
            "Công chức".to_owned()
        }
        title => title,
    };
    Ok(Official {
        id,
        office_id,
        name,
        title_vi,
        role,
        validity: Validity::new(day(row.get("from"), "from")?, day(row.get("to"), "to")?),
        reserve: yes(row.get("reserve")),
        posts: Vec::new(),
        absences: Vec::new(),
        stands_for: Vec::new(),
        version: 0,
    })
}
