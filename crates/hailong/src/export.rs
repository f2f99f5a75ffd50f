//! `hailong export`: what others may work with, without a person in it.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::ValueEnum;
use hailong_render::{
    Lang,
    measure::process::log::{self, Log},
};
use hailong_store::Store;

use crate::setting::Database;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// All cases as an event log for process mining: what was done, when, at which office, with what result.
    Events(Events),
}

#[derive(clap::Args)]
pub(crate) struct Events {
    /// The file; printed without.
    file: Option<PathBuf>,
    /// The format.
    #[arg(long, value_enum, default_value_t = Format::Xes)]
    format: Format,
    /// Language of the activities' names.
    #[arg(long, default_value = "vi", value_parser = ["vi", "en"])]
    lang: String,
    #[command(flatten)]
    database: Database,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Xes,
    Ocel,
    Csv,
}

impl From<Format> for log::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Xes => Self::Xes,
            Format::Ocel => Self::Ocel,
            Format::Csv => Self::Csv,
        }
    }
}

pub(crate) async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Events(options) = command;
    let store = options.database.open().await?;
    let lang = Lang::from_tag(&options.lang).unwrap_or_default();
    let out: Box<dyn Write> = match &options.file {
        Some(file) => {
            Box::new(File::create(file).with_context(|| format!("{} cannot be written", file.display()))?)
        }
        None => Box::new(std::io::stdout().lock()),
    };
    let out = BufWriter::with_capacity(1 << 17, out);
    events(&store, Log::new(options.format.into(), lang, out)?).await
}

/// Lines of the journal read at once.
const PAGE: i64 = 5_000;

/// Writes the cases one after the other, in the order in which they were opened.
async fn events(store: &Store, mut log: Log<BufWriter<Box<dyn Write>>>) -> anyhow::Result<()> {
    let (mut subject, mut version) = (Vec::new(), 0);
    loop {
        let lines = store.journal_by_subject((&subject, version), PAGE).await?;
        if lines.is_empty() {
            return Ok(log.finish()?);
        }
        for line in lines {
            if log.wants(&line.subject, &line.kind) {
                log.line(line.at, &line.actor, &line.event()?)?;
            }
            (subject, version) = (line.subject, line.version);
        }
    }
}
