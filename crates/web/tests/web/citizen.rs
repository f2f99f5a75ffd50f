//! What a citizen meets: tracking, the ballot, opinions.

use crate::support::{OTHER, OWN, TestApp};
use axum::http::StatusCode;
use hailong_core::listen::log::{LogVerifier, Proof};

#[tokio::test]
async fn a_case_is_never_shown_by_its_code_alone_and_locks_after_five_tries() {
    let (app, template) = TestApp::new().await;
    let things = &template.things[OWN];
    let mut browser = app.browser();
    for digits in ["", "000", "78", "5678", "-78"] {
        let answer = browser.post("/track", &[("code", &things.code), ("last_three", digits)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{digits}");
        assert!(answer.text.contains(&things.code), "what was typed is shown again");
    }
    // The right digits do not help any more, from here nor from elsewhere.
    let right = [("code", things.code.as_str()), ("last_three", "678")];
    let locked = browser.post("/track", &right).await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(locked.headers.contains_key("retry-after"));
    let elsewhere = app.browser().at_address(2).post("/track", &right).await;
    assert_eq!(elsewhere.status, StatusCode::TOO_MANY_REQUESTS);
    // This client may not go on with other codes either.
    let other = browser.post("/track", &[("code", "000.99.70.H12-170626-0001"), ("last_three", "678")]).await;
    assert_eq!(other.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn right_tries_lead_to_the_case_as_often_as_one_likes() {
    let (app, template) = TestApp::new().await;
    let things = &template.things[OWN];
    let mut browser = app.browser();
    for digits in ["678", "567", "678", "567", "678", "567", "678"] {
        let code = format!(" {} ", things.code.to_lowercase());
        let answer = browser.post("/track", &[("code", &code), ("last_three", digits)]).await;
        assert!(answer.status == StatusCode::OK && answer.text.contains("ledger"));
        assert!(!answer.text.contains(&things.secret), "three digits do not open the secret");
    }
    let page = browser.get(&format!("/track/{}", things.secret)).await.text;
    assert!(page.contains(&things.code) && page.contains("ledger"));
    for private in ["Nguyễn Văn An", "381234567", "0912345678", "Ấp Một", "tran-phan-1", "/rate/"] {
        assert!(!page.contains(private), "{private}");
    }
    let secret = app.app.store.vault().secrets().track_secret(things.returned);
    let ended = browser.get(&format!("/track/{secret}")).await.text;
    assert!(ended.contains(&format!("/rate/{}", things.invitation)));
}

#[tokio::test]
async fn one_invitation_counts_once_even_when_sent_ten_times_at_once() {
    let (app, template) = TestApp::new().await;
    let path = format!("/rate/{}", template.things[OWN].invitation);
    let mut browser = app.browser();
    assert_eq!(browser.get(&path).await.status, StatusCode::OK);
    let token = browser.token().await;
    let tries = (1..=10).map(|n| {
        let (mut browser, path, body) =
            (browser.clone(), path.clone(), format!("token={token}&overall={}", n % 5 + 1));
        tokio::spawn(async move { browser.post_raw(&path, body, &[]).await })
    });
    let mut counted = 0;
    for one in tries.collect::<Vec<_>>() {
        let answer = one.await.unwrap();
        if answer.text.contains("id=\"receipt\"") {
            counted += 1;
        } else {
            assert_eq!(answer.status, StatusCode::GONE);
            assert!(answer.text.contains("/opinions/new"));
        }
    }
    assert_eq!(counted, 1);
    let waiting: i64 = app.app.store.waiting_ballots().await.unwrap().iter().map(|(_, _, n)| n).sum();
    assert_eq!(waiting, 1);
    let again = browser.get(&path).await;
    assert_eq!(again.status, StatusCode::GONE);
    let ended = app.app.store.vault().secrets().track_secret(template.things[OWN].returned);
    assert!(!browser.get(&format!("/track/{ended}")).await.text.contains("/rate/"));
}

#[tokio::test]
async fn odd_answers_are_refused_and_shown_again() {
    let (app, template) = TestApp::new().await;
    let path = format!("/rate/{}", template.things[OWN].invitation);
    let mut browser = app.browser();
    let long = "ắ".repeat(501);
    for odd in [
        [("overall", ""), ("words", "giữ lại")],
        [("overall", "-1"), ("words", "giữ lại")],
        [("overall", "6"), ("words", "giữ lại")],
        [("overall", "1e9"), ("words", "giữ lại")],
        [("overall", "5"), ("trips", "-2")],
        [("overall", "5"), ("extra_money", "lots")],
        [("overall", "5"), ("lawful", "٥")],
        [("overall", "5"), ("words", &long)],
    ] {
        let answer = browser.post(&path, &odd).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{odd:?}");
        assert!(answer.text.contains("role=\"alert\""), "{odd:?}");
        assert!(odd[1].1 != "giữ lại" || answer.text.contains("giữ lại"), "{odd:?}");
    }
    let thanks = browser.post(&path, &[("overall", "5"), ("welcome", ""), ("words", "😀")]).await;
    assert!(thanks.status == StatusCode::OK && thanks.text.contains("id=\"receipt\""));
}

#[tokio::test]
async fn an_opinion_is_left_and_followed() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    let empty =
        browser.post("/opinions/new", &[("office", OWN), ("words", " "), ("name", "An Nguyễn")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("An Nguyễn"));
    let nowhere = browser.post("/opinions/new", &[("office", "nowhere"), ("words", "có lời")]).await;
    assert!(nowhere.status == StatusCode::UNPROCESSABLE_ENTITY && nowhere.text.contains("có lời"));
    let words = "Cần thêm ghế <script>alert(1)</script>";
    let sent = browser.post("/opinions/new", &[("office", OWN), ("words", words)]).await;
    let path = sent.location().to_owned();
    let page = browser.get(&path).await.text;
    assert!(page.contains("Cần thêm ghế") && !page.contains("<script>alert"));
    let code = path.trim_start_matches("/opinions/").split('?').next().unwrap().to_lowercase();
    let found = browser.get(&format!("/opinions?code={}-{}", &code[..4], &code[4..])).await;
    assert_eq!(found.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get(found.location()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn procedures_are_found_with_and_without_diacritics() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    for query in ["khai%20sinh", "kh%C3%A1i+sinh", "KHAI+SINH", "dang+ky+khai+sinh", "1.001193"] {
        let page = browser.get(&format!("/procedures?q={query}")).await.text;
        assert!(page.contains("/procedures/1.001193"), "{query}");
    }
}

/// Something between two words of a page.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(found, _)| found)
}

#[tokio::test]
async fn a_rater_gets_a_receipt_that_tells_nothing_and_an_opening_that_finds_the_slips() {
    let (app, template) = TestApp::new().await;
    let store = &app.app.store;
    let mut browser = app.browser();
    let path = format!("/rate/{}", template.things[OWN].invitation);
    let page = browser
        .post(&path, &[("overall", "2"), ("welcome", "5"), ("trips", "3"), ("extra_money", "yes")])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let receipt = between(&page.text, "id=\"receipt\">", "<").to_owned();
    let opening = between(&page.text, "id=\"opening\">", "<").to_owned();
    assert_eq!((receipt.len(), opening.len()), (19, 32), "{}", page.text);
    let at = format!("/receipt/{receipt}");
    let waits = browser.get(&at).await;
    assert!(waits.text.contains("id=\"waiting\"") && !waits.text.contains("id=\"counted\""));
    let unknown = browser.get("/receipt/AAAA-AAAA-AAAA-AAAA").await.text;
    assert_eq!(
        unknown.replace("AAAA-AAAA-AAAA-AAAA", &receipt),
        waits.text,
        "nobody can probe for ballots that wait"
    );

    app.fill_box(OWN).await;
    let found = browser.post("/receipt", &[("code", &receipt.to_lowercase())]).await;
    assert_eq!(found.location(), at);
    let counted = browser.get(&at).await.text;
    assert!(counted.contains("id=\"counted\""), "{counted}");
    for answer in ["Rất không hài lòng", "Không hài lòng", "Ba lần"] {
        assert!(!counted.contains(answer), "a receipt tells no answer: {answer}");
    }
    let opened = browser.post(&at, &[("opening", &opening)]).await;
    assert_eq!(opened.status, StatusCode::OK);
    assert_eq!(opened.text.matches("class=\"facts slip\"").count(), 4, "{}", opened.text);
    assert!(opened.text.contains("Ba lần") && opened.text.contains("Rất hài lòng"));
    for wrong in ["", "ff", "00000000000000000000000000000000", "😀"] {
        let refused = browser.post(&at, &[("opening", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(!refused.text.contains("class=\"facts slip\""));
    }
    for wrong in ["", "ABCD", "ABCD-EFGH-IJKL-MNO1", &"A".repeat(10_000)] {
        assert_eq!(
            browser.post("/receipt", &[("code", wrong)]).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }

    let key = LogVerifier::parse(&browser.get("/log/key").await.text).unwrap();
    let proof = browser.get(&format!("{at}/proof")).await;
    let leaf = Proof::parse(&proof.text).unwrap().check(&key).unwrap();
    assert_eq!(leaf.receipt.unwrap().grouped(), receipt);
    let root = store.newest_checkpoint().await.unwrap().unwrap();
    assert_eq!(browser.get("/log/checkpoint").await.text, root.signed.note);
    let log = browser.get("/log").await.text;
    assert!(log.contains(&format!("data-size=\"{}\"", root.signed.size)) && log.contains(key.origin()));
    for missing in
        ["/log/tile/0/999", "/log/tile/entries/000.p/256", "/log/tile/../key", "/log/tile/data/000"]
    {
        assert_eq!(browser.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn other_questions_are_a_new_version_from_a_later_day() {
    let (app, template) = TestApp::new().await;
    let mut admin = app.signed_in("huyen-dam-doi-admin");
    let page = admin.get("/admin/questions").await.text;
    assert!(page.contains("value=\"2017-07-01\"") && page.contains("Đón tiếp có niềm nở không?"), "{page}");
    let mut fields = vec![("from", "2017-07-01"), ("asked-overall", "1"), ("asked-welcome", "1")];
    fields.extend([
        ("vi-overall", "Hài lòng không?"),
        ("en-overall", "Satisfied?"),
        ("en-welcome", "Welcomed?"),
    ]);
    let refused = admin.post("/admin/questions", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("value=\"Welcomed?\"") && refused.text.contains("id=\"errors\""),
        "kept what was typed"
    );
    fields.push(("vi-welcome", "Đón tiếp có tử tế không?"));
    assert_eq!(admin.post("/admin/questions", &fields).await.location(), "/admin/questions?done=1");
    let path = format!("/rate/{}", template.things[OWN].invitation);
    let today = app.browser().get(&path).await.text;
    assert!(
        today.contains("Đón tiếp có niềm nở không?") && today.contains("name=\"trips\""),
        "not before its day"
    );
    let later = app.on("2017-07-01T08:00");
    let page = later.browser().get(&path).await.text;
    assert!(page.contains("Đón tiếp có tử tế không?") && !page.contains("name=\"trips\""), "{page}");
    let again = admin.post("/admin/questions", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "the same again is no version");
}

#[tokio::test]
async fn roll_and_box_agree_where_few_ballots_were_opened_with_others() {
    let (app, _template) = TestApp::new().await;
    app.cast(OWN, 1..3).await;
    app.cast(OTHER, 4..6).await;
    app.seal(1).await;
    let page = app.on("2017-07-01T08:00").browser().get("/log").await.text;
    assert_eq!(page.matches("Khớp</span>").count(), 2, "{page}");
    assert!(!page.contains("Không khớp") && !page.contains("<th scope=\"row\">*"), "{page}");
}
