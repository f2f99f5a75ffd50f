//! `hailong init`: begins the record of an authority, with nothing of it in the program's code.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use hailong_core::{
    context::Actor,
    directory::{Authority, Directory},
    event::Event,
    import::Report,
    serve::calendar::Calendar,
    time::Instant,
};
use hailong_store::keys::fresh_bytes;

use crate::{
    import::{
        directory::{What, take},
        now, procedure, read, tell,
    },
    setting::Database,
};

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
    /// Name of the authority, e.g. "Huyện Cái Nước".
    #[arg(long)]
    name: String,
    /// Folder with what is known: units.csv, offices.json or .csv, officials.json or .csv, holidays.csv,
    /// procedures.json. Each may be missing and imported later.
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

#[expect(clippy::print_stderr, reason = "it tells what to do next")]
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let name = options.name.split_whitespace().collect::<Vec<_>>().join(" ");
    ensure!((2..=120).contains(&name.chars().count()), "the name of an authority has 2 to 120 characters");
    let store = options.database.create().await?;
    ensure!(
        store.head().await?.0 == 0,
        "{} holds a record of authority {} already: nothing was changed",
        options.database.name(),
        options.database.authority
    );
    let at = now(&store).await?;
    let authority = Authority { id: options.database.authority, name_vi: name.clone(), demo: false };
    let (report, mut events) = match &options.from {
        Some(folder) => gather(folder, &store.directory(), at)?,
        None => (Report::default(), Vec::new()),
    };
    if report.refused > 0 {
        tell(&report, options.json, true)?;
        anyhow::bail!(
            "{} records were refused: put them right and begin again; nothing was made",
            report.refused
        );
    }
    events.insert(0, Event::AuthorityFounded(authority));
    let directory = store.directory();
    let ctx = store.context(Actor::System, at, &directory, fresh_bytes()?);
    store.publish(events, &ctx).await?;
    tell(&report, options.json, false)?;
    let (directory, place) = (store.directory(), options.database.name());
    let flags = format!("--database {place} --authority {}", options.database.authority);
    eprintln!("The record of {name} (authority {}) has begun in {place}.", options.database.authority);
    eprintln!("Its keys are in {}: keep a copy apart from the database.", options.database.keys.display());
    if directory.offices.is_empty() {
        eprintln!("Next: hailong import offices FILE {flags}");
    }
    if directory.officials.is_empty() {
        eprintln!("Next: hailong import officials FILE {flags}");
    } else {
        eprintln!("Next: hailong account {flags} LOGIN OFFICIAL");
    }
    Ok(())
}

/// Everything a folder holds, read against each other.
fn gather(folder: &Path, directory: &Directory, at: Instant) -> anyhow::Result<(Report, Vec<Event>)> {
    ensure!(folder.is_dir(), "{} is no folder", folder.display());
    let (mut all, mut events) = (Report::default(), Vec::new());
    let mut known = directory.clone();
    let table = folder.join("holidays.csv");
    if table.is_file() {
        let table = read(&table)?;
        Calendar::parse_csv(&table).context("holidays.csv")?;
        all.taken("holidays.csv", &[]);
        events.push(Event::CalendarPublished { table });
    }
    let kinds = [("units", What::Units), ("offices", What::Offices), ("officials", What::Officials)];
    for (name, what) in kinds {
        for ending in ["json", "csv"] {
            let file = folder.join(format!("{name}.{ending}"));
            if file.is_file() {
                let (report, taken) =
                    take(&read(&file)?, what, &mut known).with_context(|| file.display().to_string())?;
                all.join(report);
                events.extend(taken);
                break;
            }
        }
    }
    let file = folder.join("procedures.json");
    if file.is_file() {
        let (report, records) = procedure::gather(&[file], directory, at)?;
        all.join(report);
        let versions = records.into_iter().flatten();
        events.extend(versions.map(|version| Event::ProcedurePublished(Box::new(version))));
    }
    Ok((all, events))
}
