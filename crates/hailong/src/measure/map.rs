//! `hailong measure map`: how the cases of a procedure went, as its page tells it.

use std::io::Write as _;

use anyhow::{Context as _, ensure};
use hailong_core::{
    measure::process::{MOST_CASES, View, even_sample, view},
    time::Month,
};
use serde_json::json;

use super::explain::{first_of, quarter};
use crate::setting::Database;

/// Where the cases of a procedure wait, which ways they go, what is done again, who hands to whom and what late cases did differently.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Code of the procedure, such as 1.004873, or all.
    procedure: String,
    /// The quarter, such as 2017-Q2; the one that runs without it.
    #[arg(long, value_parser = quarter)]
    quarter: Option<Month>,
    /// Only cases that this office received.
    #[arg(long)]
    office: Option<String>,
    /// Only procedures of this field.
    #[arg(long)]
    field: Option<String>,
    #[command(flatten)]
    database: Database,
    /// One JSON object; times are working days.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let store = options.database.open().await?;
    let first = first_of(&store, options.quarter).await?;
    let directory = store.directory();
    let procedure = Some(options.procedure.as_str()).filter(|code| *code != "all");
    ensure!(
        procedure.is_none_or(|code| !directory.versions(code).is_empty()),
        "no procedure is called {}",
        options.procedure
    );
    let wanted = |code: &str| {
        procedure.is_none_or(|one| one == code)
            && options.field.as_deref().is_none_or(|field| directory.field_of(code) == Some(field))
    };
    if let Some(office) = &options.office {
        ensure!(directory.office(office).is_ok(), "no office is called {office}");
    }
    let offices = options.office.as_ref().map(std::slice::from_ref);
    let ended = store.ended_between(first.days_of_quarter(), offices, wanted).await?;
    let all = ended.len();
    let some = even_sample(all, MOST_CASES).map(|at| ended[at].clone()).collect();
    let cases = store.with_stages(some).await?;
    // Whoever has the database knows its names.
    let view = view(all as u64, &cases, &directory, |_| true);
    let mut out = std::io::stdout().lock();
    let text = if options.json {
        let mut all = json!(view);
        all["quarter"] = first.quarter_key().into();
        all["procedure"] = options.procedure.into();
        all.to_string()
    } else {
        words(&view)
    };
    writeln!(out, "{}", text.trim_end()).context("the output cannot be written")
}

fn words(view: &View) -> String {
    const MOST: usize = 15;
    let View { method, ended, cases, unknown, steps, late, judged, days, .. } = view;
    let mut text = format!(
        "{ended} cases ended, {cases} looked at, {unknown} without a known way, {steps} steps, {late} of {judged} late ({method})\n\
         working days from acceptance to the end of work: {:.1} (median), {:.1} (90 %)\n\n   times   share  median    90 %\n",
        days.median, days.p90
    );
    for arc in view.heaviest_waits(MOST) {
        text += &format!(
            "{:>8} {:>5.1} % {:>7.1} {:>7.1}  {} → {}\n",
            arc.wait.count,
            arc.share * 100.0,
            arc.wait.median,
            arc.wait.p90,
            arc.from.key(),
            arc.to.key()
        );
    }
    text += "\n   cases  median    late  way\n";
    for way in &view.ways {
        let steps: Vec<&str> = way.activities.iter().map(|step| step.key()).collect();
        text +=
            &format!("{:>8} {:>7.1} {:>7}  {}\n", way.cases, way.days.median, way.late, steps.join(" → "));
    }
    let other = &view.other_ways;
    text += &format!("{:>8}         {:>7}  {} other ways\n", other.cases, other.late, other.ways);
    let Some(differences) = &view.differences else {
        return text + "\ntoo few late cases, or too few in time, to be compared\n";
    };
    text += &format!(
        "\nlate cases lasted {:.1} working days longer ({} tests)\n",
        differences.extra_days, differences.tests
    );
    let (mut longer, mut more) = (differences.longer(), differences.apart());
    longer.truncate(MOST);
    more.truncate(MOST);
    let apart = [longer, more].concat();
    for one in &apart {
        text += &format!(
            "  {}: in {:.1} % of late cases, {:.1} % of others; {:+.1} days\n",
            serde_json::to_string(&one.part).unwrap_or_default(),
            one.late_share * 100.0,
            one.on_time_share * 100.0,
            one.extra_days
        );
    }
    if apart.is_empty() {
        text += "  nothing to tell apart\n";
    }
    text
}
