//! Connections to other machines: TLS by rustls, and whom to trust.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

/// The system's certificates: Debian's place, then that of others.
const ROOTS: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// What a client connects with.
pub type Connector = HttpsConnector<HttpConnector>;

/// A connector that trusts these certificates; over `https` alone, or over `http` too where an address says so.
///
/// # Errors
/// When the library refuses its own defaults.
pub fn connector(roots: RootCertStore, https_only: bool) -> Result<Connector, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let tls = tls.with_root_certificates(roots).with_no_client_auth();
    let builder = HttpsConnectorBuilder::new().with_tls_config(tls);
    let builder = if https_only { builder.https_only() } else { builder.https_or_http() };
    Ok(builder.enable_http1().build())
}

/// The file of the certificates that the system trusts; none when it keeps them elsewhere.
pub fn system_file() -> Option<&'static Path> {
    ROOTS.iter().map(Path::new).find(|file| file.is_file())
}

/// The certificates that the system trusts; `SSL_CERT_FILE` names others, e.g. those of an authority's own.
///
/// # Errors
/// A sentence when there are none.
pub fn system_roots() -> Result<RootCertStore, String> {
    let named = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let file = named
        .or_else(|| system_file().map(Path::to_owned))
        .ok_or("no certificates were found: install ca-certificates, or name a file in SSL_CERT_FILE")?;
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(&file).map_err(|error| error.to_string())?;
    roots.add_parsable_certificates(certificates.flatten());
    if roots.is_empty() {
        return Err(format!("{} holds no certificate", file.display()));
    }
    Ok(roots)
}
