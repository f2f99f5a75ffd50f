//! The other side of notices: a mail server that is not ours, and gateways and systems that note what they were sent.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use hailong_web::notice::{Security, Settings, SmtpSettings};
use serde_json::Value;

const PYTHON: &str = "/usr/bin/python3";

/// A running mail server; it ends when dropped.
pub(crate) struct MailServer {
    process: Child,
    /// Closing it ends the server.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    pub(crate) port: u16,
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/web/mail"))
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

impl MailServer {
    /// aiosmtpd on the loopback; `None` where it is not installed.
    pub(crate) fn start(kind: &str, port: u16) -> Option<Self> {
        let there = Command::new(PYTHON).args(["-c", "import aiosmtpd"]).output();
        if !there.is_ok_and(|output| output.status.success()) {
            assert!(std::env::var("HAILONG_TEST_REQUIRE").is_err(), "python3-aiosmtpd is needed here");
            eprintln!("skipped: no mail server (python3-aiosmtpd is not installed)");
            return None;
        }
        let mut process = Command::new(PYTHON)
            .arg(folder().join("server.py"))
            .args([&port.to_string(), kind])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut server = Self { input: process.stdin.take(), process, output, port };
        assert_eq!(server.line(), "ready\n");
        Some(server)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    /// The next letter.
    pub(crate) fn letter(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    /// How to reach it.
    pub(crate) fn settings(port: u16, security: Security) -> Settings {
        let secure = security == Security::StartTls;
        Settings {
            smtp: Some(SmtpSettings {
                host: if secure { "localhost".into() } else { "127.0.0.1".into() },
                port,
                security,
                login: secure.then(|| ("motcua".into(), "secret".into())),
                from: "Một cửa Đầm Dơi <motcua@example.vn>".into(),
                reply_to: None,
            }),
            roots: std::fs::read(folder().join("ca.pem")).unwrap(),
            ..Settings::default()
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.process.wait();
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A system that notes requests and answers as it was told, in turn; the last answer again and again.
#[derive(Clone, Default)]
pub(crate) struct Listener {
    came: Arc<Mutex<Vec<Came>>>,
    answers: Arc<Mutex<Vec<(u16, &'static str)>>>,
}

impl Listener {
    /// Begins to listen; its address.
    pub(crate) async fn start(answers: &[(u16, &'static str)]) -> (Self, String) {
        let listener = Self::default();
        listener.answers.lock().unwrap().extend(answers.iter().rev());
        let socket = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("http://{}/in", socket.local_addr().unwrap());
        let router = Router::new().route("/in", post(take)).with_state(listener.clone());
        tokio::spawn(async move { axum::serve(socket, router).await.unwrap() });
        (listener, address)
    }

    pub(crate) fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }
}

async fn take(
    State(listener): State<Listener>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, &'static str) {
    listener.came.lock().unwrap().push(Came { headers, body });
    let mut answers = listener.answers.lock().unwrap();
    let (status, words) = if answers.len() > 1 { answers.pop().unwrap() } else { answers[0] };
    (StatusCode::from_u16(status).unwrap(), words)
}
