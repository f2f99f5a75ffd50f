//! The demo is a function of its seed: the same journal on either engine, however it was interrupted.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

const CASES: &str = "1200";

fn hailong() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    command.env_remove("HAILONG_DATABASE").env_remove("HAILONG_KEYS");
    command
}

fn play(database: &str, seed: &str) -> Command {
    let mut command = hailong();
    command.args(["demo", "--no-serve", "--database", database, "--cases", CASES, "--seed", seed]);
    command
}

fn run(mut command: Command) -> String {
    let output = command.output().expect("hailong starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// The journal's head, after everything was recomputed and compared.
fn verified_head(database: &str) -> String {
    let mut command = hailong();
    command.args(["verify", "--database", database]);
    let said = run(command);
    let head = said.split("Head ").nth(1).unwrap_or_else(|| panic!("verify names no head: {said}"));
    head.trim().trim_end_matches('.').to_owned()
}

fn sqlite(folder: &Path, name: &str) -> String {
    format!("sqlite:{}", folder.join(name).display())
}

#[test]
fn the_same_seed_gives_the_same_journal_however_it_was_interrupted() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = sqlite(folder.path(), "whole.db");
    run(play(&whole, "7"));
    let head = verified_head(&whole);

    let cut = sqlite(folder.path(), "cut.db");
    for mark in ["20 %", "50 %", "80 %"] {
        let mut child = play(&cut, "7").stdout(Stdio::piped()).spawn().expect("hailong starts");
        let lines = BufReader::new(child.stdout.take().expect("its words")).lines();
        let reached = lines.map_while(Result::ok).any(|line| line.starts_with(mark));
        assert!(reached, "the demo never said {mark}");
        child.kill().expect("killed");
        child.wait().expect("ended");
        verified_head(&cut);
    }
    run(play(&cut, "7"));
    assert_eq!(verified_head(&cut), head, "a demo that was killed three times ends alike");
    assert_eq!(run(play(&cut, "7")), "", "a demo that is over is not played again");

    let other = sqlite(folder.path(), "other.db");
    run(play(&other, "8"));
    assert_ne!(verified_head(&other), head, "another seed gives another district");
}

#[test]
fn a_demo_made_with_other_numbers_is_refused_and_fresh_begins_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = sqlite(folder.path(), "demo.db");
    run(play(&database, "7"));
    let head = verified_head(&database);
    let refused = play(&database, "8").output().expect("hailong starts");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--fresh"), "it says what to do");
    assert_eq!(verified_head(&database), head, "nothing was changed");
    let mut fresh = play(&database, "8");
    fresh.arg("--fresh");
    run(fresh);
    assert_ne!(verified_head(&database), head);
}

#[tokio::test]
async fn postgres_keeps_the_same_journal_as_sqlite() {
    let Ok(server) = std::env::var("HAILONG_TEST_POSTGRES") else {
        assert!(std::env::var_os("HAILONG_TEST_REQUIRE").is_none(), "HAILONG_TEST_POSTGRES is not set");
        eprintln!("skipped: HAILONG_TEST_POSTGRES is not set");
        return;
    };
    let name = format!("demo_{}", std::process::id());
    let (client, connection) =
        tokio_postgres::connect(&server, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database");
    let (place, _) = server.rsplit_once('/').expect("the address names a database");
    let postgres = format!("{place}/{name}");

    let folder = tempfile::tempdir().expect("a folder");
    let embedded = sqlite(folder.path(), "demo.db");
    run(play(&embedded, "7"));
    run(play(&postgres, "7"));
    assert_eq!(verified_head(&postgres), verified_head(&embedded));
    let mut fresh = play(&postgres, "7");
    fresh.arg("--fresh");
    run(fresh);
    assert_eq!(verified_head(&postgres), verified_head(&embedded), "begun anew, it ends alike");
    client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("dropped");
}

#[test]
fn keys_belong_to_their_record_and_are_never_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("real.db");
    std::fs::write(&file, "").expect("an empty database");
    let verify = |keys: &str| {
        let mut command = hailong();
        command.args(["verify", "--database", &format!("sqlite:{}", file.display())]);
        command.arg("--keys").arg(folder.path().join(keys));
        command.output().expect("hailong starts")
    };
    assert!(verify("right").status.success());
    assert!(verify("right").status.success());
    let wrong = verify("wrong");
    assert!(!wrong.status.success() && !folder.path().join("wrong").exists(), "no new keys are made");
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("--keys"), "it says what to do");
    let others = folder.path().join("others.db");
    std::fs::write(&others, "").expect("another empty database");
    let mut command = hailong();
    command.args(["verify", "--database", &format!("sqlite:{}", others.display())]);
    command.arg("--keys").arg(folder.path().join("theirs"));
    assert!(command.output().expect("hailong starts").status.success());
    assert!(!verify("theirs").status.success(), "the keys of another record are refused");
}

#[test]
fn a_head_that_was_kept_must_still_be_in_the_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = sqlite(folder.path(), "demo.db");
    run(play(&database, "7"));
    let said = run({
        let mut command = hailong();
        command.args(["verify", "--database", &database]);
        command
    });
    let entries = said.split(" journal entries").next().and_then(|before| before.rsplit(' ').next());
    let entries = entries.expect("verify counts the entries").to_owned();
    let head = verified_head(&database);
    let expect = |kept: String| {
        let mut command = hailong();
        command.args(["verify", "--database", &database, "--expect", &kept]);
        command.output().expect("hailong starts").status.success()
    };
    assert!(expect(format!("{entries}:{head}")));
    let other = if head.starts_with('0') { "1" } else { "0" };
    assert!(!expect(format!("{entries}:{other}{}", &head[1..])));
    assert!(!expect(format!("99999999:{head}")));
}
