//! A late decision on days off, as an administrator takes it in: shown first, with every open case; then written.

use crate::support::{OTHER, OWN, Template, TestApp};
use axum::http::StatusCode;
use hailong_core::{
    context::Actor,
    serve::{
        applicant::{Applicant, ApplicantKind},
        case::{CheckDocuments, LimitChoice, Mark, OpenCase, State},
        notice::Kind,
    },
    time::{Day, Instant},
};
use hailong_store::{keys::fresh_bytes, serve::case::CaseFile};
use uuid::Uuid;

const ADMIN: &str = "huyen-dam-doi-admin";
/// Xác nhận tình trạng hôn nhân: three working days.
const PROCEDURE: &str = "1.004873";
const PATH: &str = "/admin/calendar";

/// A case received this morning, with some working days to go.
async fn receive(app: &TestApp, office: &str) -> CaseFile {
    let store = &app.app.store;
    let directory = store.directory();
    let official = Actor::Official(directory.official(&format!("{office}-1")).unwrap().clone());
    let at = Instant::parse_local("2017-06-30T08:00").unwrap();
    let random = fresh_bytes().unwrap();
    let case_id = Uuid::from_bytes(std::array::from_fn(|at| random[at]));
    let applicant = Applicant {
        kind: ApplicantKind::Person,
        name: "Lê Thị Kín".into(),
        identity_number: "381234568".into(),
        phone: "0912345679".into(),
        email: String::new(),
        address: "Ấp Hai".into(),
        residence: None,
        wishes: Default::default(),
    };
    let documents = vec![Mark::Present; directory.versions(PROCEDURE)[0].documents.len()];
    let check = CheckDocuments { documents, limit: LimitChoice::Published(0), reason: String::new() };
    let open = OpenCase::at_counter(case_id, PROCEDURE, applicant);
    let ctx = store.context(official, at, &directory, fresh_bytes().unwrap());
    store.receive_case(open, check, &ctx).await.unwrap();
    store.case(case_id).await.unwrap().unwrap()
}

async fn due(app: &TestApp, case: Uuid) -> Option<Instant> {
    app.app.store.case(case).await.unwrap().unwrap().case.held
}

#[tokio::test]
async fn a_decision_is_shown_with_its_cases_and_then_counts() {
    let template = Template::new().await;
    let app = template.app().await;
    let (own, other) = (receive(&app, OWN).await, receive(&app, OTHER).await);
    let (case, told) = (own.case.id, own.case.held.unwrap());
    let codes = [own.code.unwrap(), other.code.unwrap()];
    let mut admin = app.signed_in(ADMIN);
    let page = admin.get(&format!("{PATH}?year=2017")).await;
    assert!(page.status == StatusCode::OK && page.text.contains("Giỗ Tổ"), "{}", page.text);
    assert!(admin.get("/admin").await.text.contains("href=\"/admin/calendar\""));
    // The very day on which the case is due is off.
    let day = told.day().to_string();
    let form = [
        ("decision", "Công điện 9/CĐ-TTg"),
        ("decided_on", "2017-06-30"),
        ("day", day.as_str()),
        ("kind", "nghi_hoan_doi"),
        ("name", "Nghỉ tránh bão"),
    ];
    let review = admin.post(PATH, &form).await;
    assert_eq!(review.status, StatusCode::OK, "{}", review.text);
    for words in [codes[0].as_str(), &codes[1], "Nghỉ tránh bão", "Lùi ngày hẹn", "name=\"rows\""] {
        assert!(review.text.contains(words), "{words}: {}", review.text);
    }
    assert!(!review.text.contains("Lê Thị Kín"), "an administrator sees no applicant");
    assert_eq!(due(&app, case).await, Some(told), "nothing is written before it is confirmed");
    let mut edit = form.to_vec();
    edit.push(("confirm", "edit"));
    assert!(admin.post(PATH, &edit).await.text.contains("value=\"Nghỉ tránh bão\""));

    let mut confirmed = form.to_vec();
    confirmed.push(("confirm", "yes"));
    let done = admin.post(PATH, &confirmed).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/admin/calendar?done=yes&year=2017"));
    assert!(due(&app, case).await.unwrap().day() > told.day());
    let page = admin.get(done.location()).await.text;
    assert!(page.contains("Nghỉ tránh bão") && page.contains("Công điện 9/CĐ-TTg"), "{page}");
    let again = admin.post(PATH, &confirmed).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "the calendar has it");

    // The history says why, and the applicant is told once for each way.
    let history = app.signed_in("tran-phan-1").get(&format!("/cases/{case}")).await.text;
    assert!(history.contains("vì lịch nghỉ thay đổi: Công điện 9/CĐ-TTg"), "{history}");
    let notices = app.app.store.notices_of(case).await.unwrap();
    assert!(notices.iter().any(|notice| notice.kind == Kind::DueMoved));
    let returned = app.app.store.case(template.things[OWN].returned).await.unwrap().unwrap();
    assert_eq!(returned.case.state, State::Returned);
    let told_of = app.app.store.notices_of(template.things[OWN].returned).await.unwrap();
    assert!(told_of.iter().all(|notice| notice.kind != Kind::DueMoved), "closed cases stay");
    let public = app.browser().get("/days-off?year=2017").await.text;
    assert!(public.contains("Nghỉ tránh bão"), "anybody may read the days off");

    // Taken back: the date that was told stays.
    let moved = due(&app, case).await;
    let back = format!("{day},{},bai_bo,,", weekday(&day));
    let form = [
        ("decision", "Công điện 10"),
        ("decided_on", "2017-06-30"),
        ("rows", back.as_str()),
        ("confirm", "yes"),
    ];
    assert_eq!(admin.post(PATH, &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(due(&app, case).await, moved);
    assert!(hailong_store::verify::verify(&app.app.store).await.unwrap().trouble.is_none());
}

fn weekday(day: &str) -> &'static str {
    let weekday = Day::parse(day).unwrap().weekday();
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][usize::from(weekday) - 1]
}

#[tokio::test]
async fn what_cannot_be_is_said_at_its_field() {
    let template = Template::new().await;
    let app = template.app().await;
    let mut admin = app.signed_in(ADMIN);
    for (rows, field, words) in [
        ("2017-07-05,Thu,nghi_bu,X,", "rows", "Dòng 1 chưa đúng mẫu"),
        ("2017-07-05,Wed,lam_bu,X,", "rows", "5/7/2017: Chỉ thứ Bảy"),
        ("2017-06-05,Mon,nghi_bu,X,", "rows", "5/6/2017: Ngày này đã qua"),
        ("", "rows", "không có gì thay đổi"),
    ] {
        let form = [("decision", "Quyết định 1"), ("decided_on", "2017-06-30"), ("rows", rows)];
        let page = admin.post(PATH, &form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{rows}");
        assert!(
            page.text.contains(&format!("href=\"#{field}\"")) && page.text.contains(words),
            "{rows}: {words}"
        );
    }
    let nameless = [("decision", " "), ("decided_on", "2017-06-30"), ("rows", "2017-07-05,Wed,nghi_bu,X,")];
    assert!(admin.post(PATH, &nameless).await.text.contains("href=\"#decision\""));
    let mut head = app.signed_in("tran-phan-head");
    assert_eq!(head.post(PATH, &nameless).await.status, StatusCode::FORBIDDEN);
}
