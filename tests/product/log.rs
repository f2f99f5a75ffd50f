//! The public log as others check it: written to a folder by one command, verified and recounted by others.

use std::{fs, path::Path};

use crate::place::{Place, hailong, output, run};
use serde_json::Value;

/// A demo with sealed ballots, and the published files of its log.
struct Log {
    place: Place,
    folder: String,
    key: String,
}

impl Log {
    fn export(cases: &str) -> Self {
        let place = Place::new("970");
        let database = &place.arguments[..2];
        let demo = ["demo", "--no-serve", "--fresh", "--cases", cases].map(str::to_owned);
        run(hailong(&demo.iter().chain(database).map(String::as_str).collect::<Vec<_>>()));
        let folder = place.folder.path().join("log").display().to_string();
        let said = run(place.command(&["log", "export", &folder]));
        assert!(said.contains(" ballots in "), "{said}");
        let key = run(place.command(&["log", "key"])).trim().to_owned();
        Self { place, folder, key }
    }

    /// Says it is fine, or what is wrong.
    fn verify(&self, more: &[&str]) -> Result<String, String> {
        let words = ["log", "verify", "--from", &self.folder, "--key", &self.key, "--tiles"];
        let (fine, said, wrong) = output(hailong(&[&words, more].concat()));
        if fine { Ok(said) } else { Err(said + &wrong) }
    }

    fn recount(&self, more: &[&str]) -> (bool, Value) {
        let words = ["recount", "--log", &self.folder, "--key", &self.key, "--json"];
        let (fine, said, wrong) = output(hailong(&[&words, more].concat()));
        (fine, serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}{wrong}")))
    }

    fn files(&self) -> Vec<std::path::PathBuf> {
        fn walk(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() { walk(&path, found) } else { found.push(path) }
            }
        }
        let mut found = Vec::new();
        walk(&Path::new(&self.folder).join("tile"), &mut found);
        found
    }
}

#[test]
fn a_log_is_verified_and_recounted_without_the_record() {
    let log = Log::export("400");
    let said = log.verify(&[]).expect("whole");
    assert!(
        said.contains("This log is whole") && said.contains("tiles of hashes are those of the leaves"),
        "{said}"
    );
    let (fine, count) = log.recount(&[]);
    assert!(
        fine && count["ballots"].as_u64() >= Some(20) && count["differences"] == serde_json::json!([]),
        "{count}"
    );

    // Every file matters, and the key too.
    for (number, file) in log.files().into_iter().enumerate() {
        let good = fs::read(&file).expect("a tile");
        let mut bad = good.clone();
        let at = (number * 31 + 7) % bad.len();
        bad[at] ^= 1;
        fs::write(&file, &bad).expect("written");
        assert!(log.verify(&[]).is_err(), "{} byte {at}", file.display());
        fs::write(&file, &good[..good.len() - 1]).expect("written");
        assert!(log.verify(&[]).is_err(), "{} cut off", file.display());
        fs::write(&file, good).expect("written");
    }
    let other = Log { key: log.key.replace("hailong/970", "hailong/971"), ..log };
    assert!(other.verify(&[]).is_err());
}

#[test]
fn a_figure_that_was_changed_is_named_and_openings_count_officials() {
    // Large enough for officials of whom five ballots come together.
    let log = Log::export("14437");
    let file = Path::new(&log.folder).join("figures");
    let good = fs::read_to_string(&file).expect("figures");
    let mut figures: Value = serde_json::from_str(&good).expect("JSON");
    figures[0]["counts"][5] = (figures[0]["counts"][5].as_u64().expect("a count") + 3).into();
    fs::write(&file, figures.to_string()).expect("written");
    let (fine, count) = log.recount(&[]);
    assert!(!fine);
    let differences = count["differences"].as_array().expect("a list");
    assert_eq!(differences.len(), 1, "{count}");
    assert_eq!(differences[0]["question"], figures[0]["question"]);
    fs::write(&file, good).expect("written");

    let openings = log.place.folder.path().join("openings").display().to_string();
    run(log.place.command(&["log", "openings", &openings]));
    let (fine, count) = log.recount(&["--openings", &openings]);
    assert!(fine && count["opened"] == count["lines"], "{count}");
    let officials = count["officials"].as_array().expect("a list");
    assert!(
        officials.len() > 50,
        "most of 80 officials are named where their slips wait for each other: {count}"
    );
    // Praise moved from one official to another is found.
    let text = fs::read_to_string(&openings).expect("openings");
    let name = count["officials"][0]["official"].as_str().expect("a name");
    fs::write(&openings, text.replacen(name, "somebody-else", 1)).expect("written");
    let (fine, count) = log.recount(&["--openings", &openings]);
    assert!(!fine && count["wrong_openings"] == 1, "{count}");
}

#[test]
fn a_log_only_grows() {
    let log = Log::export("400");
    let earlier = log
        .place
        .write("earlier", &fs::read_to_string(Path::new(&log.folder).join("checkpoint")).expect("a note"));
    let said = log.verify(&["--earlier", &earlier]).expect("whole");
    assert!(said.contains("grown from 1 earlier"), "{said}");
    // The same office begins anew, with other ballots, and hopes that nobody has kept anything.
    let again = Place::new("970");
    let words = ["demo", "--no-serve", "--fresh", "--cases", "900", "--database", &again.arguments[1]];
    run(hailong(&words));
    fs::remove_dir_all(&log.folder).expect("gone");
    run(again.command(&["log", "export", &log.folder]));
    assert!(log.verify(&[]).is_ok(), "by itself it is whole");
    let why = log.verify(&["--earlier", &earlier]).expect_err("not what it was");
    assert!(why.contains("what was in the log then is no longer in it"), "{why}");
}
