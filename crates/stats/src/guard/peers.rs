//! What is usual among peers, some of whom may be those who are looked for.
//!
//! The outermost tenth on each side does not count (trimming; Huber and Ronchetti 2009, "Robust statistics", 2nd ed.), and what is left is
//! scaled so that peers that are all as usual come out as spread as they are: of a standard normal variable, the part between its quantiles
//! α and 1 − α has the variance 1 − 2 z φ(z)/(1 − 2α), z the quantile of 1 − α.

use crate::{
    beta_binomial::{Count, Share},
    interval::normal_quantile,
};

/// The part of peers that does not count, on each side.
const TRIMMED: f64 = 0.1;
/// Fewest peers from which a spread can be told.
pub const LEAST_PEERS: usize = 5;
/// Rounds of centre and spread; they settle much sooner.
const ROUNDS: usize = 8;

/// What peers are like: around which value, and how much they truly differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The usual value.
    pub centre: f64,
    /// The variance between peers, without that of chance.
    pub variance: f64,
}

/// One peer: what was seen, and the variance that chance gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// The value.
    pub value: f64,
    /// Its variance by chance, above 0.
    pub variance: f64,
}

/// What is usual among these. Nothing with fewer than [`LEAST_PEERS`].
pub fn spread(peers: &[Seen]) -> Option<Spread> {
    let mut peers: Vec<Seen> = peers.to_vec();
    peers.retain(|peer| peer.value.is_finite() && peer.variance > 0.0 && peer.variance.is_finite());
    if peers.len() < LEAST_PEERS {
        return None;
    }
    let out = (TRIMMED * peers.len() as f64) as usize;
    let expected = middle_variance(out as f64 / peers.len() as f64);
    let mut usual = Spread { centre: centre(&peers, 0.0), variance: 0.0 };
    for _ in 0..ROUNDS {
        let kept = |variance: f64| middle(&peers, Spread { variance, ..usual }, out);
        usual.centre = centre(&kept(usual.variance), usual.variance);
        // How far the middle is spread falls with the variance that is taken for the peers' own.
        let excess = |variance: f64| {
            let middle = middle(&peers, Spread { variance, ..usual }, out);
            let square = |peer: &Seen| (peer.value - usual.centre).powi(2) / (peer.variance + variance);
            middle.iter().map(square).sum::<f64>() / middle.len() as f64 - expected
        };
        let widest = peers.iter().map(|peer| (peer.value - usual.centre).powi(2)).fold(0.0, f64::max);
        let (mut low, mut high) = (0.0, widest / expected);
        if excess(0.0) <= 0.0 {
            high = 0.0;
        }
        while high - low > 1e-12 * widest {
            let between = f64::midpoint(low, high);
            if excess(between) > 0.0 { low = between } else { high = between }
        }
        usual.variance = f64::midpoint(low, high);
    }
    Some(usual)
}

/// The share of successes among peers, and how it differs between them, as the beta distribution with that mean and variance. Nothing with too few peers, or where
/// all succeed or none.
pub fn share(peers: &[Count]) -> Option<Share> {
    let peers: Vec<&Count> = peers.iter().filter(|peer| peer.n > 0.0).collect();
    let sum = peers.iter().fold((0.0, 0.0), |sum, peer| (sum.0 + peer.successes, sum.1 + peer.n));
    let mut mean: f64 = sum.0 / sum.1;
    let mut usual = None;
    for _ in 0..3 {
        if !(mean > 0.0 && mean < 1.0) {
            break;
        }
        let seen =
            |peer: &&Count| Seen { value: peer.successes / peer.n, variance: mean * (1.0 - mean) / peer.n };
        let found = spread(&peers.iter().map(seen).collect::<Vec<_>>())?;
        mean = found.centre;
        usual = Some(found);
    }
    let usual = usual.filter(|usual| usual.centre > 0.0 && usual.centre < 1.0)?;
    let chance = usual.centre * (1.0 - usual.centre);
    let precision = (chance / usual.variance.max(chance * 1e-6) - 1.0).max(1e-3);
    Some(Share { a: usual.centre * precision, b: (1.0 - usual.centre) * precision })
}

/// The share of all together, without the peers whose own is outermost. 0 without any.
pub fn pooled(peers: &[Count]) -> f64 {
    let all = |peers: &[&Count]| {
        let sum = peers.iter().fold((0.0, 0.0), |sum, peer| (sum.0 + peer.successes, sum.1 + peer.n));
        if sum.1 > 0.0 { sum.0 / sum.1 } else { 0.0 }
    };
    let mut kept: Vec<&Count> = peers.iter().filter(|peer| peer.n > 0.0).collect();
    let mean = all(&kept);
    let z = |peer: &Count| (peer.successes - peer.n * mean) / peer.n.sqrt();
    kept.sort_by(|a, b| z(a).total_cmp(&z(b)));
    let out = (TRIMMED * kept.len() as f64) as usize;
    all(&kept[out..kept.len() - out])
}

/// The mean of values weighed by what is known of them.
fn centre(peers: &[Seen], between: f64) -> f64 {
    let sum = peers.iter().fold((0.0, 0.0), |sum, peer| {
        let weight = 1.0 / (peer.variance + between);
        (sum.0 + weight * peer.value, sum.1 + weight)
    });
    sum.0 / sum.1
}

/// The peers without the outermost `out` on each side, in standard deviations from the centre.
fn middle(peers: &[Seen], usual: Spread, out: usize) -> Vec<Seen> {
    let z = |peer: &Seen| (peer.value - usual.centre) / (peer.variance + usual.variance).sqrt();
    let mut order = peers.to_vec();
    order.sort_by(|a, b| z(a).total_cmp(&z(b)));
    order[out..order.len() - out].to_vec()
}

/// The variance of the part of a standard normal variable without this part on each side.
fn middle_variance(out: f64) -> f64 {
    if out <= 0.0 {
        return 1.0;
    }
    let z = normal_quantile(1.0 - out);
    let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    1.0 - 2.0 * z * density / (1.0 - 2.0 * out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn peers(random: &mut Random, many: usize, forged: usize) -> Vec<Seen> {
        let one = |at: usize, random: &mut Random| {
            let variance = 0.01 + 0.03 * random.unit();
            let moved = if at < forged { 2.0 } else { 0.0 };
            let value = 0.3 + moved + 0.2 * random.normal() + variance.sqrt() * random.normal();
            Seen { value, variance }
        };
        (0..many).map(|at| one(at, random)).collect()
    }

    #[test]
    fn a_spread_is_found_and_a_few_who_are_looked_for_do_not_widen_it() {
        let mut random = Random::new(4);
        let clean = spread(&peers(&mut random, 4_000, 0)).unwrap();
        assert!((clean.centre - 0.3).abs() < 0.01, "{clean:?}");
        assert!((clean.variance - 0.04).abs() < 0.006, "{clean:?}");
        let mixed = spread(&peers(&mut random, 4_000, 200)).unwrap();
        assert!((mixed.centre - 0.3).abs() < 0.04 && mixed.variance < 0.09, "{mixed:?}");
        assert_eq!(spread(&peers(&mut random, 4, 0)), None);
        let same = vec![Seen { value: 1.0, variance: 1.0 }; 9];
        assert_eq!(spread(&same), Some(Spread { centre: 1.0, variance: 0.0 }));
    }

    #[test]
    fn a_share_that_differs_between_peers_is_found() {
        let mut random = Random::new(6);
        let one = |random: &mut Random| {
            let share = random.beta(20.0, 60.0);
            let successes = (0..200).filter(|_| random.unit() < share).count() as f64;
            Count { successes, n: 200.0 }
        };
        let counts: Vec<Count> = (0..3_000).map(|_| one(&mut random)).collect();
        let found = share(&counts).unwrap();
        assert!((found.mean() - 0.25).abs() < 0.004, "{found:?}");
        assert!((found.sd() - 0.0481).abs() < 0.006, "{found:?} {}", found.sd());
        assert!((pooled(&counts) - 0.25).abs() < 0.004);
        assert_eq!(share(&vec![Count { successes: 0.0, n: 9.0 }; 20]), None);
        assert_eq!(pooled(&[]), 0.0);
    }
}
