//! The fewest servers with which few enough wait too long, sought by playing days: the formulas of the steady state call every busy
//! half-hour endless, while a day of two hours above the load ends.

use super::{
    Queue,
    simulation::{Day, Outcome, simulate},
};
use crate::random::Random;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Who waits longer than this waits too long.
    pub wait: f64,
    /// The share of them that is borne, 0 to 1.
    pub share: f64,
    /// Servers that could be there at all.
    pub most: usize,
}

/// Days played first; twice as many each time it is not clear, up to [`MOST_DAYS`].
const FIRST_DAYS: u64 = 128;
/// Days played at most for one number of servers.
const MOST_DAYS: u64 = 8_192;
/// Standard errors within which it is not clear: seven looks together are wrong in at most one of twenty cases (Bonferroni).
const Z: f64 = 2.45;

/// Plays days with so many servers until it is clear whether the target is met.
///
/// Unclear after [`MOST_DAYS`] is not met. The same seed gives the same days, whatever the servers.
pub fn play(day: &Day, servers: usize, target: Target, seed: u64) -> (bool, Outcome) {
    let day = Day { servers, ..day.clone() };
    let mut days = FIRST_DAYS;
    loop {
        let outcome = simulate(&day, days, target.wait, &mut Random::new(seed));
        let (late, error) = outcome.late_share();
        if late + Z * error <= target.share {
            return (true, outcome);
        }
        if late - Z * error > target.share || days >= MOST_DAYS {
            return (false, outcome);
        }
        days *= 2;
    }
}

/// The fewest servers that meet the target, and how days go with them; nothing if even `most` do not. What `day` says of servers is
/// not looked at.
pub fn fewest(day: &Day, target: Target, seed: u64) -> Option<(usize, Outcome)> {
    let meets = |servers: usize| {
        let (met, outcome) = play(day, servers, target, seed);
        met.then_some((servers, outcome))
    };
    let mean = day.rates.iter().sum::<f64>() / day.rates.len().max(1) as f64;
    let steady = Queue { servers: 1, arrivals: mean, service: day.service.mean(), variation: 1.0 };
    let guess = steady.fewest(target.wait, target.share, u32::try_from(target.most).ok()?);
    let mut servers = guess.map_or(target.most, |queue| queue.servers as usize).max(1);
    let mut found = meets(servers);
    if found.is_some() {
        // Fewer may do as well.
        while servers > 1 {
            let Some(fewer) = meets(servers - 1) else { break };
            servers -= 1;
            found = Some(fewer);
        }
        return found;
    }
    while servers < target.most && found.is_none() {
        servers += 1;
        found = meets(servers);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::simulation::Service;

    /// The half-days of the reference: arrivals an hour, half an hour each.
    const MORNING: [f64; 8] = [10.0, 16.0, 22.0, 26.0, 26.0, 22.0, 16.0, 10.0];
    const AFTERNOON: [f64; 7] = [12.0, 18.0, 22.0, 22.0, 18.0, 12.0, 6.0];
    const TARGET: Target = Target { wait: 15.0, share: 0.1, most: 20 };

    fn half(rates: &[f64]) -> Day {
        Day {
            rates: rates.iter().map(|rate| rate / 60.0).collect(),
            part: 30.0,
            servers: 0,
            service: Service::Lognormal { mean: 10.0, variation: 0.8 },
            patience: None,
            warm_up: 0.0,
        }
    }

    #[test]
    fn the_fewest_meet_the_target_and_one_less_does_not() {
        for (rates, servers) in [(&MORNING[..], 5), (&AFTERNOON[..], 4)] {
            let (found, outcome) = fewest(&half(rates), TARGET, 1).unwrap();
            assert_eq!(found, servers);
            assert!(outcome.late_share().0 < TARGET.share);
            assert!(!play(&half(rates), servers - 1, TARGET, 1).0);
        }
    }

    #[test]
    fn the_same_seed_finds_the_same_and_nothing_is_promised_that_nobody_can_do() {
        let day = half(&MORNING);
        assert_eq!(fewest(&day, TARGET, 7), fewest(&day, TARGET, 7));
        assert_eq!(fewest(&day, Target { most: 3, ..TARGET }, 7), None);
        assert_eq!(fewest(&half(&[0.0, 0.0]), TARGET, 7).map(|(servers, _)| servers), Some(1));
    }
}
