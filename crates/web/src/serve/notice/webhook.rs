//! Signed messages to other systems, in the form of Standard Webhooks (standardwebhooks.com): three headers, the signature
//! over number, time and body. Whoever receives checks the signature, refuses what is older than five minutes, and drops
//! a number that it has seen.

use axum::http::{HeaderMap, HeaderValue, Uri};
use data_encoding::BASE64;
use hailong_core::{secret::same, serve::notice::Outcome};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{
    http::{Http, checked},
    settings::WebhookSettings,
};

/// Shortest secret, in bytes.
const SECRET: usize = 24;
/// How far the clocks of two machines may be apart, in seconds.
const SKEW: u64 = 300;

/// Another system.
pub(super) struct Webhook {
    pub(super) name: String,
    uri: Uri,
    secret: Vec<u8>,
}

impl Webhook {
    pub(super) fn new(settings: &WebhookSettings) -> Result<Self, String> {
        let (name, secret) = (settings.name.clone(), long_enough(&settings.name, &settings.secret)?);
        Ok(Self { name, uri: checked(&settings.url)?, secret })
    }

    /// Sends a message. `number` is the same at every attempt, `seconds` is the time of this one.
    pub(super) async fn send(&self, http: &Http, number: &str, seconds: i64, body: Vec<u8>) -> Outcome {
        let signature = sign(&self.secret, number, seconds, &body);
        let headers = [
            ("webhook-id", number.to_owned()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ];
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                map.insert(name, value);
            }
        }
        match http.post(&self.uri, map, body).await {
            Ok(_) => Outcome::Sent { via: self.name.clone() },
            Err(outcome) => outcome,
        }
    }
}

/// The secret, when it is long enough.
pub(super) fn long_enough(name: &str, secret: &[u8]) -> Result<Vec<u8>, String> {
    if secret.len() < SECRET {
        return Err(format!("the secret of {name} is shorter than {SECRET} bytes"));
    }
    Ok(secret.to_vec())
}

/// Whether a message that came in is signed with the secret, at most five minutes from this moment.
pub(super) fn is_signed(secret: &[u8], headers: &HeaderMap, body: &[u8], now: i64) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (number, signatures) = (header("webhook-id"), header("webhook-signature"));
    let Ok(seconds) = header("webhook-timestamp").parse::<i64>() else { return false };
    if number.is_empty() || now.abs_diff(seconds) > SKEW {
        return false;
    }
    let ours = sign(secret, number, seconds, body);
    signatures.split(' ').take(8).any(|theirs| same(ours.as_bytes(), theirs.as_bytes()))
}

/// `v1,` and the HMAC-SHA-256 of `number.seconds.body` in base64.
fn sign(secret: &[u8], number: &str, seconds: i64, body: &[u8]) -> String {
    // HMAC takes a key of any length, so there is no error to report.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{number}.{seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_signature_is_the_one_of_the_standard() {
        let secret = BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signature = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek".parse().unwrap());
        headers.insert("webhook-timestamp", "1614265330".parse().unwrap());
        headers.insert("webhook-signature", format!("v1,AAAA {signature}").parse().unwrap());
        let signed = |headers: &HeaderMap, body: &[u8], now| is_signed(&secret, headers, body, now);
        assert!(signed(&headers, body, 1_614_265_330) && signed(&headers, body, 1_614_265_630));
        assert!(!signed(&headers, body, 1_614_265_631) && !signed(&headers, body, 1_614_265_029), "too old");
        assert!(!signed(&headers, br#"{"test": 2432232315}"#, 1_614_265_330));
        assert!(!is_signed(b"another secret of enough bytes", &headers, body, 1_614_265_330));
        headers.remove("webhook-id");
        assert!(!signed(&headers, body, 1_614_265_330));
    }
}
