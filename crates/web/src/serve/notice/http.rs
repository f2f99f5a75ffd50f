//! Requests to gateways and to other systems: JSON over HTTPS.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use hailong_core::serve::notice::{Outcome, Problem, Trouble};
use hailong_store::https::{Connector, connector};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::settings::is_here;

/// Longest time for one request.
const PATIENCE: Duration = Duration::from_secs(15);
/// Longest answer that is read.
const MOST_WORDS: usize = 64 * 1024;

/// A client whose connections are used again.
pub(super) struct Http {
    client: Client<Connector, Full<Bytes>>,
}

/// An address that requests go to: encrypted, or on this machine.
pub(super) fn checked(url: &str) -> Result<Uri, String> {
    let uri: Uri = url.parse().map_err(|error| format!("{url}: {error}"))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(_)) => Ok(uri),
        (Some("http"), Some(host)) if is_here(host) => Ok(uri),
        _ => Err(format!("{url}: only https, or http on this machine")),
    }
}

impl Http {
    pub(super) fn new(roots: &[u8]) -> Result<Self, String> {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(CertificateDer::pem_slice_iter(roots).flatten());
        let connector = connector(store, false).map_err(|error| error.to_string())?;
        let mut builder = Client::builder(TokioExecutor::new());
        Ok(Self { client: builder.pool_idle_timeout(Duration::from_secs(30)).build(connector) })
    }

    /// Posts JSON; the answer's body when the status says that it was taken.
    pub(super) async fn post(&self, uri: &Uri, headers: HeaderMap, body: Vec<u8>) -> Result<Bytes, Outcome> {
        let later = |problem, code| Outcome::Later(Trouble { problem, code });
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri.clone();
        *request.headers_mut() = headers;
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let exchange = async {
            let response = self.client.request(request).await.ok()?;
            let status = response.status();
            let body = Limited::new(response.into_body(), MOST_WORDS).collect().await.ok();
            Some((status, body.map(|body| body.to_bytes()).unwrap_or_default()))
        };
        let answer = tokio::time::timeout(PATIENCE, exchange).await.ok().flatten();
        let (status, body) = answer.ok_or_else(|| later(Problem::Unreachable, None))?;
        let code = Some(status.as_u16());
        match status.as_u16() {
            200..=299 => Ok(body),
            // Too early, too many, too slow: the other side asks for patience.
            408 | 425 | 429 | 500..=599 => Err(later(Problem::Busy, code)),
            // Our token is not known: nothing is wrong with this notice.
            401 | 403 => Err(later(Problem::NotLetIn, code)),
            _ => Err(Outcome::Never(Trouble { problem: Problem::Rejected, code })),
        }
    }
}
