//! `hailong reorganise`: units follow others; a preview of everything that moves, and then the move in bounded batches.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use hailong_core::{
    batch::Batch,
    context::Actor,
    directory::Directory,
    event::Event,
    import,
    serve::{
        case::evolve,
        reorganisation::{Asked, OpenCase, Plan, Way, Why, plan},
        succession::{self, move_case},
        unit::{Table, csv_field},
    },
    time::{Day, Instant},
};
use hailong_store::{Store, StoreError, keys::fresh_bytes, serve::case::CaseFile};
use uuid::Uuid;

use crate::{
    import::{
        directory::{What, take},
        now, read,
    },
    setting::Database,
};

/// Cases read, and moved in one transaction.
const PAGE: i64 = 200;
/// Times to go through the open cases again, when somebody worked on one at the same moment.
const ROUNDS: usize = 5;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
    /// Table of successions (docs/imports.md).
    file: PathBuf,
    /// First day of the new units.
    #[arg(long, value_parser = day)]
    on: Day,
    /// Does it. Without this the plan is shown and nothing is written.
    #[arg(long)]
    apply: bool,
    /// For a divided or abolished unit: the successor of what no rule places, as UNIT=UNIT or UNIT=residence.
    #[arg(long, value_name = "UNIT=UNIT", value_parser = pair)]
    choose: Vec<(String, String)>,
    /// Who heads a new office, as UNIT=OFFICIAL.
    #[arg(long, value_name = "UNIT=OFFICIAL", value_parser = pair)]
    head: Vec<(String, String)>,
    /// Table of units to enter first.
    #[arg(long, value_name = "FILE")]
    units: Option<PathBuf>,
    /// Facts of the new offices: keys, names, case codes.
    #[arg(long, value_name = "FILE")]
    offices: Option<PathBuf>,
    /// Writes every open case that moves to a table: case, from, to, why.
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Decisions of a person, case by case: such a table with the column `to` put right.
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Business time in a demo, as 2025-07-01T07:00. A real record uses the clock.
    #[arg(long)]
    at: Option<String>,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| format!("\"{text}\" is not a day: write YYYY-MM-DD"))
}

fn pair(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(a, b)| !a.is_empty() && !b.is_empty());
    parts.map(|(a, b)| (a.to_owned(), b.to_owned())).ok_or_else(|| format!("\"{text}\" is not A=B"))
}

#[expect(clippy::print_stdout, reason = "the plan is what the command is for")]
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let store = options.database.open().await?;
    let at = business_time(&store, &options).await?;
    let (known, units) = with_units(&store, &options)?;
    let asked = asked(&options, &known)?;
    let plan = match plan(&known, &asked) {
        Ok(plan) => plan,
        Err(wrong) => {
            for line in &wrong {
                println!("! {line}");
            }
            bail!("nothing was changed: {} things must be told or put right first", wrong.len());
        }
    };
    let decided = decisions(options.decisions.as_deref(), &plan)?;
    let mut tally = Tally::default();
    go_through(&store, &plan, &decided, |file, moves| {
        tally.add(file, moves);
        Ok(())
    })
    .await?;
    if let Some(file) = &options.list {
        std::fs::write(file, &tally.list).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    println!("{}", describe(&store, &plan, &tally, &known).await?);
    if !options.apply {
        println!("Nothing was changed. The same command with --apply does it.");
        return Ok(());
    }
    ensure!(
        at.day() >= options.on,
        "it is {} in this record: cases move on {} and not before",
        at.day(),
        options.on
    );
    if !units.is_empty() {
        let directory = store.directory();
        let ctx = store.context(Actor::System, at, &directory, fresh_bytes()?);
        store.publish(units, &ctx).await?;
    }
    if !plan.is_written() {
        let directory = store.directory();
        let ctx = store.context(Actor::System, at, &directory, fresh_bytes()?);
        store.commit(plan.structure(&ctx)?).await?;
    }
    let moved = apply(&store, &plan, &decided, at).await?;
    println!("Done: {moved} cases moved.");
    Ok(())
}

async fn business_time(store: &Store, options: &Options) -> anyhow::Result<Instant> {
    let demo = store.directory().authority.demo;
    match &options.at {
        None => now(store).await,
        Some(_) if !demo => bail!("--at is for demos: a real record uses the clock"),
        Some(text) => {
            let at =
                Instant::parse_local(text).with_context(|| format!("\"{text}\" is not YYYY-MM-DDTHH:MM"))?;
            ensure!(Some(at) >= store.last_instant().await?, "--at is before the last thing that happened");
            Ok(at)
        }
    }
}

/// What is known, with the units of the file, and the events that enter them.
fn with_units(store: &Store, options: &Options) -> anyhow::Result<(Directory, Vec<Event>)> {
    let mut known = Directory::clone(&store.directory());
    let Some(file) = &options.units else { return Ok((known, Vec::new())) };
    let (report, events) =
        take(&read(file)?, What::Units, &mut known).with_context(|| file.display().to_string())?;
    ensure!(report.refused == 0, "{} holds units that cannot be", file.display());
    Ok((known.with(events.clone()), events))
}

fn asked(options: &Options, known: &Directory) -> anyhow::Result<Asked> {
    let successions =
        succession::parse_csv(&read(&options.file)?).with_context(|| options.file.display().to_string())?;
    let mut offices = Vec::new();
    if let Some(file) = &options.offices {
        let (report, events) = import::office::read(&read(file)?, &mut known.clone())
            .with_context(|| file.display().to_string())?;
        let refused = report.records.iter().find(|record| record.outcome == import::Outcome::Refused);
        if let Some(record) = refused {
            bail!("{}: {}: {}", file.display(), record.code, record.why);
        }
        offices.extend(events.into_iter().filter_map(|event| match event {
            Event::OfficeOpened(office) => Some(office),
            _ => None,
        }));
    }
    Ok(Asked {
        on: options.on,
        successions,
        choices: options.choose.iter().cloned().collect(),
        heads: options.head.iter().cloned().collect(),
        offices,
    })
}

/// The offices that persons decided for, by case.
fn decisions(file: Option<&Path>, plan: &Plan) -> anyhow::Result<BTreeMap<Uuid, String>> {
    let Some(file) = file else { return Ok(BTreeMap::new()) };
    let table = Table::read(&read(file)?).with_context(|| file.display().to_string())?;
    let mut decided = BTreeMap::new();
    for row in &table.rows {
        let id = Uuid::parse_str(row.get("case"))
            .with_context(|| format!("{}: line {}: case is no key of a case", file.display(), row.line))?;
        let to = row.get("to");
        ensure!(
            plan.staff.contains_key(to),
            "{}: line {}: {to} is not among the new offices",
            file.display(),
            row.line
        );
        decided.insert(id, to.to_owned());
    }
    Ok(decided)
}

/// One office of a case gives way to another.
struct Move {
    from: String,
    to: String,
    holder: String,
    why: Why,
}

/// Looks at every open case once; those that move are shown to `see`.
async fn go_through(
    store: &Store,
    plan: &Plan,
    decided: &BTreeMap<Uuid, String>,
    mut see: impl FnMut(&CaseFile, &[Move]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut after = Uuid::nil();
    loop {
        let page = store.open_cases_after(after, PAGE).await?;
        for file in &page {
            let moves = moves(store, plan, decided, file).await?;
            if !moves.is_empty() {
                see(file, &moves)?;
            }
        }
        match page.last() {
            Some(last) if page.len() == PAGE as usize => after = last.case.id,
            _ => return Ok(()),
        }
    }
}

async fn moves(
    store: &Store,
    plan: &Plan,
    decided: &BTreeMap<Uuid, String>,
    file: &CaseFile,
) -> anyhow::Result<Vec<Move>> {
    let case = &file.case;
    let mut offices = vec![case.at_office.as_str()];
    if case.desk_office != case.at_office {
        offices.push(case.desk_office.as_str());
    }
    let by_hamlet =
        |way: &Way| matches!(way, Way::Divided { parts, .. } if parts.iter().any(|(_, has)| !has.is_empty()));
    let reads = offices.iter().filter_map(|office| plan.ways.get(*office)).any(by_hamlet);
    let applicant = if reads { store.applicant(file).await? } else { None };
    let open = OpenCase {
        procedure: &case.procedure,
        residence: file.residence.as_deref(),
        address: applicant.as_ref().map(|applicant| applicant.address.as_str()),
        decided: decided.get(&case.id).map(String::as_str),
    };
    let mut moves = Vec::new();
    for office in offices {
        let Some((to, why)) = plan.route(office, open) else {
            ensure!(!plan.ways.contains_key(office), "no rule places case {} of {office}", case.id);
            continue;
        };
        let holder = plan.holder(to, &case.holder).with_context(|| format!("nobody serves at {to}"))?;
        moves.push(Move { from: office.to_owned(), to: to.to_owned(), holder: holder.to_owned(), why });
    }
    Ok(moves)
}

/// Moves what is left, in bounded transactions. A case that somebody worked on at the same moment is taken in the
/// next round.
async fn apply(
    store: &Store,
    plan: &Plan,
    decided: &BTreeMap<Uuid, String>,
    at: Instant,
) -> anyhow::Result<u64> {
    let (mut moved, directory) = (0, store.directory());
    for _ in 0..ROUNDS {
        let mut waiting: Vec<Vec<Batch>> = Vec::new();
        let ctx = store.context(Actor::System, at, &directory, fresh_bytes()?);
        let mut after = Uuid::nil();
        let mut left = false;
        loop {
            let page = store.open_cases_after(after, PAGE).await?;
            for file in &page {
                let mut case = file.case.clone();
                let mut batches = Vec::new();
                for one in moves(store, plan, decided, file).await? {
                    let batch = move_case(&case, &one.from, &one.to, &one.holder, &ctx)?;
                    for entry in &batch.entries {
                        evolve(&mut case, entry.at, &entry.event);
                    }
                    batches.push(batch);
                }
                if !batches.is_empty() {
                    waiting.push(batches);
                }
            }
            moved += write(store, std::mem::take(&mut waiting), &mut left).await?;
            match page.last() {
                Some(last) if page.len() == PAGE as usize => after = last.case.id,
                _ => break,
            }
        }
        if !left {
            return Ok(moved);
        }
    }
    bail!("{moved} cases moved; others were being worked on all the time: run the same command again")
}

/// Writes the moves of a page together; one by one when somebody was faster at one of them.
async fn write(store: &Store, cases: Vec<Vec<Batch>>, left: &mut bool) -> anyhow::Result<u64> {
    if cases.is_empty() {
        return Ok(0);
    }
    let all = cases.len() as u64;
    match store.commit_all(cases.iter().flatten().cloned().collect()).await {
        Ok(()) => return Ok(all),
        Err(StoreError::Stale) => {}
        Err(error) => return Err(error.into()),
    }
    let mut moved = 0;
    for case in cases {
        match store.commit_all(case).await {
            Ok(()) => moved += 1,
            Err(StoreError::Stale) => *left = true,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(moved)
}

/// What the cases come to.
struct Tally {
    cases: u64,
    /// Cases by office, new office and reason.
    ways: BTreeMap<(String, String, Why), u64>,
    list: String,
}

impl Default for Tally {
    fn default() -> Self {
        Self { cases: 0, ways: BTreeMap::new(), list: "case,code,procedure,due,from,to,why\n".to_owned() }
    }
}

impl Tally {
    fn add(&mut self, file: &CaseFile, moves: &[Move]) {
        self.cases += 1;
        for one in moves {
            *self.ways.entry((one.from.clone(), one.to.clone(), one.why)).or_default() += 1;
            let due = file.due_at.map(|due| due.to_string()).unwrap_or_default();
            let code = file.code.as_deref().unwrap_or_default();
            let cells = [code, &file.case.procedure, &due, &one.from, &one.to, one.why.key()];
            // Writing to a text does not fail.
            let _ = write!(self.list, "{}", file.case.id);
            for cell in cells {
                let _ = write!(self.list, ",{}", csv_field(cell));
            }
            self.list.push('\n');
        }
    }
}

async fn describe(store: &Store, plan: &Plan, tally: &Tally, known: &Directory) -> anyhow::Result<String> {
    let mut text = format!("Reorganisation on {}\n", plan.on);
    if plan.is_written() {
        writeln!(text, "The offices and posts are in the record already; this goes on with the cases.")?;
    }
    for office in &plan.opens {
        writeln!(
            text,
            "opens   {} ({}, code {}, case codes {})",
            office.id, office.name_vi, office.gso_code, office.case_prefix
        )?;
        if let Some(head) = plan.staff.get(&office.id).and_then(|staff| staff.first()) {
            let name = known.official(head).map(|head| head.name.clone()).unwrap_or_default();
            writeln!(text, "        head: {head} ({name}); {} serve there", plan.staff[&office.id].len())?;
        }
    }
    let year = plan.on.plus(-1).year();
    for office in &plan.closes {
        let last = store.last_number(&format!("{office}/{year}")).await?;
        writeln!(
            text,
            "closes  {office}, last day {}; its book of {year} ends at number {last}",
            plan.on.plus(-1)
        )?;
    }
    writeln!(text, "posts   {} end, {} begin", plan.left.len(), plan.taken.len())?;
    for ((from, to, why), n) in &tally.ways {
        writeln!(text, "cases   {n:>6}  {from} -> {to} ({})", why.key())?;
    }
    let to_decide: u64 =
        tally.ways.iter().filter(|((_, _, why), _)| *why == Why::ToDecide).map(|(_, n)| n).sum();
    writeln!(
        text,
        "        {} open cases move; {to_decide} of them should be looked at by a person (--list, --decisions)",
        tally.cases
    )?;
    for note in &plan.notes {
        writeln!(text, "note    {note}")?;
    }
    Ok(text)
}
