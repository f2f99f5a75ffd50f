//! `hailong measure rank` on files, with the real program.

use std::{fs, process::Command};

use serde_json::Value;

fn rank(text: &str, more: &[&str]) -> Result<Value, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f.csv");
    fs::write(&file, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    let output = command.args(["measure", "rank", "--json"]).arg(&file).args(more).output().unwrap();
    if output.status.success() {
        return Ok(serde_json::from_slice(&output.stdout).unwrap());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// Ten offices: one far below, one far above, one with too few answers to say anything.
fn offices() -> String {
    let mut text = "office,satisfied,answers\n".to_owned();
    for office in 0..7 {
        text.push_str(&format!("like{office},{},100\n", 78 + office));
    }
    text + "low,40,100\nhigh,198,200\nfew,1,19\n"
}

const COUNTS: [&str; 6] = ["--group", "office", "--successes", "satisfied", "--of", "answers"];

#[test]
fn who_differs_is_told_and_who_does_not_is_not_ranked_apart() {
    let told = rank(&offices(), &COUNTS).unwrap();
    let groups = told["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 9);
    let of = |name: &str| groups.iter().find(|group| group["group"] == name).unwrap();
    let number = |name: &str, key: &str| of(name)[key].as_f64().unwrap();
    assert_eq!((&groups[0]["group"], &groups[8]["group"]), (&"high".into(), &"low".into()));
    assert!(number("high", "best") > 0.99 && number("low", "worst") > 0.99);
    assert_eq!(of("low")["rank"], serde_json::json!([9, 9]));
    let rank = of("like3")["rank"].as_array().unwrap();
    assert!(rank[0].as_u64() <= Some(3) && rank[1].as_u64() >= Some(7), "nobody knows: {rank:?}");
    assert_eq!(of("like3")["verdict"], "not_distinguishable");
    // 40 of 100, drawn to the mean of the others, and its own interval (Wilson).
    assert!(number("low", "adjusted") > 0.4 && number("low", "adjusted") < 0.6);
    let wilson = of("low")["wilson"].as_array().unwrap();
    assert!(
        (wilson[0].as_f64().unwrap() - 0.309_4).abs() < 1e-4
            && (wilson[1].as_f64().unwrap() - 0.498_0).abs() < 1e-4
    );
    let too_few = told["too_few"].as_array().unwrap();
    assert_eq!((too_few.len(), &too_few[0]["group"], &too_few[0]["n"]), (1, &"few".into(), &19.into()));
    assert_eq!(rank_again(), told, "the same table and seed tell the same");
}

fn rank_again() -> Value {
    rank(&offices(), &COUNTS).unwrap()
}

#[test]
fn one_answer_a_line_is_the_same_as_counts() {
    let mut lines = "who,office,good\n".to_owned();
    for (office, yes) in [("a", 30), ("b", 24), ("c", 12)] {
        for at in 0..40 {
            lines.push_str(&format!("{at},{office},{}\n", if at < yes { "yes" } else { "no" }));
        }
    }
    let by_line = rank(&lines, &["--group", "office", "--yes", "good"]).unwrap();
    let counts = "office,satisfied,answers\na,30,40\nb,20,20\nb,4,20\nc,12,40\n";
    assert_eq!(by_line, rank(counts, &COUNTS).unwrap());
}

#[test]
fn what_is_wrong_is_told() {
    let fails = |text: &str, more: &[&str], words: &str| {
        let told = rank(text, more).unwrap_err();
        assert!(told.contains(words), "{told}");
    };
    fails("office,satisfied\na,1\n", &COUNTS, "no-such-column: ");
    fails("office,satisfied,answers\na,3,2\n", &COUNTS, "no-count: line 2: more succeeded than there were");
    fails(
        "office,satisfied,answers\na,x,2\n",
        &COUNTS,
        "line 2: satisfied is \"x\", which is no whole number",
    );
    fails("office,good\na,perhaps\n", &["--group", "office", "--yes", "good"], "which is neither yes nor no");
    fails(
        "office,satisfied,answers\na,3,20\nb,3,19\n",
        &COUNTS,
        "too-few-groups: 1 groups have 20 observations",
    );
    fails("office,satisfied,answers\na,20,20\nb,30,30\n", &COUNTS, "no-spread: ");
    fails(&offices(), &[&COUNTS[..], &["--centre", "1"]].concat(), "no-share: --centre");
}
