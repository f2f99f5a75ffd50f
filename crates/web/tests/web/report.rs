//! The report of a period over HTTP: its figures, the cases behind them, its documents, and who may read it.

use crate::support::{Answer, OTHER, OWN, PROCEDURE, TestApp};
use axum::http::{StatusCode, header};
use hailong_core::{
    context::Actor,
    serve::{
        case::{Outcome, Step},
        report::{Figure, Line, Period, Scope, closing},
        succession::Units,
    },
};
use hailong_store::keys::fresh_bytes;

const LEADER: &str = "huyen-dam-doi-leader";
const HEAD: &str = "tran-phan-head";
const OFFICIAL: &str = "tran-phan-1";
/// The quarter of the law that runs on the day of the tests, 30/6/2017.
const PERIOD: &str = "legal-quarter-2017-3";

/// The line of an office, or of all of them, as the store says it.
async fn line(app: &TestApp, office: Option<&str>) -> Line {
    let period = Period::parse(PERIOD).unwrap();
    let closing = closing(period, app.app.clock.business().day()).unwrap();
    let scope = Scope { office: office.map(str::to_owned), units: Units::Then };
    let offices = scope.offices(&app.app.store.directory()).unwrap();
    app.app.store.report(period, closing, offices.as_deref()).await.unwrap().total
}

/// The addresses of lists in a page, with the numbers that lead to them.
fn lists(page: &Answer) -> Vec<(String, u64)> {
    let parts = page.text.split("<a href=\"/reports/cases?").skip(1);
    let link = |part: &str| {
        let (query, rest) = part.split_once("\">").unwrap();
        let n = rest.split_once("</a>").unwrap().0.replace('.', "");
        (format!("/reports/cases?{}", query.replace("&#38;", "&")), n.parse().unwrap())
    };
    parts.map(link).collect()
}

fn rows(page: &Answer) -> usize {
    page.text.matches("<tr><th scope=\"row\">").count()
}

#[tokio::test]
async fn every_figure_leads_to_as_many_cases_without_personal_data() {
    let (app, template) = TestApp::new().await;
    for (who, office) in [(OFFICIAL, Some(OWN)), (HEAD, Some(OWN)), (LEADER, None)] {
        let mut browser = app.signed_in(who);
        let page = browser.get("/reports").await;
        assert_eq!(page.status, StatusCode::OK, "{who}");
        assert!(page.text.contains("Quý III năm 2017 (15/6/2017 đến 14/9/2017)"), "{}", page.text);
        let total = line(&app, office).await;
        let offices = if office.is_some() { 1 } else { 2 };
        assert_eq!(
            (total.received(), total.resolved(), total.in_progress()),
            (2 * offices, offices, offices)
        );
        let links = lists(&page);
        let of_total =
            links.iter().filter(|(href, _)| !href.contains("procedure=") && href.contains("what=received"));
        assert_eq!(of_total.map(|(_, n)| *n).max(), Some(total.received()), "{links:?}");
        assert!(links.len() >= 10, "{links:?}");
        for (href, n) in links {
            let list = browser.get(&href).await;
            assert_eq!((list.status, rows(&list) as u64), (StatusCode::OK, n), "{who} {href}");
            for private in ["Nguyễn Văn An", "381234567", "0912345678", "Ấp Một"] {
                assert!(!list.text.contains(private), "{who} {href}: {private}");
            }
            let opens = list.text.contains(&format!("/cases/{}", template.things[OWN].case));
            assert!(!opens || who != LEADER, "the leader sees no case");
        }
        let received = format!("/reports/cases?period={PERIOD}&what=received");
        let list = browser.get(&received).await.text;
        assert_eq!(list.contains(&format!("href=\"/cases/{}\"", template.things[OWN].case)), who != LEADER);
        assert!(list.contains(&template.things[OWN].code));
        assert_eq!(list.contains(&template.things[OTHER].code), who == LEADER);
    }
}

#[tokio::test]
async fn an_office_is_read_by_its_own_people_and_the_leader() {
    let (app, _) = TestApp::new().await;
    let paths = ["/reports", "/reports.xlsx", "/reports.pdf", "/reports/cases"];
    let reads = async |who: &str, path: &str, office: &str| {
        app.signed_in(who).get(&format!("{path}?what=late&office={office}")).await.status
    };
    for path in paths {
        for who in [OFFICIAL, HEAD] {
            assert_eq!(reads(who, path, OWN).await, StatusCode::OK, "{who} {path}");
            assert_eq!(reads(who, path, OTHER).await, StatusCode::FORBIDDEN, "{who} {path}");
            assert_eq!(reads(who, path, "huyen-dam-doi").await, StatusCode::FORBIDDEN, "{who} {path}");
        }
        assert_eq!(reads(LEADER, path, OTHER).await, StatusCode::OK, "{path}");
        assert_eq!(reads(LEADER, path, "atlantis").await, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(reads("huyen-dam-doi-admin", path, OWN).await, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(app.browser().get(path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    let own = app.signed_in(HEAD).get("/reports").await.text;
    assert!(own.contains("Xã Trần Phán") && !own.contains("Xã Tân Đức") && !own.contains("<select"));
    let all = app.signed_in(LEADER).get("/reports").await.text;
    assert!(all.contains("<select") && all.contains("<option value=\"tan-duc\">Xã Tân Đức</option>"));
}

#[tokio::test]
async fn what_names_no_period_or_figure_is_said_kindly() {
    let (app, _) = TestApp::new().await;
    let mut head = app.signed_in(HEAD);
    for (path, status, words) in [
        ("/reports?period=lunar", StatusCode::BAD_REQUEST, "Không có kỳ báo cáo như vậy"),
        ("/reports?period=legal-year-2018", StatusCode::UNPROCESSABLE_ENTITY, "chưa bắt đầu"),
        ("/reports/cases?what=everything", StatusCode::BAD_REQUEST, "Không có con số như vậy"),
    ] {
        let page = head.get(path).await;
        assert_eq!(page.status, status, "{path}");
        assert!(page.text.contains(words), "{path}");
    }
    let empty = head.get("/reports?period=legal-quarter-2017-1").await;
    assert!(empty.status == StatusCode::OK && empty.text.contains("không có hồ sơ nào"));
    let nine = head.get("/reports?period=legal-nine-2017").await.text;
    assert!(nine.contains("9 tháng năm 2017 (15/12/2016 đến 14/9/2017)"));
    assert_eq!(head.get("/reports/cases?what=late&after=x&at=y").await.status, StatusCode::OK);
}

#[tokio::test]
async fn spreadsheet_and_paper_say_what_the_page_says() {
    let (app, template) = TestApp::new().await;
    // One more is finished, late.
    let directory = app.app.store.directory();
    let official = Actor::Official(directory.official("tran-phan-1").unwrap().clone());
    let now = app.app.clock.business();
    let ctx = app.app.store.context(official, now, &directory, fresh_bytes().unwrap());
    let finish = Step::Finish { outcome: Outcome::Granted };
    app.app.store.step_case(template.things[OWN].case, None, finish, &ctx).await.unwrap();
    let total = line(&app, None).await;
    assert_eq!((total.late(), total.in_progress()), (3, 1));
    let figures: Vec<String> = Figure::ALL.iter().map(|figure| figure.of(&total).to_string()).collect();

    let mut leader = app.signed_in(LEADER);
    let answer = leader.get("/reports.xlsx").await;
    let name = answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert_eq!(name, format!("attachment; filename=\"bao-cao-all-{PERIOD}.xlsx\""));
    let by_procedure = crate::sheet::rows(&answer.bytes, 1);
    let of = |rows: &[Vec<String>], name: &str| {
        let row = rows.iter().find(|row| row.iter().any(|cell| cell == name)).unwrap();
        row[row.len() - figures.len()..].to_vec()
    };
    assert_eq!(of(&by_procedure, "Tổng số"), figures);
    assert_eq!(of(&by_procedure, PROCEDURE), figures, "there is but one procedure");
    let by_office = crate::sheet::rows(&answer.bytes, 2);
    assert_eq!(of(&by_office, "Tổng số"), figures);
    let own = line(&app, Some(OWN)).await;
    let own: Vec<String> = Figure::ALL.iter().map(|figure| figure.of(&own).to_string()).collect();
    assert_eq!(of(&by_office, "Xã Trần Phán"), own);
    let offices = directory.offices.iter().filter(|office| office.receives()).count();
    assert_eq!(
        by_office.iter().filter(|row| row.len() == 19).count(),
        offices + 2,
        "each, the head and the sum"
    );

    let answer = leader.get("/reports.pdf").await;
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/pdf");
    let paper = crate::read::Read::new(&answer.bytes);
    assert!(paper.pages.iter().all(|page| *page == (297, 210)), "{:?}", paper.pages);
    assert!(paper.plain.contains("(vi)"), "it says its language");
    for words in [
        "ỦY BAN NHÂN DÂN HUYỆN ĐẦM DƠI",
        "Đầm Dơi, ngày 30 tháng 6 năm 2017",
        "Quý III năm 2017 (15/6/2017 đến 14/9/2017)",
        "Xã Trần Phán",
        "NGƯỜI LẬP BÁO CÁO",
        "Bản chạy thử",
        &format!("Tổng số 0 {received} 0 0 {received} 0 0 3 3 0 0 1 0 1", received = total.received()),
    ] {
        assert!(paper.text.contains(words), "{words} in {}", paper.text);
    }
    let answer = app.signed_in(HEAD).get("/reports.pdf").await;
    let text = crate::read::Read::new(&answer.bytes).text;
    assert!(text.contains("ỦY BAN NHÂN DÂN XÃ TRẦN PHÁN") && !text.contains("Xã Tân Đức"), "{text}");
}
