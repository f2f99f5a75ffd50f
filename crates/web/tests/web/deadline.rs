//! The public deadline calculator, and the administrator's page of rules.

use crate::support::{PROCEDURE, TestApp};
use axum::http::StatusCode;
use hailong_core::{
    serve::{calendar::Calendar, clock::Clock, notation, regime::Regime},
    time::Instant,
};

fn address(fields: &[(&str, &str)]) -> String {
    format!("/deadline?{}", serde_urlencoded::to_string(fields).unwrap())
}

/// The date that the page gives, in words.
fn due(page: &str) -> &str {
    let rest = page.split_once("<p class=\"figure-value\">").unwrap_or_else(|| panic!("no date: {page}")).1;
    rest.split('<').next().unwrap()
}

#[tokio::test]
async fn a_limit_in_plain_words_gives_the_date_and_every_day() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    for (limit, day, time, expected) in [
        // Over Tết, over Giỗ Tổ, calendar days, a Saturday that is worked, the 15:00 rule.
        ("3 ngày làm việc", "2017-01-25", "09:00", "17:00 thứ Hai 6/2/2017"),
        ("3 working days", "25/1/2017", "9:00", "17:00 thứ Hai 6/2/2017"),
        ("1 ngày làm việc", "2017-04-05", "09:00", "17:00 thứ Sáu 7/4/2017"),
        ("15 ngày", "2017-01-13", "09:00", "17:00 thứ Năm 2/2/2017"),
        ("2 ngày làm việc", "2026-01-08", "09:00", "17:00 thứ Bảy 10/1/2026"),
        ("trong ngày", "2017-06-29", "15:01", "17:00 thứ Sáu 30/6/2017"),
        ("8 giờ", "2017-06-29", "07:00", "17:00 thứ Năm 29/6/2017"),
    ] {
        let page = browser.get(&address(&[("limit", limit), ("day", day), ("time", time)])).await;
        assert_eq!(page.status, StatusCode::OK, "{limit} {}", page.text);
        assert_eq!(due(&page.text), expected, "{limit} from {day} {time}");
    }
    let tet = [("limit", "3 ngày làm việc"), ("day", "2017-01-25"), ("time", "09:00")];
    let page = browser.get(&address(&tet)).await.text;
    for words in [
        "Ngày nhận hồ sơ, không tính",
        "Nghỉ, không tính: ",
        "Ngày thứ 3",
        "điều 147",
        "Quyết định 09/2015/QĐ-TTg",
    ] {
        assert!(page.contains(words), "{words}");
    }
    // 25 January, then every day up to 6 February.
    assert_eq!(page.matches("class=\"ledger-when\"").count(), 13);
}

#[tokio::test]
async fn what_happened_moves_the_date_as_on_the_command_line() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    let calendar = Calendar::parse_csv(include_str!("../../../../data/dam-doi/holidays.csv")).unwrap();
    let received = notation::moment("2019-06-05T09:00").unwrap();
    for (regime, resumed) in
        [(Regime::R2018, "resume:2019-06-12T08:00:restart"), (Regime::R2015, "resume:2019-06-12T08:00")]
    {
        let limit = notation::limit("5 working days").unwrap();
        let mut clock = Clock::start(received, limit, regime, &calendar).unwrap();
        let events = [
            "pause:2019-06-07T10:00:supplement",
            resumed,
            "extend:2019-06-13T08:00:2 days",
            "reappoint:2019-06-14T08:00:2019-07-05T17:00",
        ];
        for event in events {
            clock.push(notation::event(event).unwrap()).unwrap();
        }
        let ledger = clock.ledger(Instant::parse_local("2019-06-14T08:00").unwrap(), &calendar).unwrap();
        let page = browser
            .get(&address(&[
                ("limit", "5 ngày làm việc"),
                ("day", "2019-06-05"),
                ("time", "09:00"),
                ("regime", regime.key()),
                ("what1", "supplement"),
                ("day1", "2019-06-07"),
                ("time1", "10:00"),
                ("what2", "goes-on"),
                ("day2", "2019-06-12"),
                ("time2", "08:00"),
                // A line left empty between two others is no fault.
                ("what4", "extended"),
                ("day4", "2019-06-13"),
                ("time4", "08:00"),
                ("by4", "2 ngày"),
                ("what5", "new-date"),
                ("day5", "14/6/2019"),
                ("time5", "08:00"),
                ("to5", "2019-07-05"),
            ]))
            .await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert_eq!(due(&page.text), hailong_render::format::date_time(hailong_render::Lang::Vi, ledger.due));
        assert_eq!(page.text.matches("class=\"ledger-when\"").count(), ledger.lines.len());
        assert!(page.text.contains("Đã xin lỗi và hẹn lại: 17:00 thứ Sáu 5/7/2019"));
        assert!(
            page.text.contains("name=\"what7\"") && !page.text.contains("name=\"what8\""),
            "two lines to spare"
        );
    }
}

#[tokio::test]
async fn a_stop_that_lasts_says_what_the_date_hangs_on() {
    let (app, _template) = TestApp::new().await;
    let stopped = [
        ("limit", "5 ngày làm việc"),
        ("day", "2017-06-26"),
        ("time", "09:00"),
        ("what1", "financial_duty"),
        ("day1", "2017-06-27"),
        ("time1", "10:00"),
    ];
    let page = app.browser().get(&address(&stopped)).await.text;
    assert!(page.contains("Thời hạn đang tạm dừng: Chờ người nộp thực hiện nghĩa vụ tài chính."), "{page}");
    // One day had run by Tuesday; going on from Friday 30 June, four are left.
    assert_eq!(due(&page), "17:00 thứ Năm 6/7/2017");
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_explained() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    let good = [("limit", "3 ngày"), ("day", "2017-01-25"), ("time", "09:00")];
    for (change, words) in [
        (vec![("limit", "ba tuần")], "Chưa hiểu thời hạn này"),
        (vec![("limit", "")], "Xin chọn một thời hạn của thủ tục, hoặc ghi thời hạn."),
        (vec![("limit", "<script>alert(1)</script>")], "Chưa hiểu thời hạn này"),
        (vec![("day", "hôm qua")], "Chưa hiểu ngày này"),
        (vec![("day", "9999-12-31")], "Lịch làm việc chỉ có từ 1/1/2015 đến 31/12/2028"),
        (vec![("day", "2028-12-20"), ("limit", "60 ngày")], "Ngày hẹn nằm ngoài lịch làm việc"),
        (vec![("time", "25:00")], "Chưa hiểu giờ này"),
        (vec![("regime", "r1999")], "Xin chọn một quy định trong danh sách"),
        (vec![("procedure", "9.999999")], "Chưa có thủ tục mang mã này"),
        (vec![("by1", "5 ngày")], "Xin chọn việc đã xảy ra"),
        (vec![("what1", "dance"), ("day1", "2017-02-02"), ("time1", "9:00")], "Xin chọn việc đã xảy ra"),
        (
            vec![("what1", "goes-on"), ("day1", "2017-02-02"), ("time1", "9:00")],
            "không khớp với những việc trước",
        ),
        (
            vec![("what1", "posting"), ("day1", "2017-01-02"), ("time1", "9:00")],
            "không khớp với những việc trước",
        ),
        (vec![("what1", "posting"), ("day1", "9999-01-01"), ("time1", "9:00")], "Lịch làm việc chỉ có từ"),
        (vec![("what1", "extended"), ("day1", "2017-02-02"), ("time1", "9:00")], "Chưa hiểu thời hạn này"),
        (
            vec![("what1", "new-date"), ("day1", "2017-02-02"), ("time1", "9:00"), ("to1", "2017-02-11")],
            "phải là ngày làm việc",
        ),
        (
            vec![("what1", "new-date"), ("day1", "2017-01-25"), ("time1", "9:00"), ("to1", "2017-01-25")],
            "sau ngày đã hẹn trước đó",
        ),
    ] {
        let mut fields: Vec<_> =
            good.into_iter().filter(|(name, _)| change.iter().all(|(changed, _)| changed != name)).collect();
        fields.extend(change.iter().copied());
        let page = browser.get(&address(&fields)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{change:?} {}", page.text);
        assert!(page.text.contains(words), "{change:?} lacks {words}: {}", page.text);
        assert!(!page.text.contains("figure-value") && !page.text.contains("<script>alert"), "{change:?}");
        for (name, value) in fields.iter().filter(|(name, value)| {
            !value.is_empty() && !value.starts_with('<') && !["regime", "procedure"].contains(name)
        }) {
            let kept = page.text.contains(&format!("value=\"{value}\"")) || value == &"dance";
            assert!(kept, "{change:?}: {name} lost {value}");
        }
    }
}

#[tokio::test]
async fn a_procedure_brings_its_limit_and_pages_lead_here() {
    let (app, template) = TestApp::new().await;
    let mut browser = app.browser();
    let page = browser.get("/deadline?q=khai+sinh").await.text;
    assert!(page.contains(&format!("href=\"/deadline?procedure={PROCEDURE}\"")));
    let page = browser.get(&format!("/deadline?procedure={PROCEDURE}")).await.text;
    assert!(page.contains("name=\"which\"") && page.contains("value=\"2017-06-30\""), "{page}");
    assert!(!page.contains("figure-value"), "nothing is said before it was asked for");
    let chosen = [("procedure", PROCEDURE), ("which", "0"), ("day", "2017-06-29"), ("time", "09:00")];
    let page = browser.get(&address(&chosen)).await;
    assert_eq!((page.status, due(&page.text)), (StatusCode::OK, "17:00 thứ Năm 29/6/2017"));
    let secret = &template.things[crate::support::OWN].secret;
    for path in ["/", "/track", &format!("/track/{secret}"), &format!("/procedures/{PROCEDURE}")] {
        assert!(browser.get(path).await.text.contains("href=\"/deadline"), "{path}");
    }
    browser.post("/language", &[("lang", "en")]).await;
    let page = browser.get(&address(&chosen)).await.text;
    assert!(
        page.contains("When will it be ready?") && page.contains("17:00 on Thursday 29 June 2017"),
        "{page}"
    );
}

#[tokio::test]
async fn the_administrator_sees_every_rule_with_its_source() {
    let (app, _template) = TestApp::new().await;
    let mut admin = app.signed_in("huyen-dam-doi-admin");
    assert!(admin.get("/admin").await.text.contains("href=\"/admin/rules\""));
    let page = admin.get("/admin/rules").await.text;
    for words in [
        "Nghị định 61/2018/NĐ-CP, điều 19 khoản 4",
        "cần kiểm tra",
        "đã đọc trong văn bản",
        "Bộ luật Dân sự 2015",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(app.signed_in("tran-phan-1").get("/admin/rules").await.status, StatusCode::FORBIDDEN);
}
