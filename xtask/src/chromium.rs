//! Chromium and its driver for the browser test.

use crate::keeper::Keeper;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// The browser.
pub(crate) fn browser() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(tools::on_path)
}

/// The program that drives it.
pub(crate) fn driver() -> Option<PathBuf> {
    tools::on_path("chromedriver")
}

/// A running driver; dropping it stops it.
pub(crate) struct Chromedriver {
    _keeper: Keeper,
    port: u16,
}

impl Chromedriver {
    /// Starts the driver on a free port of the loopback.
    pub(crate) fn start() -> Result<Self> {
        let program = driver().context("chromedriver was not found")?;
        let folder = tools::temporary_folder("hailong-chromedriver")?;
        let port = tools::free_port()?;
        let mut command = Command::new(program);
        command.arg(format!("--port={port}"));
        let mut keeper = Keeper::start(&folder, "TERM", &command)?;
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if keeper.has_ended() || begun.elapsed() > PATIENCE {
                bail!("chromedriver did not start; it said: {}", keeper.log());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Self { _keeper: keeper, port })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}
