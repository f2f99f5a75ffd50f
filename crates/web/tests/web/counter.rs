//! The counter and the desk: receiving, steps, papers, and who may see what.

use crate::support::{Answer, Browser, OTHER, OWN, PROCEDURE, TestApp};
use axum::http::StatusCode;
use hailong_core::serve::case::State;
use hailong_store::account::Account;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const FIRST: &str = "tran-phan-1";
const SECOND: &str = "tran-phan-2";
const HEAD: &str = "tran-phan-head";
/// A procedure without a published limit, with one document.
const NO_LIMIT: &str = "1.011606";
/// A procedure with two published limits.
const TWO_LIMITS: &str = "1.000656";

/// A browser of an official who has no account in the template.
async fn sign_in(app: &TestApp, official: &str) -> Browser {
    let account =
        Account { login: official.into(), official_id: official.into(), password_hash: "none".into() };
    app.app.store.keep_account(&account).await.unwrap();
    let now = app.app.clock.machine();
    let hash: [u8; 32] = Sha256::digest(official.as_bytes()).into();
    app.app.store.begin_session(&hash, official, now, now + 3_600_000_000).await.unwrap();
    app.signed_in(official)
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// What an official types, with the first `ticked` of seven documents.
fn typed(case_id: &str, ticked: usize) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = [
        ("case_id", case_id),
        ("limit", "0"),
        ("kind", "person"),
        ("name", "Trần Thị Bưởi"),
        ("identity_number", "385 123 456"),
        ("phone", "0918 222 333"),
        ("address", "Ấp Hai"),
        ("residence", "tan-duc"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    fields.extend((0..ticked).map(|at| (format!("document-{at}"), "present".to_owned())));
    fields
}

fn with<'a>(fields: &'a [(String, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let renamed = |name: &str| more.iter().any(|(other, _)| *other == name);
    let kept = fields.iter().filter(|(name, _)| !renamed(name));
    kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied()).collect()
}

async fn fresh_id(browser: &mut Browser, procedure: &str) -> String {
    let form = browser.get(&format!("/work/receive/{procedure}")).await;
    assert_eq!(form.status, StatusCode::OK);
    hidden(&form.text, "case_id")
}

/// Receives a case with a missing document; its path.
async fn ask_supplement(browser: &mut Browser) -> String {
    let id = fresh_id(browser, PROCEDURE).await;
    let fields = typed(&id, 1);
    let review = format!("/work/receive/{PROCEDURE}/review");
    let page = browser.post(&review, &with(&fields, &[])).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("value=\"supplement\""), "{}", page.text);
    let save = format!("/work/receive/{PROCEDURE}");
    let answer = browser.post(&save, &with(&fields, &[("outcome", "supplement"), ("reason", " ")])).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("id=\"reason-error\"") && answer.text.contains("Trần Thị Bưởi"));
    let more = [("outcome", "supplement"), ("reason", "Chưa có giấy chứng sinh.")];
    let answer = browser.post(&save, &with(&fields, &more)).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, &*format!("/cases/{id}?done=supplement"))
    );
    format!("/cases/{id}")
}

async fn step(browser: &mut Browser, case: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let version = hidden(&browser.get(case).await.text, "version");
    browser.post(&format!("{case}/{action}"), &with(&[], &[fields, &[("version", &version)]].concat())).await
}

#[tokio::test]
async fn the_first_contact_is_when_the_queue_number_was_taken() {
    let (app, template) = TestApp::new().await;
    let mut official = app.signed_in(FIRST);
    for (office, contact) in [(OWN, Some("2017-06-30T08:30:00")), (OTHER, None)] {
        let ticket = template.things[office].ticket.to_string();
        let choose = official.get(&format!("/work/receive?ticket={ticket}")).await.text;
        assert!(choose.contains(&format!("href=\"/work/receive/{PROCEDURE}?ticket={ticket}\"")));
        let form = official.get(&format!("/work/receive/{PROCEDURE}?ticket={ticket}")).await.text;
        let (id, carried) = (hidden(&form, "case_id"), hidden(&form, "ticket"));
        let fields = typed(&id, 1);
        let review = format!("/work/receive/{PROCEDURE}/review");
        let page = official.post(&review, &with(&fields, &[("ticket", &carried)])).await.text;
        let carried = hidden(&page, "ticket");
        let more = [("outcome", "supplement"), ("reason", "Chưa có giấy."), ("ticket", &carried)];
        let saved = official.post(&format!("/work/receive/{PROCEDURE}"), &with(&fields, &more)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        let file = app.app.store.case(Uuid::parse_str(&id).unwrap()).await.unwrap().unwrap();
        // A number of another office proves nothing here.
        assert_eq!(file.first_contact_at.map(|at| at.to_string()).as_deref(), contact);
        assert_eq!(file.ticket.is_some(), contact.is_some());
    }
}

#[tokio::test]
async fn the_whole_loop_from_the_counter_to_the_invitation() {
    let (app, _template) = TestApp::new().await;
    let mut first = app.signed_in(FIRST);
    let case = ask_supplement(&mut first).await;
    let page = first.get(&format!("{case}?done=supplement")).await.text;
    for words in [
        "Đã lập phiếu yêu cầu bổ sung",
        "Trần Thị Bưởi",
        "385123456",
        "Chưa có giấy chứng sinh.",
        "Xã Tân Đức",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let paper = first.get(&format!("{case}/supplement-request")).await;
    assert!(paper.status == StatusCode::OK && paper.text.contains("Chưa có giấy chứng sinh."));
    assert_eq!(first.get(&format!("{case}/receipt")).await.status, StatusCode::NOT_FOUND);

    let answer = step(&mut first, &case, "accept", &[("limit", "0")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, &*format!("{case}?done=accept")));
    let page = first.get(answer.location()).await.text;
    assert!(page.contains("class=\"ledger\"") && page.contains(&format!("{case}/receipt")));
    let receipt = first.get(&format!("{case}/receipt")).await;
    assert_eq!(receipt.status, StatusCode::OK);
    for words in ["Ủy ban nhân dân xã Trần Phán", "Trần Thị Bưởi", "385123456", "<svg", "H12-170630-"]
    {
        assert!(receipt.text.contains(words), "{words}");
    }
    assert!(first.get("/work").await.text.contains(&format!("href=\"{case}\"")));

    let answer = step(&mut first, &case, "hand-over", &[("to", SECOND)]).await;
    assert_eq!(answer.location(), format!("{case}?done=hand-over"));
    assert!(!first.get("/work").await.text.contains(&format!("href=\"{case}\"")));
    assert!(
        first.get("/work?whose=office&state=in_progress").await.text.contains(&format!("href=\"{case}\""))
    );
    assert!(!first.get("/work?whose=office&tab=ready").await.text.contains(&format!("href=\"{case}\"")));
    assert!(!first.get(&case).await.text.contains("/finish\""), "whoever does not hold it cannot finish it");
    let mut second = sign_in(&app, SECOND).await;
    let answer = step(&mut second, &case, "finish", &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = step(&mut second, &case, "finish", &[("outcome", "granted")]).await;
    assert_eq!(answer.location(), format!("{case}?done=finish"));
    // Until the end the slip at hand is the one that goes with the request for documents.
    let asked = first.get(&format!("{case}/invitation")).await;
    assert_eq!(asked.status, StatusCode::OK);
    let answer = step(&mut first, &case, "return", &[]).await;
    assert_eq!(answer.location(), format!("{case}?done=return"));
    let slip = first.get(&format!("{case}/invitation")).await;
    assert_eq!(slip.status, StatusCode::OK);
    assert_ne!(slip.text, asked.text, "the end is rated by itself");
    assert!(
        !slip.text.contains("Trần Thị Bưởi") && !slip.text.contains("170630-"),
        "it names no person and no case"
    );
    let (_, rest) = slip.text.split_once("http://hailong.test").unwrap();
    let path: String = rest.chars().take_while(|c| *c != '<' && !c.is_whitespace()).collect();
    assert_eq!(app.browser().get(&path).await.status, StatusCode::OK, "{path}");
    let report = hailong_store::verify::verify(&app.app.store).await.unwrap();
    assert!(report.trouble.is_none(), "{report}");
}

#[tokio::test]
async fn a_double_click_makes_one_case_and_the_promise_is_shown_first() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.signed_in(FIRST);
    let id = fresh_id(&mut browser, PROCEDURE).await;
    let fields = typed(&id, 7);
    let page = browser.post(&format!("/work/receive/{PROCEDURE}/review"), &with(&fields, &[])).await;
    assert!(page.text.contains("class=\"ledger\""), "{}", page.text);
    let promised = hidden(&page.text, "promised");
    assert_eq!(promised, "2017-06-30");
    let save = format!("/work/receive/{PROCEDURE}");
    let again = browser.post(&save, &with(&fields, &[("edit", "yes"), ("promised", &promised)])).await;
    assert!(again.status == StatusCode::OK && again.text.contains("Trần Thị Bưởi"));
    let moved =
        browser.post(&save, &with(&fields, &[("outcome", "receive"), ("promised", "2017-06-29")])).await;
    assert_eq!(moved.status, StatusCode::CONFLICT);
    let more = [("outcome", "receive"), ("promised", &*promised)];
    let (mut left, mut right) = (browser.clone(), browser.clone());
    let fields_of_case = with(&fields, &more);
    let (a, b) = tokio::join!(left.post(&save, &fields_of_case), right.post(&save, &fields_of_case));
    let c = browser.post(&save, &fields_of_case).await;
    for answer in [a, b, c] {
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, &*format!("/cases/{id}?done=received"))
        );
    }
    let lines = app.app.store.history(Uuid::parse_str(&id).unwrap().as_bytes()).await.unwrap();
    assert_eq!(lines.len(), 2);
    // The same number later is the same person, under the same key.
    let other = fresh_id(&mut browser, PROCEDURE).await;
    let answer = browser.post(&save, &with(&typed(&other, 7), &more)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let store = &app.app.store;
    let person =
        async |id: &str| store.case(Uuid::parse_str(id).unwrap()).await.unwrap().unwrap().case.person_id;
    assert_eq!(person(&id).await, person(&other).await);
    // Nobody takes over the case of another office by its key.
    let mut stranger = sign_in(&app, "tan-duc-1").await;
    let answer = stranger.post(&save, &fields_of_case).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_typed_stays_and_faults_stand_at_their_fields() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.signed_in(FIRST);
    let id = fresh_id(&mut browser, PROCEDURE).await;
    let wrong = [("identity_number", "12"), ("kind", ""), ("residence", "atlantis")];
    let fields = typed(&id, 7);
    for path in [format!("/work/receive/{PROCEDURE}/review"), format!("/work/receive/{PROCEDURE}")] {
        let answer = browser.post(&path, &with(&fields, &wrong)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        for part in
            ["identity_number-error", "href=\"#kind\"", "residence-error", "Trần Thị Bưởi", &*id, "checked"]
        {
            assert!(answer.text.contains(part), "{part}");
        }
    }
    // Without a published limit the official types a promise; nothing is assumed.
    let id = fresh_id(&mut browser, NO_LIMIT).await;
    let fields = typed(&id, 1);
    let review = format!("/work/receive/{NO_LIMIT}/review");
    for days in ["", "0", "366", "x"] {
        let answer = browser.post(&review, &with(&fields, &[("days", days)])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{days}");
        assert!(answer.text.contains("href=\"#limit\"") && answer.text.contains("days-error"));
    }
    let answer = browser.post(&review, &with(&fields, &[("days", "5")])).await;
    assert_eq!((answer.status, &*hidden(&answer.text, "promised")), (StatusCode::OK, "2017-07-07"));
    // Of several limits one must be chosen.
    let id = fresh_id(&mut browser, TWO_LIMITS).await;
    let answer = browser
        .post(&format!("/work/receive/{TWO_LIMITS}/review"), &with(&typed(&id, 7), &[("limit", "")]))
        .await;
    assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.text.contains("href=\"#limit\""));
    // A procedure of the district is not received in a commune.
    assert_eq!(browser.get("/work/receive/1.013978").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn accepting_after_a_supplement_asks_for_the_limit_again() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.signed_in(FIRST);
    let id = fresh_id(&mut browser, NO_LIMIT).await;
    let more = [("outcome", "supplement"), ("reason", "Thiếu giấy đề nghị."), ("days", "5")];
    let answer = browser.post(&format!("/work/receive/{NO_LIMIT}"), &with(&typed(&id, 0), &more)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let case = format!("/cases/{id}");
    assert!(browser.get(&case).await.text.contains("name=\"days\""));
    let answer = step(&mut browser, &case, "accept", &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("accept-days-error") && answer.text.contains("id=\"do-accept\" open>"));
    let answer = step(&mut browser, &case, "accept", &[("days", "3")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let file = app.app.store.case(Uuid::parse_str(&id).unwrap()).await.unwrap().unwrap();
    assert_eq!(file.case.due.unwrap().to_string(), "2017-07-05T17:00:00");
}

#[tokio::test]
async fn a_stale_form_is_told_what_happened_and_loses_nothing() {
    let (app, template) = TestApp::new().await;
    let case = format!("/cases/{}", template.things[OWN].case);
    let mut first = app.signed_in(FIRST);
    let mut head = app.signed_in(HEAD);
    let seen = hidden(&first.get(&case).await.text, "version");
    let answer = step(&mut head, &case, "hand-over", &[("to", SECOND)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let words = "Trẻ đã được đăng ký khai sinh tại nơi khác.";
    let stale = first.post(&format!("{case}/refuse"), &[("version", &seen), ("reason", words)]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text.contains(words) && stale.text.contains("vừa cập nhật hồ sơ này"), "{}", stale.text);
    // The very same form sent twice is no conflict.
    let again = head.post(&format!("{case}/hand-over"), &[("version", &seen), ("to", SECOND)]).await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, &*format!("{case}?done=hand-over")));
    // A form without a version, or for a step that is not open.
    assert_eq!(
        first.post(&format!("{case}/refuse"), &[("reason", words)]).await.status,
        StatusCode::BAD_REQUEST
    );
    let early = step(&mut head, &case, "return", &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    // A reason that cannot be sent any more is shown all the same.
    let mut second = sign_in(&app, SECOND).await;
    let seen = hidden(&second.get(&case).await.text, "version");
    let others = first.post(&format!("{case}/refuse"), &[("version", &seen), ("reason", words)]).await;
    assert_eq!(
        others.status,
        StatusCode::FORBIDDEN,
        "a running case is refused by who has it, or by the head"
    );
    let answer = step(&mut head, &case, "refuse", &[("reason", "Không thuộc thẩm quyền.")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let stale = second.post(&format!("{case}/refuse"), &[("version", &seen), ("reason", words)]).await;
    assert!(stale.status == StatusCode::CONFLICT && stale.text.contains(words));
    let paper = first.get(&format!("{case}/refusal")).await;
    assert!(paper.status == StatusCode::OK && paper.text.contains("Không thuộc thẩm quyền."));
}

#[tokio::test]
async fn cases_are_seen_by_their_own_office_only() {
    let (app, template) = TestApp::new().await;
    let mut first = app.signed_in(FIRST);
    let pages = ["", "/receipt", "/supplement-request", "/refusal", "/invitation"];
    let private = ["Nguyễn Văn An", "381234567", "0912345678"];
    for page in pages {
        let path = format!("/cases/{}{page}", template.things[OTHER].returned);
        let answer = first.get(&path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{page}");
        assert!(private.iter().all(|word| !answer.text.contains(word)));
        for official in ["huyen-dam-doi-leader", "huyen-dam-doi-admin"] {
            let path = format!("/cases/{}{page}", template.things[OWN].returned);
            let answer = app.signed_in(official).get(&path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{official} {page}");
        }
    }
    let case = format!("/cases/{}", template.things[OTHER].case);
    for action in ["hand-over", "finish", "return", "refuse", "accept"] {
        let fields = [("version", "2"), ("to", "tan-duc-2"), ("outcome", "granted"), ("reason", "Không.")];
        let answer = first.post(&format!("{case}/{action}"), &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
    }
    let file = app.app.store.case(template.things[OTHER].case).await.unwrap().unwrap();
    assert_eq!((file.case.state, file.case.version), (State::Accepted, 2));
    for unknown in ["/cases/x", "/cases/01890a5d-ac96-774b-bcce-b302099a8057"] {
        assert_eq!(first.get(unknown).await.status, StatusCode::NOT_FOUND);
    }
    // A form without its token changes nothing.
    let own = format!("/cases/{}/finish", template.things[OWN].case);
    let answer =
        first.post_raw(&own, "version=2&outcome=granted", &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!first.get("/work?whose=office").await.text.contains(&template.things[OTHER].case.to_string()));
}
