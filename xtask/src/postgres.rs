//! A PostgreSQL of our own: a fresh cluster in a temporary folder, on the loopback only, gone at the end.

use crate::account::Account;
use crate::keeper::Keeper;
use crate::tools;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The oldest PostgreSQL that understands the statements of the store.
const OLDEST: u32 = 15;
const PATIENCE: Duration = Duration::from_secs(30);

/// The folder with `initdb` and `postgres` of version 15 or newer: the system's own first, then whatever is on PATH.
pub(crate) fn binaries() -> Option<PathBuf> {
    let mut installed: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    installed.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    let on_path = tools::on_path("postgres").and_then(|found| Some(found.parent()?.to_owned()));
    installed.into_iter().map(|(_, folder)| folder).chain(on_path).find(|folder| is_usable(folder))
}

fn is_usable(folder: &Path) -> bool {
    folder.join("initdb").is_file()
        && version_of(&folder.join("postgres")).is_some_and(|found| found >= OLDEST)
}

fn version_of(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").output().ok()?;
    major(std::str::from_utf8(&output.stdout).ok()?)
}

/// The major version in `postgres (PostgreSQL) 15.14 (Debian …)`.
fn major(sentence: &str) -> Option<u32> {
    let number = sentence.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits = number.find(|c: char| !c.is_ascii_digit()).map_or(number, |end| &number[..end]);
    digits.parse().ok()
}

/// A running server; dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    keeper: Keeper,
    port: u16,
}

impl Postgres {
    /// Creates a cluster and starts it on a free port.
    pub(crate) fn start() -> Result<Self> {
        let binaries = binaries().context("PostgreSQL 15 or newer was not found")?;
        let account = Account::unprivileged()?;
        // Another program may take the free port between our look and PostgreSQL's; then we take the next one.
        let mut last = None;
        for _ in 0..3 {
            match Self::attempt(&binaries, &account) {
                Ok(server) => return Ok(server),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("no attempt was made")))
            .context("PostgreSQL did not start")
    }

    fn attempt(binaries: &Path, account: &Account) -> Result<Self> {
        let folder = tools::temporary_folder("hailong-postgres")?;
        let started = Self::start_in(&folder, binaries, account);
        if started.is_err() {
            // The keeper removes the folder of a server that ran; this is for one that never did.
            let _ = std::fs::remove_dir_all(&folder);
        }
        started
    }

    fn start_in(folder: &Path, binaries: &Path, account: &Account) -> Result<Self> {
        account.give(folder)?;
        let data = folder.join("data");
        let created = account
            .command(binaries.join("initdb"))
            .args(["--auth=trust", "--username=hailong", "--encoding=UTF8", "--no-locale", "--pgdata"])
            .arg(&data)
            .current_dir("/")
            .output()
            .context("cannot run initdb")?;
        if !created.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&created.stderr).trim());
        }
        let port = tools::free_port()?;
        let mut server = account.command(binaries.join("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(folder).arg("-p").arg(port.to_string());
        server.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]);
        let mut keeper = Keeper::start(folder, "INT", &server)?;
        let begun = Instant::now();
        while !is_ready(&data) {
            if keeper.has_ended() || begun.elapsed() > PATIENCE {
                bail!("it did not become ready; it said: {}", keeper.log());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Self { keeper, port })
    }

    /// Where it listens, as the store and the tests want it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://hailong@127.0.0.1:{}/postgres", self.port)
    }

    /// Waits until the server ends by itself.
    pub(crate) fn wait(&mut self) -> Result<()> {
        self.keeper.wait()
    }
}

/// The server writes its state on the eighth line of this file; `pg_ctl` looks at the same place.
fn is_ready(data: &Path) -> bool {
    std::fs::read_to_string(data.join("postmaster.pid"))
        .is_ok_and(|state| state.lines().nth(7).is_some_and(|line| line.trim() == "ready"))
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read_from_the_sentence() {
        assert_eq!(major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18devel"), Some(18));
        assert_eq!(major("nothing"), None);
    }
}
