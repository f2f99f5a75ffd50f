//! Steps 2 and 3: an official receives a case; it is handed over, finished and returned.

use crate::support::browser::Browser;
use crate::support::server::Demo;

/// What later steps need to know of a case.
pub(crate) struct Case {
    /// Its page, for officials.
    pub(crate) page: String,
    /// The code on the receipt.
    pub(crate) code: String,
}

const PROCEDURE: &str = "/work/receive/1.001193";
/// Its last three digits are what a citizen needs beside the code.
pub(crate) const PHONE: &str = "0918123456";

pub(crate) async fn sign_in(browser: &Browser, demo: &Demo, role: &str) {
    let (login, password) = demo.sign_in(role);
    sign_in_as(browser, &login, &password).await;
}

pub(crate) async fn sign_in_as(browser: &Browser, login: &str, password: &str) {
    browser.go("/sign-in").await;
    browser.fits().await;
    browser.write("form.form [name=name], form.form [name=login]", login).await;
    browser.write("form.form [name=password]", password).await;
    browser.submit("form.form button").await;
    assert_ne!(browser.path().await, "/sign-in", "{login} is not let in:\n{}", browser.text().await);
}

pub(crate) async fn sign_out(browser: &Browser) {
    browser.submit("form[action='/sign-out'] button").await;
    browser.find("a[href='/sign-in']").await;
}

/// Receives a case of any procedure for the same person; `whole`: nothing is missing. Gives its page.
pub(crate) async fn brings(browser: &Browser, procedure: &str, whole: bool) -> String {
    browser.go(&format!("/work/receive/{procedure}")).await;
    if whole {
        browser.click("label:has(> [name=all_documents])").await;
    }
    browser.write("[name=name]", "Nguyễn Thị Ngọc Ẩn").await;
    browser.write("[name=identity_number]", "381234567").await;
    browser.write("[name=phone]", PHONE).await;
    browser.submit("form[action$='/review'] .actions button").await;
    if whole {
        browser.submit("button[value=receive]").await;
    } else {
        browser.write("[name=reason]", "Chưa có giấy tờ kèm theo tờ khai").await;
        browser.submit("button[value=supplement]").await;
    }
    let path = browser.path().await;
    assert!(path.starts_with("/cases/"), "the case is not kept: {path}\n{}", browser.text().await);
    path.split('?').next().unwrap_or_default().to_owned()
}

/// Fills in the step form; `complete` ticks every document.
async fn fill_in(browser: &Browser, complete: bool) {
    browser.go("/work/receive?q=dang+ky+khai+sinh").await;
    browser.fits().await;
    browser.submit(&format!("a[href='{PROCEDURE}']")).await;
    if complete {
        for document in browser.all("label:has(> [type=checkbox][name^='document-'])").await {
            document.click().await.expect("a document can be ticked");
        }
    }
    browser.click("#kind label").await;
    browser.write("[name=name]", "Nguyễn Thị Ngọc Ẩn").await;
    browser.write("[name=identity_number]", "381234567").await;
    browser.write("[name=phone]", PHONE).await;
    browser.write("[name=address]", "Ấp Tân Lợi").await;
    let residence = "[name=residence] option:not([value=''])";
    let first = browser.find(residence).await.prop("value").await.expect("a place has a value");
    browser.pick("[name=residence]", &first.unwrap_or_default()).await;
    browser.fits().await;
    browser.screenshot(if complete { "receive" } else { "receive-incomplete" }).await;
    browser.submit("form[action$='/review'] .actions button").await;
}

pub(crate) async fn asks_for_a_missing_document(browser: &Browser) {
    fill_in(browser, false).await;
    browser.fits().await;
    browser.screenshot("review-supplement").await;
    browser.write("[name=reason]", "Chưa có giấy chứng sinh").await;
    browser.submit("button[value=supplement]").await;
    browser.sees("Đã lập phiếu yêu cầu bổ sung").await;
    browser.submit("a[href$='/supplement-request']").await;
    browser.sees("Nguyễn Thị Ngọc Ẩn").await;
    browser.screenshot("supplement-request").await;
}

pub(crate) async fn receives(browser: &Browser) -> Case {
    fill_in(browser, true).await;
    browser.sees("Hẹn trả").await;
    assert!(browser.has(".ledger li").await, "the promised date is derived before saving");
    browser.fits().await;
    browser.screenshot("review").await;
    browser.submit("button[value=receive]").await;
    browser.sees("Đã tiếp nhận").await;
    browser.fits().await;
    browser.screenshot("case").await;
    let page = browser.path().await.split('?').next().unwrap_or_default().to_owned();
    let code = browser.text_of("p.case-code").await;
    assert!(browser.has(".ledger li").await, "the case shows its ledger");
    browser.submit("a[href$='/receipt']").await;
    browser.sees(&code).await;
    browser.sees("Nguyễn Thị Ngọc Ẩn").await;
    assert!(browser.has(".paper-qr svg").await, "the receipt carries a QR code");
    browser.screenshot("receipt").await;
    Case { page, code }
}

/// Opens one of the things that can be done with a case.
pub(crate) async fn open_doing(browser: &Browser, page: &str, action: &str) {
    browser.go(page).await;
    unfold_doing(browser, page, action).await;
}

/// The same on a page that is shown already.
pub(crate) async fn unfold_doing(browser: &Browser, page: &str, action: &str) {
    let form = format!("form[action='{page}/{action}']");
    if browser.has(&format!("details.rare:not([open]) {form}")).await {
        browser.click("details.rare > summary").await;
    }
    if !browser.has(&format!("details[open] > {form}")).await {
        browser.click(&format!("details:has(> {form}) > summary")).await;
    }
}

pub(crate) async fn hands_over(browser: &Browser, case: &Case, colleague: &str) {
    browser.go("/work").await;
    assert!(browser.has(&format!("a[href='{}']", case.page)).await, "the case is among mine");
    browser.fits().await;
    browser.screenshot("my-cases").await;
    open_doing(browser, &case.page, "hand-over").await;
    browser.pick("[name=to]", colleague).await;
    browser.submit("form[action$='/hand-over'] button").await;
    browser.sees("Đã chuyển hồ sơ").await;
    sign_out(browser).await;
}

pub(crate) async fn finishes_and_returns(browser: &Browser, case: &Case) {
    open_doing(browser, &case.page, "finish").await;
    browser.click("form[action$='/finish'] #finish-outcome label").await;
    browser.submit("form[action$='/finish'] button").await;
    browser.sees("Đã ghi kết quả").await;
    open_doing(browser, &case.page, "return").await;
    browser.submit("form[action$='/return'] button").await;
    browser.sees("Đã ghi trả kết quả").await;
    browser.fits().await;
}

/// Prints the invitation and returns the path that its QR code holds.
pub(crate) async fn invites(browser: &Browser, case: &Case) -> String {
    browser.go(&case.page).await;
    browser.submit("a[href$='/invitation']").await;
    assert!(browser.has(".paper-qr svg").await, "the invitation carries a QR code");
    browser.screenshot("invitation").await;
    let url = browser.text_of(".url").await;
    let start = url.find("/rate/").unwrap_or_else(|| panic!("the invitation leads to {url}"));
    let path = url[start..].to_owned();
    browser.go(&case.page).await;
    path
}
