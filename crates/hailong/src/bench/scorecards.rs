//! `hailong bench scorecards`: how long the cards of all officials, offices, procedures and fields of a quarter take, from the record to
//! the figures. Nothing is kept in between: this is what each look at them costs.

use std::time::Instant as Stopwatch;

use anyhow::Context as _;
use hailong_core::{
    measure::scorecard::{Report, Subject},
    time::Month,
};
use hailong_store::Url;

use crate::setting::Database;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// A demo that was played: `hailong demo --no-serve --cases 60000`.
    #[arg(long, default_value = "sqlite:hailong-demo.db")]
    database: Url,
    /// The quarter.
    #[arg(long, default_value = "2017-Q2")]
    period: String,
    /// How often.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    runs: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let store = Database::of_bench(&options.database).open().await?;
    let first = Month::of_quarter_key(&options.period).context("write the quarter as 2017-Q2")?;
    let (from, before) = first.days_of_quarter();
    let (mut reading, mut computing) = (Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..options.runs {
        let watch = Stopwatch::now();
        let counted = store.counted_between(from, before).await?;
        reading.push(watch.elapsed().as_secs_f64());
        let watch = Stopwatch::now();
        let report = Report::new(&counted);
        computing.push(watch.elapsed().as_secs_f64());
        last = Some((counted, report));
    }
    let (counted, report) = last.context("nothing was run")?;
    let median = |times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let count = |kind| report.subjects(kind).count() as f64;
    let figures = [
        ("cases", counted.finished.iter().map(|of| of.cases).sum::<u64>() as f64),
        ("slips", counted.slips.iter().map(|slip| slip.n).sum::<u64>() as f64),
        ("officials", count(Subject::Official)),
        ("offices", count(Subject::Office)),
        ("procedures", count(Subject::Procedure)),
        ("fields", count(Subject::Field)),
        ("read_s", median(&mut reading)),
        ("compute_s", median(&mut computing)),
    ];
    super::print(&figures, options.json)
}
