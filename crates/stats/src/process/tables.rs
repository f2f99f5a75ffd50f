//! The tables of a log: variants, directly-follows graph, waits, rework, hand-over of work, durations.

use std::collections::HashMap;

use super::{instant::SECOND, log::Log};

/// How long something takes, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// How often it was seen.
    pub count: u64,
    /// The mean.
    pub mean: f64,
    /// The median; of an even number the mean of the middle two.
    pub median: f64,
    /// The 90th percentile.
    pub p90: f64,
}

impl Spread {
    /// Of microseconds. Changes their order.
    pub fn of(values: &mut [i64]) -> Self {
        if values.is_empty() {
            return Self::default();
        }
        let sum: i128 = values.iter().map(|&value| i128::from(value)).sum();
        let second = SECOND as f64;
        Self {
            count: values.len() as u64,
            mean: sum as f64 / values.len() as f64 / second,
            median: quantile(values, 0.5) / second,
            p90: quantile(values, 0.9) / second,
        }
    }
}

/// The quantile of numbers, interpolated between neighbours: type 7 of Hyndman and Fan (1996, "Sample quantiles in
/// statistical packages", The American Statistician 50:361–365), what R and NumPy do unless told otherwise. Changes their
/// order; 0 if there are none.
pub fn quantile(values: &mut [i64], share: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return 0.0 };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (_, &mut low, above) = values.select_nth_unstable(place as usize);
    let high = above.iter().copied().min().unwrap_or(low);
    low as f64 + (high - low) as f64 * place.fract()
}

/// Cases that went the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The way.
    pub activities: Box<[u32]>,
    /// How many.
    pub cases: u64,
}

/// One activity directly after another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The first.
    pub from: u32,
    /// The second.
    pub to: u32,
    /// The time between both.
    pub time: Spread,
}

/// An activity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Activity {
    /// How often it was done.
    pub events: u64,
    /// In how many cases.
    pub cases: u64,
    /// In how many cases more than once: what PM4Py calls rework.
    pub reworked: u64,
    /// How many cases begin with it.
    pub starts: u64,
    /// How many cases end with it.
    pub ends: u64,
    /// The wait for it: time since the event before.
    pub wait: Spread,
    /// The stay in it: time to the event after.
    pub stay: Spread,
}

/// Work handed from one to another: neighbours in a case, both of which say who did them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handover {
    /// From whom.
    pub from: u32,
    /// To whom; it may be the same.
    pub to: u32,
    /// How often.
    pub count: u64,
}

/// All tables of a log. Numbers of activities and resources are those of the log.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Cases that have events.
    pub cases: u64,
    /// Events.
    pub events: u64,
    /// Those who did something.
    pub resources: u64,
    /// Variants, those of most cases first.
    pub variants: Vec<Variant>,
    /// The directly-follows graph, what is most frequent first.
    pub edges: Vec<Edge>,
    /// Activities by their number; one that has no event was seen in events that lack something.
    pub activities: Vec<Activity>,
    /// The hand-over of work, what is most frequent first.
    pub handovers: Vec<Handover>,
    /// From the first event of a case to its last.
    pub duration: Spread,
}

/// Makes the tables. Puts the log's events in order for that. `between` says how much time lies between two instants: all
/// of it, or [working time](super::schedule::Schedule::between).
pub fn tables(log: &mut Log, between: impl Fn(i64, i64) -> i64) -> Tables {
    log.arrange();
    let mut count = Count::new(log);
    for events in log.by_case() {
        count.way.clear();
        count.way.extend(events.iter().map(|event| event.activity));
        count.way();
        let (first, last) = (events[0], events[events.len() - 1]);
        count.durations.push(between(first.time, last.time));
        for pair in events.windows(2) {
            let edge = count.pairs.number(pair[0].activity, pair[1].activity);
            count.steps.push((edge, between(pair[0].time, pair[1].time)));
            if let (Some(from), Some(to)) = (pair[0].resource, pair[1].resource) {
                *count.handovers.entry((from, to)).or_default() += 1;
            }
        }
    }
    count.finish(log)
}

/// Pairs of activities, numbered as they come.
struct Pairs {
    activities: usize,
    /// While activities are few: number of the pair plus one, by both.
    few: Vec<u32>,
    many: HashMap<(u32, u32), u32>,
    pairs: Vec<(u32, u32)>,
}

/// So many activities are few.
const FEW: usize = 512;

impl Pairs {
    fn new(activities: usize) -> Self {
        let few = if activities <= FEW { vec![0; activities * activities] } else { Vec::new() };
        Self { activities, few, many: HashMap::new(), pairs: Vec::new() }
    }

    fn number(&mut self, from: u32, to: u32) -> u32 {
        let next = self.pairs.len() as u32;
        let number = if self.activities <= FEW {
            let at = &mut self.few[from as usize * self.activities + to as usize];
            if *at == 0 {
                *at = next + 1;
            }
            *at - 1
        } else {
            *self.many.entry((from, to)).or_insert(next)
        };
        if number == next {
            self.pairs.push((from, to));
        }
        number
    }
}

/// What is counted on the way through the cases.
struct Count {
    way: Vec<u32>,
    variants: HashMap<Box<[u32]>, u64>,
    activities: Vec<Activity>,
    /// The last case (from 1) in which each activity was seen once, and more than once.
    seen: Vec<(u64, u64)>,
    pairs: Pairs,
    steps: Vec<(u32, i64)>,
    handovers: HashMap<(u32, u32), u64>,
    durations: Vec<i64>,
}

impl Count {
    fn new(log: &Log) -> Self {
        let activities = log.activities.len();
        Self {
            way: Vec::new(),
            variants: HashMap::new(),
            activities: vec![Activity::default(); activities],
            seen: vec![(0, 0); activities],
            pairs: Pairs::new(activities),
            steps: Vec::with_capacity(log.events.len()),
            handovers: HashMap::new(),
            durations: Vec::with_capacity(log.cases.len()),
        }
    }

    /// Counts the way of one case.
    fn way(&mut self) {
        let Self { way, variants, activities, seen, durations, .. } = self;
        match variants.get_mut(way.as_slice()) {
            Some(cases) => *cases += 1,
            None => _ = variants.insert(way.as_slice().into(), 1),
        }
        let case = durations.len() as u64 + 1;
        for &at in way.iter() {
            let (activity, (once, again)) = (&mut activities[at as usize], &mut seen[at as usize]);
            activity.events += 1;
            if *once < case {
                activity.cases += 1;
                *once = case;
            } else if *again < case {
                activity.reworked += 1;
                *again = case;
            }
        }
        if let (Some(&first), Some(&last)) = (way.first(), way.last()) {
            activities[first as usize].starts += 1;
            activities[last as usize].ends += 1;
        }
    }

    fn finish(mut self, log: &Log) -> Tables {
        let Pairs { pairs, .. } = &self.pairs;
        let times = spreads(pairs.len(), &self.steps, |edge| edge);
        let edge = |(&(from, to), time)| Edge { from, to, time };
        let mut edges: Vec<Edge> = pairs.iter().zip(times).map(edge).collect();
        let activity = |edge: &Edge| (log.activities.name(edge.from), log.activities.name(edge.to));
        edges.sort_by(|a, b| b.time.count.cmp(&a.time.count).then_with(|| activity(a).cmp(&activity(b))));
        let stays = spreads(self.activities.len(), &self.steps, |edge| pairs[edge as usize].0);
        let waits = spreads(self.activities.len(), &self.steps, |edge| pairs[edge as usize].1);
        for (activity, (stay, wait)) in self.activities.iter_mut().zip(stays.into_iter().zip(waits)) {
            (activity.stay, activity.wait) = (stay, wait);
        }
        let variant = |(activities, cases)| Variant { activities, cases };
        let mut variants: Vec<Variant> = self.variants.into_iter().map(variant).collect();
        variants.sort_by(|a, b| {
            b.cases.cmp(&a.cases).then_with(|| {
                let names = |way: &Variant| -> Vec<_> {
                    way.activities.iter().map(|&at| log.activities.name(at)).collect()
                };
                names(a).cmp(&names(b))
            })
        });
        let handover = |((from, to), count)| Handover { from, to, count };
        let mut handovers: Vec<Handover> = self.handovers.into_iter().map(handover).collect();
        let who = |pair: &Handover| (log.resources.name(pair.from), log.resources.name(pair.to));
        handovers.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| who(a).cmp(&who(b))));
        Tables {
            cases: self.durations.len() as u64,
            events: log.events.len() as u64,
            resources: used(log),
            variants,
            edges,
            activities: self.activities,
            handovers,
            duration: Spread::of(&mut self.durations),
        }
    }
}

/// How many resources have events.
fn used(log: &Log) -> u64 {
    let mut used = vec![false; log.resources.len()];
    log.events.iter().filter_map(|event| event.resource).for_each(|resource| used[resource as usize] = true);
    used.into_iter().filter(|used| *used).count() as u64
}

/// The spread of every group of steps.
fn spreads(groups: usize, steps: &[(u32, i64)], group: impl Fn(u32) -> u32) -> Vec<Spread> {
    let mut next = vec![0_usize; groups];
    for &(edge, _) in steps {
        next[group(edge) as usize] += 1;
    }
    let mut begin = 0;
    for next in &mut next {
        begin += std::mem::replace(next, begin);
    }
    let mut values = vec![0; steps.len()];
    for &(edge, time) in steps {
        let next = &mut next[group(edge) as usize];
        values[*next] = time;
        *next += 1;
    }
    // Each group now ends where its next value would go.
    let mut begin = 0;
    next.into_iter().map(|end| Spread::of(&mut values[std::mem::replace(&mut begin, end)..end])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::{Columns, Limits, csv};

    /// Three cases of a day, two of them the same way; times in seconds, lines in disorder, two events at the same time.
    const LOG: &str = "case,activity,time,resource
2,nhận,1970-01-01T00:01:00Z,Lan
1,nhận,1970-01-01T00:00:00Z,Lan
1,xét,1970-01-01T00:00:10Z,Hải
3,nhận,1970-01-01T00:00:00Z,Lan
3,trả,1970-01-01T00:00:50Z,
1,xét,1970-01-01T00:00:30Z,Lan
2,xét,1970-01-01T00:01:30Z,Hải
2,xét,1970-01-01T00:01:30Z,Hải
1,trả,1970-01-01T00:00:40Z,Lan
2,trả,1970-01-01T00:02:40Z,Lan
";

    fn log() -> Log {
        csv::read(LOG.as_bytes(), &Columns::default(), &Limits::default()).expect("a log")
    }

    #[test]
    fn counted_by_hand() {
        let mut log = log();
        let tables = tables(&mut log, |from, to| to - from);
        assert_eq!((tables.cases, tables.events, tables.resources), (3, 10, 2));
        let name = |at: u32| log.activities.name(at);
        let variants: Vec<_> =
            tables.variants.iter().map(|variant| (variant.cases, &*variant.activities)).collect();
        let at = |name| log.activities.find(name).expect("it is there");
        let (receive, check, hand) = (at("nhận"), at("xét"), at("trả"));
        assert_eq!(variants, [(2, &[receive, check, check, hand][..]), (1, &[receive, hand][..])]);
        let edges = tables
            .edges
            .iter()
            .map(|edge| (name(edge.from), name(edge.to), edge.time.count, edge.time.mean, edge.time.median));
        assert_eq!(
            edges.collect::<Vec<_>>(),
            [
                ("nhận", "xét", 2, 20.0, 20.0),
                ("xét", "trả", 2, 40.0, 40.0),
                ("xét", "xét", 2, 10.0, 10.0),
                ("nhận", "trả", 1, 50.0, 50.0),
            ]
        );
        let check = tables.activities[check as usize];
        assert_eq!((check.events, check.cases, check.reworked, check.starts, check.ends), (4, 2, 2, 0, 0));
        // Waits 10, 20, 30, 0; stays 20, 10, 0, 70.
        assert_eq!(
            (check.wait.mean, check.wait.median, check.stay.mean, check.stay.median),
            (15.0, 15.0, 25.0, 15.0)
        );
        assert_eq!(tables.activities[receive as usize].starts, 3);
        let handovers = tables
            .handovers
            .iter()
            .map(|pair| (log.resources.name(pair.from), log.resources.name(pair.to), pair.count));
        assert_eq!(
            handovers.collect::<Vec<_>>(),
            [("Hải", "Lan", 2), ("Lan", "Hải", 2), ("Hải", "Hải", 1), ("Lan", "Lan", 1),]
        );
        // 40, 100 and 50 seconds.
        let Spread { count, mean, median, p90 } = tables.duration;
        assert_eq!((count, median), (3, 50.0));
        assert!((mean - 190.0 / 3.0).abs() < 1e-9 && (p90 - 90.0).abs() < 1e-9, "{mean} {p90}");
    }

    #[test]
    fn many_activities_are_counted_as_few_are() {
        let mut text = String::from("case,activity,time\n");
        for at in 0..FEW + 10 {
            text += &format!("{},a{at},2017-01-01\n{0},b,2017-01-02\n", at % 7);
        }
        let mut log = csv::read(text.as_bytes(), &Columns::default(), &Limits::default()).expect("a log");
        let tables = tables(&mut log, |from, to| to - from);
        let counted: u64 = tables.edges.iter().map(|edge| edge.time.count).sum();
        assert_eq!(counted, tables.events - tables.cases);
        assert_eq!(tables.activities.iter().filter(|activity| activity.events > 0).count(), FEW + 11);
    }

    #[test]
    fn nothing_gives_empty_tables() {
        let tables = tables(&mut Log::default(), |from, to| to - from);
        assert_eq!(
            (tables.cases, tables.events, tables.variants.len(), tables.duration),
            (0, 0, 0, Spread::default())
        );
    }

    #[test]
    fn quantiles_are_interpolated() {
        for (share, expected) in [(0.0, 1.0), (0.5, 2.5), (0.9, 3.7), (1.0, 4.0)] {
            assert!((quantile(&mut [4, 1, 3, 2], share) - expected).abs() < 1e-12, "{share}");
        }
        assert_eq!(quantile(&mut [], 0.5), 0.0);
    }
}
