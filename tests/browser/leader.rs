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

/// The report of the quarter that runs: all offices, one of them, and the cases behind a figure of it.
pub(crate) async fn reads_the_report(browser: &Browser) {
    browser.go("/reports").await;
    browser.sees("Phải giải quyết").await;
    browser.fits().await;
    browser.screenshot("report").await;
    browser.tall_screenshot("report-tall").await;
    browser.submit("a[href*='calendar-quarter']").await;
    browser.sees("Theo bộ phận tiếp nhận").await;
    let offices = browser.all("#by-office + .wide tbody tr:not(.sum)").await.len();
    assert_eq!(offices, 17, "every office has its line");
    browser.submit("#by-office + .wide tbody tr:not(.sum) td a[href*='what=received']").await;
    browser.sees("không kèm thông tin cá nhân").await;
    assert!(!browser.all("table.report-cases tbody tr").await.is_empty());
    browser.fits().await;
    browser.screenshot("report-cases").await;
    browser.go("/reports?period=legal-nine-2017&office=tran-phan").await;
    browser.sees("9 tháng năm 2017").await;
    browser.fits().await;
    browser.tall_screenshot("report-office").await;
}

/// The opinions that wait, one of them, and the dialogue that was held with its minutes and promises.
pub(crate) async fn reads_what_people_say(browser: &Browser) {
    browser.go("/work/opinions").await;
    browser.sees("Ý kiến người dân").await;
    browser.fits().await;
    browser.screenshot("opinions").await;
    browser.submit("main td a[href^='/work/opinions/'], main th a[href^='/work/opinions/']").await;
    browser.sees("Giải quyết ý kiến").await;
    browser.fits().await;
    browser.screenshot("opinion-work").await;
    for page in ["/dialogues", "/dialogues/2017-2", "/work/dialogues", "/work/dialogues/2017-2"] {
        browser.go(page).await;
        browser.fits().await;
    }
    browser.screenshot("dialogue-desk").await;
    browser.go("/work/dialogues/2017-2/minutes").await;
    browser.sees("Câu hỏi và lời hứa").await;
    browser.fits().await;
    browser.go("/work/promises").await;
    browser.fits().await;
    browser.screenshot("promises").await;
}
