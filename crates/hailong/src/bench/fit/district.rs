//! Districts that are drawn: officials of offices do procedures that are more or less hard to please with. What a plain mean and what a
//! mixed model makes of the ratings is compared with what was drawn.

use std::time::Instant as Stopwatch;

use anyhow::anyhow;
use hailong_stats::{
    interval::normal_below,
    mixed::{self, Data, Factor, Fixed, Method},
    random::Random,
    rank::surest,
};

const OFFICES: usize = 17;
const PROCEDURES: usize = 60;
/// How often each way to answer is used, and how much it moves an answer.
const WAYS: [(f64, f64); 4] = [(0.55, 0.0), (0.2, 0.1), (0.15, -0.15), (0.1, -0.3)];
/// Above which of these a feeling is 2, 3, 4 or 5.
const CUTS: [f64; 4] = [-2.2, -1.7, -1.2, -0.3];
/// Spread of officials, offices and procedures, in units of one answer's.
const OFFICIAL: f64 = 0.35;
const OFFICE: f64 = 0.2;
const PROCEDURE: f64 = 0.45;
/// Answers of an official.
const ANSWERS: f64 = 35.0;
/// The worst procedures that are named, and how many of a list may be wrong.
const NAMED: usize = 6;
const RATE: f64 = 0.1;
/// The 95 % point of the standard normal distribution.
const Z90: f64 = 1.644_853_626_951_472_2;

/// A district's ratings and what is behind them.
struct District {
    data: Data,
    /// The office of each official.
    offices: Vec<usize>,
    /// What each official is worth, office and own part, in the unit of feelings.
    worth: Vec<f64>,
    procedures: Vec<f64>,
}

/// What officials do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    /// Each has a few procedures that are most of the work.
    Divided,
    /// Much the same.
    Common,
}

fn draw(random: &mut Random, work: Work, with_ways: bool) -> District {
    let offices: Vec<usize> = (0..OFFICES).flat_map(|office| vec![office; 4 + random.below(2)]).collect();
    let of_offices: Vec<f64> = (0..OFFICES).map(|_| OFFICE * random.normal()).collect();
    let worth: Vec<f64> =
        offices.iter().map(|office| of_offices[*office] + OFFICIAL * random.normal()).collect();
    let procedures: Vec<f64> = (0..PROCEDURES).map(|_| PROCEDURE * random.normal()).collect();
    let mut data = Data::default();
    let (mut ways, mut codes) = (Vec::new(), vec![Vec::new(); 3]);
    let common = normalised((0..PROCEDURES).map(|_| random.gamma(0.5, 1.0)).collect());
    for (official, office) in offices.iter().enumerate() {
        let answers = (random.gamma(2.5, 2.5 / ANSWERS) as usize).max(3);
        let shape = |procedure: usize| match work {
            Work::Divided => 0.07,
            Work::Common => 8.0 * common[procedure] + 1e-9,
        };
        let shares = (0..PROCEDURES).map(|procedure| random.gamma(shape(procedure), 1.0) + 1e-9).collect();
        let shares = normalised(shares);
        for _ in 0..answers {
            let procedure = pick(random.unit(), &shares);
            let way = if with_ways { pick(random.unit(), &WAYS.map(|(share, _)| share)) } else { 0 };
            let feeling = worth[official] + procedures[procedure] + WAYS[way].1 + random.normal();
            data.response.push(1.0 + CUTS.iter().filter(|cut| feeling > **cut).count() as f64);
            ways.push(way as u32);
            for (codes, code) in codes.iter_mut().zip([official, *office, procedure]) {
                codes.push(code as u32);
            }
        }
    }
    if with_ways {
        data.fixed.push(Fixed::Categorical(Factor { codes: ways, levels: WAYS.len() }));
    }
    let levels = [offices.len(), OFFICES, PROCEDURES];
    data.random = codes.into_iter().zip(levels).map(|(codes, levels)| Factor { codes, levels }).collect();
    District { data, offices, worth, procedures }
}

fn normalised(mut parts: Vec<f64>) -> Vec<f64> {
    let whole: f64 = parts.iter().sum();
    parts.iter_mut().for_each(|part| *part /= whole);
    parts
}

/// The part of a whole in which a number falls.
fn pick(number: f64, parts: &[f64]) -> usize {
    let mut left = number;
    for (at, part) in parts.iter().enumerate() {
        left -= part;
        if left < 0.0 {
            return at;
        }
    }
    parts.len() - 1
}

impl District {
    /// The mean of a column over the answers of each official.
    fn means(&self, of: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); self.offices.len()];
        for (answer, official) in self.data.random[0].codes.iter().enumerate() {
            let sum = &mut sums[*official as usize];
            *sum = (sum.0 + of(answer), sum.1 + 1.0);
        }
        sums.iter().map(|(sum, n)| sum / n).collect()
    }

    /// What each official would get on average, doing the work of the whole district, above what any official would be expected to get.
    fn deserved(&self) -> Vec<f64> {
        let mut shares = [0.0; PROCEDURES];
        let all = &self.data.random[2].codes;
        all.iter().for_each(|procedure| shares[*procedure as usize] += 1.0 / all.len() as f64);
        let rating = |mean: f64, sd: f64| CUTS.iter().map(|cut| normal_below((mean - cut) / sd)).sum::<f64>();
        let spread = (1.0 + OFFICIAL * OFFICIAL + OFFICE * OFFICE).sqrt();
        let of = |worth: &f64| {
            let mut sum = 0.0;
            for (procedure, share) in self.procedures.iter().zip(shares) {
                for (way, moved) in WAYS {
                    let mean = procedure + moved;
                    sum += share * way * (rating(mean + worth, 1.0) - rating(mean, spread));
                }
            }
            sum
        };
        self.worth.iter().map(of).collect()
    }
}

/// Sums over the districts.
#[derive(Default)]
struct Sums {
    innocent: (f64, f64),
    ranks: (f64, f64),
    case_mix: (f64, f64),
    covered: f64,
    officials: f64,
    times: Vec<f64>,
    /// Of the procedures: truly better than usual among the named by mean and model, found among the named, wrong in the list, found in it.
    named: (f64, f64),
    found: (f64, f64),
    list: (f64, f64),
}

/// Figures over this many districts.
pub(super) fn figures(seed: u64, districts: u32) -> anyhow::Result<Vec<(&'static str, f64)>> {
    let mut random = Random::new(seed);
    let mut sums = Sums::default();
    for _ in 0..districts {
        sums.ranking(&draw(&mut random, Work::Divided, true))?;
        sums.case_mix(&draw(&mut random, Work::Divided, false))?;
        sums.procedures(&draw(&mut random, Work::Common, false))?;
    }
    let many = f64::from(districts);
    Ok(vec![
        ("districts", many),
        ("district: ms for a fit", super::median(&mut sums.times) * 1_000.0),
        ("bottom tenth truly above the median, mean", sums.innocent.0 / many),
        ("bottom tenth truly above the median, model", sums.innocent.1 / many),
        ("rank correlation with the truth, mean", sums.ranks.0 / many),
        ("rank correlation with the truth, model", sums.ranks.1 / many),
        ("error goes with ease of cases, mean", sums.case_mix.0 / many),
        ("error goes with ease of cases, model", sums.case_mix.1 / many),
        ("90 % intervals cover", sums.covered / sums.officials),
        ("six worst procedures that are none, mean", sums.named.0 / many),
        ("six worst procedures that are none, model", sums.named.1 / many),
        ("six worst procedures found, mean", sums.found.0 / many),
        ("six worst procedures found, model", sums.found.1 / many),
        ("list of bad procedures: wrong", sums.list.0 / many),
        ("list of bad procedures: six worst found", sums.list.1 / many),
    ])
}

impl Sums {
    fn ranking(&mut self, district: &District) -> anyhow::Result<()> {
        let plain = district.means(|answer| district.data.response[answer]);
        let data = district.data.clone();
        let watch = Stopwatch::now();
        let fit = mixed::fit(data, Method::Reml).map_err(|fault| anyhow!(fault))?;
        self.times.push(watch.elapsed().as_secs_f64());
        let deserved = district.deserved();
        let mut scores = Vec::with_capacity(plain.len());
        for (official, office) in district.offices.iter().enumerate() {
            let score = fit.sum(&[(0, official), (1, *office)]).ok_or_else(|| anyhow!("no such level"))?;
            let inside = (score.estimate - deserved[official]).abs() <= Z90 * score.prediction_sd;
            self.covered += f64::from(inside);
            self.officials += 1.0;
            scores.push(score.estimate);
        }
        let tenth = (plain.len() as f64 / 10.0).round().max(1.0) as usize;
        let middle = in_order(&district.worth)[(plain.len() - 1) / 2];
        let innocent = |scores: &[f64]| {
            let last = in_order(scores);
            let above =
                last[..tenth].iter().filter(|who| district.worth[**who] > district.worth[middle]).count();
            above as f64 / tenth as f64
        };
        self.innocent.0 += innocent(&plain);
        self.innocent.1 += innocent(&scores);
        let truth = ranks(&district.worth);
        self.ranks.0 += correlation(&ranks(&plain), &truth);
        self.ranks.1 += correlation(&ranks(&scores), &truth);
        Ok(())
    }

    fn case_mix(&mut self, district: &District) -> anyhow::Result<()> {
        let codes = &district.data.random[2].codes;
        let ease = district.means(|answer| district.procedures[codes[answer] as usize]);
        let plain = district.means(|answer| district.data.response[answer]);
        let fit = mixed::fit(district.data.clone(), Method::Reml).map_err(|fault| anyhow!(fault))?;
        let scores: Vec<f64> = (district.offices.iter().enumerate())
            .map(|(official, office)| fit.modes[0][official].estimate + fit.modes[1][*office].estimate)
            .collect();
        let error = |scores: &[f64]| correlation(&beside(scores, &district.worth), &ease);
        self.case_mix.0 += error(&plain);
        self.case_mix.1 += error(&scores);
        Ok(())
    }
}

impl Sums {
    /// Which procedures are burdensome: those that nobody did cannot be told.
    fn procedures(&mut self, district: &District) -> anyhow::Result<()> {
        let mut sums = [(0.0, 0.0); PROCEDURES];
        for (procedure, y) in district.data.random[2].codes.iter().zip(&district.data.response) {
            let sum = &mut sums[*procedure as usize];
            *sum = (sum.0 + y, sum.1 + 1.0);
        }
        let seen: Vec<usize> = (0..PROCEDURES).filter(|at| sums[*at].1 > 0.0).collect();
        let fit = mixed::fit(district.data.clone(), Method::Reml).map_err(|fault| anyhow!(fault))?;
        let of = |value: &dyn Fn(usize) -> f64| seen.iter().map(|at| value(*at)).collect::<Vec<f64>>();
        let truth = of(&|at| district.procedures[at]);
        let worst = &in_order(&truth)[..NAMED];
        let none = |named: &[usize]| {
            named.iter().filter(|at| truth[**at] > 0.0).count() as f64 / named.len().max(1) as f64
        };
        let found =
            |named: &[usize]| worst.iter().filter(|at| named.contains(at)).count() as f64 / NAMED as f64;
        let by_mean = in_order(&of(&|at| sums[at].0 / sums[at].1));
        let modes = &fit.modes[2];
        // Not those with the lowest effect, but those that are most surely below what is usual.
        let is_good = of(&|at| normal_below(modes[at].estimate / modes[at].prediction_sd.max(1e-12)));
        let by_model = in_order(&is_good);
        let is_bad: Vec<f64> = is_good.iter().map(|good| 1.0 - good).collect();
        let list = surest(&is_bad, RATE);
        self.named = (self.named.0 + none(&by_mean[..NAMED]), self.named.1 + none(&by_model[..NAMED]));
        self.found = (self.found.0 + found(&by_mean[..NAMED]), self.found.1 + found(&by_model[..NAMED]));
        self.list = (self.list.0 + none(&list), self.list.1 + found(&list));
        Ok(())
    }
}

/// Who is where, from the lowest on.
fn in_order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    order
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut ranks = vec![0.0; values.len()];
    in_order(values).into_iter().enumerate().for_each(|(rank, who)| ranks[who] = rank as f64);
    ranks
}

fn centred(values: &[f64]) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| value - mean).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (centred(a), centred(b));
    dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
}

/// What a straight line through another column does not explain.
fn beside(values: &[f64], by: &[f64]) -> Vec<f64> {
    let (values, by) = (centred(values), centred(by));
    let slope = dot(&values, &by) / dot(&by, &by);
    values.iter().zip(&by).map(|(value, by)| value - slope * by).collect()
}
