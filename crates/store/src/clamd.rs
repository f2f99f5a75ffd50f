//! The virus scanner: clamd's `INSTREAM` over TCP or a Unix socket. It sees the content before it is sealed, so it belongs
//! on the same machine or a line that nobody reads.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
};

/// Longest time for one file: clamd needs well under a second for ten megabytes.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes in one piece of the stream.
const PIECE: usize = 64 * 1024;
/// Longest answer.
const MOST_WORDS: u64 = 4 * 1024;

/// Where clamd listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clamd {
    /// `HOST:PORT`.
    Tcp(String),
    /// A path, with or without `unix:` before it.
    Unix(PathBuf),
}

/// What clamd said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing found.
    Clean,
    /// The name of what it found.
    Infected(String),
}

impl FromStr for Clamd {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = text.strip_prefix("unix:").or_else(|| text.starts_with('/').then_some(text));
        if let Some(path) = path.filter(|path| !path.is_empty()) {
            return Ok(Self::Unix(path.into()));
        }
        let port =
            text.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port.parse::<u16>());
        match port {
            Some(Ok(_)) => Ok(Self::Tcp(text.to_owned())),
            _ => Err(format!(
                "\"{text}\" is not HOST:PORT or the path of a socket, e.g. /run/clamav/clamd.ctl"
            )),
        }
    }
}

impl fmt::Display for Clamd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

impl Clamd {
    /// What clamd says of these bytes.
    ///
    /// # Errors
    /// When it cannot be reached, takes too long, or answers anything but a verdict.
    pub async fn scan(&self, bytes: &[u8]) -> Result<Said, String> {
        let exchange = async {
            match self {
                Self::Tcp(address) => converse(TcpStream::connect(address).await?, bytes).await,
                Self::Unix(path) => converse(UnixStream::connect(path).await?, bytes).await,
            }
        };
        let answered = tokio::time::timeout(PATIENCE, exchange).await;
        let answer =
            answered.map_err(|_| "no verdict in time".to_owned())?.map_err(|error| error.to_string())?;
        read(&answer)
    }
}

async fn converse(mut line: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    line.write_all(b"zINSTREAM\0").await?;
    let sent = async {
        for piece in bytes.chunks(PIECE) {
            line.write_all(&(piece.len() as u32).to_be_bytes()).await?;
            line.write_all(piece).await?;
        }
        line.write_all(&[0; 4]).await?;
        line.flush().await
    };
    // clamd stops listening when a file is longer than it may be; what it says then is worth more than our error.
    let sent = sent.await;
    let mut answer = Vec::new();
    let heard = line.take(MOST_WORDS).read_to_end(&mut answer).await;
    if answer.is_empty() {
        sent?;
        heard?;
    }
    Ok(answer)
}

/// `stream: OK`, `stream: NAME FOUND`, or anything else, which is no verdict.
fn read(answer: &[u8]) -> Result<Said, String> {
    let text = String::from_utf8_lossy(answer);
    let text = text.trim_end_matches(['\0', '\n']);
    match text.strip_prefix("stream: ") {
        Some("OK") => Ok(Said::Clean),
        Some(said) if said.ends_with(" FOUND") => {
            Ok(Said::Infected(said.trim_end_matches(" FOUND").to_owned()))
        }
        _ => Err(format!("clamd said {:?}", text.chars().take(200).collect::<String>())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_or_refused_in_words() {
        assert_eq!("127.0.0.1:3310".parse(), Ok(Clamd::Tcp("127.0.0.1:3310".into())));
        assert_eq!("[::1]:3310".parse(), Ok(Clamd::Tcp("[::1]:3310".into())));
        assert_eq!("/run/clamd.ctl".parse(), Ok(Clamd::Unix("/run/clamd.ctl".into())));
        assert_eq!("unix:clamd.ctl".parse(), Ok(Clamd::Unix("clamd.ctl".into())));
        for wrong in ["", "unix:", "clamd", ":3310", "host:", "host:port", "host:99999"] {
            assert!(wrong.parse::<Clamd>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_a_verdict_is_a_verdict() {
        assert_eq!(read(b"stream: OK\0"), Ok(Said::Clean));
        assert_eq!(read(b"stream: Eicar-Test FOUND\0"), Ok(Said::Infected("Eicar-Test".into())));
        for none in
            [&b""[..], b"stream: ", b"OK\0", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK ERROR\0"]
        {
            assert!(read(none).is_err(), "{none:?}");
        }
    }
}
