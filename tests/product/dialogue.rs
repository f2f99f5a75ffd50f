//! `hailong dialogue choose` as people and scripts call it.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

const TABLE: &str = "commune,cases,forms,pressing,last_visit\n\
    Tân Thuận,1200,60,15,\nTrần Phán,500,250,22,2016-Q4\nTân Đức,300,90,3,2017-05-12\n";

fn choose(file: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    command.args(["dialogue", "choose"]).arg(file).args(["--on", "2017-07-03"]).args(args);
    command.output().expect("hailong starts")
}

#[test]
fn a_table_is_chosen_from_with_a_reason_and_the_same_bits_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("communes.csv");
    std::fs::write(&file, TABLE).unwrap();
    let once = choose(&file, &["--json"]);
    assert!(once.status.success(), "{}", String::from_utf8_lossy(&once.stderr));
    assert_eq!(once.stdout, choose(&file, &["--json"]).stdout);
    let told: Value = serde_json::from_slice(&once.stdout).unwrap();
    assert_eq!((&told["chosen"], &told["raw_leader"]), (&"Tân Thuận".into(), &"Trần Phán".into()));
    assert_eq!(told["rows"][0]["commune"], "Tân Thuận");
    assert_eq!(
        told["rows"].as_array().unwrap().iter().find(|row| row["commune"] == "Trần Phán").unwrap()["visited"],
        3
    );
    assert!(told["reason_vi"].as_str().unwrap().starts_with("Chọn Tân Thuận"));
    let words = String::from_utf8(choose(&file, &[]).stdout).unwrap();
    assert!(words.contains("Trần Phán có nhiều phiếu bức xúc hơn (22)"), "{words}");
}

#[test]
fn a_table_that_cannot_be_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("communes.csv");
    for (line, why) in [
        ("Tân Dân,12,x,1,\n", "line 5: forms is \"x\""),
        ("Tân Dân,12,3,9,\n", "line 5: 9 pressing opinions are more than the 3 forms"),
        ("Tân Đức,12,3,1,\n", "line 5: Tân Đức stands twice"),
    ] {
        std::fs::write(&file, format!("{TABLE}{line}")).unwrap();
        let output = choose(&file, &["--json"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(why), "{line}: {told}");
    }
    std::fs::write(&file, [0xff, 0xfe, 0x00]).unwrap();
    assert!(String::from_utf8_lossy(&choose(&file, &[]).stderr).contains("UTF-8"));
}
