//! Where the files of a log are read from.

use std::{collections::VecDeque, path::PathBuf, str::FromStr};

use anyhow::{Context as _, bail};
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
            Self::Folder(folder) => crate::file::bytes(&folder.join(name), most),
            Self::Url(base, client) => {
                let url = format!("{base}/{name}");
                let fetched = tokio::time::timeout(PATIENCE, fetch(client, &url, most)).await;
                fetched.with_context(|| format!("{url} did not answer in {} s", PATIENCE.as_secs()))?
            }
        }
    }

    /// Reads all entries of a tree of this size, a bundle at a time and several bundles beside each other, and takes what was read in
    /// the order of the log; the hashes of all leaves.
    pub(crate) async fn entries<T: Send + 'static>(
        &self,
        size: u64,
        read: impl Fn(u64, &[u8]) -> anyhow::Result<T> + Copy + Send + 'static,
        mut take: impl FnMut(T),
    ) -> anyhow::Result<Vec<Hash>> {
        let mut hashes = Vec::with_capacity(usize::try_from(size.min(1 << 24))?);
        let beside = 2 * std::thread::available_parallelism().map_or(1, usize::from);
        let (mut wanted, mut reading, mut place) = (Wanted::bundles(size), VecDeque::new(), 0);
        loop {
            while reading.len() < beside
                && let Some(wanted) = wanted.next()
            {
                let name = format!("tile/{}", wanted.path());
                let bundle = self.get(&name, MOST_TILE).await?;
                let (first, width) = (place, wanted.width);
                place += u64::from(width);
                reading.push_back(tokio::task::spawn_blocking(move || {
                    read_bundle(&bundle, first, width, read).with_context(|| name)
                }));
            }
            let Some(done) = reading.pop_front() else { return Ok(hashes) };
            let (found, of_bundle) = done.await??;
            found.into_iter().for_each(&mut take);
            hashes.extend(of_bundle);
        }
    }
}

/// What the entries of a bundle say, and their hashes.
fn read_bundle<T>(
    bundle: &[u8],
    first: u64,
    width: u32,
    read: impl Fn(u64, &[u8]) -> anyhow::Result<T>,
) -> anyhow::Result<(Vec<T>, Vec<Hash>)> {
    let entries = entries_of(bundle).filter(|entries| entries.len() == width as usize);
    let entries = entries.with_context(|| format!("it does not hold {width} entries"))?;
    let found = (first..).zip(&entries).map(|(place, entry)| read(place, entry)).collect::<Result<_, _>>()?;
    Ok((found, entries.iter().map(|entry| leaf_hash(entry)).collect()))
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
