//! Notices as they leave the house: through a real mail server, to gateways and to other systems.

use crate::mail::{Listener, MailServer, free_port};
use crate::support::{OWN, PROCEDURE, Template, TestApp};
use data_encoding::BASE64;
use hailong_core::{
    context::Actor,
    serve::{
        applicant::{Applicant, ApplicantKind, Language, Wishes},
        case::{CheckDocuments, LimitChoice, Mark, OpenCase, Outcome, ReturnWay, Step},
        notice::{Channel, Kind, Problem, QuietHours, State},
    },
    time::Instant,
};
use hailong_store::{
    keys::fresh_bytes,
    serve::notice::{LEASE_SECONDS, NoticeFile},
};
use hailong_web::notice::{
    GatewaySettings, InboundSettings, Post, Security, Settings, WebhookSettings, send_due,
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

const SECRET: &[u8; 24] = b"a secret of twenty-four.";

fn at(text: &str) -> Instant {
    Instant::parse_local(text).unwrap()
}

fn applicant(email: &str, phone: &str) -> Applicant {
    Applicant {
        kind: ApplicantKind::Person,
        name: "Nguyễn Thị Ánh".into(),
        identity_number: "381999888".into(),
        phone: phone.into(),
        email: email.into(),
        address: "Ấp Kín".into(),
        residence: None,
        wishes: Wishes::default(),
    }
}

/// Receives a case; what was waiting before is out of the way.
async fn receive(test: &TestApp, applicant: Applicant, when: &str) -> Uuid {
    let store = &test.app.store;
    let quiet = QuietHours::new(hailong_core::time::Minute(0), hailong_core::time::Minute(0));
    let old = store.claim_notices(Uuid::from_u128(1), at(when), quiet, 100).await.unwrap();
    for file in old.notices {
        let outcome = hailong_core::serve::notice::Outcome::Outdated;
        store.notice_done(old.mark, &file, outcome, at(when), quiet).await.unwrap();
    }
    let directory = store.directory();
    let official = Actor::Official(directory.official(&format!("{OWN}-1")).unwrap().clone());
    let ctx = store.context(official, at(when), &directory, fresh_bytes().unwrap());
    let case_id = Uuid::from_slice(&fresh_bytes().unwrap()[..16]).unwrap();
    let documents = vec![Mark::Present; directory.versions(PROCEDURE)[0].documents.len()];
    let check = CheckDocuments { documents, limit: LimitChoice::Published(0), reason: String::new() };
    let open = OpenCase::at_counter(case_id, PROCEDURE, applicant);
    store.receive_case(open, check, &ctx).await.unwrap();
    case_id
}

async fn step(test: &TestApp, id: Uuid, step: Step, when: &str) {
    let store = &test.app.store;
    let directory = store.directory();
    let official = Actor::Official(directory.official(&format!("{OWN}-1")).unwrap().clone());
    let ctx = store.context(official, at(when), &directory, fresh_bytes().unwrap());
    store.step_case(id, None, step, &ctx).await.unwrap();
}

async fn one(test: &TestApp, id: Uuid, kind: Kind, channel: Channel) -> NoticeFile {
    let found = test.app.store.notices_of(id).await.unwrap();
    let mut found = found.into_iter().filter(|file| (file.kind, file.channel) == (kind, channel));
    let file = found.next().unwrap();
    assert!(found.next().is_none(), "once by each way");
    file
}

fn smtp(port: u16, security: Security) -> Post {
    Post::new(&MailServer::settings(port, security)).unwrap()
}

#[tokio::test]
async fn a_letter_goes_through_a_real_mail_server() {
    let Some(mut server) = MailServer::start("starttls", free_port()) else { return };
    let template = Template::new().await;
    let test = template.app_with(smtp(server.port, Security::StartTls)).await;
    let id = receive(&test, applicant("anh@thu.example.vn", ""), "2017-06-30T08:00").await;
    assert_eq!(send_due(&test.app, at("2017-06-30T08:01")).await.unwrap(), 1);
    let letter = server.letter();
    assert_eq!((&letter["tls"], &letter["signed_in"]), (&true.into(), &true.into()));
    assert_eq!(letter["to"][0], "anh@thu.example.vn");
    let code = test.app.store.case(id).await.unwrap().unwrap().code.unwrap();
    let secret = test.app.store.vault().secrets().track_secret(id);
    let headers = &letter["headers"];
    assert_eq!(headers["subject"], format!("Hồ sơ {code} đã được tiếp nhận"));
    assert_eq!(headers["auto-submitted"], "auto-generated");
    assert_eq!(headers["from"], "Một cửa Đầm Dơi <motcua@example.vn>");
    let file = one(&test, id, Kind::Received, Channel::Email).await;
    assert_eq!(headers["message-id"], format!("<{}.970@example.vn>", file.id.simple()));
    for part in ["plain", "html"] {
        let text = letter[part].as_str().unwrap();
        for words in ["Nguyễn Thị Ánh", &code, &format!("http://hailong.test/track/{secret}"), "hẹn trả"]
        {
            assert!(text.contains(words), "{part}: {words} is not in\n{text}");
        }
        assert!(!text.contains("381999888") && !text.contains("Ấp Kín"), "{text}");
    }
    assert_eq!((file.state, file.tries), (State::Sent, 1));
    assert_eq!(send_due(&test.app, at("2017-06-30T18:00")).await.unwrap(), 0, "once");
}

#[tokio::test]
async fn a_server_that_asks_for_patience_gets_it() {
    let Some(mut server) = MailServer::start("plain", free_port()) else { return };
    let template = Template::new().await;
    let test = template.app_with(smtp(server.port, Security::None)).await;
    let id = receive(&test, applicant("grey@thu.example.vn", ""), "2017-06-30T08:00").await;
    let now = at("2017-06-30T08:00");
    assert_eq!(send_due(&test.app, now).await.unwrap(), 1);
    let file = one(&test, id, Kind::Received, Channel::Email).await;
    let trouble = file.trouble.unwrap();
    assert_eq!((file.state, trouble.problem, trouble.code), (State::Waiting, Problem::Busy, Some(451)));
    assert_eq!(file.send_at, now.plus_seconds(60));
    assert_eq!(send_due(&test.app, now.plus_seconds(59)).await.unwrap(), 0);
    assert_eq!(send_due(&test.app, now.plus_seconds(60)).await.unwrap(), 1);
    assert_eq!(server.letter()["to"][0], "grey@thu.example.vn");
    assert_eq!(one(&test, id, Kind::Received, Channel::Email).await.state, State::Sent);
}

#[tokio::test]
async fn who_cannot_be_written_to_is_shown_to_the_head() {
    let Some(server) = MailServer::start("plain", free_port()) else { return };
    let template = Template::new().await;
    let test = template.app_with(smtp(server.port, Security::None)).await;
    let id = receive(&test, applicant("unknown@thu.example.vn", ""), "2017-06-30T08:00").await;
    send_due(&test.app, at("2017-06-30T08:01")).await.unwrap();
    let file = one(&test, id, Kind::Received, Channel::Email).await;
    assert_eq!((file.state, file.trouble.unwrap().code), (State::Failed, Some(550)));
    let mut head = test.signed_in("tran-phan-head");
    let list = head.get("/work/notices").await.text;
    assert!(list.contains(&format!("/cases/{id}")) && list.contains("(550)"), "{list}");
    assert!(!list.contains("unknown@"), "no address in a list");
    let log = test.signed_in("tran-phan-1").get(&format!("/cases/{id}/notices")).await.text;
    assert!(log.contains("Không đến") && !log.contains("unknown@"), "{log}");
    let answer = head.post(&format!("/work/notices/{}/called", file.id), &[]).await;
    assert_eq!(answer.location(), "/work/notices?done=called");
    let again = head.post(&format!("/work/notices/{}/again", file.id), &[]).await;
    assert_eq!(again.location(), "/work/notices?done=moved-on", "it was dealt with");
    assert!(!head.get("/work/notices").await.text.contains(&id.to_string()));
    let log = head.get(&format!("/cases/{id}/notices")).await.text;
    assert!(log.contains("Đã báo trực tiếp"), "{log}");
}

#[tokio::test]
async fn a_server_that_is_down_is_tried_later() {
    let template = Template::new().await;
    let port = free_port();
    let test = template.app_with(smtp(port, Security::StartTls)).await;
    let id = receive(&test, applicant("anh@thu.example.vn", ""), "2017-06-30T20:59").await;
    let evening = at("2017-06-30T20:59");
    send_due(&test.app, evening).await.unwrap();
    let file = one(&test, id, Kind::Received, Channel::Email).await;
    assert_eq!((file.state, file.trouble.unwrap().problem), (State::Waiting, Problem::Unreachable));
    assert_eq!(file.send_at, at("2017-07-01T07:00"), "not in the night");
    let Some(mut server) = MailServer::start("starttls", port) else { return };
    assert_eq!(send_due(&test.app, at("2017-07-01T07:00")).await.unwrap(), 1);
    assert_eq!(server.letter()["to"][0], "anh@thu.example.vn");
}

#[tokio::test]
async fn nothing_goes_to_a_server_that_cannot_prove_who_it_is() {
    let Some(server) = MailServer::start("starttls", free_port()) else { return };
    let template = Template::new().await;
    let mut settings = MailServer::settings(server.port, Security::StartTls);
    settings.roots.clear();
    let test = template.app_with(Post::new(&settings).unwrap()).await;
    let id = receive(&test, applicant("anh@thu.example.vn", ""), "2017-06-30T08:00").await;
    send_due(&test.app, at("2017-06-30T08:01")).await.unwrap();
    let file = one(&test, id, Kind::Received, Channel::Email).await;
    assert_eq!((file.state, file.trouble.unwrap().problem), (State::Waiting, Problem::Unreachable));
}

/// Killed after sending and before noting: the letter goes once more, under the same number.
#[tokio::test]
async fn the_second_letter_of_a_killed_sender_has_the_same_number() {
    let Some(mut server) = MailServer::start("plain", free_port()) else { return };
    let template = Template::new().await;
    let test = template.app_with(smtp(server.port, Security::None)).await;
    let id = receive(&test, applicant("anh@thu.example.vn", ""), "2017-06-30T08:00").await;
    // The claim of the sender that will be killed, as the record keeps it.
    let now = at("2017-06-30T08:01");
    let store = &test.app.store;
    let killed = store.claim_notices(Uuid::from_u128(2), now, QuietHours::default(), 10).await.unwrap();
    assert_eq!(killed.notices.len(), 1);
    // The same record in another place, where the letter goes: what was sent is not noted here.
    let twin = test.twin(smtp(server.port, Security::None)).await;
    assert_eq!(send_due(&twin.app, now.plus_seconds(LEASE_SECONDS)).await.unwrap(), 1);
    let first = server.letter();
    // In the record itself nothing was noted.
    assert_eq!(send_due(&test.app, now.plus_seconds(LEASE_SECONDS - 1)).await.unwrap(), 0);
    assert_eq!(send_due(&test.app, now.plus_seconds(LEASE_SECONDS)).await.unwrap(), 1);
    let second = server.letter();
    assert_eq!(first["headers"]["message-id"], second["headers"]["message-id"]);
    assert_eq!(one(&test, id, Kind::Received, Channel::Email).await.state, State::Sent);
}

fn gateway(name: &str, url: &str) -> GatewaySettings {
    GatewaySettings {
        name: name.into(),
        url: url.into(),
        token: Some("a-token".into()),
        body: serde_json::json!({"to": "{phone_84}", "text": "{sms}", "long": "{text}", "id": "{id}"}),
        success: Some(("error".into(), "0".into())),
    }
}

#[tokio::test]
async fn gateways_are_asked_in_order() {
    let (zalo, zalo_url) = Listener::start(&[(200, r#"{"error": -118}"#)]).await;
    let (sms, sms_url) = Listener::start(&[(503, ""), (200, r#"{"error": "0"}"#)]).await;
    let gateways = vec![gateway("zalo", &zalo_url), gateway("sms", &sms_url)];
    let template = Template::new().await;
    let post = Post::new(&Settings { gateways, ..Settings::default() }).unwrap();
    let test = template.app_with(post).await;
    let id = receive(&test, applicant("", "0918765432"), "2017-06-30T08:00").await;
    let now = at("2017-06-30T08:01");
    send_due(&test.app, now).await.unwrap();
    assert_eq!(one(&test, id, Kind::Received, Channel::Phone).await.trouble.unwrap().code, Some(503));
    send_due(&test.app, now.plus_seconds(60)).await.unwrap();
    let file = one(&test, id, Kind::Received, Channel::Phone).await;
    assert_eq!((file.state, file.via.as_deref()), (State::Sent, Some("sms")));
    let (to_zalo, to_sms) = (zalo.came(), sms.came());
    assert_eq!((to_zalo.len(), to_sms.len()), (2, 2));
    let numbers: Vec<_> =
        to_zalo.iter().chain(&to_sms).map(|came| came.headers["idempotency-key"].clone()).collect();
    assert!(numbers.iter().all(|number| *number == numbers[0]), "{numbers:?}");
    assert_eq!(to_sms[0].headers["authorization"], "Bearer a-token");
    let body: serde_json::Value = serde_json::from_slice(&to_sms[1].body).unwrap();
    assert_eq!(body["to"], "84918765432");
    let text = body["text"].as_str().unwrap();
    assert!(text.is_ascii() && text.len() <= 160 && text.contains("da tiep nhan, hen tra ket qua"), "{text}");
    assert!(body["long"].as_str().unwrap().contains("đã tiếp nhận, hẹn trả kết quả"));
    assert!(!body.to_string().contains("Ánh"), "a message lights up on the table: no name in it");
}

/// What a receiver does by our guide.
fn verified(came: &crate::mail::Came, secret: &[u8]) -> bool {
    let header = |name: &str| came.headers[name].to_str().unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).as_bytes());
    mac.update(&came.body);
    let signature = header("webhook-signature").strip_prefix("v1,").unwrap();
    mac.verify_slice(&BASE64.decode(signature.as_bytes()).unwrap()).is_ok()
}

#[tokio::test]
async fn other_systems_are_told_and_can_check_it() {
    let (portal, url) = Listener::start(&[(500, ""), (204, "")]).await;
    let (picky, picky_url) = Listener::start(&[(422, "")]).await;
    let webhook =
        |name: &str, url: String| WebhookSettings { name: name.into(), url, secret: SECRET.to_vec() };
    let webhooks = vec![webhook("portal", url), webhook("picky", picky_url)];
    let template = Template::new().await;
    let test = template.app_with(Post::new(&Settings { webhooks, ..Settings::default() }).unwrap()).await;
    let night = at("2017-06-30T23:00");
    let id = receive(&test, applicant("", ""), "2017-06-30T23:00").await;
    assert_eq!(send_due(&test.app, night).await.unwrap(), 2);
    assert_eq!(send_due(&test.app, night.plus_seconds(60)).await.unwrap(), 1);
    let came = portal.came();
    assert_eq!(came.len(), 2);
    assert!(came.iter().all(|came| verified(came, SECRET) && !verified(came, b"another secret")));
    assert_eq!(
        came[0].headers["webhook-id"], came[1].headers["webhook-id"],
        "whoever saw it drops the second"
    );
    let mut forged = came[1].clone();
    forged.body = forged.body.iter().map(|byte| if *byte == b'9' { b'8' } else { *byte }).collect();
    assert!(!verified(&forged, SECRET));
    let seconds: i64 = came[0].headers["webhook-timestamp"].to_str().unwrap().parse().unwrap();
    assert!(
        (test.app.clock.machine() / 1_000_000 - seconds).abs() < 300,
        "a replay of old is seen by its time"
    );
    let body: serde_json::Value = serde_json::from_slice(&came[1].body).unwrap();
    let code = test.app.store.case(id).await.unwrap().unwrap().code.unwrap();
    assert_eq!(
        (&body["type"], &body["timestamp"]),
        (&"received".into(), &"2017-06-30T23:00:00+07:00".into())
    );
    assert_eq!((&body["data"]["code"], &body["data"]["status"]), (&code.into(), &2.into()));
    let text = body.to_string();
    assert!(!text.contains("Ánh") && !text.contains("381999888"), "{text}");
    assert_eq!(picky.came().len(), 1, "a refusal is not tried again");
    let files = test.app.store.notices_of(id).await.unwrap();
    let states: Vec<_> = files.iter().map(|file| (file.target.as_str(), file.state)).collect();
    assert!(states.contains(&("portal", State::Sent)) && states.contains(&("picky", State::Failed)));
    assert!(test.app.store.failed_notices(OWN, None, 10).await.unwrap().is_empty(), "nobody to call");
}

#[tokio::test]
async fn without_a_way_pages_promise_nothing() {
    let template = Template::new().await;
    let test = template.app_with(Post::none()).await;
    let id = receive(&test, applicant("anh@thu.example.vn", "0918765432"), "2017-06-30T08:00").await;
    assert_eq!(send_due(&test.app, at("2017-06-30T08:01")).await.unwrap(), 2);
    for channel in [Channel::Email, Channel::Phone] {
        assert_eq!(one(&test, id, Kind::Received, channel).await.state, State::Unsent);
    }
    let mut head = test.signed_in("tran-phan-head");
    for path in ["/work/notices", &format!("/cases/{id}/notices")] {
        let page = head.get(path).await.text;
        assert!(page.contains("không có tin nào được gửi đi"), "{path}: {page}");
    }
    let file = one(&test, id, Kind::Received, Channel::Email).await;
    let answer = head.post(&format!("/work/notices/{}/again", file.id), &[]).await;
    assert_eq!(answer.location(), "/work/notices?done=again");
    assert_eq!(one(&test, id, Kind::Received, Channel::Email).await.state, State::Waiting);
}

#[tokio::test]
async fn a_demo_writes_into_its_own_mailbox() {
    let template = Template::new().await;
    let test = template.app().await;
    let mut english = applicant("anh@thu.example.vn", "0918765432");
    english.wishes = Wishes { language: Language::En, silence: false };
    let id = receive(&test, english, "2017-06-30T08:00").await;
    let mut silent = applicant("silent@thu.example.vn", "0918765433");
    silent.wishes.silence = true;
    let directory = test.app.store.directory();
    assert!(directory.authority.demo);
    send_due(&test.app, at("2017-06-30T08:01")).await.unwrap();
    let mut admin = test.signed_in("huyen-dam-doi-admin");
    let page = admin.get("/admin/notices").await.text;
    assert!(page.contains("Dear Nguyễn Thị Ánh") && page.contains("anh@thu.example.vn"), "{page}");
    let second = receive(&test, silent, "2017-06-30T08:02").await;
    assert!(test.app.store.notices_of(second).await.unwrap().is_empty(), "no notice was wanted");
    // The result is ready, and fetched before the letter could go.
    step(&test, id, Step::Finish { outcome: Outcome::Granted }, "2017-06-30T08:10").await;
    step(&test, id, Step::Return { way: ReturnWay::Counter }, "2017-06-30T08:11").await;
    send_due(&test.app, at("2017-06-30T08:12")).await.unwrap();
    assert_eq!(one(&test, id, Kind::Ready, Channel::Email).await.state, State::Outdated);
}

#[tokio::test]
async fn the_administrator_sends_a_test() {
    let template = Template::new().await;
    let test = template.app().await;
    let mut admin = test.signed_in("huyen-dam-doi-admin");
    let wrong = admin.post("/admin/notices/test", &[("to", "an@")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("value=\"an@\"") && wrong.text.contains("Chưa đọc được địa chỉ này"));
    for to in ["an@thu.example.vn", "0918 765 432"] {
        let sent = admin.post("/admin/notices/test", &[("to", to)]).await;
        assert!(sent.text.contains("Tin thử đã được nơi gửi nhận"), "{}", sent.text);
    }
    let none = template.app_with(Post::none()).await;
    let mut admin = none.signed_in("huyen-dam-doi-admin");
    let failed = admin.post("/admin/notices/test", &[("to", "0918765432")]).await;
    assert!(failed.text.contains("chưa cài đặt cách gửi này"), "{}", failed.text);
}

/// What is ticked at the counter decides what is written, and is carried through the review.
#[tokio::test]
async fn what_the_applicant_wants_is_asked_at_the_counter() {
    let template = Template::new().await;
    let test = template.app().await;
    let mut official = test.signed_in("tran-phan-1");
    for (wish, notices, words) in
        [("vi", 1, "Bằng tiếng Việt"), ("en", 1, "Bằng tiếng Anh"), ("none", 0, "Không muốn")]
    {
        let form = official.get(&format!("/work/receive/{PROCEDURE}")).await.text;
        let id =
            form.split("name=\"case_id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let promised = {
            let fields = typed(&id, wish);
            let review =
                official.post(&format!("/work/receive/{PROCEDURE}/review"), &pairs(&fields)).await.text;
            assert!(
                review.contains(&format!("name=\"notices\" value=\"{wish}\"")) && review.contains(words),
                "{review}"
            );
            review.split("name=\"promised\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        let mut fields = typed(&id, wish);
        fields.extend([("outcome", "receive".to_owned()), ("promised", promised)]);
        let saved = official.post(&format!("/work/receive/{PROCEDURE}"), &pairs(&fields)).await;
        assert_eq!(saved.location(), format!("/cases/{id}?done=received"), "{}", saved.text);
        let files = test.app.store.notices_of(id.parse().unwrap()).await.unwrap();
        assert_eq!(files.len(), notices, "{wish}");
        if let Some(file) = files.first() {
            let letter = test.app.store.letter(file).await.unwrap().unwrap();
            assert_eq!(letter.language == Language::En, wish == "en");
        }
    }
}

fn typed(id: &str, wish: &str) -> Vec<(&'static str, String)> {
    [
        ("case_id", id),
        ("limit", "0"),
        ("kind", "person"),
        ("name", "Trần Thị Bưởi"),
        ("identity_number", "385123456"),
        ("phone", "0918222333"),
        ("address", "Ấp Hai"),
        ("residence", "tan-duc"),
        ("all_documents", "yes"),
        ("notices", wish),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

fn pairs<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// The letter of a kind in the demo's mailbox, with the path that its link has.
async fn link_in_mailbox(test: &TestApp, starts: &str) -> Option<String> {
    let page = test.signed_in("huyen-dam-doi-admin").get("/admin/notices").await.text;
    let from = page.find(&format!("/{starts}/"))?;
    let path: String =
        page[from..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c)).collect();
    Some(path)
}

#[tokio::test]
async fn a_rating_is_asked_for_noted_without_its_scores_and_can_be_denied() {
    let template = Template::new().await;
    let test = template.app().await;
    let id = receive(&test, applicant("anh@thu.example.vn", ""), "2017-06-30T08:00").await;
    step(&test, id, Step::Finish { outcome: Outcome::Granted }, "2017-06-30T08:10").await;
    step(&test, id, Step::Return { way: ReturnWay::Counter }, "2017-06-30T08:11").await;
    send_due(&test.app, at("2017-06-30T08:12")).await.unwrap();
    assert_eq!(link_in_mailbox(&test, "rate").await, None, "not while the applicant stands at the counter");
    send_due(&test.app, at("2017-06-30T10:12")).await.unwrap();
    let rate = link_in_mailbox(&test, "rate").await.expect("an invitation by e-mail");
    let invitation = test.app.store.invitation_of_case(id).await.unwrap().unwrap().invited.invitation_id;
    let denial = format!("/not-me/{}", test.app.store.vault().secrets().denial_token(invitation));
    let mut browser = test.browser();
    assert_eq!(browser.get(&denial).await.status, 410, "nothing was recorded yet");
    browser.get(&rate).await;
    let thanks = browser.post(&rate, &[("overall", "2"), ("words", "Điều kín đáo")]).await;
    assert!(thanks.text.contains("id=\"receipt\""), "{}", thanks.text);
    assert_eq!(test.app.store.invitation(invitation).await.unwrap().map(|found| found.used), Some(true));
    // The outbox knows the day, not the hour; officials see nothing of it.
    let notices = test.app.store.notices_of(invitation).await.unwrap();
    let rated = notices.iter().find(|notice| notice.kind == Kind::Rated).unwrap();
    assert_eq!((rated.made_at, rated.send_at.day()), (at("2017-06-30T00:00"), at("2017-07-01T00:00").day()));
    let page = test.signed_in("tran-phan-head").get(&format!("/cases/{id}/notices")).await.text;
    assert!(!page.contains("đánh giá"), "{page}");
    send_due(&test.app, at("2017-07-01T10:01")).await.unwrap();
    assert_eq!(link_in_mailbox(&test, "not-me").await.as_ref(), Some(&denial));
    let mailbox = test.signed_in("huyen-dam-doi-admin").get("/admin/notices").await.text;
    assert!(!mailbox.contains("Điều kín đáo"));
    assert!(browser.get(&denial).await.text.contains("Không phải tôi"));
    for _ in 0..2 {
        let done = browser.post(&denial, &[]).await;
        assert!(done.text.contains("Đã ghi nhận"), "a second click is kind: {}", done.text);
    }
    let figures = browser.get("/figures/tran-phan").await.text;
    assert!(figures.contains("1 người được mời báo rằng"), "{figures}");
    let other = if denial.ends_with('A') { 'Q' } else { 'A' };
    let forged = format!("{}{other}", &denial[..denial.len() - 1]);
    assert_eq!(browser.get(&forged).await.status, 404);
}

/// A message that a gateway hands on, signed.
async fn message(test: &TestApp, secret: &[u8], from: &str, text: &str) -> (u16, String) {
    let body = serde_json::json!({ "from": from, "text": text }).to_string();
    let seconds = test.app.clock.machine().div_euclid(1_000_000);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(format!("m1.{seconds}.{body}").as_bytes());
    let signature = format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()));
    let headers = [
        ("webhook-id", "m1"),
        ("webhook-timestamp", &*seconds.to_string()),
        ("webhook-signature", &*signature),
        ("content-type", "application/json"),
    ];
    let answer = test.browser().post_raw("/messages", body, &headers).await;
    (answer.status.as_u16(), String::from_utf8(answer.bytes).unwrap())
}

#[tokio::test]
async fn one_digit_by_message_rates_once_and_no_denies() {
    const SECRET: &[u8] = b"thirty-two bytes of a good secret";
    let settings = Settings {
        inbound: vec![InboundSettings { name: "sms".into(), secret: SECRET.to_vec() }],
        ..Settings::default()
    };
    let template = Template::new().await;
    let test = template.app_with(Post::new(&settings).unwrap()).await;
    let id = receive(&test, applicant("", "0918765432"), "2017-06-30T08:00").await;
    step(&test, id, Step::Finish { outcome: Outcome::Granted }, "2017-06-30T08:10").await;
    step(&test, id, Step::Return { way: ReturnWay::Counter }, "2017-06-30T08:11").await;
    let say = |text| message(&test, SECRET, "+84 918 765 432", text);
    assert_eq!(message(&test, b"another secret of enough length", "0918765432", "5").await.0, 401);
    let (status, reply) = say("tốt lắm").await;
    assert!(status == 200 && reply.contains("so tu 1"), "it says how: {status} {reply}");
    assert!(say("KHÔNG").await.1.contains("Khong co loi moi"), "nothing was recorded");
    let (status, reply) = say("2").await;
    assert!(status == 200 && reply.contains("hom kin") && reply.is_ascii(), "{reply}");
    let invitation = test.app.store.invitation_of_case(id).await.unwrap().unwrap();
    assert!(invitation.used && !invitation.denied);
    assert!(say("5").await.1.contains("Khong co loi moi"), "once only");
    assert!(say("KHONG").await.1.contains("Da ghi nhan"));
    assert!(test.app.store.invitation_of_case(id).await.unwrap().unwrap().denied);
    assert!(
        message(&test, SECRET, "0999999999", "5").await.1.contains("Khong co loi moi"),
        "the same words for all"
    );
}
