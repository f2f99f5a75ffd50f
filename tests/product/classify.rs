//! `hailong classify` on the labelled opinions that come with the project.

use std::process::Command;

use serde_json::Value;

/// Weighted F1 on the texts held back.
fn weighted_f1(set: &str) -> f64 {
    let file = |part: &str| format!("{}/../../data/opinions/{set}.{part}.tsv", env!("CARGO_MANIFEST_DIR"));
    let classify = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
        let output = command.args(["classify", "--train", &file("train"), "--test", &file("test"), "--json"]);
        let output = output.output().expect("hailong starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        told["weighted_f1"].as_f64().unwrap()
    };
    let once = classify();
    assert_eq!(once.to_bits(), classify().to_bits(), "the same order of texts learns the same");
    once
}

/// Nine topics at 77 texts each, and three sentiments at 166: chance would be right in one of nine, and one of three.
#[test]
fn it_learns_from_a_few_hundred_texts_and_keeps_what_it_could() {
    let (topic, sentiment) = (weighted_f1("topic"), weighted_f1("sentiment"));
    assert!(topic >= 0.65, "topic: {topic}");
    assert!(sentiment >= 0.70, "sentiment: {sentiment}");
}
