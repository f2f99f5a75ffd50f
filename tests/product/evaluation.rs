//! The file of a frozen quarter, as anybody checks it: by the real program, with the note and the key of the log alone.

use std::fs;

use hailong_store::{Store, keys::Vault};

use crate::place::{Place, hailong, output, run};

/// Whether the check says it is fine, and what it says.
fn check(words: &[&str]) -> (bool, String) {
    let (fine, said, wrong) = output(hailong(&[&["measure", "check"], words].concat()));
    (fine, said + &wrong)
}

#[tokio::test]
async fn a_frozen_file_is_checked_with_its_note_and_the_key_alone() {
    let place = Place::new("970");
    let database = place.arguments[1].clone();
    run(hailong(&["demo", "--no-serve", "--cases", "400", "--database", &database]));
    let key = run(place.command(&["log", "key"])).trim().to_owned();
    let store = Store::open(&database.parse().expect("an address"), 970, Vault::of_demo(2017)).await;
    let store = store.expect("the record");
    let content = store.frozen_content("2017-Q1", None).await.expect("an answer").expect("a frozen quarter");
    let note = store.frozen_versions("2017-Q1").await.expect("versions").remove(0).note;
    let file = place.write("2017-Q1-1.json", &content);
    let beside = place.write("2017-Q1-1.json.note", &note);

    let (fine, said) = check(&[&file, "--key", &key]);
    assert!(fine && said.contains("the figures of 2017-Q1, version 1, as hailong/970"), "{said}");
    assert!(said.contains("scorecard/"), "{said}");
    let elsewhere = place.write("note", &note);
    assert!(check(&[&file, "--note", &elsewhere, "--key", &key]).0);

    // One figure is better.
    let place_of = content.find("\"mean\":4").expect("a mean") + "\"mean\":".len();
    let mut better = content.clone();
    better.replace_range(place_of..=place_of, "5");
    let wrong = |words: &[&str], why: &str| {
        let (fine, said) = check(words);
        assert!(!fine && said.contains("NOT as it was frozen") && said.contains(why), "{why}: {said}");
    };
    fs::write(&file, better).expect("written");
    wrong(&[&file, "--key", &key], "the file was changed, or the two do not belong together");
    fs::write(&file, &content).expect("written");
    // Another version, another signer, a note about something else, no note, none at all.
    fs::write(&beside, note.replacen("\n1\n", "\n2\n", 1)).expect("written");
    wrong(&[&file, "--key", &key], "the signature is not that of the key");
    fs::write(&beside, &note).expect("written");
    wrong(&[&file, "--key", &key.replace("hailong/970", "hailong/971")], "");
    let folder = place.folder.path().join("log").display().to_string();
    run(place.command(&["log", "export", &folder]));
    wrong(&[&file, "--note", &format!("{folder}/checkpoint"), "--key", &key], "not about a frozen quarter");
    wrong(&[&file, "--note", &file, "--key", &key], "not a signed note");
    wrong(&[&file, "--note", &format!("{folder}/none"), "--key", &key], "cannot be read");
    // The published log says its key itself.
    let (fine, said) = check(&[&file, "--log", &folder]);
    assert!(fine, "{said}");
}
