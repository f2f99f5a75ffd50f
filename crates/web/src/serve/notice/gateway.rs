//! Messages for phones: a gateway for SMS or Zalo, told in the operator's own JSON.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use hailong_core::serve::notice::{Outcome, Problem, Trouble};
use serde_json::Value;

use super::{
    http::{Http, checked},
    settings::GatewaySettings,
};

/// A gateway.
pub(super) struct Gateway {
    pub(super) name: String,
    uri: Uri,
    headers: HeaderMap,
    body: Value,
    success: Option<(String, String)>,
}

/// The words in braces and what they stand for.
pub(super) type Words = [(&'static str, String)];

impl Gateway {
    pub(super) fn new(settings: &GatewaySettings) -> Result<Self, String> {
        let uri = checked(&settings.url)?;
        let mut headers = HeaderMap::new();
        if let Some(token) = &settings.token {
            let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                .map_err(|_| format!("the token of {} cannot stand in a header", settings.name))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        let (name, body, success) = (settings.name.clone(), settings.body.clone(), settings.success.clone());
        Ok(Self { name, uri, headers, body, success })
    }

    /// Sends a message. `number` is the same at every attempt, in the header that gateways know it by.
    pub(super) async fn send(&self, http: &Http, number: &str, words: &Words) -> Outcome {
        let mut headers = self.headers.clone();
        if let Ok(number) = HeaderValue::from_str(number) {
            headers.insert("idempotency-key", number);
        }
        let body = filled(&self.body, words).to_string().into_bytes();
        match http.post(&self.uri, headers, body).await {
            Ok(answer) if self.took(&answer) => Outcome::Sent { via: self.name.clone() },
            Ok(_) => Outcome::Never(Trouble { problem: Problem::Rejected, code: Some(200) }),
            Err(outcome) => outcome,
        }
    }

    fn took(&self, answer: &[u8]) -> bool {
        let Some((member, expected)) = &self.success else { return true };
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        match answer.get(member) {
            Some(Value::String(found)) => found == expected,
            Some(Value::Number(found)) => found.to_string().as_str() == expected,
            Some(Value::Bool(found)) => found.to_string().as_str() == expected,
            _ => false,
        }
    }
}

/// The request with its words filled in: inside of JSON texts only, so that no word can change its shape.
fn filled(body: &Value, words: &Words) -> Value {
    match body {
        Value::String(text) => Value::String(fill(text, words)),
        Value::Array(parts) => parts.iter().map(|part| filled(part, words)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), filled(member, words))).collect()
        }
        other => other.clone(),
    }
}

/// What was filled in is not looked at again: a name with braces in it stays as it is.
fn fill(text: &str, words: &Words) -> String {
    let (mut done, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('{') {
        done.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = words
            .iter()
            .find(|(name, _)| rest[1..].strip_prefix(name).is_some_and(|after| after.starts_with('}')));
        match known {
            Some((name, word)) => {
                done.push_str(word);
                rest = &rest[name.len() + 2..];
            }
            None => {
                done.push('{');
                rest = &rest[1..];
            }
        }
    }
    done + rest
}

/// A phone number as gateways abroad write it: 84 instead of the 0 in front.
pub(super) fn with_country(phone: &str) -> String {
    phone.strip_prefix('0').map_or_else(|| phone.to_owned(), |rest| format!("84{rest}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_filled_in_and_never_change_the_shape() {
        let body = json!({"to": "{phone_84}", "data": [{"name": "{name}", "n": 1}], "x": "{unknown} {", "{name}": true});
        let words =
            [("phone_84", with_country("0918123456")), ("name", "An\", \"x\": {phone_84}".to_owned())];
        let expected = json!({"to": "84918123456", "data": [{"name": "An\", \"x\": {phone_84}", "n": 1}],
            "x": "{unknown} {", "{name}": true});
        assert_eq!(filled(&body, &words), expected);
    }
}
