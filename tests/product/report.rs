//! The report of a period by the real program, over a demo: its figures agree with each other, whatever is asked for.

use std::{path::Path, process::Command};

use serde_json::Value;

struct Demo {
    folder: tempfile::TempDir,
    database: String,
}

impl Demo {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = format!("sqlite:{}", folder.path().join("demo.db").display());
        let demo = Self { folder, database };
        let (fine, said) = demo.run(&["demo", "--no-serve", "--cases", "1200", "--seed", "7"]);
        assert!(fine, "{said}");
        demo
    }

    /// Whether it went well, and what was said.
    fn run(&self, words: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
        command.env_remove("HAILONG_DATABASE").env_remove("HAILONG_KEYS").env_remove("HAILONG_AUTHORITY");
        command.args(words).args(["--database", &self.database]);
        let output = command.output().expect("hailong starts");
        let said = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.success(), String::from_utf8(said).expect("UTF-8"))
    }

    fn report(&self, words: &[&str]) -> Value {
        let (fine, said) = self.run(&[&["report"], words, &["--json"]].concat());
        assert!(fine, "{words:?}: {said}");
        serde_json::from_str(&said).expect("one JSON object")
    }

    fn file(&self, name: &str) -> String {
        Path::join(self.folder.path(), name).display().to_string()
    }
}

fn n(figures: &Value, name: &str) -> u64 {
    figures[name].as_u64().unwrap_or_else(|| panic!("{name} in {figures}"))
}

/// What was to be resolved is what ended and what is left, and every sum is that of its parts.
fn agrees(figures: &Value) {
    let sum = |names: &[&str]| names.iter().map(|name| n(figures, name)).sum::<u64>();
    assert_eq!(n(figures, "received"), sum(&["counter", "post", "online", "outside"]), "{figures}");
    assert_eq!(n(figures, "to_resolve"), sum(&["carried", "received"]));
    assert_eq!(n(figures, "resolved"), sum(&["early", "on_time", "late"]));
    assert_eq!(n(figures, "in_progress"), sum(&["within", "overdue", "waiting"]));
    let ended = ["resolved", "refused", "withdrawn", "stopped", "in_progress"];
    assert_eq!(n(figures, "to_resolve"), sum(&ended), "{figures}");
}

fn adds_up(total: &Value, parts: &[&Value]) {
    for (name, of_total) in total.as_object().expect("figures") {
        let sum = parts.iter().map(|part| n(part, name)).sum::<u64>();
        assert_eq!(of_total.as_u64(), Some(sum), "{name}");
    }
    agrees(total);
}

fn list<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    value[name].as_array().expect("a list").iter().collect()
}

#[test]
fn reports_of_the_demo_agree_with_each_other() {
    let demo = Demo::new();
    let quarter = demo.report(&["calendar-quarter-2017-2"]);
    assert!(
        n(&quarter["total"], "received") >= 1_000 && n(&quarter["total"], "in_progress") > 0,
        "{quarter}"
    );
    let fields = list(&quarter, "fields");
    adds_up(&quarter["total"], &fields.iter().map(|field| &field["total"]).collect::<Vec<_>>());
    for field in fields {
        let procedures = list(field, "procedures");
        adds_up(&field["total"], &procedures.iter().map(|one| &one["figures"]).collect::<Vec<_>>());
    }
    let offices = list(&quarter, "offices");
    assert_eq!(offices.len(), 17);
    adds_up(&quarter["total"], &offices.iter().map(|office| &office["figures"]).collect::<Vec<_>>());
    let office = demo.report(&["calendar-quarter-2017-2", "--office", "tran-phan"]);
    let line = offices.iter().find(|office| office["office"] == "tran-phan").expect("it is there");
    assert_eq!(office["total"], line["figures"]);

    // What one month leaves over is what the next carries over; the figures of its months are those of the quarter.
    let months = ["4", "5", "6"].map(|number| demo.report(&[&format!("calendar-month-2017-{number}")]));
    for pair in months.windows(2) {
        assert_eq!(n(&pair[0]["total"], "in_progress"), n(&pair[1]["total"], "carried"));
    }
    for name in ["received", "early", "on_time", "late", "refused", "withdrawn", "stopped"] {
        let sum = months.iter().map(|month| n(&month["total"], name)).sum::<u64>();
        assert_eq!(sum, n(&quarter["total"], name), "{name}");
    }
    // As it stood in the middle: the same whenever it is asked, and before the end.
    let middle = demo.report(&["calendar-quarter-2017-2", "--on", "2017-05-15"]);
    assert_eq!((&middle["as_of"], &middle["closed"]), (&"2017-05-15".into(), &false.into()));
    assert!(n(&middle["total"], "received") < n(&quarter["total"], "received"));
    agrees(&middle["total"]);
    let legal = demo.report(&["legal-quarter-2017-2"]);
    assert_eq!(
        (&legal["period"]["from"], &legal["period"]["to"]),
        (&"2017-03-15".into(), &"2017-06-14".into())
    );
    assert_eq!(legal["closed"], true);
    agrees(&legal["total"]);
}

#[test]
fn words_files_and_what_cannot_be_told() {
    let demo = Demo::new();
    let (xlsx, pdf) = (demo.file("report.xlsx"), demo.file("report.pdf"));
    let (fine, said) = demo.run(&["report", "legal-half-2017-1", "--xlsx", &xlsx, "--pdf", &pdf]);
    assert!(fine && said.contains("6 tháng đầu năm 2017") && said.contains("Huyện Đầm Dơi"), "{said}");
    assert!(std::fs::read(&xlsx).expect("written").starts_with(b"PK"));
    assert!(std::fs::read(&pdf).expect("written").starts_with(b"%PDF"));
    let (fine, said) = demo.run(&["report", "legal-half-2017-1", "--lang", "en"]);
    assert!(fine && said.contains("First half of 2017"), "{said}");
    for (words, why) in [
        (["legal-year-2018", "--json"], "begins on 2017-12-15"),
        (["moon-2017", "--json"], "is no period"),
        (["legal-year-2017", "--office=atlantis"], "there is no office atlantis"),
        (["legal-year-2017", "--on=2030-01-01"], "still to come"),
    ] {
        let (fine, said) = demo.run(&[&["report"], words.as_slice()].concat());
        assert!(!fine && said.contains(why), "{words:?}: {said}");
    }
}
