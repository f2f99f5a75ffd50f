//! Files of a case, and the photo of a notice board.

use crate::counter::{self, brings};
use crate::support::browser::Browser;
use crate::support::server::Demo;
use std::path::{Path, PathBuf};

fn kept(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("a file can be written");
    path
}

/// Several at once: one is not what its name says, and keeps no other out.
pub(crate) async fn are_attached(browser: &Browser) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = brings(browser, "1.001193", true).await;
    let files = [
        kept(folder.path(), "Tờ khai.png", &browser.picture().await),
        kept(folder.path(), "Giấy hẹn.jpg", b"this is no picture"),
        kept(folder.path(), "Giấy chứng sinh.pdf", b"%PDF-1.7\n% scan\n%%EOF\n"),
    ];
    browser.submit(&format!("a[href='{page}/attachments']")).await;
    browser.put_files("#file", &files).await;
    browser.fits().await;
    browser.submit("form[enctype] button").await;
    browser.sees("Đã lưu 2 tệp").await;
    browser.sees("Giấy hẹn.jpg: Chỉ nhận PDF, JPEG và PNG").await;
    browser.fits().await;
    browser.tall_screenshot("attachments").await;
    browser.screenshot("attachments-refused").await;
    browser.submit("a[href$='?view=1']").await;
    browser.shows_picture("img").await;
    browser.screenshot("attachment-view").await;
}

/// An office confirms its board with a photo; the leader sees it.
pub(crate) async fn show_the_board(browser: &Browser, demo: &Demo) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let photo = kept(folder.path(), "bang.png", &browser.picture().await);
    let paper = kept(folder.path(), "bang.jpg", b"%PDF-1.7\n% scan\n%%EOF\n");
    browser.go("/work/posting").await;
    browser.fits().await;
    browser.click("tr:nth-child(1) label").await;
    browser.click("tr:nth-child(2) label").await;
    browser.put_files("#file", &[paper]).await;
    browser.submit("form[action='/work/posting'] .actions button").await;
    browser.sees("Ở đây cần ảnh chụp bảng niêm yết").await;
    assert_eq!(browser.all("[name=procedure]:checked").await.len(), 2, "what was ticked stays");
    browser.fits().await;
    browser.screenshot("posting-refused").await;
    browser.put_files("#file", &[photo]).await;
    browser.submit("form[action='/work/posting'] .actions button").await;
    browser.sees("Đã ghi xác nhận niêm yết").await;
    browser.shows_picture(".board-photos img").await;
    browser.fits().await;
    browser.screenshot("posting").await;
    counter::sign_out(browser).await;
    counter::sign_in(browser, demo, "leader").await;
    browser.go("/lead/posting").await;
    browser.fits().await;
    browser.screenshot("lead-posting").await;
    browser.submit("a[href='/lead/posting/tran-phan']").await;
    browser.shows_picture(".board-photos img").await;
    assert!(!browser.has("[name=procedure]").await, "a leader confirms nothing");
    browser.fits().await;
    browser.screenshot("lead-posting-office").await;
    browser.submit(".board-photos a").await;
    browser.shows_picture("img").await;
    browser.go("/lead").await;
    counter::sign_out(browser).await;
}
