//! The administrator changes offices and officials by forms: nothing counts before it was reviewed.

use crate::support::{Browser, Template, TestApp};
use axum::http::StatusCode;
use hailong_core::{
    context::{Actor, Role},
    event::Event,
    serve::{
        reorganisation::{Asked, plan},
        succession, unit,
    },
    time::{Day, Instant},
};

const ADMIN: &str = "huyen-dam-doi-admin";

/// Sends a form twice: once to look, once to confirm.
async fn change(admin: &mut Browser, what: &str, fields: &[(&str, &str)]) -> (String, StatusCode, String) {
    let path = format!("/admin/directory/{what}");
    let review = admin.post(&path, fields).await;
    let mut confirmed = fields.to_vec();
    confirmed.push(("confirm", "yes"));
    let done = admin.post(&path, &confirmed).await;
    (
        review.text,
        done.status,
        if done.location().is_empty() { done.text } else { done.location().to_owned() },
    )
}

fn directory(app: &TestApp) -> std::sync::Arc<hailong_core::directory::Directory> {
    app.app.store.directory()
}

#[tokio::test]
async fn an_office_opens_gets_people_and_closes() {
    let template = Template::new().await;
    let app = template.app().await;
    let mut admin = app.signed_in(ADMIN);
    let office = [
        ("id", "tan-duc-2"),
        ("unit_key", "c32164-old"),
        ("gso_code", "32164"),
        ("unit_name", "Xã Tân Đức"),
        ("name_vi", "Điểm tiếp nhận số 2"),
        ("level", "commune"),
        ("office_kind", "one_stop"),
        ("case_prefix", "000.77.70.H12"),
        ("from", "2017-06-01"),
    ];
    let review = admin.post("/admin/directory/open-office", &office).await;
    assert_eq!(review.status, StatusCode::OK);
    assert!(review.text.contains("Điểm tiếp nhận số 2") && directory(&app).office("tan-duc-2").is_err());
    let mut edited = office.to_vec();
    edited.push(("confirm", "edit"));
    assert!(admin.post("/admin/directory/open-office", &edited).await.text.contains("000.77.70.H12"));
    let (_, status, to) = change(&mut admin, "open-office", &office).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/admin/offices?done=yes"));
    assert!(directory(&app).office("tan-duc-2").is_ok());
    let twice = admin.post("/admin/directory/open-office", &office).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        twice.text.contains("href=\"#id\"") && twice.text.contains("000.77.70.H12"),
        "what was typed stays"
    );

    let person = [
        ("id", "tan-duc-2-head"),
        ("name", "Lê Thị Mới"),
        ("office", "tan-duc-2"),
        ("role", "head"),
        ("title_vi", "Phó Chủ tịch UBND xã"),
        ("from", "2017-06-01"),
    ];
    change(&mut admin, "appoint", &person).await;
    let list = admin.get("/admin/offices").await.text;
    assert!(list.contains("Lê Thị Mới"));
    let again = [
        ("id", "other"),
        ("name", "Hai"),
        ("office", "tan-duc-2"),
        ("role", "head"),
        ("title_vi", "X"),
        ("from", "2017-06-02"),
    ];
    let second = admin.post("/admin/directory/appoint", &again).await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY, "an office has one head");

    let with_cases = [("office", "tan-duc"), ("to", "2017-06-30"), ("why", "Thử")];
    let refused = admin.post("/admin/directory/close-office", &with_cases).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let closing = [("office", "tan-duc-2"), ("to", "2017-06-30"), ("why", "Quyết định 12/QĐ-UBND")];
    let (review, status, _) = change(&mut admin, "close-office", &closing).await;
    assert!(review.contains("Quyết định 12/QĐ-UBND") && status == StatusCode::SEE_OTHER);
    let day = Day::parse("2017-07-01").unwrap();
    assert!(directory(&app).on(day).office("tan-duc-2").is_err());
    assert!(directory(&app).acting("tan-duc-2-head", day).is_err(), "posts end with the office");
}

#[tokio::test]
async fn an_absence_lets_the_deputy_act_and_an_ended_post_ends_the_session() {
    let template = Template::new().await;
    let app = template.app().await;
    let mut admin = app.signed_in(ADMIN);
    let today = directory_day(&app);
    let form = admin.get("/admin/directory/absence?official=tran-phan-head").await.text;
    assert!(
        form.contains("value=\"tran-phan-1\"") && !form.contains("value=\"tan-duc-1\""),
        "colleagues only"
    );
    let until = Day::parse(&today).unwrap().plus(3).to_string();
    let absence = [
        ("official", "tran-phan-head"),
        ("from", today.as_str()),
        ("to", until.as_str()),
        ("deputy", "tran-phan-1"),
    ];
    let mut official = app.signed_in("tran-phan-1");
    assert_eq!(official.get("/work/opinions").await.status, StatusCode::FORBIDDEN);
    change(&mut admin, "absence", &absence).await;
    assert_eq!(official.get("/work/opinions").await.status, StatusCode::OK, "the deputy stands for the head");
    assert_eq!(official.get("/work").await.status, StatusCode::OK);
    let yesterday = Day::parse(&today).unwrap().plus(-1).to_string();
    let left = [
        ("official", "tran-phan-1"),
        ("office", "tran-phan"),
        ("role", "official"),
        ("to", yesterday.as_str()),
        ("why", "Nghỉ hưu"),
    ];
    change(&mut admin, "leave-post", &left).await;
    let after = official.get("/work").await;
    assert!(after.location().starts_with("/sign-in"), "{}", after.status);
    let signed =
        official.post("/sign-in", &[("name", "tran-phan-1"), ("password", crate::support::PASSWORD)]).await;
    assert_eq!(signed.status, StatusCode::FORBIDDEN, "the password is right, the post has ended");
}

fn directory_day(app: &TestApp) -> String {
    app.app.clock.business().day().to_string()
}

#[tokio::test]
async fn a_new_password_is_shown_once_and_works() {
    let template = Template::new().await;
    let app = template.app().await;
    let mut admin = app.signed_in(ADMIN);
    let fields = [("official", "tan-duc-2"), ("login", "duc.hai")];
    let (review, status, page) = change(&mut admin, "account", &fields).await;
    assert!(!review.contains("<code") && status == StatusCode::OK);
    let password = page.split("<code class=\"case-code\">").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(password.len(), 19);
    let mut browser = app.browser();
    let signed = browser.post("/sign-in", &[("name", "duc.hai"), ("password", password)]).await;
    assert_eq!(signed.location(), "/work");
    let taken = [("official", "tan-duc-1"), ("login", "duc.hai")];
    let refused = admin.post("/admin/directory/account", &taken).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a sign-in name belongs to one person");
}

#[tokio::test]
async fn a_pasted_list_is_reported_before_it_is_taken() {
    let template = Template::new().await;
    let app = template.app().await;
    let mut admin = app.signed_in(ADMIN);
    let text = "id,office_id,name,title_vi,role,from,reserve\n\
                moi-1,tan-duc,Lê  Văn Mới,Công chức,official,2017-06-01,yes\n\
                moi-2,nowhere,Trần Thị Hai,Công chức,official,2017-06-01,\n";
    let (review, status, page) = change(&mut admin, "import", &[("kind", "officials"), ("text", text)]).await;
    assert!(review.contains("moi-2") && review.contains("unknown-office"));
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("moi-1"));
    assert!(directory(&app).official("moi-1").is_ok() && directory(&app).official("moi-2").is_err());
    let broken = admin.post("/admin/directory/import", &[("kind", "officials"), ("text", "[1, 2")]).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_case_of_another_system_goes_on_here() {
    let template = Template::new().await;
    let app = template.app().await;
    let store = &app.app.store;
    let known = store.directory();
    let ctx = store.context(Actor::System, app.app.clock.business(), &known, [7; 32]);
    let line = r#"{"id": "cu-1", "code": "000.34.70.H12-170612-0901", "office": "tran-phan", "procedure": "1.001193",
        "holder": "tran-phan-1", "state": "in_progress", "accepted_at": "2017-06-12T08:30", "book_number": 901,
        "limit": "5 working-days", "due": "2017-06-19T08:30", "applicant_name": "Lê Thị Chuyển",
        "applicant_number": "381222333", "applicant_phone": "0918222333", "applicant_address": "Ấp 4"}"#
        .replace('\n', " ");
    let row =
        hailong_core::import::case::read(&line, "Một cửa cũ", store.vault().secrets()).unwrap().remove(0);
    let case = row.case.unwrap();
    let id = case.case_id;
    store.commit_all(vec![hailong_core::serve::case::take_over(case, &ctx).unwrap()]).await.unwrap();
    let mut official = app.signed_in("tran-phan-1");
    let path = format!("/cases/{id}");
    let page = official.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["000.34.70.H12-170612-0901", "Một cửa cũ", "Lê Thị Chuyển"] {
        assert!(page.text.contains(words), "{words}");
    }
    assert!(official.get("/work").await.text.contains("170612-0901"));
    let done = official.post(&format!("{path}/finish"), &[("version", "1"), ("outcome", "granted")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let returned = official.post(&format!("{path}/return"), &[("version", "2"), ("way", "counter")]).await;
    assert_eq!(returned.status, StatusCode::SEE_OTHER, "{}", returned.text);
    let found =
        app.browser().post("/track", &[("code", "000.34.70.H12-170612-0901"), ("last_three", "333")]).await;
    assert!(found.text.contains("giữ nguyên mã và ngày hẹn"), "{}", found.status);
}

#[tokio::test]
async fn figures_are_told_in_the_offices_of_then_or_of_today() {
    let template = Template::new().await;
    let app = template.app().await;
    let store = &app.app.store;
    let when = app.app.clock.business();
    let before = app.browser().get("/figures").await.text;
    assert!(!before.contains("units=now"), "nothing was reorganised yet");
    let units = unit::parse_csv(include_str!("../../../../data/dam-doi/units.csv")).unwrap();
    let known = store.directory();
    let ctx = store.context(Actor::System, when, &known, [5; 32]);
    store.publish(units.into_iter().map(Event::UnitPublished).collect(), &ctx).await.unwrap();
    // The same resolution, but on a day of the test's year.
    let on = when.day();
    let rows = succession::parse_csv(include_str!("../../../../data/dam-doi/successions.csv")).unwrap();
    let rows = rows.into_iter().map(|row| succession::Succession { on, ..row });
    let mut directory = hailong_core::directory::Directory::clone(&store.directory());
    for unit in &mut directory.units {
        let (from, to) = (unit.validity.from, unit.validity.to);
        unit.validity.from = from.map(|from| from.min(on));
        unit.validity.to = to.map(|_| on.plus(-1));
    }
    let asked = Asked {
        on,
        successions: rows.collect(),
        choices: [("d970".to_owned(), "c32152".to_owned())].into(),
        ..Asked::default()
    };
    let plan = plan(&directory, &asked).unwrap();
    let known = store.directory();
    let ctx = store.context(Actor::System, when, &known, [6; 32]);
    store.commit(plan.structure(&ctx).unwrap()).await.unwrap();
    let period = format!("{}-Q{}", on.year(), (on.month().number() - 1) / 3 + 1);
    let page = |units: &str| format!("/figures?period={period}&units={units}");
    let now = app.browser().get(&page("now")).await.text;
    assert!(now.contains("/figures/xa-tan-tien") && !now.contains("/figures/nguyen-huan\""));
    assert!(now.contains("/figures/ta-an-khuong\"") && now.contains("/figures/huyen-dam-doi\""), "apart");
    assert!(now.contains("Xã Tạ An Khương đã được chia cho"));
    let head = app.signed_in("tran-phan-head").get("/work").await;
    assert_eq!(head.status, StatusCode::OK, "{}", head.location());
    reports_in_other_offices(&app).await;
    let left = template.things["tran-phan"].opinion;
    let path = format!("/work/opinions/{left}");
    let heir = app.signed_in("tran-phan-head").get(&path).await;
    assert_eq!(
        heir.status,
        StatusCode::OK,
        "what was left with the former office is answered by its successor"
    );
    let mut head = app.signed_in("tran-phan-head");
    let office = app.app.store.directory().acting("tran-phan-head", on).unwrap().office_id;
    let sorted =
        [("class", "idea"), ("topic", "place"), ("urgency", "ordinary"), ("office", office.as_str())];
    let done = head.post(&format!("{path}/triage"), &sorted).await;
    assert_eq!(done.location(), "/work/opinions?done=triage", "{}", done.text);
    let answered =
        head.post(&format!("{path}/answer"), &[("answer", "Đã xem lại."), ("finding", "partly")]).await;
    assert_eq!(answered.location(), "/work/opinions?done=answer", "{}", answered.text);
    let others = format!("/work/opinions/{}", template.things["tan-duc"].opinion);
    let stranger = app.signed_in("tran-phan-head").get(&others).await;
    assert_eq!(stranger.status, StatusCode::FORBIDDEN);
    let leader = app.signed_in("huyen-dam-doi-leader").get("/lead").await;
    assert!(leader.location().starts_with("/sign-in"), "the district's leader has no post any more");
    assert!(Role::ALL.len() == 4 && when > Instant(0));
}

/// The successor of Trần Phán reads the report of what it followed, its own, and both together.
async fn reports_in_other_offices(app: &TestApp) {
    let mut head = app.signed_in("tran-phan-head");
    let directory = app.app.store.directory();
    let now = app.app.clock.business().day();
    let heir = succession::heirs(&directory, "tran-phan", now).remove(0);
    let former = head.get("/reports?office=tran-phan").await;
    assert!(former.status == StatusCode::OK && former.text.contains("Xã Trần Phán"), "{}", former.status);
    let received = |text: &str| text.matches("what=received\"").count();
    let own = head.get(&format!("/reports?office={heir}")).await.text;
    assert!(received(&own) == 0 && own.contains("units=now"), "it has received nothing yet");
    let both = head.get(&format!("/reports?office={heir}&units=now")).await.text;
    assert!(
        received(&both) > 0 && both.contains("mỗi đơn vị gồm cả những đơn vị cũ nhập trọn vào"),
        "{both}"
    );
    let list =
        both.split("<a href=\"").find(|link| link.contains("what=received\"") && link.contains("units=now"));
    let list = list.unwrap().split('"').next().unwrap().replace("&#38;", "&");
    assert!(head.get(&list).await.text.contains("Xã Trần Phán"), "the cases are those of the former office");
    let others = head.get("/reports?office=tan-duc").await;
    assert_eq!(others.status, StatusCode::FORBIDDEN);
}
