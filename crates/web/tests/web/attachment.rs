//! Attachments through the pages: what is taken, what is refused in words, who gets them and how.

use crate::support::{Answer, Browser, OTHER, OWN, SCAN, TestApp};
use axum::http::{StatusCode, header};
use uuid::Uuid;

const BOUNDARY: &str = "----hailong7MA4YWxk";
const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");

/// A part of a form: name, file name, content.
type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file =
            file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: application/octet-stream"));
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{}\r\n\r\n",
            file.unwrap_or_default()
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

async fn send(browser: &mut Browser, path: &str, body: Vec<u8>) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    browser.post_raw(path, body, &[SAME, ("content-type", &kind)]).await
}

/// Sends files as the page's form does.
async fn upload(browser: &mut Browser, case: Uuid, files: &[(&str, &[u8])]) -> Answer {
    let token = browser.token().await;
    let mut parts: Vec<Part<'_>> = vec![("token", None, token.as_bytes()), ("document", None, b"")];
    parts.extend(files.iter().map(|(name, bytes)| ("file", Some(*name), *bytes)));
    // The field for the camera, into which nothing was put.
    parts.push(("file", Some(""), b""));
    send(browser, &format!("/cases/{case}/attachments"), form(&parts)).await
}

fn scan(words: &str) -> Vec<u8> {
    format!("%PDF-1.7\n% {words}\n%%EOF\n").into_bytes()
}

fn photo() -> Vec<u8> {
    let head = [0xff, 0xd8, 0xff, 0xc0, 0, 8, 8, 0, 3, 0, 4, 1, 0xff, 0xda, 0, 3, 0];
    [head.as_slice(), &[1, 2, 0xff, 0, 3], &[0xff, 0xd9]].concat()
}

async fn count(app: &TestApp, case: Uuid) -> usize {
    let file = app.app.store.case(case).await.unwrap().unwrap();
    app.app.store.case_folder(&file).await.unwrap().0.live().count()
}

/// The addresses on a page that lead to its files.
fn links(page: &str) -> Vec<String> {
    let parts = page.split("href=\"").skip(1).filter_map(|part| part.split('"').next());
    parts.filter(|link| link.contains("/attachments/")).map(str::to_owned).collect()
}

#[tokio::test]
async fn from_the_form_to_the_file_and_away() {
    let (app, template) = TestApp::new().await;
    let case = template.things[OWN].case;
    let path = format!("/cases/{case}/attachments");
    let mut browser = app.signed_in("tran-phan-1");
    assert!(browser.get(&format!("/cases/{case}")).await.text.contains(&path));
    let page = browser.get(&path).await.text;
    for part in ["enctype=\"multipart/form-data\"", "capture=\"environment\"", "multiple", "Tờ khai.pdf"] {
        assert!(page.contains(part), "{part}");
    }
    let files = [("Giấy khai sinh.PDF", scan("một")), ("Ảnh <b>1</b>.jpeg", photo())];
    let done =
        upload(&mut browser, case, &files.each_ref().map(|(name, bytes)| (*name, bytes.as_slice()))).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, format!("{path}?added=2").as_str()));
    let page = browser.get(done.location()).await.text;
    assert!(page.contains("Đã lưu 2 tệp") && page.contains("Giấy khai sinh.pdf"));
    assert!(!page.contains("<b>1</b>"));
    // A colleague of the same office reads them.
    let mut other = app.signed_in("tran-phan-head");
    let links = links(&page);
    assert_eq!(links.len(), 4, "three to save, one to look at: {links:?}");
    let saved = other.get(&links[1]).await;
    assert_eq!(saved.bytes, scan("một"));
    let of = |answer: &Answer, name: header::HeaderName| answer.headers[name].to_str().unwrap().to_owned();
    assert_eq!(of(&saved, header::CONTENT_TYPE), "application/pdf");
    assert!(
        of(&saved, header::CONTENT_DISPOSITION)
            .starts_with("attachment; filename=\"tep.pdf\"; filename*=UTF-8''Gi%E1%BA%A5y")
    );
    let seen = other.get(links.iter().find(|link| link.ends_with("?view=1")).unwrap()).await;
    assert_eq!((seen.bytes.clone(), of(&seen, header::CONTENT_TYPE)), (photo(), "image/jpeg".into()));
    assert!(of(&seen, header::CONTENT_DISPOSITION).starts_with("inline; "));
    let never_inline = other.get(&format!("{}?view=1", links[1])).await;
    assert!(of(&never_inline, header::CONTENT_DISPOSITION).starts_with("attachment; "));
    for answer in [&saved, &seen, &never_inline] {
        let policy = of(answer, header::CONTENT_SECURITY_POLICY);
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox;"), "{policy}");
        assert!(!policy.contains("allow-") && !policy.contains("script-src"), "{policy}");
        assert_eq!(of(answer, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(of(answer, header::CACHE_CONTROL), "no-store");
        assert_eq!(answer.headers["cross-origin-resource-policy"], "same-origin");
    }
    // Away, with a reason; the line stays and the file does not come back.
    let remove = format!("{}/remove", links[1]);
    let without = browser.post(&remove, &[("reason", "  ")]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.text.contains("id=\"reason-"));
    let done = browser.post(&remove, &[("reason", "Nhầm hồ sơ")]).await;
    assert_eq!(done.location(), format!("{path}?removed=1"));
    let page = browser.get(done.location()).await.text;
    assert!(page.contains("Nhầm hồ sơ") && page.contains("Tệp đã gỡ"));
    assert_eq!(browser.get(&links[1]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.post(&remove, &[("reason", "nữa")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_refused_is_refused_in_words_and_by_name() {
    let (app, template) = TestApp::new().await;
    let case = template.things[OWN].case;
    let mut browser = app.signed_in("tran-phan-1");
    let with_zip = [photo(), b"PK\x05\x06\0\0\0\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0\0".to_vec()].concat();
    let large = vec![b'x'; 10 * 1024 * 1024 + 1];
    for (name, bytes, words) in [
        ("khai sinh.pdf", b"<html><script>alert(1)</script></html>".as_slice(), "Chỉ nhận PDF"),
        ("anh.jpg", b"MZ\x90\0\x03", "Chỉ nhận PDF"),
        ("tranh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Chỉ nhận PDF"),
        ("van ban.docx", b"PK\x03\x04", "Chỉ nhận PDF"),
        ("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        ("anh.jpg", &photo()[..12], "bị thiếu phần cuối"),
        ("hai mat.jpg", &with_zip, "một loại tệp khác"),
        ("lon.pdf", &large, "lớn hơn 10 MB"),
        ("trong.pdf", b"", "tệp trống"),
        ("lai.pdf", SCAN, "đã có trong hồ sơ"),
    ] {
        let answer = upload(&mut browser, case, &[(name, bytes)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(answer.text.contains(&format!("{name}: ")) && answer.text.contains(words), "{name}");
    }
    assert_eq!(count(&app, case).await, 1);
    // One that is refused keeps no other out.
    let files = [("1.pdf", scan("một")), ("2.exe", b"MZ".to_vec()), ("3.pdf", scan("ba"))];
    let answer =
        upload(&mut browser, case, &files.each_ref().map(|(name, bytes)| (*name, bytes.as_slice()))).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("Đã lưu 2 tệp") && answer.text.contains("2.exe: "));
    assert_eq!(count(&app, case).await, 3);
    // Nothing chosen, and a document that the procedure does not have.
    let answer = upload(&mut browser, case, &[]).await;
    assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.text.contains("Chưa chọn tệp"));
    let token = browser.token().await;
    for document in ["99", "-1", "x"] {
        let parts: [Part<'_>; 3] = [
            ("token", None, token.as_bytes()),
            ("document", None, document.as_bytes()),
            ("file", Some("a.pdf"), &scan("bốn")),
        ];
        let answer = send(&mut browser, &format!("/cases/{case}/attachments"), form(&parts)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{document}");
    }
    assert_eq!(count(&app, case).await, 3);
}

#[tokio::test]
async fn the_largest_file_passes_and_the_largest_form_does_not() {
    let (app, template) = TestApp::new().await;
    let case = template.things[OWN].case;
    let mut browser = app.signed_in("tran-phan-1");
    let mut large = scan("lớn");
    large.splice(9..9, vec![b' '; 10 * 1024 * 1024 - large.len()]);
    let answer = upload(&mut browser, case, &[("lon.pdf", &large)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = browser.get(answer.location()).await.text;
    let link = links(&page).pop().unwrap();
    assert!(browser.get(&link).await.bytes == large);
    let announced =
        [SAME, ("content-type", "multipart/form-data; boundary=x"), ("content-length", "99999999")];
    let answer = browser.post_raw(&format!("/cases/{case}/attachments"), "x", &announced).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let seven: Vec<(&str, &[u8])> = vec![("lon.pdf", &large); 7];
    assert_eq!(upload(&mut browser, case, &seven).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_form_with_files_is_not_read_without_its_token() {
    let (app, template) = TestApp::new().await;
    let case = template.things[OWN].case;
    let path = format!("/cases/{case}/attachments");
    let mut browser = app.signed_in("tran-phan-1");
    let (token, foreign) = (browser.token().await, app.signed_in("tran-phan-head").token().await);
    let file: Part<'_> = ("file", Some("a.pdf"), &scan("một"));
    let longer = format!("{token}x");
    for parts in [
        vec![file],
        vec![file, ("token", None, token.as_bytes())],
        vec![("token", None, b"".as_slice()), file],
        vec![("token", None, foreign.as_bytes()), file],
        vec![("token", None, longer.as_bytes()), file],
        vec![("token", Some("token"), token.as_bytes()), file],
        vec![("document", None, b""), ("token", None, token.as_bytes()), file],
    ] {
        let answer = send(&mut browser, &path, form(&parts)).await;
        assert_eq!(
            answer.status,
            StatusCode::FORBIDDEN,
            "{:?}",
            parts.iter().map(|part| part.0).collect::<Vec<_>>()
        );
    }
    let right = form(&[("token", None, token.as_bytes()), file]);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    for elsewhere in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let answer = browser.post_raw(&path, right.clone(), &[elsewhere, ("content-type", &kind)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{elsewhere:?}");
    }
    for kind in ["multipart/form-data", "application/x-www-form-urlencoded", "text/plain"] {
        let answer = browser.post_raw(&path, right.clone(), &[SAME, ("content-type", kind)]).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    assert_eq!(count(&app, case).await, 1);
    // Malformed after the token: nothing, and no panic.
    let open = form(&[("token", None, token.as_bytes())]);
    let open = &open[..open.len() - BOUNDARY.len() - 6];
    let head =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n");
    for tail in
        [b"".to_vec(), head.clone().into_bytes(), [head.as_bytes(), b"%PDF-1.4"].concat(), vec![0xff; 900]]
    {
        let answer = send(&mut browser, &path, [open, &tail].concat()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    let many: Vec<Part<'_>> = std::iter::once(("token", None, token.as_bytes()))
        .chain(vec![("x", None, b"".as_slice()); 800])
        .collect();
    assert_eq!(send(&mut browser, &path, form(&many)).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(count(&app, case).await, 1);
    assert_eq!(send(&mut browser, &path, right).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_name_of_ten_megabytes_is_cut_or_refused() {
    let (app, template) = TestApp::new().await;
    let case = template.things[OWN].case;
    let mut browser = app.signed_in("tran-phan-1");
    let name = format!("{}.pdf", "ắ".repeat(3_500_000));
    let answer = upload(&mut browser, case, &[(&name, &scan("một"))]).await;
    assert!(answer.status == StatusCode::SEE_OTHER || answer.status.is_client_error(), "{}", answer.status);
    let page = browser.get(&format!("/cases/{case}/attachments")).await.text;
    assert!(page.len() < 100_000);
}

#[tokio::test]
async fn other_offices_and_other_cases_do_not_lead_to_a_file() {
    let (app, template) = TestApp::new().await;
    let (own, other) = (&template.things[OWN], &template.things[OTHER]);
    let mut browser = app.signed_in("tran-phan-1");
    assert_eq!(browser.get(&format!("/cases/{}/attachments/{}", own.case, own.attachment)).await.bytes, SCAN);
    for (case, attachment, status) in [
        (other.case, other.attachment, StatusCode::FORBIDDEN),
        (other.case, own.attachment, StatusCode::FORBIDDEN),
        (own.case, other.attachment, StatusCode::NOT_FOUND),
        (own.returned, own.attachment, StatusCode::NOT_FOUND),
        (own.case, Uuid::nil(), StatusCode::NOT_FOUND),
        (Uuid::nil(), own.attachment, StatusCode::NOT_FOUND),
    ] {
        let path = format!("/cases/{case}/attachments/{attachment}");
        assert_eq!(browser.get(&path).await.status, status, "{path}");
        assert_eq!(
            browser.post(&format!("{path}/remove"), &[("reason", "x")]).await.status,
            status,
            "{path}"
        );
    }
    let refused = upload(&mut browser, other.case, &[("a.pdf", &scan("một"))]).await;
    assert_eq!((refused.status, count(&app, other.case).await), (StatusCode::FORBIDDEN, 1));
    // Nobody else: not the leader, not the administrator, not the applicant, not the world.
    let path = format!("/cases/{}/attachments/{}", own.case, own.attachment);
    for role in ["huyen-dam-doi-leader", "huyen-dam-doi-admin"] {
        assert_eq!(app.signed_in(role).get(&path).await.status, StatusCode::FORBIDDEN, "{role}");
    }
    assert!(app.browser().get(&path).await.location().starts_with("/sign-in"));
    assert!(!app.browser().get(&format!("/track/{}", own.secret)).await.text.contains("attachments"));
    // A closed case takes papers that are signed at the return, and gives none away.
    let added = upload(&mut browser, own.returned, &[("ký nhận.pdf", &scan("ký nhận"))]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let page = browser.get(added.location()).await.text;
    assert!(!page.contains("/remove\""));
    let link = links(&page).pop().unwrap();
    assert_eq!(
        browser.post(&format!("{link}/remove"), &[("reason", "x")]).await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn an_erased_person_has_no_files_left_to_read() {
    let (app, template) = TestApp::new().await;
    let own = &template.things[OWN];
    let person = app.app.store.case(own.case).await.unwrap().unwrap().case.person_id;
    let connection = rusqlite::Connection::open(app.folder.path().join("template.db")).unwrap();
    connection.execute("DELETE FROM data_key WHERE subject_id = ?1", [person.as_bytes()]).unwrap();
    let mut browser = app.signed_in("tran-phan-1");
    let path = format!("/cases/{}/attachments", own.case);
    let page = browser.get(&path).await.text;
    assert!(
        page.contains("đã xóa theo yêu cầu") && !page.contains("Tờ khai.pdf") && !page.contains("multipart")
    );
    assert_eq!(browser.get(&format!("{path}/{}", own.attachment)).await.status, StatusCode::GONE);
    let answer = upload(&mut browser, own.case, &[("a.pdf", &scan("một"))]).await;
    assert!(answer.status == StatusCode::GONE || answer.text.contains("đã được xóa"), "{}", answer.status);
}

/// Confirms a board as the page's form does.
async fn confirm(browser: &mut Browser, codes: &[&str], photo: Option<(&str, &[u8])>) -> Answer {
    let token = browser.token().await;
    let mut parts: Vec<Part<'_>> = vec![("token", None, token.as_bytes())];
    parts.extend(codes.iter().map(|code| ("procedure", None, code.as_bytes())));
    let (name, content) = photo.unwrap_or_default();
    parts.push(("file", Some(name), content));
    send(browser, "/work/posting", form(&parts)).await
}

/// The photos of a board that a page shows.
fn photos(page: &str) -> Vec<String> {
    let parts = page.split("<img src=\"").skip(1).filter_map(|part| part.split('"').next());
    parts.filter(|link| link.starts_with("/posting/")).map(str::to_owned).collect()
}

#[tokio::test]
async fn an_office_confirms_its_board_and_the_leader_sees_it() {
    let (app, _) = TestApp::new().await;
    let mut clerk = app.signed_in("tran-phan-1");
    let before = clerk.get("/work/posting").await.text;
    assert!(before.contains("value=\"1.001193\"") && !before.contains("value=\"1.013978\""));
    let none = confirm(&mut clerk, &[], None).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text.contains("Chưa chọn thủ tục nào"));
    assert_eq!(confirm(&mut clerk, &["1.001193", "1.000656"], None).await.status, StatusCode::SEE_OTHER);
    let after = clerk.get("/work/posting").await.text;
    assert!(after.contains("Đã niêm yết đúng 2 trên"), "{after}");
    // What the district receives is not on a commune's board.
    assert_eq!(confirm(&mut clerk, &["1.013978"], None).await.status, StatusCode::NOT_FOUND);
    let board = app.signed_in("huyen-dam-doi-leader").get("/lead/posting").await;
    assert!(board.status == StatusCode::OK && board.text.contains("Xã Trần Phán"));
    assert_eq!(clerk.get("/lead/posting").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_board_is_confirmed_with_a_photo_for_those_who_answer_for_it() {
    let (app, _) = TestApp::new().await;
    let mut clerk = app.signed_in("tran-phan-1");
    // No picture: said beside the field, and what was ticked stays.
    let refused = confirm(&mut clerk, &["1.001193"], Some(("bang.jpg", &scan("một")))).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("Ở đây cần ảnh chụp") && refused.text.contains("value=\"1.001193\" checked")
    );
    let done = confirm(&mut clerk, &["1.001193", "1.000656"], Some(("bang.jpg", &photo()))).await;
    assert_eq!(done.location(), "/work/posting?done=1");
    let page = clerk.get(done.location()).await.text;
    let [seen] = &photos(&page)[..] else { panic!("one photo: {page}") };
    for who in ["tran-phan-1", "tran-phan-head", "huyen-dam-doi-leader", "huyen-dam-doi-admin"] {
        let answer = app.signed_in(who).get(seen).await;
        assert_eq!((answer.status, answer.bytes.clone()), (StatusCode::OK, photo()), "{who}");
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.contains("sandbox;"), "{policy}");
    }
    let mut leader = app.signed_in("huyen-dam-doi-leader");
    assert!(leader.get("/lead/posting").await.text.contains("/lead/posting/tran-phan"));
    let board = leader.get("/lead/posting/tran-phan").await.text;
    assert!(photos(&board) == [seen.clone()] && !board.contains("name=\"procedure\""));
    let of_others = seen.replace("tran-phan", "tan-duyet");
    assert_eq!(clerk.get(&of_others).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.browser().get(seen).await.status, StatusCode::SEE_OTHER);
    // One of the two goes on without a photo: the other still stands by it. Then nothing does.
    confirm(&mut clerk, &["1.001193"], None).await;
    assert_eq!(photos(&clerk.get("/work/posting").await.text).len(), 1);
    confirm(&mut clerk, &["1.000656"], None).await;
    assert!(photos(&clerk.get("/work/posting").await.text).is_empty());
    assert_eq!(clerk.get(seen).await.status, StatusCode::NOT_FOUND);
}
