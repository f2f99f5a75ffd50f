//! Cookies: four of them, all first-party and needed for what the visitor asked.

use axum::http::{HeaderMap, HeaderValue, header};

/// The session of a signed-in official.
pub(crate) const SESSION: &str = "hl_session";
/// What binds the forms of a visitor who is not signed in.
pub(crate) const FORM: &str = "hl_form";
/// What makes a tablet a rating kiosk.
pub(crate) const KIOSK: &str = "hl_kiosk";
/// The chosen language.
pub(crate) const LANGUAGE: &str = "hl_lang";

/// The value of a cookie, when it is one that we could have set.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let fits = |value: &&str| {
        value.len() <= 64 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    pairs
        .filter(|(found, _)| *found == name)
        .map(|(_, value)| value)
        .find(|value| !value.is_empty() && fits(value))
}

/// A header that sets a cookie; `seconds` of zero removes it, none keeps it until the browser is closed.
pub(crate) fn set(name: &str, value: &str, seconds: Option<i64>, secure: bool) -> HeaderValue {
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}");
    // Values are letters, digits, dashes and underscores of ours: always a valid header.
    HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_we_set_and_nothing_odd() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; hl_lang=en;hl_session=ab_-9"));
        headers.append(header::COOKIE, HeaderValue::from_static("hl_form=<script>"));
        assert_eq!(read(&headers, LANGUAGE), Some("en"));
        assert_eq!(read(&headers, SESSION), Some("ab_-9"));
        assert_eq!(read(&headers, FORM), None);
        assert_eq!(
            set(LANGUAGE, "vi", Some(5), true),
            "hl_lang=vi; Path=/; HttpOnly; SameSite=Lax; Max-Age=5; Secure"
        );
    }
}
