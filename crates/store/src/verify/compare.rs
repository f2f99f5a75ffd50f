//! Compares tables row by row with those made from the journal, in pages by key.

use std::cmp::Ordering;

use hailong_core::{
    serve::report::Counts,
    time::{Day, Instant, Month},
};
use rusqlite::Connection;
use uuid::Uuid;

use super::{PAGE, Trouble};
use crate::{
    StoreError,
    engine::{Snapshot, sqlite},
    value::Value,
};

/// Tables that are not a function of the journal: the journal itself, and what stands beside the chain.
const EXEMPT: &[&str] = &[
    "journal",
    "data_key",
    "person_index",
    "notice",
    "ballot",
    "held_slips",
    "account",
    "session",
    "setting",
    "loose_blob",
    "kiosk_arrival",
    "paper_hand",
    "paper_stub",
    "paper_sheet",
];

/// A table as the schema has it, without the authority that leads every key.
pub(super) struct Table {
    pub(super) name: String,
    /// Columns, those of the key first.
    pub(super) columns: Vec<String>,
    keys: usize,
}

/// What comparing one table found.
pub(super) struct Found {
    pub(super) rows: u64,
    pub(super) trouble: Option<Trouble>,
}

/// Every table of the schema that is a function of the journal, in the order they were made.
pub(super) fn tables(scratch: &Connection) -> Result<Vec<Table>, StoreError> {
    // What the planner is told is no part of the record.
    let names = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY rowid";
    let mut tables = Vec::new();
    for name in sqlite::query(scratch, names, &[], |row| row.text(0))? {
        if EXEMPT.contains(&name.as_str()) {
            continue;
        }
        let columns = "SELECT name, pk FROM pragma_table_info(?1) ORDER BY pk = 0, pk, cid";
        let columns =
            sqlite::query(scratch, columns, &[name.as_str().into()], |row| Ok((row.text(0)?, row.int(1)?)))?;
        let columns: Vec<_> = columns.into_iter().filter(|(column, _)| column != "authority_id").collect();
        let keys = columns.iter().filter(|(_, place)| *place > 0).count();
        tables.push(Table { name, columns: columns.into_iter().map(|(column, _)| column).collect(), keys });
    }
    Ok(tables)
}

impl Table {
    /// The page after a key (or the first), in words that both engines understand.
    fn page(&self, after: bool) -> String {
        let keys = self.columns[..self.keys].join(", ");
        let mut sql =
            format!("SELECT {} FROM {} WHERE authority_id = ?1", self.columns.join(", "), self.name);
        if after {
            let places: Vec<_> = (0..self.keys).map(|i| format!("?{}", i + 3)).collect();
            sql += &format!(" AND ({keys}) > ({})", places.join(", "));
        }
        // Days on which everything was done may or may not have left a row behind.
        match self.name.as_str() {
            "due_tally" => sql += " AND n <> 0",
            "case_day" => sql += &format!(" AND ({} <> 0)", Counts::COLUMNS.join(" <> 0 OR ")),
            _ => {}
        }
        let order = if self.keys == 0 { String::new() } else { format!(" ORDER BY {keys}") };
        sql + &order + " LIMIT ?2"
    }

    fn key_of(&self, row: &[Value]) -> String {
        if self.keys == 0 {
            return "of this authority".into();
        }
        let parts = self.columns[..self.keys].iter().zip(row);
        parts
            .map(|(column, value)| format!("{column} {}", in_words(column, value)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn trouble(&self, row: &[Value], column: Option<&str>, expected: String, found: String) -> Trouble {
        Trouble::Row {
            table: self.name.clone(),
            key: self.key_of(row),
            column: column.map(str::to_owned),
            witness: "the journal",
            expected,
            found,
        }
    }

    /// The first difference of two pages that begin after the same key.
    fn difference(&self, expected: &[Vec<Value>], found: &[Vec<Value>]) -> Option<Trouble> {
        let missing = |row| self.trouble(row, None, "it exists".into(), "nothing".into());
        let extra = |row| self.trouble(row, None, "there is no such row".into(), "it exists".into());
        for at in 0..expected.len().max(found.len()) {
            let (expected, found) = match (expected.get(at), found.get(at)) {
                (Some(expected), Some(found)) => (expected, found),
                (Some(expected), None) => return Some(missing(expected)),
                (None, Some(found)) => return Some(extra(found)),
                (None, None) => return None,
            };
            match compare(&expected[..self.keys], &found[..self.keys]) {
                Ordering::Less => return Some(missing(expected)),
                Ordering::Greater => return Some(extra(found)),
                Ordering::Equal => {}
            }
            if let Some(i) = (self.keys..self.columns.len()).find(|&i| expected[i] != found[i]) {
                let column = &self.columns[i];
                let words = |row: &[Value]| in_words(column, &row[i]);
                return Some(self.trouble(found, Some(column), words(expected), words(found)));
            }
        }
        None
    }
}

/// Compares one table; shows every row of the real one to `see`.
pub(super) async fn table(
    snapshot: &mut Snapshot,
    scratch: &mut Connection,
    authority: i64,
    table: &Table,
    mut see: impl FnMut(&[Value]),
) -> Result<Found, StoreError> {
    let mut rows = 0;
    let mut params: Vec<Value> = vec![authority.into(), PAGE.into()];
    loop {
        let sql = table.page(params.len() > 2);
        let found = snapshot.rows(&sql, &params, |row| row.all()).await?;
        let expected = sqlite::query(scratch, &sql, &params, |row| row.all())?;
        rows += found.len() as u64;
        if let Some(trouble) = table.difference(&expected, &found) {
            return Ok(Found { rows, trouble: Some(trouble) });
        }
        found.iter().for_each(|row| see(row));
        match found.last() {
            Some(last) if found.len() == PAGE as usize => {
                params.truncate(2);
                params.extend_from_slice(&last[..table.keys]);
            }
            _ => return Ok(Found { rows, trouble: None }),
        }
    }
}

/// The order both engines give: numbers by size, text and bytes byte by byte.
fn compare(a: &[Value], b: &[Value]) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Int(_) => 1,
        Value::Text(_) => 2,
        Value::Bytes(_) => 3,
    };
    let one = |(a, b): (&Value, &Value)| match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    };
    a.iter().zip(b).map(one).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// A value as a person reads it.
pub(super) fn in_words(column: &str, value: &Value) -> String {
    const CENTURIES_US: i64 = 20_000_000_000_000_000;
    match value {
        Value::Null => "nothing".into(),
        Value::Text(text) if text.chars().count() > 80 => {
            format!("\"{}…\" ({} bytes)", text.chars().take(80).collect::<String>(), text.len())
        }
        Value::Text(text) => format!("\"{text}\""),
        Value::Bytes(bytes) => match Uuid::from_slice(bytes) {
            Ok(id) => id.to_string(),
            Err(_) if bytes.len() <= 32 => crate::hex(bytes),
            Err(_) => format!("{}… ({} bytes)", crate::hex(&bytes[..16]), bytes.len()),
        },
        Value::Int(at) if column.ends_with("_at") && at.abs() < CENTURIES_US => Instant(*at).to_string(),
        Value::Int(day) if column.ends_with("day") && (0..1_000_000).contains(day) => {
            Day(*day as i32).to_string()
        }
        Value::Int(month) if column == "month" && (0..120_000).contains(month) => {
            Month(*month as i32).to_string()
        }
        Value::Int(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_named_so_that_a_person_can_look_for_them() {
        let due = Instant::parse_local("2017-06-30T17:00").map_or(0, |at| at.0);
        assert_eq!(in_words("due_at", &Value::Int(due)), "2017-06-30T17:00:00");
        assert_eq!(in_words("due_at", &Value::Int(i64::MAX)), i64::MAX.to_string());
        assert_eq!(in_words("issued_day", &Value::Int(17_347)), "2017-06-30");
        assert_eq!(in_words("month", &Value::Int(2017 * 12 + 5)), "2017-06");
        assert_eq!(in_words("n", &Value::Int(5)), "5");
        assert_eq!(in_words("case_id", &Uuid::nil().into()), Uuid::nil().to_string());
    }
}
