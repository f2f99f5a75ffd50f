//! The journal of cases as an event log for process mining, written line by line: what was done, when, at which office, with what result.
//! Neither words nor persons nor codes are in it; cases and officials are numbered anew in each, so that two cannot be joined.

use std::{collections::HashMap, io::Write};

use hailong_core::{
    event::Event,
    measure::process::{Step, Trail},
    serve::{case::Outcome, official::actors},
    time::Instant,
};
use hailong_stats::process::{csv, ocel, xes};

use super::activity;
use crate::lang::Lang;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// IEEE 1849-2016.
    Xes,
    /// OCEL 2.0 as JSON.
    Ocel,
    /// Comma-separated values.
    Csv,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Xes, Self::Ocel, Self::Csv];

    /// The name of the file in addresses.
    pub fn file(self) -> &'static str {
        match self {
            Self::Xes => "log.xes",
            Self::Ocel => "log.json",
            Self::Csv => "log.csv",
        }
    }

    /// The format with that file's name.
    pub fn from_file(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.file() == name)
    }

    /// The kind of its bytes.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Xes => "application/xml; charset=utf-8",
            Self::Ocel => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// A log that is being written.
pub struct Log<W: Write> {
    out: Out<W>,
    lang: Lang,
    people: People,
    /// The subject of the last line.
    subject: Vec<u8>,
    /// Cases so far.
    cases: u64,
    /// The case of the subject, if it is one, and its name.
    trail: Option<(String, Trail)>,
}

impl<W: Write> Log<W> {
    /// Begins a log with activities in this language.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn new(format: Format, lang: Lang, out: W) -> std::io::Result<Self> {
        let (out, people) = (Out::new(format, out)?, People::default());
        Ok(Self { out, lang, people, subject: Vec::new(), cases: 0, trail: None })
    }

    /// Whether a line of the journal is to be written: it begins a case or belongs to one. Lines come subject by subject.
    pub fn wants(&mut self, subject: &[u8], kind: &str) -> bool {
        if self.subject != subject {
            subject.clone_into(&mut self.subject);
            self.trail = None;
        }
        self.trail.is_some() || matches!(kind, "case_opened" | "case_taken_over")
    }

    /// Writes what a line that is [wanted](Self::wants) says was done.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn line(&mut self, at: Instant, actor: &str, event: &Event) -> std::io::Result<()> {
        if let Some(begun) = Trail::begin(event) {
            self.cases += 1;
            self.out.case(&self.cases.to_string(), &begun)?;
            self.trail = Some((self.cases.to_string(), begun));
        }
        let Some((case, trail)) = &mut self.trail else { return Ok(()) };
        for step in trail.steps(event, at) {
            let who = self.people.number(actors(actor).0);
            self.out.event(case, trail, &activity(self.lang, step.activity), &step, &who)?;
        }
        Ok(())
    }

    /// Ends the log.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> std::io::Result<()> {
        match self.out {
            Out::Xes(out) => out.finish().map(drop),
            Out::Ocel(out) => out.finish().map(drop),
            Out::Csv(out) => out.finish().map(drop),
        }
    }
}

/// Those who act, by numbers in the order in which they appear.
#[derive(Default)]
struct People(HashMap<String, usize>);

impl People {
    fn number(&mut self, name: &str) -> String {
        let next = self.0.len() + 1;
        format!("R{}", self.0.entry(name.to_owned()).or_insert(next))
    }
}

/// A writer of any format.
enum Out<W: Write> {
    Xes(xes::Writer<W>),
    Ocel(ocel::Writer<W>),
    Csv(csv::Writer<W>),
}

/// Vietnam is seven hours ahead, in minutes.
const OFFSET: i32 = 420;
const OF_EVENT: [&str; 3] = ["org:group", "outcome", "on_time"];

impl<W: Write> Out<W> {
    fn new(format: Format, out: W) -> std::io::Result<Self> {
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
}

fn of_case(trail: &Trail) -> [(&str, &str); 3] {
    [
        ("procedure", trail.procedure.as_str()),
        ("applicant", trail.group.key()),
        ("reception", trail.reception.key()),
    ]
}
