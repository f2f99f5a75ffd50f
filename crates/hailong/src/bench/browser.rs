//! A browser as the bench needs it: one connection that is kept open, cookies, forms.

use std::collections::HashMap;

use anyhow::{Context as _, ensure};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// Who is signed in: the cookie and the token of their forms.
pub(super) struct Visitor {
    pub(super) cookie: String,
    pub(super) token: String,
}

pub(super) async fn sign_in(host: &str, login: &str, password: &str) -> anyhow::Result<Visitor> {
    let mut browser = Browser::open(host).await?;
    let page = browser.get("/sign-in", "").await?;
    let form = Visitor { cookie: page.cookies(), token: page.token()? };
    let fields = [("token", form.token.as_str()), ("name", login), ("password", password), ("next", "")];
    let answer = browser.post("/sign-in", &form.cookie, &fields).await?;
    ensure!(answer.status == 303, "{login} cannot sign in: is this a demo? (status {})", answer.status);
    let cookie = answer.cookies();
    let page = browser.get("/", &cookie).await?;
    Ok(Visitor { token: page.token()?, cookie })
}

/// A connection that is kept open, as a browser keeps it.
pub(super) struct Browser {
    host: String,
    line: BufReader<TcpStream>,
}

pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Browser {
    pub(super) async fn open(host: &str) -> anyhow::Result<Self> {
        let line = TcpStream::connect(host).await.with_context(|| format!("no server answers at {host}"))?;
        line.set_nodelay(true)?;
        Ok(Self { host: host.to_owned(), line: BufReader::new(line) })
    }

    pub(super) async fn get(&mut self, path: &str, cookie: &str) -> anyhow::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\r\n", self.host);
        self.ask(&request).await
    }

    pub(super) async fn post(
        &mut self,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
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
    pub(super) async fn send(
        &mut self,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<()> {
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
    pub(super) fn cookies(&self) -> String {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        let pairs: HashMap<&str, &str> =
            set.filter_map(|(_, value)| value.split(';').next()?.split_once('=')).collect();
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    pub(super) fn token(&self) -> anyhow::Result<String> {
        self.field("token")
    }

    /// The value of a hidden field.
    pub(super) fn field(&self, name: &str) -> anyhow::Result<String> {
        let start = format!("name=\"{name}\" value=\"");
        let value = self.between(&start, &['"']);
        value.with_context(|| format!("the page (status {}) has no field {name}", self.status))
    }

    pub(super) fn between(&self, start: &str, ends: &[char]) -> Option<String> {
        let (_, rest) = self.body.split_once(start)?;
        Some(rest.split(ends).next()?.to_owned())
    }
}

fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}
