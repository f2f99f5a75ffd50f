//! One script of commands through every door of the store.

use hailong_core::{
    context::Actor,
    listen::opinion::Opinion,
    serve::case::{Mark, Outcome, Step},
};
use hailong_store::{Store, account::Account};
use uuid::Uuid;

use super::world::{Desk, PROCEDURE, applicant, at, ballot};

pub const OFFICE: &str = "tran-phan";
pub const FIRST: &str = "tran-phan-1";

/// What the script leaves to look up.
pub struct Played {
    pub cases: Vec<Uuid>,
    pub invitations: Vec<Uuid>,
    pub codes: Vec<String>,
}

/// Plays the script.
pub async fn play(store: &Store) -> Played {
    let desk = Desk::new(store, 1);
    let mut played = Played { cases: Vec::new(), invitations: Vec::new(), codes: Vec::new() };
    for number in 0..24 {
        let day = at("2017-04-03T08:00").plus_seconds(i64::from(number) * 86_400);
        let office = if number < 21 { OFFICE } else { "tan-duyet" };
        let invitation = desk.whole_case(office, number, day).await;
        played.cases.push(store.invitation(invitation).await.unwrap().unwrap().invited.case_id);
        played.invitations.push(invitation);
    }
    work(&desk, &mut played).await;
    for (number, invitation) in (0..).zip(&played.invitations) {
        desk.cast(
            *invitation,
            ballot(number),
            at("2017-06-01T10:15").plus_seconds(i64::from(number) * 7_000),
        )
        .await;
        if number == 12 {
            let ctx = desk.ctx(Actor::System, at("2017-06-02T23:00"));
            assert!(store.seal_boxes(&ctx).await.unwrap() > 0);
        }
    }
    let ctx = desk.ctx(Actor::System, at("2017-06-03T23:00"));
    store.seal_boxes(&ctx).await.unwrap();
    for batch in desk.batches("quach-pham", 90, at("2017-06-05T08:00")) {
        store.commit(batch).await.unwrap();
    }
    opinions(&desk, &mut played).await;
    accounts(store).await;
    played
}

/// Cases that end in every other way, or have not ended.
async fn work(desk: &Desk<'_>, played: &mut Played) {
    let store = desk.store;
    let noon = at("2017-05-08T10:00");
    // Supplement, then accepted; then finished late.
    let command = desk.command(PROCEDURE, 40, noon);
    let id = command.case_id;
    let missing = desk.check(PROCEDURE, Mark::Missing, "Thiếu tờ khai bí mật");
    store.receive_case(command, missing, &desk.ctx(desk.official(FIRST), noon)).await.unwrap();
    let check = desk.check(PROCEDURE, Mark::Present, "");
    desk.step(FIRST, id, Step::Check(check), at("2017-05-09T08:30")).await;
    desk.step(FIRST, id, Step::Finish { outcome: Outcome::Denied }, at("2017-06-20T08:30")).await;
    played.cases.push(id);
    // Opened only, by a person known from before.
    let known = store.find_person("phone", &applicant(40).phone).await.unwrap().unwrap();
    let mut command = desk.command(PROCEDURE, 40, noon.plus_seconds(60));
    command.known = Some((known.0, known.2));
    played.cases.push(command.case_id);
    store.open_case(command, &desk.ctx(desk.official(FIRST), noon.plus_seconds(60))).await.unwrap();
    // Refused, before and after a promise.
    let refuse = || Step::Refuse { reason: "Không thuộc thẩm quyền, lý do kín".into() };
    let promised = desk.receive(FIRST, PROCEDURE, 41, noon.plus_seconds(120)).await;
    desk.step(FIRST, promised, refuse(), noon.plus_seconds(3_600)).await;
    let command = desk.command(PROCEDURE, 42, noon.plus_seconds(180));
    let unpromised = command.case_id;
    store.open_case(command, &desk.ctx(desk.official(FIRST), noon.plus_seconds(180))).await.unwrap();
    desk.step(FIRST, unpromised, refuse(), noon.plus_seconds(7_200)).await;
    played.cases.extend([promised, unpromised]);
    // Running, some late by the end of June.
    for number in 43..50 {
        let day = at("2017-06-19T13:30").plus_seconds(i64::from(number - 43) * 86_400);
        played.cases.push(desk.receive(FIRST, PROCEDURE, number, day).await);
    }
}

async fn opinions(desk: &Desk<'_>, played: &mut Played) {
    let store = desk.store;
    for number in 0..5 {
        let opinion = Opinion {
            words: format!("Góp ý kín số {number}"),
            name: if number % 2 == 0 { "Trần Văn Giấu Tên".into() } else { String::new() },
            contact: String::new(),
        };
        let when = at("2017-06-05T15:00").plus_seconds(number * 60);
        let office = if number == 4 { "tan-duyet" } else { OFFICE };
        let code = store.receive_opinion(office, opinion, &desk.ctx(Actor::Citizen, when)).await.unwrap();
        played.codes.push(code);
    }
    let first = store.opinion_by_code(&played.codes[0]).await.unwrap().unwrap();
    let ctx = desk.ctx(desk.official("tran-phan-head"), at("2017-06-06T09:00"));
    store.answer_opinion(first.opinion_id, "Đã tiếp thu, trả lời kín", &ctx).await.unwrap();
}

async fn accounts(store: &Store) {
    for (login, official) in [("sang", FIRST), ("vinh", "tran-phan-2")] {
        let account =
            Account { login: login.into(), official_id: official.into(), password_hash: "$argon2$".into() };
        store.keep_account(&account).await.unwrap();
        store.begin_session(login.as_bytes(), login, 1_000, 9_000).await.unwrap();
    }
    store.begin_session(b"other", "vinh", 1_000, 9_000).await.unwrap();
    store.end_session(b"other").await.unwrap();
    store.keep_setting("place", "first").await.unwrap();
    store.keep_setting("place", "second").await.unwrap();
}
