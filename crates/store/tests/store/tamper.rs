//! What an intruder with the database file may change, and how it is named.

use std::path::{Path, PathBuf};

use hailong_store::{Store, Url, keys::Vault, verify};

use super::{
    script,
    world::{AUTHORITY, World},
};

/// A change and the beginning of what must be said of it.
const CHANGES: [(&str, &str); 44] = [
    (
        "UPDATE journal SET payload = replace(payload, 'granted', 'denied') WHERE kind = 'case_finished'",
        "journal entry ",
    ),
    ("UPDATE journal SET at = at + 1 WHERE seq = 300", "journal entry 300: its hash"),
    ("UPDATE journal SET actor = 'nobody' WHERE seq = 300", "journal entry 300: its hash"),
    ("UPDATE journal SET hash = zeroblob(32) WHERE seq = 300", "journal entry 300: its hash"),
    ("UPDATE journal SET kind = 'case_returned' WHERE seq = 300", "journal entry 300: its hash"),
    ("DELETE FROM journal WHERE seq = 300", "journal entry 300: it is missing"),
    (
        "DELETE FROM journal WHERE seq > 300",
        "table chain, row of this authority, column seq: the journal says 300",
    ),
    ("UPDATE chain SET hash = zeroblob(32)", "table chain, row of this authority, column hash"),
    (
        "UPDATE counter SET value = value + 1 WHERE scope = 'tran-phan/2017'",
        "table counter, row scope \"tran-phan/2017\"",
    ),
    (
        "UPDATE directory SET document = replace(document, 'Trần Phán', 'Trần Phản') WHERE key = 'tran-phan'",
        "table directory",
    ),
    (
        "DELETE FROM directory WHERE kind = 'procedure' AND key = '1.001193'",
        "table directory, row kind \"procedure\", key \"1.001193\": the journal says it exists",
    ),
    (
        "UPDATE case_file SET due_at = due_at + 86400000000 WHERE state = 'accepted'",
        "table case_file, row case_id ",
    ),
    ("UPDATE case_file SET on_time = 1 WHERE on_time = 0", "table case_file, row case_id "),
    ("UPDATE case_file SET reason = NULL WHERE reason IS NOT NULL", "table case_file, row case_id "),
    ("UPDATE case_file SET book_number = 1.5 WHERE book_number = 3", "table case_file, row case_id "),
    ("UPDATE case_file SET clock = replace(clock, 'paused', 'resumed')", "table case_file, row case_id "),
    ("UPDATE case_file SET at_office = office_id", "table case_file, row case_id "),
    (
        "UPDATE consultation SET reply = 'agreed' WHERE reply = 'silent_consent'",
        "table consultation, row consultation_id ",
    ),
    ("UPDATE guidance SET official = 'tran-phan-2'", "table guidance, row guidance_id "),
    ("DELETE FROM case_file WHERE code IS NULL", "table case_file, row case_id "),
    ("UPDATE invitation SET used_day = NULL", "table invitation, row invitation_id "),
    ("UPDATE ballot_box SET pending = pending + 1", "table ballot_box, row box_id \"box/"),
    ("UPDATE sealed_box SET day = day + 1", "table sealed_box, row box_id \"box/"),
    (
        "DELETE FROM slip WHERE pile = 'overall' AND place = 1",
        "table slip, row box_id \"box/*/person\", serial 1, pile \"overall\", place 1: the journal says it exists",
    ),
    (
        "INSERT INTO slip (authority_id, box_id, serial, pile, place, overall) VALUES (970, 'box/tran-phan/person', 1, 'overall', 99, 5)",
        "table slip, row box_id \"box/tran-phan/person\", serial 1, pile \"overall\", place 99: the journal says there is no such row",
    ),
    ("UPDATE slip SET overall = 5 WHERE overall = 1", "table slip, row box_id \"box/"),
    ("UPDATE slip SET source = 'apart' WHERE source IS NULL", "table slip, row box_id \"box/"),
    ("UPDATE slip SET days = 1", "table slip, row box_id \"box/"),
    ("UPDATE sealed_box SET rest = NULL", "table sealed_box, row box_id \"box/"),
    ("UPDATE ballot_box SET day = day - 1", "table ballot_box, row box_id \"box/"),
    ("UPDATE attachment SET hash = zeroblob(32)", "table attachment, row attachment_id "),
    (
        "UPDATE attachment SET removed_at = NULL, removed_by = NULL, reason = NULL",
        "table attachment, row attachment_id ",
    ),
    ("UPDATE opinion SET answered_at = NULL", "table opinion, row opinion_id "),
    ("UPDATE opinion SET late = 0, next_day = NULL", "table opinion, row opinion_id "),
    ("UPDATE opinion SET helped = 'yes' WHERE helped IS NOT NULL", "table opinion, row opinion_id "),
    (
        "UPDATE office_tally SET on_time = on_time + 1, late = late - 1",
        "table office_tally, row office_id \"",
    ),
    ("UPDATE answer_tally SET n5 = n5 + 1", "table answer_tally, row office_id \""),
    (
        "INSERT INTO answer_tally VALUES (970, 'zzz', 'person', 24209, 'overall', 0, 0, 0, 0, 0, 100)",
        "table answer_tally, row office_id \"zzz\", grp \"person\", month 2017-06, question \"overall\": the journal says there is no such row",
    ),
    ("UPDATE case_day SET early = early + late, late = 0 WHERE late > 0", "table case_day, row day "),
    (
        "INSERT INTO case_day SELECT authority_id, office_id, procedure, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 \
         FROM case_day LIMIT 1",
        "table case_day, row day ",
    ),
    ("UPDATE due_tally SET n = n - 1 WHERE n > 0", "table due_tally, row office_id \""),
    ("DELETE FROM ballot WHERE ballot_id = (SELECT min(ballot_id) FROM ballot)", "ballots waiting in box/"),
    ("UPDATE ballot SET sealed = zeroblob(2344)", "ballots waiting in box/"),
    (
        "INSERT INTO ballot SELECT authority_id, box_id, serial, randomblob(16), sealed FROM ballot",
        "ballots waiting in box/",
    ),
];

/// A played record, closed.
async fn played() -> (World, PathBuf) {
    let mut world = World::found(None).await;
    let played = script::play(&world.store).await;
    assert_eq!((played.cases.len(), played.invitations.len(), played.codes.len()), (48, 24, 7));
    let file = world.folder.path().join("record.db");
    // The last one to hold the store closes it and leaves a single file.
    let other = tempfile::tempdir().unwrap();
    let spare =
        Store::open(&Url::Sqlite(other.path().join("x.db")), AUTHORITY, Vault::of_demo(7)).await.unwrap();
    drop(std::mem::replace(&mut world.store, std::sync::Arc::new(spare)));
    (world, file)
}

async fn said_of(file: &Path) -> Option<String> {
    let store = Store::open(&Url::Sqlite(file.to_owned()), AUTHORITY, Vault::of_demo(7)).await.unwrap();
    verify::verify(&store).await.unwrap().trouble.map(|trouble| trouble.to_string())
}

#[tokio::test]
async fn every_change_is_named() {
    let (world, file) = played().await;
    assert_eq!(said_of(&file).await, None);
    for (number, (change, expected)) in CHANGES.iter().enumerate() {
        let copy = world.folder.path().join(format!("{number}.db"));
        std::fs::copy(&file, &copy).unwrap();
        let connection = rusqlite::Connection::open(&copy).unwrap();
        assert!(connection.execute(change, []).unwrap() > 0, "changed nothing: {change}");
        drop(connection);
        let said = said_of(&copy).await.unwrap_or_default();
        assert!(said.starts_with(expected), "{change}\n  expected: {expected}\n  said:     {said}");
    }
}

#[tokio::test]
async fn what_stands_beside_the_chain_may_change() {
    let (_world, file) = played().await;
    let connection = rusqlite::Connection::open(&file).unwrap();
    for table in ["data_key", "person_index", "account", "session", "setting"] {
        assert!(connection.execute(&format!("DELETE FROM {table}"), []).unwrap() > 0, "{table}");
    }
    connection.execute("INSERT INTO loose_blob VALUES (970, x'00', 0)", []).unwrap();
    connection.execute("DELETE FROM due_tally WHERE n = 0", []).unwrap();
    drop(connection);
    assert_eq!(said_of(&file).await, None);
}
