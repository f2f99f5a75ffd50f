//! A large mixed model fitted by us and by lme4 as Debian installs it, in the same run: criterion, estimates, and how much faster.

use crate::tools::{self, Need};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

/// R with lme4.
const LME4: [Need; 2] = [
    Need { what: "R", package: "r-base-core", is_there: || tools::on_path("Rscript").is_some() },
    Need {
        what: "lme4",
        package: "r-cran-lme4",
        is_there: || {
            let mut script = Command::new("Rscript");
            script.args(["-e", "library(lme4)"]).output().is_ok_and(|output| output.status.success())
        },
    },
];
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/peers/fit.R");
/// How much faster we must be.
const FASTER: f64 = 40.0;
/// How far variances and standard errors may lie apart: as it is set by default, lme4 stops a little short of the best criterion, which moves
/// a small variance in its fourth digit. Whose criterion is lower is nearer.
const APART: f64 = 1e-3;
/// How often we fit; the median counts.
const RUNS: usize = 5;
/// Longest that the fit may take, in seconds.
const SECONDS: f64 = 0.5;

/// Fits ratings that are drawn, and those that lme4 comes with; true if nothing is worse than it should be.
pub(super) fn compare(program: &Path) -> Result<bool> {
    tools::ensure(&LME4)?;
    let folder = tools::temporary_folder("hailong-peers")?;
    let outcome = compare_in(program, &folder);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

fn compare_in(program: &Path, folder: &Path) -> Result<bool> {
    let drawn = folder.join("drawn.csv");
    run(Command::new(program).args(["bench", "fit", "--write"]).arg(&drawn))?;
    let drawn = one("ratings that are drawn", program, folder, &drawn)?;
    // The file is not there: the script writes it.
    let own = one("ratings that lme4 comes with (InstEval)", program, folder, &folder.join("insteval.csv"))?;
    Ok(drawn && own)
}

fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?} does not start"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Checks that are told one a line.
#[derive(Default)]
struct Checks {
    failed: bool,
}

impl Checks {
    fn check(&mut self, what: &str, figure: String, passes: bool) {
        println!("  {:<44} {figure}{}", what, if passes { "" } else { "   NOT AS IT SHOULD BE" });
        self.failed |= !passes;
    }

    /// The largest relative difference of some pairs.
    fn within(&mut self, what: &str, pairs: &[(f64, f64)], most: f64) {
        let differs = pairs.iter().map(|(a, b)| (a - b).abs() / b.abs().max(1e-12)).fold(0.0, f64::max);
        self.check(what, format!("{differs:.1e} (at most {most:.0e})"), differs <= most);
    }
}

fn one(title: &str, program: &Path, folder: &Path, ratings: &Path) -> Result<bool> {
    println!("\n{title}");
    let (theirs, their_effects) = (folder.join("theirs.txt"), folder.join("theirs.csv"));
    let our_effects = folder.join("ours.csv");
    let said = run(Command::new("Rscript").arg(SCRIPT).args([ratings, &theirs, &their_effects]))?;
    println!("  {said}");
    let ours = || {
        let mut fit = Command::new(program);
        fit.args(["measure", "fit"]).arg(ratings).args(["--response", "y", "--fixed", "service"]);
        fit.args(["--categorical", "service", "--random", "s,d,dept", "--reml", "--json", "--effects"]);
        Ok::<Value, anyhow::Error>(serde_json::from_str(&run(fit.arg(&our_effects))?)?)
    };
    let mut runs = (0..RUNS).map(|_| ours()).collect::<Result<Vec<_>>>()?;
    runs.sort_by(|a, b| number(&a["seconds"]).total_cmp(&number(&b["seconds"])));
    let ours = &runs[RUNS / 2];
    let theirs = std::fs::read_to_string(&theirs)?;
    let mut checks = Checks::default();
    estimates(&mut checks, ours, &theirs)?;
    effects(&mut checks, &std::fs::read_to_string(&our_effects)?, &std::fs::read_to_string(&their_effects)?)?;
    Ok(!checks.failed)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// A value and its standard deviation.
type Pair = (f64, f64);

/// What the script told, by what and name.
fn lines(text: &str) -> Result<HashMap<(&str, &str), Pair>> {
    let mut told = HashMap::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [what, name, value, sd] = words[..] else { bail!("\"{line}\" was not expected") };
        told.insert((what, name), (value.parse()?, sd.parse().unwrap_or(f64::NAN)));
    }
    Ok(told)
}

fn estimates(checks: &mut Checks, ours: &Value, theirs: &str) -> Result<()> {
    let theirs = lines(theirs)?;
    let their = |what: &str, name: &str| theirs.get(&(what, name)).copied().unwrap_or((f64::NAN, f64::NAN));
    let (seconds, their_seconds) = (number(&ours["seconds"]), their("seconds", "-").0);
    let (criterion, their_criterion) = (number(&ours["deviance"]), their("criterion", "-").0);
    let told = format!("{criterion:.6}, lme4 {their_criterion:.6}");
    checks.check("criterion", told, criterion <= their_criterion + 1e-6);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut variances = vec![(number(&ours["residual"]["variance"]), their("variance", "residual").0)];
    for component in list(&ours["components"]) {
        let group = component["group"].as_str().unwrap_or_default();
        variances.push((number(&component["variance"]), their("variance", group).0));
        println!(
            "  {group:<44} {:.8}, lme4 {:.8}",
            number(&component["variance"]),
            their("variance", group).0
        );
    }
    checks.within("variances differ by", &variances, APART);
    let (mut fixed, mut errors) = (Vec::new(), Vec::new());
    for term in list(&ours["fixed"]) {
        let (estimate, se) = their("fixed", term["term"].as_str().unwrap_or_default());
        fixed.push((number(&term["estimate"]), estimate));
        errors.push((number(&term["se"]), se));
    }
    checks.within("fixed effects differ by", &fixed, 1e-4);
    checks.within("their standard errors differ by", &errors, APART);
    let told = format!("{seconds:.3} s ({} evaluations), lme4 {their_seconds:.2} s", ours["evaluations"]);
    checks.check("time", told, seconds <= SECONDS);
    let faster = their_seconds / seconds;
    checks.check("faster than lme4", format!("{faster:.0} times (at least {FASTER})"), faster >= FASTER);
    Ok(())
}

/// Compares conditional modes and their standard deviations: the largest differences.
fn effects(checks: &mut Checks, ours: &str, theirs: &str) -> Result<()> {
    let read = |text: &str| -> Result<HashMap<String, Pair>> {
        let line = |line: &str| {
            let mut fields = line.rsplitn(3, ',');
            let (sd, estimate) = (fields.next(), fields.next());
            let parse = |field: Option<&str>| field.and_then(|field| field.parse::<f64>().ok());
            let level = fields.next().context("a line without level")?.to_owned();
            Ok((level, (parse(estimate).context("no estimate")?, parse(sd).context("no sd")?)))
        };
        text.lines().skip(1).map(line).collect()
    };
    let (ours, theirs) = (read(ours)?, read(theirs)?);
    ensure!(ours.len() == theirs.len(), "{} effects, lme4 has {}", ours.len(), theirs.len());
    let (mut estimate, mut sd) = (0.0_f64, 0.0_f64);
    for (level, (our_estimate, our_sd)) in &ours {
        let (their_estimate, their_sd) = theirs.get(level).with_context(|| format!("lme4 has no {level}"))?;
        estimate = estimate.max((our_estimate - their_estimate).abs());
        sd = sd.max((our_sd - their_sd).abs());
    }
    checks.check("conditional modes differ by", format!("{estimate:.1e} (at most 1e-4)"), estimate <= 1e-4);
    checks.check("their deviations differ by", format!("{sd:.1e} (at most 1e-4)"), sd <= 1e-4);
    Ok(())
}
