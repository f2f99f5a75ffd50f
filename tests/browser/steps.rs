//! What happens to a case on its way: papers that are missing, an apology, two officials at once, and every end.

use crate::counter::{self, brings, open_doing, unfold_doing};
use crate::support::browser::Browser;
use crate::support::server::Demo;

/// Three working days: time enough for something to happen.
const MARITAL_STATUS: &str = "1.004873";

/// A document is missing, is brought, and later another one is asked for.
pub(crate) async fn supplements(browser: &Browser) {
    let page = brings(browser, MARITAL_STATUS, false).await;
    browser.sees("Đã lập phiếu yêu cầu bổ sung").await;
    browser.find(&format!(".notice a[href='{page}/supplement-request']")).await;
    browser.find(&format!("a[href='{page}/supplement-request.pdf']")).await;
    browser.sees("thời hạn chưa tính").await;
    browser.fits().await;
    browser.tall_screenshot("supplement-asked").await;
    open_doing(browser, &page, "accept").await;
    browser.submit("form[action$='/accept'] button").await;
    browser.sees("Đã tiếp nhận").await;
    browser.sees("Hẹn trả").await;
    // After appraisal: the time stands still, and runs again once the document came in.
    open_doing(browser, &page, "request-supplement").await;
    browser.click("#request-supplement-missing label").await;
    browser.write("#request-supplement-reason", "Bản khai ghi thiếu năm sinh").await;
    browser.fits().await;
    browser.tall_screenshot("supplement-form").await;
    browser.submit("form[action$='/request-supplement'] button").await;
    browser.sees("thời hạn tạm dừng").await;
    browser.find(&format!(".notice a[href='{page}/supplement-request']")).await;
    browser.fits().await;
    browser.tall_screenshot("supplement-stands-still").await;
    open_doing(browser, &page, "receive-supplement").await;
    browser.submit("form[action$='/receive-supplement'] button").await;
    browser.sees("Thời hạn đã chạy lại").await;
    browser.click("details:has(.ledger) > summary").await;
    browser.fits().await;
    browser.tall_screenshot("supplement-runs-again").await;
}

/// A new date is named in time, with an apology that can be printed; a day on which nobody works is not taken.
pub(crate) async fn apologises(browser: &Browser) {
    let page = brings(browser, MARITAL_STATUS, true).await;
    open_doing(browser, &page, "apologise").await;
    browser.write_day("#apologise-to_day", (2017, 7, 9)).await;
    browser.write("#apologise-reason", "Chờ xác minh ở nơi cư trú cũ, mong ông thông cảm").await;
    browser.submit("form[action$='/apologise'] button").await;
    assert!(browser.has("#apologise-to_day-error").await, "a Sunday is explained beside the field");
    assert!(browser.text_of("#apologise-reason").await.contains("Chờ xác minh"), "what was typed stays");
    browser.fits().await;
    browser.tall_screenshot("apology-sunday").await;
    browser.find("#apologise-to_day").await.clear().await.expect("a day can be taken away");
    browser.write_day("#apologise-to_day", (2017, 7, 12)).await;
    browser.submit("form[action$='/apologise'] button").await;
    browser.sees("Đã lập phiếu xin lỗi và hẹn lại").await;
    browser.find(&format!(".notice a[href='{page}/apology.pdf']")).await;
    browser.sees("12/7/2017").await;
    browser.fits().await;
    browser.tall_screenshot("apology").await;
}

/// Two officials open the same case; the slower one is told what happened and keeps what was typed.
pub(crate) async fn two_at_once(browser: &Browser, demo: &Demo) {
    let page = brings(browser, MARITAL_STATUS, true).await;
    let profile = tempfile::tempdir().expect("a temporary folder");
    let head = browser.somebody_else(profile.path()).await;
    counter::sign_in(&head, demo, "head").await;
    open_doing(&head, &page, "withdraw").await;
    head.write("#withdraw-reason", "Ông đến lấy lại giấy tờ để bổ túc").await;
    open_doing(browser, &page, "lose").await;
    browser.write("#lose-reason", "Tờ khai bị ướt, đã viết lại").await;
    browser.submit("form[action$='/lose'] button").await;
    browser.sees("Đã ghi việc mất, hỏng giấy tờ").await;
    head.submit("form[action$='/withdraw'] button").await;
    head.find("#errors").await;
    head.sees("mất, hỏng").await;
    assert!(head.text_of("#withdraw-reason").await.contains("bổ túc"), "what was typed stays");
    head.fits().await;
    head.tall_screenshot("two-at-once").await;
    head.submit("form[action$='/withdraw'] button").await;
    head.sees("Đã ghi việc rút hồ sơ").await;
    head.close().await;
}

/// The ends: returned by post and corrected, refused with a reason. The head signs.
pub(crate) async fn ends(browser: &Browser) {
    let page = brings(browser, MARITAL_STATUS, true).await;
    open_doing(browser, &page, "finish").await;
    browser.click("form[action$='/finish'] #finish-outcome label").await;
    browser.submit("form[action$='/finish'] button").await;
    browser.sees("Đã ghi kết quả").await;
    unfold_doing(browser, &page, "return").await;
    browser.click("label:has(> [name=way][value=post])").await;
    browser.fits().await;
    browser.tall_screenshot("return").await;
    browser.submit("form[action$='/return'] button").await;
    browser.sees("Đã ghi trả kết quả").await;
    browser.find(&format!(".notice a[href='{page}/invitation']")).await;
    open_doing(browser, &page, "correct").await;
    browser.click("label:has(> [name=fault][value=office])").await;
    browser.write("#correct-reason", "Sai một chữ trong tên, đã thay bản đúng").await;
    browser.submit("form[action$='/correct'] button").await;
    browser.sees("Đã ghi việc sửa kết quả").await;
    browser.fits().await;
    browser.tall_screenshot("corrected").await;
    let page = brings(browser, MARITAL_STATUS, true).await;
    open_doing(browser, &page, "refuse").await;
    browser.write("#refuse-reason", "Nơi thường trú không thuộc xã này").await;
    browser.submit("form[action$='/refuse'] button").await;
    browser.sees("Đã ghi từ chối").await;
    browser.submit(".notice a[href$='/refusal']").await;
    browser.sees("Nơi thường trú không thuộc xã này").await;
    browser.screenshot("refusal").await;
}
