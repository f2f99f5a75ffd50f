//! `hailong staffing`, with the real program.

use std::{fs, process::Command};

use serde_json::Value;

const MORNING: &str = "10,16,22,26,26,22,16,10";

fn staffing(more: &[&str]) -> Result<Value, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    let output = command.args(["staffing", "--service", "10", "--json"]).args(more).output().unwrap();
    if output.status.success() {
        return Ok(serde_json::from_slice(&output.stdout).unwrap());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

#[test]
fn how_many_counters_and_what_if_one_is_absent() {
    let told = staffing(&["--arrivals", MORNING, "--servers", "4"]).unwrap();
    let late = |part: &str| told[part]["late"].as_f64().unwrap();
    assert_eq!((&told["needed"]["servers"], &told["needed"]["meets"]), (&5.into(), &true.into()));
    assert!(late("needed") < 0.1 && late("now") > 0.1 && late("one_absent") > 0.1, "{told}");
    assert_eq!((&told["now"]["servers"], &told["now_one_absent"]["servers"]), (&4.into(), &3.into()));
    // At the peak more come than four serve: the formula has no end there, the played day has.
    assert!(told["steady"][3]["mean_wait"].is_null() && told["now"]["worst_part"].as_f64().unwrap() < 60.0);
    assert_eq!(told["steady"].as_array().unwrap().len(), 8);
}

#[test]
fn two_offices_together_need_fewer_than_apart() {
    let small = "3,4,6,6,6,5,4,3";
    let told = staffing(&["--arrivals", small, "--shared", small]).unwrap();
    let together = told["shared"]["servers"].as_u64().unwrap();
    assert!(together < told["apart"].as_u64().unwrap(), "{told}");
}

#[test]
fn arrivals_come_from_a_file_too_and_nonsense_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("arrivals.txt");
    fs::write(&file, MORNING.replace(',', "\n")).unwrap();
    let of = |arrivals: &str| {
        let mut told = staffing(&["--arrivals", arrivals])?;
        told["seconds"] = Value::Null;
        Ok::<_, String>(told)
    };
    assert_eq!(of(file.to_str().unwrap()), of(MORNING));
    for (arrivals, says) in [
        ("10,many", "10,many cannot be read"),
        ("", "give 1 to 288 parts"),
        ("99999999", "people an hour are 0 to 10000"),
    ] {
        let refused = of(arrivals).unwrap_err();
        assert!(refused.contains(says), "{arrivals}: {refused}");
    }
    let refused = staffing(&["--arrivals", MORNING, "--share", "1"]).unwrap_err();
    assert!(refused.contains("--share lies between 0 and 1"), "{refused}");
    let told = staffing(&["--arrivals", MORNING, "--most", "3"]).unwrap();
    assert!(told["needed"].is_null(), "three cannot do it, and nothing else is claimed");
}
