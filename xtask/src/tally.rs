//! Counts tests from what the runners report, so that the last line of a run is true.

/// Numbers of tests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
    /// nextest's own summary, repeated at the end.
    summary: Vec<String>,
}

impl Tally {
    /// Takes a line of output into account if it is a runner's summary.
    pub(crate) fn read(&mut self, line: &str) {
        let line = without_colours(line);
        // nextest repeats the output of failed tests, libtest's summary among it, indented: that counts nothing.
        let report = if let Some(report) = line.strip_prefix("test result: ") {
            report
        } else if line.trim_start().starts_with("Summary [") && line.contains(" run: ") {
            self.summary.push(line.trim().to_owned());
            line.split_once(" run: ").map_or("", |(_, report)| report)
        } else {
            return;
        };
        self.passed += number_before(report, "passed");
        self.failed += number_before(report, "failed") + number_before(report, "timed");
        self.skipped += number_before(report, "skipped") + number_before(report, "ignored");
    }

    /// Repeats the summaries.
    pub(crate) fn print(&self) {
        for line in &self.summary {
            println!("{line}");
        }
    }

    /// The sum of all runners, or nothing if no tests ran.
    pub(crate) fn sentence(&self) -> String {
        let Self { passed, failed, skipped, .. } = self;
        if passed + failed + skipped == 0 {
            return String::new();
        }
        format!(" Tests: {passed} passed, {failed} failed, {skipped} skipped.")
    }
}

/// The number in front of a word: `12` for `passed` in `ok. 12 passed; 1 failed`.
fn number_before(report: &str, word: &str) -> u64 {
    let words: Vec<&str> = report.split([' ', ',', ';', '(', ')']).filter(|part| !part.is_empty()).collect();
    let found = words.windows(2).find(|pair| pair[1] == word);
    found.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn read(lines: &[&str]) -> String {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally.sentence()
    }

    #[test]
    fn both_runners_are_added_up() {
        let nextest =
            "     Summary [   0.512s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 4 skipped";
        let libtest =
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        let repeated = "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(read(&[nextest, "noise", repeated, libtest]), " Tests: 9 passed, 3 failed, 5 skipped.");
    }

    #[test]
    fn colours_do_not_matter_and_noise_counts_nothing() {
        let coloured = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m1\u{1b}[0m test run: \u{1b}[1m1\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
        assert_eq!(read(&[coloured]), " Tests: 1 passed, 0 failed, 0 skipped.");
        assert_eq!(read(&["3 passed"]), "");
    }
}
