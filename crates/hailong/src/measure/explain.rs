//! `hailong measure explain`: a scorecard computed again, with everything that went in.

use std::io::Write as _;

use anyhow::{Context as _, ensure};
use hailong_core::{
    measure::scorecard::{self, Card, Cell, Score, Scorecards},
    time::Month,
};
use serde_json::json;

use crate::{import::now, setting::Database};

/// Computes what answers say of an official again, and shows each step from the plain mean to the figure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Key of the official, such as tran-phan-1.
    official: String,
    /// The quarter, such as 2017-Q2; the one that runs without it.
    #[arg(long, value_parser = quarter)]
    period: Option<Month>,
    #[command(flatten)]
    database: Database,
    /// One JSON object: the figures, and the answers that went in.
    #[arg(long)]
    json: bool,
}

pub(super) fn quarter(text: &str) -> Result<Month, String> {
    Month::of_quarter_key(text).ok_or_else(|| format!("\"{text}\" is no quarter: write it as 2017-Q2"))
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let store = options.database.open().await?;
    let month = match options.period {
        Some(month) => month,
        None => now(&store).await?.day().month(),
    };
    let [from, _, to] = month.quarter();
    let (from, before) = (from.first_day(), to.next().first_day());
    let known = store.directory().officials.iter().any(|one| one.id == options.official);
    ensure!(known, "there is no official {}", options.official);
    let asked = store.asked_about_officials(from, before).await?;
    let invited = asked.iter().find(|one| one.official == options.official).map_or(0, |one| one.invited);
    let mut out = std::io::stdout().lock();
    for (question, cells) in store.attitude_cells(from, before).await? {
        let own: Vec<Cell> = cells.iter().filter(|cell| cell.official == options.official).cloned().collect();
        let cards = scorecard::scorecards(question, cells);
        let card = cards.of(&options.official);
        if options.json {
            let line = json!({
                "question": question.key(), "from": from.to_string(), "before": before.to_string(),
                "method": cards.method, "district": { "mean": cards.mean, "answers": cards.answers, "variances": cards.variances },
                "card": card, "invited": invited, "answers": own.iter().map(answers).collect::<Vec<_>>(),
            });
            writeln!(out, "{line}").context("the output cannot be written")?;
        } else {
            write!(out, "{}", words(&cards, card, invited)).context("the output cannot be written")?;
        }
    }
    Ok(())
}

fn answers(cell: &Cell) -> serde_json::Value {
    json!({
        "office": cell.office, "group": cell.group, "field": cell.field,
        "source": cell.source.map(hailong_core::listen::invitation::Source::key), "counts": cell.counts,
    })
}

fn words(cards: &Scorecards, card: Option<&Card>, invited: u64) -> String {
    let mut text =
        format!("{} ({}), mean of the district {:.4}\n", cards.question.key(), cards.method, cards.mean);
    for (name, variance) in &cards.variances {
        text += &format!("  variance of {name:<24} {variance:.6}\n");
    }
    let Some(card) = card else { return text + "  no slip names this official in this quarter\n" };
    text += &format!("  answers                              {} of {invited} invited\n", card.answers);
    let Some(plain) = card.plain else { return text + "  fewer than 20 answers: nothing is shown\n" };
    text += &format!("  plain mean                           {plain:.4}\n");
    text += &format!("  field, way, group of people          {:+.4}\n", card.adjusted);
    text += &format!("  drawn to the mean                    {:+.4}\n", card.drawn);
    text += &format!("  reliability                          {:.4}\n", card.reliability);
    text += &match card.score {
        Score::Shown { mean, low, high, standing } => {
            format!(
                "  shown                                {mean:.4} ({low:.4} to {high:.4}), {standing:?}\n"
            )
        }
        Score::TooFew | Score::Unreliable | Score::NoModel => {
            format!("  nothing is shown                     {:?}\n", card.score)
        }
    };
    if let Some((low, high)) = scorecard::bounds(plain, card.answers, invited) {
        text += &format!("  whatever the silent think            {low:.4} to {high:.4}\n");
    }
    text
}
