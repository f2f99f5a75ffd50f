//! HTTPS without a proxy: certificate and key from files, read anew when they change. Connections that stand stay with
//! what they were made with; a bad new file changes nothing and is told in the log.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use rustls::{
    ServerConfig,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// A certificate with its key, as files in PEM.
#[derive(Clone)]
pub struct Certificate {
    /// What makes encrypted connections.
    pub(crate) acceptor: TlsAcceptor,
    chain: PathBuf,
    key: PathBuf,
    current: Arc<Current>,
    /// What was read last, good or bad.
    seen: [u8; 32],
}

/// What new connections are made with.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Certificate {
    /// Reads the files: the chain with the server's own certificate first, and its key.
    ///
    /// # Errors
    /// A sentence when one cannot be read, or the two do not belong together.
    pub fn open(chain: PathBuf, key: PathBuf) -> Result<Self, String> {
        let (seen, read) = read(&chain, &key);
        let current = Arc::new(Current(RwLock::new(Arc::new(read?))));
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Current>::clone(&current);
        let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), chain, key, current, seen })
    }

    /// Follows the files until it is aborted.
    pub(crate) fn watch(mut self) -> JoinHandle<()> {
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK).await;
                let (chain, key) = (self.chain.clone(), self.key.clone());
                let Ok(read) = tokio::task::spawn_blocking(move || read(&chain, &key)).await else {
                    continue;
                };
                self.follow(read);
            }
        })
    }

    /// Takes what was read, when it is new and good.
    fn follow(&mut self, (seen, read): ([u8; 32], Result<CertifiedKey, String>)) {
        if seen == self.seen {
            return;
        }
        self.seen = seen;
        match read {
            Ok(fresh) => {
                *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
                tracing::info!(file = %self.chain.display(), "new connections use the new certificate");
            }
            Err(why) => tracing::error!(why, "the new certificate cannot be used: the old one stays"),
        }
    }
}

/// A mark of what the files hold, and what it means.
fn read(chain: &PathBuf, key: &PathBuf) -> ([u8; 32], Result<CertifiedKey, String>) {
    let said = |file: &PathBuf, why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
    let load = |file: &PathBuf| std::fs::read(file).map_err(|error| said(file, &error));
    let (certificates, secret) = (load(chain), load(key));
    let mut mark = Sha256::new();
    for part in [&certificates, &secret] {
        mark.update(part.as_deref().unwrap_or_else(|why| why.as_bytes()));
        mark.update([0]);
    }
    let understood = || {
        let certificates = CertificateDer::pem_slice_iter(certificates.as_ref()?)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| said(chain, &error))?;
        if certificates.is_empty() {
            return Err(said(chain, &"there is no certificate in it"));
        }
        let secret = PrivateKeyDer::from_pem_slice(secret.as_ref()?).map_err(|error| said(key, &error))?;
        CertifiedKey::from_der(certificates, secret, &default_provider()).map_err(|error| said(key, &error))
    };
    let understood = understood();
    (mark.finalize().into(), understood)
}
