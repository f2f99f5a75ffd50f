//! `hailong serve`.

use std::sync::Arc;

use anyhow::Context as _;
use hailong_store::Store;
use hailong_web::{App, clock::Clock};

use crate::{demo::script, setting::Database};

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
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let store = options.database.open().await?;
    let outside = Outside { base_url: options.base_url, behind_proxy: options.behind_proxy };
    serve(store, &options.listen, outside).await
}

/// How people reach the site.
#[derive(Default)]
pub(crate) struct Outside {
    base_url: Option<String>,
    behind_proxy: bool,
}

/// Serves until asked to stop. A demo's business clock goes on from its opening, or from the last thing that happened.
#[expect(clippy::print_stdout, reason = "it tells where it serves")]
pub(crate) async fn serve(store: Store, listen: &str, outside: Outside) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| {
        format!(
            "cannot listen on {listen}: choose another address with --listen, e.g. --listen 127.0.0.1:8081"
        )
    })?;
    let address = format!("http://{}", listener.local_addr()?);
    let demo = store.directory().authority.demo;
    let clock = match demo {
        true => Clock::demo(
            store.last_instant().await?.map_or(script::opening(), |last| last.max(script::opening())),
        ),
        false => Clock::real(),
    };
    let base_url = outside.base_url.unwrap_or_else(|| address.clone());
    let mut app = App::new(Arc::new(store), clock, demo, base_url);
    app.behind_proxy = outside.behind_proxy;
    let app = Arc::new(app);
    println!("Hài Lòng: {address}   (Ctrl-C stops)");
    hailong_web::serve(app, listener, stop_asked()).await;
    println!("Stopped.");
    Ok(())
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
