//! Alarms: who sees which, what is said and decided of them, and calls that ask whether a rating was theirs.

use axum::http::StatusCode;
use hailong_core::{
    context::Actor,
    measure::guard::{self, Finding, Kind},
    time::Month,
};
use hailong_store::measure::guard::About;
use uuid::Uuid;

use crate::support::{OTHER, OWN, TestApp, at, ctx};

/// Two alarms of Trần Phán: one about the roll that names its first official, one about the clock.
async fn raise(app: &TestApp, told: bool, case: Uuid) -> (Uuid, Uuid) {
    let finding = |kind, official: Option<&str>| Finding {
        kind,
        office_id: OWN.into(),
        official: official.map(str::to_owned),
        p: 500,
        family: 4,
        family_p: 2_000,
        q: 9_000,
        parts: Vec::new(),
        seen: 30,
        of: 60,
        usual: 200_000,
        cases: vec![case],
        more: 0,
    };
    let store = &app.app.store;
    let directory = store.directory();
    let found = [finding(Kind::ForgedRatings, Some("tran-phan-1")), finding(Kind::SlowReceipt, None)];
    let quarter = Month::of_quarter_key("2017-Q1").unwrap();
    let ctx = ctx(store, &directory, Actor::System, "2017-04-20T03:00");
    store.commit(guard::raise(quarter, &found, told, &ctx).unwrap()).await.unwrap();
    let alarms = store.alarms(About::All, None, 10).await.unwrap();
    let of = |kind| alarms.iter().find(|file| file.state.alarm.finding.kind == kind);
    let id = |kind| of(kind).map_or(Uuid::nil(), |file| file.state.alarm.alarm_id);
    (id(Kind::ForgedRatings), id(Kind::SlowReceipt))
}

#[tokio::test]
async fn an_alarm_is_seen_by_whom_it_concerns_answered_and_decided_above() {
    let (app, template) = TestApp::new().await;
    let things = &template.things[OWN];
    let (roll, clock) = raise(&app, true, things.case).await;
    let page = |id| format!("/work/guard/{id}");
    for (who, id, status) in [
        ("huyen-dam-doi-leader", roll, StatusCode::OK),
        ("tran-phan-head", clock, StatusCode::OK),
        ("tran-phan-1", roll, StatusCode::OK),
        ("tran-phan-1", clock, StatusCode::NOT_FOUND),
        ("tran-phan-1", Uuid::from_u128(7), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(app.signed_in(who).get(&page(id)).await.status, status, "{who}");
    }
    let code = things.code.as_str();
    let mut named = app.signed_in("tran-phan-1");
    let text = named.get(&page(roll)).await.text;
    assert!(
        !text.contains(code) && text.contains("chuyện riêng của người dân"),
        "who rated is not told: {text}"
    );
    let head = app.signed_in("tran-phan-head").get(&page(clock)).await.text;
    assert!(head.contains(code) && !head.contains("name=\"verdict\""), "{head}");
    let sent =
        named.post(&format!("/work/guard/{roll}/answer"), &[("answer", "Tuần ấy có đoàn giúp.")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let mut leader = app.signed_in("huyen-dam-doi-leader");
    let text = leader.get(&page(roll)).await.text;
    assert!(
        text.contains("Tuần ấy có đoàn giúp.") && text.contains(code) && text.contains("name=\"verdict\"")
    );
    let verdict = format!("/work/guard/{roll}/verdict");
    let nothing = leader.post(&verdict, &[("reason", "Đã hỏi mười người.")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text.contains("Đã hỏi mười người."), "what was typed is kept");
    leader.get(&page(roll)).await;
    let given = leader.post(&verdict, &[("verdict", "innocent"), ("reason", "Đã hỏi mười người.")]).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text);
    let list = leader.get("/work/guard?done=guard-done-verdict").await.text;
    assert!(list.contains("Có lý do bình thường") && list.contains("1 cảnh báo đã kết luận"), "{list}");
    let text = named.get(&page(roll)).await.text;
    assert!(text.contains("Đã hỏi mười người.") && !text.contains("name=\"answer\""), "{text}");
}

#[tokio::test]
async fn what_is_only_observed_is_told_to_nobody() {
    let (app, template) = TestApp::new().await;
    raise(&app, false, template.things[OWN].case).await;
    // Each office has one of a quarter of before.
    for (who, seen) in [("huyen-dam-doi-leader", 2), ("tran-phan-head", 1), ("tran-phan-1", 0)] {
        let text = app.signed_in(who).get("/work/guard").await.text;
        assert_eq!(text.matches("href=\"/work/guard/").count(), seen, "{who}: {text}");
        assert_eq!(text.contains("Chưa có cảnh báo nào."), seen == 0);
    }
    let text = app.signed_in("huyen-dam-doi-leader").get("/work/guard").await.text;
    assert!(text.contains("2 điều lạ"), "{text}");
}

#[tokio::test]
async fn people_who_rated_are_asked_whether_they_did_and_the_result_is_shown_above() {
    let (app, _template) = TestApp::new().await;
    app.cast(OTHER, 1..6).await;
    let mut caller = app.signed_in("tran-phan-1");
    caller.get("/work/calls").await;
    let drawn = caller.post("/work/calls", &[("office", OTHER), ("ask", "rated")]).await;
    assert_eq!(drawn.status, StatusCode::SEE_OTHER, "{}", drawn.text);
    let lists = app.app.store.call_lists(OWN, at("2017-06-30T09:00").day()).await.unwrap();
    let list = lists.iter().find(|list| list.audit).unwrap().list_id;
    let place = format!("/work/calls/{list}/1");
    let page = caller.get(&place).await.text;
    assert!(page.contains("value=\"not-rated\"") && !page.contains("name=\"overall\""), "{page}");
    assert_eq!(caller.post(&place, &[("what", "not-rated")]).await.status, StatusCode::SEE_OTHER);
    assert_ne!(caller.get(&place).await.status, StatusCode::OK, "nobody is asked twice");
    // On the card of the office that was asked about: for the leader, not for others' heads.
    let card = format!("/work/scorecards/office/{OTHER}?period=2017-Q2");
    let said = "Trong quý hỏi được 1 người: chưa đủ để nói";
    for (who, told) in [("tran-phan-1", false), ("tran-phan-head", false), ("huyen-dam-doi-leader", true)] {
        let page = app.signed_in(who).get(&card).await;
        assert_eq!((page.status, page.text.contains(said)), (StatusCode::OK, told), "{who}: {}", page.text);
    }
    let above = app.signed_in("huyen-dam-doi-leader").get("/work/guard").await.text;
    assert!(above.contains("id=\"audits\"") && above.contains("Hỏi tiếp"), "{above}");
    let own = app.signed_in("tran-phan-head").get("/work/guard").await.text;
    assert!(!own.contains("id=\"audits\""), "only those above are told: {own}");
}
