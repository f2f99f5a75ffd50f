//! `hailong serve`.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context as _;
use hailong_store::{Store, clamd::Clamd};
use hailong_web::{App, clock::Clock, tls::Certificate};

use crate::{
    demo::script,
    setting::{Database, Kept},
};

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
    /// Address to serve on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// How the site is reached from outside, for the links printed as QR: e.g. https://motcua.example. The address it
    /// listens on, when not given.
    #[arg(long, env = "HAILONG_BASE_URL")]
    base_url: Option<String>,
    /// A proxy of yours stands in front and names the client in X-Forwarded-For.
    #[arg(long)]
    behind_proxy: bool,
    #[command(flatten)]
    https: Https,
    #[command(flatten)]
    kept: Kept,
    /// clamd, which scans every attachment before it is kept: HOST:PORT, or the path of its socket. Without it nothing
    /// is scanned; with it nothing is taken while it does not answer.
    #[arg(long, env = "HAILONG_CLAMD", value_name = "ADDRESS")]
    clamd: Option<Clamd>,
    /// How notices go out: a TOML file, see docs/notices.md. Without it none is sent.
    #[arg(long, env = "HAILONG_NOTICES")]
    notices: Option<PathBuf>,
}

/// The files of an encrypted line.
#[derive(clap::Args, Default)]
struct Https {
    /// Serve over HTTPS with this certificate: a PEM file with the whole chain, the own one first. It is read anew when it
    /// changes. Without it a proxy of yours has to encrypt.
    #[arg(long, env = "HAILONG_CERTIFICATE", value_name = "FILE", requires = "certificate_key")]
    certificate: Option<PathBuf>,
    /// The key of the certificate, a PEM file.
    #[arg(long, env = "HAILONG_CERTIFICATE_KEY", value_name = "FILE", requires = "certificate")]
    certificate_key: Option<PathBuf>,
}

impl Https {
    fn open(self) -> anyhow::Result<Option<Certificate>> {
        let (Some(chain), Some(key)) = (self.certificate, self.certificate_key) else { return Ok(None) };
        Certificate::open(chain, key)
            .map(Some)
            .map_err(|why| anyhow::anyhow!("the certificate cannot be used: {why}"))
    }
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let post = options.notices.as_deref().map(crate::notices::read).transpose()?;
    let store = options.database.open().await?;
    let outside = Outside {
        base_url: options.base_url,
        certificate: options.https.open()?,
        behind_proxy: options.behind_proxy,
        kept: options.kept,
        clamd: options.clamd,
        post,
    };
    serve(store, &options.listen, outside).await
}

/// How people reach the site, and what stands beside the record.
pub(crate) struct Outside {
    base_url: Option<String>,
    certificate: Option<Certificate>,
    behind_proxy: bool,
    kept: Kept,
    clamd: Option<Clamd>,
    post: Option<hailong_web::notice::Post>,
}

impl Outside {
    /// A demo, on this machine.
    pub(crate) fn of_demo(kept: Kept, certificate: Option<Certificate>) -> Self {
        Self { base_url: None, certificate, behind_proxy: false, kept, clamd: None, post: None }
    }
}

/// Serves until asked to stop.
#[expect(clippy::print_stdout, reason = "it tells where it serves")]
pub(crate) async fn serve(store: Store, listen: &str, outside: Outside) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| {
        format!(
            "cannot listen on {listen}: choose another address with --listen, e.g. --listen 127.0.0.1:8081"
        )
    })?;
    let scheme = if outside.certificate.is_some() { "https" } else { "http" };
    let address = format!("{scheme}://{}", listener.local_addr()?);
    let demo = store.directory().authority.demo;
    let clock = clock(&store).await?;
    let base_url = outside.base_url.unwrap_or_else(|| address.clone());
    anyhow::ensure!(
        outside.certificate.is_none() || base_url.starts_with("https://"),
        "with a certificate the site is reached over https: let --base-url begin with it"
    );
    let mut app = App::new(Arc::new(store), clock, demo, base_url);
    app.certificate = outside.certificate;
    app.behind_proxy = outside.behind_proxy;
    app.files = Some(Arc::new(outside.kept.files(outside.clamd).await?));
    if let Some(post) = outside.post {
        anyhow::ensure!(!demo, "a demo writes to nobody: leave --notices out");
        app.post = post;
    }
    let app = Arc::new(app);
    println!("Hài Lòng: {address}   (Ctrl-C stops)");
    hailong_web::serve(app, listener, stop_asked()).await;
    println!("Stopped.");
    Ok(())
}

/// The clock of a record: a demo's goes on from its opening, or from the last thing that happened.
pub(crate) async fn clock(store: &Store) -> anyhow::Result<Clock> {
    if !store.directory().authority.demo {
        return Ok(Clock::real());
    }
    let last = store.last_instant().await?;
    Ok(Clock::demo(last.map_or(script::opening(), |last| last.max(script::opening()))))
}

/// Ends when the person at the keyboard or the system asks the program to stop.
pub(crate) async fn stop_asked() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
