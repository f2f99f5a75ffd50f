//! The choice of the commune that hosts the next dialogue: the one where most people have a pressing grievance.
//!
//! The number of forms with a pressing opinion says that only where everybody was asked and answers alike. So the rate of
//! each commune is estimated from its forms and drawn to the district's (see [`hailong_stats::gamma_poisson`]), and carried over
//! to all cases of people who live there: B = cases × rate. The largest B is chosen. When the second has nearly the same
//! chance of being the largest, the larger excess over the district's rate decides, then who was not visited in the last four
//! quarters, then the more people who wrote a pressing opinion by themselves, then the larger raw count. The same table and seed give the same choice, bit for bit.

use hailong_stats::{
    gamma_poisson::{Count, Rate, fit},
    random::Random,
};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Most communes of one choice.
pub const MOST_COMMUNES: usize = 2_000;
/// Most cases, forms or opinions of one commune.
pub const MOST_COUNTED: u32 = 10_000_000;
/// Draws from what is known, behind every interval and probability.
pub const DRAWS: u32 = 10_000;
/// The seed of every published choice: anybody who has the table gets the same figures.
pub const SEED: u64 = 2017;
/// Two communes whose chances of being the largest differ by no more are a near tie.
pub const NEAR: f64 = 0.10;
/// A commune that was visited within so many quarters gives way in a near tie.
pub const REST: u32 = 4;

/// A commune before the choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Commune {
    /// Its name or key.
    pub commune: String,
    /// Cases of the quarter whose applicants live there, whichever office handled them.
    pub cases: u32,
    /// Forms that were answered.
    pub forms: u32,
    /// Of these, with a pressing opinion: one per person or case, verified, without duplicates.
    pub pressing: u32,
    /// People of it who wrote a pressing opinion by themselves. They are beside the estimate, not in it: nobody drew them, so there is
    /// no number of those asked that a rate could be made of.
    pub opinions: u32,
    /// How many quarters ago the last dialogue was held there; none when it never was.
    pub visited: Option<u32>,
}

/// A commune after it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// What was known of it.
    #[serde(flatten)]
    pub of: Commune,
    /// Estimated number of people with a pressing grievance, B.
    pub estimate: f64,
    /// Lower end of its 90 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Estimated number beyond what the district's rate would give.
    pub excess: f64,
    /// Probability that its B is the largest.
    pub probability: f64,
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The largest estimate, clearly.
    Estimate,
    /// A near tie: the larger excess.
    Excess,
    /// A near tie with equal excess: the other was visited lately.
    Rest,
    /// A near tie with equal excess, and both rested or neither: more people wrote a pressing opinion by themselves.
    Opinions,
    /// A near tie with equal excess: the larger raw count.
    Count,
    /// Nobody had a pressing opinion: the commune with most cases.
    Nothing,
}

/// The choice with everything behind it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choice {
    /// Every commune, the largest estimate first.
    pub rows: Vec<Standing>,
    /// Position of the chosen one in `rows`.
    pub chosen: usize,
    /// Position of the one with the largest raw count, which the plain rule would have chosen.
    pub raw: usize,
    /// What decided.
    pub by: By,
    /// The district's share of forms with a pressing opinion.
    pub district_rate: f64,
    /// Shape of the spread of rates over communes; none when nothing could be estimated.
    pub shape: Option<f64>,
    /// The seed of the draws.
    pub seed: u64,
    /// How many draws.
    pub draws: u32,
}

impl Choice {
    /// The chosen commune.
    pub fn winner(&self) -> &Standing {
        &self.rows[self.chosen]
    }

    /// The commune with the largest raw count.
    pub fn raw_leader(&self) -> &Standing {
        &self.rows[self.raw]
    }
}

/// Chooses by the rule above.
///
/// # Errors
/// [`Refusal::Empty`] without communes or cases, [`Refusal::TooLong`] with too many, [`Refusal::AlreadyExists`] when a
/// commune stands twice, [`Refusal::BadChoice`] when it has more pressing opinions than forms, or impossible numbers.
pub fn choose(communes: &[Commune], seed: u64, draws: u32) -> Result<Choice, Refusal> {
    check(communes)?;
    let counts: Vec<Count> = communes.iter().map(count).collect();
    let events: f64 = counts.iter().map(|count| count.events).sum();
    let exposure: f64 = counts.iter().map(|count| count.exposure).sum();
    let district_rate = if exposure > 0.0 { events / exposure } else { 0.0 };
    let prior = fit(&counts);
    let mut rows = match prior {
        Some(prior) => standings(communes, &counts, prior, district_rate, seed, draws),
        None => communes.iter().map(unknown).collect(),
    };
    rows.sort_by(|a, b| {
        let larger = b.estimate.total_cmp(&a.estimate).then(b.of.cases.cmp(&a.of.cases));
        larger.then_with(|| a.of.commune.cmp(&b.of.commune))
    });
    let (chosen, by) = decide(&rows, prior.is_some());
    // The first of the largest, in the order of estimates.
    let most = rows.iter().map(|row| row.of.pressing).max();
    let raw = rows.iter().position(|row| Some(row.of.pressing) == most).unwrap_or(0);
    let shape = prior.map(|prior| prior.shape);
    Ok(Choice { rows, chosen, raw, by, district_rate, shape, seed, draws })
}

fn check(communes: &[Commune]) -> Result<(), Refusal> {
    if communes.is_empty() || communes.iter().all(|commune| commune.cases == 0) {
        return Err(Refusal::Empty("cases"));
    }
    if communes.len() > MOST_COMMUNES {
        return Err(Refusal::TooLong("commune"));
    }
    let mut names: Vec<&str> = communes.iter().map(|commune| commune.commune.as_str()).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Refusal::AlreadyExists);
    }
    for commune in communes {
        if commune.pressing > commune.forms {
            return Err(Refusal::BadChoice("pressing"));
        }
        if commune.cases.max(commune.forms) > MOST_COUNTED {
            return Err(Refusal::TooLong("cases"));
        }
    }
    Ok(())
}

fn count(commune: &Commune) -> Count {
    Count { events: f64::from(commune.pressing), exposure: f64::from(commune.forms) }
}

fn standings(
    communes: &[Commune],
    counts: &[Count],
    prior: Rate,
    district_rate: f64,
    seed: u64,
    draws: u32,
) -> Vec<Standing> {
    let known: Vec<Rate> = counts.iter().map(|count| prior.given(*count)).collect();
    let mut random = Random::new(seed);
    let mut drawn: Vec<Vec<f64>> = vec![Vec::with_capacity(draws as usize); communes.len()];
    let mut largest = vec![0_u32; communes.len()];
    for _ in 0..draws {
        let mut best = (0, f64::NEG_INFINITY);
        for (at, (commune, known)) in communes.iter().zip(&known).enumerate() {
            let people = f64::from(commune.cases) * random.gamma(known.shape, known.rate);
            drawn[at].push(people);
            if people > best.1 {
                best = (at, people);
            }
        }
        largest[best.0] += 1;
    }
    let rows = communes.iter().zip(known).zip(drawn).zip(largest);
    rows.map(|(((commune, known), mut drawn), largest)| {
        drawn.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (share * f64::from(draws.saturating_sub(1))) as usize;
            drawn.get(place).copied().unwrap_or_default()
        };
        let cases = f64::from(commune.cases);
        Standing {
            of: commune.clone(),
            estimate: cases * known.mean(),
            low: at(0.05),
            high: at(0.95),
            excess: cases * (known.mean() - district_rate),
            probability: f64::from(largest) / f64::from(draws.max(1)),
        }
    })
    .collect()
}

/// A commune of which nothing is known, because nobody had a pressing opinion.
fn unknown(commune: &Commune) -> Standing {
    Standing { of: commune.clone(), estimate: 0.0, low: 0.0, high: 0.0, excess: 0.0, probability: 0.0 }
}

/// Which row is chosen, and by what. The rows stand in the order of their estimates.
fn decide(rows: &[Standing], known: bool) -> (usize, By) {
    let [first, second, ..] = rows else { return (0, if known { By::Estimate } else { By::Nothing }) };
    if !known {
        return (0, By::Nothing);
    }
    if (first.probability - second.probability).abs() > NEAR {
        return (0, By::Estimate);
    }
    let rested = |row: &Standing| row.of.visited.is_none_or(|quarters| quarters > REST);
    // Excesses of whole tables are told apart by more than the rounding of their sums.
    if (first.excess - second.excess).abs() > 1e-9 * first.estimate.max(1.0) {
        return (usize::from(second.excess > first.excess), By::Excess);
    }
    if rested(first) != rested(second) {
        return (usize::from(rested(second)), By::Rest);
    }
    if first.of.opinions != second.of.opinions {
        return (usize::from(second.of.opinions > first.of.opinions), By::Opinions);
    }
    (usize::from(second.of.pressing > first.of.pressing), By::Count)
}
