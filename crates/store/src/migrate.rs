//! Schema versions: embedded files, applied in order, checked by their hash. An unknown schema is refused.

use sha2::{Digest, Sha256};

use crate::{StoreError, hex};

/// One step of the schema, in both engines' words.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// The files of a step, by their name.
macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }
    };
}

pub(crate) static MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_first"),
    migration!(2, "0002_serve"),
    migration!(3, "0003_lists"),
    migration!(4, "0004_totals"),
    migration!(5, "0005_log"),
    migration!(6, "0006_dialogue"),
    migration!(7, "0007_opinion"),
    migration!(8, "0008_survey"),
    migration!(9, "0009_kiosk"),
    migration!(10, "0010_rating"),
    migration!(11, "0011_paper"),
    migration!(12, "0012_held"),
    migration!(13, "0013_heard"),
    migration!(14, "0014_score"),
    migration!(15, "0015_report"),
    migration!(16, "0016_scale"),
    migration!(17, "0017_guard"),
];

pub(crate) const MAKE_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL)";
pub(crate) const READ: &str = "SELECT version, checksum FROM schema_version ORDER BY version";
pub(crate) const KEEP: &str = "INSERT INTO schema_version (version, checksum) VALUES (?1, ?2)";

/// The mark by which an applied file is recognised.
pub(crate) fn checksum(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())[..8])
}

/// The steps still to apply, given those that were.
///
/// # Errors
/// [`StoreError::Schema`] when the database knows a step that we do not, or another text of one that we do.
pub(crate) fn missing(
    applied: &[(i64, String)],
    text: impl Fn(&Migration) -> &'static str,
) -> Result<&'static [Migration], StoreError> {
    for (at, (version, sum)) in applied.iter().enumerate() {
        let Some(known) = MIGRATIONS.get(at).filter(|known| known.version == *version) else {
            return Err(StoreError::Schema(format!(
                "this database has schema version {version}, which this program does not know: use the newer \
                 program that made it"
            )));
        };
        if checksum(text(known)) != *sum {
            return Err(StoreError::Schema(format!(
                "schema version {version} of this database was made by a different program: it is not opened, so \
                 that nothing is damaged"
            )));
        }
    }
    Ok(&MIGRATIONS[applied.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_or_altered_schema_is_refused() {
        let sqlite = |migration: &Migration| migration.sqlite;
        let first = (1, checksum(MIGRATIONS[0].sqlite));
        assert!(missing(&[], sqlite).is_ok_and(|steps| steps.len() == MIGRATIONS.len()));
        assert!(missing(std::slice::from_ref(&first), sqlite).is_ok());
        assert!(matches!(missing(&[(1, "else".into())], sqlite), Err(StoreError::Schema(_))));
        assert!(matches!(missing(&[first, (99, "x".into())], sqlite), Err(StoreError::Schema(_))));
    }

    /// What came before the steps: answered, or waiting for it, as replaying its events would have it.
    #[test]
    fn opinions_of_before_wait_or_are_answered() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let (before, after) = MIGRATIONS.split_at(4);
        before.iter().for_each(|step| connection.execute_batch(step.sqlite).unwrap());
        let opinion = "INSERT INTO opinion VALUES (970, ?1, 'tran-phan', 0, x'00', ?1, 5, 17300, ?2, ?3, ?4)";
        let nothing: Option<i64> = None;
        connection.execute(opinion, rusqlite::params![[1_u8], nothing, nothing, nothing]).unwrap();
        connection.execute(opinion, rusqlite::params![[2_u8], 9, "head", [7_u8]]).unwrap();
        after.iter().for_each(|step| connection.execute_batch(step.sqlite).unwrap());
        let read = "SELECT version, state, source, next_day, consent, late FROM opinion ORDER BY opinion_id";
        let mut statement = connection.prepare(read).unwrap();
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        });
        let rows: Vec<(i64, String, String, Option<i64>, i64, i64)> =
            rows.unwrap().collect::<Result<_, _>>().unwrap();
        let page = || "page".to_owned();
        assert_eq!(rows[0], (1, "received".into(), page(), Some(17_300), 0, 0));
        assert_eq!(rows[1], (2, "answered".into(), page(), None, 0, 0));
    }
}
