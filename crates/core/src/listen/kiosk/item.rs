//! An answer on its way from a kiosk: sealed on the tablet, opened by the server.
//!
//! Sealed by HPKE (RFC 9180) in base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Browsers have all parts of
//! it. Whoever has the tablet can neither read nor change what waits on it; the header is bound to it. Every item has
//! [`ITEM_BYTES`] bytes, so that its length does not even tell a rating from an opinion:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | `HLK1` |
//! | 1 | which of the server's keys it is sealed to |
//! | 16 | the kiosk |
//! | 8 | the tablet's count of its answers, from 1, the highest byte first |
//! | 65 | the encapsulated key: a point of P-256, not compressed |
//! | [`PLAIN_BYTES`] + 16 | the sealed answer: two bytes of length (the lower first), JSON, zeros; and the tag |

use hpke::{
    Deserializable, Kem as _, OpModeR, OpModeS, Serializable,
    aead::AesGcm256,
    kdf::HkdfSha256,
    kem::DhP256HkdfSha256,
    rand_core::{CryptoRng, RngCore},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    context::Entropy,
    listen::{opinion::Class, rating::Ballot},
    secret::{SecretKey, derive_key},
};

type Kem = DhP256HkdfSha256;

/// Bytes of an answer before it is sealed.
pub const PLAIN_BYTES: usize = 8_192;
/// Bytes that are bound to the answer and stand open.
pub const HEADER_BYTES: usize = 4 + 1 + 16 + 8;
/// Bytes of the encapsulated key.
const ENCAPSULATED_BYTES: usize = 65;
/// Bytes of every sealed item.
pub const ITEM_BYTES: usize = HEADER_BYTES + ENCAPSULATED_BYTES + PLAIN_BYTES + 16;
/// Most answers that wait on one tablet: about two days of a busy office, four megabytes.
pub const MOST_WAITING: usize = 500;
/// Most items sent at once.
pub const MOST_AT_ONCE: usize = 20;
/// Longest words of an opinion written at a kiosk, in characters.
pub const OPINION_LIMIT: usize = 1_500;

/// What the first bytes are.
const MAGIC: &[u8; 4] = b"HLK1";
/// What the key schedule is bound to.
const INFO: &[u8] = b"hailong kiosk 1";

/// The key that tablets seal to now. A new number gives out a new key; what was sealed to older ones is still opened.
pub const GENERATION: u8 = 1;

/// One answer, as the tablet writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// A rating.
    Rating {
        /// The invitation: its token, or its sixteen digits.
        code: String,
        /// The answers.
        ballot: Ballot,
    },
    /// An opinion.
    Opinion {
        /// The code to follow it, which the tablet has drawn and shown.
        follow: String,
        /// The office it concerns.
        office: String,
        /// What it is about, when its author says so.
        #[serde(default)]
        class: Option<Class>,
        /// The words.
        words: String,
        /// A name, or nothing.
        name: String,
        /// A phone number or e-mail, or nothing.
        contact: String,
        /// Whether name and contact are kept from the office.
        confidential: bool,
        /// Whether it may be published, masked.
        consent: bool,
    },
}

/// A sealed item, not yet opened.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    bytes: &'a [u8],
    /// The kiosk that it says it comes from; true when it can be opened.
    pub kiosk_id: Uuid,
    /// The tablet's count.
    pub sequence: u64,
}

/// The server's key of one generation.
pub struct KioskKey {
    private: <Kem as hpke::Kem>::PrivateKey,
    public: <Kem as hpke::Kem>::PublicKey,
}

impl KioskKey {
    /// The key of a generation, made from the installation's secret for kiosks (DeriveKeyPair of RFC 9180, 7.1.3).
    pub fn new(secret: &SecretKey, generation: u8) -> Self {
        let material = derive_key(secret, &format!("generation {generation}"));
        let (private, public) = Kem::derive_keypair(material.expose());
        Self { private, public }
    }

    /// What tablets are given: a point of P-256, 65 bytes, not compressed.
    pub fn public(&self) -> Vec<u8> {
        self.public.to_bytes().to_vec()
    }
}

impl<'a> Item<'a> {
    /// Reads the header of an item.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        if bytes.len() != ITEM_BYTES || bytes.get(..4)? != MAGIC {
            return None;
        }
        let kiosk_id = Uuid::from_slice(bytes.get(5..21)?).ok()?;
        let sequence = u64::from_be_bytes(bytes.get(21..HEADER_BYTES)?.try_into().ok()?);
        // Numbers stay exact in a browser, and nothing is added up beyond what fits.
        (1..1 << 53).contains(&sequence).then_some(Self { bytes, kiosk_id, sequence })
    }

    /// Opens it with the installation's secret for kiosks; nothing when it was made for another key, altered, or holds no
    /// answer.
    pub fn open(&self, secret: &SecretKey) -> Option<Answer> {
        let generation = *self.bytes.get(4)?;
        if !(1..=GENERATION).contains(&generation) {
            return None;
        }
        let (header, rest) = self.bytes.split_at_checked(HEADER_BYTES)?;
        let (encapsulated, sealed) = rest.split_at_checked(ENCAPSULATED_BYTES)?;
        let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated).ok()?;
        let key = KioskKey::new(secret, generation);
        let plain = hpke::single_shot_open::<AesGcm256, HkdfSha256, Kem>(
            &OpModeR::Base,
            &key.private,
            &encapsulated,
            INFO,
            sealed,
            header,
        );
        let plain = Zeroizing::new(plain.ok()?);
        let length = usize::from(u16::from_le_bytes([*plain.first()?, *plain.get(1)?]));
        serde_json::from_slice(plain.get(2..2 + length)?).ok()
    }
}

/// Seals an answer as a tablet does: for tests, and for clients that are no browser. Nothing when it is too long.
pub fn seal(
    public: &[u8],
    generation: u8,
    kiosk_id: Uuid,
    sequence: u64,
    answer: &Answer,
    entropy: &Entropy,
) -> Option<Vec<u8>> {
    let public = <Kem as hpke::Kem>::PublicKey::from_bytes(public).ok()?;
    let json = Zeroizing::new(serde_json::to_vec(answer).ok()?);
    let mut plain = Zeroizing::new(vec![0; PLAIN_BYTES]);
    plain.get_mut(2..2 + json.len())?.copy_from_slice(&json);
    plain.get_mut(..2)?.copy_from_slice(&u16::try_from(json.len()).ok()?.to_le_bytes());
    let mut item = MAGIC.to_vec();
    item.push(generation);
    item.extend_from_slice(kiosk_id.as_bytes());
    item.extend_from_slice(&sequence.to_be_bytes());
    let (encapsulated, sealed) = hpke::single_shot_seal::<AesGcm256, HkdfSha256, Kem, _>(
        &OpModeS::Base,
        &public,
        INFO,
        &plain,
        &item,
        &mut Source(entropy),
    )
    .ok()?;
    item.extend_from_slice(&encapsulated.to_bytes());
    item.extend_from_slice(&sealed);
    Some(item)
}

/// The context's randomness in the library's words.
struct Source<'a>(&'a Entropy);

impl RngCore for Source<'_> {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.0.bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.0.bytes())
    }

    fn fill_bytes(&mut self, target: &mut [u8]) {
        for part in target.chunks_mut(32) {
            let block: [u8; 32] = self.0.bytes();
            part.copy_from_slice(&block[..part.len()]);
        }
    }
}

impl CryptoRng for Source<'_> {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KIOSK: Uuid = Uuid::from_bytes([3; 16]);

    fn secret() -> SecretKey {
        SecretKey::new([7; 32])
    }

    fn rating(words: &str) -> Answer {
        let ballot = Ballot { overall: 4, speed: Some(2), words: words.to_owned(), ..Ballot::default() };
        Answer::Rating { code: "1234567890123456".to_owned(), ballot }
    }

    fn sealed(answer: &Answer, sequence: u64) -> Vec<u8> {
        let public = KioskKey::new(&secret(), GENERATION).public();
        seal(&public, GENERATION, KIOSK, sequence, answer, &Entropy::new([sequence as u8; 32])).unwrap()
    }

    #[test]
    fn a_sealed_answer_is_opened_by_the_server_alone() {
        let opinion = Answer::Opinion {
            follow: "ABCDEFGHJKMN".to_owned(),
            office: "tran-phan".to_owned(),
            class: Some(Class::Idea),
            words: "Nên có thêm ghế chờ.".to_owned(),
            name: String::new(),
            contact: "0918123456".to_owned(),
            confidential: true,
            consent: false,
        };
        for (answer, sequence) in [(rating(""), 1), (rating(&"ế".repeat(500)), 2), (opinion, 3)] {
            let bytes = sealed(&answer, sequence);
            assert_eq!(bytes.len(), ITEM_BYTES, "the length tells nothing");
            let item = Item::parse(&bytes).unwrap();
            assert_eq!((item.kiosk_id, item.sequence), (KIOSK, sequence));
            assert_eq!(item.open(&secret()), Some(answer));
            assert_eq!(item.open(&SecretKey::new([8; 32])), None, "another server");
        }
    }

    #[test]
    fn not_one_byte_can_be_changed_nor_cut_off() {
        let bytes = sealed(&rating("Cảm ơn."), 1);
        let opens = |bytes: &[u8]| Item::parse(bytes).and_then(|item| item.open(&secret()));
        // Every byte of the header and the key; of the rest every hundredth, to be quick.
        for at in (0..HEADER_BYTES + ENCAPSULATED_BYTES).chain((100..ITEM_BYTES).step_by(100)) {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            assert_eq!(opens(&altered), None, "byte {at}");
        }
        assert_eq!(opens(&bytes[..ITEM_BYTES - 1]), None);
        assert_eq!(opens(&[bytes.as_slice(), &[0]].concat()), None);
    }

    #[test]
    fn what_is_too_long_is_not_sealed() {
        let public = KioskKey::new(&secret(), GENERATION).public();
        let long = rating(&"x".repeat(PLAIN_BYTES));
        assert!(seal(&public, GENERATION, KIOSK, 1, &long, &Entropy::new([1; 32])).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_bytes_are_refused_quietly(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), whole: bool) {
            if whole {
                let mut item = MAGIC.to_vec();
                item.push(GENERATION);
                item.append(&mut bytes);
                item.resize(ITEM_BYTES, 4);
                bytes = item;
            }
            prop_assert_eq!(Item::parse(&bytes).and_then(|item| item.open(&secret())), None);
        }

        #[test]
        fn any_bytes_inside_are_refused_quietly(json in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = serde_json::from_slice::<Answer>(&json);
        }
    }
}
