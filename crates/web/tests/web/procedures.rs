//! Published procedures as a citizen meets them: the list, one with its parts and fee, and what to bring.

use crate::support::TestApp;
use axum::http::StatusCode;

#[tokio::test]
async fn a_procedure_is_found_as_people_say_it() {
    let (app, _) = TestApp::new().await;
    let mut browser = app.browser();
    for (query, first) in [
        ("gi%E1%BA%A5y+khai+sinh", "/procedures/1.001193"),
        ("lam+so+do", "/procedures/1.013978"),
        ("kahi+sinh", "/procedures/1.001193"),
        ("1.001193.H12", "/procedures/1.001193"),
    ] {
        let page = browser.get(&format!("/procedures?q={query}")).await.text;
        let hit = page.split("href=\"/procedures/").nth(1).map(|rest| rest.split('"').next().unwrap());
        assert_eq!(hit.map(|code| format!("/procedures/{code}")).as_deref(), Some(first), "{query}");
    }
}

#[tokio::test]
async fn the_fee_of_copies_is_calculated() {
    let (app, _) = TestApp::new().await;
    let mut browser = app.browser();
    let page = browser.get("/procedures/2.000815").await.text;
    assert!(page.contains("name=\"quantity\"") && !page.contains("Số tiền phải nộp"));
    for (typed, total) in [
        ("quantity=3&pieces=2", Some("10.000")),
        ("quantity=500", Some("200.000")),
        ("quantity=0&pieces=9", Some("0")),
        ("quantity=many", None),
        ("quantity=-1", None),
        ("quantity=99999999999999", None),
    ] {
        let page = browser.get(&format!("/procedures/2.000815?{typed}")).await.text;
        match total {
            Some(total) => assert!(page.contains(&format!("Số tiền phải nộp: {total}")), "{typed}"),
            None => assert!(!page.contains("Số tiền phải nộp"), "{typed}"),
        }
    }
    assert!(!browser.get("/procedures/1.013978").await.text.contains("name=\"quantity\""));
}

#[tokio::test]
async fn answers_narrow_what_to_bring() {
    let (app, _) = TestApp::new().await;
    let mut browser = app.browser();
    let all = browser.get("/procedures/1.001193/bring").await.text;
    assert!(all.contains("Văn bản ủy quyền") && all.contains("name=\"proxy\""));
    let mine = browser.get("/procedures/1.001193/bring?proxy=no&abandoned=no&surrogacy=no").await.text;
    assert!(!mine.contains("Văn bản ủy quyền") && mine.contains("Giấy chứng sinh"));
    let other = browser.get("/procedures/1.001193/bring?proxy=yes&abandoned=no&surrogacy=no").await.text;
    assert!(other.contains("Văn bản ủy quyền"));
    // What was made up is no answer.
    let odd = browser.get("/procedures/1.001193/bring?proxy=%3Cscript%3E&x=y").await;
    assert_eq!(odd.status, StatusCode::OK);
    assert!(odd.text.contains("Văn bản ủy quyền") && !odd.text.contains("<script>alert"));
    assert_eq!(browser.get("/procedures/9.999999/bring").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn old_and_coming_versions_can_be_reached() {
    let (app, _) = TestApp::new().await;
    let mut browser = app.browser();
    let page = browser.get("/procedures/1.001193").await.text;
    assert!(page.contains("Áp dụng đến hết 30/6/2025") || page.contains("Áp dụng đến hết 30/06/2025"));
    assert!(!page.contains("không phải là phiên bản đang áp dụng"));
    let first = browser.get("/procedures/1.001193?from=first").await;
    assert_eq!(first.status, StatusCode::OK);
    // An address of a version that is not there shows the one of today.
    let none = browser.get("/procedures/1.001193?from=1999-01-01").await;
    assert_eq!(none.status, StatusCode::OK);
    assert!(!none.text.contains("không phải là phiên bản đang áp dụng"));
}

#[tokio::test]
async fn a_poster_is_a_pdf_of_the_version_in_force() {
    let (app, _) = TestApp::new().await;
    let mut browser = app.browser();
    for query in ["", "?size=a4", "?size=a3", "?size=a3&office=tran-phan"] {
        let answer = browser.get(&format!("/procedures/1.001193/poster.pdf{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
        assert_eq!(answer.headers["content-type"], "application/pdf");
        assert!(answer.bytes.starts_with(b"%PDF-"), "{query}");
    }
    for (address, status) in [
        ("/procedures/1.001193/poster.pdf?size=a0", StatusCode::UNPROCESSABLE_ENTITY),
        ("/procedures/1.001193/poster.pdf?office=nowhere", StatusCode::NOT_FOUND),
        ("/procedures/9.999999/poster.pdf", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(browser.get(address).await.status, status, "{address}");
    }
}
