//! Attachments in the script: added, removed, cleared away, looked at, read.

use hailong_core::{
    refusal::Refusal,
    serve::attachment::{Attachment, Fault, Folder, Owner, OwnerKind, Upload},
};
use hailong_store::{
    Store, StoreError,
    blob::{Blobs, Place},
    serve::attachment::Files,
};
use uuid::Uuid;

use super::world::{Desk, at};

/// Machine time of the script, in microseconds.
pub const MACHINE: i64 = 1_500_000_000_000_000;
/// Longer than a file may be loose.
pub const LONG: i64 = 3_700_000_000;

/// Files in a folder of their own, gone when the test ends.
pub struct Shelf {
    pub files: Files,
    pub folder: tempfile::TempDir,
}

impl Shelf {
    /// Without a scanner.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&Place::Folder(folder.path().join("files")), None).unwrap();
        Self { files: Files { blobs, scanner: None }, folder }
    }
}

/// A scan that differs for every word.
pub fn scan(words: &str) -> Vec<u8> {
    format!("%PDF-1.4\n% Giấy bí mật {words}\ntrailer<<>>\n%%EOF\n").into_bytes()
}

/// The files of a case as they are now.
pub async fn folder(store: &Store, case: Uuid) -> Folder {
    let file = store.case(case).await.unwrap().unwrap();
    store.case_folder(&file).await.unwrap().0
}

/// Adds a scan to a case.
pub async fn attach(
    desk: &Desk<'_>,
    shelf: &Shelf,
    official: &str,
    case: Uuid,
    words: &str,
) -> Result<Uuid, StoreError> {
    let bytes = scan(words);
    let upload = Upload { name: &format!("Giấy bí mật {words}.pdf"), document: None, bytes: &bytes };
    let ctx = desk.ctx(desk.official(official), at("2017-06-21T09:00"));
    desk.store.attach(folder(desk.store, case).await, &upload, &shelf.files, MACHINE, &ctx).await
}

/// What the script does with files; what can be read of them afterwards, as text.
pub async fn play(desk: &Desk<'_>, official: &str, case: Uuid) -> Vec<String> {
    let (store, shelf) = (desk.store, Shelf::new());
    for words in ["một", "hai", "ba"] {
        attach(desk, &shelf, official, case, words).await.unwrap();
    }
    let same = attach(desk, &shelf, official, case, "hai").await;
    assert!(matches!(same, Err(StoreError::Refused(Refusal::File(Fault::Same)))));
    let files = folder(store, case).await;
    let removed = files.files[1].id();
    let ctx = desk.ctx(desk.official(official), at("2017-06-21T10:00"));
    store.detach(&files, removed, "Nhầm hồ sơ, lý do kín", &ctx).await.unwrap();
    let owner = Owner { kind: OwnerKind::Posting, id: Uuid::from_u128(77) };
    let posting = Folder::of_office(owner, super::script::OFFICE, Vec::new());
    let bytes = scan("bảng niêm yết");
    let photo = Upload { name: "bảng.pdf", document: None, bytes: &bytes };
    let ctx = desk.ctx(desk.official(official), at("2017-06-21T11:00"));
    store.attach(posting, &photo, &shelf.files, MACHINE, &ctx).await.unwrap();
    // A file whose event was never written, and the removed one: both go, the others stay.
    assert_eq!(store.clear_loose_files(&shelf.files.blobs, MACHINE + LONG).await.unwrap(), 1);
    assert!(shelf.files.blobs.get(removed).await.unwrap().is_none());
    assert!(shelf.folder.path().join("files").is_dir());
    let report = store.verify_files(&shelf.files.blobs).await.unwrap();
    assert_eq!((report.whole, &report.trouble), (3, &None));
    let all: Vec<Attachment> =
        [folder(store, case).await.files, store.attachments(owner).await.unwrap()].concat();
    let mut read = vec![format!("{all:#?} {report:?}")];
    for file in all.iter().filter(|file| file.removed.is_none()) {
        let content = store.read_attachment(file, &shelf.files).await.unwrap();
        read.push(String::from_utf8(content).unwrap());
    }
    read
}
