//! `hailong measure check`: whether a file is the figures that were frozen, without asking the office or its record.

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use hailong_core::{listen::log::LogVerifier, measure::evaluation};

use crate::{file, log::Source};

/// Longest file: the figures of a large province have some megabytes.
const MOST_CONTENT: usize = 256 * 1024 * 1024;
/// Longest note or key.
const MOST_NOTE: usize = 64 * 1024;

/// Checks the file of a frozen quarter against its signed note: that the note is signed by the key, and is about this file.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The figures, as they were downloaded.
    file: PathBuf,
    /// The signed note; beside the file and with `.note` at the end of its name when it is not said.
    #[arg(long, value_name = "FILE")]
    note: Option<PathBuf>,
    /// The public key of the log, written down earlier: name+number+key.
    #[arg(long)]
    key: Option<String>,
    /// The published log, an address or a folder: its own word is taken for its key.
    #[arg(long, value_name = "URL|FOLDER", required_unless_present = "key", conflicts_with = "key")]
    log: Option<Source>,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let (verdict, code) = match check(&options).await {
        Ok(verdict) => (verdict, ExitCode::SUCCESS),
        Err(error) => (format!("This file is NOT as it was frozen: {error:#}."), ExitCode::from(1)),
    };
    writeln!(std::io::stdout(), "{verdict}").context("the output cannot be written")?;
    Ok(code)
}

async fn check(options: &Options) -> anyhow::Result<String> {
    let key = match (&options.key, &options.log) {
        (Some(key), _) => key.clone(),
        (None, Some(log)) => {
            String::from_utf8(log.get("key", MOST_NOTE).await?).context("the key is no text")?
        }
        (None, None) => String::new(),
    };
    let key = LogVerifier::parse(&key)?;
    let note = options.note.clone().unwrap_or_else(|| {
        let mut name = options.file.clone().into_os_string();
        name.push(".note");
        name.into()
    });
    let (content, note) = (file::bytes(&options.file, MOST_CONTENT)?, file::bytes(&note, MOST_NOTE)?);
    let (signed, report) = evaluation::check(&content, &note, &key)?;
    Ok(format!(
        "These are the figures of {}, version {}, as {} froze and signed them: SHA-256 {}, method {}.",
        signed.quarter,
        signed.version,
        key.origin(),
        data_encoding::HEXLOWER.encode(&signed.hash),
        report.method
    ))
}
