//! `hailong verify`.

use std::process::ExitCode;

use anyhow::Context as _;

use crate::setting::{Database, Kept};

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
    /// A head that was written down earlier, as NUMBER:HASH; it must still be in the chain. May be given more than once.
    #[arg(long, value_name = "NUMBER:HASH")]
    expect: Vec<String>,
    /// Look at every attachment's file too: it must be there, as it was sealed.
    #[arg(long)]
    blobs: bool,
    #[command(flatten)]
    kept: Kept,
}

#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let store = options.database.open().await?;
    for kept in &options.expect {
        let Some((number, hash)) = kept.split_once(':') else {
            anyhow::bail!("\"{kept}\" is not NUMBER:HASH")
        };
        let line = store.line(number.parse().context("the number of entries is not a number")?).await?;
        let found = line.map(|line| hailong_store::hex(&line.hash));
        if found.as_deref() != Some(hash) {
            println!("The chain was rewritten: entry {number} no longer has the hash {hash}.");
            return Ok(ExitCode::from(1));
        }
    }
    let report = hailong_store::verify::verify(&store).await?;
    println!("{report}");
    let mut whole = report.trouble.is_none();
    if whole && options.blobs {
        let report = store.verify_files(&options.kept.open()?).await?;
        println!("{report}");
        whole = report.trouble.is_none();
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
