//! The harness proves itself on a page of its own, before it judges ours.

use crate::support::browser::{Browser, Screen, Script, WAYS, driver};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};

const PAGE: &str = r#"<!doctype html><html lang="vi"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Thử</title></head>
<body><p id="script">không có kịch bản</p><p id="width"></p><noscript><p id="none">tắt</p></noscript>
<form action="/sent"><label>Tên <input name="name"></label>
<label><input type="radio" name="face" value="4"> 4</label><button>Gửi đi</button></form>
<script>document.getElementById("script").textContent = "có kịch bản";</script></body></html>"#;

/// Serves the page for every path until the test ends.
fn serve() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut request = [0; 8192];
                let _ = stream.read(&mut request);
                let head =
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: ";
                let _ = stream.write_all(format!("{head}{}\r\n\r\n{PAGE}", PAGE.len()).as_bytes());
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn the_harness_shows_a_page_in_all_four_ways() {
    let Some(driver) = driver() else { return };
    let base = serve();
    for way in WAYS {
        Browser::play(&driver, &base, way, story).await;
    }
}

async fn story(browser: Browser) {
    let (screen, script) = browser.way;
    browser.go("/").await;
    assert_eq!(browser.title().await, "Thử");
    browser.sees(if script == Script::On { "có kịch bản" } else { "không có kịch bản" }).await;
    assert_eq!(browser.has("#none").await, script == Script::Off, "noscript is shown without script only");
    browser.fits().await;
    let (_, _, width, _) = browser.find("html").await.rectangle().await.expect("a size");
    assert!(
        (width - if screen == Screen::Phone { 390.0 } else { 1280.0 }).abs() < 1.0,
        "{screen:?} is {width} wide"
    );
    browser.write("[name=name]", "Đặng Thị Ngọc Ẩn").await;
    browser.click("[name=face][value='4']").await;
    browser.follow("Gửi đi").await;
    let path = browser.path().await;
    assert!(path.starts_with("/sent?name=%C4%90%E1%BA%B7ng"), "{path}");
    assert!(path.ends_with("&face=4"), "{path}");
}
