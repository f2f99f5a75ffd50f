//! Step 5: a leader has two minutes.

use crate::support::browser::Browser;

pub(crate) async fn reads_the_board(browser: &Browser) {
    browser.go("/lead").await;
    browser.sees("Bảng của lãnh đạo").await;
    browser.fits().await;
    browser.screenshot("lead").await;
    browser.tall_screenshot("leader-board").await;
    let offices = browser.all("#open table tbody tr, section[aria-labelledby=open] tbody tr").await.len();
    let rows = browser.all("tbody tr").await.len();
    assert!(offices == 17 || rows >= 17, "the board shows {rows} rows, not 17 offices");
    browser.submit("td a[href^='/lead/']").await;
    browser.find("h1").await;
    browser.fits().await;
    browser.screenshot("lead-cases").await;
}
