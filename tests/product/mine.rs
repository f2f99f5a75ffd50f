//! `hailong mine` on logs small enough to count by hand, in every format.

use std::path::Path;

use serde_json::{Value, json};

use crate::place::{hailong, output, run};

/// Three cases of one morning; the lines are in the order of a clock that stood for a while.
const LOG: &str = "case,activity,timestamp,resource
NA,Tiếp nhận,2017-03-31T08:00:00+07:00,Lan
2,Tiếp nhận,2017-03-31T01:10:00Z,Lan
3,Tiếp nhận,2017-03-31 08:20:00+07:00,Hải
NA,Thẩm tra,2017-03-31T08:30:00.250+07:00,Hải
2,Yêu cầu bổ sung,2017-03-31T08:40:00+07:00,Lan
2,Thẩm tra,2017-03-31T08:40:00+07:00,
3,Thẩm tra,2017-03-31T10:20:00+07:00,Hải
NA,Trả kết quả,2017-04-01T08:00:00+07:00,Lan
2,Trả kết quả,2017-03-31T09:10:00+07:00,Lan
3,Trả kết quả,2017-03-31T10:20:00+07:00,Lan
,Trả kết quả,2017-03-31T10:20:00+07:00,Lan
";

fn mine(file: &Path, more: &[&str]) -> Value {
    let mut command = hailong(&["mine", "--json"]);
    command.arg(file).args(more);
    let mut said: Value = serde_json::from_str(&run(command)).expect("JSON");
    let fields = said.as_object_mut().expect("an object");
    assert!(
        fields.remove("seconds").and_then(|seconds| seconds.as_f64()).is_some_and(|seconds| seconds > 0.0)
    );
    if let Some(peak) = fields.remove("peak_bytes") {
        assert!(peak.as_u64().is_none_or(|bytes| (1 << 20..1 << 30).contains(&bytes)), "{peak}");
    }
    said
}

fn written(text: &str, name: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    std::fs::write(&file, text).expect("written");
    (folder, file)
}

#[test]
fn counted_by_hand_the_same_in_every_format() {
    let (folder, file) = written(LOG, "log.csv");
    let edge = |from: &str, to: &str, count: u32, mean: f64, median: f64| json!({"from": from, "to": to, "count": count, "mean_seconds": mean, "median_seconds": median});
    let expected = json!({
        "cases": 3, "events": 10, "activities": 4, "resources": 2, "variants": 2, "variant_counts": [2, 1],
        "dfg": [
            // 23 h 29 min 59.75 s, half an hour, nothing.
            edge("Thẩm tra", "Trả kết quả", 3, 86_399.75 / 3.0, 1800.0),
            edge("Tiếp nhận", "Thẩm tra", 2, (1800.25 + 7200.0) / 2.0, (1800.25 + 7200.0) / 2.0),
            edge("Tiếp nhận", "Yêu cầu bổ sung", 1, 1800.0, 1800.0),
            edge("Yêu cầu bổ sung", "Thẩm tra", 1, 0.0, 0.0),
        ],
        // A day, an hour, two hours.
        "case_duration_seconds": {"mean": (86_400.0 + 3600.0 + 7200.0) / 3.0, "median": 7200.0, "p90": 70_560.0},
    });
    let told = mine(&file, &[]);
    assert_eq!(rounded(&told), rounded(&expected));
    let all = mine(&file, &["--all"]);
    assert_eq!(all["incomplete"], 1);
    assert_eq!(
        all["handover"],
        json!([
            {"from": "Hải", "to": "Lan", "count": 2},
            {"from": "Hải", "to": "Hải", "count": 1},
            {"from": "Lan", "to": "Hải", "count": 1},
            {"from": "Lan", "to": "Lan", "count": 1},
        ])
    );
    assert_eq!(
        all["variant_list"][1]["activities"],
        json!(["Tiếp nhận", "Yêu cầu bổ sung", "Thẩm tra", "Trả kết quả"])
    );
    for name in ["log.xes", "log.xes.gz", "log.json", "log.jsonocel", "again.csv", "again.csv.gz"] {
        let other = folder.path().join(name);
        mine(&file, &["--write", &other.display().to_string()]);
        assert_eq!(mine(&other, &[]), told, "{name}");
    }
}

/// To the microsecond, as times are kept.
fn rounded(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), rounded(value))).collect(),
        Value::Array(values) => values.iter().map(rounded).collect(),
        Value::Number(number) => json!((number.as_f64().unwrap_or_default() * 1e6).round()),
        other => other.clone(),
    }
}

#[test]
fn working_time_goes_by_the_clock_on_the_wall() {
    let (folder, file) = written(LOG, "log.csv");
    let closed = folder.path().join("closed.txt");
    std::fs::write(&closed, "# a half-day\nclosed 2017-03-31 07:00-08:15\n").expect("written");
    let hours = ["--hours", "mon-fri 07:30-11:30 13:30-17:00"];
    let mean = |more: &[&str]| {
        let said = mine(&file, &[&hours[..], more].concat());
        said["case_duration_seconds"]["mean"].as_f64().expect("a number")
    };
    // The first case: from 8:00 on Friday to Saturday; the second an hour, the third two.
    assert!((mean(&[]) - (3.5 + 3.5 + 1.0 + 2.0) * 3600.0 / 3.0).abs() < 1e-6);
    let closed = closed.display().to_string();
    assert!(
        (mean(&["--exceptions", &closed]) - (3.25 + 3.5 + 11.0 / 12.0 + 2.0) * 3600.0 / 3.0).abs() < 1e-6
    );
    // By the clock of Greenwich the second and the third case end before the office opens.
    assert!((mean(&["--offset", "0"]) - 7.5 * 3600.0 / 3.0).abs() < 1e-6);
}

#[test]
fn logs_of_a_seed_are_the_same_in_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let keep = folder.path().display().to_string();
    let figures: Value = serde_json::from_str(&run(hailong(&[
        "bench", "mine", "--events", "3000", "--seed", "7", "--json", "--keep", &keep,
    ])))
    .expect("JSON");
    assert!(figures["xes.gz_seconds"].as_f64().is_some_and(|seconds| seconds > 0.0), "{figures}");
    let said = ["log.csv", "log.xes", "log.xes.gz", "log.json"].map(|name| {
        let mut said = mine(&folder.path().join(name), &["--all"]);
        // Those of a log in the order of cases come in another order.
        let list = said["activity_list"].as_array_mut().expect("a list");
        list.sort_by_key(|one| one["activity"].to_string());
        said
    });
    assert_eq!(said[0]["events"], 3000);
    assert!(said.iter().all(|one| *one == said[0]));
}

#[test]
fn what_is_wrong_is_said_in_a_sentence() {
    for (name, text, expected) in [
        ("log.csv", "a,b\n1,2\n", "no column for the case is called"),
        ("log.csv", "case,activity,time\n1,a,31/03/2017\n", "log.csv, line 2: \"31/03/2017\" is no time"),
        ("log.xes", "<!DOCTYPE log>\n<log/>", "log.xes, line 1: a document type (<!DOCTYPE …>) is not taken"),
        ("log.xes.gz", "\u{1f}no", "log.xes.gz, line 1: this is no log"),
        ("log.json", "{\"events\":[]", "log.json, line 1: this is broken"),
        ("log.pdf", "", "a log is .csv, .xes, .json or .jsonocel"),
    ] {
        let (_folder, file) = written(text, name);
        let mut command = hailong(&["mine"]);
        command.arg(&file);
        let (fine, said, wrong) = output(command);
        assert!(!fine && said.is_empty() && wrong.contains(expected), "{said}{wrong}");
    }
    let (fine, _, wrong) = output(hailong(&["mine", "/nowhere/log.csv"]));
    assert!(!fine && wrong.contains("/nowhere/log.csv cannot be opened"), "{wrong}");
}

#[test]
fn words_name_what_is_most_frequent() {
    let (_folder, file) = written(LOG, "log.csv");
    let mut command = hailong(&["mine", "--all"]);
    command.arg(&file);
    let said = run(command);
    for expected in [
        "3 cases, 10 events, 4 activities, 2 resources, 2 variants\na case lasts 9.0 h (mean), 2.0 h (median), 19.6 h (90 %)",
        "        3       8.0 h    30.0 min  Thẩm tra → Trả kết quả\n",
        "        2  Tiếp nhận → Thẩm tra → Trả kết quả\n",
        "        2  Hải → Lan\n",
        "1 events lack case, activity or time",
    ] {
        assert!(said.contains(expected), "{said}");
    }
}

/// A demo's journal as an event log: every case, the same in each format, and nobody in it.
#[test]
fn the_journal_is_exported_without_anybody_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("demo.db").display());
    run(hailong(&["demo", "--no-serve", "--cases", "150", "--seed", "7", "--database", &database]));
    let (hidden, cases) = hidden(&folder.path().join("demo.db"));
    let exported = [("xes", "log.xes"), ("ocel", "log.json"), ("csv", "log.csv")].map(|(format, name)| {
        let file = folder.path().join(name);
        let mut command = hailong(&["export", "events", "--format", format, "--database", &database]);
        command.arg(&file);
        run(command);
        let text = std::fs::read_to_string(&file).expect("written");
        for word in &hidden {
            assert!(!text.contains(word), "{name}: {word}");
        }
        mine(&file, &["--all"])
    });
    let [xes, ocel, csv] = exported;
    assert_eq!(
        (xes["cases"].as_u64(), xes["incomplete"].as_u64()),
        (Some(cases), Some(0)),
        "{}",
        xes["cases"]
    );
    let starts: u64 = xes["activity_list"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| (one["activity"] == "Nộp hồ sơ").then(|| one["starts"].as_u64())?)
        .sum();
    assert_eq!(starts, cases, "every case begins with its opening");
    assert!(xes["variants"].as_u64().is_some_and(|ways| ways >= 3));
    assert_eq!((&ocel, &csv), (&xes, &xes));
}

/// What names a case or an official in the record, and how many cases it has.
fn hidden(file: &Path) -> (Vec<String>, u64) {
    let connection = rusqlite::Connection::open(file).expect("the demo's file");
    let mut hidden = Vec::new();
    for sql in [
        "SELECT code FROM case_file WHERE code IS NOT NULL",
        "SELECT DISTINCT actor FROM journal WHERE kind LIKE 'case%'",
    ] {
        let mut words = connection.prepare(sql).expect("a query");
        let words = words.query_map([], |row| row.get::<_, String>(0)).expect("rows");
        hidden.extend(words.map(|word| word.expect("a text")).filter(|word| word.contains('-')));
    }
    assert!(hidden.len() > 100, "{hidden:?}");
    let cases = connection.query_row("SELECT COUNT(*) FROM case_file", [], |row| row.get::<_, i64>(0));
    (hidden, cases.expect("a number").unsigned_abs())
}
