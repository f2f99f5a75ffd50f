//! A certificate for a demo: signed by itself, for this machine alone, made anew at every start.

use std::{fs, net::SocketAddr, os::unix::fs::PermissionsExt, path::PathBuf};

use anyhow::Context as _;
use hailong_store::Url;
use hailong_web::tls::Certificate;
use rcgen::{CertifiedKey, generate_simple_self_signed};

/// Makes the files beside the demo's database, for `localhost` and the address that it listens on.
#[expect(clippy::print_stdout, reason = "it warns the person at the keyboard")]
pub(super) fn of_demo(database: &Url, listen: &str) -> anyhow::Result<Certificate> {
    let place = match database {
        Url::Sqlite(path) => path.clone(),
        Url::Postgres(_) => PathBuf::from("hailong-demo"),
    };
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let host = listen.parse::<SocketAddr>().map_or_else(
        |_| listen.rsplit_once(':').map_or(listen, |(host, _)| host).to_owned(),
        |address| address.ip().to_string(),
    );
    if !names.contains(&host) {
        names.push(host);
    }
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(names).context("no certificate can be made")?;
    let (chain, key) = (place.with_extension("certificate.pem"), place.with_extension("certificate-key.pem"));
    let write = || -> std::io::Result<()> {
        fs::write(&chain, cert.pem())?;
        // Its reader is set before it holds anything.
        fs::write(&key, "")?;
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600))?;
        fs::write(&key, signing_key.serialize_pem())
    };
    write().with_context(|| format!("{} cannot be written", chain.display()))?;
    println!(
        "Over HTTPS with a certificate that signed itself ({}): every browser warns of it, and rightly so. For people to \
         use, take one from a certificate authority: hailong serve --certificate FILE --certificate-key FILE.",
        chain.display()
    );
    Certificate::open(chain, key)
        .map_err(|why| anyhow::anyhow!("the certificate of the demo cannot be used: {why}"))
}
