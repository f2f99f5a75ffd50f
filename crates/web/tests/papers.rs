//! Papers as PDF: one by one, many at once, and who gets them. What stands on them is tested where they are drawn.

mod support;

use axum::http::{StatusCode, header};
use support::{Answer, OTHER, OWN, TestApp};

/// The number of pages of a PDF, as its page tree says.
fn pages(answer: &Answer) -> usize {
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/pdf");
    assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().contains("no-store"));
    assert!(answer.bytes.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&answer.bytes);
    let (_, count) = text.split_once("/Type/Pages/Count ").unwrap();
    count.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
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
    assert_eq!(pages(&official.get(&format!("{case}/control-slip.pdf")).await), 1);
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
