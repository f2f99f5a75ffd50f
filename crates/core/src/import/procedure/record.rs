//! One record of our own form: tidied, its gaps filled with what is assumed, and measured.

use serde_json::{Map, Value, json};

use super::string;
use crate::{
    serve::procedure::{Procedure, Unit, is_code},
    text::fold,
};

/// Longest text of a record, in characters.
const TEXT_LIMIT: usize = 4_000;
/// Longest name, in characters.
const NAME_LIMIT: usize = 1_500;
/// Longest list of a record.
const LIST_LIMIT: usize = 100;
/// The longest time limit, in units of its own.
const VALUE_LIMIT: i64 = 3_650;

/// Fields of the schema.
pub(super) const FIELDS: [&str; 32] = [
    "code",
    "valid_from",
    "valid_to",
    "name_vi",
    "short_name_vi",
    "field_vi",
    "levels",
    "decided_at",
    "agency",
    "applicants_vi",
    "channels",
    "limits",
    "periodic_vi",
    "immediate",
    "fee_text",
    "fees",
    "documents",
    "questions",
    "steps_vi",
    "dossier_sets",
    "forms_vi",
    "conditions_vi",
    "result_vi",
    "legal_basis",
    "sector",
    "decision",
    "replaces",
    "replaced_by",
    "source",
    "note",
    "confidence",
    "$schema",
];

/// What is assumed for a field that is missing, and the part that is then to be checked.
const DEFAULTS: [(&str, &str, &str); 9] = [
    ("levels", r#"["commune"]"#, "agency"),
    ("channels", r#"["direct"]"#, "channels"),
    ("documents", "[]", "documents"),
    ("steps_vi", "[]", "steps"),
    ("forms_vi", "[]", "forms"),
    ("legal_basis", "[]", "legal_basis"),
    ("dossier_sets", "1", "dossier_sets"),
    ("limits", "[]", "limits"),
    ("confidence", "{}", ""),
];

/// Reads one record.
///
/// # Errors
/// In words: why it cannot be taken.
pub(super) fn read(mut map: Map<String, Value>, repairs: &mut Vec<String>) -> Result<Procedure, String> {
    for value in map.values_mut() {
        tidy(value, repairs)?;
    }
    let strange: Vec<String> = map.keys().filter(|key| !FIELDS.contains(&key.as_str())).cloned().collect();
    for key in strange {
        map.remove(&key);
        repairs.push(format!("{key} is not a field of the schema: left out"));
    }
    map.remove("$schema");
    let code = code(&string(&map, "code"), repairs)?;
    map.insert("code".to_owned(), json!(code));
    for (key, most) in [("name_vi", NAME_LIMIT), ("short_name_vi", 300), ("field_vi", 200)] {
        if string(&map, key).chars().count() > most {
            return Err(format!("{key} has more than {most} characters"));
        }
    }
    if string(&map, "name_vi").is_empty() {
        return Err("name_vi is missing: a procedure has a name".to_owned());
    }
    fill(&mut map, repairs);
    limits(&mut map, repairs)?;
    serde_json::from_value(Value::Object(map)).map_err(|error| format!("it cannot be read: {error}"))
}

/// Spaces put right in every text; texts and lists measured.
fn tidy(value: &mut Value, repairs: &mut Vec<String>) -> Result<(), String> {
    match value {
        Value::String(text) => {
            if text.chars().count() > TEXT_LIMIT {
                return Err(format!("a text has more than {TEXT_LIMIT} characters"));
            }
            let tidied = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if tidied != *text {
                let note = "spaces put right".to_owned();
                if !repairs.contains(&note) {
                    repairs.push(note);
                }
                *text = tidied;
            }
        }
        Value::Array(list) => {
            if list.len() > LIST_LIMIT {
                return Err(format!("a list has more than {LIST_LIMIT} entries"));
            }
            list.iter_mut().try_for_each(|value| tidy(value, repairs))?;
        }
        Value::Object(map) => map.values_mut().try_for_each(|value| tidy(value, repairs))?,
        _ => {}
    }
    Ok(())
}

/// The national code, without the suffix of a province's system.
fn code(text: &str, repairs: &mut Vec<String>) -> Result<String, String> {
    if text.is_empty() {
        return Err("code is missing".to_owned());
    }
    if is_code(text) {
        return Ok(text.to_owned());
    }
    let base = text.get(..8).filter(|base| is_code(base));
    match base {
        Some(base) if text[8..].starts_with(['.', '-']) => {
            repairs.push(format!("code {text}: the suffix was left out, the national code is {base}"));
            Ok(base.to_owned())
        }
        _ => Err(format!("code {text} is no national code such as 1.001193")),
    }
}

/// Fills gaps, and marks what was assumed as "to be checked".
fn fill(map: &mut Map<String, Value>, repairs: &mut Vec<String>) {
    let mut unsure = Vec::new();
    for (key, value, part) in DEFAULTS {
        if map.get(key).is_none_or(Value::is_null) {
            map.insert(key.to_owned(), serde_json::from_str(value).unwrap_or_default());
            if !part.is_empty() {
                unsure.push(part);
            }
            if matches!(key, "levels" | "channels") {
                repairs.push(format!("{key} is missing: {value} assumed, to be checked"));
            }
        }
    }
    for (key, part) in [("agency", "agency"), ("fee_text", "fee"), ("result_vi", "result"), ("field_vi", "")]
    {
        if string(map, key).is_empty() {
            map.insert(key.to_owned(), json!(if key == "field_vi" { "Khác" } else { "" }));
            unsure.push(part);
            repairs.push(format!("{key} is missing: left empty, to be checked"));
        }
    }
    if string(map, "short_name_vi").is_empty() {
        let name = string(map, "name_vi");
        let short = name.strip_prefix("Thủ tục ").unwrap_or(&name);
        let short: String = if short.chars().count() > 120 {
            short.chars().take(119).chain(['…']).collect()
        } else {
            short.to_owned()
        };
        map.insert("short_name_vi".to_owned(), json!(capital(&short)));
    }
    for key in ["applicants_vi", "conditions_vi", "note"] {
        map.entry(key).or_insert(Value::Null);
    }
    doubt(map, &unsure, "low");
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Lowers the confidence in parts that say nothing of theirs, or say more.
pub(super) fn doubt(map: &mut Map<String, Value>, parts: &[&str], at_most: &str) {
    let rank = |confidence: &str| ["low", "medium", "high"].iter().position(|known| *known == confidence);
    let Some(Value::Object(confidence)) = map.get_mut("confidence") else { return };
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let known = confidence.get(*part).and_then(Value::as_str).and_then(rank);
        if known.is_none_or(|known| Some(known) > rank(at_most)) {
            confidence.insert((*part).to_owned(), json!(at_most));
        }
    }
}

/// Units that are missing are assumed, values without sense are refused.
fn limits(map: &mut Map<String, Value>, repairs: &mut Vec<String>) -> Result<(), String> {
    let words = ["steps_vi", "note"].map(|key| map.get(key).map(ToString::to_string).unwrap_or_default());
    let said = working_days_in(&words.join(" "));
    let Some(Value::Array(list)) = map.get_mut("limits") else { return Err("limits is no list".to_owned()) };
    if list.len() > 20 {
        return Err("limits has more than 20 entries".to_owned());
    }
    let mut doubted = false;
    for limit in list.iter_mut() {
        let Value::Object(limit) = limit else { return Err("a limit is no object".to_owned()) };
        let value = value_of(limit)?;
        let unit = string(limit, "unit");
        let (value, unit) = match (unit.as_str(), &said[..]) {
            ("same_day", _) => {
                if value > 0 {
                    repairs.push(format!("a limit of {value} \"same_day\": the same day has no number"));
                }
                (0, "same_day")
            }
            ("", [said]) if *said != value => {
                doubted = true;
                repairs.push(format!(
                    "a limit of \"{value}\" has no unit and contradicts the text, which says {said} working days: \
                     {said} working days taken, to be checked"
                ));
                (*said, "working_days")
            }
            ("", _) => {
                doubted = true;
                repairs
                    .push(format!("a limit of \"{value}\" has no unit: working days assumed, to be checked"));
                (value, "working_days")
            }
            (unit, _) if Unit::from_key(unit).is_none() => {
                return Err(format!("a limit has the unknown unit \"{unit}\""));
            }
            (_, _) if value == 0 => (0, "same_day"),
            (unit, _) => (value, Unit::from_key(unit).map_or("working_days", Unit::key)),
        };
        limit.insert("value".to_owned(), json!(value));
        limit.insert("unit".to_owned(), json!(unit));
    }
    if doubted {
        doubt(map, &["limits"], "low");
    }
    Ok(())
}

/// The number of a limit, also when it was written as text.
fn value_of(limit: &Map<String, Value>) -> Result<i64, String> {
    let value = match limit.get("value") {
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        None if string(limit, "unit") == "same_day" => Some(0),
        _ => None,
    };
    match value {
        None => Err("a limit has no whole number".to_owned()),
        Some(value) if value < 0 => Err(format!("a limit is negative ({value})")),
        Some(value) if value > VALUE_LIMIT => Err(format!("a limit is longer than {VALUE_LIMIT}")),
        Some(value) => Ok(value),
    }
}

/// The different numbers of working days that a text names as a time limit ("trong thời hạn 05 ngày làm việc").
fn working_days_in(text: &str) -> Vec<i64> {
    let folded = fold(text);
    let mut found = Vec::new();
    for (at, _) in folded.match_indices("thoi han") {
        let after = &folded[at + "thoi han".len()..];
        let number: String = after
            .chars()
            .skip_while(|letter| !letter.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        let rest = after.split_once(&number).map_or("", |(_, rest)| rest);
        let near = after.find(&number).is_some_and(|place| place <= 20);
        if let (true, true, Ok(days)) =
            (near && !number.is_empty(), rest.trim_start().starts_with("ngay lam viec"), number.parse())
            && !found.contains(&days)
        {
            found.push(days);
        }
    }
    found
}
