//! Evaluations: frozen by the program, seen by the official first, decided by the head, reviewed by the leader.

use axum::http::StatusCode;
use hailong_core::context::Actor;

use crate::support::{OTHER, OWN, TestApp, at};

const OFFICIAL: &str = "tran-phan-1";
const HEAD: &str = "tran-phan-head";
const LEADER: &str = "huyen-dam-doi-leader";

/// An app in which the second quarter of 2017 was frozen, on another day; the address of the official's evaluation.
async fn frozen(app: &TestApp) -> String {
    let store = &app.app.store;
    app.cast(OWN, 1..6).await;
    app.seal(1).await;
    let directory = store.directory();
    let ctx = store.context(Actor::System, at("2017-07-03T18:00"), &directory, [9; 32]);
    assert!(store.freeze_due(&ctx).await.unwrap());
    let all = store.evaluations("2017-Q2").await.unwrap();
    let own = all.iter().find(|one| one.official == OFFICIAL).unwrap();
    format!("/work/evaluations/{}", own.evaluation_id)
}

#[tokio::test]
async fn the_official_sees_it_first_then_the_head_decides_and_the_leader_reviews() {
    let (app, template) = TestApp::new().await;
    let none = app.signed_in(OFFICIAL).get("/work/evaluations?period=2017-Q2").await;
    assert!(none.text.contains("Không có đánh giá nào"), "{}", none.text);
    let path = frozen(&app).await;
    let app = app.on("2017-07-05T09:00");
    let (mut official, mut head, mut leader) =
        (app.signed_in(OFFICIAL), app.signed_in(HEAD), app.signed_in(LEADER));
    for browser in [&mut head, &mut leader] {
        assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN, "not before the official");
        let list = browser.get("/work/evaluations").await.text;
        assert!(!list.contains(&path) && list.contains("cán bộ đang xem số liệu của mình trước"), "{list}");
    }
    let page = official.get(&path).await.text;
    assert!(page.contains("Đây là số liệu của ông/bà") && page.contains("value=\"explains\""), "{page}");
    assert!(!page.contains("name=\"outcome\""), "nobody decides about themselves");

    let objection = [("step", "answer"), ("stand", "objects"), ("words", "")];
    let empty = official.post(&path, &objection).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("value=\"objects\" checked"), "what was chosen is kept: {}", empty.text);
    let objection = [("step", "answer"), ("stand", "objects"), ("words", "Hai tuần ấy tôi nghỉ ốm <b>")];
    assert_eq!(official.post(&path, &objection).await.status, StatusCode::SEE_OTHER);
    let again = official.post(&path, &objection).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "a second click changes nothing");

    let page = head.get(&path).await.text;
    assert!(
        page.contains("Hai tuần ấy tôi nghỉ ốm &#60;b&#62;") && page.contains("name=\"outcome\""),
        "{page}"
    );
    let odd = head.post(&path, &[("step", "decide"), ("outcome", "fired"), ("words", "x")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    let decided = [("step", "decide"), ("outcome", "stands"), ("words", "Đã trừ hai tuần")];
    assert_eq!(head.post(&path, &decided).await.status, StatusCode::SEE_OTHER);
    let asked = [("step", "ask_review"), ("words", "Chưa trừ")];
    assert_eq!(official.post(&path, &asked).await.status, StatusCode::SEE_OTHER);
    let list = leader.get("/work/evaluations").await.text;
    assert!(list.contains(&path) && list.contains("Chờ ông/bà"), "{list}");
    let reviewed = [("step", "review"), ("outcome", "set_aside"), ("words", "Có giấy nghỉ ốm")];
    assert_eq!(leader.post(&path, &reviewed).await.status, StatusCode::SEE_OTHER);
    let page = official.get(&path).await.text;
    assert!(page.contains("Có giấy nghỉ ốm") && page.contains("Không dùng số liệu quý này"), "{page}");
    // Of another office: the leader when the official's days are over, the head never.
    let others = format!("/work/evaluations/{}", template.things[OTHER].evaluation);
    let later = app.on("2017-07-20T09:00");
    assert_eq!(later.signed_in(HEAD).get(&others).await.status, StatusCode::FORBIDDEN);
    assert_eq!(later.signed_in(LEADER).get(&others).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_frozen_quarter_is_signed_and_corrected_only_when_something_changed() {
    let (app, _template) = TestApp::new().await;
    frozen(&app).await;
    let later = app.on("2017-07-06T09:00");
    let mut leader = later.signed_in(LEADER);
    let page = leader.get("/work/evaluations?period=2017-Q2").await.text;
    let file = leader.get("/work/evaluations/report.json?period=2017-Q2&version=1").await;
    let hash = data_encoding::HEXLOWER
        .encode(&sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(&file.bytes)));
    assert!(page.contains(&hash), "the page tells the hash of the file");
    let verifier = app.app.store.log_key().unwrap();
    let verifier = hailong_core::listen::log::LogVerifier::parse(verifier.verifier()).unwrap();
    let versions = app.app.store.frozen_versions("2017-Q2").await.unwrap();
    assert!(verifier.text(versions[0].note.as_bytes()).unwrap().contains(&hash));

    let unchanged = leader.post("/work/evaluations?period=2017-Q2", &[("reason", "Đọc lại")]).await;
    assert_eq!(unchanged.status, StatusCode::CONFLICT);
    assert!(unchanged.text.contains("không có gì để đính chính") && unchanged.text.contains("Đọc lại"));
    let none = leader.post("/work/evaluations?period=2016-Q4", &[("reason", "x")]).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND, "there is nothing to correct");
    let official = later.signed_in(OFFICIAL).get("/work/evaluations/report.json?period=2017-Q2").await;
    assert_eq!(official.status, StatusCode::FORBIDDEN, "it names everybody");
}
