//! A frozen quarter and one evaluation, through every door of the store.

use hailong_core::{
    context::Actor,
    measure::evaluation::{self, Outcome, Stand, Status},
    refusal::Refusal,
    time::Month,
};
use hailong_store::{StoreError, measure::evaluation::SaidAt};

use super::world::{Desk, at};

/// The quarter is frozen by the program, corrected by the leader, and an official, the head and the leader say what they think.
pub async fn play(desk: &Desk<'_>) {
    let store = desk.store;
    let system = |when: &str| desk.ctx(Actor::System, at(when));
    assert!(!store.freeze_due(&system("2017-07-01T18:00")).await.unwrap(), "the last boxes are being sealed");
    assert!(store.freeze_due(&system("2017-07-03T18:00")).await.unwrap());
    assert!(!store.freeze_due(&system("2017-07-03T18:05")).await.unwrap(), "once");
    let quarter = store.newest_frozen().await.unwrap().unwrap();
    let leader = || desk.ctx(desk.official("huyen-dam-doi-leader"), at("2017-07-06T09:00"));
    let first = Month::of_quarter_key(&quarter).unwrap();
    let same = store.freeze_quarter(first, "Đọc lại", &leader()).await;
    assert!(matches!(same, Err(StoreError::Refused(Refusal::ReportUnchanged))), "{same:?}");
    let all = store.evaluations(&quarter).await.unwrap();
    let own = all.iter().find(|one| one.official == "tran-phan-1").unwrap();
    let id = own.evaluation_id;
    let official = desk.ctx(desk.official("tran-phan-1"), at("2017-07-05T09:00"));
    let head = desk.ctx(desk.official("tran-phan-head"), at("2017-07-05T10:00"));
    let said = store.step_evaluation(id, |one, key| {
        evaluation::answer(one, Stand::Objects, "Phản đối kín", key, &official)
    });
    said.await.unwrap();
    let decided = store
        .step_evaluation(id, |one, key| evaluation::decide(one, Outcome::Stands, "Lý do kín", key, &head));
    decided.await.unwrap();
    let asked =
        store.step_evaluation(id, |one, key| evaluation::ask_review(one, "Đề nghị kín", key, &official));
    asked.await.unwrap();
    let reviewed = store
        .step_evaluation(id, |one, key| evaluation::review(one, Outcome::Noted, "Xét kín", key, &leader()));
    reviewed.await.unwrap();
    let file = store.evaluation(id).await.unwrap().unwrap();
    let words = |said: &Option<SaidAt>| said.as_ref().map(|said| said.words.clone()).unwrap_or_default();
    assert_eq!(
        [&file.answer, &file.decision, &file.request, &file.review].map(words),
        ["Phản đối kín", "Lý do kín", "Đề nghị kín", "Xét kín"]
    );
    assert_eq!((file.evaluation.status, file.evaluation.version), (Status::Reviewed, 5));
}
