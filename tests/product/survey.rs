//! `hailong survey` as people and scripts call it.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

fn survey(what: &str, file: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    command.args(["survey", what]).arg(file).args(args);
    command.output().expect("hailong starts")
}

fn told(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_same_register_and_seed_draw_the_same_people() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> =
        (0..200).map(|n| format!("Người {n},09{n:08},,{},Hộ tịch", ["Tân Đức", "Tân Dân"][n % 2])).collect();
    let write = |name: &str, lines: Vec<&String>| {
        let file = folder.path().join(name);
        let body: String = lines.into_iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&file, format!("name,contact,address,commune,field\n{body}")).unwrap();
        file
    };
    let (file, turned) =
        (write("a.csv", lines.iter().collect()), write("b.csv", lines.iter().rev().collect()));
    let args = |seed| ["--size", "30", "--seed", seed, "--json"];
    let once = survey("draw", &file, &args("7"));
    assert_eq!(once.stdout, survey("draw", &turned, &args("7")).stdout, "whatever order the file has");
    assert_ne!(once.stdout, survey("draw", &file, &args("8")).stdout);
    let said = told(&once);
    assert_eq!((&said["frame"], said["drawn"].as_array().unwrap().len()), (&200.into(), 30));
    assert_eq!((&said["strata"][0]["drawn"], &said["strata"][1]["drawn"]), (&15.into(), &15.into()));
    let csv = String::from_utf8(survey("draw", &file, &args("7")[..4]).stdout).unwrap();
    assert_eq!(csv.lines().count(), 31);
    std::fs::write(&file, "name,contact,commune\nA,1,\n").unwrap();
    let refused = survey("draw", &file, &args("7"));
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("line 2: there is no such commune"));
}

#[test]
fn indices_of_a_table_are_weighted() {
    let folder = tempfile::tempdir().unwrap();
    let (file, asked) = (folder.path().join("forms.csv"), folder.path().join("asked.csv"));
    std::fs::write(&asked, "key,type,vi\n,factor,Đón tiếp\nwarm,score,Niềm nở\n").unwrap();
    let form = |n: usize| match n {
        0..20 => format!("a,100,{}\n", if n < 10 { 2 } else { 4 }),
        _ => format!("b,300,{}\n", if n < 26 { 3 } else { 5 }),
    };
    std::fs::write(&file, "stratum,frame,warm\n".to_owned() + &(0..80).map(form).collect::<String>())
        .unwrap();
    let asked = asked.to_str().unwrap();
    let said = told(&survey("index", &file, &["--questionnaire", asked, "--json"]));
    let share = said["criteria"][0]["index"]["figure"]["share"].as_f64().unwrap();
    // (100·0.5 + 300·0.9)/400
    assert!((share - 0.8).abs() < 1e-9 && said["forms"] == 80, "{said}");
    let words = String::from_utf8(survey("index", &file, &["--questionnaire", asked]).stdout).unwrap();
    assert!(words.contains("Niềm nở") && words.contains("80,0"), "{words}");
    std::fs::write(&file, "stratum,frame,warm\na,100,7\n").unwrap();
    let refused = survey("index", &file, &["--questionnaire", asked]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("line 2: warm is \"7\""));
}
