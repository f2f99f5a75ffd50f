//! `hailong dialogue`: where the next dialogue with citizens and businesses is held, from a table, without any record.

use std::{io::Write as _, path::PathBuf};

use anyhow::{Context as _, bail};
use hailong_core::{
    import,
    listen::dialogue::choose::{Choice, DRAWS, SEED, choose},
    time::Day,
};
use hailong_render::{Lang, format, listen::dialogue::reason};
use serde_json::json;

/// Largest table that is read.
const MOST_BYTES: usize = 4 << 20;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Chooses the commune for the next dialogue: the largest estimated number of people with a pressing grievance.
    Choose(Options),
}

#[derive(clap::Args)]
pub(crate) struct Options {
    /// A table with the columns commune, cases (by residence of the applicant), forms, pressing, last_visit, and opinions
    /// where people wrote by themselves.
    file: PathBuf,
    /// A day of the quarter of the choice, to which last_visit is compared; else today.
    #[arg(long)]
    on: Option<String>,
    /// Seed of the draws behind intervals and probabilities; published choices use the one that is set.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// One JSON object instead of words.
    #[arg(long)]
    json: bool,
    /// Language of the words.
    #[arg(long, default_value = "vi", value_parser = ["vi", "en"])]
    lang: String,
}

pub(crate) fn run(command: &Command) -> anyhow::Result<()> {
    let Command::Choose(options) = command;
    let file = options.file.display();
    let text = crate::file::text(&options.file, MOST_BYTES)?;
    let today = match &options.on {
        Some(day) => {
            Day::parse(day).with_context(|| format!("\"{day}\" is no day: write it as 2017-07-03"))?
        }
        None => hailong_web::clock::Clock::real().business().day(),
    };
    let communes = import::dialogue::read(&text, today).map_err(|why| anyhow::anyhow!("{file}: {why}"))?;
    let choice = match choose(&communes, options.seed, DRAWS) {
        Ok(choice) => choice,
        Err(refusal) => bail!("{file}: {refusal}"),
    };
    let lang = Lang::from_tag(&options.lang).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    if options.json {
        writeln!(out, "{:#}", in_json(&choice))?;
        return Ok(());
    }
    writeln!(out, "{}\n", reason(lang, &choice))?;
    for row in &choice.rows {
        let [estimate, low, high, excess] =
            [row.estimate, row.low, row.high, row.excess].map(|people| format::decimal(lang, people, 1));
        let chance = format::percent(lang, row.probability);
        let of = &row.of;
        writeln!(
            out,
            "{:<24} {:>5} / {:>5} / {:>6}   B = {estimate} ({low}–{high})   X = {excess}   P = {chance}",
            of.commune, of.pressing, of.forms, of.cases
        )?;
    }
    Ok(())
}

fn in_json(choice: &Choice) -> serde_json::Value {
    json!({
        "chosen": choice.winner().of.commune,
        "raw_leader": choice.raw_leader().of.commune,
        "by": choice.by,
        "reason_vi": reason(Lang::Vi, choice),
        "reason_en": reason(Lang::En, choice),
        "district_rate": choice.district_rate,
        "shape": choice.shape,
        "seed": choice.seed,
        "draws": choice.draws,
        "rows": choice.rows,
    })
}
