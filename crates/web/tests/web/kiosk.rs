//! Rating kiosks: enrolled on the tablet itself; what they send sealed counts once, and nothing else counts at all.

use crate::support::{Browser, OTHER, OWN, Template, TestApp};
use axum::http::StatusCode;
use data_encoding::BASE64;
use hailong_core::{
    context::Entropy,
    listen::{
        kiosk::item::{self, Answer, ITEM_BYTES, MOST_AT_ONCE},
        rating::Ballot,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A tablet, and what it was told.
struct Tablet {
    browser: Browser,
    key: Vec<u8>,
    kiosk: Uuid,
    last: u64,
}

impl Tablet {
    /// The kiosk of the template.
    async fn new(app: &TestApp, template: &Template) -> Self {
        let kiosk = template.things[OWN].kiosk;
        let token = app.app.store.vault().secrets().kiosk_token(kiosk);
        Self::held(app.browser().holding("hl_kiosk", &token)).await
    }

    async fn held(mut browser: Browser) -> Self {
        let state = browser.get("/kiosk/rate/state").await;
        assert_eq!(state.status, StatusCode::OK);
        let state: Value = serde_json::from_slice(&state.bytes).unwrap();
        let key = BASE64.decode(state["key"].as_str().unwrap().as_bytes()).unwrap();
        Self { browser, key, kiosk: state["kiosk"].as_str().unwrap().parse().unwrap(), last: 0 }
    }

    fn seal(&mut self, answer: &Answer) -> Vec<u8> {
        self.last += 1;
        let entropy = Entropy::new([self.last as u8; 32]);
        item::seal(&self.key, item::GENERATION, self.kiosk, self.last, answer, &entropy).unwrap()
    }

    async fn send(&mut self, items: &[Vec<u8>]) -> Value {
        let headers = [("content-type", "application/octet-stream"), ("sec-fetch-site", "same-origin")];
        let answer = self.browser.post_raw("/kiosk/rate/answers", items.concat(), &headers).await;
        assert_eq!(answer.status, StatusCode::OK);
        let said: Value = serde_json::from_slice(&answer.bytes).unwrap();
        said["results"].clone()
    }

    async fn check(&mut self, code: &str) -> (StatusCode, Value) {
        let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
        let body = json!({ "code": code }).to_string();
        let answer = self.browser.post_raw("/kiosk/rate/check", body, &headers).await;
        (answer.status, serde_json::from_slice(&answer.bytes).unwrap_or_default())
    }
}

fn rating(code: &str, overall: u8) -> Answer {
    Answer::Rating { code: code.to_owned(), ballot: Ballot { overall, ..Ballot::default() } }
}

fn opinion(follow: &str, words: &str) -> Answer {
    Answer::Opinion {
        follow: follow.into(),
        office: OWN.into(),
        class: None,
        words: words.into(),
        name: String::new(),
        contact: String::new(),
        confidential: false,
        consent: false,
    }
}

fn outcomes(results: &Value) -> Vec<&str> {
    results.as_array().unwrap().iter().map(|result| result["outcome"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_head_makes_this_very_device_a_kiosk_and_is_signed_out_of_it() {
    let (app, template) = TestApp::new().await;
    let mut browser = app.signed_in("tran-phan-head");
    let empty = browser.post("/work/kiosks", &[("name", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let enrolled = browser.post("/work/kiosks", &[("name", "Sảnh chờ")]).await;
    assert_eq!((enrolled.status, enrolled.location()), (StatusCode::SEE_OTHER, "/kiosk/rate"));
    assert!(browser.cookie("hl_session").is_none() && browser.cookie("hl_kiosk").is_some());
    let back = browser.get("/work/kiosks").await;
    assert!(back.location().starts_with("/sign-in"), "{}", back.location());
    let page = browser.get("/kiosk/rate").await;
    assert!(page.text.contains("/static/kiosk.js") && page.text.contains("<noscript>"));
    assert!(!page.text.contains("Trần Phán"), "the page is the same for every kiosk, and may be kept");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("manifest-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers["permissions-policy"], "camera=(self), geolocation=(), microphone=()");

    let mut tablet = Tablet::held(browser).await;
    assert_ne!(tablet.kiosk, template.things[OWN].kiosk);
    let invitation = app.invite(OWN).await;
    let code = app.app.store.invitation_code(invitation).await.unwrap().unwrap();
    let item = tablet.seal(&rating(&code, 4));
    assert_eq!(outcomes(&tablet.send(&[item]).await), ["taken"]);
    let mut head = app.signed_in("tran-phan-1");
    assert_eq!(head.get("/work/kiosks").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_a_kiosk_sends_twice_counts_once() {
    let (app, template) = TestApp::new().await;
    let mut tablet = Tablet::new(&app, &template).await;
    let mut items = Vec::new();
    for overall in 1..=3 {
        let invitation = app.invite(if overall == 3 { OTHER } else { OWN }).await;
        let code = app.app.store.invitation_code(invitation).await.unwrap().unwrap();
        items.push(tablet.seal(&rating(&code, overall)));
    }
    items.push(tablet.seal(&rating(&template.things[OWN].invitation, 5)));
    items.push(tablet.seal(&opinion("ABCDEFGHJKMN", "Nên có thêm ghế chờ.")));
    let before = app.app.store.head().await.unwrap().0;
    let first = tablet.send(&items).await;
    assert_eq!(outcomes(&first), ["taken"; 5]);
    let receipt = first[0]["receipt"]["code"].as_str().unwrap();
    assert!(first[0]["receipt"]["qr"].as_str().unwrap().starts_with("<svg"));
    assert_eq!(tablet.browser.get(&format!("/receipt/{receipt}")).await.status, StatusCode::OK);
    assert_eq!(app.app.store.head().await.unwrap().0, before + 5);
    assert_eq!(outcomes(&tablet.send(&items).await), ["already"; 5], "its answer was lost on the way");
    assert_eq!(app.app.store.head().await.unwrap().0, before + 5);
    let lines = app.app.store.line(before + 1).await.unwrap().unwrap();
    assert!(lines.payload.contains("\"way\":\"kiosk\""), "{}", lines.payload);
    assert!(!lines.payload.contains(&tablet.kiosk.to_string()), "no device is on the roll");
    let followed = tablet.browser.get("/opinions/ABCDEFGHJKMN").await;
    assert!(followed.text.contains("Nên có thêm ghế chờ."));
    let arrivals = app.app.store.arrivals(tablet.kiosk).await.unwrap();
    assert_eq!((arrivals.taken, arrivals.already, arrivals.missing), (5, 5, 0));
}

#[tokio::test]
async fn what_was_forged_cut_or_made_for_another_kiosk_is_refused() {
    let (app, template) = TestApp::new().await;
    let mut tablet = Tablet::new(&app, &template).await;
    let invitation = app.invite(OWN).await;
    let code = app.app.store.invitation_code(invitation).await.unwrap().unwrap();
    let good = tablet.seal(&rating(&code, 1));
    let mut altered = good.clone();
    altered[ITEM_BYTES - 1] ^= 1;
    let mut renumbered = good.clone();
    renumbered[28] ^= 2;
    let mut other = tablet.seal(&rating(&code, 5));
    other[5..21].copy_from_slice(template.things[OTHER].kiosk.as_bytes());
    let noise: Vec<u8> = (0..ITEM_BYTES).map(|at| (at * 31 % 251) as u8).collect();
    let bad_score = tablet.seal(&rating(&code, 9));
    let bad_code = tablet.seal(&opinion("abc", "Lời"));
    let unknown = tablet.seal(&rating("0000000000000000", 5));
    let long = tablet.seal(&opinion("ABCDEFGHJKMP", &"x".repeat(1_501)));
    let items = [altered, renumbered, other, noise, bad_score, bad_code, unknown, long, good];
    let results = tablet.send(&items).await;
    assert_eq!(outcomes(&results)[..8], ["refused"; 8]);
    assert_eq!(outcomes(&results)[8], "taken", "the right one was not spoilt by the others");
    assert_eq!(results[0]["reason"], "unreadable-item");
    assert_eq!(results[6]["reason"], "invitation-unknown");

    let headers = [("content-type", "application/octet-stream"), ("sec-fetch-site", "same-origin")];
    let path = "/kiosk/rate/answers";
    for (body, status) in [
        (vec![0; ITEM_BYTES - 1], StatusCode::BAD_REQUEST),
        (vec![0; ITEM_BYTES * (MOST_AT_ONCE + 1)], StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        assert_eq!(tablet.browser.post_raw(path, body, &headers).await.status, status);
    }
    let item = tablet.seal(&rating(&code, 5));
    let elsewhere = [("content-type", "application/octet-stream"), ("sec-fetch-site", "cross-site")];
    let foreign = tablet.browser.post_raw(path, item.clone(), &elsewhere).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let stranger = app.browser().post_raw(path, item.clone(), &headers).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN, "no kiosk");
    let forged = app.browser().holding("hl_kiosk", &"A".repeat(43)).post_raw(path, item, &headers).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_withdrawn_kiosk_keeps_its_answers_until_it_is_enrolled_again() {
    let (app, template) = TestApp::new().await;
    let mut tablet = Tablet::new(&app, &template).await;
    let mut head = app.signed_in("tran-phan-head");
    let path = format!("/work/kiosks/{}/withdraw", tablet.kiosk);
    assert_eq!(head.post(&path, &[]).await.location(), "/work/kiosks?withdrawn=1");
    assert!(head.get("/work/kiosks").await.text.contains("Đã ngừng dùng"));
    let other = format!("/work/kiosks/{}/withdraw", template.things[OTHER].kiosk);
    assert_eq!(head.post(&other, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(tablet.browser.get("/kiosk/rate/state").await.status, StatusCode::FORBIDDEN);
    let token = tablet.browser.cookie("hl_kiosk").unwrap().to_owned();
    let mut again = app.signed_in("tran-phan-head").holding("hl_kiosk", &token);
    assert_eq!(again.post("/work/kiosks", &[("name", "Cửa chính")]).await.location(), "/kiosk/rate");
    let invitation = app.invite(OWN).await;
    let code = app.app.store.invitation_code(invitation).await.unwrap().unwrap();
    let item = tablet.seal(&rating(&code, 4));
    assert_eq!(outcomes(&tablet.send(&[item]).await), ["taken"], "sealed as the same kiosk");
}

#[tokio::test]
async fn guesses_are_few_and_an_answer_in_time_is_good_a_week_longer() {
    let (app, template) = TestApp::new().await;
    let mut tablet = Tablet::new(&app, &template).await;
    let invitation = app.invite(OWN).await;
    let code = app.app.store.invitation_code(invitation).await.unwrap().unwrap();
    let (status, said) = tablet.check(&code).await;
    assert_eq!((status, said["state"].as_str()), (StatusCode::OK, Some("open")));
    assert!(said["office"].as_str().unwrap().contains("Trần Phán"));
    for _ in 0..30 {
        assert_eq!(tablet.check("0000000000000000").await.1["state"], "invitation-unknown");
    }
    assert_eq!(tablet.check(&code).await.0, StatusCode::TOO_MANY_REQUESTS);
    let item = tablet.seal(&rating(&code, 4));
    assert_eq!(outcomes(&tablet.send(std::slice::from_ref(&item)).await), [""; 0], "it waits on the tablet");

    // Issued on 27 June: good until 25 September, at a kiosk until 2 October.
    let late = Tablet::new(&app.on("2017-10-02T09:00"), &template).await;
    let mut late = Tablet { last: 1, ..late };
    assert_eq!(outcomes(&late.send(&[item]).await), ["taken"]);
    let invitation = app.invite(OWN).await;
    let code = app.app.store.invitation_code(invitation).await.unwrap().unwrap();
    let too_late = app.on("2017-10-03T09:00");
    let mut tablet = Tablet::new(&too_late, &template).await;
    let item = tablet.seal(&rating(&code, 4));
    assert_eq!(tablet.send(&[item]).await[0]["reason"], "invitation-expired");
}

#[tokio::test]
async fn the_worker_names_a_version_and_keeps_only_what_there_is() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    let worker = browser.get("/kiosk/worker.js").await.text;
    assert!(worker.starts_with("const VERSION = \""));
    let kept = worker.split_once("const KEPT = [").unwrap().1.split_once("];").unwrap().0;
    let paths = kept.replace("${PAGE}", "/kiosk/rate");
    let paths: Vec<_> = paths.split(['"', '`']).filter(|path| path.starts_with('/')).collect();
    assert_eq!(paths.len(), 8);
    for path in paths {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
}
