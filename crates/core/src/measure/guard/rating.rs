//! Forged ratings of one official: four tests of those that the record allows, combined.

use std::collections::BTreeMap;

use hailong_stats::{
    beta_binomial::{Count, Share},
    difference::Sample,
    guard::{
        alike, at_most_usual, combine, contrast, of_spread,
        peers::{self, Seen as Peer},
    },
};
use uuid::Uuid;

use super::{
    Kind, LEAST, RollLine, Seen, SlipCount,
    rule::{Tested, chance},
};
use crate::{listen::invitation::Source, time::Month};

/// Share of people who deny by mistake a rating that was theirs.
const DENIED_BY_MISTAKE: f64 = 0.003;

/// What is known of one official.
#[derive(Default)]
struct Official<'a> {
    office_id: &'a str,
    roll: Vec<&'a RollLine>,
    slips: Vec<&'a SlipCount>,
}

impl Official<'_> {
    fn through(&self) -> impl Iterator<Item = &RollLine> {
        let is = |line: &&&RollLine| line.used.is_some_and(|(_, way)| way.source() == Source::Office);
        self.roll.iter().filter(is).copied()
    }

    /// How often each welcome from 1 to 5 was given.
    fn welcome(&self, source: Source) -> [f64; 5] {
        let mut counts = [0.0; 5];
        for slip in self.slips.iter().filter(|slip| slip.source == source) {
            if let Some(count) = counts.get_mut(usize::from(slip.welcome).wrapping_sub(1)) {
                *count += f64::from(slip.n);
            }
        }
        counts
    }

    /// By welcome, slips through the office that answer both questions, and those of them that answer both alike.
    fn alike(&self) -> [(f64, f64); 5] {
        let mut counts = [(0.0, 0.0); 5];
        for slip in self.slips.iter().filter(|slip| slip.source == Source::Office) {
            let Some(count) = counts.get_mut(usize::from(slip.welcome).wrapping_sub(1)) else { continue };
            if let Some(guidance) = slip.guidance {
                let n = f64::from(slip.n);
                *count = (count.0 + n, count.1 + if guidance == slip.welcome { n } else { 0.0 });
            }
        }
        counts
    }
}

fn sample(counts: [f64; 5]) -> Sample {
    let n: f64 = counts.iter().sum();
    let scores = || counts.into_iter().zip(1..).map(|(count, score)| (count, f64::from(score)));
    let mean = scores().map(|(count, score)| count * score).sum::<f64>() / n;
    let squares = scores().map(|(count, score)| count * (score - mean).powi(2)).sum::<f64>();
    Sample { n, mean, variance: squares / (n - 1.0) }
}

/// The tests of every official with at least [`LEAST`] ratings through the office.
pub(super) fn tests(seen: &Seen) -> Vec<Tested> {
    let mut officials: BTreeMap<(&str, &str), Official<'_>> = BTreeMap::new();
    for office in &seen.offices {
        for line in &office.roll {
            let Some(official) = &line.official else { continue };
            let entry = officials.entry((&office.office_id, official)).or_default();
            entry.office_id = &office.office_id;
            entry.roll.push(line);
        }
    }
    for slip in &seen.slips {
        // A slip names the official: it belongs to the office with most of their invitations.
        let own = officials.iter_mut().filter(|((_, official), _)| *official == slip.official);
        if let Some((_, official)) = own.max_by_key(|(_, official)| official.roll.len()) {
            official.slips.push(slip);
        }
    }
    let usual = Usual::of(&officials.values().collect::<Vec<_>>());
    let enough = officials.iter().filter(|(_, official)| official.through().count() >= LEAST);
    enough.map(|((_, name), official)| usual.test(name, official, seen.quarter)).collect()
}

/// What is usual of the officials of the district.
struct Usual {
    contrast: Option<(peers::Spread, f64)>,
    alike: [f64; 5],
    response: Option<Share>,
}

impl Usual {
    fn of(officials: &[&Official<'_>]) -> Self {
        let pair =
            |one: &&Official<'_>| (sample(one.welcome(Source::Office)), sample(one.welcome(Source::Apart)));
        let known: Vec<_> = officials.iter().map(pair).filter(|(a, b)| a.n >= 5.0 && b.n >= 5.0).collect();
        let peer = |(through, past): &(Sample, Sample)| Peer {
            value: through.mean - past.mean,
            variance: through.variance / through.n + past.variance / past.n,
        };
        let pooled = |known: &[(Sample, Sample)]| {
            let sum = known.iter().fold((0.0, 0.0), |sum, (through, past)| {
                let (a, b) = (through.n - 1.0, past.n - 1.0);
                (sum.0 + a * through.variance + b * past.variance, sum.1 + a + b)
            });
            sum.0 / sum.1
        };
        let spread = peers::spread(&known.iter().map(peer).collect::<Vec<_>>());
        let count = |(n, successes): (f64, f64)| Count { successes, n };
        let alike = |score: usize| {
            peers::pooled(&officials.iter().map(|one| count(one.alike()[score])).collect::<Vec<_>>())
        };
        let response = officials.iter().filter(|one| one.roll.len() >= LEAST);
        let response: Vec<Count> =
            response.map(|one| count((one.roll.len() as f64, one.through().count() as f64))).collect();
        Self {
            contrast: spread.map(|spread| (spread, pooled(&known))),
            alike: std::array::from_fn(alike),
            response: (response.len() >= peers::LEAST_PEERS).then(|| peers::share(&response)).flatten(),
        }
    }

    fn test(&self, name: &str, official: &Official<'_>, quarter: Month) -> Tested {
        let u =
            |test: &str| chance(Kind::ForgedRatings, quarter, official.office_id, &format!("{name} {test}"));
        let through = official.through().count() as u64;
        let used: Vec<_> = official.roll.iter().filter(|line| line.used.is_some()).collect();
        let denied = used.iter().filter(|line| line.denied).count() as u64;
        let alike_counts = official.alike();
        let both: f64 = alike_counts.iter().map(|(n, _)| n).sum();
        let mut parts = Vec::new();
        if let Some((usual, variance)) = self.contrast {
            let (near, past) =
                (sample(official.welcome(Source::Office)), sample(official.welcome(Source::Apart)));
            parts.extend(contrast(near, past, usual, variance).map(|p| ("contrast", p)));
        }
        if both >= LEAST as f64 {
            parts.push(("alike", alike(alike_counts, self.alike)));
        }
        if let Some(usual) = self.response {
            parts.push(("response", of_spread(through, official.roll.len() as u64, usual, u("response"))));
        }
        parts.push(("denial", at_most_usual(denied, used.len() as u64, DENIED_BY_MISTAKE, u("denial"))));
        let p = combine(&parts.iter().map(|(_, p)| *p).collect::<Vec<_>>());
        // Denied ones first: they are what people can be asked about.
        let mut cases: Vec<Uuid> = used.iter().filter(|line| line.denied).map(|line| line.case_id).collect();
        cases.extend(official.through().filter(|line| !line.denied).map(|line| line.case_id));
        Tested {
            office_id: official.office_id.to_owned(),
            official: Some(name.to_owned()),
            p,
            parts,
            seen: through as usize,
            of: official.roll.len(),
            usual: self.response.map_or(0.0, Share::mean),
            cases,
        }
    }
}
