//! Units, offices and officials: everything that is taken of a file is written in one batch, or nothing.

use hailong_core::{
    context::Actor,
    directory::Directory,
    event::Event,
    import::{self, Report},
};
use hailong_store::keys::fresh_bytes;

use super::{File, now, read, tell};

/// What a file holds.
#[derive(Clone, Copy)]
pub(crate) enum What {
    Units,
    Offices,
    Officials,
}

pub(crate) async fn run(options: File, what: What) -> anyhow::Result<()> {
    let text = read(&options.file)?;
    let store = options.database.open().await?;
    let known = store.directory();
    let (report, events) = take(&text, what, &mut Directory::clone(&known))?;
    if !options.dry_run && !events.is_empty() {
        let ctx = store.context(Actor::System, now(&store).await?, &known, fresh_bytes()?);
        store.publish(events, &ctx).await?;
    }
    tell(&report, options.json, options.dry_run)
}

/// Reads a file against what is known, which then has what was taken too.
pub(crate) fn take(text: &str, what: What, known: &mut Directory) -> anyhow::Result<(Report, Vec<Event>)> {
    Ok(match what {
        What::Units => import::unit::read(text, known)?,
        What::Offices => import::office::read(text, known)?,
        What::Officials => import::official::read(text, known)?,
    })
}
