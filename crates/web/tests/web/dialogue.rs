//! A dialogue from its survey to what became of its promises, as the leader, officials and citizens see it.

use crate::support::{Answer, Browser, OTHER, OWN, Template, TestApp};
use axum::http::StatusCode;
use hailong_core::{
    listen::dialogue::{Topic, wave::write_number},
    serve::notice::{Kind, State},
    time::Instant,
};
use hailong_store::verify::verify;
use hailong_web::notice::{Post, send_due};

const LEADER: &str = "huyen-dam-doi-leader";
const CLERK: &str = "tran-phan-1";
const HEAD: &str = "tran-phan-head";
const ID: &str = "2017-3";
const DESK: &str = "/work/dialogues/2017-3";
const PUBLIC: &str = "/dialogues/2017-3";

fn refused(answer: &Answer, field: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    assert!(answer.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", answer.text);
}

fn went_on(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
}

async fn open(app: &TestApp) -> Browser {
    let mut leader = app.signed_in(LEADER);
    let fields = [("dialogue", ID), ("forms", "400"), ("seed", "7")];
    let opened = leader.post("/work/dialogues", &fields).await;
    went_on(&opened);
    let desk = leader.get(opened.location()).await;
    assert!(desk.text.contains("Đã thu về 0 trên 400 phiếu."), "{}", desk.text);
    assert_eq!(leader.post("/work/dialogues", &fields).await.status, StatusCode::CONFLICT);
    let clerk = app.signed_in(CLERK).post("/work/dialogues", &fields).await;
    assert_eq!(clerk.status, StatusCode::FORBIDDEN);
    leader
}

/// The numbers of the forms of a commune, as they are printed.
async fn numbers(app: &TestApp, commune: &str) -> Vec<String> {
    let numbers = app.app.store.form_numbers(ID, commune).await.unwrap();
    numbers.into_iter().map(write_number).collect()
}

/// A form that comes back on paper.
async fn paper(browser: &mut Browser, number: &str, commune: &str, pressing: bool) -> Answer {
    let said = if pressing { "yes" } else { "no" };
    let fields = [
        ("number", number),
        ("commune", commune),
        ("way", "paper"),
        ("pressing", said),
        ("topic", if pressing { "deadline" } else { "" }),
        ("words", if pressing { "Chờ từ sáng, tên tôi là Bí Mật" } else { "" }),
    ];
    browser.post(&format!("{DESK}/forms"), &fields).await
}

#[tokio::test]
async fn forged_and_doubled_forms_change_nothing() {
    let (app, _template) = TestApp::new().await;
    let mut leader = open(&app).await;
    let mut clerk = app.signed_in(CLERK);
    let (own, other) = (numbers(&app, OWN).await, numbers(&app, OTHER).await);
    let kept = paper(&mut clerk, &other[0], OTHER, true).await;
    went_on(&kept);
    assert!(clerk.get(kept.location()).await.text.contains(&format!("Đã ghi phiếu {}.", other[0])));
    refused(&paper(&mut clerk, &other[0], OTHER, true).await, "number");
    refused(&paper(&mut clerk, "1234 5675", OTHER, true).await, "number");
    refused(&paper(&mut clerk, &other[1], "tan-dan", true).await, "number");
    refused(&paper(&mut clerk, &own[0], OWN, false).await, "number");
    // A citizen fills in the own form, once, and not too many.
    let online = |number: &str| [("number", number.to_owned()), ("pressing", "no".to_owned())];
    let mut citizen = app.browser();
    let mut send = async |number: &str| {
        let fields = online(number);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        citizen.post(&format!("{PUBLIC}/form"), &fields).await
    };
    went_on(&send(&own[0]).await);
    for _ in 0..9 {
        refused(&send(&own[0]).await, "number");
    }
    assert_eq!(send(&own[1]).await.status, StatusCode::TOO_MANY_REQUESTS);
    let desk = leader.get(DESK).await.text;
    assert!(desk.contains("Đã thu về 2 trên 400 phiếu."), "{desk}");
    assert!(!desk.contains("Bí Mật"));
    let printed = leader.get(&format!("{DESK}/forms.pdf?commune={OWN}")).await;
    assert!(printed.status == StatusCode::OK && printed.bytes.starts_with(b"%PDF-"));
    // Whoever holds the numbers could answer for others.
    assert_eq!(clerk.get(&format!("{DESK}/forms.pdf?commune={OTHER}")).await.status, StatusCode::FORBIDDEN);
    assert!(verify(&app.app.store).await.unwrap().trouble.is_none());
}

/// Enough forms that Tân Đức has most people with a grievance, but no more forms.
async fn survey(app: &TestApp, leader: &mut Browser) {
    for (commune, pressing, forms) in [(OTHER, 8, 10), (OWN, 1, 12)] {
        for (n, number) in numbers(app, commune).await.iter().take(forms).enumerate() {
            went_on(&paper(leader, number, commune, n < pressing).await);
        }
    }
}

async fn choose_and_announce(leader: &mut Browser) {
    let desk = leader.get(DESK).await.text;
    assert!(desk.contains("Chưa quyết định") && desk.contains("Chọn Xã Tân Đức"), "{desk}");
    let other = [("host", OWN), ("reason", "")];
    refused(&leader.post(&format!("{DESK}/host"), &other).await, "reason");
    went_on(&leader.post(&format!("{DESK}/host"), &[("host", OTHER)]).await);
    let changed = [("host", OWN), ("reason", "Hội trường Tân Đức đang sửa.")];
    went_on(&leader.post(&format!("{DESK}/host"), &changed).await);
    let note = leader.get(&format!("{DESK}/decision.pdf")).await;
    assert!(note.status == StatusCode::OK && note.bytes.starts_with(b"%PDF-"));
    let notice = |day| [("day", day), ("time", "08:00"), ("place", "Hội trường xã Trần Phán")];
    refused(&leader.post(&format!("{DESK}/notice"), &notice("2017-07-06")).await, "day");
    refused(&leader.post(&format!("{DESK}/notice"), &notice("")).await, "day");
    went_on(&leader.post(&format!("{DESK}/notice"), &notice("2017-07-07")).await);
}

async fn register(app: &TestApp, leader: &mut Browser) {
    let mut citizen = app.browser();
    let home = citizen.get("/").await.text;
    assert!(home.contains("Hội trường xã Trần Phán") && home.contains(PUBLIC), "{home}");
    let page = citizen.get(PUBLIC).await.text;
    for words in [
        "Hội trường xã Trần Phán",
        "Hội trường Tân Đức đang sửa.",
        "Chọn Xã Tân Đức",
        "Bao giờ bộ phận mở cửa",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let join = format!("{PUBLIC}/join");
    assert_eq!(citizen.get(&join).await.status, StatusCode::OK);
    refused(&citizen.post(&join, &[("attends", "yes")]).await, "name");
    refused(&citizen.post(&join, &[("words", "Bao giờ có sổ?")]).await, "topic");
    let asked = [
        ("attends", "yes"),
        ("name", "Lê Thị Kín"),
        ("contact", "0912000111"),
        ("topic", "land"),
        ("words", "Bao giờ có sổ?"),
    ];
    let sent = citizen.post(&join, &asked).await;
    went_on(&sent);
    let page = citizen.get(sent.location()).await.text;
    assert!(page.contains("Đã ghi nhận") && page.contains("Đất đai, xây dựng"), "{page}");
    assert!(
        !page.contains("Lê Thị Kín") && !page.contains("Bao giờ có sổ?"),
        "what is asked is not public yet"
    );
    let agenda = leader.get(&format!("{DESK}/agenda?topic=land")).await.text;
    assert!(agenda.contains("Lê Thị Kín, 0912000111") && agenda.contains("Bao giờ có sổ?"), "{agenda}");
    assert!(agenda.contains("chưa trả lời: 1."), "{agenda}");
    let forms = leader.get(&format!("{DESK}/agenda?list=grievances")).await.text;
    assert!(forms.contains("Chờ từ sáng"), "{forms}");
    assert_eq!(app.signed_in(CLERK).get(&format!("{DESK}/agenda")).await.status, StatusCode::FORBIDDEN);
}

async fn write_minutes(app: &TestApp) {
    let mut leader = app.signed_in(LEADER);
    let minutes = format!("{DESK}/minutes");
    let page = leader.get(&minutes).await.text;
    assert!(page.contains("Bao giờ bộ phận mở cửa") && page.contains("Quá hạn"), "{page}");
    assert!(!page.contains("name=\"question\""), "earlier promises come first");
    let question = |deadline| {
        [
            ("what", "promise"),
            ("topic", "land"),
            ("question", "Bao giờ trả sổ cho ấp Một?"),
            ("owner", OWN),
            ("deadline", deadline),
        ]
    };
    let early = leader.post(&minutes, &question("2017-07-20")).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.text.contains("Mở lại lời hứa"));
    went_on(&leader.post(&minutes, &[("what", "review")]).await);
    refused(&leader.post(&minutes, &question("2017-07-06")).await, "deadline");
    went_on(&leader.post(&minutes, &question("2017-07-20")).await);
    went_on(&leader.post(&minutes, &question("2017-07-21")).await);
    let close = [("what", "close"), ("attended", "85"), ("minutes", "Phó Chủ tịch chủ trì.")];
    assert!(!app.browser().get(PUBLIC).await.text.contains("Bao giờ trả sổ cho ấp Một?"));
    went_on(&leader.post(&minutes, &close).await);
    assert_eq!(leader.post(&minutes, &close).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_dialogue_from_its_survey_to_what_became_of_its_promises() {
    let (app, _template) = TestApp::new().await;
    let mut leader = open(&app).await;
    survey(&app, &mut leader).await;
    choose_and_announce(&mut leader).await;
    let number = numbers(&app, "tan-dan").await.remove(0);
    let late = paper(&mut leader, &number, "tan-dan", true).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "the table stays as it was published");
    register(&app, &mut leader).await;
    let early = leader.post(&format!("{DESK}/minutes"), &[("what", "review")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);

    write_minutes(&app.on("2017-07-07T08:30")).await;

    let later = app.on("2017-07-10T09:00");
    let page = later.browser().get(PUBLIC).await.text;
    assert!(page.contains("85 người dự.") && page.matches("Còn hạn</span>").count() == 2, "{page}");
    let promises = app.app.store.promises_of(ID).await.unwrap();
    let report = format!("/work/promises/{}", promises[0].promise.id);
    let mut head = later.signed_in(HEAD);
    assert!(head.get("/work/promises").await.text.contains(&report));
    assert_eq!(head.get(&report).await.status, StatusCode::OK);
    let kept = |evidence| [("answer", "Đã trả 12 sổ."), ("evidence", evidence), ("kept", "yes")];
    refused(&head.post(&report, &kept("")).await, "evidence");
    went_on(&head.post(&report, &kept("Công văn 45/UBND")).await);
    assert_eq!(head.post(&report, &kept("x")).await.status, StatusCode::CONFLICT);
    let page = app.on("2017-08-01T09:00").browser().get(PUBLIC).await.text;
    for words in ["Đã trả 12 sổ.", "Công văn 45/UBND", "Đã làm đúng hạn", "Quá hạn"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(verify(&app.app.store).await.unwrap().trouble.is_none());
}

#[tokio::test]
async fn a_form_typed_wrongly_is_corrected_in_sight_until_the_commune_is_decided() {
    let (app, _template) = TestApp::new().await;
    let mut leader = open(&app).await;
    let mut clerk = app.signed_in(CLERK);
    let number = numbers(&app, OTHER).await.remove(0);
    went_on(&paper(&mut clerk, &number, OTHER, true).await);
    let list = format!("{DESK}/forms/entered");
    let path = format!("{list}/{}", number.replace(' ', ""));
    let page = clerk.get(&list).await.text;
    assert!(page.contains(&path) && page.contains("Có bức xúc") && !page.contains("Chờ từ sáng"), "{page}");
    assert!(clerk.get(&path).await.text.contains("Chờ từ sáng"));
    let mut other = app.signed_in(HEAD);
    assert_eq!(other.get(&path).await.status, StatusCode::FORBIDDEN, "somebody else typed it");
    assert!(!other.get(&list).await.text.contains(&number));
    let own = numbers(&app, OWN).await.remove(0);
    went_on(&paper(&mut leader, &own, OWN, false).await);
    let of_own = format!("{list}/{}", own.replace(' ', ""));
    assert_eq!(clerk.get(&of_own).await.status, StatusCode::FORBIDDEN, "it is about their own office");
    let right = |reason| {
        [("what", "correct"), ("way", "paper"), ("pressing", "no"), ("words", ""), ("reason", reason)]
    };
    refused(&clerk.post(&path, &right(" ")).await, "reason");
    let corrected = clerk.post(&path, &right("Đánh nhầm ô")).await;
    went_on(&corrected);
    assert!(clerk.get(corrected.location()).await.text.contains("role=\"status\""));
    let counts = app.app.store.wave_counts(ID).await.unwrap();
    assert_eq!((counts[OTHER].entered, counts[OTHER].pressing), (1, 0), "the latest counts");
    assert!(leader.get(DESK).await.text.contains("Phiếu đã sửa hoặc gạch: 1."));
    let seen = leader.get(&format!("{list}?list=corrected")).await.text;
    assert!(seen.contains("Đánh nhầm ô") && seen.contains(&number), "{seen}");
    let strike = [("what", "strike"), ("reason", "Nhầm số phiếu")];
    went_on(&leader.post(&path, &strike).await);
    assert_eq!(app.app.store.wave_counts(ID).await.unwrap()[OTHER].entered, 0);
    assert!(leader.get(&list).await.text.contains("Đã gạch"));
    went_on(&paper(&mut clerk, &number, OTHER, true).await);
    went_on(&leader.post(&format!("{DESK}/host"), &[("host", OTHER)]).await);
    let decided = app.app.store.dialogue(ID).await.unwrap().unwrap().dialogue.choice;
    assert_eq!(leader.post(&path, &strike).await.status, StatusCode::CONFLICT);
    assert_eq!(app.app.store.dialogue(ID).await.unwrap().unwrap().dialogue.choice, decided);
    assert!(!leader.get(&list).await.text.contains(&format!("href=\"{path}\"")));
    assert!(verify(&app.app.store).await.unwrap().trouble.is_none());
}

/// Sends what is due, and reads the demo's mailbox.
async fn mailbox(app: &TestApp, when: &str) -> String {
    while send_due(&app.app, Instant::parse_local(when).unwrap()).await.unwrap() > 0 {}
    let page = app.signed_in("huyen-dam-doi-admin").get("/admin/notices").await.text;
    let (_, letters) = page.split_once("Hộp thư của bản trình diễn").unwrap();
    letters.to_owned()
}

#[tokio::test]
async fn who_registered_is_told_of_day_and_place_of_changes_and_of_the_answer() {
    let template = Template::new().await;
    let app = template.app_with(Post::demo()).await;
    let mut leader = open(&app).await;
    survey(&app, &mut leader).await;
    choose_and_announce(&mut leader).await;
    let joins = [
        ("attends", "yes"),
        ("name", "Lê Thị Kín"),
        ("contact", "kin@thu.example.vn"),
        ("topic", "land"),
        ("words", "Bao giờ có sổ?"),
    ];
    went_on(&app.browser().post(&format!("{PUBLIC}/join"), &joins).await);
    let silent = [("attends", "yes"), ("name", "Trần Văn Im"), ("contact", "")];
    went_on(&app.browser().post(&format!("{PUBLIC}/join"), &silent).await);
    let store = &app.app.store;
    let voice = store.voices(ID, Some(Topic::Land), None, 9).await.unwrap().remove(0).voice_id;
    let mute = store.voices(ID, None, None, 9).await.unwrap().remove(0).voice_id;
    let told = async |kind: Kind| {
        let all = store.notices_of(voice).await.unwrap();
        all.into_iter().filter(|notice| notice.kind == kind).collect::<Vec<_>>()
    };
    let letters = mailbox(&app, "2017-06-30T10:00").await;
    assert!(letters.contains("Hội trường xã Trần Phán") && letters.contains("7/7/2017"), "{letters}");
    assert_eq!(
        told(Kind::DialogueReminder).await[0].send_at,
        Instant::parse_local("2017-07-06T16:00").unwrap()
    );
    // Nothing changes: nobody is disturbed. Another day: everybody who can be reached is told.
    let notice = |day, place| [("day", day), ("time", "08:00"), ("place", place)];
    let post = format!("{DESK}/notice");
    went_on(&leader.post(&post, &notice("2017-07-07", "Hội trường xã Trần Phán")).await);
    assert!(told(Kind::DialogueMoved).await.is_empty());
    went_on(&leader.post(&post, &notice("2017-07-10", "Nhà văn hóa")).await);
    let letters = mailbox(&app, "2017-06-30T10:10").await;
    assert!(letters.contains("Nhà văn hóa") && letters.contains("10/7/2017"), "{letters}");
    mailbox(&app, "2017-07-06T17:00").await;
    let reminders = mailbox(&app, "2017-07-09T17:00").await;
    assert!(reminders.contains("Nhắc ông/bà"));
    let mut states: Vec<_> = told(Kind::DialogueReminder).await.iter().map(|notice| notice.state).collect();
    states.sort_by_key(|state| state.key());
    assert_eq!(states, [State::Outdated, State::Sent], "the old day is not reminded of");
    // The question is taken up and answered; its asker is told when everybody can read it.
    let later = app.on("2017-07-10T09:00");
    let mut leader = later.signed_in(LEADER);
    let agenda = leader.get(&format!("{DESK}/agenda?topic=land")).await.text;
    let take_up = format!("{DESK}/minutes?voice={voice}");
    assert!(agenda.contains(&take_up), "{agenda}");
    let minutes = format!("{DESK}/minutes");
    went_on(&leader.post(&minutes, &[("what", "review")]).await);
    assert!(leader.get(&take_up).await.text.contains("Bao giờ có sổ?"));
    let key = voice.to_string();
    let made = [
        ("what", "promise"),
        ("topic", "land"),
        ("question", "Bao giờ trả sổ cho ấp Một?"),
        ("voice", &key),
        ("owner", OWN),
        ("deadline", "2017-07-20"),
        ("answer", "Trả trong tuần này"),
        ("settled", "yes"),
    ];
    went_on(&leader.post(&minutes, &made).await);
    assert!(told(Kind::DialogueAnswered).await.is_empty(), "nobody can read it yet");
    let close = [("what", "close"), ("attended", "85"), ("minutes", "Phó Chủ tịch chủ trì.")];
    went_on(&leader.post(&minutes, &close).await);
    let letters = mailbox(&app, "2017-07-10T10:00").await;
    assert!(letters.contains("có trả lời cho câu hỏi của ông/bà") && !letters.contains("trong tuần này"));
    assert!(store.notices_of(mute).await.unwrap().is_empty(), "no address, no message");
    assert!(!later.browser().get(PUBLIC).await.text.contains("Kín"));
}

#[tokio::test]
async fn another_commune_takes_the_notice_back_and_says_so() {
    let template = Template::new().await;
    let app = template.app_with(Post::none()).await;
    let mut leader = open(&app).await;
    survey(&app, &mut leader).await;
    choose_and_announce(&mut leader).await;
    let joins = [("attends", "yes"), ("name", "Lê Thị Kín"), ("contact", "0912000111")];
    went_on(&app.browser().post(&format!("{PUBLIC}/join"), &joins).await);
    let back = [("host", OTHER), ("reason", "Hội trường đã sửa xong.")];
    went_on(&leader.post(&format!("{DESK}/host"), &back).await);
    let store = &app.app.store;
    let voice = store.voices(ID, None, None, 9).await.unwrap().remove(0).voice_id;
    let told = store.notices_of(voice).await.unwrap();
    assert!(told.iter().any(|notice| notice.kind == Kind::DialogueTakenBack), "{told:?}");
    // What cannot be sent is looked after by the office above the communes.
    while send_due(&app.app, Instant::parse_local("2017-06-30T12:00").unwrap()).await.unwrap() > 0 {}
    let unsent = store.failed_notices("huyen-dam-doi", None, 9).await.unwrap();
    assert!(unsent.iter().any(|notice| notice.subject == voice), "{unsent:?}");
}
