//! What happens around every request: a place among those served at once, a time limit, the visitor, the page of a
//! failure, headers, and one line in the log.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{App, cookie, error::Failure, visitor::Visitor};

/// Most requests served at once.
pub(crate) const AT_ONCE: usize = 512;
/// Most of them for one client.
const AT_ONCE_FOR_ONE: usize = 128;
/// Longest time for one request.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest time for one that brings files: ten megabytes over a slow line.
const PATIENCE_FOR_FILES: Duration = Duration::from_secs(240);

/// Headers of every answer. Addresses hold secrets, so no address is ever sent as a referrer.
const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// The outermost layer.
pub(crate) async fn around(
    State(app): State<Arc<App>>,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let start = app.clock.machine();
    let (mut parts, body) = request.into_parts();
    let method = parts.method.clone();
    let route = route.map_or_else(|| "(none)".to_owned(), |route| route.as_str().to_owned());
    let (visitor, trouble) = visitor(&app, &parts).await;
    let plain = route.starts_with("/static/") || route == "/health";
    parts.extensions.insert(Arc::clone(&visitor));
    let request = Request::from_parts(parts, body);
    let mut response = match trouble {
        Some(failure) => failure.into_response(),
        None => answer(&app, &visitor.client, patience(&method, &route), request, next).await,
    };
    if let Some(failure) = failure_of(&response) {
        response = failure.page(&visitor);
    }
    let https = visitor.https;
    if let Some(value) = visitor.new_form_cookie.as_ref().filter(|_| !plain) {
        response.headers_mut().append(header::SET_COOKIE, cookie::set(cookie::FORM, value, None, https));
    }
    set_headers(response.headers_mut(), https);
    // The route and never the path: paths and queries hold secrets.
    let status = response.status().as_u16();
    let micros = app.clock.machine() - start;
    tracing::info!(%method, route, status, micros, "request");
    response
}

/// The visitor, and a failure when the session could not be looked up.
async fn visitor(app: &App, parts: &Parts) -> (Arc<Visitor>, Option<Failure>) {
    let (headers, uri, extensions) = (&parts.headers, &parts.uri, &parts.extensions);
    match Visitor::read(app, headers, uri, extensions).await {
        Ok(visitor) => (Arc::new(visitor), None),
        Err(error) => (Arc::new(Visitor::anonymous(app, headers, uri, extensions)), Some(error.into())),
    }
}

fn patience(method: &Method, route: &str) -> Duration {
    let brings_files = route.ends_with("/attachments") || route.ends_with("/photos");
    if method == Method::POST && brings_files { PATIENCE_FOR_FILES } else { PATIENCE }
}

async fn answer(app: &App, client: &str, patience: Duration, request: Request, next: Next) -> Response {
    let Some(_own) = app.clients.enter(client, AT_ONCE_FOR_ONE) else {
        return Failure::busy().into_response();
    };
    let Ok(_place) = app.places.try_acquire() else { return Failure::busy().into_response() };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failure::new(StatusCode::SERVICE_UNAVAILABLE, "internal").into_response(),
    }
}

/// The failure behind an answer that is not yet a page: ours, or a library's bare text.
fn failure_of(response: &Response) -> Option<Failure> {
    if let Some(failure) = response.extensions().get::<Failure>() {
        return Some(failure.clone());
    }
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let bare = (status.is_client_error() || status.is_server_error()) && !kind.starts_with("text/html");
    bare.then(|| Failure::of_status(status))
}

fn set_headers(headers: &mut HeaderMap, https: bool) {
    for (name, value) in HEADERS {
        // A file is under a policy of its own, which is stricter; the kiosk has a camera and a manifest.
        if matches!(name, "content-security-policy" | "permissions-policy") && headers.contains_key(name) {
            continue;
        }
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
