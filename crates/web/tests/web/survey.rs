//! A survey from its sample to what it says, as the leader, officials and those who were drawn see it.

use crate::support::{Answer, Browser, OTHER, OWN, TestApp, WAVES};
use axum::http::StatusCode;
use hailong_core::listen::survey::roll;
use hailong_store::verify::verify;

const LEADER: &str = "huyen-dam-doi-leader";
const CLERK: &str = "tran-phan-1";
const DISTRICT: &str = "huyen-dam-doi-1";

fn refused(answer: &Answer, field: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    assert!(answer.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", answer.text);
}

fn went_on(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.location()
}

fn code(app: &TestApp, wave: u32, serial: u32) -> String {
    roll::code(app.app.store.vault().secrets(), wave, serial)
}

/// Somebody of the district's office, who has no sign-in in the template.
async fn district(app: &TestApp) -> Browser {
    use sha2::Digest;
    let now = hailong_web::clock::Clock::real().machine();
    let hash: [u8; 32] = sha2::Sha256::digest(DISTRICT.as_bytes()).into();
    let account = hailong_store::account::Account {
        login: DISTRICT.into(),
        official_id: DISTRICT.into(),
        password_hash: "none".into(),
    };
    app.app.store.keep_account(&account).await.unwrap();
    app.app.store.begin_session(&hash, DISTRICT, now, now + 3_600_000_000).await.unwrap();
    app.signed_in(DISTRICT)
}

/// A form with a file, as browsers send it.
async fn with_file(browser: &mut Browser, path: &str, fields: &[(&str, &str)], file: &str) -> Answer {
    let token = browser.token().await;
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let mut body = part("token", &token);
    body.extend(fields.iter().map(|(name, value)| part(name, value)));
    body += &format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"ds.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--x--\r\n"
    );
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=x")];
    browser.post_raw(path, body, &headers).await
}

fn register() -> String {
    let line = |number: u32| {
        let commune = if number.is_multiple_of(3) { "Xã Tân Đức" } else { "Xã Trần Phán" };
        format!("Người Kín {number},09120{number:05},Ấp {number},{commune},Hộ tịch\n")
    };
    "name,contact,address,commune,field\n".to_owned() + &(0..90).map(line).collect::<String>()
}

const WAVE: [(&str, &str); 9] = [
    ("name", "Hài lòng quý II"),
    ("questionnaire", "sipas-2017"),
    ("from", "2017-06-30"),
    ("to", "2017-07-20"),
    ("ways", "paper"),
    ("ways", "phone"),
    ("ways", "online"),
    ("size", "60"),
    ("seed", "7"),
];

#[tokio::test]
async fn a_sample_is_looked_at_before_it_is_drawn() {
    let (app, _template) = TestApp::new().await;
    let mut leader = app.signed_in(LEADER);
    let list = leader.get("/work/surveys").await.text;
    assert!(list.contains("22 tiêu chí") && list.contains("/work/dialogues\">Mở ở mục Đối thoại"), "{list}");
    let cases = [("first_day", "2017-06-01"), ("last_day", "2017-06-30"), ("what", "preview")];
    let fields = [WAVE.as_slice(), &cases].concat();
    let preview = leader.post("/work/surveys/new", &fields).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text);
    assert!(preview.text.contains("Rút 2 người trong 2 người."), "{}", preview.text);
    assert_eq!(app.signed_in(CLERK).post("/work/surveys/new", &fields).await.status, StatusCode::FORBIDDEN);
    let none =
        [WAVE.as_slice(), &[("first_day", "2016-01-01"), ("last_day", "2016-02-01"), ("what", "open")]]
            .concat();
    refused(&leader.post("/work/surveys/new", &none).await, "frame");
    let late =
        [WAVE.as_slice(), &[("first_day", "2017-06-01"), ("last_day", "2017-07-30"), ("what", "open")]]
            .concat();
    refused(&leader.post("/work/surveys/new", &late).await, "last_day");
    let path = "/work/surveys/register";
    let wrong = register().replacen("Xã Tân Đức", "Xã Không Có", 1);
    let preview = [WAVE.as_slice(), &[("what", "preview")]].concat();
    let answer = with_file(&mut leader, path, &preview, &wrong).await;
    refused(&answer, "file");
    assert!(answer.text.contains("Dòng 2: Không có xã, thị trấn này."), "{}", answer.text);
    let looked = with_file(&mut leader, path, &preview, &register()).await;
    assert!(looked.text.contains("Rút 60 người trong 90 người."), "{}", looked.text);
    assert_eq!(app.app.store.surveys(None, 9).await.unwrap().len(), 2, "nothing was drawn yet");
}

async fn begin(app: &TestApp) -> (Browser, u32) {
    let mut leader = app.signed_in(LEADER);
    let fields = [WAVE.as_slice(), &[("what", "open")]].concat();
    let begun = with_file(&mut leader, "/work/surveys/register", &fields, &register()).await;
    let desk = leader.get(went_on(&begun)).await.text;
    assert!(desk.contains("Đã rút thăm.") && desk.contains("Thu về 0 trên 60 phiếu"), "{desk}");
    (leader, WAVES.1 + 1)
}

/// Scores for all questions, as they are typed.
fn scores(score: &str) -> Vec<(String, String)> {
    let questionnaire = hailong_core::listen::survey::template::Template::Sipas.questionnaire();
    let criteria = questionnaire.criteria().map(|at| format!("q-{}", questionnaire.questions[at].key));
    criteria.map(|name| (name, score.to_owned())).collect()
}

async fn send(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &fields).await
}

async fn typed(browser: &mut Browser, wave: u32, code: &str, rest: &[(&str, &str)], score: &str) -> Answer {
    let mut fields = scores(score);
    fields.push(("code".into(), code.into()));
    fields.extend(rest.iter().map(|(name, value)| ((*name).into(), (*value).into())));
    send(browser, &format!("/work/surveys/{wave}/forms"), &fields).await
}

#[tokio::test]
async fn a_survey_from_the_draw_to_what_it_says() {
    let (app, _template) = TestApp::new().await;
    let (mut leader, wave) = begin(&app).await;
    let desk = format!("/work/surveys/{wave}");
    let people = leader.get(&format!("{desk}/people?office={OWN}")).await.text;
    assert!(people.contains("Người Kín") && people.contains("Hộ tịch"), "{people}");
    let printed = leader.get(&format!("{desk}/forms.pdf?office={OWN}")).await;
    assert!(printed.status == StatusCode::OK && printed.bytes.starts_with(b"%PDF-"));
    let mut clerk = app.signed_in(CLERK);
    assert_eq!(clerk.get(&format!("{desk}/people")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(clerk.get(&format!("{desk}/forms.pdf?office={OTHER}")).await.status, StatusCode::FORBIDDEN);

    // Strata stand in the order of offices: Tân Đức has the first twenty forms.
    let (other, own) = (code(&app, wave, 1), code(&app, wave, 21));
    let paper =
        [("way", "paper"), ("q-expected", "1 3, 5"), ("q-trips", "2"), ("q-words", "Gọi 0912345678 nhé")];
    refused(&typed(&mut clerk, wave, &own, &paper, "4").await, "code");
    refused(&typed(&mut clerk, wave, "3-000100000000", &paper, "4").await, "code");
    refused(&typed(&mut clerk, wave, &other, &[("way", "online")], "4").await, "way");
    refused(
        &typed(&mut clerk, wave, &other, &[("way", "paper"), ("q-expected", "1 2 3 4")], "4").await,
        "q-expected",
    );
    // The number of the wave need not be typed.
    let short = other.split_once('-').unwrap().1;
    went_on(&typed(&mut clerk, wave, short, &paper, "4").await);
    refused(&typed(&mut clerk, wave, &other, &paper, "5").await, "code");
    let missed = [("code", code(&app, wave, 2)), ("missed", "refused".into())]
        .map(|(name, value)| (name.to_owned(), value));
    went_on(&send(&mut clerk, &format!("{desk}/forms"), &missed).await);

    let mut citizen = app.browser();
    let path = format!("/survey/{own}");
    let page = citizen.get(&path).await.text;
    assert!(page.contains("Công chức lắng nghe") && page.contains("Phiếu không ghi tên."), "{page}");
    refused(&citizen.post(&path, &[("q-seats", "")]).await, "answers");
    refused(&citizen.post(&path, &[("q-seats", "9")]).await, "q-seats");
    went_on(&send(&mut citizen, &path, &scores("5")).await);
    assert!(citizen.get(&path).await.text.contains("Đã nhận phiếu."));
    assert_eq!(citizen.get("/survey/3-002199999999").await.status, StatusCode::NOT_FOUND);

    let mut office = district(&app).await;
    for serial in (3..=20).chain(22..=55) {
        let score = if serial % 4 == 0 { "2" } else { "4" };
        went_on(&typed(&mut office, wave, &code(&app, wave, serial), &[("way", "phone")], score).await);
    }
    counted(&app, &mut leader, &desk, wave).await;
}

/// Closes the wave and reads what it says.
async fn counted(app: &TestApp, leader: &mut Browser, desk: &str, wave: u32) {
    let mut citizen = app.browser();
    let public = format!("/surveys/{wave}");
    assert_eq!(citizen.get(&public).await.status, StatusCode::NOT_FOUND, "not before it is counted");
    assert_eq!(district(app).await.post(&format!("{desk}/close"), &[]).await.status, StatusCode::FORBIDDEN);
    let closed = leader.post(&format!("{desk}/close"), &[]).await;
    let page = leader.get(went_on(&closed)).await.text;
    assert!(page.contains("Thu về 54 trên 60 phiếu") && page.contains("Theo nơi cư trú"), "{page}");
    assert_eq!(leader.post(&format!("{desk}/close"), &[]).await.status, StatusCode::CONFLICT);
    let said = leader.get(&format!("{desk}/words?question=30")).await.text;
    assert!(said.contains("Gọi […] nhé"), "{said}");
    let sheet = leader.get(&format!("{desk}/results.xlsx")).await;
    assert!(sheet.status == StatusCode::OK && sheet.bytes.starts_with(b"PK"));

    assert!(citizen.get("/figures").await.text.contains("href=\"/surveys\""));
    assert!(citizen.get("/surveys").await.text.contains(&public));
    let page = citizen.get(&public).await.text;
    for words in
        ["Chỉ số hài lòng chung", "Tiếp cận dịch vụ", "Theo bộ phận giải quyết", "Xã Tân Đức", "<svg"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    // 20 of Tân Đức were asked, 19 answered: too few, and so nothing of Trần Phán alone either.
    assert!(
        page.contains("(19/20)") && page.contains("không nêu") && !page.contains("Theo nơi cư trú"),
        "{page}"
    );
    let csv = citizen.get(&format!("{public}/results.csv")).await.text;
    assert!(csv.lines().count() > 28 && csv.contains("\ncriterion,seats,"), "{csv}");
    // Codes of a wave that is over open nothing.
    assert!(citizen.get(&format!("/survey/{}", code(app, wave, 60))).await.text.contains("đã kết thúc"));
    assert_eq!(verify(&app.app.store).await.unwrap().trouble, None);
}

#[tokio::test]
async fn a_questionnaire_is_kept_in_versions() {
    let (app, _template) = TestApp::new().await;
    let mut organiser = district(&app).await;
    let page = "/work/surveys/questionnaires/sipas-2017";
    let shown = organiser.get(page).await.text;
    assert!(shown.contains("Phiên bản 1, lưu lúc") && shown.contains("sipas-2017"), "{shown}");
    let save = |file: &str| {
        [("key", "ngan".to_owned()), ("title_vi", "Phiếu ngắn".to_owned()), ("file", file.to_owned())]
    };
    let mut post = async |file: &str| {
        let fields = save(file);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        organiser.post("/work/surveys/questionnaires", &fields).await
    };
    let bad = post("key,type,vi\nkind,score,Niềm nở\nkind,yes_no,Trở lại?\n").await;
    refused(&bad, "file");
    assert!(bad.text.contains("Dòng 3: Khóa này đã dùng"), "{}", bad.text);
    let kept = post("key,type,vi\nkind,score,Niềm nở\n").await;
    assert_eq!(went_on(&kept), "/work/surveys/questionnaires/ngan?done=saved");
    assert_eq!(post("key,type,vi\nkind,score,Niềm nở\n").await.status, StatusCode::CONFLICT);
    went_on(&post("key,type,vi\nkind,score,Niềm nở hơn\n").await);
    let first = organiser.get("/work/surveys/questionnaires/ngan?version=1").await.text;
    assert!(first.contains("Niềm nở") && !first.contains("Niềm nở hơn"), "the first version stays");
    let fields = [("key", "ngan"), ("title_vi", "x"), ("file", "key,type,vi\nkind,score,Niềm nở\n")];
    let clerk = app.signed_in(CLERK).post("/work/surveys/questionnaires", &fields).await;
    assert_eq!(clerk.status, StatusCode::FORBIDDEN);
    assert_eq!(organiser.get("/work/surveys/questionnaires/khong-co").await.status, StatusCode::NOT_FOUND);
}
