//! How cases went, in words: the list of procedures, and of one of them the map with waits, ways, rework, hand-overs and what late cases
//! did differently.

pub mod log;
mod word;

use std::collections::BTreeMap;

use askama::Template;
use hailong_core::directory::{Authority, Directory};
use hailong_core::measure::figure::Figure;
use hailong_core::measure::process::{
    self, Activity, Arc, Case, Ended, Handover, LEAST_CASES, LEAST_OF_EACH, Line, METHOD, RATE, SAMPLE,
    Stage, View,
};
use hailong_core::serve::calendar::Calendar;
use hailong_core::time::{Day, Instant, Minute};

use crate::component::{Choice, Pager, Period};
use crate::flow::{self, flow};
use crate::page::Page;
use crate::shell::{Section, Shell};

use crate::lang::Lang;

/// The name of an activity.
pub fn activity(lang: Lang, activity: Activity) -> String {
    lang.t(match activity {
        Activity::Opened => "process-opened",
        Activity::SupplementRequested => "process-supplement-requested",
        Activity::SupplementReceived => "process-supplement-received",
        Activity::Accepted => "process-accepted",
        Activity::HandedOver => "process-handed-over",
        Activity::Sent => "process-sent",
        Activity::Moved => "process-moved",
        Activity::Paused => "process-paused",
        Activity::Resumed => "process-resumed",
        Activity::Extended => "process-extended",
        Activity::Apologised => "process-apologised",
        Activity::Consulted => "process-consulted",
        Activity::Answered => "process-answered",
        Activity::Visited => "process-visited",
        Activity::Submitted => "process-submitted",
        Activity::SentBack => "process-sent-back",
        Activity::Finished => "process-finished",
        Activity::Returned => "process-returned",
        Activity::Refused => "process-refused",
        Activity::Withdrawn => "process-withdrawn",
        Activity::Stopped => "process-stopped",
        Activity::Lost => "process-lost",
        Activity::Corrected => "process-corrected",
    })
}

/// What is looked at: it stands in every address.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The quarter, as 2017-Q2.
    pub quarter: String,
    /// The quarter before.
    pub before: String,
    /// One office; empty for all that the visitor may see.
    pub office: String,
    /// One field; empty for all.
    pub field: String,
}

/// A procedure in the list.
#[derive(Clone, Debug)]
pub struct ProcedureLine {
    /// What its cases say.
    pub line: Line,
    /// Its name.
    pub name: String,
    /// Its field.
    pub field: String,
    /// Between which steps a sample of its cases waits most, and which share of their time that is.
    pub heaviest: Option<(Activity, Activity, f64)>,
}

/// `GET /work/processes`.
#[derive(Debug, Template)]
#[template(path = "measure/processes.html")]
pub struct Processes {
    /// The frame.
    pub shell: Shell,
    /// The period.
    pub period: Period,
    /// What is looked at.
    pub scope: Scope,
    /// Offices to choose from.
    pub offices: Vec<Choice>,
    /// Fields to choose from.
    pub fields: Vec<Choice>,
    /// Procedures, those of most cases first.
    pub lines: Vec<ProcedureLine>,
    /// Hours of one working day.
    pub hours_a_day: f64,
    /// Of how many procedures too few cases ended, and how many.
    pub few: (u64, u64),
    /// Where the list goes on.
    pub pager: Pager,
}

/// `GET /work/processes/{procedure}`: how cases of a procedure, a field or all of them went.
#[derive(Debug, Template)]
#[template(path = "measure/process.html")]
pub struct Process {
    /// The frame.
    pub shell: Shell,
    /// The period.
    pub period: Period,
    /// What is looked at.
    pub scope: Scope,
    /// Offices to choose from.
    pub offices: Vec<Choice>,
    /// Code of the procedure, or `all`.
    pub procedure: String,
    /// Its name, or that of the field.
    pub name: String,
    /// What the cases say.
    pub view: View,
    /// Names of offices and of officials whom the visitor may see, by key.
    pub names: BTreeMap<String, String>,
}

impl Scope {
    /// An address with this scope.
    fn at(&self, path: &str, quarter: &str, field: &str) -> String {
        let pairs = [("quarter", quarter), ("office", &self.office), ("field", field)];
        let mut address = path.to_owned();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(name);
            address.push('=');
            for byte in value.bytes() {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => address.push(byte.into()),
                    byte => address.push_str(&format!("%{byte:02X}")),
                }
            }
        }
        address
    }
}

impl Processes {
    fn before(&self) -> String {
        self.scope.at("/work/processes", &self.scope.before, &self.scope.field)
    }

    fn of(&self, line: &ProcedureLine) -> String {
        self.scope.at(&format!("/work/processes/{}", line.line.procedure), &self.scope.quarter, "")
    }

    fn of_all(&self) -> String {
        self.scope.at("/work/processes/all", &self.scope.quarter, &self.scope.field)
    }

    fn least(&self) -> u64 {
        LEAST_CASES
    }

    fn sample_size(&self) -> usize {
        SAMPLE
    }
}

impl Process {
    fn list(&self) -> String {
        self.scope.at("/work/processes", &self.scope.quarter, &self.scope.field)
    }

    fn path(&self) -> String {
        format!("/work/processes/{}", self.procedure)
    }

    fn before(&self) -> String {
        self.scope.at(&self.path(), &self.scope.before, &self.scope.field)
    }

    fn logs(&self) -> [(String, &'static str); 3] {
        log::Format::ALL.map(|format| {
            let path = format!("{}/{}", self.path(), format.file());
            let name = match format {
                log::Format::Xes => "processes-xes",
                log::Format::Ocel => "processes-ocel",
                log::Format::Csv => "processes-csv",
            };
            (self.scope.at(&path, &self.scope.quarter, &self.scope.field), name)
        })
    }

    fn is_enough(&self) -> bool {
        self.view.ended >= LEAST_CASES && self.view.cases > self.view.unknown
    }

    fn known(&self) -> u64 {
        self.view.cases - self.view.unknown
    }

    fn least(&self) -> u64 {
        LEAST_CASES
    }

    fn least_of_each(&self) -> u64 {
        LEAST_OF_EACH
    }

    fn rate(&self) -> String {
        self.shell.percent(RATE)
    }

    fn method(&self) -> &'static str {
        METHOD
    }

    fn command(&self) -> String {
        let mut command = format!("hailong measure map {} --quarter {}", self.procedure, self.scope.quarter);
        for (name, value) in [("office", &self.scope.office), ("field", &self.scope.field)] {
            if !value.is_empty() {
                command.push_str(&format!(" --{name} \"{value}\""));
            }
        }
        command
    }

    /// The share of late cases, with its interval.
    fn late(&self) -> Figure {
        Figure::share(self.view.late, self.view.judged, None)
    }

    /// What is not on the map: arcs, and how often cases take them.
    fn left_out(&self) -> (u64, u64) {
        let rare = || self.view.arcs.iter().filter(|arc| !arc.drawn);
        (rare().count() as u64, rare().map(|arc| arc.wait.count).sum())
    }

    /// The most frequent hand-overs, and how many there are between all other pairs.
    fn hands(&self) -> (&[Handover], i64) {
        /// A page is read to its end; the command tells all of them.
        const MOST: usize = 20;
        let (told, rest) = self.view.handovers.split_at(self.view.handovers.len().min(MOST));
        (told, rest.iter().map(|one| one.count).sum::<u64>() as i64)
    }

    /// Arcs by the time that is waited in them.
    fn waits(&self) -> Vec<&Arc> {
        /// So many lines say where nearly all of the time goes.
        const MOST: usize = 24;
        self.view.heaviest_waits(MOST)
    }

    fn map(&self) -> String {
        let lang = self.shell.lang;
        let drawn = || self.view.arcs.iter().filter(|arc| arc.drawn);
        let steps: Vec<Activity> = self
            .view
            .activities
            .iter()
            .map(|of| of.activity)
            .filter(|step| drawn().any(|arc| arc.from == *step || arc.to == *step))
            .collect();
        let label =
            |arc: &Arc| format!("{} · {}", self.shell.number(arc.wait.count), self.days(&arc.wait.median));
        let again = |step: Activity| drawn().find(|arc| arc.from == step && arc.to == step);
        let nodes: Vec<flow::Node> = steps
            .iter()
            .map(|step| flow::Node {
                name: activity(lang, *step),
                again: again(*step).map(|arc| format!("↻ {}", label(arc))).unwrap_or_default(),
            })
            .collect();
        let place = |step: Activity| steps.iter().position(|one| *one == step);
        let arrow = |arc: &Arc| {
            let (from, to) = (place(arc.from)?, place(arc.to)?);
            let (count, label) = (arc.wait.count, label(arc));
            (from != to).then_some(flow::Arrow { from, to, count, label, heavy: arc.heavy })
        };
        let arrows: Vec<flow::Arrow> = drawn().filter_map(arrow).collect();
        flow("map", &self.name, &lang.t("processes-map-desc"), &nodes, &arrows)
    }
}

/// Thirty cases of an invented quarter, ten of them late and two sent back.
fn sample_view() -> View {
    let day = |day: i32| Instant::at(Day(17_260 + day), Minute(540));
    let case = |number: i32| {
        let late = number % 3 == 0;
        let mut stages = vec![(Activity::Opened, 0), (Activity::Accepted, 0)];
        if late {
            stages.extend([(Activity::SupplementRequested, 1), (Activity::SupplementReceived, 9)]);
        }
        stages.extend([(Activity::HandedOver, 10), (Activity::Submitted, 11)]);
        if number % 15 == 0 {
            stages.extend([(Activity::SentBack, 12), (Activity::Submitted, 14)]);
        }
        let end = if late { 20 } else { 13 };
        stages.extend([(Activity::Finished, end), (Activity::Returned, end + 1)]);
        let stage = |(activity, at): (Activity, i32)| {
            let actor = if activity == Activity::Finished { "tran-phan-head" } else { "tran-phan-1" };
            Stage { activity, at: day(number % 7 + at), actor: actor.to_owned() }
        };
        let ended = Ended {
            case_id: Default::default(),
            procedure: "1.004873".to_owned(),
            accepted_at: day(number % 7),
            ended_at: day(number % 7 + end),
            on_time: Some(!late),
        };
        Case { ended, stages: stages.into_iter().map(stage).collect() }
    };
    let cases: Vec<Case> = (0..30).map(case).collect();
    let authority = Authority { id: 970, name_vi: "Huyện Đầm Dơi".to_owned(), demo: true };
    let directory = Directory::new(authority, Vec::new(), Vec::new(), Vec::new(), Calendar::empty());
    process::view(cases.len() as u64, &cases, &directory, |_| true)
}

fn sample_scope() -> Scope {
    Scope { quarter: "2017-Q2".to_owned(), before: "2017-Q1".to_owned(), ..Scope::default() }
}

impl Page for Processes {
    fn sample(lang: Lang) -> Self {
        let view = sample_view();
        let line =
            Line { procedure: "1.004873".to_owned(), days: view.days, late: view.late, judged: view.judged };
        Self {
            shell: Shell::sample_signed_in(lang, "processes-title", Section::Reports),
            period: super::figures::sample_period(lang),
            scope: sample_scope(),
            offices: vec![Choice::new("", "–"), Choice::new("tran-phan", "Xã Trần Phán")],
            fields: vec![Choice::new("", "–"), Choice::new("Hộ tịch", "Hộ tịch")],
            lines: vec![ProcedureLine {
                line,
                name: "Xác nhận tình trạng hôn nhân".to_owned(),
                field: "Hộ tịch".to_owned(),
                heaviest: Some((Activity::SupplementRequested, Activity::SupplementReceived, 0.43)),
            }],
            hours_a_day: view.hours_a_day,
            few: (12, 34),
            pager: Pager { first: None, next: Some("/work/processes?after=1.004873".to_owned()) },
        }
    }
}

impl Page for Process {
    fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample_signed_in(lang, "processes-title", Section::Reports),
            period: super::figures::sample_period(lang),
            scope: sample_scope(),
            offices: Vec::new(),
            procedure: "1.004873".to_owned(),
            name: "Xác nhận tình trạng hôn nhân".to_owned(),
            view: sample_view(),
            names: [("tran-phan", "Xã Trần Phán"), ("tran-phan-1", "Nguyễn Thị Hoa")]
                .map(|(key, name)| (key.to_owned(), name.to_owned()))
                .into(),
        }
    }
}
