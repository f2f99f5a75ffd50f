//! Step 1: what everybody can read.

use crate::support::browser::Browser;

pub(crate) async fn finds_procedures(browser: &Browser) {
    browser.go("/").await;
    browser.sees("Ông/bà cần việc gì?").await;
    browser.fits().await;
    browser.screenshot("home").await;
    for spelling in ["khai sinh", "khái sinh", "KHAI SINH", "dang ky khai sinh", "1.001193"] {
        browser.go("/procedures").await;
        browser.write("form.filter [name=q]", spelling).await;
        browser.submit("form.filter button").await;
        let found = browser.has("a[href='/procedures/1.001193']").await;
        assert!(found, "“{spelling}” does not find 1.001193");
    }
    browser.fits().await;
    browser.screenshot("procedures").await;
    browser.submit("a[href='/procedures/1.001193']").await;
    browser.sees("khai sinh").await;
    assert!(browser.all("h2[id^='part-']").await.len() >= 10, "a procedure shows all its parts");
    browser.fits().await;
    browser.screenshot("procedure").await;
}

pub(crate) async fn reads_offices_promise_and_figures(browser: &Browser) {
    browser.go("/offices").await;
    assert_eq!(browser.all("tbody th[scope=row] a").await.len(), 17, "the district has 17 offices");
    browser.fits().await;
    browser.screenshot("offices").await;
    browser.go("/promise").await;
    browser.sees("Lời hứa phục vụ").await;
    browser.fits().await;
    browser.screenshot("promise").await;
    browser.go("/figures").await;
    browser.sees("Số liệu công khai").await;
    browser.fits().await;
    browser.screenshot("figures").await;
}

pub(crate) async fn keeps_the_language(browser: &Browser) {
    browser.go("/offices").await;
    browser.submit("form.language button[value=en]").await;
    browser.go("/procedures/1.001193").await;
    browser.find("html[lang=en]").await;
    browser.submit("form.language button[value=vi]").await;
    browser.find("html[lang=vi]").await;
    assert_eq!(browser.path().await, "/procedures/1.001193", "switching the language stays on the page");
}
