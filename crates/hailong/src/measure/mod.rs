//! `hailong measure`: the statistics that figures are made with, on any table.

mod check;
mod explain;
mod fit;
mod guard;
mod map;
mod rank;
mod scale;
mod table;

use std::process::ExitCode;

/// What to compute.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Whether a file is the figures that were frozen and signed.
    Check(check::Options),
    /// A scorecard, computed again step by step.
    Explain(explain::Options),
    /// Fits a linear mixed model: crossed or nested random intercepts, fixed effects that are numbers or names.
    Fit(fit::Options),
    /// Shares of groups: how sure they are, which differ from the others, and how sure their ranks are.
    Rank(rank::Options),
    /// How the cases of a procedure went: waits, ways, rework, hand-overs, what late cases did differently.
    Map(map::Options),
    /// The law's own scales of an official, an office or the district.
    Scale(scale::Options),
    /// Every test of the guard in a quarter: forged ratings, hidden lateness, cases pushed around.
    Guard(guard::Options),
}

pub(crate) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check(options) => return check::run(options).await,
        Command::Explain(options) => explain::run(options).await,
        Command::Fit(options) => fit::run(&options),
        Command::Map(options) => map::run(options).await,
        Command::Rank(options) => rank::run(&options),
        Command::Scale(options) => scale::run(options).await,
        Command::Guard(options) => guard::run(options).await,
    }
    .map(|()| ExitCode::SUCCESS)
}
