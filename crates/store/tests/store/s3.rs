//! A store that speaks S3, as far as we use it: it checks each signature by the published rules (AWS signature 4 in the
//! query) with code of its own, and fails on demand.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use hailong_store::{
    StoreError,
    blob::{Blobs, Place},
    serve::attachment::Files,
};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use uuid::Uuid;

use super::{
    files::{LONG, MACHINE, Shelf, attach, folder, scan},
    script::FIRST,
    world::{Desk, PROCEDURE, World, at},
};

const ACCESS: &str = "HAILONGTESTKEY";
const SECRET: &str = "một/bí+mật=";

/// What the store holds and how it will misbehave.
#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Vec<u8>>,
    /// Answers to give instead of the right ones: a status, or 0 to hang up.
    trouble: VecDeque<u16>,
    requests: usize,
}

type Shared = Arc<Mutex<Bucket>>;

async fn serve() -> (Shared, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let bucket = Shared::default();
    let shared = Arc::clone(&bucket);
    tokio::spawn(async move {
        while let Ok((line, _)) = listener.accept().await {
            tokio::spawn(answer(line, Arc::clone(&shared)));
        }
    });
    (bucket, port)
}

async fn answer(mut line: TcpStream, bucket: Shared) {
    let mut heard = Vec::new();
    let end = loop {
        if line.read_buf(&mut heard).await.unwrap_or(0) == 0 {
            return;
        }
        if let Some(end) = heard.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8(heard[..end].to_vec()).unwrap();
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let length: usize = header("content-length").map_or(0, |length| length.parse().unwrap());
    while heard.len() < end + length {
        if line.read_buf(&mut heard).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (status, body) = {
        let mut bucket = bucket.lock().unwrap();
        bucket.requests += 1;
        match bucket.trouble.pop_front() {
            Some(0) => return,
            Some(status) => (status, b"<Error><Code>SlowDown</Code></Error>".to_vec()),
            None => decide(&mut bucket, method, target, &header("host").unwrap(), heard[end..].to_vec()),
        }
    };
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = line.write_all(head.as_bytes()).await;
    let _ = if method == "HEAD" { Ok(()) } else { line.write_all(&body).await };
}

fn decide(bucket: &mut Bucket, method: &str, target: &str, host: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
    let (path, query) = target.split_once('?').unwrap();
    if !is_signed(method, path, query, host) {
        return (403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>".to_vec());
    }
    match (method, path.strip_prefix("/hoso/")) {
        ("HEAD", None | Some("")) if path.trim_end_matches('/') == "/hoso" => (200, Vec::new()),
        ("PUT", Some(name)) => {
            bucket.objects.insert(name.to_owned(), body);
            (200, Vec::new())
        }
        ("GET", Some(name)) => match bucket.objects.get(name) {
            Some(object) => (200, object.clone()),
            None => (404, b"<Error><Code>NoSuchKey</Code></Error>".to_vec()),
        },
        ("DELETE", Some(name)) => {
            bucket.objects.remove(name);
            (204, Vec::new())
        }
        _ => (404, b"<Error><Code>NoSuchBucket</Code></Error>".to_vec()),
    }
}

/// The published rules: canonical request, string to sign, derived key.
fn is_signed(method: &str, path: &str, query: &str, host: &str) -> bool {
    let pairs: BTreeMap<&str, &str> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    let [date, credential] = ["X-Amz-Date", "X-Amz-Credential"].map(|name| pairs[name].replace("%2F", "/"));
    let scope = format!("{}/vn-1/s3/aws4_request", &date[..8]);
    let others: Vec<_> = pairs.iter().filter(|(name, _)| **name != "X-Amz-Signature").collect();
    let canonical: Vec<_> = others.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = format!("{method}\n{path}\n{}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD", canonical.join("&"));
    let hashed = hex(&Sha256::digest(request));
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashed}");
    let mac = |key: &[u8], data: &str| {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).unwrap();
        mac.update(data.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let key = mac(format!("AWS4{SECRET}").as_bytes(), &date[..8]);
    let key = ["vn-1", "s3", "aws4_request"].iter().fold(key, |key, part| mac(&key, part));
    credential == format!("{ACCESS}/{scope}")
        && pairs["X-Amz-Expires"] == "60"
        && pairs["X-Amz-SignedHeaders"] == "host"
        && pairs["X-Amz-Signature"] == hex(&mac(&key, &text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn open(port: u16, secret: &str) -> Blobs {
    let place = format!("s3://hoso/dam-doi?endpoint=http://127.0.0.1:{port}&region=vn-1");
    Blobs::open(&place.parse::<Place>().unwrap(), Some((ACCESS.into(), secret.into()))).unwrap()
}

#[tokio::test]
async fn files_are_kept_read_and_removed() {
    let (bucket, port) = serve().await;
    let blobs = open(port, SECRET);
    let (id, large) = (Uuid::from_u128(0xabc), vec![7; 10 * 1024 * 1024 + 40]);
    blobs.check().await.unwrap();
    assert_eq!(blobs.get(id).await.unwrap(), None);
    blobs.put(id, large.clone()).await.unwrap();
    assert_eq!(
        bucket.lock().unwrap().objects.keys().collect::<Vec<_>>(),
        [&format!("dam-doi/{}", id.simple())]
    );
    assert!(blobs.get(id).await.unwrap() == Some(large));
    blobs.remove(id).await.unwrap();
    blobs.remove(id).await.unwrap();
    assert_eq!(blobs.get(id).await.unwrap(), None);
    // Something that is too large to be ours is not read to its end.
    bucket.lock().unwrap().objects.insert(format!("dam-doi/{}", id.simple()), vec![0; 11 * 1024 * 1024]);
    assert!(blobs.get(id).await.is_err());
}

#[tokio::test]
async fn a_store_that_stumbles_is_asked_again_and_one_that_refuses_is_not() {
    let (bucket, port) = serve().await;
    let blobs = open(port, SECRET);
    let id = Uuid::from_u128(1);
    for trouble in [[503, 0], [0, 500]] {
        bucket.lock().unwrap().trouble = trouble.into();
        blobs.put(id, vec![1, 2, 3]).await.unwrap();
    }
    assert_eq!(blobs.get(id).await.unwrap(), Some(vec![1, 2, 3]));
    bucket.lock().unwrap().trouble = [503, 503, 503].into();
    let said = blobs.put(id, vec![4]).await.unwrap_err().to_string();
    assert!(said.contains("503 SlowDown"), "{said}");
    let before = bucket.lock().unwrap().requests;
    let said = open(port, "another secret").put(id, vec![4]).await.unwrap_err().to_string();
    assert!(said.contains("403 SignatureDoesNotMatch"), "{said}");
    assert_eq!(bucket.lock().unwrap().requests, before + 1);
    assert_eq!(blobs.get(id).await.unwrap(), Some(vec![1, 2, 3]));
    // Nobody there: said without the address, which holds the signature.
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let said = open(gone, SECRET).check().await.unwrap_err().to_string();
    assert!(!said.contains("X-Amz") && !said.contains(ACCESS), "{said}");
    // Keys are needed.
    let place: Place = "s3://hoso?endpoint=http://127.0.0.1:1".parse().unwrap();
    assert!(matches!(Blobs::open(&place, None), Err(StoreError::Files(_))));
}

#[tokio::test]
async fn attachments_live_in_a_bucket_as_on_a_disk() {
    let (bucket, port) = serve().await;
    let world = World::found(None).await;
    let (store, desk) = (&world.store, Desk::new(&world.store, 1));
    let shelf = Shelf {
        files: Files { blobs: open(port, SECRET), scanner: None },
        folder: tempfile::tempdir().unwrap(),
    };
    let case = desk.receive(FIRST, PROCEDURE, 1, at("2017-06-19T08:00")).await;
    for words in ["một", "hai"] {
        attach(&desk, &shelf, FIRST, case, words).await.unwrap();
    }
    let files = folder(store, case).await;
    assert_eq!(store.read_attachment(&files.files[0], &shelf.files).await.unwrap(), scan("một"));
    let ctx = desk.ctx(desk.official(FIRST), at("2017-06-21T10:00"));
    store.detach(&files, files.files[1].id(), "nhầm", &ctx).await.unwrap();
    assert_eq!(store.clear_loose_files(&shelf.files.blobs, MACHINE + LONG).await.unwrap(), 1);
    assert_eq!(bucket.lock().unwrap().objects.len(), 1);
    assert_eq!(store.verify_files(&shelf.files.blobs).await.unwrap().trouble, None);
    bucket.lock().unwrap().objects.values_mut().for_each(|object| object[50] ^= 1);
    let found = store.verify_files(&shelf.files.blobs).await.unwrap().trouble;
    assert_eq!(found, Some((files.files[0].id(), "it was changed")));
}

/// By hand, against any real store: `HAILONG_TEST_S3=s3://BUCKET?endpoint=…` with the keys in `AWS_ACCESS_KEY_ID` and
/// `AWS_SECRET_ACCESS_KEY`.
#[tokio::test]
async fn a_real_store_when_there_is_one() {
    let Ok(place) = std::env::var("HAILONG_TEST_S3") else {
        eprintln!("skipped: a real S3 store (HAILONG_TEST_S3 is not set)");
        return;
    };
    let key = |name| std::env::var(name).unwrap();
    let keys = (key("AWS_ACCESS_KEY_ID"), key("AWS_SECRET_ACCESS_KEY"));
    let wrong = Blobs::open(&place.parse().unwrap(), Some((keys.0.clone(), "wrong".into()))).unwrap();
    let blobs = Blobs::open(&place.parse().unwrap(), Some(keys)).unwrap();
    let (id, large) = (Uuid::from_u128(0xabc), vec![7; 10 * 1024 * 1024]);
    blobs.check().await.unwrap();
    assert!(wrong.check().await.is_err() && wrong.put(id, vec![1]).await.is_err());
    blobs.put(id, large.clone()).await.unwrap();
    assert!(blobs.get(id).await.unwrap() == Some(large));
    blobs.remove(id).await.unwrap();
    blobs.remove(id).await.unwrap();
    assert_eq!(blobs.get(id).await.unwrap(), None);
}
