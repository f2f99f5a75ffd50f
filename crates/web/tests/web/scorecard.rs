//! Scorecards: who sees whose, and nothing before it can be said.

use crate::support::{OWN, TestApp};
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
    assert!(empty.contains("2015-Q4") && empty.contains("chưa có câu trả lời nào"), "{empty}");
    let odd = browser.get("/work/scorecards?period=%F0%9F%98%80").await;
    assert_eq!(odd.status, StatusCode::OK, "a period that is none is that of today");
}
