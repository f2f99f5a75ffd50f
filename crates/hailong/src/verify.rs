//! `hailong verify`.

use std::process::ExitCode;

use crate::setting::Database;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
}

#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let store = options.database.open().await?;
    let report = hailong_store::verify::verify(&store).await?;
    println!("{report}");
    Ok(if report.trouble.is_none() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
