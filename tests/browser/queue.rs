//! Counter life: a number from the machine, called on a second screen; an appointment; the head's settings.

use std::time::Duration;

use crate::support::browser::{Browser, Script};

const OFFICE: &str = "tran-phan";

/// Takes a number and looks at it on a phone; gives the number.
pub(crate) async fn takes_a_number(browser: &Browser) -> String {
    browser.go(&format!("/kiosk/{OFFICE}")).await;
    browser.fits().await;
    browser.screenshot("kiosk").await;
    browser.submit("button[name=group][value=A]").await;
    let number = browser.text_of(".slip-number").await;
    assert!(number.starts_with('A'), "{number}");
    assert!(browser.has(".slip-follow svg").await, "the slip carries a QR code");
    browser.fits().await;
    browser.screenshot("slip").await;
    let url = browser.text_of(".slip-follow .url").await;
    let start = url.find("/tickets/").unwrap_or_else(|| panic!("the slip leads to {url}"));
    browser.go(&url[start..]).await;
    browser.sees(&number).await;
    browser.fits().await;
    browser.screenshot("ticket").await;
    browser.go(&format!("/offices/{OFFICE}")).await;
    browser.find("#queue-now").await;
    browser.fits().await;
    browser.screenshot("office-queue").await;
    number
}

/// Calls until it is this number's turn, and sees it on the board in another window.
pub(crate) async fn is_called_on_the_second_screen(browser: &Browser, number: &str) {
    let (panel, board) = browser.second_window().await;
    browser.go(&format!("/board/{OFFICE}")).await;
    browser.fits().await;
    browser.show(&panel).await;
    browser.go("/work/queue").await;
    browser.fits().await;
    loop {
        browser.submit("form.call-next .actions button").await;
        if browser.text_of(".mine .slip-number").await == number {
            break;
        }
        browser.submit(".mine button[value=attend]").await;
    }
    browser.fits().await;
    browser.screenshot("queue-panel").await;
    browser.show(&board).await;
    hears(browser, number).await;
    browser.fits().await;
    browser.screenshot("board").await;
    browser.show(&panel).await;
    browser.submit(".mine button[value=recall]").await;
    browser.submit(".mine button[value=receive]").await;
    assert!(browser.path().await.starts_with("/work/receive?ticket="));
    browser.go("/work/queue").await;
    browser.submit(".mine button[value=done]").await;
    assert!(!browser.has(".mine").await, "nobody is at the counter any more");
}

/// With script the board says it by itself within a moment, without script when it loads anew.
async fn hears(browser: &Browser, number: &str) {
    let patience = if browser.way.1 == Script::On { 3 } else { 15 };
    for _ in 0..patience * 10 {
        // The page may be on its way at this moment.
        let shown = browser.all(".board-number").await;
        if let Some(shown) = shown.first()
            && shown.text().await.is_ok_and(|text| text == number)
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{number} never came on the board:\n{}", browser.text().await);
}

pub(crate) async fn books_and_cancels(browser: &Browser) {
    browser.go(&format!("/appointments/{OFFICE}")).await;
    browser.fits().await;
    browser.submit(".slot-days li:nth-child(2) a").await;
    browser.click("#slot label.choice").await;
    browser.click("#group label.choice").await;
    browser.write("[name=name]", "Đặng Thị Hẹn").await;
    browser.write("[name=phone]", "12").await;
    browser.submit("form[action^='/appointments/'] .actions button").await;
    assert!(browser.has("#phone-error").await, "the mistake is explained beside the field");
    browser.fits().await;
    browser.screenshot("appointment-form").await;
    browser.write("[name=phone]", "0918123999").await;
    browser.submit("form[action^='/appointments/'] .actions button").await;
    browser.sees("Đã đặt hẹn").await;
    browser.fits().await;
    browser.screenshot("appointment").await;
    browser.submit("form[action$='/cancel'] button").await;
    browser.sees("Đã hủy hẹn").await;
}

pub(crate) async fn arranges_the_office(browser: &Browser) {
    browser.go("/work/queue/settings").await;
    browser.fits().await;
    browser.screenshot("queue-settings").await;
    browser.submit("form[action='/work/queue/settings'] .actions button").await;
    browser.sees("Đã lưu").await;
    browser.go("/work/appointments").await;
    browser.fits().await;
    browser.screenshot("work-appointments").await;
}
