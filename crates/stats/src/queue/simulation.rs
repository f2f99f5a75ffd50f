//! Simulation of a day at the counters: arrivals whose rate changes, servers who take the first in line, people who leave.
//!
//! First come, first served, so that the wait of each is known when they arrive: they begin when the first server is free
//! (Kiefer and Wolfowitz 1955, "On the theory of queues with many servers", Transactions of the AMS 78:1–18). Those who
//! leave before that change nothing for others.

use rand_distr::{Exp1, StandardNormal};

use crate::random::Random;

/// How long a service takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Service {
    /// Exponential.
    Exponential {
        /// The mean.
        mean: f64,
    },
    /// Lognormal.
    Lognormal {
        /// The mean.
        mean: f64,
        /// Standard deviation over mean.
        variation: f64,
    },
}

impl Service {
    /// The mean.
    pub const fn mean(self) -> f64 {
        match self {
            Self::Exponential { mean } | Self::Lognormal { mean, .. } => mean,
        }
    }
}

/// A day, or the part of it between two breaks: it begins with nobody there and ends when all who came are served.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Arrivals in a unit of time, for each of the parts of equal length into which the day is divided.
    pub rates: Vec<f64>,
    /// The length of a part.
    pub part: f64,
    /// Servers.
    pub servers: usize,
    /// How long they take.
    pub service: Service,
    /// Mean patience, exponential; none if everybody waits.
    pub patience: Option<f64>,
    /// Arrivals before this are not counted, so that a long day tells of the steady state.
    pub warm_up: f64,
}

/// What came of days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Days.
    pub days: u64,
    /// Those who came.
    pub customers: u64,
    /// Those who left unserved.
    pub left: u64,
    /// Those who had to wait, served or not.
    pub waiting: u64,
    /// The time that all waited together, served or not.
    pub waited: f64,
    /// Those who were served after waiting longer than asked, or left after that.
    pub late: u64,
    /// Time after the end of days until the last was served.
    pub overtime: f64,
    /// By part of the day: those who came and the time that they waited.
    pub parts: Vec<(u64, f64)>,
    /// Sums over days of squares and products, for standard errors.
    wait_error: Ratio,
    late_error: Ratio,
}

impl Outcome {
    /// The mean wait of all, and its standard error; days are what was drawn.
    pub fn mean_wait(&self) -> (f64, f64) {
        self.wait_error.of(self.waited, self.customers as f64, self.days)
    }

    /// The share that was late, and its standard error.
    pub fn late_share(&self) -> (f64, f64) {
        self.late_error.of(self.late as f64, self.customers as f64, self.days)
    }
}

/// The error of a ratio of two sums over days (Cochran 1977, "Sampling Techniques", 3rd edition, 6.4).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Ratio {
    above2: f64,
    product: f64,
    below2: f64,
}

impl Ratio {
    fn add(&mut self, above: f64, below: f64) {
        self.above2 += above * above;
        self.product += above * below;
        self.below2 += below * below;
    }

    fn of(&self, above: f64, below: f64, days: u64) -> (f64, f64) {
        if below == 0.0 {
            return (0.0, 0.0);
        }
        let ratio = above / below;
        let squares = self.above2 - 2.0 * ratio * self.product + ratio * ratio * self.below2;
        let days = days as f64;
        let error =
            if days > 1.0 { (squares.max(0.0) * days / (days - 1.0)).sqrt() / below } else { f64::INFINITY };
        (ratio, error)
    }
}

/// Plays so many days; who waits longer than `limit` is late. The same seed gives the same days.
pub fn simulate(day: &Day, days: u64, limit: f64, random: &mut Random) -> Outcome {
    let mut outcome = Outcome { parts: vec![(0, 0.0); day.rates.len()], ..Outcome::default() };
    let draw = Draw::of(day.service);
    let mut free = vec![0.0; day.servers.max(1)];
    for _ in 0..days {
        let (customers, waited, late) = (outcome.customers, outcome.waited, outcome.late);
        play(day, limit, &draw, &mut free, random, &mut outcome);
        let came = (outcome.customers - customers) as f64;
        outcome.wait_error.add(outcome.waited - waited, came);
        outcome.late_error.add((outcome.late - late) as f64, came);
        outcome.days += 1;
    }
    outcome
}

fn play(day: &Day, limit: f64, draw: &Draw, free: &mut [f64], random: &mut Random, outcome: &mut Outcome) {
    free.fill(0.0);
    let (mut part, mut time) = (0, 0.0);
    let end = day.rates.len() as f64 * day.part;
    loop {
        // A Poisson process of changing rate: an exponential share is used up at the rate of the part.
        let mut share: f64 = random.draw(&Exp1);
        loop {
            let Some(&rate) = day.rates.get(part) else {
                let last = free.iter().copied().fold(0.0, f64::max);
                outcome.overtime += (last - end).max(0.0);
                return;
            };
            let border = (part + 1) as f64 * day.part;
            let left = (border - time) * rate;
            if share < left {
                time += share / rate;
                break;
            }
            share -= left;
            (time, part) = (border, part + 1);
        }
        let mut first = 0;
        for server in 1..free.len() {
            if free[server] < free[first] {
                first = server;
            }
        }
        let offered = (free[first] - time).max(0.0);
        let patience = day.patience.map(|mean| mean * random.draw::<f64>(&Exp1));
        let leaves = patience.is_some_and(|patience| patience < offered);
        let wait = patience.map_or(offered, |patience| patience.min(offered));
        if !leaves {
            free[first] = time + offered + draw.one(random);
        }
        if time >= day.warm_up {
            outcome.customers += 1;
            outcome.left += u64::from(leaves);
            outcome.waiting += u64::from(offered > 0.0);
            outcome.waited += wait;
            outcome.late += u64::from(wait > limit);
            let (came, waited) = &mut outcome.parts[part];
            *came += 1;
            *waited += wait;
        }
    }
}

/// A distribution, ready to draw from.
enum Draw {
    Exponential(f64),
    Lognormal { location: f64, scale: f64 },
}

impl Draw {
    fn of(service: Service) -> Self {
        match service {
            Service::Exponential { mean } => Self::Exponential(mean),
            Service::Lognormal { mean, variation } => {
                let variance = variation.powi(2).ln_1p();
                Self::Lognormal { location: mean.ln() - variance / 2.0, scale: variance.sqrt() }
            }
        }
    }

    fn one(&self, random: &mut Random) -> f64 {
        match *self {
            Self::Exponential(mean) => mean * random.draw::<f64>(&Exp1),
            Self::Lognormal { location, scale } => {
                (location + scale * random.draw::<f64>(&StandardNormal)).exp()
            }
        }
    }
}
