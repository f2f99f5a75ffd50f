//! Procedures: a file or every file of a folder; the versions of each record are written together.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use hailong_core::{
    context::Actor,
    directory::{Authority, Directory},
    event::Event,
    import::{
        Report,
        procedure::{Reader, text},
    },
    serve::{calendar::Calendar, procedure::Procedure},
    time::Instant,
};
use hailong_store::{Store, keys::fresh_bytes};

use super::{now, tell};
use crate::setting::Database;

/// Versions written in one transaction, at least: the record that reaches it is written whole.
const GROUP: usize = 250;

/// Procedures to import.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
    /// The file, or a folder whose .json files are taken in the order of their names.
    path: PathBuf,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
    /// Looks and reports only; writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Prints the records in our own form instead; touches no database.
    #[arg(long)]
    convert: bool,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let files = files(&options.path)?;
    if options.convert {
        return convert(&files);
    }
    let store = options.database.open().await?;
    let at = now(&store).await?;
    let directory = store.directory();
    let (report, records) = gather(&files, &directory, at)?;
    if !options.dry_run {
        write(&store, records, at).await?;
    }
    tell(&report, options.json, options.dry_run)
}

/// The files of a path.
fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))? {
        let file = entry?.path();
        if file.extension().is_some_and(|ending| ending == "json") {
            files.push(file);
        }
    }
    files.sort();
    anyhow::ensure!(!files.is_empty(), "{} holds no .json file", path.display());
    Ok(files)
}

/// Reads files against what is known: the report, and the new versions record by record. A file that cannot be read is
/// a line of the report and leaves the others alone.
pub(crate) fn gather(
    files: &[PathBuf],
    directory: &Directory,
    at: Instant,
) -> anyhow::Result<(Report, Vec<Vec<Procedure>>)> {
    let (mut report, mut records) = (Report::default(), Vec::new());
    let mut reader = Reader::new(directory, at.day());
    for file in files {
        let name = file.display().to_string();
        let bytes = std::fs::read(file).with_context(|| format!("{name} cannot be read"))?;
        match text(&bytes).and_then(|text| reader.read(text)) {
            Ok(taken) => {
                report.join(taken.report);
                records.extend(taken.records);
            }
            Err(why) => report.refused(name, why),
        }
    }
    Ok((report, records))
}

/// Writes new versions, in groups of whole records.
pub(crate) async fn write(store: &Store, records: Vec<Vec<Procedure>>, at: Instant) -> anyhow::Result<()> {
    let mut group = Vec::new();
    let mut records = records.into_iter().peekable();
    while let Some(record) = records.next() {
        group.extend(record.into_iter().map(|version| Event::ProcedurePublished(Box::new(version))));
        if group.len() >= GROUP || records.peek().is_none() {
            let directory = store.directory();
            let ctx = store.context(Actor::System, at, &directory, fresh_bytes()?);
            store.publish(std::mem::take(&mut group), &ctx).await?;
        }
    }
    Ok(())
}

/// Prints the records in our own form, ordered by first day and code.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the records are what was asked for")]
fn convert(files: &[PathBuf]) -> anyhow::Result<()> {
    let authority = Authority { id: 0, name_vi: String::new(), demo: false };
    let empty = Directory::new(authority, Vec::new(), Vec::new(), Vec::new(), Calendar::empty());
    let (report, records) = gather(files, &empty, hailong_web::clock::Clock::real().business())?;
    let mut versions: Vec<Procedure> = records.into_iter().flatten().collect();
    versions.sort_by_key(|version| version.valid_from);
    println!("{}", serde_json::to_string_pretty(&versions)?);
    for record in report.records.iter().filter(|record| !record.why.is_empty()) {
        eprintln!("{}: {}", record.code, record.why);
    }
    Ok(())
}
