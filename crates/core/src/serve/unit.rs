//! Administrative units in time: provinces, districts, communes and hamlets, whether they have an office here or not.
//! The code of a unit in the national list is not its identity: it may be another unit's later.

use serde::{Deserialize, Serialize};

use super::office::Validity;
use crate::time::Day;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Province or city under the central government (tỉnh, thành phố).
    Province,
    /// District (huyện, quận, thị xã); abolished on 1/7/2025.
    District,
    /// Commune (xã).
    Commune,
    /// Ward (phường).
    Ward,
    /// Town (thị trấn).
    Town,
    /// Hamlet (ấp, khóm): no level of government, but where people live.
    Hamlet,
}

/// Names of kinds as the data of the statistics office has them, beside the stable keys.
const NAMES: [(&str, Kind); 14] = [
    ("province", Kind::Province),
    ("district", Kind::District),
    ("commune", Kind::Commune),
    ("ward", Kind::Ward),
    ("town", Kind::Town),
    ("hamlet", Kind::Hamlet),
    ("tinh", Kind::Province),
    ("thanh_pho", Kind::Province),
    ("huyen", Kind::District),
    ("quan", Kind::District),
    ("xa", Kind::Commune),
    ("phuong", Kind::Ward),
    ("thi_tran", Kind::Town),
    ("ap", Kind::Hamlet),
];

impl Kind {
    /// The stable key, as stored.
    pub fn key(self) -> &'static str {
        NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// The kind with that stable key or Vietnamese name.
    pub fn from_key(key: &str) -> Option<Self> {
        NAMES.iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind)
    }

    /// Whether people name it as their commune of residence.
    pub const fn is_commune(self) -> bool {
        matches!(self, Self::Commune | Self::Ward | Self::Town)
    }
}

/// One unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Stable key, e.g. `c32188-old`: the identity.
    pub key: String,
    /// Code in the national list at its time.
    pub code: String,
    /// Name, with its kind: "Xã Tân Tiến".
    pub name_vi: String,
    /// What it is.
    #[serde(rename = "unit_kind")]
    pub kind: Kind,
    /// Key of the unit above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// From which day to which it existed.
    #[serde(flatten)]
    pub validity: Validity,
    /// People living there, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u32>,
    /// Number of events about it so far.
    #[serde(skip)]
    pub version: i64,
}

/// What is wrong with a line of a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct LineError {
    /// Line number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// Reads units from a table with a head line. Needed columns: `unit_key`, `gso_code`, `name_vi`, `kind`; further
/// ones: `parent_key`, `valid_from`, `valid_to`, `population_2019_census` or `population`. Others are left aside.
///
/// # Errors
/// Names the first line that cannot be read.
pub fn parse_csv(text: &str) -> Result<Vec<Unit>, LineError> {
    let table = Table::read(text)?;
    let mut units = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let wrong = |why: &str| LineError { line: row.line, why: why.to_owned() };
        let needed = |name: &'static str| {
            Some(row.get(name))
                .filter(|text| !text.is_empty())
                .ok_or_else(|| wrong(&format!("{name} is empty")))
        };
        let day = |name: &str| match row.get(name) {
            "" => Ok(None),
            text => Day::parse(text).map(Some).ok_or_else(|| wrong(&format!("{name} is not YYYY-MM-DD"))),
        };
        let people = Some(row.get("population")).filter(|text| !text.is_empty());
        let people = people.unwrap_or(row.get("population_2019_census"));
        units.push(Unit {
            key: needed("unit_key")?.to_owned(),
            code: needed("gso_code")?.to_owned(),
            name_vi: needed("name_vi")?.split_whitespace().collect::<Vec<_>>().join(" "),
            kind: Kind::from_key(needed("kind")?).ok_or_else(|| wrong("the kind is unknown"))?,
            parent: Some(row.get("parent_key")).filter(|key| !key.is_empty()).map(str::to_owned),
            validity: Validity::new(day("valid_from")?, day("valid_to")?),
            population: match people {
                "" => None,
                text => Some(text.parse().map_err(|_| wrong("population is not a number"))?),
            },
            version: 0,
        });
    }
    Ok(units)
}

/// A small table of comma-separated values with a head line; fields may be quoted.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The lines below the head.
    pub rows: Vec<TableRow>,
}

/// One line of a table.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// Line number, from 1.
    pub line: usize,
    cells: std::collections::BTreeMap<String, String>,
}

impl TableRow {
    /// The cell of a column without spaces around it; empty when there is none.
    pub fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }
}

impl Table {
    /// Reads a JSON list of flat objects, or one object a line. Lists of numbers or texts become one cell, divided by
    /// commas.
    ///
    /// # Errors
    /// Names the first object that cannot be read, counted from 1.
    pub fn from_json(text: &str) -> Result<Self, LineError> {
        let wrong = |line: usize, why: String| LineError { line, why };
        let objects: Vec<serde_json::Value> = if text.trim_start().starts_with('[') {
            serde_json::from_str(text).map_err(|error| wrong(error.line(), error.to_string()))?
        } else {
            let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
            let read = |(at, line): (usize, &str)| {
                serde_json::from_str(line).map_err(|error| wrong(at + 1, error.to_string()))
            };
            lines.map(read).collect::<Result<_, _>>()?
        };
        let mut rows = Vec::with_capacity(objects.len());
        for (at, object) in objects.iter().enumerate() {
            let Some(fields) = object.as_object() else {
                return Err(wrong(at + 1, "it is not an object".to_owned()));
            };
            let cells = fields.iter().map(|(name, value)| (name.clone(), cell(value))).collect();
            rows.push(TableRow { line: at + 1, cells });
        }
        Ok(Self { rows })
    }

    /// Reads a table.
    ///
    /// # Errors
    /// When a line has more fields than the head, or a quote is never closed.
    pub fn read(text: &str) -> Result<Self, LineError> {
        let mut lines = records(text.trim_start_matches('\u{feff}'))?.into_iter();
        let Some((_, head)) = lines.next() else { return Ok(Self::default()) };
        let mut rows = Vec::new();
        for (line, fields) in lines {
            if fields.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            if fields.len() > head.len() {
                return Err(LineError { line, why: format!("it has more than {} fields", head.len()) });
            }
            let cells = head.iter().map(|name| name.trim().to_owned()).zip(fields).collect();
            rows.push(TableRow { line, cells });
        }
        Ok(Self { rows })
    }
}

fn cell(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// The records of a text, each with the number of its first line.
fn records(text: &str) -> Result<Vec<(usize, Vec<String>)>, LineError> {
    let (mut all, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut first, mut quoted) = (1, 1, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            '\n' => {
                line += 1;
                if quoted {
                    field.push('\n');
                    continue;
                }
                fields.push(std::mem::take(&mut field).trim_end_matches('\r').to_owned());
                all.push((first, std::mem::take(&mut fields)));
                first = line;
            }
            other => field.push(other),
        }
    }
    if quoted {
        return Err(LineError { line: first, why: "a quote is never closed".to_owned() });
    }
    if !field.is_empty() || !fields.is_empty() {
        fields.push(field);
        all.push((first, fields));
    }
    Ok(all)
}

/// A field of a table as it is written: quoted when it must be. A leading `=`, `+`, `-` or `@` is defused, because
/// spreadsheets would take it for a formula.
pub fn csv_field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: &str = include_str!("../../../../data/dam-doi/units.csv");

    #[test]
    fn a_code_is_no_identity() {
        let units = parse_csv(UNITS).unwrap();
        let on = |day: &str| {
            let day = Day::parse(day).unwrap();
            let held: Vec<_> =
                units.iter().filter(|unit| unit.code == "32188" && unit.validity.holds(day)).collect();
            assert_eq!(held.len(), 1);
            (held[0].key.clone(), held[0].name_vi.clone())
        };
        assert_eq!(on("2025-06-30"), ("c32188-old".to_owned(), "Xã Nguyễn Huân".to_owned()));
        assert_eq!(on("2025-07-01"), ("c32188".to_owned(), "Xã Tân Tiến".to_owned()));
        let communes = units.iter().filter(|unit| unit.kind.is_commune());
        let day = Day::parse("2017-06-30").unwrap();
        assert_eq!(communes.clone().filter(|unit| unit.validity.holds(day)).count(), 16);
        let day = Day::parse("2026-11-24").unwrap();
        assert_eq!(communes.filter(|unit| unit.validity.holds(day)).count(), 7);
    }

    #[test]
    fn tables_with_quotes_and_double_spaces_are_read() {
        let text =
            "unit_key,gso_code,name_vi,kind,note\nc1,1,\"Xã  Tạ An\nKhương \",xa,\"a \"\"b\"\", c\"\n\n";
        let units = parse_csv(text).unwrap();
        assert_eq!((units.len(), units[0].name_vi.as_str()), (1, "Xã Tạ An Khương"));
        for (text, line) in [
            ("unit_key,gso_code,name_vi,kind\nc1,1,Xã,làng\n", 2),
            ("unit_key,gso_code,name_vi,kind\nc1,1,Xã,xa\nc2,,Xã,xa\n", 3),
            ("unit_key,gso_code,name_vi,kind\nc1,1,\"Xã,xa\n", 2),
            ("unit_key\nc1,1\n", 2),
        ] {
            assert_eq!(parse_csv(text).unwrap_err().line, line, "{text}");
        }
    }

    #[test]
    fn fields_come_back_as_they_were() {
        for text in ["a", "a, b", "\"x\"", "hai\ndòng", ""] {
            let table = Table::read(&format!("f,g\n{},x\n", csv_field(text))).unwrap();
            assert_eq!(table.rows[0].get("f"), text);
        }
        assert_eq!(csv_field("=1+1"), "'=1+1");
    }
}
