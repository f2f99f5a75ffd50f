//! The leader's board, the opinions to answer, the administrator's page.

use crate::support::{OTHER, OWN, TestApp};
use axum::http::StatusCode;

const LEADER: &str = "huyen-dam-doi-leader";
const HEAD: &str = "tran-phan-head";

#[tokio::test]
async fn the_board_leads_to_cases_without_personal_data() {
    let (app, template) = TestApp::new().await;
    let mut leader = app.signed_in(LEADER);
    let board = leader.get("/lead").await;
    assert_eq!(board.status, StatusCode::OK);
    let offices = app.app.store.directory();
    assert!(offices.offices.iter().all(|office| board.text.contains(&office.unit_name)));
    let private = ["Nguyễn Văn An", "381234567", "0912345678", "Ấp Một", "/cases/0", "/cases/1"];
    let own = template.things[OWN].code.as_str();
    for (query, rows) in [
        ("", 2),
        ("?which=open&period=2017-Q2", 2),
        ("?which=late", 2),
        ("?which=on-time", 0),
        ("?which=overdue-finished&period=2017-Q2", 2),
        ("?which=overdue-finished&period=2017-Q1", 0),
        ("?office=tran-phan&which=open", 1),
        ("?office=tran-phan&which=overdue-finished", 1),
    ] {
        let page = leader.get(&format!("/lead/cases{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_eq!(page.text.matches("<tr><th scope=\"row\">").count(), rows, "{query}");
        let id = template.things[OWN].case.to_string();
        for word in private.iter().copied().chain([id.as_str()]) {
            assert!(!page.text.contains(word), "{query}: {word}");
        }
    }
    assert!(leader.get("/lead/cases?office=tran-phan&which=late").await.text.contains(own));
    assert_eq!(leader.get("/lead/cases?office=atlantis").await.status, StatusCode::NOT_FOUND);
    for official in ["tran-phan-1", HEAD, "huyen-dam-doi-admin"] {
        for path in ["/lead", "/lead/cases"] {
            assert_eq!(app.signed_in(official).get(path).await.status, StatusCode::FORBIDDEN, "{official}");
        }
    }
}

#[tokio::test]
async fn what_is_red_lands_on_the_head_and_the_board_hears_of_every_record() {
    let (app, _) = TestApp::new().await;
    let mut leader = app.signed_in(LEADER);
    let head = app.app.store.directory().official(HEAD).unwrap().name.clone();
    let board = leader.get("/lead").await.text;
    let red = &board[board.find("id=\"red\"").unwrap()..board.find("id=\"changed\"").unwrap()];
    assert!(red.contains(&head) && red.contains("1 hồ sơ đang trễ hẹn"), "{red}");
    assert!(red.contains("/lead/cases?office=tran-phan&#38;which=late"), "{red}");
    assert!(!red.contains("ý kiến quá hạn"), "nothing else is late yet: {red}");
    // Two weeks later nobody has sorted the opinions.
    let later = app.on("2017-07-14T09:00");
    let board = later.signed_in(LEADER).get("/lead").await.text;
    assert!(board.contains("1 ý kiến quá hạn trả lời"), "{board}");
    assert!(board.contains("data-refresh=\"/lead/events\""));
    let past = leader.get("/lead?period=2017-Q1").await.text;
    assert!(!past.contains("data-refresh"), "a quarter that ended does not move");
    let first = leader.get("/lead/events").await;
    assert!(first.text.contains("event: record"), "{}", first.text);
}

#[tokio::test]
async fn an_opinion_is_answered_once_by_the_head_of_its_office_or_the_leader() {
    let (app, template) = TestApp::new().await;
    let (own, other) = (&template.things[OWN], &template.things[OTHER]);
    let mut head = app.signed_in(HEAD);
    let inbox = head.get("/work/opinions").await.text;
    assert!(inbox.contains(&own.opinion.to_string()) && !inbox.contains(&other.opinion.to_string()));
    assert_eq!(head.get(&format!("/work/opinions/{}", other.opinion)).await.status, StatusCode::FORBIDDEN);
    let step = |opinion: &uuid::Uuid, step: &str| format!("/work/opinions/{opinion}/{step}");
    let sorted = [("class", "idea"), ("topic", "place"), ("urgency", "ordinary"), ("office", OWN)];
    let done = head.post(&step(&own.opinion, "triage"), &sorted).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/work/opinions?done=triage"));
    let answer = step(&own.opinion, "answer");
    let empty = head.post(&answer, &[("answer", " ")]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.text.contains("answer-error"));
    let words = "Xin lỗi ông/bà. Tuần sau có thêm hai mươi ghế.";
    let sent = head.post(&answer, &[("answer", words)]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/work/opinions?done=answer"));
    assert_eq!(
        head.post(&answer, &[("answer", words)]).await.status,
        StatusCode::SEE_OTHER,
        "a second click"
    );
    let all = "/work/opinions?view=all&state=answered";
    assert!(head.get(all).await.text.contains(&own.opinion.to_string()));
    assert!(!head.get("/work/opinions").await.text.contains(&own.opinion.to_string()));
    let mut leader = app.signed_in(LEADER);
    let late = leader.post(&answer, &[("answer", "Một câu trả lời khác.")]).await;
    assert!(late.status == StatusCode::CONFLICT && late.text.contains(words));
    let all = leader.get("/work/opinions?view=all").await.text;
    assert!(all.contains(&own.opinion.to_string()) && all.contains(&other.opinion.to_string()));
    let sorted = [("class", "idea"), ("topic", "place"), ("urgency", "ordinary"), ("office", OTHER)];
    leader.post(&step(&other.opinion, "triage"), &sorted).await;
    let sent = leader.post(&step(&other.opinion, "answer"), &[("answer", words)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let followed = app.browser().get(&format!("/opinions/{}", own.opinion_code)).await.text;
    assert!(followed.contains(words));
}

#[tokio::test]
async fn the_administrator_sees_the_installation_and_no_case() {
    let (app, template) = TestApp::new().await;
    let mut admin = app.signed_in("huyen-dam-doi-admin");
    let page = admin.get("/admin").await;
    assert_eq!(page.status, StatusCode::OK);
    for word in ["SQLite", "tran-phan-head", "Huyện Đầm Dơi"] {
        assert!(page.text.contains(word), "{word}");
    }
    for word in ["Nguyễn Văn An", template.things[OWN].code.as_str()] {
        assert!(!page.text.contains(word), "{word}");
    }
    for path in ["/work", "/work/receive", "/work/opinions", "/lead"] {
        assert_eq!(admin.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}
