//! `hailong staffing`: how many counters at which hours so that few enough wait too long, what if one is absent, and what if two
//! offices shared.

use std::{io::Write as _, path::Path};

use anyhow::{Context as _, ensure};
use hailong_stats::queue::{
    Queue,
    roster::{Target, fewest, play},
    simulation::{Day, Outcome, Service},
};
use serde::Serialize;

/// Parts of a day at most: every five minutes of a whole one.
const MOST_PARTS: usize = 288;
/// Counters at most.
const MOST_SERVERS: u32 = 1_000;
/// Longest file of arrivals.
const MOST_BYTES: usize = 100_000;
/// People an hour at most.
const MOST_ARRIVALS: f64 = 10_000.0;

/// Says how many counters are needed, by playing days with the arrivals and service times that are given. Times are in minutes.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// People an hour, for each part of the day, as `10,16,22`; or a file with one number a line.
    #[arg(long)]
    arrivals: String,
    /// The same of another office that would share the counters.
    #[arg(long)]
    shared: Option<String>,
    /// Length of a part.
    #[arg(long, default_value_t = 30.0)]
    part: f64,
    /// Mean time that one is served.
    #[arg(long)]
    service: f64,
    /// Standard deviation of that time over its mean.
    #[arg(long, default_value_t = 0.8)]
    variation: f64,
    /// Counters that are open now.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_SERVERS)))]
    servers: Option<u32>,
    /// Counters that could be opened.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_SERVERS)))]
    most: u32,
    /// A wait that is too long.
    #[arg(long, default_value_t = 15.0)]
    wait: f64,
    /// The share that may wait so long.
    #[arg(long, default_value_t = 0.1)]
    share: f64,
    /// Seed of the days.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// How days go with so many counters.
#[derive(Serialize)]
struct With {
    servers: usize,
    /// Whether few enough wait too long; not when it is not clear.
    meets: bool,
    /// Share that waits too long, and the ends of its 95 % interval.
    late: f64,
    late_low: f64,
    late_high: f64,
    mean_wait: f64,
    /// The longest mean wait of a part.
    worst_part: f64,
    /// Minutes after closing until the last is served.
    overtime: f64,
    days: u64,
}

/// What the formulas say of a part as if it went on for ever (Erlang C; nothing where more come than are served).
#[derive(Serialize)]
struct Steady {
    arrivals: f64,
    load: f64,
    waiting: f64,
    mean_wait: Option<f64>,
    late: f64,
}

#[derive(Serialize)]
struct Told {
    /// The fewest counters that meet the target; nothing if even the most do not.
    needed: Option<With>,
    /// The same with one absent.
    one_absent: Option<With>,
    /// What is open now, when it was said.
    now: Option<With>,
    now_one_absent: Option<With>,
    /// The fewest for both offices together, and what they need apart.
    shared: Option<With>,
    apart: Option<usize>,
    /// The parts of the day with the needed counters, or those of now.
    steady: Vec<Steady>,
    seconds: f64,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let watch = std::time::Instant::now();
    let day = options.day(&options.arrivals)?;
    let target = options.target()?;
    let with = |day: &Day, servers: usize| {
        (servers > 0).then(|| {
            let (meets, outcome) = play(day, servers, target, options.seed);
            With::of(servers, meets, &outcome)
        })
    };
    let search = |day: &Day| {
        fewest(day, target, options.seed).map(|(servers, outcome)| With::of(servers, true, &outcome))
    };
    let needed = search(&day);
    let now = options.servers.map(|servers| servers as usize);
    let (mut shared, mut apart) = (None, None);
    if let Some(other) = &options.shared {
        let other = options.day(other)?;
        ensure!(other.rates.len() == day.rates.len(), "both offices need the same parts of the day");
        let both = day.rates.iter().zip(&other.rates).map(|(a, b)| a + b).collect();
        shared = search(&Day { rates: both, ..day.clone() });
        apart = needed.as_ref().zip(search(&other)).map(|(one, other)| one.servers + other.servers);
    }
    let servers = now.or_else(|| needed.as_ref().map(|with| with.servers)).unwrap_or(1);
    let told = Told {
        one_absent: needed.as_ref().and_then(|needed| with(&day, needed.servers - 1)),
        now: now.and_then(|servers| with(&day, servers)),
        now_one_absent: now.and_then(|servers| with(&day, servers - 1)),
        steady: day.rates.iter().map(|rate| options.steady(*rate, servers, target)).collect(),
        needed,
        shared,
        apart,
        seconds: watch.elapsed().as_secs_f64(),
    };
    told.print(options)
}

impl Options {
    fn day(&self, arrivals: &str) -> anyhow::Result<Day> {
        let rates = rates(arrivals)?;
        ensure!(!rates.is_empty() && rates.len() <= MOST_PARTS, "give 1 to {MOST_PARTS} parts of the day");
        let fits = |rate: &f64| (0.0..=MOST_ARRIVALS).contains(rate);
        ensure!(rates.iter().all(fits), "people an hour are 0 to {MOST_ARRIVALS}");
        ensure!((1.0..=1_440.0).contains(&self.part), "a part of the day has 1 to 1440 minutes");
        ensure!((0.01..=1_440.0).contains(&self.service), "--service is 0.01 to 1440 minutes");
        ensure!((0.01..=10.0).contains(&self.variation), "--variation is 0.01 to 10");
        Ok(Day {
            rates: rates.iter().map(|rate| rate / 60.0).collect(),
            part: self.part,
            servers: 1,
            service: Service::Lognormal { mean: self.service, variation: self.variation },
            patience: None,
            warm_up: 0.0,
        })
    }

    fn target(&self) -> anyhow::Result<Target> {
        ensure!((0.0..=1_440.0).contains(&self.wait), "--wait is 0 to 1440 minutes");
        ensure!(self.share > 0.0 && self.share < 1.0, "--share lies between 0 and 1");
        Ok(Target { wait: self.wait, share: self.share, most: self.most as usize })
    }

    fn steady(&self, rate: f64, servers: usize, target: Target) -> Steady {
        let queue = Queue {
            servers: u32::try_from(servers).unwrap_or(MOST_SERVERS),
            arrivals: rate,
            service: self.service,
            variation: self.variation,
        };
        let mean_wait = queue.mean_wait();
        Steady {
            arrivals: rate * 60.0,
            load: queue.load(),
            waiting: if mean_wait.is_finite() { queue.waiting() } else { 1.0 },
            mean_wait: mean_wait.is_finite().then_some(mean_wait),
            late: queue.longer_than(target.wait),
        }
    }
}

/// Numbers as typed, or one a line of a file.
fn rates(given: &str) -> anyhow::Result<Vec<f64>> {
    let typed = given.chars().all(|c| c.is_ascii_digit() || ",. ".contains(c));
    let text =
        if typed { given.replace(',', "\n") } else { crate::file::text(Path::new(given), MOST_BYTES)? };
    let number =
        |line: &str| line.parse::<f64>().with_context(|| format!("“{line}” is no number of people an hour"));
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(number).collect()
}

impl With {
    fn of(servers: usize, meets: bool, outcome: &Outcome) -> Self {
        let (late, error) = outcome.late_share();
        let parts = outcome.parts.iter().filter(|(came, _)| *came > 0);
        Self {
            servers,
            meets,
            late,
            late_low: (late - 1.96 * error).max(0.0),
            late_high: (late + 1.96 * error).min(1.0),
            mean_wait: outcome.mean_wait().0,
            worst_part: parts.map(|(came, waited)| waited / *came as f64).fold(0.0, f64::max),
            overtime: outcome.overtime / outcome.days.max(1) as f64,
            days: outcome.days,
        }
    }

    fn words(&self, wait: f64) -> String {
        format!(
            "{} quầy: {:.1} % phải chờ quá {wait} phút (khoảng {:.1}–{:.1} %), trung bình chờ {:.1} phút, lúc đông nhất {:.1} phút, \
             xong sau giờ đóng cửa {:.0} phút",
            self.servers,
            self.late * 100.0,
            self.late_low * 100.0,
            self.late_high * 100.0,
            self.mean_wait,
            self.worst_part,
            self.overtime,
        )
        .replace('.', ",")
    }
}

impl Told {
    fn print(&self, options: &Options) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if options.json {
            return Ok(writeln!(out, "{}", serde_json::to_string(self)?)?);
        }
        if self.needed.is_none() {
            writeln!(out, "Không đủ: với {} quầy vẫn có quá nhiều người phải chờ.", options.most)?;
        }
        let all = [
            ("Cần", &self.needed),
            ("Nếu vắng một người", &self.one_absent),
            ("Hiện có", &self.now),
            ("Hiện có, vắng một người", &self.now_one_absent),
            ("Hai nơi dùng chung", &self.shared),
        ];
        for (name, with) in all {
            if let Some(with) = with {
                writeln!(out, "{name}: {}.", with.words(options.wait))?;
            }
        }
        if let (Some(apart), Some(shared)) = (self.apart, &self.shared) {
            writeln!(out, "Riêng từng nơi cần cả thảy {apart} quầy, dùng chung cần {}.", shared.servers)?;
        }
        Ok(())
    }
}
