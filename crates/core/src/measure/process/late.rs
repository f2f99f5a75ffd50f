//! What late cases did differently from those in time, up to the end of their work: what comes after it (the apology, the visit to fetch the
//! result) made nothing late.

use hailong_stats::process::{
    compare::{self, compare},
    log::{Event, Log},
};
use serde::Serialize;

use super::{
    Activity,
    view::{Case, Part, Working, activity},
};

/// So many late cases and so many in time must there be: with fewer nothing is compared.
pub const LEAST_OF_EACH: u64 = 10;
/// The rate of false discoveries at which a difference is told (Benjamini and Hochberg).
pub const RATE: f64 = 0.05;
/// Less than these, in days on the mean and in share of cases, is not worth a sentence, however sure it is.
const WORTH: (f64, f64) = (0.05, 0.01);

/// What differs between late cases and those in time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differences {
    /// Late cases.
    pub late: u64,
    /// Cases in time.
    pub on_time: u64,
    /// How many working days longer late cases lasted on the mean, from their opening to the end of their work.
    pub extra_days: f64,
    /// How many tests were made; together they are one family.
    pub tests: usize,
    /// By part; activities first.
    pub parts: Vec<Difference>,
}

/// What differs in one part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Where.
    #[serde(flatten)]
    pub part: Part,
    /// The share of late cases that go there.
    pub late_share: f64,
    /// The share of cases in time that do.
    pub on_time_share: f64,
    /// The 95 % interval of the first share less the second.
    pub share_interval: (f64, f64),
    /// The rate of false discoveries at which it would just be told that the shares differ.
    pub share_rate: f64,
    /// The median of waiting there among late cases that go there and those in time, in working days; nothing where too few do.
    pub days: Option<(f64, f64)>,
    /// The rate of false discoveries at which it would just be told that the waits differ.
    pub wait_rate: Option<f64>,
    /// How many working days longer a late case waits there on the mean.
    pub extra_days: f64,
}

impl Difference {
    /// Whether late cases go there more or less often, more than by chance.
    pub fn tells_share(&self) -> bool {
        self.share_rate <= RATE
    }

    /// Whether late cases wait there longer or shorter, more than by chance.
    pub fn tells_wait(&self) -> bool {
        self.wait_rate.is_some_and(|rate| rate <= RATE)
    }
}

impl Differences {
    /// Where late cases wait longer, more than by chance, and it matters: passages in which the most days were lost first.
    pub fn longer(&self) -> Vec<&Difference> {
        let arc = |one: &&Difference| matches!(one.part, Part::Arc { .. });
        let mut all: Vec<&Difference> = self.parts.iter().filter(arc).collect();
        all.retain(|one| one.tells_wait() && one.extra_days >= WORTH.0);
        all.sort_by(|a, b| b.extra_days.total_cmp(&a.extra_days));
        all
    }

    /// What late cases have more often or more seldom, more than by chance; the largest difference first.
    pub fn apart(&self) -> Vec<&Difference> {
        let step = |one: &&Difference| matches!(one.part, Part::Activity { .. });
        let mut all: Vec<&Difference> = self.parts.iter().filter(step).collect();
        let gap = |one: &Difference| (one.late_share - one.on_time_share).abs();
        all.retain(|one| one.tells_share() && gap(one) >= WORTH.1);
        all.sort_by(|a, b| gap(b).total_cmp(&gap(a)));
        all
    }
}

/// Compares; nothing where there are too few of either.
pub(super) fn differences(log: &Log, cases: &[&Case], working: &Working) -> Option<Differences> {
    let count = |late: bool| cases.iter().filter(|case| case.ended.on_time == Some(!late)).count() as u64;
    if count(true).min(count(false)) < LEAST_OF_EACH {
        return None;
    }
    let before_end = |event: &&Event| {
        let after = [Activity::Apologised, Activity::Returned, Activity::Corrected];
        event.time <= cases[event.case as usize].ended.ended_at.0
            && !after.contains(&activity(event.activity))
    };
    let work = Log {
        activities: log.activities.clone(),
        events: log.events.iter().filter(before_end).copied().collect(),
        ..Log::default()
    };
    let late = |case: u32| cases[case as usize].ended.on_time.map(|on_time| !on_time);
    let found = compare(&work, late, |from, to| working.between(from, to));
    let parts: Vec<Difference> =
        found.differences.iter().map(|one| difference(one, found.cases, working)).collect();
    let arcs = parts.iter().filter(|one| matches!(one.part, Part::Arc { .. }));
    Some(Differences {
        late: found.cases[0],
        on_time: found.cases[1],
        extra_days: arcs.map(|one| one.extra_days).sum(),
        tests: found.tests,
        parts,
    })
}

fn difference(one: &compare::Difference, of: [u64; 2], working: &Working) -> Difference {
    let share = |kind: usize| one.cases[kind] as f64 / of[kind].max(1) as f64;
    Difference {
        part: match one.part {
            compare::Part::Activity(at) => Part::Activity { activity: activity(at) },
            compare::Part::Edge(from, to) => Part::Arc { from: activity(from), to: activity(to) },
        },
        late_share: share(0),
        on_time_share: share(1),
        share_interval: (one.shares.low, one.shares.high),
        share_rate: one.shares.rate,
        days: one.waits.map(|waits| (working.days(waits.median[0]), working.days(waits.median[1]))),
        wait_rate: one.waits.map(|waits| waits.rate),
        extra_days: working.days(one.extra),
    }
}
