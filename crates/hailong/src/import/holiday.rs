//! `hailong import holidays`: days off, days exchanged and weekends worked. Shows what changes and every open case that
//! moves; writes nothing without `--apply`, and then goes on with the cases until the last.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context as _, bail};
use hailong_core::{
    context::Actor,
    event::Event,
    serve::{
        calendar::{Calendar, Special},
        decision::{self, Asked, Difference, Plan, Row, Why, plan},
    },
    time::{Day, Instant},
};
use hailong_store::{Store, keys::fresh_bytes, serve::decision::Progress};
use serde::Serialize;

use super::{now, read};
use crate::setting::Database;

/// Pages of cases that follow between two looks at the record.
const AT_ONCE: usize = 5;

/// Days off to import.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
    /// The table, whole or in part: date,weekday,kind,name_vi,source.
    file: PathBuf,
    /// The decision by its name and number, as applicants will read it; the source of the rows when they have the same.
    #[arg(long)]
    decision: Option<String>,
    /// The day it was signed; today when it is not given.
    #[arg(long, value_name = "DAY")]
    decided_on: Option<String>,
    /// Writes it; without, it only shows.
    #[arg(long)]
    apply: bool,
    /// Prints everything as JSON.
    #[arg(long)]
    json: bool,
}

/// What is printed.
#[derive(Serialize)]
struct Told {
    decision: String,
    decided_on: String,
    days: Vec<DayTold>,
    cases: Vec<CaseTold>,
    /// Cases by what comes of them.
    counts: BTreeMap<&'static str, u64>,
    applied: bool,
}

#[derive(Serialize)]
struct DayTold {
    day: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Serialize)]
struct CaseTold {
    code: String,
    office: String,
    from: String,
    to: String,
    why: &'static str,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let text = read(&options.file)?;
    let store = options.database.open().await?;
    let at = now(&store).await?;
    if store.directory().calendar == Calendar::empty() {
        return first(&store, &text, at, &options).await;
    }
    let rows = decision::read(&text).context("the table cannot be read")?;
    let asked = Asked {
        decision: name(&options, &rows, &store)?,
        decided_on: match &options.decided_on {
            Some(day) => Day::parse(day).context("--decided-on is not YYYY-MM-DD")?,
            None => at.day(),
        },
        rows,
    };
    let directory = store.directory();
    let ctx = store.context(Actor::System, at, &directory, fresh_bytes()?);
    let plan = plan(asked, &ctx)?;
    let mut told = look(&store, &plan, at).await?;
    if options.apply {
        if !plan.differences.is_empty() {
            store.publish_decision(&plan, &ctx).await?;
        }
        told.applied = true;
    }
    // Also when nothing changes any more: what was stopped before the last case goes on here.
    let progress = if options.apply { Some(follow(&store, at).await?) } else { None };
    tell(&told, progress.as_ref(), options.json)
}

/// An authority without any calendar gets the whole table as its first.
#[expect(clippy::print_stdout, reason = "what was done is what the command says")]
async fn first(store: &Store, text: &str, at: Instant, options: &Options) -> anyhow::Result<()> {
    let calendar = Calendar::parse_csv(text).context("the table cannot be read")?;
    let (from, to) = calendar.span();
    if options.apply {
        let directory = store.directory();
        let ctx = store.context(Actor::System, at, &directory, fresh_bytes()?);
        store.publish(vec![Event::CalendarPublished { table: text.to_owned() }], &ctx).await?;
    }
    let written = if options.apply { "" } else { " Nothing was written." };
    println!("The first calendar, {from} to {to}: {} days.{written}", calendar.specials().count());
    Ok(())
}

/// The decision's name: as given, or what every row that is not known yet has as its source.
fn name(options: &Options, rows: &[Row], store: &Store) -> anyhow::Result<String> {
    if let Some(name) = &options.decision {
        return Ok(name.clone());
    }
    let directory = store.directory();
    let known: Vec<&Special> = directory.calendar.specials().collect();
    let mut sources = rows.iter().filter_map(|row| match row {
        Row::Put(special) if !known.contains(&special) => Some(special.source.as_str()),
        Row::Put(_) => None,
        Row::TakenBack(_) => Some(""),
    });
    let first = sources.next();
    match first {
        // Nothing is new: no name is written anywhere.
        None => Ok("-".to_owned()),
        Some(source) if !source.is_empty() && sources.all(|other| other == source) => Ok(source.to_owned()),
        Some(_) => bail!("name the decision: --decision \"Quyết định …\""),
    }
}

/// What changes, and what becomes of every open case.
async fn look(store: &Store, plan: &Plan, at: Instant) -> anyhow::Result<Told> {
    let mut cases = Vec::new();
    let mut counts: BTreeMap<_, _> = Why::ALL.into_iter().map(|why| (why.key(), 0)).collect();
    store
        .each_moved(&plan.calendar, at, |file, found| {
            *counts.entry(found.why.key()).or_default() += 1;
            cases.push(CaseTold {
                code: file.code.clone().unwrap_or_default(),
                office: file.case.desk_office.clone(),
                from: found.before.to_string(),
                to: found.after.to_string(),
                why: found.why.key(),
            });
        })
        .await?;
    Ok(Told {
        decision: plan.changed.decision.clone(),
        decided_on: plan.changed.decided_on.to_string(),
        days: plan.differences.iter().map(day).collect(),
        cases,
        counts,
        applied: false,
    })
}

fn day(one: &Difference) -> DayTold {
    let words = |row: &Option<Special>| row.as_ref().map(|row| format!("{} {}", row.kind.key(), row.name));
    DayTold { day: one.day.to_string(), before: words(&one.before), after: words(&one.after) }
}

/// Lets every open case follow.
async fn follow(store: &Store, at: Instant) -> anyhow::Result<Progress> {
    let directory = store.directory();
    let ctx = store.context(Actor::System, at, &directory, fresh_bytes()?);
    loop {
        let progress = store.move_due_dates(AT_ONCE, &ctx).await?;
        if progress.done {
            return Ok(progress);
        }
    }
}

#[expect(clippy::print_stdout, reason = "the preview is what the command is for")]
fn tell(told: &Told, progress: Option<&Progress>, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(told)?);
        return Ok(());
    }
    println!("{} ({})", told.decision, told.decided_on);
    let ordinary = || "an ordinary day".to_owned();
    for one in &told.days {
        let (before, after) = (one.before.clone(), one.after.clone());
        println!(
            "day   {}: {} -> {}",
            one.day,
            before.unwrap_or_else(ordinary),
            after.unwrap_or_else(ordinary)
        );
    }
    for case in &told.cases {
        println!("case  {} {}: {} -> {} ({})", case.code, case.office, case.from, case.to, case.why);
    }
    let counts: Vec<_> = told.counts.iter().map(|(why, n)| format!("{n} {why}")).collect();
    println!("{} days change; open cases: {}.", told.days.len(), counts.join(", "));
    match progress {
        Some(progress) => println!(
            "Written. By the newest decision {} cases moved, {} keep their date, {} cannot be reckoned.",
            progress.moved, progress.kept, progress.beyond
        ),
        None => println!("Nothing was written. --apply writes it."),
    }
    Ok(())
}
