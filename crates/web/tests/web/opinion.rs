//! An opinion from its author to the board and back: page, triage, question, answer, publishing, and whether it helped.

use crate::support::{Answer, Browser, OTHER, OWN, Template, TestApp};
use axum::http::StatusCode;
use hailong_core::{
    context::Actor,
    listen::opinion::{Opinion, Said},
    serve::{
        calendar::{Kind::Exchanged, Special},
        decision::{Asked, Row, plan},
        notice::{Channel, Kind, State},
    },
    time::{Day, Instant},
};
use hailong_web::notice::{Post, send_due};

const HEAD: &str = "tran-phan-head";
const LEADER: &str = "huyen-dam-doi-leader";

/// Sends an opinion from a fresh form; its code and its key.
async fn say(app: &TestApp, fields: &[(&str, &str)]) -> (String, String) {
    let mut browser = app.browser();
    let page = browser.get("/opinions/new").await.text;
    let once = once(&page);
    let mut all = vec![("office", OWN), ("once", once.as_str())];
    all.extend_from_slice(fields);
    let sent = browser.post("/opinions/new", &all).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let code = code_of(&sent);
    let file = app.app.store.opinion_by_code(&code).await.unwrap().unwrap();
    (code, file.current.opinion_id.to_string())
}

fn once(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"once\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn code_of(sent: &Answer) -> String {
    sent.location().trim_start_matches("/opinions/").split('?').next().unwrap().to_owned()
}

const SORTED: [(&str, &str); 4] =
    [("class", "conduct"), ("topic", "waiting"), ("urgency", "pressing"), ("office", OWN)];

async fn act(browser: &mut Browser, id: &str, step: &str, fields: &[(&str, &str)]) -> Answer {
    browser.post(&format!("/work/opinions/{id}/{step}"), fields).await
}

async fn acts(browser: &mut Browser, id: &str, step: &str, fields: &[(&str, &str)]) {
    let done = act(browser, id, step, fields).await;
    let here = format!("/work/opinions?done={step}");
    assert_eq!(
        (done.status, done.location()),
        (StatusCode::SEE_OTHER, here.as_str()),
        "{step}: {}",
        done.text
    );
    let page = browser.get(&here).await;
    assert!(page.status == StatusCode::OK && page.text.contains("role=\"status\""), "{step}");
}

#[tokio::test]
async fn an_opinion_goes_from_its_nameless_author_to_the_answer_and_back() {
    let (app, _template) = TestApp::new().await;
    let words = "Chờ từ sáng, không ai gọi. Gọi tôi số 0912 345 678";
    let (code, id) = say(&app, &[("words", words), ("class", "conduct")]).await;
    let (mut author, mut head) = (app.browser(), app.signed_in(HEAD));
    let own = format!("/opinions/{code}");
    let page = author.get(&format!("{own}?sent=1")).await.text;
    assert!(page.contains(&format!("{}-{}", &code[..4], &code[4..8])) && page.contains("Đã nhận, chờ xem"));
    let board = head.get("/work/opinions").await.text;
    assert!(board.contains("Chờ từ sáng") && board.contains(&id));
    // Nothing but sorting comes first.
    let early = act(&mut head, &id, "answer", &[("answer", "Vâng"), ("finding", "upheld")]).await;
    assert!(early.status == StatusCode::CONFLICT && early.text.contains("phân loại ý kiến trước"));
    let half = act(&mut head, &id, "triage", &[("class", "conduct"), ("office", OWN)]).await;
    assert!(half.status == StatusCode::UNPROCESSABLE_ENTITY && half.text.contains("topic-error"));
    acts(&mut head, &id, "triage", &SORTED).await;
    acts(&mut head, &id, "triage", &SORTED).await;
    acts(&mut head, &id, "ask", &[("question", "Ông/bà đến hôm nào?")]).await;
    acts(&mut head, &id, "ask", &[("question", "Ông/bà đến hôm nào?")]).await;
    let another = act(&mut head, &id, "ask", &[("question", "Còn gì nữa không?")]).await;
    assert_eq!(another.status, StatusCode::CONFLICT, "asked once");
    let page = author.get(&own).await.text;
    assert!(page.contains("Ông/bà đến hôm nào?") && page.contains(&format!("action=\"{own}/reply\"")));
    for _ in 0..2 {
        let replied = author.post(&format!("{own}/reply"), &[("reply", "Sáng thứ Hai")]).await;
        assert_eq!(replied.location(), format!("{own}?done=reply"), "{}", replied.text);
    }
    let second = author.post(&format!("{own}/reply"), &[("reply", "Chiều thứ Ba")]).await;
    assert!(second.status == StatusCode::CONFLICT && second.text.contains("Sáng thứ Hai"));
    assert!(head.get(&format!("/work/opinions/{id}")).await.text.contains("Sáng thứ Hai"));
    let answer = "Xin lỗi ông/bà. Từ nay có người gọi số.";
    let unsaid = act(&mut head, &id, "answer", &[("answer", answer)]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY, "what was found of a conduct has to be said");
    assert!(unsaid.text.contains("href=\"#finding\"") && unsaid.text.contains(answer), "{}", unsaid.text);
    for _ in 0..2 {
        acts(&mut head, &id, "answer", &[("answer", answer), ("finding", "upheld")]).await;
    }
    let none = act(&mut head, &id, "publish", &[("words", "x"), ("answer", "y")]).await;
    assert!(none.status == StatusCode::CONFLICT && none.text.contains("chưa đồng ý công khai"));
    // The author reads it, says whether it helped, and consents.
    assert!(author.get(&own).await.text.contains(answer));
    let odd = author.post(&format!("{own}/helped"), &[("helped", "perhaps")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..2 {
        let helped = author.post(&format!("{own}/helped"), &[("helped", "partly")]).await;
        assert_eq!(helped.location(), format!("{own}?done=helped"), "{}", helped.text);
    }
    assert_eq!(
        author.post(&format!("{own}/helped"), &[("helped", "yes")]).await.status,
        StatusCode::CONFLICT
    );
    author.post(&format!("{own}/consent"), &[("consent", "yes")]).await;
    let page = head.get(&format!("/work/opinions/{id}")).await.text;
    assert!(page.contains("Gọi tôi số […]"), "masked before anybody looks at it");
    let unmasked = act(&mut head, &id, "publish", &[("words", words), ("answer", answer)]).await;
    assert!(unmasked.status == StatusCode::UNPROCESSABLE_ENTITY && unmasked.text.contains("words-error"));
    let shown = [("words", "Chờ từ sáng, không ai gọi."), ("answer", answer)];
    acts(&mut head, &id, "publish", &shown).await;
    let public = app.browser().get("/opinions/published").await.text;
    assert!(public.contains("Chờ từ sáng") && public.contains(answer) && !public.contains("0912"));
    author.post(&format!("{own}/consent"), &[("consent", "no")]).await;
    assert!(!app.browser().get("/opinions/published").await.text.contains(answer), "taken back");
}

#[tokio::test]
async fn one_form_is_one_opinion_however_often_it_is_clicked() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    let once = once(&browser.get("/opinions/new?office=tran-phan&source=kiosk").await.text);
    let fields = [("office", OWN), ("words", "Thiếu ghế"), ("once", &once), ("source", "kiosk")];
    let first = code_of(&browser.post("/opinions/new", &fields).await);
    assert_eq!(code_of(&browser.post("/opinions/new", &fields).await), first);
    let other = [("office", OWN), ("words", "Và thiếu quạt"), ("once", &once)];
    assert_ne!(code_of(&browser.post("/opinions/new", &other).await), first, "what was changed is another");
    let file = app.app.store.opinion_by_code(&first).await.unwrap().unwrap();
    assert_eq!(file.source.key(), "kiosk");
    let claimed = [("office", OWN), ("words", "Thư giả"), ("source", "letter")];
    let code = code_of(&browser.post("/opinions/new", &claimed).await);
    let file = app.app.store.opinion_by_code(&code).await.unwrap().unwrap();
    assert_eq!(file.source.key(), "page", "nobody says here that it came by letter");
    let odd = [("office", OWN), ("words", "Hồ sơ trễ"), ("case_code", "12-34")];
    let refused = browser.post("/opinions/new", &odd).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains("case_code-error"));
}

#[tokio::test]
async fn what_has_a_door_of_its_own_is_shown_that_door() {
    let (app, _template) = TestApp::new().await;
    let mut head = app.signed_in(HEAD);
    let (code, id) = say(&app, &[("words", "Tôi tố cáo cán bộ nhận tiền")]).await;
    let wordless = act(&mut head, &id, "refuse", &[("reason", "elsewhere"), ("refusal", " ")]).await;
    assert!(wordless.status == StatusCode::UNPROCESSABLE_ENTITY && wordless.text.contains("refusal-error"));
    let none = act(&mut head, &id, "refuse", &[("refusal", "Vì vậy")]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("id=\"reason\""));
    for _ in 0..2 {
        acts(&mut head, &id, "refuse", &[("reason", "denunciation"), ("refusal", "")]).await;
    }
    let late = act(&mut head, &id, "triage", &SORTED).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let page = app.browser().get(&format!("/opinions/{code}")).await.text;
    assert!(page.contains("Theo Luật Tố cáo") && page.contains("Không tiếp nhận"));
    assert!(!page.contains("/helped\"") && !page.contains("/consent\""), "nothing is asked any more");
    assert!(head.get("/work/opinions?view=all&state=refused").await.text.contains(&id));
    assert!(!head.get("/work/opinions").await.text.contains(&id));
}

#[tokio::test]
async fn those_that_say_the_same_are_grouped_and_answered_once() {
    let (app, _template) = TestApp::new().await;
    let mut head = app.signed_in(HEAD);
    let (_, first) = say(&app, &[("words", "Phòng chờ thiếu ghế, người già phải đứng cả buổi")]).await;
    let (code, second) = say(&app, &[("words", "phong cho thieu ghe, nguoi gia phai dung")]).await;
    let page = head.get(&format!("/work/opinions/{second}")).await.text;
    assert!(
        page.contains(&format!("name=\"duplicate\" value=\"{first}\"")),
        "it is found without diacritics"
    );
    acts(&mut head, &first, "triage", &SORTED).await;
    let mut same = SORTED.to_vec();
    same.push(("duplicate", &first));
    for _ in 0..2 {
        acts(&mut head, &second, "triage", &same).await;
    }
    assert!(head.get("/work/opinions").await.text.contains("1 ý kiến khác nói cùng việc"));
    let alone = act(&mut head, &second, "answer", &[("answer", "Vâng")]).await;
    assert!(alone.status == StatusCode::CONFLICT && alone.text.contains("được trả lời chung"));
    let odd = act(&mut head, &second, "triage", &[SORTED.as_slice(), &[("duplicate", "x")]].concat()).await;
    assert!(odd.status == StatusCode::UNPROCESSABLE_ENTITY && odd.text.contains("id=\"duplicate\""));
    acts(&mut head, &first, "answer", &[("answer", "Đã thêm hai mươi ghế"), ("finding", "partly")]).await;
    assert!(app.browser().get(&format!("/opinions/{code}")).await.text.contains("Đã thêm hai mươi ghế"));
}

#[tokio::test]
async fn what_is_said_in_confidence_keeps_its_author_from_the_office() {
    let (app, _template) = TestApp::new().await;
    let fields = [
        ("words", "Sợ bị làm khó"),
        ("name", "Trần Giấu Tên"),
        ("contact", "0912000111"),
        ("confidential", "yes"),
    ];
    let (_, id) = say(&app, &fields).await;
    let path = format!("/work/opinions/{id}");
    let page = app.signed_in(HEAD).get(&path).await.text;
    assert!(
        page.contains("Sợ bị làm khó") && !page.contains("Trần Giấu Tên") && !page.contains("0912000111")
    );
    let page = app.signed_in(LEADER).get(&path).await.text;
    assert!(page.contains("Trần Giấu Tên") && page.contains("0912000111"));
}

#[tokio::test]
async fn an_official_types_in_a_call_and_tells_the_code_once() {
    let (app, _template) = TestApp::new().await;
    let mut official = app.signed_in("tran-phan-1");
    let once = once(&official.get("/work/opinions/new").await.text);
    let none = official.post("/work/opinions/new", &[("words", "x"), ("office", OWN)]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("id=\"source\""));
    let fields =
        [("words", "Bà con gọi hỏi giờ mở cửa"), ("office", OTHER), ("source", "phone"), ("once", &once)];
    let code = |answer: &Answer| {
        let (_, rest) = answer.text.split_once("<p class=\"code\">").expect(&answer.text);
        rest.split('<').next().unwrap().to_owned()
    };
    let entered = official.post("/work/opinions/new", &fields).await;
    assert_eq!(entered.status, StatusCode::OK);
    let again = official.post("/work/opinions/new", &fields).await;
    assert_eq!(code(&entered), code(&again), "a second click");
    let file = app.app.store.opinion_by_code(&code(&entered)).await.unwrap().unwrap();
    assert_eq!((file.source.key(), file.current.office_id.as_str()), ("phone", OTHER));
    assert!(!official.get("/work/opinions/new").await.text.contains(&code(&entered)), "shown once");
}

#[tokio::test]
async fn a_forged_code_opens_nothing_and_an_office_sees_its_own_only() {
    let (app, template) = TestApp::new().await;
    let mut browser = app.browser();
    for step in ["reply", "consent", "helped"] {
        let forged = browser.post(&format!("/opinions/000000000000/{step}"), &[(step, "yes")]).await;
        assert_eq!(forged.status, StatusCode::NOT_FOUND, "{step}");
    }
    assert_eq!(browser.get("/opinions/000000000000").await.status, StatusCode::NOT_FOUND);
    let other = template.things[OTHER].opinion.to_string();
    let mut head = app.signed_in(HEAD);
    for step in ["triage", "ask", "answer", "refuse", "publish"] {
        let answer = act(&mut head, &other, step, &SORTED).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{step}");
        let answer = act(&mut app.signed_in("tran-phan-1"), &other, step, &SORTED).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{step}");
    }
    // Sorted to another office, it is that one's.
    let own = template.things[OWN].opinion.to_string();
    let to_other = [("class", "idea"), ("topic", "place"), ("urgency", "ordinary"), ("office", OTHER)];
    for _ in 0..2 {
        acts(&mut head, &own, "triage", &to_other).await;
    }
    assert_eq!(head.get(&format!("/work/opinions/{own}")).await.status, StatusCode::FORBIDDEN);
    let page = app.signed_in(LEADER).get("/work/opinions?topic=place&class=idea").await.text;
    assert!(page.contains(&own) && !page.contains(&other));
}

#[tokio::test]
async fn the_board_names_who_answers_and_suggests_what_it_learned() {
    let (app, _template) = TestApp::new().await;
    let mut leader = app.signed_in(LEADER);
    let kinds = [
        ("Phải chờ lâu, hồ sơ trễ hẹn lần thứ", "waiting", "conduct", OWN),
        ("Thiếu ghế, thiếu quạt ở phòng chờ số", "place", "idea", OTHER),
    ];
    let mut author = 1;
    for round in 0..13 {
        for (text, topic, class, office) in kinds {
            author += 1;
            let mut browser = app.browser().at_address(author);
            let words = format!("{text} {round}");
            let sent = browser.post("/opinions/new", &[("office", office), ("words", &words)]).await;
            let file = app.app.store.opinion_by_code(&code_of(&sent)).await.unwrap().unwrap();
            let id = file.current.opinion_id.to_string();
            let sorted = [("class", class), ("topic", topic), ("urgency", "ordinary"), ("office", office)];
            acts(&mut leader, &id, "triage", &sorted).await;
        }
    }
    let mut browser = app.browser().at_address(200);
    let fields = [("office", OWN), ("words", "o day thieu ghe voi quat qua, phong cho nong")];
    let code = code_of(&browser.post("/opinions/new", &fields).await);
    let id = app.app.store.opinion_by_code(&code).await.unwrap().unwrap().current.opinion_id;
    let board = leader.get("/work/opinions").await.text;
    assert!(board.contains("Gợi ý: Nơi tiếp nhận, giờ làm việc, "), "with its probability");
    assert!(board.contains("<td data-label=\"Số ý kiến đã đoán\">26</td>"), "judged by what came before");
    let page = leader.get(&format!("/work/opinions/{id}")).await.text;
    for hint in ["Gợi ý: Nơi tiếp nhận", "Gợi ý: Sáng kiến", "Gợi ý: Xã Tân Đức"] {
        assert!(page.contains(hint), "{hint}");
    }
    assert!(
        page.contains("<option value=\"\">") && !page.contains("value=\"place\" selected"),
        "people choose"
    );
    // The opinions of the template came on Wednesday, and two working days have not passed by Friday morning.
    assert!(!leader.get("/work/opinions?view=overdue").await.text.contains("Người chịu trách nhiệm"));
    let (store, at) = (&app.app.store, Instant::parse_local("2017-06-20T08:00").unwrap());
    let directory = store.directory();
    let ctx = store.context(Actor::Citizen, at, &directory, [9; 32]);
    let said = Said::new(OWN, Opinion { words: "Đã lâu không ai trả lời".into(), ..Opinion::default() });
    store.receive_opinion(said, &ctx).await.unwrap();
    let late = leader.get("/work/opinions?view=overdue").await.text;
    let head = &directory.official(HEAD).unwrap().name;
    assert!(late.contains("Đã lâu không ai") && late.contains(&format!("trách nhiệm trả lời: {head}.")));
    assert!(
        late.contains("<strong>Quá hạn: 1.</strong>") && late.matches("<tr class=\"late\">").count() == 1
    );
}

fn photo(mark: u8) -> Vec<u8> {
    let head = [0xff, 0xd8, 0xff, 0xc0, 0, 8, 8, 0, 3, 0, 4, 1, 0xff, 0xda, 0, 3, 0];
    [head.as_slice(), &[mark, 2, 0xff, 0, 3], &[0xff, 0xd9]].concat()
}

/// Sends one file as the page's form does, with that token.
async fn send_photo(browser: &mut Browser, path: &str, token: &str, bytes: &[u8]) -> Answer {
    let field = |name: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"");
    let mut body = format!("{}\r\n\r\n{token}\r\n", field("token")).into_bytes();
    body.extend_from_slice(format!("{}; filename=\"ghế.jpg\"\r\n\r\n", field("file")).as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=x")];
    browser.post_raw(path, body, &headers).await
}

#[tokio::test]
async fn photos_are_seen_by_their_author_and_who_answers_and_by_nobody_else() {
    let (app, _template) = TestApp::new().await;
    let (code, id) = say(&app, &[("words", "Thiếu ghế, xem ảnh")]).await;
    let (own, path) = (format!("/opinions/{code}"), format!("/opinions/{code}/photos"));
    let mut author = app.browser();
    let token = author.token().await;
    let forged = send_photo(&mut author, &path, "x", &photo(1)).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "no form without its token");
    let scan = send_photo(&mut author, &path, &token, b"%PDF-1.7\n% scan\n%%EOF\n").await;
    assert!(scan.status == StatusCode::UNPROCESSABLE_ENTITY && scan.text.contains("file-error"));
    for (number, there) in [(1, 1), (1, 1), (2, 2), (3, 3), (4, 4)] {
        let sent = send_photo(&mut author, &path, &token, &photo(number)).await;
        assert_eq!(sent.location(), format!("{own}?done=photo"), "{}", sent.text);
        let page = author.get(&own).await.text;
        assert_eq!(page.matches("<img src=").count(), there, "the same photo twice is one");
    }
    let fifth = send_photo(&mut author, &path, &token, &photo(5)).await;
    assert!(fifth.status == StatusCode::UNPROCESSABLE_ENTITY && !fifth.text.contains("multipart"));
    let page = author.get(&own).await.text;
    let (_, rest) = page.split_once("<img src=\"").unwrap();
    let first = rest.split('"').next().unwrap().to_owned();
    let seen = author.get(&first).await;
    assert_eq!((seen.status, seen.bytes), (StatusCode::OK, photo(1)));
    let name = first.rsplit('/').next().unwrap();
    let by_office = format!("/work/opinions/{id}/photos/{name}");
    let mut head = app.signed_in(HEAD);
    assert!(head.get(&format!("/work/opinions/{id}")).await.text.contains(&by_office));
    assert_eq!(head.get(&by_office).await.bytes, photo(1));
    assert_eq!(app.signed_in("tran-phan-1").get(&by_office).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        author.get(&format!("/opinions/000000000000/photos/{name}")).await.status,
        StatusCode::NOT_FOUND
    );
    let (other, _) = say(&app, &[("words", "Chuyện khác")]).await;
    let elsewhere = author.get(&format!("/opinions/{other}/photos/{name}")).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "another's code does not open it");
    acts(&mut head, &id, "refuse", &[("reason", "complaint"), ("refusal", "")]).await;
    let late = send_photo(&mut author, &path, &token, &photo(6)).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "nothing is added to what is closed");
}

#[tokio::test]
async fn what_is_late_is_explained_by_its_head_and_read_above_and_by_its_author() {
    let (app, _template) = TestApp::new().await;
    let (code, id) = say(&app, &[("words", "Chờ sổ hai tháng")]).await;
    acts(&mut app.signed_in(HEAD), &id, "triage", &SORTED).await;
    let name = app.app.store.directory().official(HEAD).unwrap().name.clone();
    let own = format!("/opinions/{code}");
    assert!(!app.browser().get(&own).await.text.contains("lẽ ra"), "nothing is late yet");
    let early = act(&mut app.signed_in(HEAD), &id, "explain", &[("explanation", "x")]).await;
    assert!(early.status == StatusCode::CONFLICT && early.text.contains("chưa quá hạn"));

    // It was to be answered by Friday 21/7.
    let late = app.on("2017-07-24T08:00");
    let (mut head, mut leader) = (late.signed_in(HEAD), late.signed_in(LEADER));
    let board = head.get("/work/opinions").await.text;
    let (top, _) = board.split_once("class=\"state\"").unwrap();
    assert!(top.contains("Anh/chị cần giải trình") && top.contains(&format!("/work/opinions/{id}#explain")));
    assert!(head.get("/work").await.text.contains("Anh/chị cần giải trình"));
    let above = leader.get("/work/opinions").await.text;
    let (top, _) = above.split_once("class=\"state\"").unwrap();
    assert!(top.contains(&id) && top.contains(&name) && top.contains("Chưa giải trình"), "{top}");
    assert!(leader.get("/lead").await.text.contains("Ý kiến quá hạn"));
    let page = late.browser().get(&own).await.text;
    assert!(
        page.contains("lẽ ra phải được trả lời") && page.contains(&name) && page.contains("Chưa giải trình")
    );

    let words = "Đo lại thửa đất, xin lỗi ông/bà";
    let said = [("explanation", words), ("promised", "2017-07-27")];
    assert_eq!(act(&mut leader, &id, "explain", &said).await.status, StatusCode::FORBIDDEN);
    let beyond = [("explanation", words), ("promised", "2017-08-15")];
    let refused = act(&mut head, &id, "explain", &beyond).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains("promised-error"));
    assert!(refused.text.contains(words), "what was typed stays");
    for _ in 0..2 {
        acts(&mut head, &id, "explain", &said).await;
    }
    for page in [late.browser().get(&own).await.text, leader.get(&format!("/work/opinions/{id}")).await.text]
    {
        assert!(page.contains(words) && page.contains(&name) && page.contains("27/7/2017"), "{page}");
        assert!(page.contains("lẽ ra") || page.contains("Quá"), "the law's day stays");
    }
    let above = leader.get("/work/opinions?view=overdue").await.text;
    let (top, rows) = above.split_once("class=\"state\"").unwrap();
    assert!(!top.contains(&id) && rows.contains(words), "the level above reads it in the list");

    // The promise has passed: another explanation is owed, and both are shown.
    let later = app.on("2017-07-28T08:00");
    let mut head = later.signed_in(HEAD);
    assert!(later.signed_in(LEADER).get("/work/opinions").await.text.contains(&name));
    acts(&mut head, &id, "explain", &[("explanation", "Chờ chữ ký"), ("promised", "2017-07-31")]).await;
    let page = later.browser().get(&own).await.text;
    assert!(page.contains(words) && page.contains("Chờ chữ ký"));
    acts(&mut head, &id, "answer", &[("answer", "Đã có sổ"), ("finding", "partly")]).await;
    let page = later.browser().get(&own).await.text;
    assert!(!page.contains("Chưa giải trình") && page.contains("Chờ chữ ký"), "what was explained stays");
}

/// Sends what is due, and reads the demo's mailbox.
async fn mailbox(app: &TestApp, when: &str) -> String {
    while send_due(&app.app, Instant::parse_local(when).unwrap()).await.unwrap() > 0 {}
    let page = app.signed_in("huyen-dam-doi-admin").get("/admin/notices").await.text;
    let (_, letters) = page.split_once("Hộp thư của bản trình diễn").unwrap();
    letters.to_owned()
}

#[tokio::test]
async fn an_author_who_left_an_address_learns_a_code_and_nothing_else() {
    let template = Template::new().await;
    let app = template.app_with(Post::demo()).await;
    let words = "Cán bộ đòi tiền ngoài, tôi bức xúc";
    let contact = "0918 111 222, bay@thu.example.vn";
    let (code, id) =
        say(&app, &[("words", words), ("contact", contact), ("name", "Lê Thị Bảy"), ("consent", "yes")])
            .await;
    let (mut head, mut author) = (app.signed_in(HEAD), app.browser());
    let shown = format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..]);
    let mut letters = mailbox(&app, "2017-06-30T09:10").await;
    for (step, fields, said) in [
        ("triage", &SORTED[..], "đã nhận ý kiến mã"),
        ("ask", &[("question", "Hôm nào, ai đòi?")], "Có câu hỏi thêm về ý kiến mã"),
        (
            "answer",
            &[("answer", "Đã lập biên bản, xin lỗi ông/bà"), ("finding", "upheld")],
            "Có trả lời cho ý kiến mã",
        ),
        (
            "publish",
            &[("words", "Cán bộ đòi tiền"), ("answer", "Đã lập biên bản")],
            "Có tin mới về ý kiến mã",
        ),
    ] {
        acts(&mut head, &id, step, fields).await;
        if step == "ask" {
            letters = mailbox(&app, "2017-06-30T09:20").await;
            author.post(&format!("/opinions/{code}/reply"), &[("reply", "Hôm qua")]).await;
        } else {
            letters += &mailbox(&app, "2017-06-30T09:20").await;
        }
        assert!(letters.contains(said) && letters.contains(&shown), "{said}: {letters}");
    }
    for kept in ["đòi tiền", "biên bản", "ai đòi", "Bảy,", "Trần Phán"] {
        assert!(!letters.contains(kept), "{kept}: {letters}");
    }
    let mut own = letters.lines().filter(|line| line.contains(&shown));
    assert!(own.all(|line| !line.contains("Tran Phan")), "nor the office: {letters}");
    assert!(letters.contains("Mot cua huyen") && letters.contains(&format!("/opinions/{code}")));
    let told = app.app.store.notices_of(id.parse().unwrap()).await.unwrap();
    assert!(told.iter().all(|notice| notice.channel != Channel::Webhook && notice.state == State::Sent));
    let of = |kind| told.iter().filter(|notice| notice.kind == kind).count();
    let kinds = [Kind::OpinionReceived, Kind::OpinionAsked, Kind::OpinionAnswered, Kind::OpinionPublished];
    assert_eq!(kinds.map(of), [2; 4], "once by each way");
    // What is mended is no news.
    let mended = [("words", "Cán bộ đòi tiền của dân"), ("answer", "Đã lập biên bản")];
    acts(&mut head, &id, "publish", &mended).await;
    assert_eq!(app.app.store.notices_of(id.parse().unwrap()).await.unwrap().len(), 8);
}

#[tokio::test]
async fn who_speaks_in_confidence_is_written_to_only_by_their_leave() {
    let template = Template::new().await;
    let app = template.app_with(Post::none()).await;
    let notices = async |id: &str| app.app.store.notices_of(id.parse().unwrap()).await.unwrap();
    let kept = [("words", "Xin giữ kín"), ("contact", "0918111333"), ("confidential", "yes")];
    let (_, silent) = say(&app, &kept).await;
    let (_, nobody) = say(&app, &[("words", "Không để lại gì"), ("contact", "ấp 4")]).await;
    let (_, agreed) = say(&app, &[&kept[..], &[("may_write", "yes")]].concat()).await;
    let mut head = app.signed_in(HEAD);
    for id in [&silent, &nobody, &agreed] {
        acts(&mut head, id, "refuse", &[("reason", "complaint"), ("refusal", "")]).await;
    }
    assert!(notices(&silent).await.is_empty() && notices(&nobody).await.is_empty());
    let told = notices(&agreed).await;
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|notice| notice.kind == Kind::OpinionRefused));
    // Nobody at the office learns that there is anybody to call.
    while send_due(&app.app, Instant::parse_local("2017-06-30T12:00").unwrap()).await.unwrap() > 0 {}
    assert!(notices(&agreed).await.iter().any(|notice| notice.state == State::Unsent));
    assert!(!head.get("/work/notices").await.text.contains(&agreed));
    // Who did not ask for confidence can be called.
    let (_, open) = say(&app, &[("words", "Gọi tôi cũng được"), ("contact", "0918111444")]).await;
    while send_due(&app.app, Instant::parse_local("2017-06-30T12:00").unwrap()).await.unwrap() > 0 {}
    assert!(head.get("/work/notices").await.text.contains(&format!("/work/opinions/{open}")));
}

#[tokio::test]
async fn a_decision_on_days_off_moves_the_promised_day_and_says_why() {
    let (app, _template) = TestApp::new().await;
    let (code, _) = say(&app, &[("words", "Chờ lâu")]).await;
    let own = format!("/opinions/{code}");
    assert!(app.browser().get(&own).await.text.contains("21/7/2017"));
    let store = &app.app.store;
    let off = Special {
        day: Day::parse("2017-07-06").unwrap(),
        kind: Exchanged,
        name: "Nghỉ bão".into(),
        source: String::new(),
    };
    let asked = Asked {
        decision: "Công điện 1/CĐ-TTg".into(),
        decided_on: Day::parse("2017-06-30").unwrap(),
        rows: vec![Row::Put(off)],
    };
    let now = Instant::parse_local("2017-06-30T10:00").unwrap();
    let directory = store.directory();
    let ctx = store.context(Actor::System, now, &directory, [9; 32]);
    store.publish_decision(&plan(asked, &ctx).unwrap(), &ctx).await.unwrap();
    let directory = store.directory();
    let ctx = store.context(Actor::System, now, &directory, [8; 32]);
    assert!(store.move_due_dates(9, &ctx).await.unwrap().opinions_moved > 0);
    let page = app.browser().get(&own).await.text;
    assert!(
        page.contains("24/7/2017") && page.contains("21/7/2017") && page.contains("Công điện 1/CĐ-TTg"),
        "{page}"
    );
}

#[tokio::test]
async fn pressing_opinions_stand_beside_the_choice_of_a_dialogue_each_person_once() {
    let (app, _template) = TestApp::new().await;
    let mut head = app.signed_in(HEAD);
    for (n, contact) in ["0912345678", "0912 345 678", ""].into_iter().enumerate() {
        let words = format!("Bức xúc số {n}");
        let (_, id) = say(&app, &[("words", &words), ("contact", contact), ("residence", OTHER)]).await;
        acts(&mut head, &id, "triage", &SORTED).await;
    }
    let store = &app.app.store;
    let directory = store.directory();
    let day = |text: &str| Day::parse(text).unwrap();
    let span = (day("2017-06-15"), day("2017-09-14"));
    let people = store.pressing_people(&directory, day("2017-06-30"), span).await.unwrap();
    assert_eq!(people.get(OTHER), Some(&2), "one phone is one person");
    let before = (day("2017-03-15"), day("2017-06-14"));
    assert!(store.pressing_people(&directory, day("2017-06-30"), before).await.unwrap().is_empty());
}
