//! Files: what they are by their bytes, how many, by whom, and what is kept of them.

#[path = "support/district.rs"]
mod district;

use district::{district, secrets};
use hailong_core::{
    batch::Side,
    context::{Actor, Context, Entropy},
    directory::Directory,
    event::Event,
    id::Bytes,
    refusal::Refusal,
    secret::{SecretKey, Secrets},
    serve::attachment::{
        Attachment, Fault, Folder, Kind, MOST_BYTES, MOST_EVER, MOST_FILES, NAME_LIMIT, Owner, OwnerKind,
        Upload, Verdict, add, admit, remove,
    },
    time::Instant,
};
use proptest::prelude::*;
use uuid::Uuid;

const KEY: [u8; 32] = [9; 32];

fn pdf(words: &str) -> Vec<u8> {
    format!("%PDF-1.4\n1 0 obj<<>>endobj\n% {words}\ntrailer<<>>\n%%EOF\n").into_bytes()
}

fn jpeg(height: u16, width: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc0, 0, 8, 8];
    bytes.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
    bytes.extend([1, 0xff, 0xda, 0, 3, 0]);
    bytes.extend_from_slice(data);
    bytes.extend([0xff, 0xd9]);
    bytes
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [&(data.len() as u32).to_be_bytes(), name.as_slice(), data, &[0; 4]].concat()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let parts = [chunk(b"IHDR", &head), chunk(b"IDAT", &[1, 2, 3]), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}

fn zip_end() -> Vec<u8> {
    [b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(), &[0; 10]].concat()
}

#[test]
fn what_a_file_is_by_its_bytes() {
    let photo = jpeg(30, 40, &[1, 0xff, 0, 2, 0xff, 0xd3, 5]);
    let with = |mut bytes: Vec<u8>, more: &[u8]| {
        bytes.extend_from_slice(more);
        bytes
    };
    let late_pdf = with(pdf(""), &[b' '; 900]);
    let table: &[(&str, Vec<u8>, Result<Kind, Fault>)] = &[
        ("a scan", pdf("x"), Ok(Kind::Pdf)),
        ("a scan with spaces behind", late_pdf, Ok(Kind::Pdf)),
        ("a photo", photo.clone(), Ok(Kind::Jpeg)),
        ("a progressive photo", jpeg(3, 4, &[1, 0xff, 0xc4, 0, 3, 0, 0xff, 0xda, 0, 2, 7]), Ok(Kind::Jpeg)),
        ("a photo with a film behind it", with(photo.clone(), b"\0\0\0\x18ftypmp42film"), Ok(Kind::Jpeg)),
        ("a photo with a second photo behind it", [photo.clone(), photo.clone()].concat(), Ok(Kind::Jpeg)),
        ("a picture", png(3, 4), Ok(Kind::Png)),
        ("nothing", Vec::new(), Err(Fault::Empty)),
        ("words", b"Gi\xe1\xba\xa5y khai sinh".to_vec(), Err(Fault::Kind)),
        ("a page", b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), Err(Fault::Kind)),
        ("a drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>".to_vec(), Err(Fault::Kind)),
        ("an archive or a text of an office", b"PK\x03\x04rest".to_vec(), Err(Fault::Kind)),
        ("a program", b"MZ\x90\0rest".to_vec(), Err(Fault::Kind)),
        ("a program of Linux", b"\x7fELF\x02\x01".to_vec(), Err(Fault::Kind)),
        ("a script", b"#!/bin/sh\nrm -rf /\n".to_vec(), Err(Fault::Kind)),
        ("GIF", b"GIF89a\x01\0\x01\0".to_vec(), Err(Fault::Kind)),
        ("WebP", b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(), Err(Fault::Kind)),
        ("TIFF", b"II*\0\x08\0\0\0".to_vec(), Err(Fault::Kind)),
        ("a photo as an iPhone keeps it", b"\0\0\0\x24ftypheic\0\0\0\0mif1".to_vec(), Err(Fault::Heic)),
        ("a scan that does not begin with itself", with(b" ".to_vec(), &pdf("")), Err(Fault::Kind)),
        ("a scan that was cut off", pdf("x")[..40].to_vec(), Err(Fault::Broken)),
        ("a scan with much behind its end", with(pdf("x"), &[b'x'; 2_000]), Err(Fault::Broken)),
        ("a photo that was cut off", photo[..photo.len() - 2].to_vec(), Err(Fault::Broken)),
        ("the beginning of a photo", vec![0xff, 0xd8, 0xff], Err(Fault::Broken)),
        ("a photo without a picture", vec![0xff, 0xd8, 0xff, 0xd9], Err(Fault::Broken)),
        ("a photo of nothing", jpeg(0, 40, &[1]), Err(Fault::Broken)),
        ("a picture that was cut off", png(3, 4)[..30].to_vec(), Err(Fault::Broken)),
        ("a picture with something behind it", with(png(3, 4), b"more"), Err(Fault::Broken)),
        ("a picture of nothing", png(0, 4), Err(Fault::Broken)),
        (
            "a chunk that is longer than the world",
            b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR".to_vec(),
            Err(Fault::Broken),
        ),
        ("a picture that fills the memory", png(60_000, 60_000), Err(Fault::TooManyPixels)),
        ("a photo and an archive", with(photo.clone(), &zip_end()), Err(Fault::SecondFace)),
        (
            "a scan and an archive",
            with(pdf(""), &with(b"%%EOF".to_vec(), &zip_end())),
            Err(Fault::SecondFace),
        ),
        ("a photo and a scan", jpeg(3, 4, b"%PDF-1.4"), Err(Fault::SecondFace)),
        ("a photo and a page", jpeg(3, 4, b"<ScRiPt>alert(1)</script>"), Err(Fault::SecondFace)),
        (
            "a photo and a page behind it",
            with(photo.clone(), b"<?php system($_GET[0]);"),
            Err(Fault::SecondFace),
        ),
        ("a photo and another archive", with(photo.clone(), b"Rar!\x1a\x07\0"), Err(Fault::SecondFace)),
        ("a scan and a page", b"%PDF-1.4\n<html><script>x</script>\n%%EOF".to_vec(), Err(Fault::SecondFace)),
        (
            "bytes that look like an archive by chance",
            with(photo, b"PK\x05\x06by chance, these are bytes"),
            Ok(Kind::Jpeg),
        ),
    ];
    for (what, bytes, expected) in table {
        assert_eq!(Kind::of(bytes), *expected, "{what}");
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange_to_look_at(start in 0_usize..4, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let starts: [&[u8]; 4] = [b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"];
        let _ = Kind::of(&[starts[start], &bytes].concat());
    }

    #[test]
    fn a_photo_cut_anywhere_is_refused(data in prop::collection::vec(0_u8..0xff, 0..60), cut in 0_usize..1_000) {
        let whole = jpeg(10, 10, &data);
        let cut = cut % whole.len();
        prop_assert!(Kind::of(&whole[..cut]).is_err());
    }
}

struct World {
    directory: Directory,
    secrets: Secrets,
}

impl World {
    fn new() -> Self {
        Self { directory: district(), secrets: secrets() }
    }

    fn ctx(&self, official: &str, seed: u8) -> Context<'_> {
        Context {
            actor: Actor::Official(self.directory.official(official).unwrap().clone()),
            at: Instant::parse_local("2017-06-30T09:00").unwrap(),
            directory: &self.directory,
            entropy: Entropy::new([seed; 32]),
            secrets: &self.secrets,
        }
    }
}

fn folder() -> Folder {
    Folder {
        owner: Owner { kind: OwnerKind::Case, id: Uuid::from_u128(1) },
        offices: vec!["tran-phan".into(), "tan-duyet".into()],
        key_id: Some(Uuid::from_u128(2)),
        closed: false,
        documents: 2,
        files: Vec::new(),
    }
}

fn upload<'a>(name: &'a str, bytes: &'a [u8]) -> Upload<'a> {
    Upload { name, document: None, bytes }
}

/// Keeps what was decided, as the record would.
fn keep(folder: &mut Folder, event: &Event, at: Instant, by: &str) {
    match event {
        Event::AttachmentAdded(added) => {
            folder.files.push(Attachment { added: *added.clone(), at, by: by.into(), removed: None });
        }
        Event::AttachmentRemoved(removed) => {
            let file = folder.files.iter_mut().find(|file| file.id() == removed.attachment_id).unwrap();
            file.removed = Some((at, by.into(), removed.reason.clone()));
        }
        _ => unreachable!(),
    }
}

#[test]
fn a_file_is_sealed_and_comes_back_whole() {
    let (world, mut folder, key) = (World::new(), folder(), SecretKey::new(KEY));
    let ctx = world.ctx("tran-phan-1", 5);
    let scan = pdf("bí mật");
    let mut sent = upload("C:\\Ảnh\\Giấy khai sinh.exe", &scan);
    sent.document = Some(1);
    let (batch, id, sealed) = add(&folder, &sent, Verdict::Clean, Some(&key), &ctx).unwrap();
    assert_eq!((batch.actor.as_str(), batch.entries[0].version), ("tran-phan-1", 1));
    assert_eq!(batch.side, [Side::KeepBlob { blob: id }]);
    assert!(!sealed.windows(6).any(|window| window == b"%PDF-1"));
    let told = serde_json::to_string(&batch.entries[0].event).unwrap();
    assert!(!told.contains("khai sinh"));
    keep(&mut folder, &batch.entries[0].event, ctx.at, "tran-phan-1");
    let file = folder.file(id).unwrap();
    assert_eq!(file.name(&key).as_deref(), Some("Giấy khai sinh.pdf"), "the end is what the file is");
    assert_eq!(file.open(&key, &sealed).as_deref(), Some(scan.as_slice()));
    assert_eq!((file.added.size, file.added.document), (scan.len() as u64, Some(1)));
    assert!(file.is(&sealed));
    // One bit, another key, or another place: nothing.
    let mut changed = sealed.clone();
    changed[30] ^= 1;
    let mut elsewhere = file.clone();
    elsewhere.added.attachment_id = Uuid::from_u128(7);
    assert!(!file.is(&changed));
    assert_eq!(file.open(&key, &changed), None);
    assert_eq!(file.open(&SecretKey::new([8; 32]), &sealed), None);
    assert_eq!(elsewhere.open(&key, &sealed), None);
    assert_eq!(file.name(&SecretKey::new([8; 32])), None);
}

#[test]
fn who_may_and_what_is_refused() {
    let (world, mut folder, key) = (World::new(), folder(), SecretKey::new(KEY));
    let scan = pdf("1");
    let decide =
        |folder: &Folder, official: &str, bytes: &[u8], verdict: Verdict, key: Option<&SecretKey>| {
            add(folder, &upload("a.pdf", bytes), verdict, key, &world.ctx(official, 1)).map(|_| ())
        };
    for official in ["tran-phan-1", "tran-phan-head", "tan-duyet-2"] {
        assert_eq!(decide(&folder, official, &scan, Verdict::NoScanner, Some(&key)), Ok(()), "{official}");
    }
    let file = |fault| Err(Refusal::File(fault));
    let refused = |official, bytes: &[u8], verdict| decide(&folder, official, bytes, verdict, Some(&key));
    assert_eq!(refused("tan-duc-1", &scan, Verdict::Clean), Err(Refusal::NotYourOffice));
    assert_eq!(refused("huyen-dam-doi-leader", &scan, Verdict::Clean), Err(Refusal::NotYourRole));
    assert_eq!(refused("huyen-dam-doi-admin", &scan, Verdict::Clean), Err(Refusal::NotYourRole));
    assert_eq!(refused("tran-phan-1", &scan, Verdict::Infected), file(Fault::Infected));
    assert_eq!(refused("tran-phan-1", &scan, Verdict::Unreachable), file(Fault::NoVerdict));
    assert_eq!(refused("tran-phan-1", b"MZ", Verdict::Clean), file(Fault::Kind));
    assert_eq!(decide(&folder, "tran-phan-1", &scan, Verdict::Clean, None), file(Fault::Erased));
    // The largest file is taken, one byte more is not.
    let mut large = pdf("");
    large.splice(9..9, vec![b' '; MOST_BYTES - large.len()]);
    assert_eq!(refused("tran-phan-1", &large, Verdict::Clean), Ok(()));
    large.insert(9, b' ');
    assert_eq!(refused("tran-phan-1", &large, Verdict::Clean), file(Fault::TooLarge));
    // A document that the procedure does not have.
    let sent = Upload { name: "a", document: Some(2), bytes: &scan };
    let ctx = world.ctx("tran-phan-1", 1);
    assert_eq!(admit(&folder, &sent, Some(&key), &ctx), Err(Refusal::BadChoice("document")));
    // The same content twice, under whatever name; again after it was removed.
    let (batch, id, _) = add(&folder, &upload("a", &scan), Verdict::Clean, Some(&key), &ctx).unwrap();
    keep(&mut folder, &batch.entries[0].event, ctx.at, "tran-phan-1");
    let again =
        |folder: &Folder| admit(folder, &upload("b", &scan), Some(&key), &world.ctx("tran-phan-2", 2));
    assert_eq!(again(&folder), Err(Refusal::File(Fault::Same)));
    let batch = remove(&folder, id, "nhầm hồ sơ", Some(&key), &ctx).unwrap();
    assert_eq!(batch.side, [Side::LooseBlob { blob: id, since: 0 }]);
    keep(&mut folder, &batch.entries[0].event, ctx.at, "tran-phan-1");
    assert_eq!(folder.files[0].reason(&key).as_deref(), Some("nhầm hồ sơ"));
    assert_eq!(again(&folder), Ok(Kind::Pdf));
    assert_eq!(remove(&folder, id, "nữa", Some(&key), &ctx).unwrap_err(), Refusal::File(Fault::Unknown));
}

#[test]
fn taking_away_needs_a_reason_and_an_open_case() {
    let (world, mut folder, key) = (World::new(), folder(), SecretKey::new(KEY));
    let ctx = world.ctx("tran-phan-1", 1);
    let (batch, id, _) = add(&folder, &upload("a", &pdf("1")), Verdict::Clean, Some(&key), &ctx).unwrap();
    keep(&mut folder, &batch.entries[0].event, ctx.at, "tran-phan-1");
    let why = |folder: &Folder, official: &str, reason: &str, key: Option<&SecretKey>| {
        remove(folder, id, reason, key, &world.ctx(official, 2)).unwrap_err()
    };
    assert_eq!(why(&folder, "tran-phan-1", "  ", Some(&key)), Refusal::ReasonNeeded);
    assert_eq!(why(&folder, "tran-phan-1", &"ắ".repeat(1_001), Some(&key)), Refusal::TooLong("reason"));
    assert_eq!(why(&folder, "tan-duc-1", "nhầm", Some(&key)), Refusal::NotYourOffice);
    assert_eq!(why(&folder, "tran-phan-1", "nhầm", None), Refusal::File(Fault::Erased));
    folder.closed = true;
    assert_eq!(why(&folder, "tran-phan-1", "nhầm", Some(&key)), Refusal::AlreadyDone);
    // A paper signed at the return may still be added.
    assert_eq!(admit(&folder, &upload("b", &pdf("2")), Some(&key), &ctx), Ok(Kind::Pdf));
}

#[test]
fn a_case_has_so_many_files_and_no_more() {
    let (world, mut folder, key) = (World::new(), folder(), SecretKey::new(KEY));
    let ctx = world.ctx("tran-phan-1", 1);
    let one = |folder: &Folder, number: usize, size: u64| {
        let scan = pdf(&number.to_string());
        let (batch, ..) = add(folder, &upload("a", &scan), Verdict::Clean, Some(&key), &ctx)?;
        let Event::AttachmentAdded(mut added) = batch.entries[0].event.clone() else { unreachable!() };
        added.size = size;
        assert_eq!(
            batch.entries[0].version,
            folder.files.iter().map(|file| 1 + i64::from(file.removed.is_some())).sum::<i64>() + 1
        );
        Ok::<_, Refusal>(Event::AttachmentAdded(added))
    };
    for number in 0..MOST_FILES {
        let event = one(&folder, number, 1_000).unwrap();
        keep(&mut folder, &event, ctx.at, "x");
    }
    assert_eq!(one(&folder, 99, 1), Err(Refusal::File(Fault::TooMany)));
    // Each one removed makes room for another, until the list would become long.
    for number in MOST_FILES..MOST_EVER {
        let first = folder.live().next().unwrap().id();
        let batch = remove(&folder, first, "cũ", Some(&key), &ctx).unwrap();
        keep(&mut folder, &batch.entries[0].event, ctx.at, "x");
        let event = one(&folder, number, 1_000).unwrap();
        keep(&mut folder, &event, ctx.at, "x");
    }
    let first = folder.live().next().unwrap().id();
    let batch = remove(&folder, first, "cũ", Some(&key), &ctx).unwrap();
    keep(&mut folder, &batch.entries[0].event, ctx.at, "x");
    assert_eq!(one(&folder, 200, 1), Err(Refusal::File(Fault::TooMany)));
    // Six files of ten megabytes, and nothing beside them.
    let mut heavy = self::folder();
    for number in 0..6 {
        let event = one(&heavy, number, MOST_BYTES as u64).unwrap();
        keep(&mut heavy, &event, ctx.at, "x");
    }
    assert_eq!(one(&heavy, 7, 1), Err(Refusal::File(Fault::TooMuch)));
}

#[test]
fn names_cannot_deceive() {
    let (world, folder, key) = (World::new(), folder(), SecretKey::new(KEY));
    let scan = pdf("1");
    let long = format!("{}.pdf", "ắ".repeat(5_000_000));
    let cut = format!("{}.pdf", "ắ".repeat(NAME_LIMIT));
    for (sent, kept) in [
        ("Giấy khai sinh.pdf", "Giấy khai sinh.pdf"),
        ("ảnh.jpg.exe", "ảnh.jpg.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Windows\\a.pdf", "a.pdf"),
        ("gpj\u{202e}exe.pdf", "gpj exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("\"><script>.pdf", "script.pdf"),
        (".htaccess", "tệp.pdf"),
        ("", "tệp.pdf"),
        ("   ", "tệp.pdf"),
        (&long, &cut),
    ] {
        let ctx = world.ctx("tran-phan-1", 1);
        let (batch, ..) = add(&folder, &upload(sent, &scan), Verdict::Clean, Some(&key), &ctx).unwrap();
        let mut all = self::folder();
        keep(&mut all, &batch.entries[0].event, ctx.at, "x");
        assert_eq!(all.files[0].name(&key).as_deref(), Some(kept), "{}", &sent[..sent.len().min(40)]);
    }
}

#[test]
fn photos_of_an_office_have_keys_of_their_own() {
    let world = World::new();
    let owner = Owner { kind: OwnerKind::Posting, id: Uuid::from_u128(3) };
    let folder = Folder::of_office(owner, "tran-phan", Vec::new());
    let photo = jpeg(30, 40, &[1, 2, 3]);
    let ctx = world.ctx("tran-phan-1", 1);
    let (batch, id, sealed) = add(&folder, &upload("bảng.jpg", &photo), Verdict::Clean, None, &ctx).unwrap();
    let [Side::DataKey { subject, wrapped }, Side::KeepBlob { blob }] = &batch.side[..] else {
        panic!("keys")
    };
    assert_eq!((*subject, *blob), (id, id));
    let key = world.secrets.unwrap_data_key(id, wrapped).unwrap();
    let mut folder = folder;
    keep(&mut folder, &batch.entries[0].event, ctx.at, "x");
    assert_eq!(folder.files[0].added.key_id, id);
    assert_eq!(folder.files[0].open(&key, &sealed), Some(photo));
    assert_ne!(Bytes(folder.owner.subject()), Bytes(self::folder().owner.subject()));
}
