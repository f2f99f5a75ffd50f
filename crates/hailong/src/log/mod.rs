//! `hailong log`, `hailong recount`, `hailong receipt`: what anybody can check without asking the office. They read the published files of
//! a log, from an address or from a folder, and trust nothing but its key.

mod export;
mod receipt;
mod recount;
mod source;
mod verify;

use std::process::ExitCode;

use anyhow::Context as _;
use hailong_core::listen::log::{Checkpoint, LogVerifier};

pub(crate) use export::write as write_files;
pub(crate) use receipt::Command as ReceiptCommand;
pub(crate) use recount::Options as RecountOptions;
pub(crate) use recount::count;
pub(crate) use source::Source;

/// Longest checkpoint or key.
const MOST_NOTE: usize = 64 * 1024;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Reads a whole log and verifies its signature, its tree, and that it has only grown.
    Verify(verify::Options),
    /// Writes the published files of a log into a folder: to be served by any web server, or checked elsewhere.
    Export(export::Options),
    /// Writes what opens officials and procedures in the log, line by line. For the level above, not for the public.
    Openings(export::Openings),
    /// Prints the public key of a log.
    Key(export::Key),
}

/// Which log, and whose.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Published {
    /// The published log: an address (https://motcua.example/log) or a folder.
    #[arg(long, visible_alias = "from", value_name = "URL|FOLDER")]
    log: Source,
    /// Its public key, written down earlier: name+number+key. Without it the log's own word is taken for its key.
    #[arg(long)]
    key: Option<String>,
}

pub(crate) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Verify(options) => verify::run(options).await,
        Command::Export(options) => export::run(options).await.map(|()| ExitCode::SUCCESS),
        Command::Openings(options) => export::openings(options).await.map(|()| ExitCode::SUCCESS),
        Command::Key(options) => export::key(options).await.map(|()| ExitCode::SUCCESS),
    }
}

pub(crate) async fn run_recount(options: RecountOptions) -> anyhow::Result<ExitCode> {
    recount::run(options).await
}

pub(crate) async fn run_receipt(command: ReceiptCommand) -> anyhow::Result<ExitCode> {
    receipt::run(command).await
}

impl Published {
    /// The key to check with.
    async fn verifier(&self) -> anyhow::Result<LogVerifier> {
        let text = match &self.key {
            Some(key) => key.clone(),
            None => String::from_utf8(self.log.get("key", MOST_NOTE).await?).context("the key is no text")?,
        };
        Ok(LogVerifier::parse(&text)?)
    }
}

/// The newest root, its signature checked.
async fn checkpoint(log: &Source, key: &LogVerifier) -> anyhow::Result<Checkpoint> {
    let note = log.get("checkpoint", MOST_NOTE).await?;
    key.checkpoint(&note).context("the checkpoint cannot be believed")
}
