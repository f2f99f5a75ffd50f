//! Ballots on paper and calls: two people, a difference, a correction, sent; and nobody calls about their own office.

use crate::support::{Browser, OTHER, OWN, TestApp};
use axum::http::StatusCode;
use hailong_core::{listen::kiosk::code::grouped, serve::applicant::Group};

/// Types a sheet with its overall satisfaction; where it leads.
async fn sheet(browser: &mut Browser, batch: &str, number: u32, overall: &str) -> String {
    let fields = [("overall", overall), ("welcome", "4"), ("extra_money", "1"), ("words", "Cảm ơn")];
    let answer = browser.post(&format!("{batch}/sheets/{number}"), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.location().to_owned()
}

/// A batch of the own office with four stubs.
async fn begun(app: &TestApp, first: &mut Browser) -> String {
    let opened = first.post("/work/ballots", &[("group", "person")]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    let batch = opened.location().to_owned();
    for _ in 0..4 {
        let invitation = app.invite(OWN).await;
        let code = grouped(&app.app.store.invitation_code(invitation).await.unwrap().unwrap());
        let added = first.post(&format!("{batch}/stubs"), &[("code", &code), ("what", "add")]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
        let twice = first.post(&format!("{batch}/stubs"), &[("code", &code), ("what", "add")]).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.text.contains("Cuống này đã có trong đợt."));
    }
    batch
}

#[tokio::test]
async fn two_people_type_a_difference_is_corrected_and_the_batch_is_sent() {
    let (app, _) = TestApp::new().await;
    let (mut first, mut second) = (app.signed_in("tran-phan-1"), app.signed_in("tran-phan-head"));
    let batch = begun(&app, &mut first).await;
    let elsewhere = app.app.store.invitation_code(app.invite(OTHER).await).await.unwrap().unwrap();
    let refused = first.post(&format!("{batch}/stubs"), &[("code", &elsewhere), ("what", "add")]).await;
    assert!(refused.text.contains("Cuống này của nơi khác"), "{}", refused.text);
    let mistyped = first.post(&format!("{batch}/stubs"), &[("code", "1234"), ("what", "add")]).await;
    assert_eq!(mistyped.status, StatusCode::NOT_FOUND);

    assert_eq!(
        sheet(&mut first, &batch, 1, "5").await,
        format!("{batch}/sheets/2"),
        "Enter leads to the next"
    );
    sheet(&mut first, &batch, 2, "2").await;
    sheet(&mut first, &batch, 3, "4").await;
    let wrong = first.post(&format!("{batch}/sheets/4"), &[("overall", "9")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = first.post(&batch, &[("what", "done")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    // One person is never both.
    let alone = first.post(&batch, &[("what", "send")]).await;
    assert_eq!(alone.status, StatusCode::CONFLICT);
    assert!(alone.text.contains("hai cán bộ khác nhau"));
    sheet(&mut first, &batch, 1, "5").await;
    assert!(first.get(&batch).await.text.contains("chưa có ai"), "the first is still the only one");

    // The second does not see what the first typed.
    let blank = second.get(&format!("{batch}/sheets/1")).await;
    assert!(!blank.text.contains("Cảm ơn") && blank.text.contains("pattern=\"[1-5]\""));
    assert_eq!(second.get(&format!("{batch}/sheets/2")).await.status, StatusCode::NOT_FOUND);
    sheet(&mut second, &batch, 1, "5").await;
    sheet(&mut second, &batch, 2, "3").await;
    sheet(&mut second, &batch, 3, "4").await;
    assert!(!second.get(&batch).await.text.contains("class=\"difference\""));
    second.post(&batch, &[("what", "done")]).await;
    let compared = second.get(&batch).await;
    assert_eq!(compared.text.matches("class=\"difference\"").count(), 1);
    assert!(
        compared.text.contains("2 – Không hài lòng") && compared.text.contains("3 – "),
        "{}",
        compared.text
    );
    let early = second.post(&batch, &[("what", "send")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert_eq!(sheet(&mut second, &batch, 2, "2").await, format!("{batch}?done=ballots-done-sheet"));
    assert!(second.get(&batch).await.text.contains("Hai lần nhập giống nhau."));
    let waiting = || async { app.app.store.due_boxes(hailong_core::time::Day(20_000)).await.unwrap() };
    let sent = second.post(&batch, &[("what", "send")]).await;
    assert_eq!(sent.location(), "/work/ballots?done=ballots-done-send");
    let whole = waiting().await.whole;
    let own =
        whole.iter().find(|one| one.ballot_box.office_id == OWN && one.ballot_box.group == Group::Person);
    assert_eq!(own.unwrap().pending, 3, "the stub left over stays unused");
    assert_eq!(second.get(&batch).await.status, StatusCode::CONFLICT, "nothing of it is seen again");
    let list = second.get("/work/ballots").await;
    assert!(list.text.contains("Đã gửi"));
}

#[tokio::test]
async fn a_caller_sees_whom_to_call_once_and_never_about_the_own_office() {
    let (app, template) = TestApp::new().await;
    let mut clerk = app.signed_in("tran-phan-1");
    let own = clerk.post("/work/calls", &[("office", OWN)]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    assert!(own.text.contains("không gọi hỏi về nơi ấy"));
    let again = clerk.post("/work/calls", &[("office", OTHER)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "the list drawn before comes first");
    let call = format!("/work/calls/{}/1", template.things[OWN].calls);
    let list = clerk.get("/work/calls").await;
    assert!(list.text.contains(&call) && !list.text.contains("0912345678"));
    let page = clerk.get(&call).await;
    assert!(page.text.contains("0912345678") && page.text.contains("Nguyễn Văn An"));
    assert!(!page.text.contains("381234567") && !page.text.contains("Ấp Một"));
    let empty = clerk.post(&call, &[("what", "answer")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answered = clerk.post(&call, &[("what", "answer"), ("overall", "4")]).await;
    assert_eq!(answered.location(), "/work/calls?done=calls-done-answer", "{}", answered.text);
    assert_eq!(clerk.get(&call).await.status, StatusCode::CONFLICT);
    assert_eq!(clerk.post(&call, &[("what", "declined")]).await.status, StatusCode::CONFLICT);
    assert!(!clerk.get("/work/calls").await.text.contains(&call));
    // What the other office drew about this one is nothing for its people.
    let about_own = format!("/work/calls/{}/1", template.things[OTHER].calls);
    assert_eq!(clerk.get(&about_own).await.status, StatusCode::FORBIDDEN);
    // The leader may draw, too.
    app.invite(OWN).await;
    let mut leader = app.signed_in("huyen-dam-doi-leader");
    assert_eq!(leader.post("/work/calls", &[("office", OWN)]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_printed_ballot_has_a_stub_and_a_sheet() {
    let (app, template) = TestApp::new().await;
    let mut clerk = app.signed_in("tran-phan-1");
    let case = format!("/cases/{}", template.things[OWN].returned);
    let page = clerk.get(&format!("{case}/ballot")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("class=\"digits\"") && page.text.contains("1. Nhìn chung"));
    let pdf = clerk.get(&format!("{case}/ballot.pdf")).await;
    assert_eq!(pdf.headers["content-type"], "application/pdf");
}
