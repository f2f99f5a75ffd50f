//! Identifiers (UUID version 7, made from the context's instant and entropy) and bytes in JSON.

use data_encoding::BASE64;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, Visitor},
};
use uuid::Uuid;

use crate::{context::Entropy, time::Instant};

/// A new time-ordered identifier.
pub fn new_id(at: Instant, entropy: &Entropy) -> Uuid {
    let random: [u8; 10] = entropy.bytes();
    let millis = (at.0 / 1_000).max(0) as u64;
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// A new identifier that tells nothing, not even when it was made.
pub fn new_blind_id(entropy: &Entropy) -> Uuid {
    uuid::Builder::from_random_bytes(entropy.bytes()).into_uuid()
}

/// Bytes that appear in JSON as base64.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "base64", |text| BASE64.decode(text.as_bytes()).ok().map(Self))
    }
}

/// Reads a thing from its text without copying the text first: a public log has millions of them.
pub(crate) fn read_text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &'static str,
    read: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    struct Reader<T>(&'static str, fn(&str) -> Option<T>);
    impl<T> Visitor<'_> for Reader<T> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            (self.1)(text).ok_or_else(|| E::custom(format_args!("{} is needed", self.0)))
        }
    }
    deserializer.deserialize_str(Reader(expected, read))
}
