//! What people say is answered: an opinion from its author to the published answer, and a dialogue from its survey to what became of
//! its promise.

use hailong_core::{
    context::Actor,
    listen::{
        dialogue::wave::write_number,
        opinion::{Opinion, Said},
    },
    time::Instant,
};
use hailong_store::{
    Store, Url,
    keys::{Vault, fresh_bytes},
};

use crate::{
    counter,
    support::{browser::Browser, server::Demo},
};

const WORDS: &str = "Máy lấy số hỏng đã ba ngày, bà con chen nhau trước quầy.";
const ANSWER: &str = "Máy đã sửa xong sáng nay. Xin lỗi bà con vì đã để chờ.";
const DESK: &str = "/work/dialogues/2017-3";

/// The record of a demo, beside the program that serves it.
async fn record(demo: &Demo) -> Store {
    Store::open(&Url::Sqlite(demo.database()), 970, Vault::of_demo(1)).await.expect("its record")
}

/// Something happens at a later moment, so that the demo's clock goes on from there after the next start.
pub(crate) async fn later(demo: &Demo, when: &str) {
    let store = record(demo).await;
    let at = Instant::parse_local(when).expect("a moment");
    let said = Said::new("tran-phan", Opinion { words: "Xin cảm ơn bộ phận.".into(), ..Opinion::default() });
    let directory = store.directory();
    let entropy = fresh_bytes().expect("random bytes");
    let ctx = store.context(Actor::Citizen, at, &directory, entropy);
    store.receive_opinion(said, &ctx).await.expect("it is taken");
}

/// An opinion is written, sorted, answered, published, and judged by its author.
pub(crate) async fn an_opinion_is_answered(browser: &Browser, demo: &Demo) {
    browser.go("/opinions/new").await;
    browser.pick("[name=office]", "tran-phan").await;
    browser.write("[name=words]", WORDS).await;
    browser.click("label:has(> [name=consent])").await;
    browser.submit("form[action='/opinions/new'] .actions button").await;
    browser.sees("Chúng tôi đã nhận được").await;
    let code = browser.text_of("p.code").await;

    counter::sign_in(browser, demo, "leader").await;
    browser.go("/work/opinions").await;
    browser.follow("Máy lấy số hỏng đã ba ngày").await;
    browser.sees(WORDS).await;
    let page = browser.path().await;
    open(browser, "triage").await;
    browser.pick("form[action$='/triage'] [name=class]", "idea").await;
    browser.pick("form[action$='/triage'] [name=topic]", "place").await;
    browser.pick("form[action$='/triage'] [name=urgency]", "pressing").await;
    browser.pick("form[action$='/triage'] [name=office]", "tran-phan").await;
    browser.submit("form[action$='/triage'] button").await;
    browser.go(&page).await;
    open(browser, "answer").await;
    browser.write("form[action$='/answer'] [name=answer]", ANSWER).await;
    browser.submit("form[action$='/answer'] button").await;
    browser.go(&page).await;
    open(browser, "publish").await;
    browser.submit("form[action$='/publish'] button").await;
    browser.fits().await;
    browser.screenshot("opinion-published").await;
    counter::sign_out(browser).await;

    browser.go("/opinions").await;
    browser.write("[name=code]", &code).await;
    browser.submit("form[action='/opinions'] button").await;
    browser.sees(ANSWER).await;
    browser.choose("helped", "yes").await;
    browser.submit("form[action$='/helped'] button").await;
    browser.fits().await;
    browser.screenshot("opinion-helped").await;
    browser.go("/opinions/published").await;
    browser.sees(ANSWER).await;
    browser.fits().await;
}

/// Unfolds a step of an opinion.
async fn open(browser: &Browser, step: &str) {
    browser.find(&format!("form[action$='/{step}']")).await;
    let folded = format!("details:has(form[action$='/{step}']):not([open]) > summary");
    if browser.has(&folded).await {
        browser.click(&folded).await;
    }
}

/// A wave is opened, forms come back, the commune is chosen and the day announced; somebody registers.
pub(crate) async fn a_commune_is_chosen(browser: &Browser, demo: &Demo) {
    counter::sign_in(browser, demo, "leader").await;
    browser.go("/work/dialogues").await;
    browser.pick("[name=dialogue]", "2017-3").await;
    browser.write("[name=forms]", "400").await;
    browser.submit("form[action='/work/dialogues'] button").await;
    browser.sees("Đã thu về 0 trên 400 phiếu.").await;
    let store = record(demo).await;
    for (commune, forms, pressing) in [("tan-duyet", 8, 7), ("tran-phan", 8, 1)] {
        let numbers = store.form_numbers("2017-3", commune).await.expect("its forms");
        for (n, number) in numbers.into_iter().take(forms).enumerate() {
            type_form(browser, &write_number(number), commune, n < pressing).await;
        }
    }
    browser.go(DESK).await;
    browser.sees("Đã thu về 16 trên 400 phiếu.").await;
    browser.sees("Chọn Xã Tân Duyệt").await;
    browser.fits().await;
    browser.tall_screenshot("dialogue-choice").await;
    browser.pick("[name=host]", "tan-duyet").await;
    browser.submit("form[action$='/host'] button").await;
    browser.write_day("[name=day]", (2017, 7, 14)).await;
    browser.run("document.querySelector('[name=time]').value = '08:00'").await;
    browser.write("[name=place]", "Hội trường xã Tân Duyệt").await;
    browser.submit("form[action$='/notice'] button").await;
    browser.sees("Hội trường xã Tân Duyệt").await;
    counter::sign_out(browser).await;

    browser.go("/dialogues/2017-3/join").await;
    browser.click("label:has(> [name=attends])").await;
    browser.write("[name=name]", "Lê Thị Kín").await;
    browser.write("[name=words]", "Bao giờ trả sổ cho ấp Một?").await;
    browser.pick("[name=topic]", "land").await;
    browser.submit("form[action$='/join'] .actions button").await;
    browser.sees("Đã ghi nhận").await;
    browser.fits().await;
}

async fn type_form(browser: &Browser, number: &str, commune: &str, pressing: bool) {
    browser.go(&format!("{DESK}/forms")).await;
    browser.write("[name=number]", number).await;
    browser.pick("[name=commune]", commune).await;
    browser.choose("way", "paper").await;
    browser.choose("pressing", if pressing { "yes" } else { "no" }).await;
    if pressing {
        browser.pick("[name=topic]", "land").await;
    }
    browser.submit("form[action$='/forms'] .actions button").await;
    browser.sees(&format!("Đã ghi phiếu {number}.")).await;
}

/// On the day: earlier promises first, then a question with owner and deadline, then the minutes are closed.
pub(crate) async fn minutes_are_written(browser: &Browser, demo: &Demo) {
    counter::sign_in(browser, demo, "leader").await;
    browser.go(&format!("{DESK}/agenda?topic=land")).await;
    browser.sees("Bao giờ trả sổ cho ấp Một?").await;
    browser.go(&format!("{DESK}/minutes")).await;
    assert!(!browser.has("[name=question]").await, "earlier promises come first");
    browser.submit("form:has([name=what][value=review]) button").await;
    browser.pick("[name=topic]", "land").await;
    browser.write("[name=question]", "Bao giờ trả sổ cho ấp Một?").await;
    browser.pick("[name=owner]", "tran-phan").await;
    browser.write_day("[name=deadline]", (2017, 7, 28)).await;
    browser.submit("form:has([name=what][value=promise]) button").await;
    browser.write("[name=attended]", "85").await;
    browser.write("[name=minutes]", "Phó Chủ tịch chủ trì.").await;
    browser.submit("form:has([name=what][value=close]) button").await;
    browser.fits().await;
    browser.tall_screenshot("dialogue-minutes").await;
    counter::sign_out(browser).await;
}

/// The owner reports what was done, with evidence, and everybody can read it.
pub(crate) async fn a_promise_is_kept(browser: &Browser, demo: &Demo) {
    counter::sign_in(browser, demo, "head").await;
    browser.go("/work/promises").await;
    browser.follow("Bao giờ trả sổ cho ấp Một?").await;
    browser.write("[name=answer]", "Đã trả 12 sổ.").await;
    browser.write("[name=evidence]", "Công văn 45/UBND").await;
    browser.click("label:has(> [name=kept])").await;
    browser.submit("form[action^='/work/promises/'] button").await;
    browser.fits().await;
    counter::sign_out(browser).await;
    browser.go("/dialogues/2017-3").await;
    for words in ["85 người dự.", "Đã trả 12 sổ.", "Công văn 45/UBND", "Đã làm đúng hạn"]
    {
        browser.sees(words).await;
    }
    browser.fits().await;
    browser.tall_screenshot("dialogue-followed").await;
}
