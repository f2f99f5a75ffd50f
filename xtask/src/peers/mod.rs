//! `cargo xtask peers`: our figures beside those of programs that many trust.

mod fit;
mod mine;

use anyhow::{Result, ensure};
use std::path::Path;
use std::process::Command;

/// Builds the program and compares; true if all agree.
pub(crate) fn compare() -> Result<bool> {
    let built = Command::new("cargo").args(["build", "--release", "--package", "hailong"]).status()?;
    ensure!(built.success(), "the program cannot be built");
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let program = Path::new(&target).join("release/hailong");
    // Both are told, also when the first differs.
    let same = [fit::compare(&program)?, mine::compare(&program)?];
    Ok(same.into_iter().all(|same| same))
}
