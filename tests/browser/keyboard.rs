//! A known applicant is received by keyboard alone, and the way is short.

use crate::counter;
use crate::support::browser::{Browser, Script};

/// Keys of a real keyboard, as WebDriver writes them.
const ENTER: &str = "\u{e007}";
const SPACE: &str = " ";
const ESCAPE: &str = "\u{e00c}";
const ALT_N: &str = "\u{e00a}n\u{e000}";

/// Most presses of a reception: at two a second, which is slow, twenty seconds.
const MOST_PRESSES: usize = 45;
/// Most pages of it, the receipt included.
const MOST_PAGES: usize = 8;

/// Hands that count.
struct Hands<'a> {
    browser: &'a Browser,
    presses: usize,
    pages: usize,
}

impl Hands<'_> {
    /// Waits until the focus is where the next key belongs.
    async fn at(&self, css: &str) {
        self.browser.find(&format!("{css}:focus")).await;
    }

    async fn type_in(&mut self, text: &str) {
        self.browser.press(text).await;
        self.presses += text.chars().count();
    }

    /// One key, or one with a second held, that leads to another page.
    async fn go_on(&mut self, key: &str) {
        self.browser.press_on(key).await;
        self.presses += 1;
        self.pages += 1;
    }
}

/// The applicant was here before, so that a number finds them.
pub(crate) async fn receives_who_is_known(browser: &Browser) {
    counter::brings(browser, "1.001193", true).await;
    browser.go("/work").await;
    let mut hands = Hands { browser, presses: 0, pages: 0 };
    hands.go_on(ALT_N).await;
    hands.at("#q").await;
    hands.type_in("dang ky khai sinh").await;
    hands.go_on(ENTER).await;
    hands.at("ul.choose a[href='/work/receive/1.001193']").await;
    hands.go_on(ENTER).await;
    hands.at("#find").await;
    hands.type_in("381234567").await;
    hands.go_on(ENTER).await;
    hands.at("[name=all_documents]").await;
    hands.type_in(SPACE).await;
    hands.go_on(ENTER).await;
    hands.at("button[value=receive]").await;
    browser.sees("Nguyễn Thị Ngọc Ẩn").await;
    hands.go_on(ENTER).await;
    browser.sees("Đã tiếp nhận").await;
    hands.at(".notice a[href$='/receipt']").await;
    browser.fits().await;
    browser.screenshot("keyboard-received").await;
    hands.go_on(ENTER).await;
    browser.sees("Nguyễn Thị Ngọc Ẩn").await;
    eprintln!("a reception by keyboard: {} presses, {} pages", hands.presses, hands.pages);
    assert!(hands.presses <= MOST_PRESSES, "{} presses", hands.presses);
    assert!(hands.pages <= MOST_PAGES, "{} pages", hands.pages);
    keys_that_help(browser).await;
}

/// `/` leads to the search, `?` tells the shortcuts; both are help of the script only.
async fn keys_that_help(browser: &Browser) {
    if browser.way.1 == Script::Off {
        return;
    }
    browser.go("/work/posting").await;
    browser.press("/").await;
    browser.find("#site-search:focus").await;
    browser.go("/work/posting").await;
    browser.press("?").await;
    browser.find("#shortcuts[open]").await;
    browser.sees("Tiếp nhận hồ sơ mới").await;
    browser.screenshot("shortcuts").await;
    browser.press(ESCAPE).await;
    assert!(!browser.has("#shortcuts[open]").await);
}
