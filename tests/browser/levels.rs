//! A case goes from the commune up to the district, a body is asked and answers, and the case comes home.

use crate::counter::{self, brings, open_doing};
use crate::support::browser::Browser;
use crate::support::server::Demo;

/// Received at the commune, decided by the district; thirty-two days.
const MONTHLY_SUPPORT: &str = "1.001776";
const DISTRICT: &str = "huyen-dam-doi";
const DISTRICT_HEAD: &str = "huyen-dam-doi-head";
const PASSWORD: &str = "mot-mat-khau-dai";

pub(crate) async fn goes_up_and_comes_home(browser: &Browser, demo: &Demo) {
    let page = brings(browser, MONTHLY_SUPPORT, true).await;
    open_doing(browser, &page, "send").await;
    browser.pick("#send-to_office", DISTRICT).await;
    browser.submit("form[action$='/send'] button").await;
    browser.sees("Đã chuyển hồ sơ đến cơ quan giải quyết").await;
    browser.fits().await;
    browser.tall_screenshot("sent-up").await;
    browser.go("/work?whose=away").await;
    browser.find(&format!("a[href='{page}']")).await;
    counter::sign_out(browser).await;

    demo.admit(DISTRICT_HEAD, PASSWORD);
    counter::sign_in_as(browser, DISTRICT_HEAD, PASSWORD).await;
    for (body, question) in [
        ("Phòng Lao động – Thương binh và Xã hội", "Hồ sơ đã đủ điều kiện hưởng trợ cấp chưa?"),
        ("Bảo hiểm xã hội huyện", "Người này có đang hưởng lương hưu không?"),
    ] {
        open_doing(browser, &page, "consult").await;
        browser.write("#consult-body", body).await;
        browser.write("#consult-question", question).await;
        browser.submit("form[action$='/consult'] button").await;
        browser.sees("Đã ghi việc lấy ý kiến").await;
    }
    open_doing(browser, &page, "answer").await;
    browser.click("label:has(> [name=reply][value=agreed])").await;
    browser.write("#answer-answer", "Đủ điều kiện theo Nghị định 136/2013/NĐ-CP").await;
    browser.fits().await;
    browser.tall_screenshot("consulted").await;
    browser.submit("form[action$='/answer'] button").await;
    browser.sees("Đủ điều kiện theo Nghị định 136/2013/NĐ-CP").await;
    // The other body has time left: its silence cannot be noted yet.
    assert!(!browser.has("form[action$='/silence']").await, "nobody is called silent before the day");
    open_doing(browser, &page, "send").await;
    browser.pick("#send-to_office", "tran-phan").await;
    browser.submit("form[action$='/send'] button").await;
    counter::sign_out(browser).await;

    counter::sign_in(browser, demo, "official").await;
    browser.go(&page).await;
    browser.sees("Bảo hiểm xã hội huyện").await;
    browser.fits().await;
    browser.tall_screenshot("came-home").await;
}
