//! Two kinds of cases in one log: how often each goes through a part of the process, how long it waits there, and which differences are
//! more than chance.
//!
//! A case counts once for each part, with all its waits there together, so that observations are independent of each other. Shares are
//! compared by the difference with the interval of Newcombe (1998, "Interval estimation for the difference between independent
//! proportions", Statistics in Medicine 17:873–890, method 10) and by Fisher's exact test with mid-p (Lancaster 1961, JASA 56:223–234), waits by the test of
//! Wilcoxon, Mann and Whitney (1947, Annals of Mathematical Statistics 18:50–60) with its correction for ties. All tests of a comparison
//! are one family ([`benjamini_hochberg`]).
//!
//! What one kind waits longer adds up: over all edges, [`Difference::extra`] is by how much its cases last longer on average.

use std::collections::BTreeMap;

use super::{
    instant::SECOND,
    log::Log,
    tables::{Spread, quantile},
};
use crate::{
    interval::{Z95, newcombe, normal_below},
    rank::benjamini_hochberg,
};

/// A part of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// An activity; its wait is the time since the event before.
    Activity(u32),
    /// One activity directly after another.
    Edge(u32, u32),
}

/// How the share of cases that go through a part differs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    /// Lower end of the 95 % interval of the first kind's share less the second's.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The probability of shares that differ as much when there is no difference.
    pub p_value: f64,
    /// The rate of false discoveries at which it would just be chosen.
    pub rate: f64,
}

/// How the waits of cases that go through a part differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waits {
    /// The medians of both kinds, in seconds.
    pub median: [f64; 2],
    /// The probability that a case of the first kind waits longer than one of the second (ties count half).
    pub longer: f64,
    /// The probability of waits that differ as much when there is no difference.
    pub p_value: f64,
    /// The rate of false discoveries at which it would just be chosen.
    pub rate: f64,
}

/// What differs in one part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Where.
    pub part: Part,
    /// Cases of both kinds that go through it.
    pub cases: [u64; 2],
    /// How often they do.
    pub shares: Shares,
    /// How long they wait there, where enough of both do.
    pub waits: Option<Waits>,
    /// How much longer a case of the first kind waits there than one of the second, on the mean over all cases of each kind, those that
    /// do not come there included; in seconds.
    pub extra: f64,
}

/// What differs between two kinds of cases.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Cases of both kinds.
    pub cases: [u64; 2],
    /// By part.
    pub differences: Vec<Difference>,
    /// Tests in the family.
    pub tests: usize,
}

/// Of each kind so many cases must wait in a part for their waits to be compared: below it the normal approximation is none.
pub const LEAST_WAITS: usize = 8;

#[derive(Default)]
struct Seen {
    cases: [u64; 2],
    waits: [Vec<i64>; 2],
}

/// Compares the cases of which `first` says true with those of which it says false; those of which it says nothing are left aside. The log
/// is [in order](Log::arrange). `between` says how much time lies between two instants, in microseconds. Both are asked by number of the case and by time.
pub fn compare(
    log: &Log,
    first: impl Fn(u32) -> Option<bool>,
    between: impl Fn(i64, i64) -> i64,
) -> Comparison {
    let mut cases = [0_u64; 2];
    let mut seen: BTreeMap<Part, Seen> = BTreeMap::new();
    let mut own: BTreeMap<Part, Option<i64>> = BTreeMap::new();
    for events in log.by_case() {
        let Some(kind) = first(events[0].case).map(|first| usize::from(!first)) else { continue };
        cases[kind] += 1;
        own.clear();
        own.insert(Part::Activity(events[0].activity), None);
        for pair in events.windows(2) {
            let time = between(pair[0].time, pair[1].time);
            let (from, to) = (pair[0].activity, pair[1].activity);
            for part in [Part::Activity(to), Part::Edge(from, to)] {
                let wait = own.entry(part).or_default();
                *wait = Some(wait.unwrap_or_default().saturating_add(time));
            }
        }
        for (&part, &wait) in &own {
            let seen = seen.entry(part).or_default();
            seen.cases[kind] += 1;
            seen.waits[kind].extend(wait);
        }
    }
    let mut differences: Vec<Difference> =
        seen.into_iter().map(|(part, seen)| difference(part, seen, cases)).collect();
    let tests = rate(&mut differences);
    Comparison { cases, differences, tests }
}

fn difference(part: Part, mut seen: Seen, of: [u64; 2]) -> Difference {
    let mean = |kind: usize| {
        let sum: i128 = seen.waits[kind].iter().map(|&wait| i128::from(wait)).sum();
        sum as f64 / SECOND as f64 / of[kind].max(1) as f64
    };
    let extra = mean(0) - mean(1);
    let enough = seen.waits.iter().all(|waits| waits.len() >= LEAST_WAITS);
    let waits = enough.then(|| waits(&mut seen.waits));
    Difference { part, cases: seen.cases, shares: shares(seen.cases, of), waits, extra }
}

/// Sets the rate of every test, and says how many there are.
fn rate(differences: &mut [Difference]) -> usize {
    let p_values: Vec<f64> = differences
        .iter()
        .flat_map(|one| [Some(one.shares.p_value), one.waits.map(|waits| waits.p_value)])
        .flatten()
        .collect();
    let mut rates = benjamini_hochberg(&p_values).into_iter();
    for one in differences {
        one.shares.rate = rates.next().unwrap_or(1.0);
        if let Some(waits) = &mut one.waits {
            waits.rate = rates.next().unwrap_or(1.0);
        }
    }
    p_values.len()
}

fn shares(cases: [u64; 2], of: [u64; 2]) -> Shares {
    let [first, second] = [0, 1].map(|kind| (cases[kind], of[kind]));
    let (low, high) = newcombe(second, first, Z95).unwrap_or((-1.0, 1.0));
    Shares { low, high, p_value: fisher(cases, of), rate: 1.0 }
}

/// Twice the smaller tail of the hypergeometric distribution, half of what was seen counted in each. Every probability follows from the one
/// beside it, and they are divided by their sum: of large counts nothing is lost to the rounding of logarithms.
fn fisher(cases: [u64; 2], of: [u64; 2]) -> f64 {
    // P(k − 1) / P(k), with k of the first kind and the rest of the second; what there is less of on one side is more on the other.
    let ratio = |k: f64, less: usize| {
        let more = 1 - less;
        let other = (cases[0] + cases[1]) as f64 - k;
        k * (of[more] as f64 - other) / ((of[less] as f64 - k + 1.0) * (other + 1.0))
    };
    let tail = |less: usize| {
        let (mut at, mut sum) = (1.0, 0.0);
        for k in (1..=cases[less]).rev() {
            let step = ratio(k as f64, less);
            at *= step;
            sum += at;
            if at == 0.0 || (step < 1.0 && at < sum * 1e-17) || sum.is_infinite() {
                break;
            }
        }
        sum
    };
    let (below, above) = (tail(0), tail(1));
    let smaller = (below.min(above) + 0.5) / (below + 1.0 + above);
    (2.0 * smaller).clamp(f64::MIN_POSITIVE, 1.0)
}

fn waits(waits: &mut [Vec<i64>; 2]) -> Waits {
    let median = [0, 1].map(|kind| quantile(&mut waits[kind], 0.5) / SECOND as f64);
    let mut all: Vec<(i64, usize)> = Vec::with_capacity(waits[0].len() + waits[1].len());
    for (kind, waits) in waits.iter().enumerate() {
        all.extend(waits.iter().map(|&wait| (wait, kind)));
    }
    all.sort_unstable();
    // The sum of the first kind's ranks, those of equal waits shared, and the ties' part of the variance.
    let (mut ranks, mut ties, mut before) = (0.0, 0.0, 0.0);
    for equal in all.chunk_by(|a, b| a.0 == b.0) {
        let many = equal.len() as f64;
        let own = equal.iter().filter(|(_, kind)| *kind == 0).count() as f64;
        ranks += own * (before + f64::midpoint(many, 1.0));
        ties += many.powi(3) - many;
        before += many;
    }
    let (a, b, all) = (waits[0].len() as f64, waits[1].len() as f64, before);
    let above = ranks - a * (a + 1.0) / 2.0;
    let variance = a * b / 12.0 * ((all + 1.0) - ties / (all * (all - 1.0)));
    let distance = ((above - a * b / 2.0).abs() - 0.5).max(0.0);
    let p_value = if variance > 0.0 { 2.0 * normal_below(-distance / variance.sqrt()) } else { 1.0 };
    Waits { median, longer: above / (a * b), p_value: p_value.clamp(f64::MIN_POSITIVE, 1.0), rate: 1.0 }
}

/// Cases that went the same way.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// The way.
    pub activities: Box<[u32]>,
    /// How many cases of the first kind, of the second, and of neither.
    pub cases: [u64; 3],
    /// How long they lasted.
    pub duration: Spread,
}

/// The ways of cases, those of most cases first, and at equal numbers in the order of their activities. `of_case` says whether a case is of the first kind,
/// and how long it lasted (microseconds). The log is [in order](Log::arrange).
pub fn ways(log: &Log, of_case: impl Fn(u32) -> (Option<bool>, i64)) -> Vec<Way> {
    let mut places: BTreeMap<Box<[u32]>, usize> = BTreeMap::new();
    let mut found: Vec<([u64; 3], Vec<i64>)> = Vec::new();
    let mut way = Vec::new();
    for events in log.by_case() {
        way.clear();
        way.extend(events.iter().map(|event| event.activity));
        let at = places.get(way.as_slice()).copied().unwrap_or_else(|| {
            places.insert(way.as_slice().into(), found.len());
            found.push(Default::default());
            found.len() - 1
        });
        let (first, lasted) = of_case(events[0].case);
        found[at].0[first.map_or(2, |first| usize::from(!first))] += 1;
        found[at].1.push(lasted);
    }
    let way = |(activities, at): (Box<[u32]>, usize)| {
        let (cases, durations) = &mut found[at];
        Way { activities, cases: *cases, duration: Spread::of(durations) }
    };
    let mut ways: Vec<Way> = places.into_iter().map(way).collect();
    ways.sort_by_key(|way| std::cmp::Reverse(way.duration.count));
    ways
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        process::log::{Event, Names},
        random::Random,
    };

    /// A log of cases, each a list of activities with the seconds before them.
    fn log(cases: &[&[(u32, i64)]]) -> Log {
        let mut log = Log { activities: Names::of(["a", "b", "c"]), ..Log::default() };
        for (case, steps) in cases.iter().enumerate() {
            let mut time = 0;
            for (activity, wait) in *steps {
                time += wait * SECOND;
                log.events.push(Event { time, case: case as u32, activity: *activity, resource: None });
            }
        }
        log.arrange();
        log
    }

    fn plain(from: i64, to: i64) -> i64 {
        to - from
    }

    #[test]
    fn what_differs_is_found_and_nothing_else() {
        // Forty cases of each kind; the first kind waits ten times as long for b and always has c.
        let first: Vec<Vec<(u32, i64)>> =
            (0..40).map(|at| vec![(0, 0), (1, 100 + at), (2, 5 + at % 7)]).collect();
        let second: Vec<Vec<(u32, i64)>> = (0..40).map(|at| vec![(0, 0), (1, 10 + at % 9)]).collect();
        let cases: Vec<&[(u32, i64)]> = first.iter().chain(&second).map(Vec::as_slice).collect();
        let found = compare(&log(&cases), |case| Some(case < 40), plain);
        assert_eq!((found.cases, found.differences.len()), ([40, 40], 5));
        let of = |part| *found.differences.iter().find(|one| one.part == part).unwrap();
        let wait = of(Part::Edge(0, 1)).waits.unwrap();
        assert_eq!((wait.median, wait.longer), ([119.5, 13.5], 1.0));
        assert!(wait.rate < 1e-10, "{wait:?}");
        assert!(of(Part::Edge(0, 1)).shares.p_value > 0.99, "both kinds always go there");
        let more = of(Part::Edge(1, 2));
        assert!(more.cases == [40, 0] && more.waits.is_none() && more.shares.rate < 1e-10);
        assert!(more.shares.low > 0.85 && (more.shares.high - 1.0).abs() < 1e-12, "{more:?}");
        let edges = found.differences.iter().filter(|one| matches!(one.part, Part::Edge(..)));
        let extra: f64 = edges.map(|one| one.extra).sum();
        let lasts = |cases: &[Vec<(u32, i64)>]| {
            cases.iter().flatten().map(|(_, wait)| *wait as f64).sum::<f64>() / cases.len() as f64
        };
        assert!((extra - (lasts(&first) - lasts(&second))).abs() < 1e-9, "what waits add up to");
    }

    #[test]
    fn a_case_counts_once_with_all_its_waits_and_those_of_no_kind_not_at_all() {
        let log = log(&[&[(0, 0), (0, 3), (0, 4)], &[(0, 0)], &[(1, 0), (1, 9)]]);
        let found = compare(&log, |case| (case < 2).then_some(case == 0), plain);
        assert_eq!(found.cases, [1, 1]);
        let parts: Vec<_> = found.differences.iter().map(|one| (one.part, one.cases, one.extra)).collect();
        assert_eq!(parts, [(Part::Activity(0), [1, 1], 7.0), (Part::Edge(0, 0), [1, 0], 7.0)]);
        assert_eq!(compare(&Log::default(), |_| None, plain), Comparison::default());
    }

    /// fisher.test(matrix(c(8, 2, 1, 9), 2)) in R: the probabilities are hypergeometric; by hand with mid-p. wilcox.test of these
    /// waits with exact = FALSE gives p = 0.0009...; interval by Newcombe's example (56/70 less 48/80).
    #[test]
    fn reference_values() {
        let (low, high) = {
            let s = shares([56, 48], [70, 80]);
            (s.low, s.high)
        };
        assert!((low - 0.0524).abs() < 5e-5 && (high - 0.3339).abs() < 5e-5, "{low} {high}");
        // 9 of 20 go there: P(8) = C(9,8)·C(11,2)/C(20,10), P(9) = C(11,1)/C(20,10).
        let by_hand = 2.0 * (9.0 * 55.0 / 2.0 + 11.0) / 184_756.0;
        assert!((fisher([8, 1], [10, 10]) - by_hand).abs() < 1e-12);
        assert_eq!(fisher([0, 0], [5, 5]), 1.0);
        let many = [1_601, 53_834];
        assert_eq!(fisher(many, many), 1.0, "all have it, however many they are");
        assert!(fisher([160, 5_383], many) > 0.9 && fisher([0, 53_000], many) < 1e-300);
        // fisher.test's P of the table itself and those as unlikely, mid-p by hand from dhyper in exact numbers: 3 of 7 against 1 of 9.
        let exact = 2.0 * (1_820.0_f64.recip()) * (35.0 * 9.0 / 2.0 + 35.0);
        assert!((fisher([3, 1], [7, 9]) - exact).abs() < 1e-12);
        // U = 0 of 8 and 8 without ties: mean 32, variance 8·8·17/12, with continuity.
        let mut apart = [(1..=8).collect::<Vec<i64>>(), (9..=16).collect()];
        let z = 31.5 / (64.0_f64 * 17.0 / 12.0).sqrt();
        let found = waits(&mut apart);
        assert!((found.p_value - 2.0 * normal_below(-z)).abs() < 1e-12 && found.longer == 0.0);
        let mut equal = [vec![5; 9], vec![5; 12]];
        assert_eq!((waits(&mut equal).p_value, waits(&mut equal).longer), (1.0, 0.5));
    }

    #[test]
    fn without_a_difference_hardly_anything_is_found() {
        let mut random = Random::new(11);
        let mut wrong = 0;
        for _ in 0..200 {
            let cases: Vec<Vec<(u32, i64)>> = (0..60)
                .map(|_| {
                    let wait = |random: &mut Random| (random.unit() * 1e5) as i64;
                    let mut steps = vec![(0, 0), (1, wait(&mut random))];
                    if random.unit() < 0.5 {
                        steps.push((2, wait(&mut random)));
                    }
                    steps
                })
                .collect();
            let cases: Vec<&[(u32, i64)]> = cases.iter().map(Vec::as_slice).collect();
            let found = compare(&log(&cases), |case| Some(case % 3 == 0), plain);
            let tells =
                |one: &Difference| one.shares.rate < 0.05 || one.waits.is_some_and(|waits| waits.rate < 0.05);
            wrong += u32::from(found.differences.iter().any(tells));
        }
        assert!(wrong <= 16, "{wrong} of 200: five of a hundred are promised at most");
    }

    #[test]
    fn ways_have_their_kinds_and_times() {
        let log = log(&[&[(0, 0), (1, 5)], &[(0, 0), (1, 7)], &[(0, 0)], &[(0, 0), (1, 1)]]);
        let found = ways(&log, |case| ((case != 3).then_some(case == 0), i64::from(case) * SECOND));
        let told: Vec<_> =
            found.iter().map(|way| (way.activities.len(), way.cases, way.duration.median)).collect();
        assert_eq!(told, [(2, [1, 1, 1], 1.0), (1, [0, 1, 0], 2.0)]);
    }

    proptest! {
        #[test]
        fn kinds_exchanged_give_the_mirrored_difference(
            cases in prop::collection::vec((any::<bool>(), prop::collection::vec((0_u32..3, 0_i64..50), 1..6)), 1..60)
        ) {
            let steps: Vec<&[(u32, i64)]> = cases.iter().map(|(_, steps)| steps.as_slice()).collect();
            let log = log(&steps);
            let one = compare(&log, |case| Some(cases[case as usize].0), plain);
            let other = compare(&log, |case| Some(!cases[case as usize].0), plain);
            for (a, b) in one.differences.iter().zip(&other.differences) {
                prop_assert!((a.extra + b.extra).abs() < 1e-9 && (a.shares.low + b.shares.high).abs() < 1e-9);
                prop_assert!((a.shares.p_value - b.shares.p_value).abs() < 1e-9);
                prop_assert!(a.shares.low <= a.shares.high && (0.0..=1.0).contains(&a.shares.rate));
                if let (Some(a), Some(b)) = (a.waits, b.waits) {
                    prop_assert!((a.longer + b.longer - 1.0).abs() < 1e-9 && (a.p_value - b.p_value).abs() < 1e-9);
                }
            }
        }
    }
}
