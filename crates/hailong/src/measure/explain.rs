//! `hailong measure explain`: a scorecard computed again, with everything that went in.

use std::io::Write as _;

use anyhow::{Context as _, ensure};
use hailong_core::{
    listen::invitation::Source,
    measure::scorecard::{self, Card, Cell, Facts, Measure, Score, Scorecards, Subject, scorecards},
    time::Month,
};
use hailong_store::Store;
use serde_json::json;

use crate::{import::now, setting::Database};

/// Computes what answers and the clock say of an official, office, procedure or field again, and shows each step from the plain mean to the
/// figure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// official, office, procedure or field.
    #[arg(value_parser = subject)]
    kind: Subject,
    /// Its key, such as tran-phan-1, tran-phan, 1.001193 or "Hộ tịch".
    key: String,
    /// The quarter, such as 2017-Q2; the one that runs without it.
    #[arg(long, value_parser = quarter)]
    period: Option<Month>,
    #[command(flatten)]
    database: Database,
    /// One JSON object for each figure: the figure, and the answers that went in.
    #[arg(long)]
    json: bool,
}

fn subject(text: &str) -> Result<Subject, String> {
    Subject::from_key(text).ok_or_else(|| format!("\"{text}\" is none of official, office, procedure, field"))
}

pub(super) fn quarter(text: &str) -> Result<Month, String> {
    Month::of_quarter_key(text).ok_or_else(|| format!("\"{text}\" is no quarter: write it as 2017-Q2"))
}

/// The first month of a quarter, of the one that runs where none was asked for.
pub(super) async fn first_of(store: &Store, asked: Option<Month>) -> anyhow::Result<Month> {
    let month = match asked {
        Some(month) => month,
        None => now(store).await?.day().month(),
    };
    let [first, ..] = month.quarter();
    Ok(first)
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let store = options.database.open().await?;
    let month = first_of(&store, options.period).await?;
    let (from, before) = month.days_of_quarter();
    let (kind, key) = (options.kind, options.key.as_str());
    let counted = store.counted_between(from, before).await?;
    ensure!(
        counted.subjects(kind).contains(key),
        "nothing is known of the {} {key} from {from} to {before}",
        kind.key()
    );
    let (facts, through) = (counted.facts(kind, key), counted.through());
    let mut out = std::io::stdout().lock();
    for measure in kind.measures() {
        let cells = counted.cells(*measure);
        let own: Vec<Cell> = cells.iter().filter(|cell| kind.of(cell) == Some(key)).cloned().collect();
        let cards = scorecards(kind, *measure, cells, &through);
        let card = cards.of(key);
        if options.json {
            let line = json!({
                "kind": kind, "measure": measure, "from": from.to_string(), "before": before.to_string(),
                "method": cards.method, "district": { "mean": cards.mean, "answers": cards.answers, "excess": cards.excess, "variances": cards.variances },
                "card": card, "facts": facts, "answers": own.iter().map(answers).collect::<Vec<_>>(),
            });
            writeln!(out, "{line}").context("the output cannot be written")?;
        } else {
            write!(out, "{}", words(&cards, card, &facts)).context("the output cannot be written")?;
        }
    }
    if let Some(calls) = facts.call_backs.filter(|_| !options.json) {
        let (agreed, asked, standing) = (calls.agreed, calls.asked, calls.standing.key());
        writeln!(out, "called back: {agreed} of {asked} said that the rating was theirs, {standing}")
            .context("the output cannot be written")?;
    }
    Ok(())
}

fn answers(cell: &Cell) -> serde_json::Value {
    json!({
        "office": cell.office, "group": cell.group, "procedure": cell.procedure, "field": cell.field,
        "source": cell.source.map(Source::key), "counts": cell.counts,
    })
}

fn words(cards: &Scorecards, card: Option<&Card>, facts: &Facts) -> String {
    let mut text =
        format!("{} ({}), mean of the district {:.4}\n", cards.measure.key(), cards.method, cards.mean);
    if let Some(excess) = cards.excess {
        text += &format!("  answers through the office           {excess:+.4}\n");
    }
    for (name, variance) in &cards.variances {
        text += &format!("  variance of {name:<24} {variance:.6}\n");
    }
    let Some(card) = card else { return text + "  nothing names it in this quarter\n" };
    text += &match cards.measure {
        Measure::Answer(_) => {
            format!("  answers                              {} of {} invited\n", card.answers, facts.invited)
        }
        Measure::OnTime => format!("  cases                                {}\n", card.answers),
    };
    let Some(plain) = card.plain else { return text + "  fewer than 20: nothing is shown\n" };
    text += &format!("  plain mean                           {plain:.4}\n");
    for way in &card.ways {
        let source = way.source.map_or("unsaid way", |source| match source {
            Source::Apart => "past the office",
            Source::Office => "through the office",
        });
        let mean = way.mean.map_or_else(|| "fewer than 20".to_owned(), |mean| format!("mean {mean:.4}"));
        text += &format!("  {source:<36} {} answers, {mean}, weight {:.4}\n", way.answers, way.weight);
    }
    if !card.ways.is_empty() {
        text += &format!("  answers through the office weighed   {:+.4}\n", card.weighed);
    }
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
    if matches!(cards.measure, Measure::Answer(_))
        && let Some((low, high)) = scorecard::bounds(plain, card.answers, facts.invited)
    {
        text += &format!("  whatever the silent think            {low:.4} to {high:.4}\n");
    }
    text
}
