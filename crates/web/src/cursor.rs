//! Where a list goes on, as it stands in addresses: opaque, so that nobody builds on what is in it.

use data_encoding::BASE64URL_NOPAD;
use hailong_core::time::Instant;
use uuid::Uuid;

/// Rows on one page of a list.
pub(crate) const PAGE: usize = 50;

/// The place after a moment and a key.
pub fn write((at, id): (Instant, Uuid)) -> String {
    let mut bytes = at.0.to_be_bytes().to_vec();
    bytes.extend_from_slice(id.as_bytes());
    BASE64URL_NOPAD.encode(&bytes)
}

/// The place that was written; none when it was not written by us.
pub(crate) fn read(text: &str) -> Option<(Instant, Uuid)> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (at, id) = bytes.split_at_checked(8)?;
    Some((Instant(i64::from_be_bytes(at.try_into().ok()?)), Uuid::from_slice(id).ok()?))
}

/// An address with those of the pairs that hold something.
pub(crate) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().filter(|(_, value)| !value.is_empty()).collect();
    if pairs.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_and_nothing_else_is_read() {
        let place = (Instant(1_498_788_000_000_000), Uuid::from_bytes([7; 16]));
        assert_eq!(read(&write(place)), Some(place));
        for wrong in ["", "abc", "đ", &write(place)[..20]] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(address("/work", &[("a", ""), ("b", "x y")]), "/work?b=x+y");
        assert_eq!(address("/work", &[("a", "")]), "/work");
    }
}
