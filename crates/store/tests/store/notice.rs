//! The outbox: filled with the event, emptied by one sender at a time, silent about whom it writes to.

use std::collections::BTreeSet;

use hailong_core::{
    context::Actor,
    serve::{
        appointment::{Book, Booker},
        case::{Mark, Outcome as Result, Step},
        notice::{Channel, Kind, Outcome, Problem, QuietHours, Routes, State, TRIES, Trouble},
        queue::Arrangement,
        succession::move_case,
    },
    time::Instant,
};
use hailong_store::{Store, StoreError, serve::notice::LEASE_SECONDS};
use uuid::Uuid;

use super::world::{Desk, PROCEDURE, applicant, at, worlds};

const FIRST: &str = "tran-phan-1";
const TROUBLE: Trouble = Trouble { problem: Problem::Busy, code: Some(451) };

fn routes() -> Routes {
    Routes { webhooks: vec!["portal".into()], ..Routes::default() }
}

fn mark(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Claims, and ends every claimed notice in the same way; how many there were.
async fn drain(store: &Store, number: u128, now: Instant, outcome: Outcome) -> usize {
    let quiet = QuietHours::default();
    let claim = store.claim_notices(mark(number), now, quiet, 100).await.unwrap();
    for file in &claim.notices {
        store.notice_done(claim.mark, file, outcome.clone(), now, quiet).await.unwrap();
    }
    claim.notices.len()
}

#[tokio::test]
async fn notices_are_written_with_the_event() {
    for world in worlds("notice_written").await {
        let (store, desk) = (&world.store, Desk::new(&world.store, 30));
        store.set_notice_routes(routes());
        let morning = at("2017-05-08T09:00");
        let id = desk.receive(FIRST, PROCEDURE, 1, morning).await;
        let found: Vec<_> = store.notices_of(id).await.unwrap();
        let ways: BTreeSet<_> = found.iter().map(|notice| (notice.kind, notice.channel)).collect();
        let expected = Channel::ALL.map(|channel| (Kind::Received, channel));
        assert_eq!(ways, BTreeSet::from(expected));
        assert!(found.iter().all(|notice| notice.state == State::Waiting && notice.send_at == morning));
        for notice in &found {
            let letter = store.letter(notice).await.unwrap().unwrap();
            let to = match notice.channel {
                Channel::Email => applicant(1).email,
                Channel::Phone => applicant(1).phone,
                Channel::Webhook => String::new(),
            };
            assert_eq!((letter.to, letter.procedure.as_str()), (to, PROCEDURE));
        }
        // A stale step leaves no notice.
        let finish = || Step::Finish { outcome: Result::Granted };
        let ctx = desk.ctx(desk.official(FIRST), morning.plus_seconds(60));
        assert!(store.step_case(id, Some(7), finish(), &ctx).await.is_err());
        assert_eq!(store.notices_of(id).await.unwrap().len(), 3);
        desk.step(FIRST, id, finish(), at("2017-05-08T22:30")).await;
        let ready: Vec<_> = store.notices_of(id).await.unwrap();
        let ready = ready.iter().filter(|notice| notice.kind == Kind::Ready);
        let times: Vec<_> = ready.map(|notice| (notice.channel, notice.send_at)).collect();
        let (night, morning) = (at("2017-05-08T22:30"), at("2017-05-09T07:00"));
        assert_eq!(times.len(), 3);
        for (channel, time) in times {
            assert_eq!(time, if channel == Channel::Webhook { night } else { morning }, "{channel:?}");
        }
    }
}

#[tokio::test]
async fn silence_is_kept_for_cases_of_long_ago() {
    for world in worlds("notice_silent").await {
        let (store, desk) = (&world.store, Desk::new(&world.store, 31));
        for mut batch in desk.batches("quach-pham", 90, at("2017-06-05T08:00")) {
            batch.silent = true;
            store.commit(batch).await.unwrap();
        }
        assert!(!store.notices_wait(at("2020-01-01T12:00")).await.unwrap());
    }
}

#[tokio::test]
async fn two_senders_never_hold_the_same_notice() {
    for world in worlds("notice_claim").await {
        let (store, desk) = (&world.store, Desk::new(&world.store, 32));
        let morning = at("2017-05-08T09:00");
        for number in 0..12 {
            desk.receive(FIRST, PROCEDURE, number, morning.plus_seconds(number.into())).await;
        }
        let now = at("2017-05-08T10:00");
        let quiet = QuietHours::default();
        let claims = (1..=6).map(|number| store.claim_notices(mark(number), now, quiet, 5));
        let claims = futures_util::future::join_all(claims).await;
        let mut seen = BTreeSet::new();
        for claim in &claims {
            for notice in &claim.as_ref().unwrap().notices {
                assert!(seen.insert(notice.id), "held twice");
            }
        }
        assert_eq!(seen.len(), 24, "an e-mail and a message for each");
        // Whoever held them has died: after the lease another gets them, with the same numbers.
        let early =
            store.claim_notices(mark(7), now.plus_seconds(LEASE_SECONDS - 1), quiet, 100).await.unwrap();
        assert!(early.notices.is_empty());
        let late = now.plus_seconds(LEASE_SECONDS);
        let again = store.claim_notices(mark(8), late, quiet, 100).await.unwrap();
        let numbers: BTreeSet<_> = again.notices.iter().map(|notice| notice.id).collect();
        assert_eq!(numbers, seen);
        // The first sender wakes up again: what it says of a notice that it no longer holds is not taken.
        let lost = &claims[0].as_ref().unwrap().notices[0];
        let sent = Outcome::Sent { via: String::new() };
        let late_word = store.notice_done(mark(1), lost, sent, late, quiet).await;
        assert!(matches!(late_word, Err(StoreError::Stale)), "{late_word:?}");
    }
}

#[tokio::test]
async fn what_fails_is_tried_again_and_then_shown_to_the_head() {
    for world in worlds("notice_failed").await {
        let (store, desk) = (&world.store, Desk::new(&world.store, 33));
        let mut now = at("2017-05-08T09:00");
        let id = desk.receive(FIRST, PROCEDURE, 1, now).await;
        assert_eq!(drain(store, 1, now, Outcome::Later(TROUBLE)).await, 2);
        assert_eq!(drain(store, 2, now.plus_seconds(59), Outcome::Later(TROUBLE)).await, 0, "not yet");
        let mut tries = 1;
        while let Some(next) = store
            .notices_of(id)
            .await
            .unwrap()
            .iter()
            .filter(|notice| notice.state == State::Waiting)
            .map(|notice| notice.send_at)
            .min()
        {
            assert!(now < next && !QuietHours::default().holds(next));
            now = next;
            tries += 1;
            assert_eq!(drain(store, 2 + u128::from(tries), now, Outcome::Later(TROUBLE)).await, 2);
        }
        assert_eq!(tries, TRIES);
        let failed = store.failed_notices("tran-phan", None, 10).await.unwrap();
        assert_eq!(failed.len(), 2);
        assert!(failed.iter().all(|notice| notice.trouble == Some(TROUBLE) && notice.tries == TRIES));
        let first = store.failed_notices("tran-phan", None, 1).await.unwrap().remove(0);
        let rest = store.failed_notices("tran-phan", Some((first.made_at, first.id)), 10).await.unwrap();
        assert_eq!(rest.iter().map(|notice| notice.id).collect::<Vec<_>>(), [failed[1].id]);
        assert!(store.failed_notices("tan-duyet", None, 10).await.unwrap().is_empty());
        // The head called one applicant, and has the other sent again.
        store.note_call(failed[0].id, "tran-phan-head", now).await.unwrap();
        store.send_again(failed[1].id, now).await.unwrap();
        assert!(matches!(store.send_again(failed[1].id, now).await, Err(StoreError::Stale)));
        let called = store.notice(failed[0].id).await.unwrap().unwrap();
        assert_eq!((called.state, called.ended_by.as_deref()), (State::Called, Some("tran-phan-head")));
        assert_eq!(store.letter(&called).await.unwrap(), None, "nothing is kept that is not needed");
        assert_eq!(drain(store, 99, now, Outcome::Sent { via: "zalo".into() }).await, 1);
        let sent = store.notice(failed[1].id).await.unwrap().unwrap();
        assert_eq!((sent.state, sent.via.as_deref(), sent.ended_at), (State::Sent, Some("zalo"), Some(now)));
        assert_eq!(store.letter(&sent).await.unwrap(), None);
        assert_eq!(store.last_notice_sent(sent.channel).await.unwrap(), Some(now));
        assert!(store.count_notices().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn endings_that_are_no_failure() {
    for world in worlds("notice_ends").await {
        let (store, desk) = (&world.store, Desk::new(&world.store, 34));
        let now = at("2017-05-08T09:00");
        let table = [
            (Outcome::NoChannel, State::Unsent, Some(Problem::NoChannel)),
            (Outcome::Erased, State::Erased, None),
            (Outcome::Outdated, State::Outdated, None),
            (Outcome::Never(TROUBLE), State::Failed, Some(Problem::Busy)),
        ];
        for (number, (outcome, state, problem)) in (1..).zip(table) {
            let id = desk.receive(FIRST, PROCEDURE, number, now).await;
            assert_eq!(drain(store, number.into(), now, outcome).await, 2);
            for notice in store.notices_of(id).await.unwrap() {
                assert_eq!((notice.state, notice.trouble.map(|trouble| trouble.problem)), (state, problem));
            }
        }
        let counts = store.count_notices().await.unwrap();
        let counts: Vec<_> = counts.iter().map(|count| (count.state, count.channel, count.count)).collect();
        let expected = [
            (State::Failed, Channel::Email, 1),
            (State::Failed, Channel::Phone, 1),
            (State::Unsent, Channel::Email, 1),
            (State::Unsent, Channel::Phone, 1),
        ];
        assert_eq!(counts, expected);
    }
}

#[tokio::test]
async fn people_sleep_and_programs_do_not() {
    for world in worlds("notice_quiet").await {
        let (store, desk) = (&world.store, Desk::new(&world.store, 35));
        store.set_notice_routes(routes());
        desk.receive(FIRST, PROCEDURE, 1, at("2017-05-08T16:00")).await;
        // Nothing was sent before the evening.
        let night = at("2017-05-08T23:00");
        let claim = store.claim_notices(mark(1), night, QuietHours::default(), 10).await.unwrap();
        let channels: Vec<_> = claim.notices.iter().map(|notice| notice.channel).collect();
        assert_eq!(channels, [Channel::Webhook]);
    }
}

#[tokio::test]
async fn the_missing_documents_are_named() {
    let world = worlds("notice_missing").await.remove(0);
    let (store, desk) = (&world.store, Desk::new(&world.store, 36));
    let now = at("2017-05-08T09:00");
    let command = desk.command(PROCEDURE, 3, now);
    let id = command.case_id;
    let missing = desk.check(PROCEDURE, Mark::Missing, "Thiếu tờ khai bí mật");
    store.receive_case(command, missing, &desk.ctx(desk.official(FIRST), now)).await.unwrap();
    let found = store.notices_of(id).await.unwrap();
    assert!(found.iter().all(|notice| notice.kind == Kind::SupplementNeeded));
    let letter = store.letter(&found[0]).await.unwrap().unwrap();
    let documents = store.directory().procedure_on(PROCEDURE, now.day()).unwrap().documents.len();
    assert_eq!(letter.facts.missing, (0..documents).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_booking_is_confirmed_and_remembered() {
    for world in worlds("notice_booking").await {
        let (store, desk) = (&world.store, Desk::new(&world.store, 37));
        let citizen = |when| desk.ctx(Actor::Citizen, at(when));
        let arrangement = Arrangement::usual("tran-phan");
        let head = desk.ctx(desk.official("tran-phan-head"), at("2017-06-26T07:30"));
        store.arrange_queue(arrangement, 0, &head).await.unwrap();
        let booker = Booker { name: "Trần Kín".into(), phone: "0918000001".into() };
        let slot = at("2017-06-28T08:00");
        let book = Book { group: "A".into(), slot_at: slot, booker };
        let code = store.book_appointment("tran-phan", book, &citizen("2017-06-26T08:00")).await.unwrap();
        let id = store.appointment_by_code(&code).await.unwrap().unwrap().appointment.id;
        let told = async || {
            let found = store.notices_of(id).await.unwrap();
            found.into_iter().map(|notice| (notice.kind, notice.send_at)).collect::<BTreeSet<_>>()
        };
        let first = [(Kind::Booked, at("2017-06-26T08:00")), (Kind::Reminder, at("2017-06-27T16:00"))];
        assert_eq!(told().await, BTreeSet::from(first));
        let later = at("2017-06-29T08:00");
        store.move_appointment(id, later, &citizen("2017-06-26T09:00")).await.unwrap();
        store.cancel_appointment(id, &citizen("2017-06-26T10:00")).await.unwrap();
        let all = first.into_iter().chain([
            (Kind::BookingMoved, at("2017-06-26T09:00")),
            (Kind::Reminder, at("2017-06-28T16:00")),
            (Kind::BookingCancelled, at("2017-06-26T10:00")),
        ]);
        assert_eq!(told().await, all.collect());
        let found = store.notices_of(id).await.unwrap();
        let moved = found.iter().find(|notice| notice.kind == Kind::BookingMoved).unwrap();
        let letter = store.letter(moved).await.unwrap().unwrap();
        assert_eq!((letter.facts.due, letter.facts.before), (Some(later), Some(slot)));
        assert_eq!((letter.to.as_str(), letter.name.as_str()), ("0918000001", "Trần Kín"));
    }
}

#[tokio::test]
async fn with_the_office_goes_who_looks_after_what_failed() {
    for world in worlds("notice_moved").await {
        let (store, desk) = (&world.store, Desk::new(&world.store, 38));
        let now = at("2017-05-08T09:00");
        let id = desk.receive(FIRST, PROCEDURE, 1, now).await;
        drain(store, 1, now, Outcome::Never(TROUBLE)).await;
        let case = store.case(id).await.unwrap().unwrap().case;
        let ctx = desk.ctx(Actor::System, now.plus_seconds(60));
        let moved = move_case(&case, "tran-phan", "tan-duyet", "tan-duyet-1", &ctx).unwrap();
        store.commit(moved).await.unwrap();
        assert!(store.failed_notices("tran-phan", None, 10).await.unwrap().is_empty());
        assert_eq!(store.failed_notices("tan-duyet", None, 10).await.unwrap().len(), 2);
        let told = store.notices_of(id).await.unwrap();
        let told = told.iter().filter(|notice| notice.kind == Kind::OfficeChanged).collect::<Vec<_>>();
        assert_eq!(told.len(), 2);
        let letter = store.letter(told[0]).await.unwrap().unwrap();
        assert_eq!(letter.office_id, "tan-duyet");
    }
}
