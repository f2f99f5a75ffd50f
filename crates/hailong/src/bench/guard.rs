//! Forgers that are drawn: how often the tests of the guard find them, and how often they cry wolf.

use std::time::Instant as Stopwatch;

use anyhow::anyhow;
use hailong_core::measure::guard::CALLS;
use hailong_stats::{
    guard::{
        distrust::RECOMMENDED,
        simulate::{Plan, Style, TESTS, Usual, call_backs, gain, peers_of},
    },
    random::Random,
};

/// Peers from whom the usual is learned, and the officials of a district.
const PEERS: usize = 400;
const OFFICIALS: usize = 78;
/// Cases of each of them.
const MATTERS: usize = 220;
/// The level of every test.
const LEVEL: f64 = 0.01;
/// Sizes of units: about 25, 55 and 110 honest answers.
const SIZES: [(usize, u32); 3] = [(100, 25), (220, 55), (440, 110)];
const STYLES: [(Style, &str); 3] =
    [(Style::Naive, "naive"), (Style::Semi, "semi"), (Style::Careful, "careful")];
const SHARES: [f64; 5] = [0.05, 0.1, 0.2, 0.3, 0.5];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Honest officials of each size that are tested.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    clean: u32,
    /// Forgers of each size, style and share.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(50..=100_000))]
    forgers: u32,
    /// Seed of what is drawn.
    #[arg(long, default_value_t = 5)]
    seed: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let watch = Stopwatch::now();
    let mut random = Random::new(options.seed);
    let learn = |many, forging, random: &mut Random| {
        Usual::learn(&peers_of(many, forging, MATTERS, random)).ok_or_else(|| anyhow!("too few peers"))
    };
    let usual = learn(PEERS, 0.0, &mut random)?;
    let mut figures = Vec::new();
    alarms(&usual, "", options, &mut random, &mut figures);
    let few = learn(OFFICIALS, 0.1, &mut random)?;
    alarms(&few, "78 peers, a tenth of them forging: ", options, &mut random, &mut figures);
    for forged in [0.0, 0.1, 0.2, 0.3] {
        let (alarm, calls) = call_backs(&CALLS, forged, 20_000, &mut random);
        figures.push((format!("call-backs, forged {forged}: alarm"), alarm));
        figures.push((format!("call-backs, forged {forged}: calls"), calls));
    }
    for forged in [0.1, 0.2, 0.3, 0.5] {
        let [plain, fair, correlation] = gain(&usual, forged, RECOMMENDED, 2_000, &mut random);
        figures.push((format!("gain in percentile points, forged {forged}: plain mean"), plain));
        figures.push((format!("gain in percentile points, forged {forged}: score"), fair));
        if forged < 0.15 {
            figures.push(("correlation of the honest score with the truth".to_owned(), correlation));
        }
    }
    figures.push(("seconds".to_owned(), watch.elapsed().as_secs_f64()));
    print(&figures, options.json)
}

fn alarms(
    usual: &Usual,
    peers: &str,
    options: &Options,
    random: &mut Random,
    figures: &mut Vec<(String, f64)>,
) {
    for (matters, answers) in SIZES {
        let found = usual.alarms(&Plan::clean(matters), LEVEL, options.clean as usize, random);
        for (test, rate) in TESTS.into_iter().chain(["combination"]).zip(found) {
            figures.push((format!("{peers}false alarms, {answers} ratings: {test}"), rate));
        }
        for (style, name) in STYLES {
            for (forged, receipts) in SHARES.into_iter().flat_map(|share| [(share, true), (share, false)]) {
                let plan = Plan { matters, forged, style, receipts };
                let power = usual.alarms(&plan, LEVEL, options.forgers as usize, random)[6];
                let notices = if receipts { "" } else { ", no notices" };
                figures.push((
                    format!("{peers}power, {answers} ratings, {name}, forged {forged}{notices}"),
                    power,
                ));
            }
        }
    }
}

/// Prints figures, one a line or as JSON.
#[expect(clippy::print_stdout, reason = "the figures are what the command is for")]
fn print(figures: &[(String, f64)], json: bool) -> anyhow::Result<()> {
    if json {
        let map: serde_json::Map<String, serde_json::Value> =
            figures.iter().map(|(name, value)| (name.clone(), (*value).into())).collect();
        println!("{}", serde_json::to_string(&map)?);
        return Ok(());
    }
    for (name, value) in figures {
        println!("{name:<90} {value:>10.4}");
    }
    Ok(())
}
