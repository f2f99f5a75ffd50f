//! `hailong classify`: the product's own classifier of opinions on any labelled file.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, ensure};
use hailong_core::listen::triage::{suggest, teach};
use hailong_stats::{
    classifier::{Classifier, fit},
    random::Random,
};
use serde_json::json;

/// Largest file that is read.
const MOST_BYTES: u64 = 256 << 20;
/// Most classes.
const MOST_CLASSES: usize = 64;

/// Learns from labelled texts and says how well it predicts the labels of others.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Texts to learn from, one a line: label, tab, text.
    #[arg(long)]
    train: PathBuf,
    /// Texts to be judged by, in the same form.
    #[arg(long)]
    test: PathBuf,
    /// How often the texts are gone through; 1 is what the program does with opinions as they come in.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=50))]
    passes: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let (train, test) = (read(&options.train)?, read(&options.test)?);
    ensure!(!train.is_empty(), "{} holds no labelled text", options.train.display());
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    for (label, _) in train.iter().chain(&test) {
        classes.entry(label).or_default();
    }
    ensure!(classes.len() <= MOST_CLASSES, "{} labels are more than {MOST_CLASSES}", classes.len());
    for (at, class) in classes.values_mut().enumerate() {
        *class = at;
    }
    let started = Instant::now();
    let classifier = learn(&train, &classes, options.passes);
    let learned = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let pairs: Vec<_> =
        test.iter().map(|(label, text)| (classes[label.as_str()], suggest(&classifier, text).0)).collect();
    let predicted = started.elapsed().as_secs_f64();
    let fit = fit(&pairs, classes.len());
    let per_second = |many: usize, seconds: f64| many as f64 / seconds.max(1e-9);
    let figures = json!({
        "train": train.len(),
        "test": test.len(),
        "classes": classes.len(),
        "passes": options.passes,
        "weighted_f1": fit.weighted_f1,
        "macro_f1": fit.macro_f1,
        "accuracy": fit.accuracy,
        "learn_per_s": per_second(train.len() * options.passes as usize, learned),
        "predict_per_s": per_second(test.len(), predicted),
        "bytes": classifier.bytes(),
    });
    let mut out = std::io::stdout().lock();
    if options.json {
        writeln!(out, "{figures:#}")?;
    } else {
        for (name, value) in figures.as_object().into_iter().flatten() {
            writeln!(out, "{name:<16} {value}")?;
        }
    }
    Ok(())
}

/// Goes through the texts, in their order first and in an order of its own after that; the order is the same each time.
fn learn(train: &[(String, String)], classes: &BTreeMap<&str, usize>, passes: u32) -> Classifier {
    let mut classifier = Classifier::new(classes.len());
    let mut counts = vec![0; classes.len()];
    for (label, _) in train {
        counts[classes[label.as_str()]] += 1;
    }
    classifier.weigh(&counts);
    let mut order: Vec<usize> = (0..train.len()).collect();
    let mut random = Random::new(u64::from(passes));
    for pass in 0..passes {
        if pass > 0 {
            random.shuffle(&mut order);
        }
        for &at in &order {
            let (label, text) = &train[at];
            teach(&mut classifier, text, classes[label.as_str()]);
        }
    }
    classifier
}

fn read(file: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let name = file.display();
    let size = std::fs::metadata(file).with_context(|| format!("{name} cannot be read"))?.len();
    ensure!(size <= MOST_BYTES, "{name} has {size} bytes, more than {MOST_BYTES}");
    let text = std::fs::read_to_string(file).with_context(|| format!("{name} is no UTF-8 text"))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let pairs = lines.map(|(at, line)| {
        let pair = line.split_once('\t').map(|(label, text)| (label.trim().to_owned(), text.to_owned()));
        pair.with_context(|| format!("{name}, line {}: label, tab and text are needed", at + 1))
    });
    pairs.collect()
}
