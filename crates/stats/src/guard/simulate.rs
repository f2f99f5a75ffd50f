//! Units that are drawn, honest and forging: what the tests find, and how often they cry wolf.
//!
//! A quarter of 62 days of 7½ hours. A quarter of the matters are answered through the unit, minutes after they end, and 14 % past it. An honest
//! answer is a five in 65 %, moved for each unit (sd .5 logit) and a little better through the unit (.25, sd .25 between units).
//! Forged answers, fours and fives, take the place of matters that were not answered. These are assumptions: real quarters will differ.

use super::{
    at_most_usual, burst, combine, contrast,
    distrust::{Mean, Scale},
    of_spread,
    peers::{self, Seen, Spread},
    sequential::Plan as Sequential,
    test::{alike, gaps, usual_burst},
};
use crate::{
    beta_binomial::{Count, Share},
    difference::Sample,
    random::Random,
};

/// How often each answer from 1 to 5 is given by a unit in the middle.
const ANSWERS: [f64; 5] = [0.02, 0.03, 0.07, 0.23, 0.65];
/// How often all parts are alike in an honest answer of 1 to 5.
const ALIKE: [f64; 5] = [0.25, 0.25, 0.25, 0.35, 0.5];
/// The same of one who forges and takes no care.
const ALIKE_FORGED: f64 = 0.85;
const DAYS: usize = 62;
const DAY: f64 = 86_400.0;
/// Working seconds of a day.
const HOURS: f64 = 7.5 * 3_600.0;
/// Median delay of an honest answer, in seconds, and the spread of its logarithm.
const DELAY: (f64, f64) = (150.0, 0.7);
/// Share of matters answered through and past the unit.
const RESPONSE: (f64, f64) = (0.25, 0.14);
/// A gap that is a burst, and a delay that is long, in seconds.
pub const BURST: f64 = 60.0;
/// See [`BURST`].
pub const LONG: f64 = 1_200.0;
/// What is added to the usual share of long delays.
const LONG_FLOOR: f64 = 0.005;
/// Share of those who were wronged that answer a notice, and of others that deny by mistake.
const DENIALS: (f64, f64) = (0.3, 0.003);
/// Share of people asked about a forged answer who say that they did not give one.
const FORGED_MISMATCH: f64 = 0.8;

/// How somebody forges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// In batches, 25 seconds apart, all parts alike.
    Naive,
    /// One by one right after a matter ended, all parts alike.
    Semi,
    /// At the time and with the parts of honest answers.
    Careful,
}

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Matters of the quarter; 220 make about 55 honest answers through the unit.
    pub matters: usize,
    /// Forged answers as a share of all that come in through the unit.
    pub forged: f64,
    /// How.
    pub style: Style,
    /// Whether people are told that an answer was recorded, and can deny it.
    pub receipts: bool,
}

impl Plan {
    /// An honest unit.
    pub const fn clean(matters: usize) -> Self {
        Self { matters, forged: 0.0, style: Style::Careful, receipts: true }
    }
}

/// An answer that came in through a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Answer {
    score: u8,
    at: f64,
    delay: f64,
    alike: bool,
}

/// A unit's quarter.
#[derive(Clone, Debug)]
pub struct Unit {
    /// How good it is, in logits.
    pub worth: f64,
    /// When each matter ended, in seconds.
    ends: Vec<f64>,
    through: Vec<Answer>,
    past: Vec<f64>,
    denied: Option<u64>,
}

/// Scores of 1 to 5 with all logits moved.
fn answer(moved: f64, random: &mut Random) -> u8 {
    let draw = random.unit();
    let mut below = 0.0;
    let mut worse = |part: &f64| {
        below += part;
        let logit = (below / (1.0 - below)).ln() - moved;
        below < 1.0 - 1e-9 && draw >= 1.0 / (1.0 + (-logit).exp())
    };
    1 + ANSWERS[..4].iter().take_while(|part| worse(part)).count() as u8
}

fn delay((median, spread): (f64, f64), random: &mut Random) -> f64 {
    median * (spread * random.normal()).exp()
}

/// Draws a unit of this worth.
pub fn unit(plan: &Plan, worth: f64, random: &mut Random) -> Unit {
    let kind = 0.25 + 0.25 * random.normal();
    let mut ends: Vec<f64> =
        (0..plan.matters).map(|_| random.below(DAYS) as f64 * DAY + random.unit() * HOURS).collect();
    ends.sort_unstable_by(f64::total_cmp);
    let share = (RESPONSE.0 * (0.15 * random.normal()).exp()).clamp(0.03, 0.8);
    let (mut through, mut past, mut free) = (Vec::new(), Vec::new(), Vec::new());
    for end in &ends {
        let who = random.unit();
        if who < share {
            let (score, delay) = (answer(worth + kind, random), delay(DELAY, random));
            let alike = random.unit() < ALIKE[usize::from(score) - 1];
            through.push(Answer { score, at: end + delay, delay, alike });
        } else if who < share + RESPONSE.1 {
            past.push(f64::from(answer(worth, random)));
        } else {
            free.push(*end);
        }
    }
    let honest = through.len();
    let forged = (plan.forged * honest as f64 / (1.0 - plan.forged)).round() as usize;
    random.shuffle(&mut free);
    free.truncate(forged);
    forge(plan.style, &free, &mut through, random);
    let says =
        |share: f64, n: usize, random: &mut Random| (0..n).filter(|_| random.unit() < share).count() as u64;
    let denied = plan.receipts.then(|| says(DENIALS.0, free.len(), random) + says(DENIALS.1, honest, random));
    Unit { worth, ends, through, past, denied }
}

fn forge(style: Style, matters: &[f64], through: &mut Vec<Answer>, random: &mut Random) {
    let mut batch = (0, 0.0);
    for end in matters {
        let score = if random.unit() < 0.9 { 5 } else { 4 };
        let alike = random.unit()
            < if style == Style::Careful { ALIKE[usize::from(score) - 1] } else { ALIKE_FORGED };
        let (at, delay) = match style {
            Style::Naive => {
                if batch.0 == 0 {
                    batch.0 = 1;
                    while random.unit() >= 0.25 {
                        batch.0 += 1;
                    }
                    let evening = random.unit() < 0.5;
                    let hour = if evening { HOURS - 1_800.0 * random.unit() } else { HOURS * random.unit() };
                    batch.1 = random.below(DAYS) as f64 * DAY + hour;
                }
                batch.0 -= 1;
                batch.1 += delay((25.0, 0.5), random);
                (batch.1, 1e5)
            }
            Style::Semi => {
                let delay = delay((60.0, 0.7), random);
                (end + delay, delay)
            }
            Style::Careful => {
                let delay = delay(DELAY, random);
                (end + delay, delay)
            }
        };
        through.push(Answer { score, at, delay, alike });
    }
}

/// Draws a unit of any worth.
pub fn any(plan: &Plan, random: &mut Random) -> Unit {
    let worth = 0.5 * random.normal();
    unit(plan, worth, random)
}

impl Unit {
    /// The answers that came in through the unit, forged ones too.
    pub fn scores(&self) -> Vec<f64> {
        self.through.iter().map(|answer| f64::from(answer.score)).collect()
    }

    /// The answers past it.
    pub fn past(&self) -> &[f64] {
        &self.past
    }

    fn long(&self) -> u64 {
        self.through.iter().filter(|answer| answer.delay > LONG).count() as u64
    }

    /// Answers and alike ones by score.
    fn alike(&self) -> [(f64, f64); 5] {
        let mut by_score = [(0.0, 0.0); 5];
        for answer in &self.through {
            let of = &mut by_score[usize::from(answer.score) - 1];
            *of = (of.0 + 1.0, of.1 + f64::from(u8::from(answer.alike)));
        }
        by_score
    }

    fn mean(values: &[f64]) -> Mean {
        let n = values.len() as f64;
        Mean { n, mean: if n > 0.0 { values.iter().sum::<f64>() / n } else { 0.0 } }
    }
}

/// What is usual among units.
#[derive(Clone, Debug)]
pub struct Usual {
    contrast: Spread,
    variance: f64,
    delays: Vec<f64>,
    long: f64,
    alike: [f64; 5],
    response: Share,
}

/// The names of [`Usual::tests`].
pub const TESTS: [&str; 6] = ["contrast", "burst", "delay", "alike", "response", "denial"];

impl Usual {
    /// Learns it from peers, some of whom may forge. Nothing when they are too few.
    pub fn learn(peers: &[Unit]) -> Option<Self> {
        let contrasts: Vec<Seen> = peers
            .iter()
            .filter(|peer| peer.past.len() >= 5)
            .map(|peer| {
                let (through, past) = (Sample::of(&peer.scores()), Sample::of(&peer.past));
                Seen {
                    value: through.mean - past.mean,
                    variance: through.variance / through.n + past.variance / past.n,
                }
            })
            .collect();
        let all: Vec<f64> = peers.iter().flat_map(Unit::scores).collect();
        let counts = |of: &dyn Fn(&Unit) -> (f64, f64)| -> Vec<Count> {
            peers.iter().map(of).map(|(n, successes)| Count { successes, n }).collect()
        };
        let by_score = |score: usize| peers::pooled(&counts(&|peer| peer.alike()[score]));
        let answers = |peer: &Unit| peer.through.len() as f64;
        Some(Self {
            contrast: peers::spread(&contrasts)?,
            variance: Sample::of(&all).variance,
            delays: peers.iter().flat_map(|peer| peer.through.iter().map(|answer| answer.delay)).collect(),
            long: peers::pooled(&counts(&|peer| (answers(peer), peer.long() as f64))),
            alike: std::array::from_fn(by_score),
            response: peers::share(&counts(&|peer| (peer.ends.len() as f64, answers(peer))))?,
        })
    }

    /// The p-values of T1 to T6; none where there is too little to test.
    pub fn tests(&self, unit: &Unit, random: &mut Random) -> [Option<f64>; 6] {
        let n = unit.through.len() as u64;
        let (through, past) = (Sample::of(&unit.scores()), Sample::of(&unit.past));
        let mut times: Vec<f64> = unit.through.iter().map(|answer| answer.at).collect();
        let found = gaps(&mut times, BURST) as u64;
        let usual = usual_burst(&unit.ends, times.len(), &self.delays, BURST, random);
        [
            contrast(through, past, self.contrast, self.variance),
            Some(burst(found, usual, random.unit())),
            Some(at_most_usual(unit.long(), n, self.long + LONG_FLOOR, random.unit())),
            Some(alike(unit.alike(), self.alike)),
            Some(of_spread(n, unit.ends.len() as u64, self.response, random.unit())),
            unit.denied.map(|denied| at_most_usual(denied, n, DENIALS.1, random.unit())),
        ]
    }

    /// How often each of [`TESTS`], and all of them combined, raise an alarm at this level among so many units that are drawn.
    pub fn alarms(&self, plan: &Plan, level: f64, units: usize, random: &mut Random) -> [f64; 7] {
        let mut found = [0.0; 7];
        for _ in 0..units {
            let unit = any(plan, random);
            let tests = self.tests(&unit, random);
            let known: Vec<f64> = tests.into_iter().flatten().collect();
            for (found, p) in found.iter_mut().zip(tests.into_iter().chain([Some(combine(&known))])) {
                *found += f64::from(u8::from(p.is_some_and(|p| p <= level)));
            }
        }
        found.map(|found| found / units as f64)
    }
}

/// Peers of which this share forges a third of its answers without care, as they might be met.
pub fn peers_of(many: usize, forging: f64, matters: usize, random: &mut Random) -> Vec<Unit> {
    let forger = Plan { forged: 0.33, style: Style::Semi, ..Plan::clean(matters) };
    let first = (forging * many as f64).round() as usize;
    let plan = |at: usize| if at < first { forger } else { Plan::clean(matters) };
    (0..many).map(|at| any(&plan(at), random)).collect()
}

/// Call-backs: how often it is an alarm, and after how many calls it ends, when this share of answers was forged. At most 400 calls.
pub fn call_backs(plan: &Sequential, forged: f64, runs: u32, random: &mut Random) -> (f64, f64) {
    let share = plan.usual * (1.0 - forged) + FORGED_MISMATCH * forged;
    let (low, high) = plan.bounds();
    let (mut alarms, mut calls) = (0.0, 0.0);
    for _ in 0..runs {
        let (mut sum, mut asked) = (0.0, 0);
        while low < sum && sum < high && asked < 400 {
            sum += plan.step(random.unit() < share);
            asked += 1;
        }
        calls += f64::from(asked);
        alarms += f64::from(u8::from(sum >= high));
    }
    (alarms / f64::from(runs), calls / f64::from(runs))
}

/// How many percentile points among 40 peers a careful forger gains, by the plain mean and by the score at this distrust; and how far the score of
/// honest units is correlated with what they are worth.
pub fn gain(usual: &Usual, forged: f64, distrust: f64, runs: u32, random: &mut Random) -> [f64; 3] {
    let scale = Scale {
        contrast: usual.contrast.centre,
        variance: usual.variance,
        distrust,
        peers: Spread { centre: 4.3, variance: 0.0625 },
    };
    let plain = |unit: &Unit| Unit::mean(&[unit.scores(), unit.past.clone()].concat()).mean;
    let fair = |unit: &Unit| scale.score(Unit::mean(&unit.scores()), Unit::mean(&unit.past));
    let (honest, forger) = (Plan::clean(220), Plan { forged, ..Plan::clean(220) });
    let (mut gained, mut known) = ([0.0; 2], Vec::new());
    for _ in 0..runs {
        let peers: Vec<Unit> = (0..40).map(|_| any(&honest, random)).collect();
        let worth = 0.5 * random.normal();
        // The same quarter twice: once honest, once with answers added.
        let (before, after) = (unit(&honest, worth, &mut random.clone()), unit(&forger, worth, random));
        for (gained, score) in gained.iter_mut().zip([&plain as &dyn Fn(&Unit) -> f64, &fair]) {
            let below = |of: &Unit| peers.iter().filter(|peer| score(of) > score(peer)).count() as f64;
            *gained += (below(&after) - below(&before)) / 40.0 * 100.0 / f64::from(runs);
        }
        known.push((worth, fair(&before)));
    }
    [gained[0], gained[1], correlation(&known)]
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let sum = |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|pair| of(pair.0 - x, pair.1 - y)).sum::<f64>();
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plan of call-backs.
    const CALLS: Sequential = Sequential { usual: 0.03, bad: 0.15, false_alarm: 0.01, missed: 0.1 };

    fn usual(random: &mut Random) -> Usual {
        Usual::learn(&peers_of(400, 0.0, 220, random)).unwrap()
    }

    #[test]
    fn answers_are_drawn_as_they_are_said_to_be() {
        let mut random = Random::new(1);
        let fives = (0..20_000).filter(|_| answer(0.0, &mut random) == 5).count() as f64 / 20_000.0;
        assert!((fives - 0.65).abs() < 0.012, "{fives}");
        let better = (0..20_000).filter(|_| answer(1.0, &mut random) == 5).count() as f64 / 20_000.0;
        // logit .65 = .619; one more is .8346.
        assert!((better - 0.8346).abs() < 0.012, "{better}");
    }

    /// The margins are four standard errors of this many units.
    #[test]
    fn the_innocent_are_left_alone() {
        let mut random = Random::new(2);
        let usual = usual(&mut random);
        for matters in [100, 220] {
            let found = usual.alarms(&Plan::clean(matters), 0.01, 2_500, &mut random);
            for (test, rate) in TESTS.iter().zip(found) {
                assert!(rate <= 0.015 + 0.008, "{test}, {matters} matters: {rate}");
            }
            assert!(found[6] <= 0.01 + 0.004, "combination, {matters} matters: {}", found[6]);
        }
    }

    #[test]
    fn forgers_are_found_as_often_as_is_promised() {
        let mut random = Random::new(3);
        let usual = usual(&mut random);
        let cases = [
            (Style::Naive, 220, 0.1, 0.95),
            (Style::Careful, 220, 0.2, 0.75),
            (Style::Careful, 220, 0.3, 0.95),
            (Style::Careful, 440, 0.2, 0.95),
        ];
        for (style, matters, forged, promised) in cases {
            let plan = Plan { forged, style, ..Plan::clean(matters) };
            let power = usual.alarms(&plan, 0.01, 300, &mut random)[6];
            assert!(power >= promised - 0.06, "{style:?}, {matters} matters, {forged}: {power}");
        }
        let unheard = Plan { forged: 0.2, receipts: false, ..Plan::clean(220) };
        let power = usual.alarms(&unheard, 0.01, 300, &mut random)[6];
        assert!(power < 0.4, "without notices a careful forger is not promised to be found: {power}");
    }

    #[test]
    fn forgers_among_the_peers_do_not_hide_each_other() {
        let mut random = Random::new(4);
        let usual = Usual::learn(&peers_of(78, 0.1, 220, &mut random)).unwrap();
        let plan = Plan { forged: 0.3, ..Plan::clean(220) };
        let power = usual.alarms(&plan, 0.01, 300, &mut random)[6];
        assert!(power > 0.85, "{power}");
    }

    #[test]
    fn calls_find_a_fifth_and_forging_it_gains_little() {
        let mut random = Random::new(5);
        let (alarm, calls) = call_backs(&CALLS, 0.2, 5_000, &mut random);
        assert!(alarm > 0.94 && calls < 28.0, "{alarm} {calls}");
        let (alarm, _) = call_backs(&CALLS, 0.0, 5_000, &mut random);
        assert!(alarm < 0.012, "{alarm}");
        let usual = usual(&mut random);
        let [plain, fair, correlation] =
            gain(&usual, 0.2, super::super::distrust::RECOMMENDED, 300, &mut random);
        assert!(fair < 4.0 && fair < plain * 0.7, "{plain} {fair}");
        assert!(correlation > 0.75, "{correlation}");
    }
}
