//! `hailong deadline` as people and scripts call it.

use std::process::{Command, Output};

use serde_json::Value;

fn deadline(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    command.arg("deadline").args(args).output().expect("hailong starts")
}

fn json(args: &[&str]) -> Value {
    let output = deadline(&[args, &["--json"]].concat());
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

fn due(from: &str, limit: &str) -> String {
    json(&["--from", from, "--limit", limit])["due"].as_str().unwrap().to_owned()
}

#[test]
fn the_cases_of_the_rules() {
    for (from, limit, expected) in [
        ("2017-01-25T09:00", "3 working days", "2017-02-06"),
        ("2017-04-05T09:00", "1 working-day", "2017-04-07"),
        ("2017-04-28T09:00", "1 working day", "2017-05-03"),
        ("2017-08-31T09:00", "2 working-days", "2017-09-05"),
        ("2018-12-28T09:00", "3 working days", "2019-01-04"),
        ("2018-12-28T09:00", "4 working days", "2019-01-05"),
        ("2025-04-25T09:00", "1 working day", "2025-04-26"),
        ("2026-01-08T09:00", "2 working days", "2026-01-10"),
        ("2017-01-13T09:00", "15 days", "2017-02-02"),
        ("2017-06-29T09:00", "same-day", "2017-06-29"),
        ("2017-06-29T15:30", "same-day", "2017-06-30"),
    ] {
        assert_eq!(due(from, limit), format!("{expected}T17:00:00"), "{from} + {limit}");
    }
    assert_eq!(due("2017-06-29T09:00", "3 hours"), "2017-06-29T14:00:00");
}

#[test]
fn every_line_says_its_day_and_whether_it_counts() {
    let answer = json(&["--from", "2017-01-25T09:00", "--limit", "3 working days"]);
    let lines = answer["lines"].as_array().unwrap();
    let counted: Vec<_> = lines
        .iter()
        .filter(|line| line["counted"] == true)
        .map(|line| line["date"].as_str().unwrap())
        .collect();
    assert_eq!(counted, ["2017-02-02", "2017-02-03", "2017-02-06"], "Tết is from 26 January to 1 February");
    assert_eq!(lines[0]["why"], "received");
    assert_eq!(lines.last().unwrap()["date"], "2017-02-06");
}

#[test]
fn events_move_the_date_by_the_regime() {
    let stopped = [
        "--from",
        "2019-06-05T09:00",
        "--limit",
        "5 working days",
        "--event",
        "pause:2019-06-07T10:00:supplement",
        "--event",
        "resume:2019-06-12T08:00:restart",
        "--event",
        "reappoint:2019-06-14T08:00:2019-06-25T17:00",
    ];
    let answer = json(&stopped);
    assert_eq!(answer["due"], "2019-06-19T17:00:00");
    assert_eq!(answer["regime"], "r2018");
    assert_eq!(answer["dates"]["promised"], "2019-06-25T17:00:00");
    assert_eq!(answer["dates"]["index"], "2019-06-17T17:00:00");
}

#[test]
fn another_calendar_can_be_given() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("holidays.csv");
    let rows = "date,weekday,kind,name_vi,source\n2031-01-01,Wed,nghi_le,Tết Dương lịch,phép thử\n\
                2031-03-04,Tue,nghi_le,Ngày nghỉ mới,phép thử\n";
    std::fs::write(&file, rows).unwrap();
    let file = file.to_str().unwrap();
    let answer = json(&["--from", "2031-03-03T09:00", "--limit", "1 working day", "--calendar", file]);
    assert_eq!(answer["due"], "2031-03-05T17:00:00");
}

#[test]
fn what_cannot_be_read_is_refused_in_words() {
    for (args, words) in [
        (vec!["--from", "tomorrow", "--limit", "3 days"], "is not a moment"),
        (vec!["--from", "2017-01-25T09:00", "--limit", "-3 days"], "is not a time limit"),
        (vec!["--from", "2017-01-25T09:00", "--limit", "3 days", "--event", "sleep"], "is not an event"),
        (
            vec!["--from", "2017-01-25T09:00", "--limit", "3 days", "--event", "resume:2017-01-26T09:00"],
            "does not fit",
        ),
        (vec!["--from", "2028-12-29T09:00", "--limit", "300 days"], "working calendar"),
        (
            vec!["--from", "2017-01-25T09:00", "--limit", "3 days", "--calendar", "/no/such/file"],
            "cannot be read",
        ),
    ] {
        let output = deadline(&args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(words), "{args:?}: {said}");
        assert!(output.stdout.is_empty());
    }
}
