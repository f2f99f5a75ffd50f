//! The journal is kept for ever: lines written by any earlier program must be read, and mean the same.

use std::{collections::BTreeMap, path::Path};

use hailong_core::event::Event;

use super::{
    script,
    world::{AUTHORITY, World},
};

/// One line of each kind, as once written. A line is never changed here; a new kind, or a new field, adds one.
const GOLDEN: &str = include_str!("../golden/journal.jsonl");

#[test]
fn lines_of_old_are_read_and_written_the_same() {
    for line in GOLDEN.lines() {
        let event: Event = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
    }
}

/// To add the lines of new kinds: `HAILONG_GOLDEN=write cargo test -p hailong-store golden`.
#[tokio::test]
async fn golden_lines_cover_every_kind() {
    let world = World::found(None).await;
    let store = &world.store;
    script::play(store).await;
    let connection = rusqlite::Connection::open(world.folder.path().join("record.db")).unwrap();
    let mut lines = connection
        .prepare(
            "SELECT kind, min(seq), payload FROM journal WHERE authority_id = ?1 GROUP BY kind ORDER BY 2",
        )
        .unwrap();
    let written: Vec<(String, String)> = lines
        .query_map([AUTHORITY], |row| Ok((row.get(0)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let kept: Vec<&str> = GOLDEN.lines().collect();
    for line in &kept {
        let event: Event = serde_json::from_str(line).unwrap();
        known.insert(event.kind().to_owned(), (*line).to_owned());
    }
    let missing: Vec<_> = written.iter().filter(|(kind, _)| !known.contains_key(kind)).collect();
    if std::env::var("HAILONG_GOLDEN").is_ok_and(|what| what == "write") {
        let added = missing.iter().map(|(_, payload)| payload.as_str());
        let text: String = kept.into_iter().chain(added).map(|line| format!("{line}\n")).collect();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/journal.jsonl");
        return std::fs::write(file, text).unwrap();
    }
    assert!(
        missing.is_empty(),
        "no golden line for {:?}",
        missing.iter().map(|(kind, _)| kind).collect::<Vec<_>>()
    );
}
