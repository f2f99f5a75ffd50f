//! The steps of a case between reception and result, as officials of two levels send them.

use crate::support::{Answer, Browser, TestApp};
use axum::http::StatusCode;
use hailong_core::serve::case::State;
use hailong_store::account::Account;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const CLERK: &str = "tran-phan-1";
const HEAD: &str = "tran-phan-head";
const HEAD_OF_DISTRICT: &str = "huyen-dam-doi-head";
/// Confirmation of marital status: three working days, six documents.
const PROCEDURE: &str = "1.004873";

/// A browser of an official who has no account in the template.
async fn sign_in(app: &TestApp, official: &str) -> Browser {
    let account =
        Account { login: official.into(), official_id: official.into(), password_hash: "none".into() };
    app.app.store.keep_account(&account).await.unwrap();
    let now = app.app.clock.machine();
    let hash: [u8; 32] = Sha256::digest(official.as_bytes()).into();
    app.app.store.begin_session(&hash, official, now, now + 3_600_000_000).await.unwrap();
    app.signed_in(official)
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

async fn step(browser: &mut Browser, case: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let version = hidden(&browser.get(case).await.text, "version");
    let fields = [fields, &[("version", version.as_str())]].concat();
    browser.post(&format!("{case}/{action}"), &fields).await
}

async fn does(browser: &mut Browser, case: &str, action: &str, fields: &[(&str, &str)]) {
    let answer = step(browser, case, action, fields).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, format!("{case}?done={action}").as_str()),
        "{action}: {}",
        answer.text
    );
    assert_eq!(browser.get(answer.location()).await.status, StatusCode::OK);
}

/// Receives a case with everything there; its path.
async fn receive(browser: &mut Browser, procedure: &str, outcome: &str) -> String {
    let form = browser.get(&format!("/work/receive/{procedure}")).await;
    let id = hidden(&form.text, "case_id");
    let fields = [
        ("case_id", id.as_str()),
        ("limit", "0"),
        ("kind", "person"),
        ("name", "Lê Thị Thơm"),
        ("identity_number", "385111222"),
        ("phone", "0911222333"),
        ("address", "Ấp Tân Điền"),
        ("residence", "tran-phan"),
        ("all_documents", "yes"),
    ];
    let review = browser.post(&format!("/work/receive/{procedure}/review"), &fields).await;
    assert_eq!(review.status, StatusCode::OK, "{}", review.text);
    let promised = hidden(&review.text, "promised");
    let fields = [&fields[..], &[("outcome", outcome), ("promised", promised.as_str())]].concat();
    let answer = browser.post(&format!("/work/receive/{procedure}"), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    format!("/cases/{id}")
}

async fn state(app: &TestApp, case: &str) -> State {
    let id = Uuid::parse_str(case.trim_start_matches("/cases/")).unwrap();
    app.app.store.case(id).await.unwrap().unwrap().case.state
}

#[tokio::test]
async fn from_the_commune_to_the_district_and_back() {
    let (app, _template) = TestApp::new().await;
    let mut clerk = app.signed_in(CLERK);
    let case = receive(&mut clerk, PROCEDURE, "receive").await;
    // After appraisal something is missing: nothing ticked is refused at its field, then the time stands still.
    let answer = step(&mut clerk, &case, "request-supplement", &[("reason", "Thiếu bản sao.")]).await;
    assert!(answer.status.is_client_error());
    assert!(answer.text.contains("request-supplement-missing") && answer.text.contains("Thiếu bản sao."));
    does(&mut clerk, &case, "request-supplement", &[("missing-0", "yes"), ("reason", "Thiếu bản sao.")])
        .await;
    assert_eq!(state(&app, &case).await, State::SupplementRequested);
    does(&mut clerk, &case, "receive-supplement", &[]).await;
    // Another body is asked, and answers.
    let page = clerk.get(&case).await.text;
    let consultation = hidden(&page, "consultation");
    let ask = [
        ("consultation", consultation.as_str()),
        ("body", "Công an xã Trần Phán"),
        ("question", "Xin xác nhận cư trú."),
        ("answer_by", "2017-07-03"),
    ];
    does(&mut clerk, &case, "consult", &ask).await;
    let early = step(&mut clerk, &case, "submit", &[("outcome", "granted"), ("note", "Đủ điều kiện.")]).await;
    assert!(early.text.contains("chưa có trả lời"), "{}", early.text);
    let answer = [("which", consultation.as_str()), ("reply", "agreed"), ("answer", "Có cư trú.")];
    does(&mut clerk, &case, "answer", &answer).await;
    does(
        &mut clerk,
        &case,
        "visit",
        &[("visited", "2017-06-30"), ("visited_time", "08:00"), ("words", "Tại ấp 4.")],
    )
    .await;
    // To the district, which sees it now, and back with its answer.
    does(&mut clerk, &case, "send", &[("to_office", "huyen-dam-doi")]).await;
    assert!(clerk.get("/work?whose=away").await.text.contains(&case));
    let mut district = sign_in(&app, HEAD_OF_DISTRICT).await;
    assert!(district.get("/work?whose=office").await.text.contains(&case));
    let sent = step(&mut district, &case, "send", &[("to_office", "tran-phan")]).await;
    assert_eq!(sent.location(), "/work?whose=office", "it is not the district's any more");
    assert_eq!(district.get(&case).await.status, StatusCode::FORBIDDEN);
    let mut head = app.signed_in(HEAD);
    does(&mut head, &case, "apologise", &[("to_day", "2017-07-12"), ("reason", "Chờ xác minh.")]).await;
    does(&mut head, &case, "submit", &[("outcome", "granted"), ("note", "Đủ điều kiện.")]).await;
    does(&mut head, &case, "send-back", &[("reason", "Sửa tên.")]).await;
    does(&mut head, &case, "finish", &[("outcome", "granted")]).await;
    does(&mut clerk, &case, "return", &[("way", "post")]).await;
    does(&mut clerk, &case, "correct", &[("fault", "office"), ("reason", "Sai năm sinh.")]).await;
    let report = hailong_store::verify::verify(&app.app.store).await.unwrap();
    assert!(report.trouble.is_none(), "{report}");
}

#[tokio::test]
async fn pauses_ends_and_what_is_offered() {
    let (app, _template) = TestApp::new().await;
    let mut clerk = app.signed_in(CLERK);
    let case = receive(&mut clerk, PROCEDURE, "receive").await;
    let page = clerk.get(&case).await.text;
    assert!(page.contains("id=\"do-pause\"") && !page.contains("id=\"do-return\""));
    assert!(!page.contains("id=\"do-extend\""), "no law gives this procedure more time");
    // Who sends a step that is not on the page reads why it is not: where the case stands, the rule, and its article.
    let early = step(&mut clerk, &case, "return", &[("way", "counter")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    for words in [
        "Hồ sơ đang ở bước",
        "Trả kết quả khi kết quả đã ký và sẵn sàng",
        "Quyết định 09/2015/QĐ-TTg; cần kiểm tra",
    ] {
        assert!(early.text.contains(words), "{words}: {}", early.text);
    }
    does(&mut clerk, &case, "pause", &[("pause", "financial_duty"), ("reason", "Chờ nộp thuế.")]).await;
    let page = clerk.get(&case).await.text;
    assert!(page.contains("id=\"do-resume\"") && !page.contains("id=\"do-finish\""));
    assert!(clerk.get("/work?tab=citizen").await.text.contains(&case));
    does(&mut clerk, &case, "resume", &[]).await;
    does(&mut clerk, &case, "lose", &[("reason", "Ướt một bản sao, đã xin lỗi.")]).await;
    does(&mut clerk, &case, "withdraw", &[("reason", "Người nộp không cần nữa.")]).await;
    assert_eq!(state(&app, &case).await, State::Withdrawn);
    let other = receive(&mut clerk, PROCEDURE, "receive").await;
    does(&mut clerk, &other, "stop", &[("reason", "Người nộp đã mất.")]).await;
    assert_eq!(state(&app, &other).await, State::Stopped);
    let unknown = clerk.post(&format!("{case}/dance"), &[("version", "1")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_known_applicant_is_found_and_a_copy_is_certified_on_the_spot() {
    let (app, _template) = TestApp::new().await;
    let mut clerk = app.signed_in(CLERK);
    let first = receive(&mut clerk, PROCEDURE, "receive").await;
    let find = "/work/receive/2.000815/find";
    for number in ["385111222", "0911 222 333"] {
        let found = clerk.post(find, &[("find", number)]).await;
        assert!(
            found.text.contains("value=\"Lê Thị Thơm\"") && found.text.contains("Đã điền sẵn"),
            "{number}"
        );
    }
    let unknown = clerk.post(find, &[("find", "385999888")]).await;
    assert!(unknown.text.contains("value=\"385999888\"") && unknown.text.contains("Chưa có ai"));
    let copy = receive(&mut clerk, "2.000815", "resolve").await;
    assert_eq!(state(&app, &copy).await, State::Returned);
    // Both are found by number; the first by its code too, and a stranger finds neither.
    let found = clerk.post("/work/find", &[("what", "0911222333")]).await.text;
    assert!(found.contains(&first) && found.contains(&copy));
    let mut stranger = sign_in(&app, "tan-duc-1").await;
    let nothing = stranger.post("/work/find", &[("what", "0911222333")]).await.text;
    assert!(!nothing.contains(&first) && !nothing.contains(&copy));
    let id = Uuid::parse_str(first.trim_start_matches("/cases/")).unwrap();
    let code = app.app.store.case(id).await.unwrap().unwrap().code.unwrap();
    assert_eq!(clerk.post("/work/find", &[("what", &code)]).await.location(), first);
}

#[tokio::test]
async fn filters_are_saved_and_guidance_is_kept() {
    let (app, _template) = TestApp::new().await;
    let mut clerk = app.signed_in(CLERK);
    let filter =
        [("whose", "office"), ("tab", "late"), ("procedure", "1.001193"), ("title", "Khai sinh quá hạn")];
    let saved = clerk.post("/work/filters", &filter).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let page = clerk.get(saved.location()).await.text;
    assert!(page.contains("Khai sinh quá hạn"), "{page}");
    assert!(!app.signed_in(HEAD).get("/work").await.text.contains("Khai sinh quá hạn"));
    let id = hidden(&clerk.get("/work/guidance").await.text, "id");
    let words = "Cần tờ khai và giấy chứng sinh.";
    let given = [("id", id.as_str()), ("procedure", "1.001193"), ("reception", "counter"), ("words", words)];
    for _ in 0..2 {
        assert_eq!(clerk.post("/work/guidance", &given).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(clerk.get("/work/guidance").await.text.matches(words).count(), 1);
    let empty = [("id", id.as_str()), ("procedure", "1.001193"), ("reception", "counter")];
    let empty = clerk.post("/work/guidance", &empty).await;
    assert!(empty.text.contains("words-error"));
}

#[tokio::test]
async fn a_case_comes_in_over_the_network_once() {
    let (app, _template) = TestApp::new().await;
    let mut citizen = app.browser();
    let nonce = hidden(&citizen.get("/apply/1.001193").await.text, "nonce");
    let fields = [
        ("nonce", nonce.as_str()),
        ("office", "tran-phan"),
        ("kind", "person"),
        ("name", "Lê Thị Thơm"),
        ("identity_number", "385111222"),
        ("phone", "0911222333"),
    ];
    let wrong = [&fields[..4], &[("identity_number", "12"), ("phone", "0911222333")]].concat();
    let refused = citizen.post("/apply/1.001193", &wrong).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains("Lê Thị Thơm"));
    let sent = citizen.post("/apply/1.001193", &fields).await;
    assert!(sent.location().starts_with("/track/"), "{}", sent.text);
    assert_eq!(citizen.post("/apply/1.001193", &fields).await.location(), sent.location());
    assert_eq!(citizen.get(sent.location()).await.status, StatusCode::OK);
    // Another browser with the same form makes another case: nobody learns a track by repeating a form.
    let mut other = app.browser();
    other.get("/apply/1.001193").await;
    assert_ne!(other.post("/apply/1.001193", &fields).await.location(), sent.location());
    // The head has it, checks it, and the time begins.
    let mut head = app.signed_in(HEAD);
    let list = head.get("/work").await.text;
    let (_, rest) = list.split_once("href=\"/cases/").expect("it lies with the head");
    let case = format!("/cases/{}", &rest[..36]);
    does(&mut head, &case, "accept", &[("limit", "0")]).await;
}

#[tokio::test]
async fn the_dates_of_a_case_say_what_each_is_for_and_go_when_they_are_past() {
    let (app, _template) = TestApp::new().await;
    let mut clerk = app.signed_in(CLERK);
    let case = receive(&mut clerk, PROCEDURE, "receive").await;
    // Received on Friday 30 June 2017 in the morning, three working days: Wednesday 5 July.
    let date = |page: &str, name: &str| {
        let rest = page.split_once(&format!("<dt>{name}</dt><dd>")).map(|(_, rest)| rest.to_owned());
        rest.map(|rest| rest.split('<').next().unwrap_or_default().to_owned())
    };
    let four = [
        "Theo luật, tính từ lúc nhận",
        "Hẹn với người nộp",
        "Sau khi trừ thời gian tạm dừng và ngày nghỉ",
        "Theo bộ chỉ số quốc gia",
    ];
    let page = clerk.get(&case).await.text;
    for name in four {
        assert!(date(&page, name).is_some_and(|when| when.contains(" 5/7/2017")), "{name}: {page}");
    }
    let transfer = date(&page, "Chuyển hồ sơ chậm nhất").unwrap();
    assert!(transfer.contains("17:00") && transfer.contains("30/6/2017"), "{transfer}");
    assert!(page.contains("Việc kế tiếp: chuyển hồ sơ chậm nhất"));
    assert!(date(&page, "Xin lỗi và hẹn lại chậm nhất").unwrap().contains(" 4/7/2017"));
    // Calm: dates and ledger are folded.
    assert_eq!(page.matches("<details class=\"fold\"><summary>").count(), 2);

    does(&mut clerk, &case, "hand-over", &[("to", HEAD)]).await;
    let mut head = app.signed_in(HEAD);
    let page = head.get(&case).await.text;
    assert!(date(&page, "Chuyển hồ sơ chậm nhất").is_none() && !page.contains("Việc kế tiếp"));
    does(&mut head, &case, "apologise", &[("to_day", "2017-07-12"), ("reason", "Chờ xác minh.")]).await;
    let page = head.get(&case).await.text;
    assert!(date(&page, "Xin lỗi và hẹn lại chậm nhất").is_none(), "a new date is named once");
    for (name, day) in four.into_iter().zip([" 5/7/2017", " 12/7/2017", " 5/7/2017", " 5/7/2017"]) {
        assert!(date(&page, name).is_some_and(|when| when.contains(day)), "{name} {day}: {page}");
    }
}
