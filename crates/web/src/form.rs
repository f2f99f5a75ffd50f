//! Forms that cannot be read without their token.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{App, error::Failure, visitor::Visitor};

/// Most bytes of a form.
pub(crate) const MOST_BYTES: usize = 64 * 1024;
/// Most fields of a form.
const MOST_FIELDS: usize = 1_000;

/// What a form sent. To hold one is to know that it came from a page of ours, shown to this very visitor.
pub(crate) struct Form<T>(pub(crate) T);

/// All fields of a form in their order, for forms with repeated or optional fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(Vec<(String, String)>);

impl<'a> FromIterator<(&'a str, &'a str)> for Fields {
    fn from_iter<T: IntoIterator<Item = (&'a str, &'a str)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl Fields {
    /// The first value of a field; empty when it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// A field without spaces around it.
    pub(crate) fn trimmed(&self, name: &str) -> &str {
        self.get(name).trim()
    }

    /// Every value of a repeated field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        same_origin(&parts.headers, &app.base_url)?;
        is_form(&parts.headers)?;
        let visitor =
            <Visitor as axum::extract::FromRequestParts<Arc<App>>>::from_request_parts(&mut parts, app)
                .await?;
        let body = read_body(&parts.headers, body, MOST_BYTES).await?;
        let fields = parse(&body).ok_or(Failure::unreadable())?;
        let mut tokens = fields.all("token");
        let secrets = app.store.vault().secrets();
        let fits = tokens.next().is_some_and(|token| secrets.form_token_fits(&visitor.holder, token));
        if visitor.holder.is_empty() || !fits || tokens.next().is_some() {
            return Err(Failure::form_expired());
        }
        drop(tokens);
        // Read again from the checked pairs, so that typed forms see the same text as everybody else.
        let text = serde_urlencoded::to_string(&fields.0).map_err(|_| Failure::unreadable())?;
        serde_urlencoded::from_str(&text).map(Self).map_err(|_| Failure::unreadable())
    }
}

/// Browsers say where a form was sent from; when they do, it must be one of our own pages.
pub(crate) fn same_origin(headers: &HeaderMap, base_url: &str) -> Result<(), Failure> {
    if let Some(site) = headers.get("sec-fetch-site") {
        return if site == "same-origin" { Ok(()) } else { Err(Failure::form_expired()) };
    }
    // Our referrer policy makes browsers send "null" from our own pages: then the token alone decides.
    let Some(origin) = headers.get(header::ORIGIN).filter(|origin| *origin != "null") else { return Ok(()) };
    let origin = origin.to_str().unwrap_or("");
    let ours = base_url.trim_end_matches('/');
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let same_host = origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host);
    if origin == ours || same_host { Ok(()) } else { Err(Failure::form_expired()) }
}

fn is_form(headers: &HeaderMap) -> Result<(), Failure> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Ok(());
    }
    Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unreadable"))
}

/// A body of at most so many bytes.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    body: axum::body::Body,
    most: usize,
) -> Result<Bytes, Failure> {
    let too_large = Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > most as u64) {
        return Err(too_large);
    }
    axum::body::to_bytes(body, most).await.map_err(|_| too_large)
}

/// The pairs of a form, strictly: well-formed escapes, UTF-8, no NUL, not too many. Line ends become `\n`.
fn parse(body: &[u8]) -> Option<Fields> {
    let pairs = body.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty());
    let mut fields = Vec::new();
    for pair in pairs {
        let mut halves = pair.splitn(2, |&byte| byte == b'=');
        let name = decode(halves.next()?)?;
        let value = decode(halves.next().unwrap_or_default())?.replace("\r\n", "\n");
        fields.push((name, value));
        if fields.len() > MOST_FIELDS {
            return None;
        }
    }
    Some(Fields(fields))
}

fn decode(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(*rest.next()?)?, digit(*rest.next()?)?);
                (high * 16 + low) as u8
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_strictly() {
        let fields = parse("a=1&a=2+3&t%C3%AAn=%C4%90%E1%BA%A7m&x&y=1%0D%0A2".as_bytes()).unwrap();
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2 3"]);
        assert_eq!((fields.get("tên"), fields.get("x"), fields.get("none")), ("Đầm", "", ""));
        assert_eq!(fields.get("y"), "1\n2");
        for wrong in ["a=%", "a=%4", "a=%GG", "a=%FF", "a=%C3%28", "a=%00", "a=%ED%A0%80"] {
            assert!(parse(wrong.as_bytes()).is_none(), "{wrong}");
        }
        assert!(parse("a&".repeat(MOST_FIELDS + 1).as_bytes()).is_none());
        assert!(parse(&[b'a', b'=', 0xff]).is_none());
    }

    #[test]
    fn other_sites_are_refused() {
        let check = |pairs: &[(&'static str, &'static str)]| {
            let headers =
                pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            same_origin(&headers, "https://hailong.example").is_ok()
        };
        assert!(check(&[]) && check(&[("origin", "null")]) && check(&[("sec-fetch-site", "same-origin")]));
        assert!(check(&[("origin", "https://hailong.example")]));
        assert!(check(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(!check(&[("origin", "https://evil.example"), ("host", "hailong.example")]));
        for site in ["cross-site", "same-site", "none"] {
            assert!(!check(&[("sec-fetch-site", site)]), "{site}");
        }
    }
}
