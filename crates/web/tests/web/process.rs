//! How cases went: who may look, what is shown, and the log to download.

use crate::support::{OTHER, OWN, PROCEDURE, TestApp};
use axum::http::StatusCode;

const LEADER: &str = "huyen-dam-doi-leader";

/// Ended cases of an office, enough to speak of.
async fn ended(app: &TestApp, office: &str, many: usize) {
    for _ in 0..many {
        app.invite(office).await;
    }
}

#[tokio::test]
async fn heads_look_at_their_own_office_and_the_leader_at_all() {
    let (app, _template) = TestApp::new().await;
    ended(&app, OWN, 21).await;
    let of = |office: &str| format!("/work/processes/{PROCEDURE}?quarter=2017-Q2&office={office}");
    for (who, office, status) in [
        ("tran-phan-1", OWN, StatusCode::FORBIDDEN),
        ("tran-phan-head", OWN, StatusCode::OK),
        ("tran-phan-head", OTHER, StatusCode::FORBIDDEN),
        (LEADER, OTHER, StatusCode::OK),
        (LEADER, "", StatusCode::OK),
        (LEADER, "nowhere", StatusCode::NOT_FOUND),
    ] {
        let page = app.signed_in(who).get(&of(office)).await;
        assert_eq!(page.status, status, "{who} looks at {office}");
    }
    let list = app.signed_in("tran-phan-head").get("/work/processes?quarter=2017-Q2").await.text;
    assert!(list.contains(&format!("/work/processes/{PROCEDURE}?quarter=2017-Q2")), "{list}");
    assert!(list.contains("Có kết quả → Trả kết quả") || list.contains("thời gian)"), "{list}");
    let empty = app.signed_in(LEADER).get("/work/processes?quarter=2016-Q1").await.text;
    assert!(empty.contains("chưa thủ tục nào có đủ 20"), "{empty}");
    for none in ["9.999999", "all?field=Kh%C3%B4ng%20c%C3%B3", &format!("{PROCEDURE}/log.exe")] {
        let page = app.signed_in(LEADER).get(&format!("/work/processes/{none}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{none}");
    }
}

#[tokio::test]
async fn a_page_has_the_map_its_table_and_all_the_rest() {
    let (app, _template) = TestApp::new().await;
    ended(&app, OWN, 21).await;
    ended(&app, OTHER, 3).await;
    let path = format!("/work/processes/{PROCEDURE}?quarter=2017-Q2");
    let head = app.signed_in("tran-phan-head").get(&path).await.text;
    for part in ["<svg class=\"chart flow\"", "id=\"waits\"", "id=\"steps\"", "id=\"ways\"", "log.xes?"] {
        assert!(head.contains(part), "{part}: {head}");
    }
    assert!(head.contains("cần ít nhất 10 hồ sơ trễ"), "too few late ones are not compared");
    let few = app.signed_in(LEADER).get(&format!("{path}&office={OTHER}")).await.text;
    assert!(few.contains("cần ít nhất 20 hồ sơ") && !few.contains("<svg class=\"chart flow\""), "{few}");
    let all = app.signed_in(LEADER).get("/work/processes/all?quarter=2017-Q2").await.text;
    assert!(all.contains("Tất cả thủ tục") && all.contains("<svg class=\"chart flow\""), "{all}");
}

#[tokio::test]
async fn a_log_has_the_cases_and_nobodys_name() {
    let (app, _template) = TestApp::new().await;
    ended(&app, OWN, 40).await;
    let mut head = app.signed_in("tran-phan-head");
    let file = |name: &str| format!("/work/processes/{PROCEDURE}/{name}?quarter=2017-Q2");
    let body = |answer: &crate::support::Answer| {
        if answer.bytes.is_empty() {
            answer.text.clone()
        } else {
            String::from_utf8(answer.bytes.clone()).unwrap()
        }
    };
    let csv = head.get(&file("log.csv")).await;
    assert_eq!(
        csv.headers["content-disposition"],
        format!("attachment; filename=\"hailong-{PROCEDURE}-2017-Q2.csv\"")
    );
    let text = body(&csv);
    let cases: std::collections::BTreeSet<&str> =
        text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(cases.len() >= 40, "more than one part: {}", cases.len());
    let xes = body(&head.get(&file("log.xes")).await);
    assert_eq!(xes.matches("<trace>").count(), cases.len());
    assert!(xes.trim_end().ends_with("</log>"));
    let ocel = body(&head.get(&file("log.json")).await);
    assert!(ocel.contains("\"objects\"") && ocel.trim_end().ends_with('}'));
    for log in [&text, &xes, &ocel] {
        for name in ["Nguyễn Văn An", "381234567", "0912345678", "tran-phan-1", "tran-phan-head"] {
            assert!(!log.contains(name), "{name}");
        }
    }
}
