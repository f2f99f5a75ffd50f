//! `hailong recount`: every published figure, counted anew from the log alone.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context as _, ensure};
use hailong_core::{
    listen::log::{
        Difference, Figure, Leaf, LogFault, LogVerifier, OpenedLine, Recount, differences, root_of,
    },
    serve::applicant::Group,
};
use serde_json::json;

use super::{Published, checkpoint, source::Source};

/// Largest file of figures.
const MOST_FIGURES: usize = 256 << 20;
/// Most differences that are told in words.
const MOST_TOLD: usize = 50;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    published: Published,
    /// What opens officials and procedures (`hailong log openings`): their figures are counted too.
    #[arg(long, value_name = "FILE")]
    openings: Option<PathBuf>,
    /// One JSON object instead of words.
    #[arg(long)]
    json: bool,
}

/// Office, group of people, number of the sealed group, line.
type Line = (String, Group, i64, u32);

#[expect(clippy::print_stdout, reason = "the count is what the command is for")]
pub(super) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    let source = &options.published.log;
    let key = options.published.verifier().await?;
    let mut openings = options.openings.as_ref().map_or_else(|| Ok(HashMap::new()), read_openings)?;
    let mut wrong_openings = 0_u64;
    let recount = read(source, &key, |recount, leaf| {
        if !openings.is_empty()
            && let Some(opening) = openings.remove(&(leaf.office.clone(), leaf.group, leaf.serial, leaf.line))
        {
            wrong_openings += u64::from(!recount.open(leaf, &opening));
        }
    });
    let recount = recount.await?;
    // Openings of lines that are not in the log are as wrong as those that do not fit.
    wrong_openings += openings.len() as u64;
    let figures: Vec<Figure> = serde_json::from_slice(&source.get("figures", MOST_FIGURES).await?)
        .context("the published figures cannot be read")?;
    let found = differences(&figures, &recount);
    let right = found.is_empty() && wrong_openings == 0;
    if options.json {
        let officials: Vec<_> = recount
            .officials()
            .iter()
            .map(|(official, [welcome, guidance])| json!({ "official": official, "welcome": welcome, "guidance": guidance }))
            .collect();
        let all = json!({
            "ballots": recount.ballots, "lines": recount.lines, "figures": figures.len(), "differences": found,
            "opened": recount.opened, "wrong_openings": wrong_openings, "officials": officials,
        });
        println!("{all:#}");
    } else {
        println!("{}", in_words(&recount, &figures, &found, wrong_openings));
    }
    Ok(if right { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Counts a whole log.
pub(crate) async fn count(source: &Source, key: &LogVerifier) -> anyhow::Result<Recount> {
    read(source, key, |_, _| {}).await
}

/// Counts every leaf of the tree that the key has signed.
async fn read(
    source: &Source,
    key: &LogVerifier,
    mut also: impl FnMut(&mut Recount, &Leaf),
) -> anyhow::Result<Recount> {
    let newest = checkpoint(source, key).await?;
    let mut recount = Recount::default();
    let hashes = source.entries(
        newest.size,
        |place, entry| Ok(Leaf::read(place, entry)?),
        |leaf| {
            also(&mut recount, &leaf);
            recount.add(&leaf);
        },
    );
    ensure!(root_of(&hashes.await?) == newest.root, LogFault::Root { size: newest.size });
    Ok(recount)
}

fn read_openings(file: &PathBuf) -> anyhow::Result<HashMap<Line, OpenedLine>> {
    let name = file.display();
    let opened = std::fs::File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let mut openings = HashMap::new();
    for (number, line) in (1..).zip(BufReader::new(opened).lines()) {
        let line = line.with_context(|| format!("{name}, line {number}"))?;
        let opening: OpenedLine =
            serde_json::from_str(&line).with_context(|| format!("{name}, line {number}"))?;
        let key = (opening.office.clone(), opening.group, opening.serial, opening.line);
        ensure!(
            openings.insert(key, opening).is_none(),
            "{name}, line {number} opens a line for the second time"
        );
    }
    Ok(openings)
}

fn in_words(recount: &Recount, figures: &[Figure], found: &[Difference], wrong_openings: u64) -> String {
    let mut words = format!("{} ballots counted anew; {} published figures", recount.ballots, figures.len());
    words += &match found.len() {
        0 => ", all of them as the log says.".to_owned(),
        n => format!("; {n} are NOT what the log says:"),
    };
    for one in found.iter().take(MOST_TOLD) {
        let scores =
            |scores: Option<[u64; 6]>| scores.map_or("nothing".into(), |scores| format!("{scores:?}"));
        words += &format!(
            "\n  {} {:?} {} {}: published {}, counted {}",
            one.office,
            one.group,
            one.month,
            one.question,
            scores(one.published),
            scores(one.counted)
        );
    }
    if recount.opened > 0 || wrong_openings > 0 {
        words += &format!("\n{} lines opened, {wrong_openings} openings are wrong.", recount.opened);
    }
    for (official, [welcome, guidance]) in recount.officials() {
        words += &format!("\n  {official}: welcome {welcome:?}, guidance {guidance:?}");
    }
    words
}
