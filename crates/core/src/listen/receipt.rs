//! Receipts of ballots. A ballot is dropped with a random **opening** that only the rater gets to see, once. Two things are made
//! from it, and neither tells of the other: the **receipt**, which says that the ballot is in the public log and nothing of
//! its answers, and a **tag** for each of its slips. Who holds the receipt can ask whether the ballot was counted; who
//! holds the opening can find the slips and see that the answers were not changed. What an office prints or sends is the receipt only.

use data_encoding::{BASE32_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::{context::Entropy, id::read_text};

/// Bytes of a mark: 80 bits, sixteen letters and digits.
const MARK_BYTES: usize = 10;

/// A receipt or a tag, written in sixteen letters and digits (base 32 of RFC 4648).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark([u8; MARK_BYTES]);

/// What the rater alone knows of a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening([u8; 16]);

/// The slips into which a ballot is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pile {
    /// Overall satisfaction.
    Overall,
    /// How people were met.
    Attitude,
    /// How quickly.
    Speed,
    /// The procedure: rules, trips, money.
    Procedure,
}

impl Pile {
    /// All piles that are counted.
    pub const ALL: [Self; 4] = [Self::Overall, Self::Attitude, Self::Speed, Self::Procedure];

    /// Stable name in data.
    pub fn key(self) -> &'static str {
        match self {
            Self::Overall => "overall",
            Self::Attitude => "attitude",
            Self::Speed => "speed",
            Self::Procedure => "procedure",
        }
    }
}

impl Opening {
    /// A fresh one.
    pub fn new(entropy: &Entropy) -> Self {
        Self(entropy.bytes())
    }

    /// The receipt: SHA-256 of `hailong receipt`, a zero byte and the opening, its first 80 bits.
    pub fn receipt(&self) -> Mark {
        self.mark("receipt")
    }

    /// The tag of a slip: the same with the name of its pile.
    pub fn tag(&self, pile: Pile) -> Mark {
        self.mark(pile.key())
    }

    fn mark(&self, purpose: &str) -> Mark {
        let hash = Sha256::new()
            .chain_update(b"hailong ")
            .chain_update(purpose)
            .chain_update([0])
            .chain_update(self.0);
        let hash = hash.finalize();
        Mark(std::array::from_fn(|at| hash[at]))
    }

    /// Reads what is shown to the rater: 32 hexadecimal digits, however grouped.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        HEXLOWER_PERMISSIVE.decode_mut(&plain::<32>(text)?, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl std::fmt::Display for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl Mark {
    /// A mark from its bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads what [`Self::grouped`] gives, or somebody typed: without hyphens, in small letters.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; MARK_BYTES];
        BASE32_NOPAD
            .decode_mut(&plain::<16>(text)?.map(|letter| letter.to_ascii_uppercase()), &mut bytes)
            .ok()?;
        Some(Self(bytes))
    }

    /// For people: four groups of four.
    pub fn grouped(&self) -> String {
        let text = self.to_string();
        let groups: Vec<_> = (0..4).filter_map(|at| text.get(at * 4..at * 4 + 4)).collect();
        groups.join("-")
    }
}

/// The `N` letters and digits of a text, when it has no more and no fewer.
fn plain<const N: usize>(text: &str) -> Option<[u8; N]> {
    // Nobody types longer ones; what comes over the wire is not looked through to its end.
    if text.len() > N * 4 {
        return None;
    }
    let mut letters = text.chars().filter(|char| !char.is_whitespace() && *char != '-');
    let mut plain = [0; N];
    for place in &mut plain {
        *place = u8::try_from(letters.next()?).ok()?;
    }
    letters.next().is_none().then_some(plain)
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0))
    }
}

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "a text of sixteen letters and digits", Self::parse)
    }
}

impl Serialize for Opening {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Opening {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "a text of 32 hexadecimal digits", Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_made_from_an_opening_is_like_another() {
        let opening = Opening([7; 16]);
        let mut marks: Vec<Mark> = Pile::ALL.map(|pile| opening.tag(pile)).to_vec();
        marks.push(opening.receipt());
        marks.push(Opening([8; 16]).receipt());
        let count = marks.len();
        marks.sort();
        marks.dedup();
        assert_eq!(marks.len(), count);
    }

    proptest! {
        #[test]
        fn marks_and_openings_are_read_as_people_type_them(bytes: [u8; MARK_BYTES], opening: [u8; 16]) {
            let mark = Mark(bytes);
            prop_assert_eq!(Mark::parse(&mark.grouped()), Some(mark));
            prop_assert_eq!(Mark::parse(&format!(" {} ", mark.grouped().to_lowercase())), Some(mark));
            prop_assert_eq!(Opening::parse(&Opening(opening).to_string()), Some(Opening(opening)));
        }

        #[test]
        fn anything_else_is_refused(text in "\\PC{0,80}") {
            if let Some(mark) = Mark::parse(&text) {
                prop_assert_eq!(Mark::parse(&mark.grouped()), Some(mark));
            }
            let _ = Opening::parse(&text);
        }
    }
}
