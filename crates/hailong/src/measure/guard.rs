//! `hailong measure guard`: every test of the guard in a quarter, alarms and others. Nothing is written.

use std::io::Write as _;

use anyhow::Context as _;
use hailong_core::{
    measure::guard::{Finding, LEVEL, METHOD},
    time::Month,
};
use serde_json::json;

use super::explain::{first_of, quarter};
use crate::setting::Database;

/// Tests a quarter for forged ratings, hidden lateness and cases that were pushed around, and shows every test with its probability.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The quarter, such as 2017-Q2; the one that runs without it.
    #[arg(long, value_parser = quarter)]
    period: Option<Month>,
    /// Only what would be an alarm.
    #[arg(long)]
    alarms: bool,
    #[command(flatten)]
    database: Database,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let store = options.database.open().await?;
    let first = first_of(&store, options.period).await?;
    let mut findings = store.guard_findings(first).await?;
    let tests = findings.len();
    findings.retain(|finding| !options.alarms || finding.is_alarm());
    let mut out = std::io::stdout().lock();
    if options.json {
        let lines: Vec<_> = findings.iter().map(line).collect();
        let all = json!({
            "quarter": first.quarter_key(), "method": METHOD, "level": LEVEL, "tests": tests, "findings": lines,
        });
        return writeln!(out, "{all}").context("the output cannot be written");
    }
    for finding in &findings {
        writeln!(out, "{}", words(finding)).context("the output cannot be written")?;
    }
    let alarms = findings.iter().filter(|finding| finding.is_alarm()).count();
    writeln!(out, "{}: {tests} tests, {alarms} alarms ({METHOD})", first.quarter_key())
        .context("the output cannot be written")
}

fn line(finding: &Finding) -> serde_json::Value {
    let mut line = json!(finding);
    line["alarm"] = finding.is_alarm().into();
    line
}

fn words(finding: &Finding) -> String {
    let share = |millionths: u32| f64::from(millionths) / 1e6;
    let parts = finding.parts.iter().map(|part| format!(" {} {:.4}", part.test, share(part.p)));
    format!(
        "{} {:<20} {:<24} p {:.6} of {} ({:.6}) seen {} of {}, usual {:.4}{}",
        if finding.is_alarm() { "ALARM" } else { "     " },
        finding.kind.key(),
        finding.official.as_ref().unwrap_or(&finding.office_id),
        share(finding.p),
        finding.family,
        share(finding.family_p),
        finding.seen,
        finding.of,
        share(finding.usual),
        parts.collect::<String>(),
    )
}
