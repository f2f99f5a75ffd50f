//! The real clamd, with a small database of its own: see `xtask/src/clamd.rs`.

use hailong_core::{
    refusal::Refusal,
    serve::attachment::{Fault, MOST_BYTES, Upload},
};
use hailong_store::{
    StoreError,
    clamd::{Clamd, Said},
};

use super::{
    files::{MACHINE, Shelf, attach, folder},
    script::FIRST,
    world::{Desk, PROCEDURE, World, at},
};

/// What the database of the test knows as malicious inside any file.
const MARK: &str = "hailong attachment scanner test";

/// The test file of all scanners, in two parts, so that none takes this file for it.
fn eicar() -> Vec<u8> {
    [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat().into_bytes()
}

/// Where clamd listens: a port and a socket.
fn addresses() -> Vec<Clamd> {
    let Ok(addresses) = std::env::var("HAILONG_TEST_CLAMD") else {
        assert!(std::env::var("HAILONG_TEST_REQUIRE").is_err(), "HAILONG_TEST_CLAMD is needed here");
        eprintln!("skipped: clamd (HAILONG_TEST_CLAMD is not set)");
        return Vec::new();
    };
    addresses.split(',').map(|address| address.parse().unwrap()).collect()
}

#[tokio::test]
async fn clamd_tells_good_from_bad() {
    for clamd in addresses() {
        assert_eq!(clamd.scan(b"").await, Ok(Said::Clean), "{clamd}");
        assert_eq!(clamd.scan("Giấy khai sinh".as_bytes()).await, Ok(Said::Clean));
        let found = clamd.scan(&eicar()).await.unwrap();
        assert!(matches!(&found, Said::Infected(name) if name.starts_with("Hailong.Eicar")), "{found:?}");
        // The largest file that is taken, with the mark at its very end.
        let mut large: Vec<u8> = (0..MOST_BYTES - MARK.len()).map(|at| (at * 31 % 251) as u8).collect();
        assert_eq!(clamd.scan(&large).await, Ok(Said::Clean));
        large.extend_from_slice(MARK.as_bytes());
        assert!(matches!(clamd.scan(&large).await.unwrap(), Said::Infected(_)));
        // Sixteen at once.
        let eicar = eicar();
        let many = (0..16).map(|number| {
            let bytes = if number % 2 == 0 { eicar.as_slice() } else { b"good" };
            clamd.scan(bytes)
        });
        for (number, said) in futures_util::future::join_all(many).await.into_iter().enumerate() {
            assert_eq!(said.unwrap() == Said::Clean, number % 2 == 1);
        }
        // More than clamd takes: no verdict, and no panic.
        assert!(clamd.scan(&vec![b'x'; 21 * 1024 * 1024]).await.is_err());
    }
}

#[tokio::test]
async fn a_malicious_scan_is_refused_and_not_kept() {
    for clamd in addresses() {
        let world = World::found(None).await;
        let (desk, mut shelf) = (Desk::new(&world.store, 1), Shelf::new());
        shelf.files.scanner = Some(clamd);
        let case = desk.receive(FIRST, PROCEDURE, 1, at("2017-06-19T08:00")).await;
        let bytes = format!("%PDF-1.4\n% {MARK}\n%%EOF\n").into_bytes();
        let upload = Upload { name: "a.pdf", document: None, bytes: &bytes };
        let ctx = desk.ctx(desk.official(FIRST), at("2017-06-21T09:00"));
        let refused =
            world.store.attach(folder(&world.store, case).await, &upload, &shelf.files, MACHINE, &ctx).await;
        assert!(matches!(refused, Err(StoreError::Refused(Refusal::File(Fault::Infected)))), "{refused:?}");
        attach(&desk, &shelf, FIRST, case, "một").await.unwrap();
        let files = folder(&world.store, case).await.files;
        assert_eq!((files.len(), files[0].added.scan.key()), (1, "clean"));
    }
}
