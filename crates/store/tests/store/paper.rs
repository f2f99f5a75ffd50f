//! Ballots on paper and calls through the doors of the store.

use hailong_core::{
    context::{Actor, Context},
    listen::{
        call::MOST_AT_ONCE,
        invitation::Way,
        paper::{self, MOST_OPEN},
        rating::Ballot,
    },
    refusal::Refusal,
    serve::applicant::Group,
};
use hailong_store::StoreError;
use uuid::Uuid;

use super::{
    script::OFFICE,
    world::{Desk, at, ballot},
};

const DAY: &str = "2017-07-04T09:00";

fn refused<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> Refusal {
    match outcome {
        Err(StoreError::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// Stubs of persons (see `applicant`), with their codes.
pub async fn stubs(desk: &Desk<'_>, first: u32, n: u32) -> Vec<(Uuid, String)> {
    let mut stubs = Vec::new();
    for number in 0..n {
        let invitation = desk.whole_case(OFFICE, first + number * 3, at("2017-06-20T08:30")).await;
        stubs.push((invitation, desk.store.invitation_code(invitation).await.unwrap().unwrap()));
    }
    stubs
}

/// Two people type the same sheets, the second with one slip of the finger that is corrected.
pub async fn type_twice(desk: &Desk<'_>, batch: Uuid, sheets: &[Ballot]) {
    let store = desk.store;
    let by = |id: &str| desk.ctx(desk.official(id), at(DAY));
    let wrong = Ballot { overall: if sheets[0].overall == 1 { 5 } else { 1 }, ..sheets[0].clone() };
    for (number, sheet) in (1..).zip(sheets) {
        store.type_sheet(batch, number, sheet.clone(), &by("tran-phan-1")).await.unwrap();
        let second = if number == 1 { &wrong } else { sheet };
        store.type_sheet(batch, number, second.clone(), &by("tran-phan-2")).await.unwrap();
    }
    for id in ["tran-phan-1", "tran-phan-2"] {
        store.sheets_done(batch, true, &by(id)).await.unwrap();
    }
    let file = store.paper_file(batch).await.unwrap();
    assert_eq!(paper::differences(&file.entries[0], &file.entries[1]).len(), 1);
    assert_eq!(refused(store.send_paper(batch, &by("tran-phan-1")).await), Refusal::EntriesDiffer);
    store.type_sheet(batch, 1, sheets[0].clone(), &by("tran-phan-2")).await.unwrap();
}

/// A batch that is sent, one that is given up and one that is left lying; calls that are answered and missed.
pub async fn play(desk: &Desk<'_>) {
    let store = desk.store;
    let by = |id: &str| desk.ctx(desk.official(id), at(DAY));
    let clerk = || by("tran-phan-1");
    let stubs = stubs(desk, 600, 5).await;
    let batch = store.open_paper(OFFICE, Group::Person, &clerk()).await.unwrap();
    for (_, code) in &stubs[..4] {
        store.add_stub(batch, code, &clerk()).await.unwrap();
    }
    assert_eq!(refused(store.add_stub(batch, &stubs[0].1, &clerk()).await), Refusal::StubTwice);
    let unknown = store.add_stub(batch, "1234 5678 9012 3456", &clerk()).await;
    assert_eq!(refused(unknown), Refusal::InvitationUnknown);
    store.add_stub(batch, &stubs[4].1, &clerk()).await.unwrap();
    store.take_out_stub(batch, &stubs[4].1, &clerk()).await.unwrap();
    assert_eq!(store.paper_file(batch).await.unwrap().stubs, 4);
    let sheets: Vec<_> = (1..=3).map(|n| Ballot { words: format!("Lời {n}"), ..ballot(n) }).collect();
    type_twice(desk, batch, &sheets).await;
    store.type_sheet(batch, 4, ballot(4), &clerk()).await.unwrap();
    store.drop_sheet(batch, &clerk()).await.unwrap();
    let third = store.type_sheet(batch, 1, ballot(1), &by("tran-phan-head")).await;
    assert_eq!(refused(third), Refusal::BatchTaken);
    // One stub is used another way meanwhile: three are left for three sheets.
    store.cast(stubs[0].0, ballot(3), Way::Link, &desk.ctx(Actor::Citizen, at(DAY))).await.unwrap();
    store.send_paper(batch, &clerk()).await.unwrap();
    for (id, _) in &stubs[..4] {
        assert!(store.invitation(*id).await.unwrap().unwrap().used);
    }
    assert_eq!(refused(store.send_paper(batch, &clerk()).await), Refusal::BatchOver);
    store.deny_rating(stubs[1].0, &desk.ctx(Actor::Citizen, at(DAY))).await.unwrap();
    let sent = &store.paper_batches(OFFICE, false).await.unwrap()[0];
    assert_eq!((sent.sent, sent.sheets, sent.stubs), (true, 3, 3));

    let left = store.open_paper(OFFICE, Group::Organisation, &clerk()).await.unwrap();
    store.type_sheet(left, 1, ballot(1), &clerk()).await.unwrap();
    let elsewhere = store.add_stub(left, &stubs[4].1, &clerk()).await;
    assert_eq!(refused(elsewhere), Refusal::StubElsewhere, "a person's");
    let given_up = store.open_paper(OFFICE, Group::Person, &clerk()).await.unwrap();
    store.give_up_paper(given_up, &clerk()).await.unwrap();
    for _ in 1..MOST_OPEN {
        store.open_paper(OFFICE, Group::Person, &clerk()).await.unwrap();
    }
    let more = store.open_paper(OFFICE, Group::Person, &clerk()).await;
    assert_eq!(refused(more), Refusal::TooManyBatches);
    let system = |when| desk.ctx(Actor::System, at(when));
    assert_eq!(store.clear_paper(&system("2017-07-18T23:59")).await.unwrap(), 0);
    assert_eq!(store.clear_paper(&system("2017-07-19T00:05")).await.unwrap(), MOST_OPEN);
    assert!(store.paper_batch(left).await.unwrap().is_some_and(|batch| !batch.open));
    calls(desk).await;
}

async fn calls(desk: &Desk<'_>) {
    let store = desk.store;
    let by = |id: &str| desk.ctx(desk.official(id), at(DAY));
    let caller = || -> Context<'_> { by("tan-duyet-1") };
    assert_eq!(refused(store.draw_calls(OFFICE, false, &by("tran-phan-2")).await), Refusal::OwnOffice);
    let id = store.draw_calls(OFFICE, false, &caller()).await.unwrap();
    assert_eq!(refused(store.draw_calls(OFFICE, false, &caller()).await), Refusal::CallsOpen);
    let (list, lines) = store.call_list(id).await.unwrap().unwrap();
    assert!((2..=MOST_AT_ONCE).contains(&lines.len()), "{}", lines.len());
    assert_eq!(store.call_lists("tan-duyet", at(DAY).day()).await.unwrap(), [list]);
    let (_, callee) = store.callee(id, 1, &caller()).await.unwrap();
    assert!(callee.name.starts_with("Nguyễn Thị Bí Mật") && callee.phone.starts_with("0918"));
    assert_eq!(refused(store.callee(id, 1, &by("tran-phan-2")).await), Refusal::OwnOffice);
    assert_eq!(refused(store.callee(id, 1, &by("tan-tien-1")).await), Refusal::NotYourOffice);
    store.answer_call(id, 1, ballot(4), &caller()).await.unwrap();
    assert_eq!(refused(store.callee(id, 1, &caller()).await), Refusal::CallOver, "never seen again");
    assert_eq!(refused(store.answer_call(id, 1, ballot(4), &caller()).await), Refusal::CallOver);
    store.miss_call(id, 2, false, &caller()).await.unwrap();
    store.miss_call(id, 2, false, &caller()).await.unwrap();
    assert_eq!(refused(store.callee(id, 2, &caller()).await), Refusal::CallOver, "tried twice");
    for line in &lines[2..] {
        store.miss_call(id, line.place, true, &caller()).await.unwrap();
    }
    // Whoever was tried twice or declined is not drawn again.
    let again = store.draw_calls(OFFICE, false, &caller()).await;
    if let Ok(second) = again {
        let (_, others) = store.call_list(second).await.unwrap().unwrap();
        assert!(others.iter().all(|one| lines.iter().all(|line| line.invitation_id != one.invitation_id)));
    }
}
