//! `hailong export`: what others may work with, without a person in it.

use std::{
    collections::HashMap,
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::ValueEnum;
use hailong_core::{
    measure::process::{Step, Trail},
    serve::{case::Outcome, official::actors},
};
use hailong_render::{Lang, measure::process::activity};
use hailong_stats::process::{csv, ocel, xes};
use hailong_store::Store;

use crate::setting::Database;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// All cases as an event log for process mining: what was done, when, at which office, with what result.
    Events(Events),
}

#[derive(clap::Args)]
pub(crate) struct Events {
    /// The file; printed without.
    file: Option<PathBuf>,
    /// The format.
    #[arg(long, value_enum, default_value_t = Format::Xes)]
    format: Format,
    /// Language of the activities' names.
    #[arg(long, default_value = "vi", value_parser = ["vi", "en"])]
    lang: String,
    #[command(flatten)]
    database: Database,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Xes,
    Ocel,
    Csv,
}

pub(crate) async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Events(options) = command;
    let store = options.database.open().await?;
    let lang = Lang::from_tag(&options.lang).unwrap_or_default();
    let out: Box<dyn Write> = match &options.file {
        Some(file) => {
            Box::new(File::create(file).with_context(|| format!("{} cannot be written", file.display()))?)
        }
        None => Box::new(std::io::stdout().lock()),
    };
    let out = BufWriter::with_capacity(1 << 17, out);
    events(&store, lang, Out::new(options.format, out)?).await
}

/// Lines of the journal read at once.
const PAGE: i64 = 5_000;

/// Writes the cases one after the other, in the order in which they were opened.
async fn events(store: &Store, lang: Lang, mut out: Out) -> anyhow::Result<()> {
    let mut people = People::default();
    let (mut subject, mut version, mut cases) = (Vec::new(), 0, 0_u64);
    let mut trail: Option<(String, Trail)> = None;
    loop {
        let lines = store.journal_by_subject((&subject, version), PAGE).await?;
        if lines.is_empty() {
            return Ok(out.finish()?);
        }
        for line in lines {
            if line.subject != subject {
                trail = None;
            }
            (subject, version) = (line.subject.clone(), line.version);
            if trail.is_none() && !matches!(line.kind.as_str(), "case_opened" | "case_taken_over") {
                continue;
            }
            let event = line.event()?;
            if let Some(begun) = Trail::begin(&event) {
                cases += 1;
                out.case(&cases.to_string(), &begun)?;
                trail = Some((cases.to_string(), begun));
            }
            let Some((case, trail)) = &mut trail else { continue };
            for step in trail.steps(&event, line.at) {
                let who = people.number(actors(&line.actor).0);
                out.event(case, trail, &activity(lang, step.activity), &step, &who)?;
            }
        }
    }
}

/// Those who act, by numbers in the order in which they appear: of one export only, so that two cannot be joined.
#[derive(Default)]
struct People(HashMap<String, usize>);

impl People {
    fn number(&mut self, name: &str) -> String {
        let next = self.0.len() + 1;
        format!("R{}", self.0.entry(name.to_owned()).or_insert(next))
    }
}

/// A writer of any format.
enum Out {
    Xes(xes::Writer<BufWriter<Box<dyn Write>>>),
    Ocel(ocel::Writer<BufWriter<Box<dyn Write>>>),
    Csv(csv::Writer<BufWriter<Box<dyn Write>>>),
}

/// Vietnam is seven hours ahead.
const OFFSET: i32 = 420;
const OF_EVENT: [&str; 3] = ["org:group", "outcome", "on_time"];

impl Out {
    fn new(format: Format, out: BufWriter<Box<dyn Write>>) -> std::io::Result<Self> {
        let columns = ["case:procedure", "case:applicant", "case:reception"];
        Ok(match format {
            Format::Xes => Self::Xes(xes::Writer::new(out, OFFSET)?),
            Format::Ocel => Self::Ocel(ocel::Writer::new(out, OFFSET)?),
            Format::Csv => Self::Csv(csv::Writer::new(out, OFFSET, &[&columns[..], &OF_EVENT].concat())?),
        })
    }

    fn case(&mut self, name: &str, trail: &Trail) -> std::io::Result<()> {
        let of_case = of_case(trail);
        match self {
            Self::Xes(out) => out.case(name, &of_case),
            Self::Ocel(out) => out.case(name, &of_case),
            Self::Csv(_) => Ok(()),
        }
    }

    fn event(
        &mut self,
        case: &str,
        trail: &Trail,
        activity: &str,
        step: &Step,
        who: &str,
    ) -> std::io::Result<()> {
        let (at, who) = (step.at.0, Some(who));
        let outcome = match step.outcome {
            None => "",
            Some(Outcome::Granted) => "granted",
            Some(Outcome::Denied) => "denied",
        };
        let on_time = step.on_time.map_or("", |kept| if kept { "true" } else { "false" });
        let values = [trail.office.as_str(), outcome, on_time];
        let of_event = OF_EVENT.into_iter().zip(values).filter(|(_, value)| !value.is_empty());
        let of_event: Vec<_> = of_event.collect();
        match self {
            Self::Xes(out) => out.event(activity, at, who, &of_event),
            Self::Ocel(out) => out.event(case, activity, at, who, &of_event),
            Self::Csv(out) => {
                let of_case = of_case(trail).map(|(_, value)| value);
                out.event(case, activity, at, who, &[&of_case[..], &values].concat())
            }
        }
    }

    fn finish(self) -> std::io::Result<()> {
        match self {
            Self::Xes(out) => out.finish().map(drop),
            Self::Ocel(out) => out.finish().map(drop),
            Self::Csv(out) => out.finish().map(drop),
        }
    }
}

fn of_case(trail: &Trail) -> [(&str, &str); 3] {
    [
        ("procedure", trail.procedure.as_str()),
        ("applicant", trail.group.key()),
        ("reception", trail.reception.key()),
    ]
}
