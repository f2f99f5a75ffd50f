//! The steps of a test run, one after the other, and the honest account at the end.

use crate::chromium::Chromedriver;
use crate::clamd::Clamd;
use crate::postgres::Postgres;
use crate::tally::Tally;
use crate::tools;
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const POSTGRES: &str = "HAILONG_TEST_POSTGRES";
const CLAMD: &str = "HAILONG_TEST_CLAMD";
const CHROMEDRIVER: &str = "HAILONG_TEST_CHROMEDRIVER";
/// Tests that lack what they need skip themselves, except when this is set: then they fail.
const REQUIRE: &str = "HAILONG_TEST_REQUIRE";

/// `cargo xtask lint`.
pub(crate) fn lint() -> Result<bool> {
    let mut run = Run::begin();
    run.lint()?;
    Ok(run.end(""))
}

/// `cargo xtask test`; true if everything passed.
pub(crate) fn test(quick: bool) -> Result<bool> {
    if !quick {
        tools::ensure(&[
            tools::POSTGRES,
            tools::CLAMD,
            tools::CHROMIUM,
            tools::CHROMIUM_DRIVER,
            tools::FONT,
            tools::MAIL_SERVER,
        ])?;
    }
    let mut run = Run::begin();
    run.lint()?;
    if quick {
        run.tests(&[])?;
        return Ok(run.end("Left out: PostgreSQL, clamd and the browser (run without --quick for all)."));
    }
    let postgres = Postgres::start()?;
    let clamd = Clamd::start()?;
    run.tests(&[(POSTGRES, &postgres.url()), (CLAMD, clamd.addresses())])?;
    let driver = Chromedriver::start()?;
    let mut browser = cargo(&["test", "--package", "hailong", "--test", "browser"]);
    browser.env(CHROMEDRIVER, driver.url()).env(REQUIRE, "1");
    run.step("The browser test", browser)?;
    Ok(run.end(""))
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments);
    for variable in [POSTGRES, CLAMD, CHROMEDRIVER, REQUIRE] {
        command.env_remove(variable);
    }
    command
}

/// A run in progress.
struct Run {
    begun: Instant,
    steps: usize,
    failed: Vec<&'static str>,
    tally: Tally,
}

impl Run {
    fn begin() -> Self {
        Self { begun: Instant::now(), steps: 0, failed: Vec::new(), tally: Tally::default() }
    }

    fn lint(&mut self) -> Result<()> {
        self.step("Format", cargo(&["fmt", "--all", "--", "--check"]))?;
        let clippy = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
        self.step("Lints", cargo(&clippy))?;
        // `--all-targets` leaves out what is declared with `test = false`.
        let browser =
            ["clippy", "--quiet", "--package", "hailong", "--test", "browser", "--", "-D", "warnings"];
        self.step("Lints of the browser test", cargo(&browser))
    }

    /// `services`: what the tests need, and where it is; without any, the tests that need one skip themselves.
    fn tests(&mut self, services: &[(&str, &str)]) -> Result<()> {
        let nextest = tools::has_nextest();
        if !nextest {
            println!(
                "\ncargo-nextest is not installed, so cargo test runs the tests: the same tests, but slower.\n\
                 To have it: cargo install cargo-nextest --locked"
            );
        }
        let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
        // The browser test is declared with `test = false`, so neither runner takes it here.
        let build: &[&str] =
            if nextest { &["--cargo-quiet"] } else { &["--quiet", "--lib", "--bins", "--tests"] };
        self.step("Build", cargo(&[runner, build, &["--workspace", "--no-run"]].concat()))?;
        let all: &[&str] = if nextest { &["--no-tests=pass"] } else { &["--lib", "--bins", "--tests"] };
        let mut tests = cargo(&[runner, all, &["--workspace", "--no-fail-fast"]].concat());
        if !services.is_empty() {
            tests.envs(services.iter().copied()).env(REQUIRE, "1");
        }
        self.step("Tests", tests)?;
        self.step("Doc tests", cargo(&["test", "--quiet", "--workspace", "--doc"]))
    }

    /// Runs one command, showing what it says and counting what it reports.
    fn step(&mut self, title: &'static str, mut command: Command) -> Result<()> {
        println!("\n== {title}");
        let begun = Instant::now();
        let (reader, writer) = std::io::pipe().context("cannot open a pipe")?;
        let child = command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).spawn();
        let program = command.get_program().to_string_lossy().into_owned();
        // The command holds our ends of the pipe; without them the reader sees the end when the child ends.
        drop(command);
        let mut child = child.with_context(|| format!("cannot run {program}"))?;
        for line in BufReader::new(reader).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            self.tally.read(&line);
        }
        let passed = child.wait()?.success();
        self.steps += 1;
        if !passed {
            self.failed.push(title);
        }
        let verdict = if passed { "passed" } else { "FAILED" };
        println!("== {title}: {verdict} in {}", plain(begun.elapsed()));
        Ok(())
    }

    /// Says how it went; true if every step passed.
    fn end(self, remark: &str) -> bool {
        println!();
        self.tally.print();
        if !remark.is_empty() {
            println!("{remark}");
        }
        let time = plain(self.begun.elapsed());
        if self.failed.is_empty() {
            println!("All {} steps passed in {time}.{}", self.steps, self.tally.sentence());
        } else {
            let (failed, names) = (self.failed.len(), self.failed.join(", "));
            println!("{failed} of {} steps FAILED in {time}: {names}.{}", self.steps, self.tally.sentence());
        }
        self.failed.is_empty()
    }
}

fn plain(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;
    use std::time::Duration;

    #[test]
    fn times_are_plain() {
        assert_eq!(plain(Duration::from_millis(1_540)), "1.5 s");
        assert_eq!(plain(Duration::from_secs(184)), "3 min 4 s");
    }
}
