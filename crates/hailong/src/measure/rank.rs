//! `hailong measure rank`: shares of groups, drawn to the mean by what is known, with ranks that say how sure they are.

use std::{collections::BTreeMap, io::Write, path::PathBuf};

use anyhow::{Context as _, anyhow, bail, ensure};
use hailong_stats::{
    beta_binomial::{self, Count, Share},
    funnel::{Funnel, funnel},
    interval::{Z95, jeffreys, wilson},
    rank::{Rank, benjamini_hochberg, ranks},
};
use serde::Serialize;

use super::table::{Column, Table};

/// Most groups that are ranked.
const MOST_GROUPS: usize = 2_000;

/// Tells the shares of groups: how sure they are, which differ from the others, and how sure their ranks are.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A table of comma-separated values with a head line.
    file: PathBuf,
    /// The column of groups; `office:field` for each field of each office.
    #[arg(long)]
    group: String,
    /// The column that says whether it succeeded, one answer a row: 1 or 0, true or false, yes or no.
    #[arg(long, required_unless_present = "successes", conflicts_with = "successes")]
    yes: Option<String>,
    /// The column of how many succeeded.
    #[arg(long, requires = "of")]
    successes: Option<String>,
    /// The column of how many there were.
    #[arg(long, requires = "successes")]
    of: Option<String>,
    /// Groups with fewer are named, and nothing is said of them.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    minimum: u32,
    /// The share that groups are compared with; else that of all together.
    #[arg(long)]
    centre: Option<f64>,
    /// At most this part of the groups called above or below is so by chance.
    #[arg(long, default_value_t = 0.05)]
    rate: f64,
    /// How often shares are drawn to be ranked.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    draws: u32,
    /// Seed of the draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What is told.
#[derive(Serialize)]
struct Told {
    /// From the highest to the lowest expected rank.
    groups: Vec<Group>,
    too_few: Vec<TooFew>,
    /// How shares are spread over groups.
    prior: Prior,
    funnel: Limits,
}

#[derive(Serialize)]
struct Group {
    group: String,
    n: u64,
    successes: u64,
    share: f64,
    /// 95 % score interval of the share by itself, and Jeffreys'.
    wilson: (f64, f64),
    jeffreys: (f64, f64),
    /// The share drawn to the mean, and its 90 % interval.
    adjusted: f64,
    interval: (f64, f64),
    expected_rank: f64,
    /// 90 % interval of the rank.
    rank: (u32, u32),
    best: f64,
    worst: f64,
    /// The 95 % limits of a group of this size that is like the others.
    limits: (f64, f64),
    p_value: f64,
    /// The rate of false discoveries at which it would just be called different.
    q_value: f64,
    verdict: Verdict,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Above,
    Below,
    NotDistinguishable,
}

#[derive(Serialize)]
struct TooFew {
    group: String,
    n: u64,
}

#[derive(Serialize)]
struct Prior {
    mean: f64,
    sd: f64,
    a: f64,
    b: f64,
}

#[derive(Serialize)]
struct Limits {
    centre: f64,
    dispersion: f64,
    between: f64,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    for (name, share) in [("--rate", Some(options.rate)), ("--centre", options.centre)] {
        let fits = share.is_none_or(|share| share > 0.0 && share < 1.0);
        ensure!(fits, "no-share: {name} is a number between 0 and 1");
    }
    let told = told(options)?;
    let mut out = std::io::stdout().lock();
    if options.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&told)?)?;
    } else {
        print(&mut out, &told)?;
    }
    Ok(())
}

/// Successes and observations of each group.
fn counts(options: &Options) -> anyhow::Result<BTreeMap<String, (u64, u64)>> {
    let names: Vec<&str> =
        [Some(&options.group), options.yes.as_ref(), options.successes.as_ref(), options.of.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
    let table = Table::read(&options.file, &names)?;
    let groups = table.column(&options.group)?.sorted();
    let of_rows: Vec<(u64, u64)> = match (&options.yes, &options.successes, &options.of) {
        (Some(yes), ..) => {
            let column = table.column(yes)?;
            table.map(&column, "no-answer", "neither yes nor no", |value| {
                answer(value).map(|yes| (u64::from(yes), 1))
            })?
        }
        (_, Some(successes), Some(of)) => {
            let whole = |name: &str| {
                table.map(&table.column(name)?, "no-count", "no whole number", |value| {
                    value.parse::<u64>().ok()
                })
            };
            let pairs: Vec<_> = whole(successes)?.into_iter().zip(whole(of)?).collect();
            if let Some(row) = pairs.iter().position(|(successes, n)| successes > n) {
                bail!("no-count: line {}: more succeeded than there were", table.line(row));
            }
            pairs
        }
        _ => bail!("no-such-column: --yes, or --successes and --of, are needed"),
    };
    let Column { values, codes, .. } = groups;
    let mut sums = vec![(0, 0); values.len()];
    for (code, (successes, n)) in codes.iter().zip(of_rows) {
        let sum: &mut (u64, u64) = &mut sums[*code as usize];
        *sum = (sum.0.saturating_add(successes), sum.1.saturating_add(n));
    }
    ensure!(sums.iter().all(|sum| sum.1 < 1 << 50), "no-count: there are too many to be counted");
    Ok(values.into_iter().zip(sums).collect())
}

fn answer(value: &str) -> Option<bool> {
    match value.to_lowercase().as_str() {
        "1" | "true" | "yes" | "có" => Some(true),
        "0" | "false" | "no" | "không" => Some(false),
        _ => None,
    }
}

fn told(options: &Options) -> anyhow::Result<Told> {
    let minimum = u64::from(options.minimum);
    let (enough, few): (Vec<_>, Vec<_>) = counts(options)?.into_iter().partition(|(_, (_, n))| *n >= minimum);
    let too_few = few.into_iter().map(|(group, (_, n))| TooFew { group, n }).collect();
    let many = enough.len();
    ensure!(many >= 2, "too-few-groups: {many} groups have {minimum} observations, and two are needed");
    ensure!(many <= MOST_GROUPS, "too-many-groups: {many} groups, and {MOST_GROUPS} are allowed");
    let counts: Vec<Count> = enough
        .iter()
        .map(|(_, (successes, n))| Count { successes: *successes as f64, n: *n as f64 })
        .collect();
    let prior = beta_binomial::fit(&counts);
    let prior =
        prior.context("no-spread: everything succeeded, or nothing; there is nothing to be ranked")?;
    let funnel =
        funnel(&counts, options.centre).context("no-spread: there is nothing to be compared with")?;
    let known: Vec<Share> = counts.iter().map(|count| prior.given(*count)).collect();
    let ranks = ranks(many, options.draws, options.seed, |at, random| random.beta(known[at].a, known[at].b));
    let p_values: Vec<f64> = counts.iter().map(|count| funnel.p_value(*count)).collect();
    let q_values = benjamini_hochberg(&p_values);
    let mut groups: Vec<Group> = Vec::with_capacity(many);
    for (at, (name, (successes, n))) in enough.into_iter().enumerate() {
        let Rank { expected, low, high, best, worst } = ranks[at];
        let share = successes as f64 / n as f64;
        groups.push(Group {
            group: name,
            n,
            successes,
            share,
            wilson: wilson(successes, n, Z95),
            jeffreys: jeffreys(successes, n, 0.95),
            adjusted: known[at].mean(),
            interval: known[at].interval(0.9),
            expected_rank: expected,
            rank: (low, high),
            best,
            worst,
            limits: funnel.limits(n as f64, 0.95),
            p_value: p_values[at],
            q_value: q_values[at],
            verdict: match q_values[at] <= options.rate {
                true if share > funnel.centre => Verdict::Above,
                true => Verdict::Below,
                false => Verdict::NotDistinguishable,
            },
        });
    }
    groups.sort_by(|a, b| a.expected_rank.total_cmp(&b.expected_rank));
    let Funnel { centre, dispersion, between } = funnel;
    Ok(Told {
        groups,
        too_few,
        prior: Prior { mean: prior.mean(), sd: prior.sd(), a: prior.a, b: prior.b },
        funnel: Limits { centre, dispersion, between },
    })
}

fn print(out: &mut impl Write, told: &Told) -> anyhow::Result<()> {
    writeln!(
        out,
        "{:<28} {:>7} {:>7} {:>15} {:>8} {:>15} {:>6} {:>9} {:>6} {:>6} {:>7}  verdict",
        "group", "n", "share", "95 %", "adjusted", "90 %", "rank", "90 %", "best", "worst", "q"
    )?;
    for group in &told.groups {
        let between = |(low, high): (f64, f64)| format!("{low:.3} to {high:.3}");
        let ranks = format!("{} to {}", group.rank.0, group.rank.1);
        let verdict = match group.verdict {
            Verdict::Above => "above the others",
            Verdict::Below => "below the others",
            Verdict::NotDistinguishable => "not distinguishable",
        };
        writeln!(
            out,
            "{:<28} {:>7} {:>7.3} {:>15} {:>8.3} {:>15} {:>6.1} {:>9} {:>6.3} {:>6.3} {:>7.4}  {verdict}",
            group.group,
            group.n,
            group.share,
            between(group.wilson),
            group.adjusted,
            between(group.interval),
            group.expected_rank,
            ranks,
            group.best,
            group.worst,
            group.q_value,
        )?;
    }
    for few in &told.too_few {
        writeln!(out, "{:<28} {:>7} not enough to say", few.group, few.n)?;
    }
    let Limits { centre, dispersion, .. } = told.funnel;
    writeln!(out, "\nCompared with {centre:.3}; spread {dispersion:.2} times that of chance.")
        .map_err(|error| anyhow!(error))
}
