//! Step 4: a citizen follows the case, rates it once and leaves an opinion.

use crate::counter::{Case, PHONE};
use crate::support::browser::Browser;

pub(crate) async fn tracks(browser: &Browser, case: &Case) {
    browser.go("/track").await;
    browser.fits().await;
    browser.write("[name=code]", &case.code).await;
    browser.write("[name=last_three]", "000").await;
    browser.submit("form[action='/track'] button").await;
    assert!(!browser.has("a[href^='/rate/']").await, "wrong digits show nothing");
    browser.write("[name=code]", &case.code).await;
    browser.write("[name=last_three]", &PHONE[PHONE.len() - 3..]).await;
    browser.submit("form[action='/track'] button").await;
    browser.sees(&case.code).await;
    browser.fits().await;
    browser.screenshot("track").await;
}

pub(crate) async fn rates_once(browser: &Browser, invitation: &str) {
    browser.go(invitation).await;
    browser.fits().await;
    browser.screenshot("rate").await;
    browser.submit("form[action^='/rate/'] .actions button").await;
    assert!(browser.has(".faulty .error").await, "an empty ballot is explained beside the question");
    for question in browser.all("fieldset.faces").await {
        let name = question.attr("id").await.expect("it can be read").expect("a question has a name");
        browser.choose(&name, "5").await;
    }
    browser.choose("trips", "2").await;
    browser.choose("extra_money", "no").await;
    browser.write("[name=words]", "Cô chú ở đây chỉ dẫn tận tình, cảm ơn nhiều.").await;
    browser.screenshot("rate-filled").await;
    browser.submit("form[action^='/rate/'] .actions button").await;
    browser.sees("Cảm ơn ông/bà").await;
    browser.fits().await;
    browser.screenshot("rate-thanks").await;
    let receipt = browser.text_of("#receipt").await;
    assert_eq!(browser.text_of("#opening").await.len(), 32, "the opening is shown once");
    browser.go("/receipt").await;
    browser.write("[name=code]", &receipt.to_lowercase()).await;
    browser.submit("form[action='/receipt'] button").await;
    browser.fits().await;
    assert!(browser.has("#waiting").await || browser.has("#counted").await, "the receipt has a page");
    browser.screenshot("receipt").await;
    browser.go("/log").await;
    browser.fits().await;
    browser.screenshot("log").await;
    browser.go(invitation).await;
    assert!(!browser.has("[name=overall]").await, "an invitation counts once");
    browser.screenshot("invitation-gone").await;
}

pub(crate) async fn leaves_an_opinion(browser: &Browser) {
    browser.go("/opinions/new").await;
    browser.pick("[name=office]", "tran-phan").await;
    browser.write("[name=words]", "Ghế chờ ở bộ phận tiếp nhận còn thiếu, bà con phải đứng.").await;
    browser.fits().await;
    browser.screenshot("opinion-form").await;
    browser.submit("form[action='/opinions/new'] .actions button").await;
    browser.sees("Chúng tôi đã nhận được").await;
    let code = browser.text_of("p.code").await;
    browser.screenshot("opinion-sent").await;
    browser.go("/opinions").await;
    browser.write("[name=code]", &code).await;
    browser.submit("form[action='/opinions'] button").await;
    browser.sees("Ghế chờ ở bộ phận tiếp nhận còn thiếu").await;
    browser.fits().await;
}

/// Ballots of the office that are counted, and those that wait in their box.
pub(crate) async fn ballots(browser: &Browser) -> (u64, u64) {
    browser.go("/figures/tran-phan").await;
    (browser.number("#counted", "data-ballots").await, browser.number("#counted", "data-waiting").await)
}

/// A ballot waits until its day is over.
pub(crate) async fn sees_ballots_wait(browser: &Browser, sum: u64) {
    let (counted, waiting) = ballots(browser).await;
    assert_eq!(counted + waiting, sum, "every ballot is either counted or waits");
    assert!(waiting > 0, "today's ballots wait");
}
