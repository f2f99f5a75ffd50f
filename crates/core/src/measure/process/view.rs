//! What the ways of ended cases say of a procedure: the map, where they wait, which ways are common, what comes again.
//!
//! Times are working days: opening hours of the calendar, added up and divided by the hours of one day.

use std::collections::{BTreeMap, HashMap};

use hailong_stats::process::{
    compare::ways,
    log::{Event, Log, Names},
    schedule::Schedule,
    tables::{Spread, Tables, tables},
};
use serde::Serialize;
use uuid::Uuid;

use super::{Activity, Differences, Handover, hand::handovers, late::differences};
use crate::{
    directory::Directory,
    measure::figure::MINIMUM_ANSWERS,
    serve::{
        calendar::{Calendar, Kind},
        official::actors,
    },
    time::{DAY_US, Instant, Minute},
};

/// The version of this method, told with every view.
pub const METHOD: &str = "process/1";
/// Fewer ended cases than these say nothing of a procedure.
pub const LEAST_CASES: u64 = MINIMUM_ANSWERS;
/// The ways of so many cases are looked at; of more an even sample.
pub const MOST_CASES: usize = 60_000;
/// The ways of so many cases of a procedure are looked at for one line of the list.
pub const SAMPLE: usize = 100;
/// Arcs that fewer cases take than this share are not drawn.
const DRAWN_SHARE: f64 = 0.02;
/// Most arcs that are drawn.
const MOST_DRAWN: usize = 24;
/// Most arcs that are marked as waits that weigh, and the least share of all time of each.
const HEAVY: (usize, f64) = (3, 0.1);
/// Ways that are told one by one.
const WAYS_TOLD: usize = 8;

/// A case that ended in a period, as its table tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The case.
    pub case_id: Uuid,
    /// Its procedure.
    pub procedure: String,
    /// When its clock started.
    pub accepted_at: Instant,
    /// When its work ended.
    pub ended_at: Instant,
    /// Whether its promise was kept; nothing where it ended otherwise.
    pub on_time: Option<bool>,
}

/// A step on the way of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What was done.
    pub activity: Activity,
    /// When.
    pub at: Instant,
    /// Who, by the journal's name.
    pub actor: String,
}

/// A case with its way, in the order of the journal. One that was taken over from elsewhere does not begin with its opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What its table tells.
    pub ended: Ended,
    /// Its way.
    pub stages: Vec<Stage>,
}

impl Case {
    /// Whether its whole way is known.
    pub fn is_known(&self) -> bool {
        self.stages.first().is_some_and(|first| first.activity == Activity::Opened)
    }
}

/// Working time by a calendar.
#[derive(Clone, Debug)]
pub struct Working {
    schedule: Schedule,
    /// Microseconds of one working day.
    day: i64,
}

impl Working {
    /// The opening hours of working days, without reception on Saturdays. Years that the calendar does not know have weekends only.
    pub fn new(calendar: &Calendar) -> Self {
        let hours = calendar.hours();
        let time = |minute: Minute| i64::from(minute.0) * 60_000_000;
        let spans = [hours.morning, hours.afternoon].map(|(from, to)| (time(from), time(to)));
        let of_day = |day: i64| spans.map(|(from, to)| (day * DAY_US + from, day * DAY_US + to));
        let mut against = Vec::new();
        for special in calendar.specials() {
            let day = i64::from(special.day.0);
            match special.kind {
                Kind::Worked => against.extend(of_day(day).map(|(from, to)| (from, to, true))),
                Kind::Holiday | Kind::InLieu | Kind::Exchanged => {
                    against.push((day * DAY_US, (day + 1) * DAY_US, false));
                }
            }
        }
        let schedule = Schedule::new((0..5).flat_map(of_day).collect()).except(against);
        Self { schedule, day: spans.iter().map(|(from, to)| to - from).sum::<i64>().max(1) }
    }

    /// Hours of one working day.
    pub fn hours(&self) -> f64 {
        self.day as f64 / 3.6e9
    }

    /// Microseconds of working time between two instants, each in microseconds since 1970 in UTC.
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        let civil = |at: i64| {
            let at = Instant(at);
            i64::from(at.day().0) * DAY_US + (at.0 - Instant::at(at.day(), Minute(0)).0)
        };
        self.schedule.between(civil(from), civil(to))
    }

    /// Seconds of working time as working days.
    pub(super) fn days(&self, seconds: f64) -> f64 {
        seconds * 1e6 / self.day as f64
    }

    fn spread(&self, spread: Spread) -> Days {
        let Spread { count, mean, median, p90 } = spread;
        Days { count, mean: self.days(mean), median: self.days(median), p90: self.days(p90) }
    }
}

/// How many working days something takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Days {
    /// How often it was seen.
    pub count: u64,
    /// The mean.
    pub mean: f64,
    /// Half take at most this.
    pub median: f64,
    /// Nine of ten take at most this.
    pub p90: f64,
}

/// A part of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Part {
    /// An activity.
    Activity {
        /// Which.
        activity: Activity,
    },
    /// One activity directly after another.
    Arc {
        /// The first.
        from: Activity,
        /// The second.
        to: Activity,
    },
}

/// What is done, and how long it is waited for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfActivity {
    /// What.
    pub activity: Activity,
    /// How often.
    pub times: u64,
    /// In how many cases.
    pub cases: u64,
    /// In how many more than once.
    pub again: u64,
    /// The wait since the step before.
    pub wait: Days,
    /// That wait as a share of the whole time of all cases.
    pub share: f64,
}

/// One activity directly after another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Arc {
    /// The first.
    pub from: Activity,
    /// The second.
    pub to: Activity,
    /// The time between both.
    pub wait: Days,
    /// That time as a share of the whole time of all cases.
    pub share: f64,
    /// Whether it is on the map; rare ones are not.
    pub drawn: bool,
    /// Whether it is one of the few waits that weigh most.
    pub heavy: bool,
}

/// A way that cases went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Way {
    /// The activities in their order.
    pub activities: Vec<Activity>,
    /// How many cases.
    pub cases: u64,
    /// Days from acceptance to the end of work.
    pub days: Days,
    /// Late ones.
    pub late: u64,
    /// Those with a promise that was kept or not.
    pub judged: u64,
}

/// The ways that are not told one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OtherWays {
    /// How many ways.
    pub ways: u64,
    /// How many cases.
    pub cases: u64,
    /// Late ones.
    pub late: u64,
    /// Those with a promise that was kept or not.
    pub judged: u64,
}

/// What was done more than once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rework {
    /// Cases that were asked for more documents.
    pub supplemented: u64,
    /// How often that was asked.
    pub supplements: u64,
    /// Cases whose draft went back to work.
    pub sent_back: u64,
    /// How often.
    pub times_sent_back: u64,
    /// Cases in which any activity came again.
    pub repeated: u64,
}

/// What the ended cases of a period say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View {
    /// The version of the method.
    pub method: &'static str,
    /// Cases that ended.
    pub ended: u64,
    /// Those of them whose way was looked at.
    pub cases: u64,
    /// Those of them whose whole way the journal does not know: taken over from another system.
    pub unknown: u64,
    /// Steps of the others.
    pub steps: u64,
    /// Late ones.
    pub late: u64,
    /// Those with a promise that was kept or not.
    pub judged: u64,
    /// Working days from acceptance to the end of work.
    pub days: Days,
    /// Hours of one working day.
    pub hours_a_day: f64,
    /// By activity, in the order in which they usually come.
    pub activities: Vec<OfActivity>,
    /// What follows what, most frequent first.
    pub arcs: Vec<Arc>,
    /// The most common ways.
    pub ways: Vec<Way>,
    /// The others.
    pub other_ways: OtherWays,
    /// What came again.
    pub rework: Rework,
    /// Who hands to whom.
    pub handovers: Vec<Handover>,
    /// Hand-overs between those between whom there are too few to be told.
    pub rare_handovers: u64,
    /// What late cases did differently; nothing where there are too few of either kind.
    pub differences: Option<Differences>,
}

impl View {
    /// Where most of the time goes: so many passages, the heaviest first.
    pub fn heaviest_waits(&self, most: usize) -> Vec<&Arc> {
        let mut arcs: Vec<&Arc> = self.arcs.iter().collect();
        arcs.sort_by(|a, b| b.share.total_cmp(&a.share));
        arcs.truncate(most);
        arcs
    }
}

/// Which of so many to take, evenly, when at most `most` are looked at.
pub fn even_sample(all: usize, most: usize) -> impl Iterator<Item = usize> {
    let many = all.min(most);
    (0..many).map(move |at| at * all / many.max(1))
}

/// The activity with that number in the logs made here.
pub(super) fn activity(number: u32) -> Activity {
    Activity::ALL[number as usize]
}

/// The log of these cases: cases by their place, activities by theirs in [`Activity::ALL`], and who acted.
fn log(cases: &[&Case]) -> Log {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut actors_in_order = Vec::new();
    let mut log =
        Log { activities: Names::of(Activity::ALL.iter().map(|activity| activity.key())), ..Log::default() };
    for (case, of) in (0..).zip(cases) {
        for stage in &of.stages {
            let actor = actors(&stage.actor).0;
            let resource = *numbers.entry(actor).or_insert_with(|| {
                actors_in_order.push(actor);
                actors_in_order.len() as u32 - 1
            });
            let activity = stage.activity as u32;
            log.events.push(Event { time: stage.at.0, case, activity, resource: Some(resource) });
        }
    }
    log.resources = Names::of(actors_in_order);
    log
}

/// Looks at cases: all that ended, or an even sample of them. `sees` says of which officials the reader may see the name.
pub fn view(ended: u64, cases: &[Case], directory: &Directory, sees: impl Fn(&str) -> bool) -> View {
    let working = Working::new(&directory.calendar);
    let known: Vec<&Case> = cases.iter().filter(|case| case.is_known()).collect();
    let mut log = log(&known);
    let tables = tables(&mut log, |from, to| working.between(from, to));
    let lasted = |case: u32| {
        let Ended { accepted_at, ended_at, .. } = known[case as usize].ended;
        working.between(accepted_at.0, ended_at.0)
    };
    let count = |on_time| known.iter().filter(|case| case.ended.on_time == Some(on_time)).count() as u64;
    let late_one = |case: u32| (known[case as usize].ended.on_time.map(|on_time| !on_time), lasted(case));
    let (ways, other_ways) = told(&ways(&log, late_one), &working);
    let mut durations: Vec<i64> = (0..known.len() as u32).map(lasted).collect();
    let (handovers, rare_handovers) = handovers(&tables.handovers, &log.resources, directory, sees);
    let late = count(false);
    View {
        method: METHOD,
        ended,
        cases: cases.len() as u64,
        unknown: (cases.len() - known.len()) as u64,
        steps: tables.events,
        late,
        judged: late + count(true),
        days: working.spread(Spread::of(&mut durations)),
        hours_a_day: working.hours(),
        activities: activities(&log, &tables, &working),
        arcs: arcs(&tables, &working),
        ways,
        other_ways,
        rework: rework(&log, &tables),
        handovers,
        rare_handovers,
        differences: differences(&log, &known, &working),
    }
}

/// All time between steps of all cases, in seconds.
fn whole(tables: &Tables) -> f64 {
    let total: f64 = tables.edges.iter().map(|edge| edge.time.mean * edge.time.count as f64).sum();
    if total > 0.0 { total } else { 1.0 }
}

fn share(time: Spread, whole: f64) -> f64 {
    time.mean * time.count as f64 / whole
}

fn activities(log: &Log, tables: &Tables, working: &Working) -> Vec<OfActivity> {
    // Where in its case each activity stands on the mean, from 0 to 1.
    let mut places = vec![0.0; tables.activities.len()];
    for events in log.by_case() {
        for (at, event) in events.iter().enumerate() {
            places[event.activity as usize] += at as f64 / events.len() as f64;
        }
    }
    let whole = whole(tables);
    let seen = (0_u32..).zip(&tables.activities).filter(|(_, of)| of.events > 0);
    let mut all: Vec<(f64, OfActivity)> = seen
        .map(|(number, of)| {
            let place = places[number as usize] / of.events as f64;
            let activity = OfActivity {
                activity: activity(number),
                times: of.events,
                cases: of.cases,
                again: of.reworked,
                wait: working.spread(of.wait),
                share: share(of.wait, whole),
            };
            (place, activity)
        })
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.into_iter().map(|(_, of)| of).collect()
}

fn arcs(tables: &Tables, working: &Working) -> Vec<Arc> {
    let whole = whole(tables);
    let least = (DRAWN_SHARE * tables.cases as f64).max(1.0);
    let arc = |(at, edge): (usize, &hailong_stats::process::tables::Edge)| Arc {
        from: activity(edge.from),
        to: activity(edge.to),
        wait: working.spread(edge.time),
        share: share(edge.time, whole),
        drawn: at < MOST_DRAWN && edge.time.count as f64 >= least,
        heavy: false,
    };
    let mut arcs: Vec<Arc> = tables.edges.iter().enumerate().map(arc).collect();
    let mut heaviest: Vec<&mut Arc> = arcs.iter_mut().filter(|arc| arc.share >= HEAVY.1).collect();
    heaviest.sort_by(|a, b| b.share.total_cmp(&a.share));
    heaviest.into_iter().take(HEAVY.0).for_each(|arc| arc.heavy = true);
    arcs
}

fn told(all: &[hailong_stats::process::compare::Way], working: &Working) -> (Vec<Way>, OtherWays) {
    let way = |way: &hailong_stats::process::compare::Way| Way {
        activities: way.activities.iter().map(|&at| activity(at)).collect(),
        cases: way.cases.iter().sum(),
        days: working.spread(way.duration),
        late: way.cases[0],
        judged: way.cases[0] + way.cases[1],
    };
    let (most, rest) = all.split_at(all.len().min(WAYS_TOLD));
    let mut other = OtherWays { ways: rest.len() as u64, ..OtherWays::default() };
    for way in rest.iter().map(way) {
        other.cases += way.cases;
        other.late += way.late;
        other.judged += way.judged;
    }
    (most.iter().map(way).collect(), other)
}

fn rework(log: &Log, tables: &Tables) -> Rework {
    let of = |activity: Activity| tables.activities[activity as usize];
    let again = |events: &&[Event]| {
        let mut seen = [false; Activity::ALL.len()];
        events.iter().any(|event| std::mem::replace(&mut seen[event.activity as usize], true))
    };
    let (supplement, sent_back) = (of(Activity::SupplementRequested), of(Activity::SentBack));
    Rework {
        supplemented: supplement.cases,
        supplements: supplement.events,
        sent_back: sent_back.cases,
        times_sent_back: sent_back.events,
        repeated: log.by_case().filter(again).count() as u64,
    }
}

/// A procedure in the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Its code.
    pub procedure: String,
    /// Working days from acceptance to the end of work, of all cases.
    pub days: Days,
    /// Late ones.
    pub late: u64,
    /// Those with a promise that was kept or not.
    pub judged: u64,
}

/// The procedures of which enough cases ended, those of most cases first; and of how many others how many cases did.
pub fn lines(ended: &[Ended], calendar: &Calendar) -> (Vec<Line>, (u64, u64)) {
    let working = Working::new(calendar);
    let mut all: BTreeMap<&str, (Vec<i64>, u64, u64)> = BTreeMap::new();
    for case in ended {
        let (times, late, judged) = all.entry(&case.procedure).or_default();
        times.push(working.between(case.accepted_at.0, case.ended_at.0));
        *late += u64::from(case.on_time == Some(false));
        *judged += u64::from(case.on_time.is_some());
    }
    let (enough, few): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(_, (times, ..))| times.len() as u64 >= LEAST_CASES);
    let line = |(procedure, (mut times, late, judged)): (&str, (Vec<i64>, u64, u64))| Line {
        procedure: procedure.to_owned(),
        days: working.spread(Spread::of(&mut times)),
        late,
        judged,
    };
    let mut lines: Vec<Line> = enough.into_iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.days.count));
    (lines, (few.len() as u64, few.iter().map(|(_, (times, ..))| times.len() as u64).sum()))
}

/// Between which two steps these cases wait most, and which share of their whole time that is. Nothing where no way is known.
pub fn heaviest<'a>(
    cases: impl IntoIterator<Item = &'a Case>,
    working: &Working,
) -> Option<(Activity, Activity, f64)> {
    let mut sums: BTreeMap<(Activity, Activity), i64> = BTreeMap::new();
    for case in cases.into_iter().filter(|case| case.is_known()) {
        for pair in case.stages.windows(2) {
            let time = working.between(pair[0].at.0, pair[1].at.0);
            *sums.entry((pair[0].activity, pair[1].activity)).or_default() += time;
        }
    }
    let whole: i64 = sums.values().sum();
    let ((from, to), most) = sums.into_iter().max_by_key(|(_, time)| *time)?;
    (most > 0).then(|| (from, to, most as f64 / whole as f64))
}
