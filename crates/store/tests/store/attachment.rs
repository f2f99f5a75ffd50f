//! Files beside the record: what is kept, what is cleared away, what is found out, and who can read what.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use hailong_core::{
    refusal::Refusal,
    serve::{
        attachment::{Fault, MOST_FILES, Upload},
        posting::{self, Confirm},
    },
};
use hailong_store::{Store, StoreError, clamd::Clamd, verify::verify};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use uuid::Uuid;

use super::{
    files::{LONG, MACHINE, Shelf, attach, folder, scan},
    script::{FIRST, OFFICE},
    world::{AUTHORITY, Desk, PROCEDURE, World, at, worlds},
};

async fn a_case(desk: &Desk<'_>) -> Uuid {
    desk.receive(FIRST, PROCEDURE, 1, at("2017-06-19T08:00")).await
}

/// Every file that is kept, with its content.
fn kept(shelf: &Shelf) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for folder in fs::read_dir(shelf.folder.path().join("files")).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            all.push((path.clone(), fs::read(path).unwrap()));
        }
    }
    all
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn refused(done: Result<Uuid, StoreError>) -> Fault {
    match done {
        Err(StoreError::Refused(Refusal::File(fault))) => fault,
        other => panic!("{other:?}"),
    }
}

/// Destroys a person's key, as an erasure does.
async fn erase(world: &World, store: &Store, case: Uuid) {
    let person = store.case(case).await.unwrap().unwrap().case.person_id;
    let connection = rusqlite::Connection::open(world.folder.path().join("record.db")).unwrap();
    let gone = connection
        .execute(
            "DELETE FROM data_key WHERE authority_id = ?1 AND subject_id = ?2",
            (AUTHORITY, person.as_bytes()),
        )
        .unwrap();
    assert_eq!(gone, 1);
}

#[tokio::test]
async fn what_is_kept_tells_nothing_and_is_for_its_owner() {
    let world = World::found(None).await;
    let (desk, shelf) = (Desk::new(&world.store, 1), Shelf::new());
    let case = a_case(&desk).await;
    let id = attach(&desk, &shelf, FIRST, case, "một").await.unwrap();
    let files = kept(&shelf);
    let [(path, bytes)] = &files[..] else { panic!("{} files", files.len()) };
    assert_eq!(path.file_name().unwrap().to_str(), Some(id.simple().to_string().as_str()));
    assert_eq!(id.get_version_num(), 4, "the name does not tell the time");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert!(!contains(bytes, b"%PDF") && !contains(bytes, "bí mật".as_bytes()));
    let record = fs::read(world.folder.path().join("record.db-wal")).unwrap();
    assert!(!contains(&record, "Giấy bí mật một".as_bytes()));
    let file = folder(&world.store, case).await.files[0].clone();
    assert_eq!(world.store.read_attachment(&file, &shelf.files).await.unwrap(), scan("một"));
}

#[tokio::test]
async fn erasing_the_person_erases_the_files() {
    let world = World::found(None).await;
    let (store, desk, shelf) = (&world.store, Desk::new(&world.store, 1), Shelf::new());
    let case = a_case(&desk).await;
    attach(&desk, &shelf, FIRST, case, "một").await.unwrap();
    erase(&world, store, case).await;
    let file = store.case(case).await.unwrap().unwrap();
    let (files, key) = store.case_folder(&file).await.unwrap();
    assert!(key.is_none());
    let read = store.read_attachment(&files.files[0], &shelf.files).await;
    assert!(matches!(read, Err(StoreError::Refused(Refusal::File(Fault::Erased)))));
    assert_eq!(refused(attach(&desk, &shelf, FIRST, case, "hai").await), Fault::Erased);
    // The record and the files are still what they should be, and that is known without a key.
    assert_eq!(verify(store).await.unwrap().trouble, None);
    assert_eq!(store.verify_files(&shelf.files.blobs).await.unwrap().trouble, None);
}

#[tokio::test]
async fn a_missing_or_changed_file_is_named() {
    let world = World::found(None).await;
    let (store, desk, shelf) = (&world.store, Desk::new(&world.store, 1), Shelf::new());
    let case = a_case(&desk).await;
    for number in 0..3 {
        attach(&desk, &shelf, FIRST, case, &number.to_string()).await.unwrap();
    }
    let (path, whole) = kept(&shelf).remove(1);
    let id: Uuid = path.file_name().unwrap().to_str().unwrap().parse().unwrap();
    let said = async || store.verify_files(&shelf.files.blobs).await.unwrap().trouble;
    assert_eq!(said().await, None);
    let mut flipped = whole.clone();
    flipped[40] ^= 1;
    for changed in [flipped, whole[..whole.len() - 1].to_vec(), Vec::new()] {
        fs::write(&path, changed).unwrap();
        assert_eq!(said().await, Some((id, "it was changed")));
        let file = folder(store, case).await.file(id).unwrap().clone();
        assert!(matches!(store.read_attachment(&file, &shelf.files).await, Err(StoreError::Files(_))));
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(said().await, Some((id, "it is missing")));
    fs::write(&path, whole).unwrap();
    assert_eq!(said().await, None);
}

#[tokio::test]
async fn many_at_once_do_not_pass_the_limit() {
    for world in worlds("attach_limit").await {
        let (desk, shelf) = (Desk::new(&world.store, 1), Shelf::new());
        let case = a_case(&desk).await;
        for number in 0..MOST_FILES - 3 {
            attach(&desk, &shelf, FIRST, case, &number.to_string()).await.unwrap();
        }
        let words: Vec<_> = (0..8).map(|number| format!("cùng lúc {number}")).collect();
        let tries = words.iter().map(|words| attach(&desk, &shelf, FIRST, case, words));
        let done = futures_util::future::join_all(tries).await;
        let added = done.iter().filter(|done| done.is_ok()).count();
        assert!((1..=3).contains(&added), "{done:?}");
        for failed in done.into_iter().filter_map(Result::err) {
            let fair =
                matches!(failed, StoreError::Stale | StoreError::Refused(Refusal::File(Fault::TooMany)));
            assert!(fair, "{failed}");
        }
        let files = folder(&world.store, case).await;
        assert_eq!(files.live().count(), MOST_FILES - 3 + added);
        // What the losers left behind goes, and nothing else.
        let before = kept(&shelf).len();
        let cleared = world.store.clear_loose_files(&shelf.files.blobs, MACHINE + LONG).await.unwrap();
        assert_eq!(before - cleared, files.live().count());
        assert_eq!(world.store.verify_files(&shelf.files.blobs).await.unwrap().trouble, None);
    }
}

/// Names of files that no attachment stands behind.
fn loose(world: &World) -> Vec<Vec<u8>> {
    let connection = rusqlite::Connection::open(world.folder.path().join("record.db")).unwrap();
    let mut statement = connection.prepare("SELECT blob_id FROM loose_blob").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_file_without_an_event_goes_but_not_too_soon() {
    let world = World::found(None).await;
    let (store, desk, shelf) = (&world.store, Desk::new(&world.store, 1), Shelf::new());
    let case = a_case(&desk).await;
    attach(&desk, &shelf, FIRST, case, "một").await.unwrap();
    assert!(loose(&world).is_empty());
    // As a program leaves it that was stopped after the file was kept and before the event was written.
    let lost = Uuid::from_u128(5);
    shelf.files.blobs.put(lost, b"sealed".to_vec()).await.unwrap();
    let connection = rusqlite::Connection::open(world.folder.path().join("record.db")).unwrap();
    let hold = "INSERT INTO loose_blob VALUES (?1, ?2, ?3)";
    connection.execute(hold, (AUTHORITY, lost.as_bytes(), MACHINE)).unwrap();
    // Nor does a row that should not be there take a file away that is in use.
    let used = folder(store, case).await.files[0].id();
    connection.execute(hold, (AUTHORITY, used.as_bytes(), 0)).unwrap();
    drop(connection);
    let blobs = &shelf.files.blobs;
    assert_eq!(store.clear_loose_files(blobs, MACHINE + 1_000_000).await.unwrap(), 0);
    assert_eq!(kept_or_none(&shelf), 2);
    assert_eq!(store.clear_loose_files(blobs, MACHINE + LONG).await.unwrap(), 1);
    assert_eq!((kept_or_none(&shelf), blobs.get(lost).await.unwrap()), (1, None));
    assert_eq!(store.verify_files(blobs).await.unwrap().trouble, None);
}

#[tokio::test]
async fn a_place_that_fails_leaves_no_attachment_and_no_secret() {
    let world = World::found(None).await;
    let (store, desk, shelf) = (&world.store, Desk::new(&world.store, 1), Shelf::new());
    let case = a_case(&desk).await;
    let place = shelf.folder.path().join("files");
    fs::remove_dir(&place).unwrap();
    fs::write(&place, "not a folder").unwrap();
    let failed = attach(&desk, &shelf, FIRST, case, "một").await;
    assert!(matches!(failed, Err(StoreError::Files(_))), "{failed:?}");
    assert_eq!(folder(store, case).await.files.len(), 0);
    assert_eq!(loose(&world).len(), 1, "noted before it was tried, so that nothing can be forgotten");
    fs::remove_file(&place).unwrap();
    attach(&desk, &shelf, FIRST, case, "một").await.unwrap();
    assert_eq!(store.clear_loose_files(&shelf.files.blobs, MACHINE + LONG).await.unwrap(), 1);
    assert_eq!(kept_or_none(&shelf), 1);
}

fn kept_or_none(shelf: &Shelf) -> usize {
    let folder = shelf.folder.path().join("files");
    let folders = fs::read_dir(folder).into_iter().flatten().flatten();
    folders
        .flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten())
        .filter(|file| file.path().extension().is_none())
        .count()
}

#[tokio::test]
async fn forgetting_a_demo_lets_its_files_go() {
    let world = World::found(None).await;
    let (desk, shelf) = (Desk::new(&world.store, 1), Shelf::new());
    let case = a_case(&desk).await;
    attach(&desk, &shelf, FIRST, case, "một").await.unwrap();
    world.store.forget_all().await.unwrap();
    assert_eq!(world.store.clear_loose_files(&shelf.files.blobs, MACHINE).await.unwrap(), 1);
    assert_eq!(kept_or_none(&shelf), 0);
}

/// A scanner that says one thing to everybody.
async fn scanner(answer: &'static [u8]) -> Clamd {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            let mut heard = Vec::new();
            while !heard.ends_with(&[0; 4]) && line.read_buf(&mut heard).await.is_ok_and(|n| n > 0) {}
            assert!(heard.starts_with(b"zINSTREAM\0"));
            let _ = line.write_all(answer).await;
        }
    });
    address.to_string().parse().unwrap()
}

#[tokio::test]
async fn a_scanner_that_does_not_approve_keeps_the_file_out() {
    let world = World::found(None).await;
    let (desk, mut shelf) = (Desk::new(&world.store, 1), Shelf::new());
    let case = a_case(&desk).await;
    for (answer, fault) in [
        (b"stream: Eicar-Test FOUND\0".as_slice(), Fault::Infected),
        (b"INSTREAM size limit exceeded. ERROR\0", Fault::NoVerdict),
        (b"", Fault::NoVerdict),
    ] {
        shelf.files.scanner = Some(scanner(answer).await);
        assert_eq!(refused(attach(&desk, &shelf, FIRST, case, "một").await), fault);
    }
    shelf.files.scanner = Some("127.0.0.1:1".parse().unwrap());
    assert_eq!(refused(attach(&desk, &shelf, FIRST, case, "một").await), Fault::NoVerdict);
    assert_eq!((kept_or_none(&shelf), folder(&world.store, case).await.files.len()), (0, 0));
    shelf.files.scanner = Some(scanner(b"stream: OK\0").await);
    attach(&desk, &shelf, FIRST, case, "một").await.unwrap();
    assert_eq!(folder(&world.store, case).await.files[0].added.scan.key(), "clean");
}

#[tokio::test]
async fn the_photo_of_a_board_goes_when_nothing_stands_by_it() {
    for world in worlds("photo_of_a_board").await {
        let (store, desk, shelf) = (&world.store, Desk::new(&world.store, 1), Shelf::new());
        let photo_of = |word: u8| {
            let head = [0xff, 0xd8, 0xff, 0xc0, 0, 8, 8, 0, 3, 0, 4, 1, 0xff, 0xda, 0, 3, 0];
            [head.as_slice(), &[word, 1], &[0xff, 0xd9]].concat()
        };
        let confirm = async |codes: &[&str], bytes: &[u8], when: &str| {
            let procedures = codes.iter().map(|code| (*code).to_owned()).collect();
            let command = Confirm { office_id: OFFICE.into(), procedures, photo: None };
            let photo = Upload { name: "bảng.jpg", document: None, bytes };
            let ctx = desk.ctx(desk.official(FIRST), at(when));
            store.confirm_posting_with_photo(command, &photo, &shelf.files, MACHINE, &ctx).await
        };
        let live = async |bytes: &[u8]| store.board_photo(OFFICE, &posting::photo_hash(bytes)).await.unwrap();
        confirm(&["1.001193", "1.000656"], &photo_of(1), "2017-06-19T08:00").await.unwrap();
        // The very same photo for another procedure is kept once.
        confirm(&["1.000894"], &photo_of(1), "2017-06-19T08:10").await.unwrap();
        assert_eq!(kept(&shelf).len(), 1);
        let first = live(&photo_of(1)).await.unwrap();
        assert_eq!(store.read_attachment(&first, &shelf.files).await.unwrap(), photo_of(1));
        confirm(&["1.001193", "1.000894"], &photo_of(2), "2017-06-20T08:00").await.unwrap();
        assert!(live(&photo_of(1)).await.is_some() && live(&photo_of(2)).await.is_some());
        assert_eq!(store.verify_files(&shelf.files.blobs).await.unwrap().whole, 2);
        confirm(&["1.000656"], &photo_of(2), "2017-06-20T09:00").await.unwrap();
        assert!(live(&photo_of(1)).await.is_none());
        // Gone at the next clearing, and it may come again.
        assert_eq!(store.clear_loose_files(&shelf.files.blobs, MACHINE + LONG).await.unwrap(), 1);
        assert_eq!(kept(&shelf).len(), 1);
        confirm(&["1.000656"], &photo_of(1), "2017-06-21T08:00").await.unwrap();
        assert!(live(&photo_of(1)).await.is_some());
        let report = store.verify_files(&shelf.files.blobs).await.unwrap();
        assert_eq!((report.whole, report.trouble), (2, None));
        let refused = confirm(&["1.001193"], &scan("bảng"), "2017-06-21T09:00").await;
        assert!(matches!(refused, Err(StoreError::Refused(Refusal::File(Fault::NotPicture)))));
        assert_eq!(verify(store).await.unwrap().trouble, None);
    }
}
