//! The demo is a function of its seed: the same journal on either engine, however it was interrupted.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use hailong_core::{
    measure::evaluation::{Outcome, Stand, Status},
    time::Instant,
};
use hailong_store::{Store, keys::Vault, serve::case::Whose};

/// Every kind of step that the demo plays, and how often at least in two thousand cases.
const PLAYED: [(&str, i64); 49] = [
    ("absence_noted", 3),
    ("apology_sent", 5),
    ("appointment_booked", 40),
    ("appointment_cancelled", 4),
    ("appointment_kept", 8),
    ("appointment_moved", 4),
    ("attachment_added", 20),
    ("box_sealed", 5),
    ("case_accepted", 1_500),
    ("case_extended", 1),
    ("case_finished", 1_500),
    ("case_handed_over", 300),
    ("case_opened", 2_000),
    ("case_paused", 10),
    ("case_refused", 3),
    ("case_resumed", 10),
    ("case_returned", 1_400),
    ("case_sent", 20),
    ("case_stopped", 1),
    ("case_withdrawn", 3),
    ("consultation_asked", 20),
    ("consultation_closed", 5),
    ("evaluation_answered", 10),
    ("evaluation_decided", 10),
    ("evaluation_opened", 16),
    ("evaluation_review_asked", 2),
    ("evaluation_reviewed", 1),
    ("guard_looked", 1),
    ("guidance_given", 50),
    ("invitation_used", 200),
    ("opinion_answered", 3),
    ("opinion_received", 10),
    ("opinion_triaged", 3),
    ("post_taken", 3),
    ("posting_confirmed", 300),
    ("queue_arranged", 4),
    ("report_frozen", 1),
    ("result_corrected", 2),
    ("result_sent_back", 1),
    ("result_submitted", 50),
    ("supplement_received", 5),
    ("supplement_requested", 50),
    ("ticket_attended", 30),
    ("ticket_called", 30),
    ("ticket_done", 20),
    ("ticket_issued", 50),
    ("ticket_missed", 1),
    ("ticket_recalled", 2),
    ("visit_recorded", 10),
];

const CASES: &str = "1200";

fn hailong() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    command.env_remove("HAILONG_DATABASE").env_remove("HAILONG_KEYS");
    command
}

fn play(database: &str, seed: &str) -> Command {
    play_cases(database, seed, CASES)
}

fn play_cases(database: &str, seed: &str, cases: &str) -> Command {
    let mut command = hailong();
    command.args(["demo", "--no-serve", "--database", database, "--cases", cases, "--seed", seed]);
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
    let here = |mut command: Command| {
        command.current_dir(folder.path());
        run(command)
    };
    here(play(&postgres, "7"));
    assert_eq!(verified_head(&postgres), verified_head(&embedded));
    let mut fresh = play(&postgres, "7");
    fresh.arg("--fresh");
    here(fresh);
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

#[tokio::test]
async fn every_kind_of_step_is_played_and_every_list_is_filled() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = sqlite(folder.path(), "demo.db");
    run(play_cases(&database, "2017", "2000"));
    verified_head(&database);

    let connection = rusqlite::Connection::open(folder.path().join("demo.db")).expect("the database");
    let counts = |sql: &str| -> BTreeMap<String, i64> {
        let mut found = connection.prepare(sql).expect("a query");
        let rows = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    };
    let kinds = counts("SELECT kind, COUNT(*) FROM journal GROUP BY kind");
    for (kind, least) in PLAYED {
        let found = kinds.get(kind).copied().unwrap_or(0);
        assert!(found >= least, "{kind}: {found}, not {least}: {kinds:?}");
    }
    let ways = counts("SELECT reception, COUNT(*) FROM case_file GROUP BY reception");
    assert!(
        ["counter", "post", "online", "mobile", "on_site"].iter().all(|way| ways.contains_key(*way)),
        "{ways:?}"
    );
    let ways =
        counts("SELECT return_way, COUNT(*) FROM case_file WHERE return_way IS NOT NULL GROUP BY return_way");
    assert!(["counter", "post", "online"].iter().all(|way| ways.contains_key(*way)), "{ways:?}");
    let replies = counts("SELECT reply, COUNT(*) FROM consultation WHERE reply IS NOT NULL GROUP BY reply");
    assert!(["agreed", "silent_consent"].iter().all(|reply| replies.contains_key(*reply)), "{replies:?}");
    let notices = counts("SELECT state, COUNT(*) FROM notice GROUP BY state");
    assert!(["unsent", "called"].iter().all(|state| notices.contains_key(*state)), "{notices:?}");
    let tickets = counts("SELECT state, COUNT(*) FROM ticket GROUP BY state");
    assert!(
        ["waiting", "called", "serving", "done", "missed"].iter().all(|state| tickets.contains_key(*state)),
        "{tickets:?}"
    );
    let with_ticket = counts("SELECT 'cases', COUNT(*) FROM case_file WHERE ticket IS NOT NULL");
    assert!(with_ticket["cases"] > 0, "no case was received with a ticket");
    // Somebody was told late, and somebody was not told at all: that is what a leader must see.
    let late = counts(
        "SELECT CASE WHEN clock LIKE '%reappointed%' THEN 'told' ELSE 'not told' END, COUNT(*) FROM case_file \
         WHERE on_time = 0 GROUP BY 1",
    );
    assert!(late.len() == 2, "{late:?}");
    lists(&database).await;
}

/// The lists that whoever signs in looks at first.
async fn lists(database: &str) {
    let url = database.parse().expect("an address");
    let store = Store::open(&url, 970, Vault::of_demo(2017)).await.expect("the record");
    let now = Instant::parse_local("2017-06-30T09:00").expect("a moment");
    let soon = now.plus_seconds(5 * 86_400);
    for whose in [
        Whose::Holder("tran-phan-1"),
        Whose::Office("tran-phan"),
        Whose::Office("nguyen-huan"),
        Whose::Office("huyen-dam-doi"),
    ] {
        let count = store.count_open(whose, now, soon).await.expect("a count");
        let lists = [count.late, count.today, count.soon, count.citizen, count.others];
        assert!(lists.iter().all(|list| *list > 0), "{whose:?}: {count:?}");
    }
    for office in store.directory().offices.iter().filter(|office| office.receives()) {
        let count = store.count_open(Whose::Office(&office.id), now, soon).await.expect("a count");
        let lists = [count.today, count.soon, count.citizen, count.others, count.ready];
        assert!(lists.iter().all(|list| *list > 0), "{}: {count:?}", office.id);
    }
    let late = async |office| store.count_open(Whose::Office(office), now, soon).await.expect("a count").late;
    evaluations(&store, now).await;
    let (bad, good) = (late("tran-phan").await, late("tan-thuan").await);
    assert!(bad > 3 * (good + 1), "{bad} late in a bad office, {good} in a good one");
}

/// The first quarter of 2017 has ended: everybody is heard about it, and the official, the head and the leader who sign in have one before them
/// with its clock running.
async fn evaluations(store: &Store, now: Instant) {
    let all = store.evaluations("2017-Q1").await.expect("evaluations");
    let of =
        |who: &str| all.iter().find(|one| one.official == who).unwrap_or_else(|| panic!("none of {who}"));
    let accepted = all.iter().filter(|one| one.stand == Some(Stand::Accepts)).count();
    assert!(2 * accepted > all.len(), "{accepted} of {} are accepted", all.len());
    let decided = |who| (of(who).status, of(who).stand, of(who).outcome);
    assert_eq!(decided("tan-thuan-1"), (Status::Decided, Some(Stand::Explains), Some(Outcome::Noted)));
    assert_eq!(decided("tran-phan-5"), (Status::Decided, Some(Stand::Objects), Some(Outcome::Stands)));
    assert_eq!(
        decided("thi-tran-dam-doi-2"),
        (Status::Reviewed, Some(Stand::Objects), Some(Outcome::SetAside))
    );
    let (directory, today) = (store.directory(), now.day());
    let steps = |who: &str, whose| {
        let viewer = directory.acting(who, today).expect("an official");
        of(whose).steps(&viewer, &directory, today)
    };
    assert!(steps("tran-phan-1", "tran-phan-1").ask_review);
    assert!(steps("tran-phan-head", "tran-phan-2").decide && of("tran-phan-2").due() > Some(today));
    assert!(
        steps("huyen-dam-doi-leader", "huyen-dam-doi-3").review && of("huyen-dam-doi-3").due() > Some(today)
    );
    let waiting = all.iter().filter(|one| one.due().is_some_and(|due| due < today));
    assert_eq!(waiting.map(|one| one.official.as_str()).collect::<Vec<_>>(), [""; 0], "nobody was forgotten");
}
