//! Signing in and out.

use crate::support::{PASSWORD, TestApp};
use axum::http::StatusCode;

const LOGIN: &str = "tran-phan-1";

#[tokio::test]
async fn signing_in_and_out() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    let before = browser.token().await;
    let wrong = browser.post("/sign-in", &[("name", LOGIN), ("password", "chim-cò-đồng")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains(LOGIN));
    assert!(!wrong.text.contains("chim-cò"));
    let nobody = browser.post("/sign-in", &[("name", "nobody"), ("password", PASSWORD)]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    let typed = [("name", " TRAN-PHAN-1 "), ("password", PASSWORD), ("next", "/figures")];
    let right = browser.post("/sign-in", &typed).await;
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, "/figures"));
    let line = right
        .headers
        .get_all("set-cookie")
        .iter()
        .find(|line| line.to_str().unwrap().starts_with("hl_session"));
    let line = line.unwrap().to_str().unwrap();
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Path=/"));
    assert_ne!(browser.token().await, before, "forms belong to the session now");
    assert!(browser.get("/").await.text.contains("Quách Công Thuận"));

    let session = browser.cookie("hl_session").unwrap().to_owned();
    assert_eq!(browser.post("/sign-out", &[]).await.location(), "/");
    let mut stolen = app.signed_in(&session);
    assert!(!stolen.get("/").await.text.contains("Quách Công Thuận"), "the session is over for every copy");
}

#[tokio::test]
async fn guessing_passwords_ends_after_ten_tries() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    for _ in 0..10 {
        let answer = browser.post("/sign-in", &[("name", LOGIN), ("password", "chim-cò-đồng")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let right = [("name", LOGIN), ("password", PASSWORD)];
    assert_eq!(browser.post("/sign-in", &right).await.status, StatusCode::TOO_MANY_REQUESTS);
    let elsewhere = app.browser().at_address(9).post("/sign-in", &right).await;
    assert_eq!(elsewhere.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn one_is_never_sent_to_another_site() {
    let (app, _template) = TestApp::new().await;
    for next in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
        let typed = [("name", LOGIN), ("password", PASSWORD), ("next", next)];
        assert_eq!(app.browser().post("/sign-in", &typed).await.location(), "/work", "{next}");
    }
}
