//! `hailong bench staffing`: people a second in played days, and the week's roster of a district.

use std::time::Instant as Stopwatch;

use hailong_stats::{
    queue::{
        roster::{Target, fewest},
        simulation::{Day, Service, simulate},
    },
    random::Random,
};

/// Arrivals an hour in each half-hour of a busy day at a district's office, morning and afternoon.
const HALVES: [&[f64]; 2] =
    [&[10.0, 16.0, 22.0, 26.0, 26.0, 22.0, 16.0, 10.0], &[12.0, 18.0, 22.0, 22.0, 18.0, 12.0, 6.0]];
/// Offices of the district, and the share of these arrivals that the smallest has.
const OFFICES: usize = 17;
/// Days of a week, and how busy each is.
const WEEK: [f64; 5] = [1.25, 1.05, 0.95, 0.9, 0.85];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Days that are played to measure the speed.
    #[arg(long, default_value_t = 40_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    days: u32,
    /// Seed of what is drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn half(rates: &[f64], share: f64, servers: usize) -> Day {
    Day {
        rates: rates.iter().map(|rate| rate / 60.0 * share).collect(),
        part: 30.0,
        servers,
        service: Service::Lognormal { mean: 10.0, variation: 0.8 },
        patience: None,
        warm_up: 0.0,
    }
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let watch = Stopwatch::now();
    let played =
        simulate(&half(HALVES[0], 1.0, 5), options.days.into(), 15.0, &mut Random::new(options.seed));
    let speed = played.customers as f64 / watch.elapsed().as_secs_f64();
    let target = Target { wait: 15.0, share: 0.1, most: 50 };
    let search = || {
        let mut counters = 0;
        for office in 0..OFFICES {
            // The district's own office is the busiest; the smallest commune has a tenth of its people.
            let size = 1.0 - 0.9 * office as f64 / (OFFICES - 1) as f64;
            for (day, rates) in WEEK.iter().flat_map(|day| HALVES.map(|rates| (day, rates))) {
                let found = fewest(&half(rates, size * day, 0), target, options.seed);
                counters += found.map_or(0, |(servers, _)| servers);
            }
        }
        counters
    };
    let watch = Stopwatch::now();
    let counters = search();
    let seconds = watch.elapsed().as_secs_f64();
    let figures = [
        ("people a second, one core", speed),
        ("half-days of the district's week", (OFFICES * WEEK.len() * HALVES.len()) as f64),
        ("counters of all of them", counters as f64),
        ("seconds of the search", seconds),
        ("the same again", f64::from(u8::from(search() == counters))),
    ];
    super::print(&figures, options.json)
}
