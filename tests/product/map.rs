//! `hailong measure map` and `hailong export events` over a demo: parts add up, whatever is asked for, and no official is named in a log.

use std::process::Command;

use serde_json::Value;

/// Whether it went well, and what was said.
fn run(database: &str, words: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    command.env_remove("HAILONG_DATABASE").env_remove("HAILONG_KEYS").env_remove("HAILONG_AUTHORITY");
    let output = command.args(words).args(["--database", database]).output().expect("hailong starts");
    let said = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.success(), String::from_utf8(said).expect("UTF-8"))
}

fn sum(list: &Value, number: impl Fn(&Value) -> f64) -> f64 {
    list.as_array().expect("a list").iter().map(number).sum()
}

#[test]
fn ways_of_cases_add_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("demo.db").display());
    let (fine, said) = run(&database, &["demo", "--no-serve", "--cases", "600", "--seed", "7"]);
    assert!(fine, "{said}");
    let map = |words: &[&str]| {
        let all = [&["measure", "map"], words, &["--quarter", "2017-Q2", "--json"]].concat();
        let (fine, said) = run(&database, &all);
        assert!(fine, "{words:?}: {said}");
        serde_json::from_str::<Value>(&said).expect("one JSON object")
    };
    let n = |of: &Value| of.as_f64().expect("a number");
    let all = map(&["all"]);
    assert!(n(&all["ended"]) > 300.0, "{all}");
    assert!((sum(&all["arcs"], |arc| n(&arc["share"])) - 1.0).abs() < 1e-9);
    let steps = sum(&all["activities"], |one| n(&one["times"]));
    assert_eq!(steps, n(&all["steps"]));
    assert_eq!(sum(&all["arcs"], |arc| n(&arc["wait"]["count"])), steps - n(&all["cases"]));
    assert_eq!(sum(&all["ways"], |way| n(&way["cases"])) + n(&all["other_ways"]["cases"]), n(&all["cases"]));
    let office = map(&["all", "--office", "tran-phan"]);
    let field = map(&["all", "--field", "Chứng thực"]);
    for part in [office, field] {
        assert!(n(&part["ended"]) > 0.0 && n(&part["ended"]) < n(&all["ended"]), "{part}");
    }
    for wrong in [&["9.999999"][..], &["all", "--office", "nowhere"]] {
        let (fine, said) = run(&database, &[&["measure", "map"], wrong].concat());
        assert!(!fine && said.contains("is called"), "{wrong:?}: {said}");
    }
    let (fine, log) = run(&database, &["export", "events", "--format", "csv"]);
    assert!(fine && log.lines().count() as f64 > steps, "cases that have not ended are in it too");
    assert!(!log.contains("tran-phan-1") && log.contains(",R1,"), "{}", &log[..400]);
}
