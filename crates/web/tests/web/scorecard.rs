//! Scorecards: who sees whose, and nothing before it can be said.

use crate::support::{OTHER, OWN, TestApp};
use axum::http::StatusCode;

#[tokio::test]
async fn an_official_sees_the_own_card_a_head_the_office_and_a_leader_all() {
    let (app, _template) = TestApp::new().await;
    let list = "/work/scorecards?period=2017-Q2";
    let own = app.signed_in("tran-phan-1").get(list).await.text;
    assert!(own.contains("/work/scorecards/official/tran-phan-1?period=2017-Q2"), "{own}");
    assert!(!own.contains("/work/scorecards/official/tran-phan-2?"), "nobody sees a colleague's");
    let head = app.signed_in("tran-phan-head").get(list).await.text;
    assert!(
        head.contains("/work/scorecards/official/tran-phan-1?")
            && !head.contains("/work/scorecards/official/tan-duc")
    );
    let leader = app.signed_in("huyen-dam-doi-leader").get(list).await.text;
    assert!(leader.contains("/work/scorecards/official/tran-phan-1?"), "{leader}");
    for (who, whose, status) in [
        ("tran-phan-1", "tran-phan-1", StatusCode::OK),
        ("tran-phan-1", "tran-phan-2", StatusCode::FORBIDDEN),
        ("tran-phan-head", "tran-phan-2", StatusCode::OK),
        ("tran-phan-head", "tan-duc-1", StatusCode::FORBIDDEN),
        ("huyen-dam-doi-leader", "tan-duc-1", StatusCode::OK),
        ("huyen-dam-doi-leader", "nobody", StatusCode::NOT_FOUND),
    ] {
        let page = app.signed_in(who).get(&format!("/work/scorecards/official/{whose}?period=2017-Q2")).await;
        assert_eq!(page.status, status, "{who} looks at {whose}");
    }
}

#[tokio::test]
async fn below_twenty_answers_no_figure_is_shown() {
    let (app, _template) = TestApp::new().await;
    app.cast(OWN, 1..6).await;
    app.seal(1).await;
    let mut browser = app.signed_in("tran-phan-1");
    let page = browser.get("/work/scorecards/official/tran-phan-1?period=2017-Q2").await.text;
    assert!(page.contains("câu trả lời: chưa đủ để nói"), "{page}");
    assert!(!page.contains("class=\"facts why\""), "and none of the steps to it");
    let empty = browser.get("/work/scorecards?period=2016-Q1").await.text;
    assert!(empty.contains("2015-Q4") && empty.contains("chưa có gì được tính ở đây"), "{empty}");
    let odd = browser.get("/work/scorecards?period=%F0%9F%98%80").await;
    assert_eq!(odd.status, StatusCode::OK, "a period that is none is that of today");
}

#[tokio::test]
async fn what_is_no_persons_is_shown_to_all_who_work_here_and_money_to_the_head_only() {
    let (app, _template) = TestApp::new().await;
    app.cast(OWN, 1..6).await;
    app.cast(OTHER, 1..6).await;
    app.seal(2).await;
    let mut official = app.signed_in("tran-phan-1");
    for of in ["office", "procedure", "field"] {
        let list = official.get(&format!("/work/scorecards?of={of}&period=2017-Q2")).await;
        assert_eq!(list.status, StatusCode::OK);
        assert!(list.text.contains(&format!("/work/scorecards/{of}/")), "{of}: {}", list.text);
    }
    let office = "/work/scorecards/office/tran-phan?period=2017-Q2";
    let money = "Người nói bị đòi thêm tiền";
    assert!(!official.get(office).await.text.contains(money), "that is for the head and the leader");
    assert!(app.signed_in("tran-phan-head").get(office).await.text.contains(money));
    let others = app.signed_in("tran-phan-head").get("/work/scorecards/office/tan-duc?period=2017-Q2").await;
    assert!(others.status == StatusCode::OK && !others.text.contains(money), "not of other offices");
    assert!(app.signed_in("huyen-dam-doi-leader").get(office).await.text.contains(money));
    let field = "/work/scorecards/field/H%E1%BB%99%20t%E1%BB%8Bch?period=2017-Q2";
    let page = official.get(field).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for none in ["field/Kh%C3%B4ng%20c%C3%B3", "office/nowhere", "nothing/tran-phan", "procedure/9.999999"] {
        let page = official.get(&format!("/work/scorecards/{none}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{none}");
    }
}
