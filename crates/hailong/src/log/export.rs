//! The published files of a log, written from a record.

use std::{
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use hailong_core::listen::log::{MOST_WIDE, Wanted, openings as openings_of};
use hailong_store::Store;

use crate::setting::Database;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder; made when it is missing.
    folder: PathBuf,
    #[command(flatten)]
    database: Database,
}

#[derive(clap::Args)]
pub(crate) struct Openings {
    /// The file, one JSON object a line.
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

#[derive(clap::Args)]
pub(crate) struct Key {
    #[command(flatten)]
    database: Database,
}

#[expect(clippy::print_stdout, reason = "the number is what the user waits for")]
pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let store = options.database.open().await?;
    let (size, files) = write(&store, &options.folder).await?;
    println!("{size} ballots in {files} tiles written to {}.", options.folder.display());
    Ok(())
}

/// Writes a log; how many ballots it has, in how many tiles.
pub(crate) async fn write(store: &Store, folder: &Path) -> anyhow::Result<(u64, u64)> {
    let newest =
        store.newest_checkpoint().await?.context("nothing was sealed yet: there is no log to write")?;
    let size = newest.signed.size;
    let mut files = 0;
    for wanted in tiles(size) {
        let data = store.published_tile(wanted).await?;
        let data = data.with_context(|| format!("tile {} is missing", wanted.path()))?;
        write_file(&folder.join("tile").join(wanted.path()), &data)?;
        files += 1;
    }
    write_file(&folder.join("figures"), &serde_json::to_vec(&store.published_figures().await?)?)?;
    write_file(&folder.join("key"), format!("{}\n", store.log_key()?.verifier()).as_bytes())?;
    // The checkpoint last: whoever sees it finds everything that it covers.
    write_file(&folder.join("checkpoint"), newest.signed.note.as_bytes())?;
    Ok((size, files))
}

/// Every tile of a tree of this size.
fn tiles(size: u64) -> Vec<Wanted> {
    let mut tiles: Vec<_> = Wanted::bundles(size).collect();
    let (mut level, mut count) = (0, size);
    while count > 0 {
        tiles.extend(Wanted::bundles(count).map(|bundle| Wanted { level, ..bundle }));
        (level, count) = (level + 1, count / u64::from(MOST_WIDE));
    }
    tiles
}

fn write_file(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let name = file.display();
    let folder = file.parent().context("a file lies in a folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("{name} cannot be written"))?;
    let draft = file.with_extension("new");
    std::fs::write(&draft, bytes).with_context(|| format!("{name} cannot be written"))?;
    std::fs::rename(&draft, file).with_context(|| format!("{name} cannot be written"))
}

#[expect(clippy::print_stdout, reason = "the number is what the user waits for")]
pub(super) async fn openings(options: Openings) -> anyhow::Result<()> {
    let store = options.database.open().await?;
    let name = options.file.display();
    let file = std::fs::File::create(&options.file).with_context(|| format!("{name} cannot be written"))?;
    let (mut out, mut lines, mut after) = (BufWriter::new(file), 0_u64, 0);
    loop {
        let groups = store.sealed_after(after).await?;
        let Some((last, _)) = groups.last() else { break };
        after = *last;
        for opening in groups.iter().flat_map(|(_, sealed)| openings_of(sealed)) {
            serde_json::to_writer(&mut out, &opening)?;
            out.write_all(b"\n")?;
            lines += 1;
        }
    }
    out.into_inner().context("the file cannot be written")?.sync_all()?;
    println!("{lines} lines of the log can be opened with {name}. Keep it from the public.");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the key is what the command is for")]
pub(super) async fn key(options: Key) -> anyhow::Result<()> {
    println!("{}", options.database.open().await?.log_key()?.verifier());
    Ok(())
}
