//! Papers as PDF: one by one, many at once, who gets them, and that they say what the record says.

use crate::support::{Answer, OTHER, OWN, TestApp};
/// Reads a PDF back.
use axum::http::{StatusCode, header};

/// The number of pages of a PDF.
fn pages(answer: &Answer) -> usize {
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/pdf");
    assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().contains("no-store"));
    let read = crate::read::Read::new(&answer.bytes);
    assert!(read.plain.contains("(vi)") && read.text.contains("Bản chạy thử."), "{}", read.text);
    read.pages.len()
}

#[tokio::test]
async fn a_case_gives_its_papers_and_no_others() {
    let (app, template) = TestApp::new().await;
    let mut official = app.signed_in("tran-phan-1");
    let case = format!("/cases/{}", template.things[OWN].returned);
    let receipt = official.get(&format!("{case}/receipt.pdf")).await;
    assert_eq!(pages(&receipt), 2, "two copies");
    let name = receipt.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(name.starts_with("inline; filename=\"giay-tiep-nhan-") && name.ends_with(".pdf\""), "{name}");
    let file = app.app.store.case(template.things[OWN].returned).await.unwrap().unwrap();
    let applicant = app.app.store.applicant(&file).await.unwrap().unwrap();
    let says = |answer: &Answer, words: &[&str]| {
        let text = crate::read::Read::new(&answer.bytes).text;
        let found = words.iter().try_fold(text.as_str(), |rest, words| Some(rest.split_once(words)?.1));
        assert!(found.is_some(), "{words:?} in this order in {text}");
    };
    let code = file.code.clone().unwrap();
    let number = format!("Số thứ tự: {:02}", file.book_number.unwrap());
    says(
        &receipt,
        &["XÃ TRẦN PHÁN", &code, &applicant.name, &applicant.identity_number, "5. Thời gian", &number],
    );
    let slip = official.get(&format!("{case}/control-slip.pdf")).await;
    assert_eq!(pages(&slip), 1);
    let hands = [
        "Cơ quan giải quyết hồ sơ: Ủy ban nhân dân xã Trần Phán",
        "Giao: người nộp hồ sơ",
        "Tiếp nhận hồ sơ",
        "Quá hạn",
        "Có kết quả",
        "Nhận: người nộp hồ sơ",
        "Trả kết quả",
    ];
    says(&slip, &hands);
    assert!(
        !crate::read::Read::new(&slip.bytes).text.contains(&applicant.name),
        "it travels with the dossier"
    );
    assert_eq!(pages(&official.get(&format!("{case}/invitation.pdf")).await), 1);
    for paper in ["refusal", "apology", "stop-notice", "supplement-request"] {
        let answer = official.get(&format!("{case}/{paper}.pdf")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{paper}");
    }
    let page = official.get(&case).await.text;
    assert!(
        page.contains(&format!("{case}/receipt.pdf")) && page.contains(&format!("{case}/control-slip.pdf"))
    );
}

#[tokio::test]
async fn many_papers_are_printed_at_once_within_bounds() {
    let (app, template) = TestApp::new().await;
    let mut official = app.signed_in("tran-phan-1");
    let own = template.things[OWN].returned;
    let bulk = format!("/work/papers.pdf?case={own}&paper=control-slip&case={own}");
    assert_eq!(pages(&official.get(&bulk).await), 2);
    assert_eq!(pages(&official.get(&format!("/work/papers.pdf?case={own}")).await), 2, "receipts by default");
    for (query, status) in [
        (String::new(), StatusCode::BAD_REQUEST),
        (format!("case={own}&").repeat(101), StatusCode::BAD_REQUEST),
        (format!("case={own}&paper=unknown"), StatusCode::NOT_FOUND),
        (format!("case={own}&paper=apology"), StatusCode::NOT_FOUND),
        (format!("case={own}&case={}", template.things[OTHER].returned), StatusCode::FORBIDDEN),
    ] {
        assert_eq!(official.get(&format!("/work/papers.pdf?{query}")).await.status, status, "{query:.60}");
    }
}

#[tokio::test]
async fn the_book_is_shown_printed_and_exported_to_its_own_office() {
    let (app, _template) = TestApp::new().await;
    let mut official = app.signed_in("tran-phan-1");
    let page = official.get("/work/book?year=2017").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["Liên tục, không bỏ số", "H12-1706", "Trần Phán", "/work/book.xlsx?office=tran-phan"]
    {
        assert!(page.text.contains(words), "{words}");
    }
    assert!(!page.text.contains("/work/book/close"), "only the head closes, and only after the year");
    assert!(official.get("/work/book?year=1999").await.text.contains("chưa vào số nào"));
    let printed = official.get("/work/book.pdf?year=2017&from=1&to=2").await;
    assert_eq!(pages(&printed), 1);
    let text = crate::read::Read::new(&printed.bytes).text;
    assert!(text.contains("SỔ THEO DÕI HỒ SƠ") && text.contains("số thứ tự từ 01 đến 02"), "{text}");
    for query in ["year=2017", "year=2017&from=5&to=2", "year=2017&from=1&to=1001"] {
        let answer = official.get(&format!("/work/book.pdf?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.text.contains("1.000 số"));
    }
    let sheet = official.get("/work/book.xlsx?year=2017").await;
    assert!(sheet.status == StatusCode::OK && sheet.bytes.starts_with(b"PK"));
    assert!(
        sheet.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .contains("so-theo-doi-tran-phan-2017.xlsx")
    );
    for path in ["/work/book", "/work/book.pdf", "/work/book.xlsx"] {
        let answer = official.get(&format!("{path}?office=quach-pham&year=2017&from=1&to=2")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let mut head = app.signed_in("tran-phan-head");
    let form = [("office", "tran-phan"), ("year", "2017")];
    head.get("/work/book?year=2017").await;
    let unsure = head.post("/work/book/close", &form).await;
    assert!(unsure.status == StatusCode::UNPROCESSABLE_ENTITY && unsure.text.contains("đánh dấu ô đồng ý"));
    let early = head.post("/work/book/close", &[form[0], form[1], ("sure", "yes")]).await;
    assert!(early.status == StatusCode::UNPROCESSABLE_ENTITY && early.text.contains("Năm chưa hết"));
    let empty = head.post("/work/book/close", &[form[0], ("year", "2016"), ("sure", "yes")]).await;
    assert_eq!(empty.status, StatusCode::SEE_OTHER);
    assert!(head.get("/work/book?year=2016").await.text.contains("Sổ đã khóa"));
}

#[tokio::test]
async fn a_wrong_code_is_told_what_is_wrong_with_it() {
    let (app, template) = TestApp::new().await;
    let mut citizen = app.browser();
    citizen.get("/track").await;
    for (code, words) in [
        ("H12-170628", "gồm ba phần"),
        ("000.21.70.H12-171328-0001", "là ngày nhận"),
        ("000.21.70.H12-170628-01", "số thứ tự trong ngày"),
        ("000.21.70.H12-170628-0099", "chưa khớp với nhau"),
    ] {
        let answer = citizen.post("/track", &[("code", code), ("last_three", "567")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains(words), "{code}: {words}");
    }
    let mut official = app.signed_in("tran-phan-1");
    official.get("/work").await;
    let typed = template.things[OWN].code.to_lowercase().replace('-', " – ");
    let found = official.post("/work/find", &[("what", &typed)]).await;
    assert_eq!(found.location(), format!("/cases/{}", template.things[OWN].case));
    let wrong = official.post("/work/find", &[("what", "H12-171328-0001")]).await;
    assert!(wrong.text.contains("là ngày nhận"));
}
