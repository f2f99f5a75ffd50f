//! `hailong bench lifecycle --http`: the same life through the forms of a running demo server.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant as Stopwatch},
};

use anyhow::{Context as _, bail, ensure};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use uuid::Uuid;

use super::{Lifecycle, lifecycle::Laps};
use crate::demo::{PASSWORD, SIGN_INS};

const PROCEDURE: &str = "/work/receive/1.001022";

pub(super) async fn run(options: Lifecycle) -> anyhow::Result<()> {
    let address = options.http.as_deref().unwrap_or_default();
    let host = address.strip_prefix("http://").context("write the address as http://HOST:PORT")?;
    let host: Arc<str> = host.trim_end_matches('/').into();
    let stop = Arc::new(AtomicBool::new(false));
    let next = Arc::new(AtomicU64::new(1));
    // All clients share one sign-in per role, as browsers of one person would share a cookie.
    let mut staff = Vec::new();
    for (_, login) in SIGN_INS.iter().take(3) {
        staff.push(sign_in(&host, login).await?);
    }
    let staff = Arc::new(staff);
    let mut clients = Vec::new();
    let watch = Stopwatch::now();
    for _ in 0..options.clients {
        let (host, stop) = (Arc::clone(&host), Arc::clone(&stop));
        let (next, staff) = (Arc::clone(&next), Arc::clone(&staff));
        clients.push(tokio::spawn(async move {
            let mut laps = Laps { laps: Vec::new(), lives: 0, errors: 0, first_error: None };
            let mut browser = Browser::open(&host).await?;
            while !stop.load(Ordering::Relaxed) {
                let life = next.fetch_add(1, Ordering::Relaxed);
                let mut last = Stopwatch::now();
                let lap = || {
                    laps.laps.push(last.elapsed().as_micros() as u64);
                    last = Stopwatch::now();
                };
                match play(&mut browser, &staff, life, lap).await {
                    Ok(()) => laps.lives += 1,
                    Err(error) => {
                        laps.fail(&error);
                        browser = Browser::open(&host).await?;
                    }
                }
            }
            anyhow::Ok(laps)
        }));
    }
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Laps { laps: Vec::new(), lives: 0, errors: 0, first_error: None };
    for client in clients {
        all.add(client.await??);
    }
    all.print(watch.elapsed().as_secs_f64(), options.json)
}

/// Who is signed in: the cookie and the token of their forms.
struct Visitor {
    cookie: String,
    token: String,
}

async fn sign_in(host: &str, login: &str) -> anyhow::Result<Visitor> {
    let mut browser = Browser::open(host).await?;
    let page = browser.get("/sign-in", "").await?;
    let form = Visitor { cookie: page.cookies(), token: page.token()? };
    let fields = [("token", form.token.as_str()), ("name", login), ("password", PASSWORD), ("next", "")];
    let answer = browser.post("/sign-in", &form.cookie, &fields).await?;
    ensure!(answer.status == 303, "{login} cannot sign in: is this a demo? (status {})", answer.status);
    let cookie = answer.cookies();
    let page = browser.get("/", &cookie).await?;
    Ok(Visitor { token: page.token()?, cookie })
}

async fn play(
    browser: &mut Browser,
    staff: &[Visitor],
    life: u64,
    mut lap: impl FnMut(),
) -> anyhow::Result<()> {
    let [official, head, leader] = staff else { bail!("three people are signed in") };
    let page = browser.get(PROCEDURE, &official.cookie).await?;
    let case_id: Uuid = page.field("case_id")?.parse()?;
    lap();
    let number = format!("38{:07}", life % 10_000_000);
    let mut fields = vec![
        ("token", official.token.as_str()),
        ("limit", "0"),
        ("kind", "person"),
        ("name", "Nguyễn Thị Kim Phượng"),
        ("identity_number", &number),
        ("phone", "0900000000"),
        ("address", "Ấp Tân Điền"),
        ("residence", "tran-phan"),
    ];
    let id = case_id.to_string();
    fields.push(("case_id", &id));
    fields.extend(
        ["document-0", "document-1", "document-2", "document-3"].map(|document| (document, "present")),
    );
    let review = browser.post(&format!("{PROCEDURE}/review"), &official.cookie, &fields).await?;
    let promised = review.field("promised")?;
    lap();
    fields.extend([("outcome", "receive"), ("promised", promised.as_str())]);
    browser.send(PROCEDURE, &official.cookie, &fields).await?;
    lap();
    let steps = [
        ("hand-over", official, "2", vec![("to", "tran-phan-2")]),
        ("finish", head, "3", vec![("outcome", "granted")]),
        ("return", official, "4", vec![]),
    ];
    for (step, who, version, more) in steps {
        let mut fields = vec![("token", who.token.as_str()), ("version", version)];
        fields.extend(more);
        browser.send(&format!("/cases/{case_id}/{step}"), &who.cookie, &fields).await?;
        lap();
    }
    let slip = browser.get(&format!("/cases/{case_id}/invitation"), &official.cookie).await?;
    let rate = slip.between("/rate/", &['"', '<', '\n', ' ']).context("the slip shows no invitation")?;
    let rate = format!("/rate/{rate}");
    lap();
    let page = browser.get(&rate, "").await?;
    let (cookie, token) = (page.cookies(), page.token()?);
    let fields = [
        ("token", token.as_str()),
        ("overall", "5"),
        ("welcome", "5"),
        ("guidance", "4"),
        ("speed", "4"),
        ("lawful", "5"),
        ("trips", "1"),
        ("extra_money", "no"),
        ("words", ""),
    ];
    browser.send(&rate, &cookie, &fields).await?;
    lap();
    let board = browser.get("/lead", &leader.cookie).await?;
    ensure!(board.status == 200, "the leader's page answers {}", board.status);
    lap();
    Ok(())
}

/// A connection that is kept open, as a browser keeps it.
struct Browser {
    host: String,
    line: BufReader<TcpStream>,
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Browser {
    async fn open(host: &str) -> anyhow::Result<Self> {
        let line = TcpStream::connect(host).await.with_context(|| format!("no server answers at {host}"))?;
        line.set_nodelay(true)?;
        Ok(Self { host: host.to_owned(), line: BufReader::new(line) })
    }

    async fn get(&mut self, path: &str, cookie: &str) -> anyhow::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\r\n", self.host);
        self.ask(&request).await
    }

    async fn post(&mut self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let encoded: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let body = encoded.join("&");
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nOrigin: http://{}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            self.host,
            body.len()
        );
        self.ask(&request).await
    }

    /// Sends a form that is expected to lead on to another page.
    async fn send(&mut self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> anyhow::Result<()> {
        let answer = self.post(path, cookie, fields).await?;
        let shown = if path.starts_with("/rate/") { "/rate" } else { path };
        ensure!(answer.status == 303, "{shown} answers {}", answer.status);
        Ok(())
    }

    async fn ask(&mut self, request: &str) -> anyhow::Result<Answer> {
        self.line.get_mut().write_all(request.as_bytes()).await?;
        let first = self.line().await?;
        let status =
            first.split(' ').nth(1).and_then(|code| code.parse().ok()).context("not an HTTP answer")?;
        let mut headers = Vec::new();
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let of =
            |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let mut body = Vec::new();
        if let Some(length) = of("content-length") {
            body.resize(length.parse().context("no length")?, 0);
            self.line.read_exact(&mut body).await?;
        } else if of("transfer-encoding") == Some("chunked") {
            loop {
                let length = usize::from_str_radix(self.line().await?.trim(), 16).context("no chunk")?;
                let from = body.len();
                body.resize(from + length + 2, 0);
                self.line.read_exact(&mut body[from..]).await?;
                body.truncate(from + length);
                if length == 0 {
                    break;
                }
            }
        }
        Ok(Answer { status, headers, body: String::from_utf8(body)? })
    }

    async fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        ensure!(self.line.read_line(&mut line).await? > 0, "the server has closed the line");
        Ok(line.trim_end().to_owned())
    }
}

impl Answer {
    /// The cookies to send back.
    fn cookies(&self) -> String {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        let pairs: HashMap<&str, &str> =
            set.filter_map(|(_, value)| value.split(';').next()?.split_once('=')).collect();
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn token(&self) -> anyhow::Result<String> {
        self.field("token")
    }

    /// The value of a hidden field.
    fn field(&self, name: &str) -> anyhow::Result<String> {
        let start = format!("name=\"{name}\" value=\"");
        let value = self.between(&start, &['"']);
        value.with_context(|| format!("the page (status {}) has no field {name}", self.status))
    }

    fn between(&self, start: &str, ends: &[char]) -> Option<String> {
        let (_, rest) = self.body.split_once(start)?;
        Some(rest.split(ends).next()?.to_owned())
    }
}

fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}
