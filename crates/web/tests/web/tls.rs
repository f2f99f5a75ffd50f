//! HTTPS without a proxy, on a real socket.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use crate::support::TestApp;
use hailong_web::{App, tls::Certificate};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_rustls::TlsConnector;

/// A new certificate for `localhost` in the two files, as PEM.
fn certify(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("chain.pem"), made.cert.pem()).unwrap();
    CertificateDer::from_pem_slice(made.cert.pem().as_bytes()).unwrap()
}

fn open(folder: &Path) -> Result<Certificate, String> {
    Certificate::open(folder.join("chain.pem"), folder.join("key.pem"))
}

/// A client that trusts one certificate only.
fn client(trusted: &CertificateDer<'static>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    TlsConnector::from(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

async fn serve(app: &TestApp, certificate: Certificate) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut own = App::new(Arc::clone(&app.app.store), app.app.clock, true, format!("https://{address}"));
    own.certificate = Some(certificate);
    tokio::spawn(hailong_web::serve(Arc::new(own), listener, std::future::pending()));
    address
}

/// The answer to a request over a new line, when it can be made.
async fn ask(address: SocketAddr, trusted: &CertificateDer<'static>) -> Option<String> {
    let line = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut line =
        timeout(Duration::from_secs(5), client(trusted).connect(name, line)).await.unwrap().ok()?;
    line.write_all(b"GET /design HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = line.read_to_end(&mut answer).await;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn lines_are_encrypted_and_a_new_certificate_is_taken_while_it_serves() {
    let (app, _template) = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    let first = certify(folder.path());
    let address = serve(&app, open(folder.path()).unwrap()).await;
    let answer = ask(address, &first).await.expect("the certificate fits");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let head = answer.split("\r\n\r\n").next().unwrap().to_lowercase();
    assert!(head.contains("strict-transport-security: max-age="), "{head}");
    assert!(head.contains("set-cookie: hl_form=") && head.contains("; secure"), "{head}");

    // A key that does not belong to it, then rubbish: the old one stays.
    let other = tempfile::tempdir().unwrap();
    certify(other.path());
    std::fs::copy(other.path().join("key.pem"), folder.path().join("key.pem")).unwrap();
    sleep(Duration::from_secs(6)).await;
    assert!(ask(address, &first).await.is_some());
    std::fs::write(folder.path().join("chain.pem"), "rubbish").unwrap();
    sleep(Duration::from_secs(6)).await;
    assert!(ask(address, &first).await.is_some());

    // A line that stands stays while the certificate changes under it.
    let line = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut standing = client(&first).connect(name, line).await.unwrap();
    let second = certify(folder.path());
    for _ in 0..100 {
        if ask(address, &second).await.is_some() {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert!(ask(address, &second).await.is_some(), "the new one is in use");
    assert!(ask(address, &first).await.is_none(), "and the old one no more");
    standing.write_all(b"GET /health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = standing.read_to_end(&mut answer).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn garbage_and_slow_lines_keep_nobody_out() {
    let (app, _template) = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    let certificate = certify(folder.path());
    let address = serve(&app, open(folder.path()).unwrap()).await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    for garbage in [b"GET / HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(), vec![0x16; 5_000], vec![0xff; 70_000]] {
        let mut line = TcpStream::connect(address).await.unwrap();
        let _ = line.write_all(&garbage).await;
        let mut answer = Vec::new();
        let read = timeout(Duration::from_secs(12), line.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "the line is closed");
        assert!(!answer.starts_with(b"HTTP/"), "nothing is answered in the open");
    }
    assert!(ask(address, &certificate).await.unwrap().starts_with("HTTP/1.1 200"));
    let mut slow = silent.pop().unwrap();
    let closed = timeout(Duration::from_secs(15), slow.read(&mut [0; 16])).await;
    assert!(matches!(closed, Ok(Ok(0) | Err(_))), "who says nothing is let go: {closed:?}");
}

#[test]
fn files_that_do_not_fit_are_refused_at_the_start() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert!(open(folder.path()).is_err_and(|why| why.contains("chain.pem")), "no file");
    certify(folder.path());
    certify(other.path());
    assert!(open(folder.path()).is_ok());
    std::fs::copy(other.path().join("key.pem"), folder.path().join("key.pem")).unwrap();
    assert!(open(folder.path()).is_err_and(|why| why.contains("key.pem")), "another's key");
    std::fs::write(folder.path().join("chain.pem"), "").unwrap();
    assert!(open(folder.path()).is_err_and(|why| why.contains("no certificate")));
}
