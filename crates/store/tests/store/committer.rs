//! The one door for writes: refusals spare their neighbours, nothing is lost, numbers have no gap.

use std::{collections::BTreeSet, sync::Arc};

use hailong_core::{
    batch::Batch,
    context::Actor,
    listen::invitation::Way,
    refusal::Refusal,
    serve::case::{Mark, Step},
};
use hailong_store::{Store, StoreError, Url, keys::Vault, verify::verify};

use super::world::{AUTHORITY, Desk, PROCEDURE, World, at, ballot, seed, worlds};

async fn is_whole(store: &Store) {
    let report = verify(store).await.unwrap();
    assert_eq!(report.trouble, None, "{}: {report}", store.engine_name());
}

/// Submits everything before anything can be answered, so that the committer finds it waiting, then collects the
/// answers.
async fn at_once(store: &Store, batches: Vec<Batch>) -> Vec<Result<i64, StoreError>> {
    let pending: Vec<_> = batches.into_iter().map(|batch| store.submit(batch).unwrap()).collect();
    let mut answers = Vec::new();
    for one in pending {
        answers.push(one.done().await);
    }
    answers
}

#[tokio::test]
async fn a_stale_step_is_refused_and_its_neighbours_are_kept() {
    for world in worlds("neighbours").await {
        let store = &world.store;
        let desk = Desk::new(store, 2);
        let mut batches = Vec::new();
        for number in 0..40 {
            batches.extend(desk.batches("tran-phan", number, at("2017-05-03T08:00")));
        }
        // Among the 200: a step made on an old view of a case, twice the same case, and half of a good batch joined
        // to a bad one, of which nothing may be kept.
        let stale = batches[51].clone();
        let again = batches[100].clone();
        let mut half = desk.batches("tran-phan", 77, at("2017-05-03T09:00")).swap_remove(0);
        half.entries.extend(stale.entries.clone());
        let lost = half.entries[0].subject.0.clone();
        batches.insert(120, half);
        batches.insert(110, again);
        batches.insert(90, stale);
        let answers = at_once(store, batches).await;
        let refused: Vec<_> = answers.iter().enumerate().filter(|(_, answer)| answer.is_err()).collect();
        assert_eq!(refused.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [90, 111, 122]);
        assert!(refused.iter().all(|(_, answer)| matches!(answer, Err(StoreError::Stale))), "{refused:?}");
        assert!(store.history(&lost).await.unwrap().is_empty());
        let numbers: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
        assert!(numbers.is_sorted());
        assert_eq!(store.head().await.unwrap().0, *numbers[numbers.len() - 1] as i64);
        is_whole(store).await;
    }
}

#[tokio::test]
async fn what_the_actor_saw_must_still_be_so() {
    for world in worlds("seen").await {
        let store = &world.store;
        let desk = Desk::new(store, 3);
        let id = desk.receive("tran-phan-1", PROCEDURE, 1, at("2017-05-03T08:00")).await;
        let hand_over = Step::HandOver { to: "tran-phan-2".into(), reason: String::new() };
        let ctx = desk.ctx(desk.official("tran-phan-1"), at("2017-05-03T08:10"));
        let old = store.step_case(id, Some(1), hand_over.clone(), &ctx).await;
        assert!(matches!(old, Err(StoreError::Refused(Refusal::Stale))), "{old:?}");
        store.step_case(id, Some(2), hand_over, &ctx).await.unwrap();
        assert_eq!(store.case(id).await.unwrap().unwrap().case.version, 3);
    }
}

#[tokio::test]
async fn a_full_queue_says_so_and_loses_nothing() {
    for world in worlds("full").await {
        let store = &world.store;
        let desk = Desk::new(store, 4);
        let before = store.head().await.unwrap().0;
        let block = Block::writing(&world.folder.path().join("record.db"));
        let (mut pending, mut busy) = (Vec::new(), Vec::new());
        for number in 0..6_000 {
            let batch = desk.batches("tran-phan", number, at("2017-05-03T08:00")).swap_remove(0);
            let subject = batch.entries[0].subject.0.clone();
            match store.submit(batch) {
                Ok(one) => pending.push((subject, one)),
                Err(StoreError::Busy) => busy.push(subject),
                Err(error) => panic!("{error}"),
            }
            if busy.len() == 10 {
                break;
            }
        }
        assert!(busy.len() == 10 && pending.len() >= 4_096, "{} taken, {} not", pending.len(), busy.len());
        drop(block);
        let taken = pending.len() as i64;
        for (subject, one) in pending {
            one.done().await.unwrap();
            assert_eq!(store.history(&subject).await.unwrap().len(), 1);
        }
        for subject in busy {
            assert!(store.history(&subject).await.unwrap().is_empty());
        }
        assert_eq!(store.head().await.unwrap().0, before + taken);
        is_whole(store).await;
    }
}

/// Keeps an SQLite file from being written until it is dropped. (PostgreSQL's committer runs on the test's own
/// thread and does not move before the test waits.)
struct Block(Option<rusqlite::Connection>);

impl Block {
    fn writing(file: &std::path::Path) -> Self {
        let block = file.exists().then(|| {
            let connection = rusqlite::Connection::open(file).unwrap();
            connection.execute_batch("BEGIN IMMEDIATE").unwrap();
            connection
        });
        Self(block)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if let Some(connection) = &self.0 {
            connection.execute_batch("ROLLBACK").unwrap();
        }
    }
}

#[tokio::test]
async fn the_journal_is_the_same_however_writes_are_grouped() {
    let mut heads = BTreeSet::new();
    for together in [true, false] {
        for world in worlds(if together { "together" } else { "apart" }).await {
            let store = &world.store;
            let desk = Desk::new(store, 5);
            let mut batches = Vec::new();
            for number in 0..30 {
                batches.extend(desk.batches("tran-phan", number, at("2017-05-03T08:00")));
            }
            if together {
                // A refused one in the middle changes how the group is written, but not what.
                batches.insert(70, batches[3].clone());
                let answers = at_once(store, batches).await;
                assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), 1);
            } else {
                for batch in batches {
                    store.commit(batch).await.unwrap();
                }
            }
            heads.insert(store.head().await.unwrap());
            is_whole(store).await;
        }
    }
    assert_eq!(heads.len(), 1, "{heads:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_writers_leave_no_gap_in_the_numbers() {
    for world in worlds("numbers").await {
        let mut writers = Vec::new();
        for lane in 0..16 {
            let store = Arc::clone(&world.store);
            writers.push(tokio::spawn(async move { write(&store, lane).await }));
        }
        let mut codes = BTreeSet::new();
        let mut numbers = BTreeSet::new();
        for writer in writers {
            for id in writer.await.unwrap() {
                let file = world.store.case(id).await.unwrap().unwrap();
                assert!(codes.insert(file.code.unwrap()));
                assert!(numbers.insert(file.book_number.unwrap()));
            }
        }
        assert_eq!(numbers, (1..=160).collect(), "the book has no gap");
        let office = world.store.directory().office("tran-phan").unwrap().case_prefix.clone();
        let expected = (1..=160).map(|n| format!("{office}-170503-{n:04}")).collect();
        assert_eq!(codes, expected, "the day's codes have no gap");
        is_whole(&world.store).await;
    }
}

/// Ten cases, each with a twin that is refused after it had taken a number.
async fn write(store: &Store, lane: u64) -> Vec<uuid::Uuid> {
    let desk_of = || (Desk::new(store, 100 + lane), at("2017-05-03T08:00"));
    let mut ids = Vec::new();
    let mut bad = Vec::new();
    let mut good = Vec::new();
    {
        let (desk, morning) = desk_of();
        for number in 0..10 {
            let command = desk.command(PROCEDURE, lane as u32 * 10 + number, morning);
            ids.push(command.case_id);
            let ctx = desk.ctx(desk.official("tran-phan-1"), morning);
            let (mut batch, case) = hailong_core::serve::case::open(command, &ctx).unwrap();
            let check = Step::Check(desk.check(PROCEDURE, Mark::Present, ""));
            batch.entries.extend(hailong_core::serve::case::step(&case, check, None, &ctx).unwrap().entries);
            let mut twin = batch.clone();
            // Takes its numbers, and is then refused for the case that exists already.
            twin.entries.reverse();
            good.push(batch);
            bad.push(twin);
        }
    }
    for (good, bad) in good.into_iter().zip(bad) {
        store.commit(good).await.unwrap();
        assert!(matches!(store.commit(bad).await, Err(StoreError::Stale)));
    }
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_invitation_counts_once() {
    for world in worlds("once").await {
        let invitation = Desk::new(&world.store, 6).whole_case("tran-phan", 1, at("2017-05-03T08:00")).await;
        let mut tries = Vec::new();
        for n in 0..10 {
            let store = Arc::clone(&world.store);
            tries.push(tokio::spawn(async move {
                let directory = store.directory();
                // A context is not shared between threads; made and used here.
                let ctx = store.context(Actor::Citizen, at("2017-05-04T10:00"), &directory, seed(500 + n));
                cast(&store, invitation, n as u32, ctx).await
            }));
        }
        let mut counted = 0;
        for one in tries {
            match one.await.unwrap() {
                Ok(()) => counted += 1,
                Err(StoreError::Refused(Refusal::InvitationUsed)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(counted, 1);
        assert_eq!(world.store.waiting_ballots().await.unwrap().iter().map(|(_, _, n)| n).sum::<i64>(), 1);
        is_whole(&world.store).await;
    }
}

async fn cast(
    store: &Store,
    invitation: uuid::Uuid,
    number: u32,
    ctx: hailong_core::context::Context<'_>,
) -> Result<(), StoreError> {
    store.cast(invitation, ballot(number), Way::Link, &ctx).await.map(|_| ())
}

#[tokio::test]
async fn a_database_of_another_program_is_refused() {
    for change in [
        "INSERT INTO schema_version (version, checksum) VALUES (99, 'x')",
        "UPDATE schema_version SET checksum = 'x' WHERE version = 1",
    ] {
        let world = World::found(None).await;
        let file = world.folder.path().join("record.db");
        drop(world.store);
        rusqlite::Connection::open(&file).unwrap().execute(change, []).unwrap();
        let opened = Store::open(&Url::Sqlite(file), AUTHORITY, Vault::of_demo(7)).await;
        assert!(matches!(opened.map(|_| ()), Err(StoreError::Schema(_))));
    }
}
