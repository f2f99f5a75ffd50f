//! The law's own scales: who sees and enters whose, what is entered shows with its evidence, and the honest sentence stands beside.

use crate::support::{OTHER, OWN, TestApp};
use axum::http::StatusCode;

const HEAD: &str = "tran-phan-head";
const LEADER: &str = "huyen-dam-doi-leader";
const CLERK: &str = "tran-phan-1";

#[tokio::test]
async fn whose_scales_who_sees() {
    let (app, _template) = TestApp::new().await;
    for (who, path, status) in [
        (CLERK, "official/tran-phan-1", StatusCode::OK),
        (CLERK, "official/tran-phan-2", StatusCode::FORBIDDEN),
        (CLERK, "office/tran-phan", StatusCode::OK),
        (CLERK, "office/tan-duc", StatusCode::FORBIDDEN),
        (CLERK, "district", StatusCode::FORBIDDEN),
        (HEAD, "official/tran-phan-2", StatusCode::OK),
        (HEAD, "official/tan-duc-1", StatusCode::FORBIDDEN),
        (HEAD, "office/tan-duc", StatusCode::FORBIDDEN),
        (HEAD, "office/tran-phan/complete", StatusCode::OK),
        (HEAD, "office/tran-phan/common", StatusCode::NOT_FOUND),
        (HEAD, "office/tan-duc/complete", StatusCode::FORBIDDEN),
        (HEAD, "official/tran-phan-1/products", StatusCode::OK),
        (HEAD, "official/tran-phan-head/common", StatusCode::FORBIDDEN),
        (LEADER, "official/tran-phan-head/common", StatusCode::OK),
        (LEADER, "official/tan-duc-1", StatusCode::OK),
        (LEADER, "office/tan-duc", StatusCode::OK),
        (LEADER, "district", StatusCode::OK),
        (LEADER, "district/digital-1", StatusCode::OK),
        (LEADER, "office/nowhere", StatusCode::NOT_FOUND),
        (LEADER, "official/nobody", StatusCode::NOT_FOUND),
    ] {
        let page = app.signed_in(who).get(&format!("/work/scales/{path}?period=2017-Q2")).await;
        assert_eq!(page.status, status, "{who} looks at {path}");
    }
    let own = app.signed_in(CLERK).get("/work/scales").await.text;
    assert!(
        own.contains("/work/scales/official/tran-phan-1?") && own.contains("/work/scales/office/tran-phan?")
    );
    assert!(!own.contains("/work/scales/official/tran-phan-2?") && !own.contains("/work/scales/district?"));
    let all = app.signed_in(LEADER).get("/work/scales?period=2017").await.text;
    assert!(all.contains("/work/scales/district?period=legal-year-2017") && all.contains("/office/tan-duc?"));
    assert!(all.contains("Năm 2017"), "{all}");
    let card = app.signed_in(CLERK).get("/work/scorecards/official/tran-phan-1?period=2017-Q2").await.text;
    assert!(card.contains("/work/scales/official/tran-phan-1?period=2017-Q2"));
    assert!(app.signed_in(CLERK).get("/reports").await.text.contains("/work/scales?period="));
    let scales = app.signed_in(CLERK).get("/work/scales/official/tran-phan-1?period=2017-Q2").await.text;
    let back = "/work/scorecards/official/tran-phan-1?period=2017-Q2";
    assert!(scales.contains(back), "and back to the scorecard: {scales}");
    assert_eq!(app.signed_in(CLERK).get(back).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_scale_says_what_it_leaves_out_and_what_is_honest() {
    let (app, _template) = TestApp::new().await;
    let mut head = app.signed_in(HEAD);
    let page = head.get("/work/scales/office/tran-phan").await.text;
    for part in [
        "Không chỉ số nào hỏi người dân có hài lòng không",
        "Để ngoài: chưa ai ghi số liệu",
        "có hiệu lực từ ngày 6/1/2019",
        "Nhóm 5 theo cách chia khác",
        "Trong kỳ không có đợt khảo sát nào",
        "còn ngưỡng xếp mức giữ nguyên",
        "hailong measure scale office tran-phan --period legal-quarter-2017-3 --json",
        "Tỷ lệ xuất sắc của đơn vị",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let clerk = app.signed_in(CLERK).get("/work/scales/office/tran-phan").await.text;
    assert!(
        !clerk.contains("Tỷ lệ xuất sắc của đơn vị"),
        "how colleagues were judged is told to those who judge"
    );
    assert!(
        !clerk.contains("/work/scales/office/tran-phan/complete"),
        "nothing is offered that would be refused"
    );
    let own = app.signed_in(CLERK).get("/work/scales/official/tran-phan-1").await.text;
    assert!(own.contains("chấm cơ quan, không chấm từng người") && own.contains("Thang 100 điểm"));
}

#[tokio::test]
async fn a_figure_is_entered_shown_and_entered_again() {
    let (app, _template) = TestApp::new().await;
    let mut head = app.signed_in(HEAD);
    let form = "/work/scales/office/tran-phan/handled-there?period=2017-Q2";
    let evidence = "Báo cáo số 12/BC-UBND ngày 14/6/2017";
    let share = |part: &'static str, of: &'static str, seen: &'static str, evidence: &'static str| {
        [("part", part), ("of", of), ("seen", seen), ("evidence", evidence)]
    };
    for (part, of, says, evidence) in [
        ("41", "40", "số đạt không lớn hơn tổng số", evidence),
        ("x", "40", "số đạt không lớn hơn tổng số", evidence),
        ("40", "", "Xin điền rồi gửi lại", evidence),
        ("40", "40", "Xin điền rồi gửi lại", ""),
    ] {
        let wrong = head.post(form, &share(part, of, "0", evidence)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            wrong.text.contains(says) && wrong.text.contains(&format!("value=\"{part}\"")),
            "{}",
            wrong.text
        );
    }
    let kept = head.post(form, &share("40", "40", "0", evidence)).await;
    assert_eq!(kept.location(), "/work/scales/office/tran-phan?period=legal-quarter-2017-2&done=1");
    let second = "/work/scales/office/tran-phan/received-there?period=2017-Q2";
    assert_eq!(head.post(second, &share("40", "40", "0", evidence)).await.status, StatusCode::SEE_OTHER);
    let page = head.get(kept.location()).await.text;
    for part in [evidence, "40 / 40", "2 / 2", "Cán bộ ghi, có căn cứ", "Đã ghi.", "1 chỉ số dựa trên"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Whoever saw an older entry is shown the newer one, and what was typed stays.
    let stale = head.post(form, &share("39", "40", "0", evidence)).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(
        stale.text.contains("Đang ghi: 40 / 40") && stale.text.contains("value=\"39\""),
        "{}",
        stale.text
    );
    assert_eq!(head.post(form, &share("39", "40", "1", evidence)).await.status, StatusCode::SEE_OTHER);
    let clerk = app.signed_in(CLERK).post(form, &share("1", "40", "2", evidence)).await;
    assert_eq!(clerk.status, StatusCode::FORBIDDEN);
    let other = format!("/work/scales/office/{OTHER}/handled-there?period=2017-Q2");
    assert_eq!(head.post(&other, &share("1", "40", "0", evidence)).await.status, StatusCode::FORBIDDEN);
    assert!(
        app.signed_in(LEADER)
            .get(&format!("/work/scales/office/{OWN}?period=2017-Q2"))
            .await
            .text
            .contains("39 / 40")
    );
}

#[tokio::test]
async fn an_official_is_judged_by_the_head_with_products() {
    let (app, _template) = TestApp::new().await;
    let mut head = app.signed_in(HEAD);
    let common = "/work/scales/official/tran-phan-1/common?period=2017-Q2";
    let evidence = ("evidence", "Biên bản họp ngày 14/6/2017");
    for points in ["30,01", "28,555", "hai mươi"] {
        let wrong = head.post(common, &[("points", points), ("seen", "0"), evidence]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{points}");
        assert!(wrong.text.contains(points));
    }
    let kept = head.post(common, &[("points", "28,5"), ("seen", "0"), evidence]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let products = "/work/scales/official/tran-phan-1/products?period=2017-Q2";
    let row = |n, worth, faults, late, delivered| {
        [("n", n), ("worth", worth), ("faults", faults), ("late", late), ("delivered", delivered)]
    };
    let rows =
        [row("2", "1", "", "", "yes"), row("1", "1", "1", "0", "yes"), row("", "", "", "", "yes")].concat();
    let fields = [&rows[..], &[("seen", "0"), evidence]].concat();
    assert_eq!(head.post(products, &fields).await.status, StatusCode::SEE_OTHER);
    // 28.5 + 70 × 11/12 = 92.67.
    let page = app.signed_in(CLERK).get("/work/scales/official/tran-phan-1?period=2017-Q2").await.text;
    for part in
        ["92,67 điểm", "Mức: xuất sắc", "64,17 / 70", "64,1667", "28,50 / 30", "28,50 điểm", "Biên bản họp"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let again = head.get(products).await.text;
    assert!(again.contains("name=\"n\" type=\"text\" inputmode=\"numeric\" value=\"2\""), "{again}");
    let none = head.post(products, &[("seen", "1"), evidence]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "no product is no result");
}
