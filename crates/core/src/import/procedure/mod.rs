//! Procedures from a file: records of our own form or of the national portal's. A record is taken whole or not at all,
//! and the report says of each what was put right, or why it was left out. The forms are in docs/procedure-schema.md.

mod portal;
mod record;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::Report;
use crate::{
    directory::Directory,
    refusal::Refusal,
    serve::procedure::{Procedure, admit},
    time::Day,
};

/// The most records of one file.
pub const MOST_RECORDS: usize = 20_000;
/// The largest file, in bytes.
pub const LARGEST_FILE: usize = 64 << 20;

/// What is taken of a file.
#[derive(Debug, Default)]
pub struct Taken {
    /// What became of each record.
    pub report: Report,
    /// New versions, by record: those of one record are published together.
    pub records: Vec<Vec<Procedure>>,
}

/// What is known while files are read: the record, and what was taken of the files before.
pub struct Reader<'a> {
    directory: &'a Directory,
    /// Versions of the codes that the files have named, by first day.
    versions: BTreeMap<String, Vec<Procedure>>,
    today: Day,
}

/// The text of a file.
///
/// # Errors
/// In words, when it is too large or not UTF-8.
pub fn text(bytes: &[u8]) -> Result<&str, String> {
    if bytes.len() > LARGEST_FILE {
        return Err(format!("the file is larger than {} MB", LARGEST_FILE >> 20));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("the file is written in UTF-16: save it as UTF-8 and try again".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let place = error.valid_up_to() + 1;
        format!(
            "the file is not UTF-8 (byte {place}): it may be in an old Vietnamese encoding such as TCVN3 or \
             windows-1258; save it as UTF-8 and try again"
        )
    })?;
    Ok(text.trim_start_matches('\u{feff}'))
}

impl<'a> Reader<'a> {
    /// Begins to read.
    pub const fn new(directory: &'a Directory, today: Day) -> Self {
        Self { directory, versions: BTreeMap::new(), today }
    }

    /// Reads a file: a JSON list, an object with a list named `procedures`, one record, or a record a line.
    ///
    /// # Errors
    /// In words, when the file cannot be read as records; nothing of it is taken then.
    pub fn read(&mut self, text: &str) -> Result<Taken, String> {
        let mut taken = Taken::default();
        for (number, value) in records(text)?.into_iter().enumerate() {
            let name = name_of(&value, number);
            match self.record(value) {
                Ok((repairs, versions)) if versions.is_empty() && repairs.is_empty() => {
                    taken.report.known(name);
                }
                Ok((repairs, versions)) => {
                    taken.report.taken(name, &repairs);
                    if !versions.is_empty() {
                        taken.records.push(versions);
                    }
                }
                Err(why) => taken.report.refused(name, why),
            }
        }
        Ok(taken)
    }

    /// One record: what was put right, and the versions that are new.
    fn record(&mut self, value: Value) -> Result<(Vec<String>, Vec<Procedure>), String> {
        let Value::Object(map) = value else { return Err("it is no object".to_owned()) };
        let mut repairs = Vec::new();
        let parts = if portal::is(&map) { portal::versions(map, &mut repairs)? } else { vec![map] };
        let mut new: Vec<Procedure> = Vec::new();
        for part in parts {
            let dated = part.contains_key("valid_from") || part.contains_key("valid_to");
            let procedure = record::read(part, &mut repairs)?;
            let known = self.known(&procedure.code);
            let both = [known.as_slice(), &new].concat();
            if let Some(procedure) = self.fit(procedure, dated, &both, &mut repairs)? {
                new.push(procedure);
                new.sort_by_key(|version| version.valid_from);
            }
        }
        // Only now, so that a record whose second version is refused leaves nothing behind.
        for version in &new {
            let versions = self.versions.entry(version.code.clone()).or_default();
            versions.push(version.clone());
            versions.sort_by_key(|version| version.valid_from);
        }
        let mut said = BTreeSet::new();
        repairs.retain(|repair| said.insert(repair.clone()));
        Ok((repairs, new))
    }

    fn known(&mut self, code: &str) -> &Vec<Procedure> {
        self.versions.entry(code.to_owned()).or_insert_with(|| self.directory.versions(code).to_vec())
    }

    /// The version as it is to be published; none when it is there already, just so.
    fn fit(
        &self,
        mut procedure: Procedure,
        dated: bool,
        known: &[Procedure],
        repairs: &mut Vec<String>,
    ) -> Result<Option<Procedure>, String> {
        let undated = |version: &Procedure| Procedure { valid_from: None, valid_to: None, ..version.clone() };
        if known.contains(&procedure) {
            return Ok(None);
        }
        if !dated && !known.is_empty() {
            // A catalogue without dates: what is in force stays when nothing changed, otherwise it changes today.
            let held = known.iter().rev().find(|version| version.validity().holds(self.today));
            if held.is_some_and(|held| undated(held) == procedure) {
                return Ok(None);
            }
            if known.iter().all(|version| version.valid_from != Some(self.today)) {
                procedure.valid_from = Some(self.today);
                repairs.push(format!("valid_from was missing: a new version from today ({})", self.today));
            }
        }
        match admit(&procedure, known, self.today) {
            Ok(()) => Ok(Some(procedure)),
            Err(Refusal::AlreadyExists) => {
                let from = procedure.valid_from.map_or("the beginning".to_owned(), |day| day.to_string());
                Err(format!(
                    "a version of {} from {from} is there already with other contents: a change needs a later \
                     valid_from",
                    procedure.code
                ))
            }
            Err(Refusal::VersionInThePast) => Err(format!(
                "valid_from is before today ({}), but another version was in force then and cases were received \
                 under it: begin it today and note the real date",
                self.today
            )),
            Err(Refusal::BadPeriod) => Err("valid_to is before valid_from".to_owned()),
            Err(why) => Err(format!("{why} ({})", why.code())),
        }
    }
}

/// The records of a file.
fn records(text: &str) -> Result<Vec<Value>, String> {
    let value = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(list)) => list,
        Ok(Value::Object(mut map)) => match map.remove("procedures") {
            Some(Value::Array(list)) => list,
            Some(_) => return Err("procedures is no list".to_owned()),
            None => vec![Value::Object(map)],
        },
        Ok(_) => return Err("the file holds no records".to_owned()),
        Err(error) => {
            // Perhaps a record a line.
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            let list: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
            match list {
                Ok(list) if !list.is_empty() => list,
                _ => return Err(format!("the file is not JSON: {error}")),
            }
        }
    };
    if value.len() > MOST_RECORDS {
        return Err(format!("the file has {} records, more than {MOST_RECORDS}: divide it", value.len()));
    }
    Ok(value)
}

/// How the report calls a record: its code, or its place.
fn name_of(value: &Value, number: usize) -> String {
    let code = value.get("code").and_then(Value::as_str).map(str::trim).filter(|code| !code.is_empty());
    match code {
        Some(code) => code.chars().take(60).collect(),
        None => format!("record {}", number + 1),
    }
}

/// A text of a record; empty when there is none.
fn string(map: &Map<String, Value>, key: &str) -> String {
    map.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests;
