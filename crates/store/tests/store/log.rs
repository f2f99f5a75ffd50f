//! The public log over a record: what is sealed is in it, what an insider changes is found.

use hailong_core::{
    context::Actor,
    listen::{
        invitation::Way,
        log::{Leaf, LogVerifier, Recount, Wanted, differences, entries_of, leaf_hash, root_of},
    },
};
use hailong_store::{Store, verify::verify};
use rusqlite::{Connection, params_from_iter, types::Value};

use super::world::{Desk, World, at, ballot};

/// Seals so many ballots of one office on a day.
async fn seal(store: &Store, first: u32, count: u32, day: u32) {
    let desk = Desk::new(store, u64::from(first) + 1);
    for number in first..first + count {
        // Persons only, so that each round fills one box.
        let invitation = desk.whole_case("tran-phan", number * 3, at("2017-05-03T08:01")).await;
        desk.cast(invitation, ballot(number), at("2017-05-05T10:17")).await;
    }
    let ctx = desk.ctx(Actor::System, at(&format!("2017-06-{day:02}T00:05")));
    store.seal_boxes(&ctx).await.unwrap();
}

/// All leaves as anybody reads them, with the root they make.
async fn read_log(store: &Store, size: u64) -> (Vec<Leaf>, [u8; 32]) {
    let (mut leaves, mut hashes) = (Vec::new(), Vec::new());
    for wanted in Wanted::bundles(size) {
        let bundle = store.published_tile(wanted).await.unwrap().unwrap();
        for entry in entries_of(&bundle).unwrap() {
            leaves.push(Leaf::read(leaves.len() as u64, entry).unwrap());
            hashes.push(leaf_hash(entry));
        }
    }
    (leaves, root_of(&hashes))
}

#[tokio::test]
async fn what_is_sealed_is_in_the_log_and_every_receipt_is_found() {
    for world in super::world::worlds("log").await {
        let store = &world.store;
        assert_eq!(store.newest_checkpoint().await.unwrap(), None);
        let key = LogVerifier::parse(store.log_key().unwrap().verifier()).unwrap();
        let desk = Desk::new(store, 77);
        let mut receipts = Vec::new();
        for number in 0..7 {
            let invitation = desk.whole_case("tan-duyet", number * 3, at("2017-05-03T08:01")).await;
            let ctx = desk.ctx(Actor::Citizen, at("2017-05-05T10:17"));
            receipts.push(store.cast(invitation, ballot(number), Way::Link, &ctx).await.unwrap());
        }
        assert_eq!(store.place_of_receipt(&receipts[0].receipt()).await.unwrap(), None, "not yet sealed");
        seal(store, 0, 6, 1).await;
        seal(store, 6, 290, 2).await;
        let newest = store.newest_checkpoint().await.unwrap().unwrap();
        assert_eq!(newest.signed.size, 7 + 6 + 290);
        let checkpoint = key.checkpoint(newest.signed.note.as_bytes()).unwrap();
        let (leaves, root) = read_log(store, checkpoint.size).await;
        assert_eq!((leaves.len() as u64, root), (checkpoint.size, checkpoint.root));
        for opening in &receipts {
            let place = store.place_of_receipt(&opening.receipt()).await.unwrap().unwrap();
            assert_eq!(leaves[place as usize].receipt, Some(opening.receipt()));
        }
        let mut recount = Recount::default();
        leaves.iter().for_each(|leaf| recount.add(leaf));
        let published = store.published_figures().await.unwrap();
        assert!(published.len() > 10);
        assert_eq!(differences(&published, &recount), []);
        assert_eq!(verify(store).await.unwrap().trouble, None);
    }
}

#[tokio::test]
async fn what_small_boxes_were_sealed_into_is_published_and_told_at_their_offices() {
    let world = World::found(None).await;
    let store = &world.store;
    let desk = Desk::new(store, 5);
    for (office, number) in [("tran-phan", 0), ("tran-phan", 3), ("tan-duyet", 6), ("tan-duyet", 9)] {
        let invitation = desk.whole_case(office, number, at("2017-05-03T08:01")).await;
        desk.cast(invitation, ballot(number), at("2017-05-05T10:17")).await;
    }
    store.seal_boxes(&desk.ctx(Actor::System, at("2017-07-01T00:05"))).await.unwrap();
    let joined = store.joined_ballots().await.unwrap();
    assert_eq!(joined, [("tan-duyet".to_owned(), 2), ("tran-phan".to_owned(), 2)]);
    let (leaves, _) = read_log(store, 4).await;
    let mut recount = Recount::default();
    leaves.iter().for_each(|leaf| recount.add(leaf));
    assert!(leaves.iter().all(|leaf| leaf.office == "*"));
    assert_eq!(differences(&store.published_figures().await.unwrap(), &recount), []);
}

/// The rows of a table, with the columns that an insider may want to change.
struct Rows {
    table: &'static str,
    filter: &'static str,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

fn rows(connection: &Connection, table: &'static str, filter: &'static str) -> Rows {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} WHERE {filter}")).unwrap();
    let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let read = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|at| row.get(at)).collect();
    let rows = statement.query_map([], read).unwrap().collect::<Result<_, _>>().unwrap();
    Rows { table, filter, columns, rows }
}

impl Rows {
    fn insert(&self, connection: &Connection, row: &[Value]) -> bool {
        let places: Vec<_> = (1..=row.len()).map(|at| format!("?{at}")).collect();
        let sql = format!("INSERT INTO {} VALUES ({})", self.table, places.join(", "));
        connection.execute(&sql, params_from_iter(row)).is_ok()
    }

    fn delete(&self, connection: &Connection, row: &[Value]) {
        let same: Vec<_> =
            self.columns.iter().enumerate().map(|(at, column)| format!("{column} IS ?{}", at + 1)).collect();
        let sql = format!("DELETE FROM {} WHERE {} AND {}", self.table, self.filter, same.join(" AND "));
        assert_eq!(connection.execute(&sql, params_from_iter(row)).unwrap(), 1);
    }
}

/// Another value of the same kind.
fn other(value: &Value, chance: usize) -> Value {
    match value {
        Value::Null => Value::Integer(3),
        Value::Integer(number) => Value::Integer(number + 1),
        Value::Real(number) => Value::Real(number + 1.0),
        Value::Text(text) => Value::Text(format!("{text}x")),
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            match bytes.len() {
                0 => bytes.push(1),
                length => bytes[chance % length] ^= 1 << (chance % 8),
            }
            Value::Blob(bytes)
        }
    }
}

#[tokio::test]
async fn of_a_thousand_changes_to_sealed_ballots_a_thousand_are_found() {
    let world = World::found(None).await;
    seal(&world.store, 0, 12, 1).await;
    let connection = Connection::open(world.folder.path().join("record.db")).unwrap();
    let tables = [
        rows(&connection, "slip", "1 = 1"),
        rows(&connection, "sealed_box", "1 = 1"),
        rows(&connection, "journal", "kind IN ('box_sealed', 'log_signed')"),
        rows(&connection, "log_tile", "1 = 1"),
        rows(&connection, "log_receipt", "1 = 1"),
        rows(&connection, "checkpoint", "1 = 1"),
    ];
    assert!(tables.iter().all(|table| !table.rows.is_empty()));
    let all: Vec<_> =
        tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row))).collect();
    // An even walk through rows, columns and ways: no two of the thousand are alike.
    let (mut found, mut missed) = (0, Vec::new());
    for number in 0..1_000 {
        let (table, row) = all[(number * 7) % all.len()];
        let column = 1 + (number * 5 + number / all.len()) % (row.len() - 1);
        let mut changed = row.clone();
        changed[column] = other(&row[column], number);
        let way = number % 4;
        let done = match way {
            0 => {
                table.delete(&connection, row);
                true
            }
            1 => table.insert(&connection, &changed),
            _ => {
                table.delete(&connection, row);
                table.insert(&connection, &changed)
            }
        };
        let trouble = verify(&world.store).await.unwrap().trouble;
        // A change that the schema itself refuses is as good as found.
        if trouble.is_some() || !done {
            found += 1;
        } else {
            missed.push(format!("{} {way} {}", table.table, table.columns[column]));
        }
        if way != 0 && done {
            table.delete(&connection, &changed);
        }
        if way != 1 {
            assert!(table.insert(&connection, row));
        }
    }
    assert_eq!((found, missed), (1_000, Vec::new()));
    assert_eq!(verify(&world.store).await.unwrap().trouble, None, "everything is as it was");
}

/// Somebody who rewrites the whole chain after a changed ballot still cannot make the signed root fit.
#[tokio::test]
async fn a_rewritten_chain_has_another_root() {
    let world = World::found(None).await;
    seal(&world.store, 0, 6, 1).await;
    let connection = Connection::open(world.folder.path().join("record.db")).unwrap();
    let (length, _) = world.store.head().await.unwrap();
    let mut previous = [0; 32];
    for number in 1..=length {
        let mut line = world.store.line(number).await.unwrap().unwrap();
        if line.kind == "box_sealed" {
            let (before, after) = line.payload.split_once("\"overall\":[").unwrap();
            let other = if after.starts_with('5') { '4' } else { '5' };
            line.payload = format!("{before}\"overall\":[{other}{}", &after[1..]);
        }
        previous = line.expected_hash(super::world::AUTHORITY, &previous);
        connection
            .execute(
                "UPDATE journal SET payload = ?2, hash = ?3 WHERE seq = ?1",
                (line.seq, &line.payload, previous.as_slice()),
            )
            .unwrap();
    }
    connection.execute("UPDATE chain SET hash = ?1", [previous.as_slice()]).unwrap();
    let trouble = verify(&world.store).await.unwrap().trouble.unwrap().to_string();
    assert!(trouble.contains("another root than the one that was signed"), "{trouble}");
}
