//! `hailong receipt verify`: whether a ballot is in the log, without asking the office that was rated.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, ensure};
use hailong_core::listen::{
    log::{Leaf, LogFault, LogVerifier, MOST_PROOF, Proof, root_of},
    receipt::Mark,
};

use super::source::Source;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Checks a receipt against a log, or a proof by itself.
    Verify(Options),
}

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The receipt that was downloaded after rating, or the proof from its page.
    file: PathBuf,
    /// The published log: an address or a folder. A proof needs none.
    #[arg(long, value_name = "URL|FOLDER")]
    log: Option<Source>,
    /// The log's public key; its own word is taken for it when none is given.
    #[arg(long)]
    key: Option<String>,
}

#[expect(clippy::print_stdout, reason = "the verdict is what the command is for")]
pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Verify(options) = command;
    let text = crate::file::text(&options.file, MOST_PROOF)?;
    match verify(&options, &text).await {
        Ok(verdict) => {
            println!("{verdict}");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!("This receipt is NOT confirmed: {error:#}.");
            Ok(ExitCode::from(1))
        }
    }
}

async fn verify(options: &Options, text: &str) -> anyhow::Result<String> {
    if let Ok(proof) = Proof::parse(text) {
        let key = options.key.as_deref().context("a proof is checked with the log's public key: --key")?;
        let leaf = proof.check(&LogVerifier::parse(key)?)?;
        let receipt = leaf.receipt.context("the proof is of a line that has no receipt")?;
        return Ok(counted(&receipt, &leaf, proof.place));
    }
    let log = options.log.as_ref().context("say where the log is: --log")?;
    let published = super::Published { log: log.clone(), key: options.key.clone() };
    let key = published.verifier().await?;
    let (receipt, day) = key.receipt(text.as_bytes()).context("the file is not a receipt of this log")?;
    let newest = super::checkpoint(log, &key).await?;
    let mut found: Option<(u64, Leaf)> = None;
    let read = move |place, entry: &[u8]| {
        let leaf = Leaf::read(place, entry)?;
        Ok((leaf.receipt == Some(receipt)).then_some((place, leaf)))
    };
    let hashes = log.entries(newest.size, read, |of| found = found.take().or(of));
    ensure!(root_of(&hashes.await?) == newest.root, LogFault::Root { size: newest.size });
    let (place, leaf) = found.with_context(|| missing(&receipt, &day.to_string()))?;
    Ok(counted(&receipt, &leaf, place))
}

fn counted(receipt: &Mark, leaf: &Leaf, place: u64) -> String {
    format!(
        "Receipt {} is in the signed log, leaf {}: counted in a group of {} ballots of {}, {}.",
        receipt.grouped(),
        place + 1,
        leaf.of,
        leaf.office,
        leaf.month
    )
}

fn missing(receipt: &Mark, day: &str) -> String {
    format!(
        "receipt {} of {day} is not in the log. Ballots wait until there are five of their office; if it is missing for months, \
         this file, which the log has signed, is the evidence",
        receipt.grouped()
    )
}
