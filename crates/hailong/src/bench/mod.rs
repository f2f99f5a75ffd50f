//! `hailong bench`: how fast the main job runs, and what the disk alone would allow.

mod answers;
mod ballots;
mod browser;
mod catalogue;
mod fit;
mod floor;
mod guard;
mod http;
mod lifecycle;
mod lists;
mod mine;
mod pages;
mod paper;
mod scorecards;
mod staffing;
mod work;

use hailong_store::Url;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Whole lives of cases, through the store and core (or a running server), by many clients at once.
    Lifecycle(Lifecycle),
    /// The same rows written by one thread as fast as the engine can, without decisions, reads or hashing.
    Floor(Floor),
    /// A large catalogue of procedures, imported into a new database that is removed afterwards.
    Procedures(Catalogue),
    /// Searches in a large catalogue of procedures.
    Search(Catalogue),
    /// Every paper made many times from its sample.
    Paper(Paper),
    /// Every list of an existing demo, page by page over HTTP, as those see it who work there.
    Lists(Lists),
    /// Many people answer at once over HTTP, each twice: none lost, each counted once.
    Answers(Answers),
    /// Secret ballots: cast, sealed, published in the log, proved and recounted, in a database that is removed afterwards.
    Ballots(Ballots),
    /// Mixed models: a large one, and those of many drawn districts with how fair their scores are.
    Fit(Fit),
    /// The scorecards of a quarter of an existing demo: read and computed anew.
    Scorecards(scorecards::Options),
    /// Event logs of any size, written and mined in every format.
    Mine(mine::Options),
    /// Honest and forging officials that are drawn: false alarms, what is found, what forging gains.
    Guard(guard::Options),
    /// Days at the counters: people a second, and the roster of a district's week.
    Staffing(staffing::Options),
}

#[derive(clap::Args)]
pub(crate) struct Fit {
    /// How often the large one is fitted.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub(crate) runs: u32,
    /// How many districts are drawn.
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) districts: u32,
    /// Seed of what is drawn.
    #[arg(long, default_value_t = 11)]
    pub(crate) seed: u64,
    /// Only writes the ratings of the large one to this file, as comma-separated values.
    #[arg(long)]
    pub(crate) write: Option<std::path::PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Answers {
    /// How many answers.
    #[arg(long, default_value_t = 10_000, value_parser = answers_size)]
    pub(crate) answers: usize,
    /// Clients at once.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) clients: u32,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Ballots {
    /// How many.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) ballots: usize,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Lists {
    /// A demo that was played: `hailong demo --no-serve`.
    #[arg(long, default_value = "sqlite:hailong-demo.db")]
    pub(crate) database: Url,
    /// How often each page after the first time. No more than an official may look up people in an hour.
    #[arg(long, default_value_t = 20, value_parser = list_runs)]
    pub(crate) runs: usize,
    /// Only lists with this in their name.
    #[arg(long, default_value = "")]
    pub(crate) only: String,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Paper {
    /// How often each.
    #[arg(long, default_value_t = 300, value_parser = paper_runs)]
    pub(crate) runs: usize,
    /// A folder to keep one of each in.
    #[arg(long)]
    pub(crate) keep: Option<std::path::PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Catalogue {
    /// How many procedures.
    #[arg(long, default_value_t = 3_000, value_parser = catalogue_size)]
    pub(crate) procedures: usize,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct Lifecycle {
    /// A new or a demo database.
    #[arg(long, default_value = "sqlite:hailong-bench.db")]
    pub(crate) database: Url,
    /// Clients at once.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) clients: u32,
    /// How long.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) seconds: u64,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Drive a running demo server at this address instead, e.g. http://127.0.0.1:8080.
    #[arg(long)]
    pub(crate) http: Option<String>,
}

#[derive(clap::Args)]
pub(crate) struct Floor {
    /// A new SQLite file; removed afterwards.
    #[arg(long, default_value = "hailong-floor.db")]
    pub(crate) file: std::path::PathBuf,
    /// How many lifecycles.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) lifecycles: usize,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

fn answers_size(text: &str) -> Result<usize, String> {
    let many = text.parse().ok().filter(|many| (100..=1_000_000).contains(many));
    many.ok_or_else(|| "a number from 100 to 1000000 is needed".to_owned())
}

fn catalogue_size(text: &str) -> Result<usize, String> {
    let many = text.parse().ok().filter(|many| (1..=20_000).contains(many));
    many.ok_or_else(|| "a number from 1 to 20000 is needed".to_owned())
}

fn list_runs(text: &str) -> Result<usize, String> {
    let runs = text.parse().ok().filter(|runs| (1..=50).contains(runs));
    runs.ok_or_else(|| "a number from 1 to 50 is needed".to_owned())
}

fn paper_runs(text: &str) -> Result<usize, String> {
    let runs = text.parse().ok().filter(|runs| (1..=100_000).contains(runs));
    runs.ok_or_else(|| "a number from 1 to 100000 is needed".to_owned())
}

pub(crate) async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Lifecycle(options) if options.http.is_some() => http::run(options).await,
        Command::Lifecycle(options) => lifecycle::run(options).await,
        Command::Floor(options) => floor::run(options).await,
        Command::Procedures(options) => catalogue::import(options).await,
        Command::Search(options) => catalogue::search(&options),
        Command::Paper(options) => paper::run(&options),
        Command::Answers(options) => answers::run(options).await,
        Command::Ballots(options) => ballots::run(options).await,
        Command::Fit(options) => fit::run(&options),
        Command::Lists(options) => lists::run(options).await,
        Command::Mine(options) => mine::run(&options),
        Command::Scorecards(options) => scorecards::run(options).await,
        Command::Guard(options) => guard::run(&options),
        Command::Staffing(options) => staffing::run(&options),
    }
}

/// Prints figures, one a line or as JSON.
#[expect(clippy::print_stdout, reason = "the figures are what the command is for")]
fn print(figures: &[(&str, f64)], json: bool) -> anyhow::Result<()> {
    if json {
        let map: serde_json::Map<String, serde_json::Value> =
            figures.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        println!("{}", serde_json::to_string(&map)?);
        return Ok(());
    }
    for (name, value) in figures {
        println!("{name:<24} {value:>14.2}");
    }
    Ok(())
}
