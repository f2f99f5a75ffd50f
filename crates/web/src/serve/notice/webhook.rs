//! Signed messages to other systems, in the form of Standard Webhooks (standardwebhooks.com): three headers, the signature
//! over number, time and body. Whoever receives checks the signature, refuses what is older than five minutes, and drops
//! a number that it has seen.

use axum::http::{HeaderMap, HeaderValue, Uri};
use data_encoding::BASE64;
use hailong_core::serve::notice::Outcome;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{
    http::{Http, checked},
    settings::WebhookSettings,
};

/// Shortest secret, in bytes.
const SECRET: usize = 24;

/// Another system.
pub(super) struct Webhook {
    pub(super) name: String,
    uri: Uri,
    secret: Vec<u8>,
}

impl Webhook {
    pub(super) fn new(settings: &WebhookSettings) -> Result<Self, String> {
        if settings.secret.len() < SECRET {
            return Err(format!("the secret of {} is shorter than {SECRET} bytes", settings.name));
        }
        let (name, secret) = (settings.name.clone(), settings.secret.clone());
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
    }
}
