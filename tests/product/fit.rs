//! `hailong measure fit` on files, and `hailong bench fit`, with the real program.

use std::{collections::BTreeMap, fs, process::Command};

use serde_json::Value;

fn mixed(file: &str) -> String {
    format!("{}/../stats/tests/mixed/{file}", env!("CARGO_MANIFEST_DIR"))
}

fn hailong(arguments: &[&str]) -> Result<String, String> {
    let output =
        Command::new(env!("CARGO_BIN_EXE_hailong")).args(arguments).output().expect("hailong starts");
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout).unwrap());
    }
    assert_eq!(output.status.code(), Some(1));
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// What lme4 says of a file: `what name` to value and deviation.
fn reference(data: &str, method: &str) -> BTreeMap<String, (f64, f64)> {
    let text = fs::read_to_string(mixed("reference.csv")).unwrap();
    let lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let ours = lines.filter(|line| line[0] == data && line[1] == method);
    ours.map(|line| {
        (format!("{} {}", line[2], line[3]), (line[4].parse().unwrap(), line[5].parse().unwrap_or(0.0)))
    })
    .collect()
}

fn close(ours: &Value, theirs: f64) {
    let ours = ours.as_f64().unwrap();
    assert!((ours - theirs).abs() <= 5e-5 * theirs.abs().max(1e-3), "{ours}, lme4 has {theirs}");
}

#[test]
fn fields_and_estimates_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let effects = folder.path().join("effects.csv");
    let effects = effects.to_str().unwrap();
    let model = ["--response", "y", "--fixed", "way,wait", "--random", "s,d,dept", "--json"];
    for method in ["ml", "reml"] {
        let (file, option) = (mixed("crossed.csv"), format!("--{method}"));
        let all = [&["measure", "fit", &file], &model[..], &[&option, "--effects", effects]].concat();
        let told: Value = serde_json::from_str(&hailong(&all).unwrap()).unwrap();
        let keys: Vec<&String> = told.as_object().unwrap().keys().collect();
        let expected = [
            "components",
            "converged",
            "deviance",
            "evaluations",
            "fixed",
            "residual",
            "seconds",
            "singular",
        ];
        let mut sorted = keys.clone();
        sorted.sort();
        assert_eq!(sorted, expected);
        let theirs = reference("crossed", method);
        close(&told["deviance"], theirs["criterion "].0);
        close(&told["residual"]["variance"], theirs["variance residual"].0);
        let levels = |what: &str| theirs.keys().filter(|key| key.starts_with(what)).count() as u64;
        for (component, (group, levels)) in told["components"].as_array().unwrap().iter().zip([
            ("s", levels("mode:s ")),
            ("d", levels("mode:d ")),
            ("dept", 9),
        ]) {
            assert_eq!(
                (component["group"].as_str(), component["levels"].as_u64()),
                (Some(group), Some(levels))
            );
            let variance = theirs[&format!("variance {group}")].0;
            close(&component["variance"], variance);
            close(&component["sd"], variance.sqrt());
        }
        for (term, name) in
            told["fixed"].as_array().unwrap().iter().zip(["(Intercept)", "waynet", "waypost", "wait"])
        {
            assert_eq!(term["term"], name);
            let (estimate, se) = theirs[&format!("fixed {name}")];
            close(&term["estimate"], estimate);
            close(&term["se"], se);
        }
        assert_eq!((&told["converged"], &told["singular"]), (&Value::Bool(true), &Value::Bool(false)));
        let text = fs::read_to_string(effects).unwrap();
        assert!(text.starts_with("group,level,estimate,sd\n"));
        let mut seen = 0_u64;
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let (mode, sd) = theirs[&format!("mode:{} {}", fields[0], fields[1])];
            assert!((fields[2].parse::<f64>().unwrap() - mode).abs() < 1e-5, "{line}: lme4 has {mode}");
            assert!((fields[3].parse::<f64>().unwrap() - sd).abs() < 1e-5, "{line}: lme4 has {sd}");
            seen += 1;
        }
        assert_eq!(seen, levels("mode:"));
    }
}

#[test]
fn nested_groups_are_named_or_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pastes.csv");
    // The casks are called a, b and c in every batch, as they are in the laboratory.
    let mut text = "strength,batch,cask\n".to_owned();
    for line in fs::read_to_string(mixed("pastes.csv")).unwrap().lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        text.push_str(&format!("{},{}\n", fields[0], fields[1].replace(':', ",")));
    }
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let told = hailong(&[
        "measure",
        "fit",
        file,
        "--response",
        "strength",
        "--random",
        "batch:cask,batch",
        "--ml",
        "--json",
    ]);
    let told: Value = serde_json::from_str(&told.unwrap()).unwrap();
    let theirs = reference("pastes", "ml");
    close(&told["deviance"], theirs["criterion "].0);
    assert_eq!(told["components"][0]["group"], "batch:cask");
    assert_eq!(told["components"][0]["levels"], 30);
    close(&told["components"][0]["variance"], theirs["variance sample"].0);
    close(&told["components"][1]["variance"], theirs["variance batch"].0);
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_a_code_and_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let told = |text: &str, more: &[&str]| {
        let file = folder.path().join("f.csv");
        fs::write(&file, text).unwrap();
        let error = hailong(&[&["measure", "fit", file.to_str().unwrap(), "--response", "y"], more].concat())
            .unwrap_err();
        error.replace(&format!("{}", folder.path().display()), "")
    };
    let rows = |line: &dyn Fn(u32) -> String| -> String {
        std::iter::once("y,x,z,g\n".to_owned()).chain((0..20).map(|at| format!("{}\n", line(at)))).collect()
    };
    let good = rows(&|at| format!("{},{},{},{}", (at * 7) % 5, at, 2 * at, at % 4));
    let fails = |text: &str, more: &[&str], code: &str, words: &str| {
        let error = told(text, more);
        assert!(error.contains(&format!("{code}: ")) && error.contains(words), "{error}");
    };
    fails("", &["--random", "g"], "empty-file", "no line");
    fails("y,g\n", &["--random", "g"], "empty-file", "below its head");
    fails(&good, &["--random", "office"], "no-such-column", "no column \"office\"; it has y, x, z, g");
    fails(&good, &["--random", "y"], "named-twice", "explain itself");
    fails(&good, &["--random", "g,g"], "named-twice", "\"g\"");
    fails(&good, &["--random", "g", "--fixed", "x,z"], "collinear", "\"z\"");
    fails(&good.replace("\n3,", "\nthree,"), &["--random", "g"], "no-number", "line 6: y is \"three\"");
    fails(&good.replace("\n3,", "\n,"), &["--random", "g"], "no-value", "line 6: y is \"\"");
    fails(
        &good.replace("y,x,z,g\n", "y,x,z,g\n1,2\n"),
        &["--random", "g"],
        "wrong-fields",
        "line 2 has 2 fields",
    );
    fails(&rows(&|at| format!("{at},1,1,1")), &["--random", "g"], "too-few-levels", "\"g\"");
    fails(&good, &["--random", "x"], "too-many-levels", "\"x\"");
    fails(&rows(&|at| format!("4,{at},1,{}", at % 4)), &["--random", "g"], "constant-response", "\"y\"");
    // With rows left out that lack something, the rest is fitted.
    let holes = good.replace("\n3,", "\nNA,");
    let file = folder.path().join("holes.csv");
    fs::write(&file, holes).unwrap();
    let arguments =
        ["measure", "fit", file.to_str().unwrap(), "--response", "y", "--random", "g", "--omit-missing"];
    assert!(hailong(&arguments).unwrap().starts_with("16 rows"), "four rows had no response");
}

/// Goal: of the tenth that a model puts last, a quarter at most of what the plain mean puts there wrongly; errors do not go with the ease
/// of the cases; intervals keep what they promise. The bench prints the same over more districts.
#[test]
fn scores_of_drawn_districts_are_fair() {
    let told = hailong(&["bench", "fit", "--runs", "0", "--districts", "400", "--json"]).unwrap();
    let told: Value = serde_json::from_str(&told).unwrap();
    let figure = |name: &str| told[name].as_f64().unwrap_or_else(|| panic!("{name}: {told}"));
    let (mean, model) = (
        figure("bottom tenth truly above the median, mean"),
        figure("bottom tenth truly above the median, model"),
    );
    assert!(model <= mean / 4.0, "{model} of {mean}");
    assert!(figure("error goes with ease of cases, model").abs() <= 0.16);
    assert!(figure("error goes with ease of cases, mean") > 0.5);
    let cover = figure("90 % intervals cover");
    assert!((0.88..=0.93).contains(&cover), "{cover}");
    // And of burdensome procedures hardly one is named that is none.
    assert!(figure("six worst procedures that are none, model") <= 0.015, "{told}");
    assert!(figure("list of bad procedures: wrong") <= 0.1, "{told}");
    assert!(figure("list of bad procedures: six worst found") >= 0.8, "{told}");
}
