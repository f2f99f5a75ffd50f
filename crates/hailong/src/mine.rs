//! `hailong mine`: what an event log says about a process, whoever wrote it.

use std::{
    fs::File,
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, anyhow, bail};
use hailong_stats::process::{
    Columns, Limits, Trouble, csv,
    log::Log,
    ocel, plain,
    schedule::Schedule,
    tables::{Spread, Tables, tables},
    xes,
};
use serde::Serialize;

/// Reads an event log and tells its variants, its directly-follows graph and how long things take.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The log: .csv, .xes, or OCEL 2.0 as .json or .jsonocel; .gz behind each.
    file: PathBuf,
    #[command(flatten)]
    columns: ColumnOptions,
    /// Counts working time instead of all time, e.g. "mon-fri 07:30-11:30 13:30-17:00; sat 07:30-11:30".
    #[arg(long)]
    hours: Option<String>,
    /// A file of days against the week, one a line, e.g. "closed 2017-01-27" or "open 2017-02-04 07:30-11:30".
    #[arg(long, requires = "hours", value_name = "FILE")]
    exceptions: Option<PathBuf>,
    /// Minutes by which the clock that the working time goes by is ahead of UTC: 420 in Vietnam.
    #[arg(long, default_value_t = 420, value_parser = clap::value_parser!(i32).range(-1080..=1080), allow_negative_numbers = true)]
    offset: i32,
    /// Also tells the ways of variants, activities with waits, stays and rework, and the hand-over of work.
    #[arg(long)]
    all: bool,
    /// Writes the log too, in the format that the file's name says.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// See [`Columns`].
#[derive(clap::Args)]
struct ColumnOptions {
    /// Name of the case's column, key or type of object; looked for under its usual names without.
    #[arg(long)]
    case: Option<String>,
    /// Name of the activity's column or key.
    #[arg(long)]
    activity: Option<String>,
    /// Name of the time's column or key.
    #[arg(long)]
    time: Option<String>,
    /// Name of the column, key or attribute that says who did it.
    #[arg(long)]
    resource: Option<String>,
}

/// The formats of logs, told by the end of a file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Xes,
    Ocel,
}

impl Format {
    /// The format, and whether it is compressed.
    pub(crate) fn of(file: &Path) -> anyhow::Result<(Self, bool)> {
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let (name, compressed) = name.strip_suffix(".gz").map_or((name.as_str(), false), |name| (name, true));
        let format = match name.rsplit_once('.').map(|(_, end)| end) {
            Some("csv" | "tsv" | "txt") => Self::Csv,
            Some("xes") => Self::Xes,
            Some("json" | "jsonocel") => Self::Ocel,
            _ => bail!("{}: a log is .csv, .xes, .json or .jsonocel, with or without .gz", file.display()),
        };
        Ok((format, compressed))
    }

    fn read(self, input: impl Read, columns: &Columns) -> Result<Log, Trouble> {
        let limits = Limits::default();
        match self {
            Self::Csv => csv::read(input, columns, &limits),
            Self::Xes => xes::read(input, columns, &limits),
            Self::Ocel => ocel::read(input, columns, &limits),
        }
    }

    fn write<W: Write>(self, log: &Log, out: W) -> std::io::Result<W> {
        match self {
            Self::Csv => csv::write(log, out),
            Self::Xes => xes::write(log, out),
            Self::Ocel => ocel::write(log, out),
        }
    }
}

/// Reads the log in a file.
pub(crate) fn read(file: &Path, columns: &Columns) -> anyhow::Result<Log> {
    let (format, _) = Format::of(file)?;
    let input = File::open(file).with_context(|| format!("{} cannot be opened", file.display()))?;
    let input = plain(input).with_context(|| format!("{} cannot be read", file.display()))?;
    format.read(input, columns).map_err(|trouble| anyhow!("{}, {trouble}", file.display()))
}

/// Writes a log to a file, in the order of its events.
pub(crate) fn write(log: &Log, file: &Path) -> anyhow::Result<()> {
    let (format, compressed) = Format::of(file)?;
    let said = || format!("{} cannot be written", file.display());
    let out = BufWriter::with_capacity(1 << 17, File::create(file).with_context(said)?);
    if compressed {
        let gzip = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
        format
            .write(log, gzip)
            .and_then(|gzip| gzip.finish())
            .and_then(|mut out| out.flush())
            .with_context(said)
    } else {
        format.write(log, out).map(drop).with_context(said)
    }
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let started = Instant::now();
    let ColumnOptions { case, activity, time, resource } = &options.columns;
    let columns = Columns {
        case: case.clone(),
        activity: activity.clone(),
        time: time.clone(),
        resource: resource.clone(),
    };
    let mut log = read(&options.file, &columns)?;
    let tables = match schedule(options)? {
        None => tables(&mut log, |from, to| to.saturating_sub(from)),
        Some(schedule) => {
            let civil = |time: i64| time.saturating_add(i64::from(options.offset) * 60_000_000);
            tables(&mut log, |from, to| schedule.between(civil(from), civil(to)))
        }
    };
    if let Some(file) = &options.write {
        write(&log, file)?;
    }
    let said = Said::of(&log, &tables, options.all, started);
    let mut out = BufWriter::new(std::io::stdout().lock());
    if options.json {
        serde_json::to_writer_pretty(&mut out, &said)?;
        writeln!(out)?;
    } else {
        said.tell(&mut out)?;
    }
    Ok(out.flush()?)
}

fn schedule(options: &Options) -> anyhow::Result<Option<Schedule>> {
    let Some(hours) = &options.hours else { return Ok(None) };
    let exceptions = options.exceptions.as_deref().map(std::fs::read_to_string).transpose();
    let exceptions = exceptions.context("the exceptions cannot be read")?.unwrap_or_default();
    Schedule::parse(hours, &exceptions).map(Some).map_err(|why| anyhow!(why))
}

/// What is told; names of fields stay the same.
#[derive(Serialize)]
struct Said<'a> {
    cases: u64,
    events: u64,
    activities: usize,
    resources: u64,
    variants: usize,
    variant_counts: Vec<u64>,
    dfg: Vec<Edge<'a>>,
    case_duration_seconds: Time,
    seconds: f64,
    #[serde(flatten)]
    more: Option<More<'a>>,
}

#[derive(Serialize)]
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    count: u64,
    mean_seconds: f64,
    median_seconds: f64,
}

#[derive(Serialize)]
struct Time {
    mean: f64,
    median: f64,
    p90: f64,
}

impl From<Spread> for Time {
    fn from(Spread { mean, median, p90, .. }: Spread) -> Self {
        Self { mean, median, p90 }
    }
}

/// What `--all` adds.
#[derive(Serialize)]
struct More<'a> {
    /// Events left aside because they lack case, activity or time.
    incomplete: u64,
    variant_list: Vec<Way<'a>>,
    activity_list: Vec<Activity<'a>>,
    handover: Vec<Handover<'a>>,
    /// Most memory that the process held, where the system tells it.
    peak_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Way<'a> {
    cases: u64,
    activities: Vec<&'a str>,
}

#[derive(Serialize)]
struct Activity<'a> {
    activity: &'a str,
    events: u64,
    cases: u64,
    reworked_cases: u64,
    starts: u64,
    ends: u64,
    wait_seconds: Time,
    stay_seconds: Time,
}

#[derive(Serialize)]
struct Handover<'a> {
    from: &'a str,
    to: &'a str,
    count: u64,
}

impl<'a> Said<'a> {
    fn of(log: &'a Log, tables: &Tables, all: bool, started: Instant) -> Self {
        let name = |at: u32| log.activities.name(at);
        let edge = |edge: &hailong_stats::process::tables::Edge| Edge {
            from: name(edge.from),
            to: name(edge.to),
            count: edge.time.count,
            mean_seconds: edge.time.mean,
            median_seconds: edge.time.median,
        };
        let more = all.then(|| More::of(log, tables));
        Self {
            cases: tables.cases,
            events: tables.events,
            activities: tables.activities.iter().filter(|activity| activity.events > 0).count(),
            resources: tables.resources,
            variants: tables.variants.len(),
            variant_counts: tables.variants.iter().map(|variant| variant.cases).collect(),
            dfg: tables.edges.iter().map(edge).collect(),
            case_duration_seconds: tables.duration.into(),
            seconds: started.elapsed().as_secs_f64(),
            more,
        }
    }

    /// The same in words, the most frequent of each.
    fn tell(&self, out: &mut impl Write) -> std::io::Result<()> {
        const MOST: usize = 20;
        let Self { cases, events, activities, resources, variants, .. } = self;
        writeln!(
            out,
            "{cases} cases, {events} events, {activities} activities, {resources} resources, {variants} variants"
        )?;
        let Time { mean, median, p90 } = &self.case_duration_seconds;
        writeln!(
            out,
            "a case lasts {} (mean), {} (median), {} (90 %)",
            span(*mean),
            span(*median),
            span(*p90)
        )?;
        writeln!(out, "\n{:>9}  {:>10}  {:>10}  one after another", "count", "mean", "median")?;
        for Edge { from, to, count, mean_seconds, median_seconds } in self.dfg.iter().take(MOST) {
            writeln!(
                out,
                "{count:>9}  {:>10}  {:>10}  {from} → {to}",
                span(*mean_seconds),
                span(*median_seconds)
            )?;
        }
        let Some(more) = &self.more else { return Ok(()) };
        writeln!(out, "\n{:>9}  {:>9}  {:>10}  {:>10}  activity", "events", "reworked", "wait", "stay")?;
        for Activity { activity, events, reworked_cases, wait_seconds, stay_seconds, .. } in
            &more.activity_list
        {
            let (wait, stay) = (span(wait_seconds.median), span(stay_seconds.median));
            writeln!(out, "{events:>9}  {reworked_cases:>9}  {wait:>10}  {stay:>10}  {activity}")?;
        }
        writeln!(out, "\n{:>9}  way", "cases")?;
        for Way { cases, activities } in more.variant_list.iter().take(MOST) {
            writeln!(out, "{cases:>9}  {}", activities.join(" → "))?;
        }
        writeln!(out, "\n{:>9}  hand-over", "count")?;
        for Handover { from, to, count } in more.handover.iter().take(MOST) {
            writeln!(out, "{count:>9}  {from} → {to}")?;
        }
        if more.incomplete > 0 {
            writeln!(out, "\n{} events lack case, activity or time and were left aside", more.incomplete)?;
        }
        Ok(())
    }
}

impl<'a> More<'a> {
    fn of(log: &'a Log, tables: &Tables) -> Self {
        let name = |at: u32| log.activities.name(at);
        let way = |variant: &hailong_stats::process::tables::Variant| Way {
            cases: variant.cases,
            activities: variant.activities.iter().map(|&at| name(at)).collect(),
        };
        let activity = |(at, activity): (usize, &hailong_stats::process::tables::Activity)| Activity {
            activity: name(at as u32),
            events: activity.events,
            cases: activity.cases,
            reworked_cases: activity.reworked,
            starts: activity.starts,
            ends: activity.ends,
            wait_seconds: activity.wait.into(),
            stay_seconds: activity.stay.into(),
        };
        let handover = |pair: &hailong_stats::process::tables::Handover| Handover {
            from: log.resources.name(pair.from),
            to: log.resources.name(pair.to),
            count: pair.count,
        };
        let activities = tables.activities.iter().enumerate().filter(|(_, activity)| activity.events > 0);
        Self {
            incomplete: log.incomplete,
            variant_list: tables.variants.iter().map(way).collect(),
            activity_list: activities.map(activity).collect(),
            handover: tables.handovers.iter().map(handover).collect(),
            peak_bytes: peak(),
        }
    }
}

/// The most memory this process held so far.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok().map(|kilobytes: u64| kilobytes << 10)
}

/// A span of time as people say it.
fn span(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 7_200.0 => format!("{:.1} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3_600.0),
        s => format!("{:.1} days", s / 86_400.0),
    }
}
