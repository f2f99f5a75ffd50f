//! `hailong`: one-stop shops whose figures everybody can believe.

mod account;
mod bench;
mod classify;
mod deadline;
mod demo;
mod dialogue;
mod district;
mod export;
mod file;
mod import;
mod init;
mod log;
mod measure;
mod mine;
mod notices;
mod reorganise;
mod report;
mod serve;
mod setting;
mod staffing;
mod survey;
mod verify;

use clap::{Parser, Subcommand};

/// Runs the one-stop shops of a local administration and makes people's satisfaction the measure.
#[derive(Parser)]
#[command(name = "hailong", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Plays a district's quarter of 2017 into a database and serves it.
    Demo(demo::Options),
    /// Serves an existing database.
    Serve(serve::Options),
    /// Recomputes everything from the journal and compares; exit code 1 names the first bad row.
    Verify(verify::Options),
    /// The public log of ballots: verifies and writes it.
    #[command(subcommand)]
    Log(log::Command),
    /// Counts every published figure anew from the public log, and says which differ.
    Recount(log::RecountOptions),
    /// Receipts of ballots.
    #[command(subcommand)]
    Receipt(log::ReceiptCommand),
    /// Derives a due date, day by day.
    Deadline(deadline::Options),
    /// Tells what was received, resolved and left over in a period: the report that every office sends.
    Report(report::Options),
    /// The quarterly dialogue with citizens and businesses.
    #[command(subcommand)]
    Dialogue(dialogue::Command),
    /// Surveys of samples: the draw, and what forms say.
    #[command(subcommand)]
    Survey(survey::Command),
    /// The statistics that figures are made with, on any table.
    #[command(subcommand)]
    Measure(measure::Command),
    /// Measures.
    #[command(subcommand)]
    Bench(bench::Command),
    /// Learns from labelled texts and says how well it predicts the labels of others.
    Classify(classify::Options),
    /// Tells what an event log says: variants, what follows what, waits, rework, hand-over of work.
    Mine(mine::Options),
    /// Says how many counters are needed so that few enough wait too long.
    Staffing(staffing::Options),
    /// Writes what others may work with, without a person in it.
    #[command(subcommand)]
    Export(export::Command),
    /// Begins the record of an authority.
    Init(init::Options),
    /// Takes over records from files, with a report per record.
    #[command(subcommand)]
    Import(import::Command),
    /// Units follow others: previews and moves offices, posts and open cases.
    Reorganise(reorganise::Options),
    /// Makes a sign-in for an official, or gives it a new password.
    Account(account::Options),
}

fn main() -> anyhow::Result<std::process::ExitCode> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HAILONG_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match Cli::parse().command {
            Command::Demo(options) => demo::run(options).await,
            Command::Serve(options) => serve::run(options).await,
            Command::Verify(options) => return verify::run(options).await,
            Command::Log(command) => return log::run(command).await,
            Command::Recount(options) => return log::run_recount(options).await,
            Command::Receipt(command) => return log::run_receipt(command).await,
            Command::Deadline(options) => return deadline::run(&options),
            Command::Report(options) => report::run(options).await,
            Command::Dialogue(command) => dialogue::run(&command),
            Command::Survey(command) => survey::run(&command),
            Command::Measure(command) => return measure::run(command).await,
            Command::Bench(command) => bench::run(command).await,
            Command::Classify(options) => classify::run(&options),
            Command::Mine(options) => mine::run(&options),
            Command::Staffing(options) => staffing::run(&options),
            Command::Export(command) => export::run(command).await,
            Command::Init(options) => init::run(options).await,
            Command::Import(command) => import::run(command).await,
            Command::Reorganise(options) => reorganise::run(options).await,
            Command::Account(options) => account::run(options).await,
        }?;
        Ok(std::process::ExitCode::SUCCESS)
    })
}
