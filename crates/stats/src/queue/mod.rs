//! Queues in front of several servers: formulas for the steady state, and [simulation] for everything else.
//!
//! Erlang (1917) gave B (those who find all servers busy leave) and C (they wait); Palm (1946) A (they wait as long as they
//! have patience). Recursions as in Cooper (1981, "Introduction to Queueing Theory", 2nd edition) and Garnett, Mandelbaum
//! and Reiman (2002, "Designing a call center with impatient customers", MSOM 4:208–227). Rates are per any one unit of
//! time; times are in the same unit.

pub mod roster;
pub mod simulation;

/// The share of arrivals that find all servers busy when those leave (Erlang B). `load` is the arrival rate times the mean
/// service time. No load gives 0, no server 1.
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    if load <= 0.0 {
        return 0.0;
    }
    // Each step damps the relative error of the one before, so that it stays near that of one operation.
    (1..=servers).fold(1.0, |blocked, server| load * blocked / (f64::from(server) + load * blocked))
}

/// The share of arrivals that wait (Erlang C); 1 if there is more load than servers.
pub fn erlang_c(servers: u32, load: f64) -> f64 {
    let spare = f64::from(servers) - load;
    if spare <= 0.0 {
        return 1.0;
    }
    let blocked = erlang_b(servers, load);
    f64::from(servers) * blocked / (spare + load * blocked)
}

/// A queue where everybody waits as long as it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Queue {
    /// Servers.
    pub servers: u32,
    /// Arrivals in a unit of time.
    pub arrivals: f64,
    /// Mean service time.
    pub service: f64,
    /// The coefficient of variation of service times; 1 when they are exponential, and then all is exact.
    pub variation: f64,
}

impl Queue {
    /// Servers that are busy on average.
    pub fn load(&self) -> f64 {
        self.arrivals * self.service
    }

    /// The share of arrivals that wait.
    pub fn waiting(&self) -> f64 {
        erlang_c(self.servers, self.load())
    }

    /// The mean wait; without end if there is more load than servers. For service times that are not exponential the
    /// approximation of Allen and Cunneen (Allen 1990, "Probability, Statistics, and Queueing Theory", 2nd edition).
    pub fn mean_wait(&self) -> f64 {
        let spare = f64::from(self.servers) - self.load();
        if spare <= 0.0 {
            return f64::INFINITY;
        }
        self.waiting() * self.service / spare * f64::midpoint(1.0, self.variation.powi(2))
    }

    /// Those who wait, on average (Little).
    pub fn length(&self) -> f64 {
        self.arrivals * self.mean_wait()
    }

    /// The share of arrivals that wait longer than this; the wait of those who wait is taken as exponential.
    pub fn longer_than(&self, wait: f64) -> f64 {
        let mean = self.mean_wait();
        if mean.is_infinite() {
            return 1.0;
        }
        let waiting = self.waiting();
        if waiting == 0.0 { 0.0 } else { waiting * (-wait.max(0.0) * waiting / mean).exp() }
    }

    /// The fewest servers with which at most this share waits longer than so long; none if even `most` are too few.
    pub fn fewest(self, wait: f64, share: f64, most: u32) -> Option<Self> {
        let first = (self.load().floor().max(0.0) as u32).saturating_add(1);
        (first..=most).map(|servers| Self { servers, ..self }).find(|queue| queue.longer_than(wait) <= share)
    }
}

/// A queue that people leave when their patience ends (Erlang A), in the steady state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Impatient {
    /// The share of arrivals that wait, served or not.
    pub waiting: f64,
    /// The share that leave unserved.
    pub leaving: f64,
    /// Those who wait, on average.
    pub length: f64,
    /// The mean wait of all, whether they are served or leave.
    pub mean_wait: f64,
}

/// Terms of the series at most; each is one place in the queue.
const LONGEST: u32 = 50_000_000;

/// Erlang A: arrivals and services at these rates, patience exponential with rate `impatience`. None if a rate is not
/// positive or the queue would be longer than can be summed.
pub fn erlang_a(servers: u32, arrivals: f64, service: f64, impatience: f64) -> Option<Impatient> {
    let positive = |rate: f64| rate.is_finite() && rate > 0.0;
    if servers == 0 || !positive(arrivals) || !positive(service) || !positive(impatience) {
        return None;
    }
    // In units of the probability that all servers are busy and nobody waits; all states up to it sum to 1/B.
    let blocked = erlang_b(servers, arrivals / service);
    if blocked == 0.0 {
        return Some(Impatient { waiting: 0.0, leaving: 0.0, length: 0.0, mean_wait: 0.0 });
    }
    let (mut below, mut state, mut waiting, mut length) = (1.0 / blocked - 1.0, 1.0, 1.0, 0.0);
    let busy = f64::from(servers) * service;
    for place in 1..=LONGEST {
        let place = f64::from(place);
        let ratio = arrivals / (busy + place * impatience);
        state *= ratio;
        waiting += state;
        length += place * state;
        if state > 1e200 {
            for sum in [&mut below, &mut state, &mut waiting, &mut length] {
                *sum *= 1e-200;
            }
        }
        // What follows is less than a geometric series of this ratio, weighed by ever longer queues.
        if ratio < 1.0 && state * place < 1e-18 * (1.0 - ratio).powi(2) * length {
            let all = below + waiting;
            let length = length / all;
            return Some(Impatient {
                waiting: waiting / all,
                leaving: impatience * length / arrivals,
                length,
                mean_wait: length / arrivals,
            });
        }
    }
    None
}
