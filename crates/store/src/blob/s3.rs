//! Files in a store that speaks S3: requests signed by `rusty-s3` (AWS signature 4, in the query), sent by hyper, over
//! TLS with the system's certificates. The bucket must not be public; even then it holds ciphertext only.

use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, StatusCode, body::Bytes};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use rustls::RootCertStore;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use url::Url;
use uuid::Uuid;

use super::{MOST_SEALED, files_error};
use crate::{
    StoreError,
    https::{Connector, connector, system_roots},
};

/// How long a signature is good for.
const SIGNED: Duration = Duration::from_secs(60);
/// Longest time for one try.
const PATIENCE: Duration = Duration::from_secs(15);
/// Rests between tries, when the store does not answer or says that it cannot at this moment.
const RESTS: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];
/// Longest answer that is read when something went wrong.
const MOST_WORDS: usize = 16 * 1024;

/// A bucket.
pub struct S3 {
    bucket: Bucket,
    credentials: Credentials,
    prefix: String,
    client: Client<Connector, Full<Bytes>>,
}

impl S3 {
    pub(super) fn open(
        endpoint: Url,
        (bucket, region, prefix): (&str, &str, &str),
        access: &str,
        secret: &str,
    ) -> Result<Self, StoreError> {
        let encrypted = endpoint.scheme() == "https";
        let bucket = Bucket::new(endpoint, UrlStyle::Path, bucket.to_owned(), region.to_owned());
        let roots = if encrypted { system_roots().map_err(files_error)? } else { RootCertStore::empty() };
        let connector = connector(roots, encrypted).map_err(files_error)?;
        Ok(Self {
            bucket: bucket.map_err(files_error)?,
            credentials: Credentials::new(access, secret),
            prefix: prefix.to_owned(),
            client: Client::builder(TokioExecutor::new()).build(connector),
        })
    }

    pub(super) async fn check(&self) -> Result<(), StoreError> {
        let sign = || self.bucket.head_bucket(Some(&self.credentials)).sign(SIGNED);
        match self.send(Method::HEAD, sign, Bytes::new()).await? {
            (status, _) if status.is_success() => Ok(()),
            (status, answer) => Err(unexpected("looking at the bucket", status, &answer)),
        }
    }

    pub(super) async fn put(&self, id: Uuid, sealed: Vec<u8>) -> Result<(), StoreError> {
        let name = self.name(id);
        let sign = || self.bucket.put_object(Some(&self.credentials), &name).sign(SIGNED);
        match self.send(Method::PUT, sign, Bytes::from(sealed)).await? {
            (status, _) if status.is_success() => Ok(()),
            (status, answer) => Err(unexpected("keeping a file", status, &answer)),
        }
    }

    pub(super) async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let name = self.name(id);
        let sign = || self.bucket.get_object(Some(&self.credentials), &name).sign(SIGNED);
        match self.send(Method::GET, sign, Bytes::new()).await? {
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (status, sealed) if status.is_success() => Ok(Some(sealed.into())),
            (status, answer) => Err(unexpected("reading a file", status, &answer)),
        }
    }

    pub(super) async fn remove(&self, id: Uuid) -> Result<(), StoreError> {
        let name = self.name(id);
        let sign = || self.bucket.delete_object(Some(&self.credentials), &name).sign(SIGNED);
        match self.send(Method::DELETE, sign, Bytes::new()).await? {
            (StatusCode::NOT_FOUND, _) => Ok(()),
            (status, _) if status.is_success() => Ok(()),
            (status, answer) => Err(unexpected("removing a file", status, &answer)),
        }
    }

    fn name(&self, id: Uuid) -> String {
        format!("{}{}", self.prefix, id.simple())
    }

    /// Sends a request, signed anew for each try: all of ours may be repeated without harm.
    async fn send(
        &self,
        method: Method,
        sign: impl Fn() -> Url,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), StoreError> {
        for rest in RESTS {
            match self.once(&method, sign(), body.clone()).await {
                Ok((status, _)) if status.is_server_error() => {}
                Err(_) => {}
                done => return done,
            }
            tokio::time::sleep(rest).await;
        }
        self.once(&method, sign(), body).await
    }

    async fn once(&self, method: &Method, url: Url, body: Bytes) -> Result<(StatusCode, Bytes), StoreError> {
        let request = Request::builder().method(method).uri(url.as_str()).body(Full::new(body));
        let request = request.map_err(files_error)?;
        let exchange = async {
            let response = self.client.request(request).await.map_err(|error| without_address(&error))?;
            let status = response.status();
            let most = if status.is_success() { MOST_SEALED } else { MOST_WORDS };
            let read = Limited::new(response.into_body(), most).collect().await;
            read.map(|read| (status, read.to_bytes()))
                .map_err(|error| files_error(format!("answer: {error}")))
        };
        tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| files_error("no answer in time"))?
    }
}

/// Addresses hold signatures: what is said of an error is its cause, not where it was sent.
fn without_address(error: &hyper_util::client::legacy::Error) -> StoreError {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    files_error(cause.unwrap_or_else(|| "the connection failed".into()))
}

/// The status, and the code in the answer, e.g. `NoSuchBucket`; the rest of it may repeat the request.
fn unexpected(what: &str, status: StatusCode, answer: &[u8]) -> StoreError {
    let text = String::from_utf8_lossy(answer);
    let code = text.split_once("<Code>").and_then(|(_, rest)| Some(rest.split_once("</Code>")?.0));
    let code: String =
        code.unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).take(60).collect();
    files_error(format!("{what}: the store says {} {code}", status.as_u16()))
}
