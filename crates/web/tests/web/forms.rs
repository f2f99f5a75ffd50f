//! Forms: never read without their token, whatever is sent.

use crate::support::{OWN, TestApp};
use axum::http::{StatusCode, header};

/// The posts that anybody may send.
fn public_posts(token: &str) -> Vec<String> {
    // A form with files is another kind; tests/opinion.rs and tests/attachment.rs send those. What kiosks send is no form
    // and has their own token; tests/kiosk.rs sends it. Nor are messages that a gateway hands on: they are signed; tests/notice.rs.
    let posts = hailong_web::table().filter(|(method, path, access)| {
        *method == "POST"
            && !access.starts_with("Staff")
            && !path.ends_with("/photos")
            && !path.starts_with("/kiosk/rate/")
            && *path != "/messages"
    });
    posts.map(|(_, path, _)| path.replace("{token}", token).replace("{office}", OWN)).collect()
}

#[tokio::test]
async fn no_form_is_read_without_its_token() {
    let (app, template) = TestApp::new().await;
    let mut browser = app.browser();
    let token = browser.token().await;
    let mut other = app.browser();
    let foreign = other.token().await;
    let ours = format!("token={token}");
    for path in public_posts(&template.things[OWN].invitation) {
        let same = ("sec-fetch-site", "same-origin");
        let bodies = [
            String::new(),
            "token=".to_owned(),
            format!("token={foreign}"),
            format!("token={token}x"),
            format!("token={token}&token={token}"),
            "overall=5&lang=en".to_owned(),
        ];
        for body in bodies {
            let answer = browser.post_raw(&path, body.clone(), &[same]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {body}");
            assert!(answer.text.contains("form-expired"), "{path} {body}");
        }
        for headers in [
            [("sec-fetch-site", "cross-site")],
            [("sec-fetch-site", "same-site")],
            [("origin", "https://evil.example")],
        ] {
            let answer = browser.post_raw(&path, ours.clone(), &headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
        // A cookie of another visitor does not carry this token.
        assert_eq!(other.post_raw(&path, ours.clone(), &[same]).await.status, StatusCode::FORBIDDEN);
        // Nor does no cookie at all.
        assert_eq!(app.browser().post_raw(&path, ours.clone(), &[]).await.status, StatusCode::FORBIDDEN);
    }
    let (invitation, _) =
        app.app.store.vault().secrets().read_invitation_token(&template.things[OWN].invitation).unwrap();
    assert!(!app.app.store.invitation(invitation).await.unwrap().unwrap().used);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_a_page() {
    let (app, template) = TestApp::new().await;
    let mut browser = app.browser();
    let token = browser.token().await;
    for path in public_posts(&template.things[OWN].invitation) {
        for (tail, status) in [
            ("&a=%FF", 400),
            ("&a=%", 400),
            ("&words=%00", 400),
            ("&a=%ED%A0%80", 400),
            (&"&a".repeat(1_001), 400),
            (&format!("&words={}", "a".repeat(70_000)), 413),
            (&format!("&words={}", "%E1%BA%AF".repeat(1_200_000)), 413),
        ] {
            let answer = browser.post_raw(&path, format!("token={token}{tail}"), &[]).await;
            let what = &tail[..tail.len().min(30)];
            assert_eq!(answer.status.as_u16(), status, "{path} {what}");
            assert!(answer.text.starts_with("<!doctype html>"), "{path} {what}");
        }
        for kind in ["multipart/form-data; boundary=x", "application/json", "text/plain"] {
            let answer = browser.post_raw(&path, format!("token={token}"), &[("content-type", kind)]).await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} {kind}");
        }
        let announced = [("content-length", "10000000")];
        assert_eq!(
            browser.post_raw(&path, "token=x", &announced).await.status,
            StatusCode::PAYLOAD_TOO_LARGE
        );
    }
}

#[tokio::test]
async fn every_answer_is_a_page_with_strict_headers() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    for (path, status) in [
        ("/", 200),
        ("/nowhere", 404),
        ("/procedures/9.999999", 404),
        ("/procedures?after=nothing&q=%FF", 200),
        ("/procedures/%FF", 400),
        ("/offices/%00", 404),
        ("/figures/nowhere", 404),
        ("/figures?period=2147483647-Q9", 200),
        ("/track/short", 404),
        ("/rate/short", 404),
        ("/opinions/%F0%9F%98%80", 404),
        ("/opinions?code=0000", 404),
        ("/static/nothing", 404),
        ("/sign-out", 405),
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(answer.text.starts_with("<!doctype html>") && answer.text.contains("<h1>"), "{path}");
        assert!(!answer.text.contains('⟦'), "{path} lacks a text");
        let csp = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(csp.starts_with("default-src 'none'") && !csp.contains("unsafe"), "{path}");
        for (name, value) in [
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
        ] {
            assert_eq!(answer.headers[&name], value, "{path}");
        }
    }
    let style = browser.get("/static/hailong.css").await;
    assert_eq!(style.headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
    assert!(style.headers.get(header::SET_COOKIE).is_none());
    let version = style.headers[header::ETAG].to_str().unwrap().trim_matches('"').to_owned();
    let kept = browser.get(&format!("/static/hailong.css?v={version}")).await;
    assert!(kept.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    assert_eq!(browser.get("/health").await.text, "ok\n");
}

#[tokio::test]
async fn the_language_is_kept_and_leads_back_to_local_pages_only() {
    let (app, _template) = TestApp::new().await;
    let mut browser = app.browser();
    for (back, to) in
        [("/procedures?q=a", "/procedures?q=a"), ("//evil.example", "/"), ("https://evil.example/", "/")]
    {
        let answer = browser.post("/language", &[("lang", "en"), ("return", back)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, to));
    }
    assert!(browser.get("/").await.text.contains("<html lang=\"en\">"));
    assert_eq!(browser.post("/language", &[("lang", "xx")]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn over_an_encrypted_line_every_cookie_is_for_such_lines_only() {
    let (app, _template) = TestApp::new().await;
    let proxied = ("x-forwarded-proto", "https");
    for (base_url, behind_proxy, header, secure) in [
        ("https://hailong.test", false, None, true),
        ("http://hailong.test", true, Some(proxied), true),
        ("http://hailong.test", true, Some(("x-forwarded-proto", "https, http")), false),
        // Without a proxy of ours anybody may say anything.
        ("http://hailong.test", false, Some(proxied), false),
        ("http://hailong.test", false, None, false),
    ] {
        let mut browser = app.browser_at(base_url, behind_proxy);
        let headers: Vec<_> = [("sec-fetch-site", "same-origin")].into_iter().chain(header).collect();
        let first = browser.post_raw("/language", "", &headers).await;
        let token = browser.token().await;
        let language =
            browser.post_raw("/language", format!("token={token}&lang=en&return=/"), &headers).await;
        let fields =
            [("token", token.as_str()), ("name", "tran-phan-1"), ("password", crate::support::PASSWORD)];
        let session = serde_urlencoded::to_string(fields).unwrap();
        let session = browser.post_raw("/sign-in", session, &headers).await;
        for (answer, name) in [(first, "hl_form="), (language, "hl_lang="), (session, "hl_session=")] {
            let lines = answer.headers.get_all(header::SET_COOKIE).iter();
            let lines: Vec<_> = lines.filter_map(|line| line.to_str().ok()).collect();
            assert!(lines.len() == 1 && lines[0].starts_with(name), "{base_url} {header:?}: {lines:?}");
            assert_eq!(lines[0].ends_with("; Secure"), secure, "{base_url} {header:?}: {}", lines[0]);
        }
    }
}
