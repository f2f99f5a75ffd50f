//! No acknowledged write is lost: a writer is killed again and again, and everything it was told is kept is there.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use hailong_core::context::Entropy;
use hailong_store::{Store, Url, keys::Vault, verify::verify};
use uuid::Uuid;

use super::world::{AUTHORITY, Desk, at, ballot, publish, seed};

const KILLS: u64 = 50;
const FILE: &str = "HAILONG_TEST_KILL_FILE";
const LANE: &str = "HAILONG_TEST_KILL_LANE";

async fn open(file: &Path) -> Store {
    Store::open(&Url::Sqlite(file.to_owned()), AUTHORITY, Vault::of_demo(7)).await.unwrap()
}

/// The process that is killed; does nothing unless the test below starts it.
#[test]
#[ignore = "started by `a_killed_writer_loses_nothing`"]
fn writer() {
    let (Ok(file), Ok(lane)) = (std::env::var(FILE), std::env::var(LANE)) else { return };
    let lane: u64 = lane.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Arc::new(open(&PathBuf::from(file)).await);
        if store.head().await.unwrap().0 == 0 {
            publish(&store).await;
        }
        let tasks = tokio::task::LocalSet::new();
        for hand in 0..6 {
            let store = Arc::clone(&store);
            tasks.spawn_local(async move { write(&store, 1_000 + lane * 10 + hand).await });
        }
        tasks.await;
    });
}

/// Whole cases and ballots without end; what was acknowledged is told at once.
async fn write(store: &Store, lane: u64) {
    let tell = |subject: &[u8], version: i64| {
        let subject = Uuid::from_slice(subject).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "kept {subject} {version}").and_then(|()| out.flush()).unwrap();
    };
    let desk = Desk::new(store, lane);
    for number in 0.. {
        for batch in desk.batches("tran-phan", number, at("2017-05-03T08:00")) {
            let entries: Vec<_> =
                batch.entries.iter().map(|entry| (entry.subject.0.clone(), entry.version)).collect();
            store.commit(batch).await.unwrap();
            entries.iter().for_each(|(subject, version)| tell(subject, *version));
            if let [_, (invitation, 1)] = &entries[..] {
                let id = Uuid::from_slice(invitation).unwrap();
                desk.cast(id, ballot(number), at("2017-05-04T08:00")).await;
                tell(invitation, 2);
            }
        }
        tokio::task::yield_now().await;
    }
}

fn start(file: &Path, lane: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["kill::writer", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FILE, file)
        .env(LANE, lane.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets a writer write for a while, kills it, and gives what it was told is kept.
fn kill_after(file: &Path, lane: u64, wait: Duration) -> Vec<(Uuid, i64)> {
    let mut child = start(file, lane);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let mut kept = Vec::new();
        let mut line = String::new();
        while out.read_line(&mut line).unwrap_or(0) > 0 {
            // The last line may be torn; the first ones are the test harness's.
            if let Some(rest) = line.strip_prefix("kept ").and_then(|rest| rest.strip_suffix('\n')) {
                let (subject, version) = rest.split_once(' ').unwrap();
                kept.push((subject.parse().unwrap(), version.parse().unwrap()));
            }
            line.clear();
        }
        kept
    });
    std::thread::sleep(wait);
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(!status.success() && status.code().is_none(), "the writer ended by itself: {status}");
    reader.join().unwrap()
}

#[test]
fn a_killed_writer_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let moments = Entropy::new(seed(50));
    let mut kept: Vec<(Uuid, i64)> = Vec::new();
    let mut rounds_with_writes = 0;
    for round in 0..KILLS {
        let wait = Duration::from_millis(20 + moments.below(480) as u64);
        let fresh = kill_after(&file, round, wait);
        rounds_with_writes += u64::from(!fresh.is_empty());
        runtime.block_on(async {
            let store = open(&file).await;
            for (subject, version) in &fresh {
                let history = store.history(subject.as_bytes()).await.unwrap();
                assert!(
                    history.iter().any(|line| line.version == *version),
                    "round {round}: {subject} {version} is lost"
                );
            }
        });
        kept.extend(fresh);
    }
    assert!(rounds_with_writes > KILLS / 2, "only {rounds_with_writes} of {KILLS} writers had written");
    runtime.block_on(async {
        let store = open(&file).await;
        for (subject, version) in &kept {
            let history = store.history(subject.as_bytes()).await.unwrap();
            assert!(history.len() as i64 >= *version, "{subject} {version} was lost later");
        }
        let report = verify(&store).await.unwrap();
        assert_eq!(report.trouble, None, "{report}");
        assert!(report.entries >= kept.len() as i64);
        eprintln!("{} kept writes, {rounds_with_writes} rounds with writes, {report}", kept.len());
    });
}
