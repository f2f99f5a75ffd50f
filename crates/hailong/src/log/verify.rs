//! `hailong log verify`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, ensure};
use data_encoding::BASE64;
use hailong_core::listen::log::{Hash, Leaf, LogFault, MOST_WIDE, Wanted, root_of};

use super::Published;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    published: Published,
    /// A checkpoint that was kept earlier, as a file: the log must have grown from it. May be given more than once.
    #[arg(long, value_name = "FILE")]
    earlier: Vec<PathBuf>,
    /// Looks at the tiles of hashes too: they must be those of the leaves.
    #[arg(long)]
    tiles: bool,
}

#[expect(clippy::print_stdout, reason = "the verdict is what the command is for")]
pub(super) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    match verify(&options).await {
        Ok(verdict) => {
            println!("{verdict}");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!("This log is NOT as it should be: {error:#}.");
            Ok(ExitCode::from(1))
        }
    }
}

async fn verify(options: &Options) -> anyhow::Result<String> {
    let key = options.published.verifier().await?;
    let newest = super::checkpoint(&options.published.log, &key).await?;
    let source = &options.published.log;
    let hashes = source
        .entries(newest.size, |place, entry| Ok(Leaf::read(place, entry).map(|_| ())?), |()| {})
        .await?;
    ensure!(root_of(&hashes) == newest.root, LogFault::Root { size: newest.size });
    for file in &options.earlier {
        let name = file.display();
        let note = std::fs::read(file).with_context(|| format!("{name} cannot be read"))?;
        let earlier = key.checkpoint(&note).with_context(|| format!("{name} cannot be believed"))?;
        let before = usize::try_from(earlier.size).ok().and_then(|size| hashes.get(..size));
        let before =
            before.with_context(|| format!("{name} has {} leaves: the log was cut off", earlier.size))?;
        ensure!(root_of(before) == earlier.root, "{name}: what was in the log then is no longer in it");
    }
    let tiles = if options.tiles { tiles(options, &hashes).await? } else { 0 };
    let looked =
        if tiles > 0 { format!(" {tiles} tiles of hashes are those of the leaves.") } else { String::new() };
    Ok(format!(
        "This log is whole: {} ballots, signed by {}, root {}. It has grown from {} earlier checkpoints.{looked}",
        newest.size,
        key.origin(),
        BASE64.encode(&newest.root),
        options.earlier.len()
    ))
}

/// Compares the published tiles of hashes with those that the leaves make; how many there are.
async fn tiles(options: &Options, leaves: &[Hash]) -> anyhow::Result<u64> {
    let (mut level, mut hashes, mut count) = (0, leaves.to_vec(), 0);
    while !hashes.is_empty() {
        let mut above = Vec::new();
        for (index, tile) in (0..).zip(hashes.chunks(MOST_WIDE as usize)) {
            let wanted = Wanted { level, index, width: tile.len() as u32 };
            let name = format!("tile/{}", wanted.path());
            let found = options.published.log.get(&name, size_of_val(tile)).await?;
            ensure!(found == tile.concat(), "{name} does not hold the hashes of its leaves");
            count += 1;
            if tile.len() == MOST_WIDE as usize {
                above.push(root_of(tile));
            }
        }
        (level, hashes) = (level + 1, above);
    }
    Ok(count)
}
