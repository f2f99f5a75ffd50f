//! The tools that people use on this repository: `cargo xtask test`, `cargo xtask lint`, `cargo xtask postgres`,
//! `cargo xtask clamd`, `cargo xtask peers`.

#![expect(clippy::print_stdout, reason = "a tool speaks to the person who started it")]

mod account;
mod chromium;
mod clamd;
mod keeper;
mod peers;
mod postgres;
mod steps;
mod tally;
mod tools;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The tools that people use on this repository.")]
struct Arguments {
    #[command(subcommand)]
    tool: Tool,
}

#[derive(Subcommand)]
enum Tool {
    /// Format check, lints, every test on both engines, doc tests, the browser test.
    Test {
        /// Leave out PostgreSQL, clamd and the browser.
        #[arg(long)]
        quick: bool,
    },
    /// Format check and lints only.
    Lint,
    /// Our figures beside those of programs that many trust, which are installed for that; not part of the tests.
    Peers,
    /// A throw-away PostgreSQL for work by hand; Ctrl-C stops and removes it.
    Postgres,
    /// A throw-away clamd that knows two test files only, for work by hand; Ctrl-C stops and removes it.
    Clamd,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().tool {
        Tool::Test { quick } => steps::test(quick),
        Tool::Lint => steps::lint(),
        Tool::Peers => peers::compare(),
        Tool::Postgres => by_hand().map(|()| true),
        Tool::Clamd => clamd_by_hand().map(|()| true),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn by_hand() -> Result<()> {
    tools::ensure(&[tools::POSTGRES])?;
    let mut server = postgres::Postgres::start()?;
    println!("{}", server.url());
    println!("This PostgreSQL is empty and is removed when you press Ctrl-C.");
    server.wait()
}

fn clamd_by_hand() -> Result<()> {
    tools::ensure(&[tools::CLAMD])?;
    let mut daemon = clamd::Clamd::start()?;
    println!("{}", daemon.addresses());
    println!("This clamd finds test files only and is removed when you press Ctrl-C.");
    daemon.wait()
}
