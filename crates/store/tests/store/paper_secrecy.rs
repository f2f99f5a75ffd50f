//! What is left of a batch of paper once it was sent: nothing that joins a stub and a sheet.

use hailong_core::{context::Actor, listen::rating::Ballot, serve::applicant::Group};
use hailong_store::{Store, Url, keys::Vault, verify::verify};
use rusqlite::Connection;

use super::{
    paper::{stubs, type_twice},
    script::OFFICE,
    world::{AUTHORITY, Desk, at, ballot, publish},
};

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn when_a_batch_is_sent_its_rows_and_key_are_gone_and_nothing_joins_stub_and_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.db");
    let vault = Vault::in_folder(&folder.path().join("keys")).unwrap();
    let store = Store::open(&Url::Sqlite(file.clone()), AUTHORITY, vault).await.unwrap();
    publish(&store).await;
    let desk = Desk::new(&store, 11);
    let by = || desk.ctx(desk.official("tran-phan-1"), at("2017-07-04T09:00"));
    let stubs = stubs(&desk, 0, 7).await;
    let batch = store.open_paper(OFFICE, Group::Person, &by()).await.unwrap();
    for (_, code) in &stubs {
        store.add_stub(batch, code, &by()).await.unwrap();
    }
    let sheets: Vec<_> = (0..6).map(|n| Ballot { words: format!("Chuyện kín {n}"), ..ballot(n) }).collect();
    type_twice(&desk, batch, &sheets).await;
    let keys = || {
        let entries = std::fs::read_dir(folder.path().join("keys/boxes")).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let own = format!("paper.{}.key", batch.simple());
    assert!(keys().contains(&own));
    // While it is open the batch's rows are all equally long, and hold no invitation and no word.
    let connection = Connection::open(&file).unwrap();
    let lengths = |table: &str| -> Vec<i64> {
        let sql = format!("SELECT DISTINCT length(sealed) FROM {table}");
        let mut statement = connection.prepare(&sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!((lengths("paper_sheet").len(), lengths("paper_stub").len()), (1, 1));
    let mut statement = connection.prepare("SELECT CAST(mark || sealed AS BLOB) FROM paper_stub").unwrap();
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    for row in rows {
        let row = row.unwrap();
        assert!(stubs.iter().all(|(id, _)| !contains(&row, id.as_bytes())));
    }
    drop(statement);
    store.send_paper(batch, &by()).await.unwrap();
    for table in ["paper_hand", "paper_stub", "paper_sheet"] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(connection.query_row(&count, [], |row| row.get::<_, i64>(0)).unwrap(), 0, "{table}");
    }
    assert_eq!(keys(), ["box.tran-phan.person.1.key"]);
    // What the journal says of the batch: who and how many, not which.
    let events = "SELECT payload FROM journal WHERE kind LIKE 'paper_batch_%'";
    let mut statement = connection.prepare(events).unwrap();
    let payloads: Vec<String> =
        statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(payloads.len(), 2);
    assert!(payloads.iter().all(|text| stubs.iter().all(|(id, _)| !text.contains(&id.to_string()))));
    drop(statement);
    // Of the order in which sheets and stubs were entered nothing is left: the roll and the box have orders of their own.
    let used = "SELECT subject FROM journal WHERE kind = 'invitation_used' ORDER BY seq";
    let mut statement = connection.prepare(used).unwrap();
    let order: Vec<Vec<u8>> =
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let typed: Vec<Vec<u8>> = stubs.iter().map(|(id, _)| id.as_bytes().to_vec()).collect();
    assert!(order.len() == 6 && order[..] != typed[..6] && order[..] != typed[1..]);
    drop(statement);
    assert_eq!(verify(&store).await.unwrap().trouble, None);
    // Sealed: the slips name neither procedure nor official, and the files have no word that was typed.
    let ctx = desk.ctx(Actor::System, at("2017-07-05T00:05"));
    assert_eq!(store.seal_boxes(&ctx).await.unwrap(), 1);
    let named = "SELECT COUNT(*) FROM slip WHERE procedure IS NOT NULL OR field IS NOT NULL OR official IS NOT NULL \
                 OR phase IS NOT NULL";
    assert_eq!(connection.query_row(named, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            assert!(!contains(&std::fs::read(&path).unwrap(), "Chuyện kín".as_bytes()), "{path:?}");
        }
    }
    assert_eq!(verify(&store).await.unwrap().trouble, None);
}
