//! `hailong mine` beside PM4Py: the same counts and durations on the same logs, and the times of both.
//!
//! PM4Py is under the AGPL and installed into a throw-away environment; nothing of it becomes part of the program.

use crate::tools;
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::process::Command;

const SCRIPT: &str = include_str!("mine.py");
/// Events of the logs: the small one also compares working time, where PM4Py takes its time.
const SIZES: [&str; 2] = ["8577", "85770"];

/// Installs PM4Py from PyPI, writes logs from a seed, mines them with both; true if all figures agree.
///
/// `program` is a built `hailong`.
pub(crate) fn compare(program: &Path) -> Result<bool> {
    let folder = tools::temporary_folder("hailong-peers")?;
    let outcome = within(program, &folder);
    std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    outcome
}

fn within(program: &Path, folder: &Path) -> Result<bool> {
    let environment = folder.join("python");
    run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let python = environment.join("bin/python");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "pm4py", "lxml"]))?;
    let script = folder.join("mine.py");
    std::fs::write(&script, SCRIPT)?;
    let mut agree = true;
    for size in SIZES {
        let logs = folder.join(size);
        run(Command::new(program).args(["bench", "mine", "--events", size, "--keep"]).arg(&logs))?;
        println!("\n{size} events");
        agree &= Command::new(&python).arg(&script).arg(program).arg(&logs).status()?.success();
    }
    Ok(agree)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {:?}", command.get_program()))?;
    ensure!(status.success(), "{command:?} failed ({status})");
    Ok(())
}
