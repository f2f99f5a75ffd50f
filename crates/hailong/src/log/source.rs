//! Where the files of a log are read from.

use std::{io::Read as _, path::PathBuf, str::FromStr};

use anyhow::{Context as _, bail, ensure};
use hailong_core::listen::log::{Hash, Wanted, entries_of, leaf_hash};
use hailong_store::https::{Connector, connector, system_roots};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use rustls::RootCertStore;

/// Longest tile: 256 entries of 64 KiB.
const MOST_TILE: usize = 17 << 20;
/// Longest wait for one file.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

type HttpClient = Client<Connector, Empty<Bytes>>;

/// An address or a folder.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// An address; the client keeps its connection.
    Url(String, Box<HttpClient>),
    /// A folder.
    Folder(PathBuf),
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("http://") || text.starts_with("https://") {
            return Ok(Self::Url(text.trim_end_matches('/').to_owned(), Box::new(client(text)?)));
        }
        Ok(Self::Folder(text.into()))
    }
}

/// Certificates are looked for only where an address needs them.
fn client(url: &str) -> Result<HttpClient, String> {
    let encrypted = url.starts_with("https://");
    let roots = if encrypted { system_roots()? } else { RootCertStore::empty() };
    let connector = connector(roots, encrypted).map_err(|error| error.to_string())?;
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

impl Source {
    /// A file of the log, of so many bytes at most.
    pub(crate) async fn get(&self, name: &str, most: usize) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => read(&folder.join(name), most),
            Self::Url(base, client) => {
                let url = format!("{base}/{name}");
                let fetched = tokio::time::timeout(PATIENCE, fetch(client, &url, most)).await;
                fetched.with_context(|| format!("{url} did not answer in {} s", PATIENCE.as_secs()))?
            }
        }
    }

    /// All entries of a tree of this size, a bundle at a time, with the hashes of all leaves at the end.
    pub(crate) async fn entries(
        &self,
        size: u64,
        mut see: impl FnMut(u64, &[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<Vec<Hash>> {
        let mut hashes = Vec::with_capacity(usize::try_from(size.min(1 << 24))?);
        for wanted in Wanted::bundles(size) {
            let name = format!("tile/{}", wanted.path());
            let bundle = self.get(&name, MOST_TILE).await?;
            let entries = entries_of(&bundle).filter(|entries| entries.len() == wanted.width as usize);
            for entry in entries.with_context(|| format!("{name} does not hold {} entries", wanted.width))? {
                see(hashes.len() as u64, entry)?;
                hashes.push(leaf_hash(entry));
            }
        }
        Ok(hashes)
    }
}

fn read(file: &std::path::Path, most: usize) -> anyhow::Result<Vec<u8>> {
    let name = file.display();
    let opened = std::fs::File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let mut bytes = Vec::new();
    opened.take(most as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("{name} cannot be read"))?;
    ensure!(bytes.len() <= most, "{name} has more than {most} bytes");
    Ok(bytes)
}

async fn fetch(client: &HttpClient, url: &str, most: usize) -> anyhow::Result<Vec<u8>> {
    let answer = client.get(url.parse()?).await.with_context(|| format!("{url} cannot be reached"))?;
    if answer.status() != hyper::StatusCode::OK {
        bail!("{url} answers {}", answer.status());
    }
    let body = Limited::new(answer.into_body(), most).collect().await;
    let body = body.map_err(|error| anyhow::anyhow!("{url}: {error}"))?;
    Ok(body.to_bytes().to_vec())
}
