//! What the tests need from the machine: looking for it and, as root, installing it by its Debian name.

use crate::{account, chromium, clamd, postgres};
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Something the tests need.
#[derive(Clone, Copy)]
pub(crate) struct Need {
    pub(crate) what: &'static str,
    pub(crate) package: &'static str,
    pub(crate) is_there: fn() -> bool,
}

/// PostgreSQL's server programs.
pub(crate) const POSTGRES: Need = Need {
    what: "PostgreSQL 15 or newer (the server)",
    package: "postgresql",
    is_there: || postgres::binaries().is_some(),
};

/// The virus scanner.
pub(crate) const CLAMD: Need =
    Need { what: "clamd", package: "clamav-daemon", is_there: || clamd::program().is_some() };

/// The browser.
pub(crate) const CHROMIUM: Need =
    Need { what: "Chromium", package: "chromium", is_there: || chromium::browser().is_some() };

/// The browser's driver.
pub(crate) const CHROMIUM_DRIVER: Need =
    Need { what: "Chromium's driver", package: "chromium-driver", is_there: || chromium::driver().is_some() };

/// A mail server that is not ours.
pub(crate) const MAIL_SERVER: Need = Need {
    what: "a mail server for the tests (aiosmtpd)",
    package: "python3-aiosmtpd",
    is_there: || {
        let mut python = Command::new("/usr/bin/python3");
        python.args(["-c", "import aiosmtpd"]).output().is_ok_and(|output| output.status.success())
    },
};

/// Letters with every Vietnamese mark, for the screenshots.
pub(crate) const FONT: Need = Need {
    what: "a font with Vietnamese letters",
    package: "fonts-liberation",
    is_there: || ["/usr/share/fonts/truetype", "/usr/share/fonts/opentype"].into_iter().any(has_entries),
};

fn has_entries(folder: &str) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// Makes sure that everything is there: installs what is missing when we may, else says how to.
pub(crate) fn ensure(needs: &[Need]) -> Result<()> {
    let missing: Vec<Need> = needs.iter().copied().filter(|need| !(need.is_there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|need| need.what).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    if !account::is_root() || on_path("apt-get").is_none() {
        bail!(
            "The tests need what is missing here: {names}. On Debian, install it with:\n  \
             sudo apt-get update && sudo apt-get install --no-install-recommends {}\n\
             Or leave it out: cargo xtask test --quick",
            packages.join(" ")
        );
    }
    println!("Missing: {names}. Installing with apt-get: {}", packages.join(" "));
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages.as_slice()].concat())?;
    match missing.iter().find(|need| !(need.is_there)()) {
        None => Ok(()),
        Some(need) => bail!("{} is still not found after installing {}", need.what, need.package),
    }
}

fn apt(arguments: &[&str]) -> Result<()> {
    let status = Command::new("apt-get")
        .arg("--quiet")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .context("cannot run apt-get")?;
    if !status.success() {
        bail!("apt-get {} failed ({status})", arguments.join(" "));
    }
    Ok(())
}

/// The first program of this name on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

/// Whether `cargo nextest` is there.
pub(crate) fn has_nextest() -> bool {
    Command::new("cargo").args(["nextest", "--version"]).output().is_ok_and(|output| output.status.success())
}

/// A port of the loopback that nobody listens on at this moment.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on the loopback")?;
    Ok(listener.local_addr()?.port())
}

/// A new folder that only its owner may enter.
pub(crate) fn temporary_folder(name: &str) -> Result<PathBuf> {
    let process = std::process::id();
    for attempt in 0..1000 {
        let folder = std::env::temp_dir().join(format!("{name}-{process}-{attempt}"));
        match std::fs::create_dir(&folder) {
            Ok(()) => {
                std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
                return Ok(folder);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| format!("cannot create {}", folder.display())),
        }
    }
    bail!("no free name for a temporary folder in {}", std::env::temp_dir().display())
}
