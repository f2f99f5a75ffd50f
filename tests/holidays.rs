//! A late decision on days off, by the real program: shown, written, and never in favour of an earlier date.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use hailong_core::serve::calendar::Calendar;
use hailong_web::clock::Clock;
use serde_json::Value;

fn district() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/dam-doi")
}

/// A record of Đầm Dơi in a folder.
struct Place {
    folder: tempfile::TempDir,
    arguments: Vec<String>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let (database, keys) = (format!("sqlite:{}", path("record.db")), path("keys"));
        let arguments = ["--database", &database, "--authority", "970", "--keys", &keys];
        Self { arguments: arguments.map(str::to_owned).to_vec(), folder }
    }

    fn output(&self, words: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
        command.env_remove("HAILONG_DATABASE").env_remove("HAILONG_KEYS").env_remove("HAILONG_AUTHORITY");
        let output = command.args(words).args(&self.arguments).output().expect("hailong starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (output.status.success(), text(output.stdout) + &text(output.stderr))
    }

    fn run(&self, words: &[&str]) -> String {
        let (fine, said) = self.output(words);
        assert!(fine, "{words:?}: {said}");
        said
    }

    fn write(&self, name: &str, text: &str) -> String {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).expect("written");
        file.display().to_string()
    }
}

#[test]
fn a_late_decision_is_shown_and_then_written() {
    let place = Place::new();
    let district = district();
    place.run(&["init", "--name", "Huyện Đầm Dơi", "--from", &district.display().to_string()]);
    let calendar = Calendar::parse_csv(include_str!("../data/dam-doi/holidays.csv")).expect("the table");
    let now = Clock::real().business();
    let day = calendar.working_from(now.day().plus(7)).expect("within the table");
    let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][usize::from(day.weekday()) - 1];
    let row = |kind: &str| {
        let line = format!("date,weekday,kind,name_vi,source\n{day},{weekday},{kind},Nghỉ bão,\n");
        place.write(&format!("{kind}.csv"), &line)
    };
    let received = now.plus_seconds(-3_600).to_string();
    let case = format!(
        r#"{{"id": "1", "code": "000.34.70.H12-260101-0001", "office": "tran-phan", "procedure": "1.011607",
        "holder": "tran-phan-1", "state": "in_progress", "accepted_at": "{0}", "book_number": 1,
        "limit": "12 working-days", "due": "{0}", "applicant_name": "Lê Thị Kín", "applicant_number": "381222333"}}"#,
        &received[..16]
    );
    let case = place.write("cases.jsonl", &case.replace('\n', " "));
    assert!(place.run(&["import", "cases", &case]).contains("1 accepted"));
    let file = row("nghi_hoan_doi");
    let (fine, said) = place.output(&["import", "holidays", &file]);
    assert!(!fine && said.contains("--decision"), "a decision has a name: {said}");
    let named = ["import", "holidays", file.as_str(), "--decision", "Công điện 5/CĐ-TTg"];
    let look = place.run(&named);
    assert!(look.contains(&format!("day   {day}")) && look.contains("Nothing was written"), "{look}");
    assert!(look.contains("000.34.70.H12-260101-0001 tran-phan: ") && look.contains("1 later"), "{look}");
    assert!(!look.contains("Lê Thị Kín"), "an administrator sees no applicant");
    assert!(place.run(&named).contains("1 days change"), "a look changes nothing");
    let apply = [&named[..], &["--apply", "--json"]].concat();
    let told: Value = serde_json::from_str(&place.run(&apply)).expect("JSON");
    assert_eq!((told["applied"].as_bool(), told["days"][0]["before"].is_null()), (Some(true), true));
    let again = place.run(&[&named[..], &["--apply"]].concat());
    assert!(
        again.contains("0 days change") && again.contains("0 later") && again.contains("1 cases moved"),
        "{again}"
    );
    let table = district.join("holidays.csv").display().to_string();
    assert!(
        place.run(&["import", "holidays", &table]).contains("0 days change"),
        "the table is in the record"
    );
    let back = row("bai_bo");
    let back = place.run(&["import", "holidays", &back, "--decision", "Công điện 6/CĐ-TTg", "--apply"]);
    assert!(
        back.contains("1 days change") && back.contains("0 cases moved"),
        "no date comes earlier: {back}"
    );
    let past = place.write("past.csv", "2017-01-25,Wed,nghi_bu,Nghỉ muộn,\n");
    let (fine, said) = place.output(&["import", "holidays", &past, "--decision", "X"]);
    assert!(!fine && said.contains("the day is over"), "{said}");
    assert!(place.run(&["verify"]).contains("The record is whole"), "replay gives the same");
}
