//! `hailong import`: takes over offices, officials, units… from files, with a report per record. See docs/imports.md.

mod case;
pub(crate) mod directory;
mod holiday;
pub(crate) mod procedure;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use hailong_core::{
    import::{Outcome, Report},
    time::Instant,
};
use hailong_store::Store;

use crate::setting::Database;

/// What to import.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Administrative units, as a table (units.csv).
    Units(File),
    /// Offices, as a JSON list or a table.
    Offices(File),
    /// Officials, as a JSON list or a table.
    Officials(File),
    /// Open cases of another system, as JSON lines, a JSON list or a table.
    Cases(case::Options),
    /// Days off, days exchanged and weekends worked, as a table (holidays.csv); shows every open case that moves.
    Holidays(holiday::Options),
    /// Procedures, as JSON; the form is in docs/procedure-schema.md.
    Procedures(procedure::Options),
}

/// A file to import.
#[derive(clap::Args)]
pub(crate) struct File {
    #[command(flatten)]
    pub(crate) database: Database,
    /// The file.
    pub(crate) file: PathBuf,
    /// Prints the report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Looks and reports only; writes nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

pub(crate) async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Units(options) => directory::run(options, directory::What::Units).await,
        Command::Offices(options) => directory::run(options, directory::What::Offices).await,
        Command::Cases(options) => case::run(options).await,
        Command::Holidays(options) => holiday::run(options).await,
        Command::Procedures(options) => procedure::run(options).await,
        Command::Officials(options) => directory::run(options, directory::What::Officials).await,
    }
}

/// The text of a file.
pub(crate) fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Business time: in a demo that of its last event, otherwise now.
pub(crate) async fn now(store: &Store) -> anyhow::Result<Instant> {
    let demo = store.directory().authority.demo;
    let last = if demo { store.last_instant().await? } else { None };
    Ok(last.unwrap_or_else(|| hailong_web::clock::Clock::real().business()))
}

/// Prints a report.
#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
pub(crate) fn tell(report: &Report, json: bool, dry_run: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(report)?);
        return Ok(());
    }
    for record in report.records.iter().filter(|record| !record.why.is_empty()) {
        let what = match record.outcome {
            Outcome::Accepted => "accepted",
            Outcome::Repaired => "repaired",
            Outcome::Refused => "refused ",
        };
        println!("{what}  {}: {}", record.code, record.why);
    }
    let written = if dry_run { " Nothing was written." } else { "" };
    println!(
        "{} accepted, {} repaired, {} refused.{written}",
        report.accepted, report.repaired, report.refused
    );
    Ok(())
}
