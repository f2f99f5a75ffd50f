//! A late decision on days off, as an administrator takes it in: shown first, with every open case; then written.

mod support;

use axum::http::StatusCode;
use hailong_core::{
    serve::{case::State, notice::Kind},
    time::{Day, Instant},
};
use support::{OTHER, OWN, Template, TestApp};

const ADMIN: &str = "huyen-dam-doi-admin";
const PATH: &str = "/admin/calendar";

async fn due(app: &TestApp, case: uuid::Uuid) -> Option<Instant> {
    app.app.store.case(case).await.unwrap().unwrap().case.held
}

#[tokio::test]
async fn a_decision_is_shown_with_its_cases_and_then_counts() {
    let template = Template::new().await;
    let app = template.app().await;
    let case = template.things[OWN].case;
    let told = due(&app, case).await.unwrap();
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
    let code = &template.things[OWN].code;
    for words in
        [code.as_str(), &template.things[OTHER].code, "Nghỉ tránh bão", "Lùi ngày hẹn", "name=\"rows\""]
    {
        assert!(review.text.contains(words), "{words}: {}", review.text);
    }
    let file = app.app.store.case(case).await.unwrap().unwrap();
    let applicant = app.app.store.applicant(&file).await.unwrap().unwrap();
    assert!(!review.text.contains(&applicant.name), "an administrator sees no applicant");
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
