//! Encryption, blind indexes and tokens. Pure: keys and nonces are arguments.
//!
//! - Personal data: XChaCha20-Poly1305 under a data key per person, which is stored wrapped by a key kept apart
//!   from the database. Destroying the wrapped key erases the person.
//! - Search by identity number or phone: HMAC-SHA-256, truncated to 128 bits.
//! - Tokens (tracking, invitation): HMAC-SHA-256 truncated to 128 bits, base64url.

use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use data_encoding::BASE64URL_NOPAD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    context::Entropy,
    listen::{invitation::Way, kiosk::code},
};

/// A 256-bit key, wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

/// The installation's keys, all derived from one master key by HKDF-SHA-256.
pub struct Secrets {
    wrap: SecretKey,
    index: SecretKey,
    track: SecretKey,
    invite: SecretKey,
    form: SecretKey,
    log: SecretKey,
    kiosk: SecretKey,
    code: SecretKey,
}

impl SecretKey {
    /// A key from its bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be kept apart from the database.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts: 24 bytes of nonce, then ciphertext and tag. `bound` ties the text to its place.
    pub fn seal(&self, entropy: &Entropy, bound: &[u8], text: &[u8]) -> Vec<u8> {
        let nonce: [u8; 24] = entropy.bytes();
        let cipher = XChaCha20Poly1305::new(Key::from_slice(&self.0));
        let payload = Payload { msg: text, aad: bound };
        let mut sealed = nonce.to_vec();
        if let Ok(body) = cipher.encrypt(XNonce::from_slice(&nonce), payload) {
            sealed.extend_from_slice(&body);
        }
        sealed
    }

    /// Decrypts what [`Self::seal`] made; `None` when the key, the place or a byte differs.
    pub fn open(&self, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.split_at_checked(24)?;
        let cipher = XChaCha20Poly1305::new(Key::from_slice(&self.0));
        cipher.decrypt(XNonce::from_slice(nonce), Payload { msg: body, aad: bound }).ok()
    }

    /// A keyed hash of a content: the same content under the same key has the same mark, and without the key it tells
    /// nothing.
    pub fn mark(&self, content: &[u8]) -> [u8; 16] {
        derive_key(self, "mark").mac(&[content])
    }

    pub(crate) fn mac(&self, parts: &[&[u8]]) -> [u8; 16] {
        let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(&self.0) else { return [0; 16] };
        for part in parts {
            mac.update(part);
        }
        let tag = mac.finalize().into_bytes();
        std::array::from_fn(|i| tag[i])
    }
}

impl Secrets {
    /// Derives the installation's keys.
    pub fn from_master(master: &SecretKey) -> Self {
        let derive = |purpose: &str| derive_key(master, purpose);
        Self {
            wrap: derive("wrap"),
            index: derive("index"),
            track: derive("track"),
            invite: derive("invite"),
            form: derive("form"),
            log: derive("log"),
            kiosk: derive("kiosk"),
            code: derive("code"),
        }
    }

    /// What the signing key of the public log is made from.
    pub fn log(&self) -> &SecretKey {
        &self.log
    }

    /// A fresh data key and its wrapped form for the table of keys.
    pub fn new_data_key(&self, subject: Uuid, entropy: &Entropy) -> (SecretKey, Vec<u8>) {
        let key = SecretKey(entropy.bytes());
        let wrapped = self.wrap.seal(entropy, subject.as_bytes(), &key.0);
        (key, wrapped)
    }

    /// The data key from its wrapped form.
    pub fn unwrap_data_key(&self, subject: Uuid, wrapped: &[u8]) -> Option<SecretKey> {
        let bytes = self.wrap.open(subject.as_bytes(), wrapped)?;
        Some(SecretKey(bytes.try_into().ok()?))
    }

    /// The blind index of a number (identity number, phone, follow code), by purpose.
    pub fn blind_index(&self, purpose: &str, value: &str) -> [u8; 16] {
        self.index.mac(&[purpose.as_bytes(), b"\0", value.as_bytes()])
    }

    /// The secret printed as QR on the receipt of a case; only its hash is stored.
    pub fn track_secret(&self, case_id: Uuid) -> String {
        BASE64URL_NOPAD.encode(&self.track.mac(&[case_id.as_bytes()]))
    }

    /// The token of an invitation: its id and a tag, 43 characters. What is sent to the applicant has another tag than
    /// what the office prints, so that the answer tells by which of the two it came, and neither can be made into the other.
    pub fn invitation_token(&self, invitation_id: Uuid, way: Way) -> String {
        let mut bytes = invitation_id.as_bytes().to_vec();
        bytes.extend_from_slice(&self.invitation_tag(invitation_id, way));
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// The invitation a token names, when the tag is ours, and whether it was sent ([`Way::Link`]) or printed
    /// ([`Way::Slip`]).
    pub fn read_invitation_token(&self, token: &str) -> Option<(Uuid, Way)> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok().filter(|bytes| bytes.len() == 32)?;
        let id = Uuid::from_slice(&bytes[..16]).ok()?;
        let way = [Way::Slip, Way::Link]
            .into_iter()
            .find(|way| same(&bytes[16..], &self.invitation_tag(id, *way)))?;
        Some((id, way))
    }

    /// Whether a lot of one half falls on an invitation. Nobody who hands invitations out can foresee it, and it is always the
    /// same: the seed is this installation's key.
    pub fn draws_reminder(&self, invitation_id: Uuid) -> bool {
        self.invite.mac(&[invitation_id.as_bytes(), b"reminder"])[0] & 1 == 1
    }

    /// The token of a notice that a rating was recorded: with it the applicant can say that it was not them.
    pub fn denial_token(&self, invitation_id: Uuid) -> String {
        let mut bytes = invitation_id.as_bytes().to_vec();
        bytes.extend_from_slice(&self.invite.mac(&[invitation_id.as_bytes(), b"denial"]));
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// The invitation of a notice that a rating was recorded, when the tag is ours.
    pub fn read_denial_token(&self, token: &str) -> Option<Uuid> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok().filter(|bytes| bytes.len() == 32)?;
        let id = Uuid::from_slice(&bytes[..16]).ok()?;
        same(&bytes[16..], &self.invite.mac(&[id.as_bytes(), b"denial"])).then_some(id)
    }

    fn invitation_tag(&self, id: Uuid, way: Way) -> [u8; 16] {
        match way {
            Way::Link => self.invite.mac(&[id.as_bytes(), b"sent"]),
            _ => self.invite.mac(&[id.as_bytes()]),
        }
    }

    /// The sixteen digits of an invitation, for kiosks and the telephone: from the number of its line in the journal.
    pub fn invitation_code(&self, line: u64) -> Option<String> {
        code::write(&self.code, line)
    }

    /// The line of the journal that sixteen digits name. Whether an invitation stands there is to be looked up.
    pub fn read_invitation_code(&self, typed: &str) -> Option<u64> {
        code::read(&self.code, typed)
    }

    /// What a kiosk holds: its id and a tag, 43 characters.
    pub fn kiosk_token(&self, kiosk_id: Uuid) -> String {
        let mut bytes = kiosk_id.as_bytes().to_vec();
        bytes.extend_from_slice(&derive_key(&self.kiosk, "token").mac(&[kiosk_id.as_bytes()]));
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// The kiosk a token names, when the tag is ours.
    pub fn read_kiosk_token(&self, token: &str) -> Option<Uuid> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok().filter(|bytes| bytes.len() == 32)?;
        let id = Uuid::from_slice(&bytes[..16]).ok()?;
        same(&bytes[16..], &derive_key(&self.kiosk, "token").mac(&[id.as_bytes()])).then_some(id)
    }

    /// What the keys are made from that kiosks seal answers to.
    pub fn kiosk(&self) -> &SecretKey {
        &self.kiosk
    }

    /// The token of a form, bound to a session or to an anonymous visitor's cookie.
    pub fn form_token(&self, holder: &str) -> String {
        BASE64URL_NOPAD.encode(&self.form.mac(&[holder.as_bytes()]))
    }

    /// Whether a form's token belongs to its holder.
    pub fn form_token_fits(&self, holder: &str, token: &str) -> bool {
        same(self.form_token(holder).as_bytes(), token.as_bytes())
    }
}

/// A key for one purpose, derived from another by HKDF-SHA-256.
pub fn derive_key(master: &SecretKey, purpose: &str) -> SecretKey {
    let mut key = [0; 32];
    // 32 bytes is a length HKDF-SHA-256 always grants, so there is no error to report.
    let _ = Hkdf::<Sha256>::new(None, &master.0).expand(purpose.as_bytes(), &mut key);
    SecretKey(key)
}

/// The stored form of a tracking secret.
pub fn track_hash(secret: &str) -> [u8; 16] {
    let hash = Sha256::digest(secret.as_bytes());
    std::array::from_fn(|i| hash[i])
}

/// Compares without telling by time where the first difference is.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (x, y)| all | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        Secrets::from_master(&SecretKey::new([7; 32]))
    }

    #[test]
    fn sealed_text_opens_only_with_its_key_at_its_place() {
        let entropy = Entropy::new([1; 32]);
        let key = SecretKey::new([2; 32]);
        let sealed = key.seal(&entropy, b"place", "Nguyễn Văn An".as_bytes());
        assert_eq!(key.open(b"place", &sealed).as_deref(), Some("Nguyễn Văn An".as_bytes()));
        assert_eq!(key.open(b"elsewhere", &sealed), None);
        assert_eq!(SecretKey::new([3; 32]).open(b"place", &sealed), None);
        assert_eq!(key.open(b"place", &sealed[..20]), None);
    }

    #[test]
    fn a_forged_or_cut_invitation_token_is_not_read() {
        let id = Uuid::from_bytes([9; 16]);
        let token = secrets().invitation_token(id, Way::Slip);
        assert_eq!(secrets().read_invitation_token(&token), Some((id, Way::Slip)));
        let sent = secrets().invitation_token(id, Way::Link);
        assert_eq!(secrets().read_invitation_token(&sent), Some((id, Way::Link)));
        for i in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[i] = if forged[i] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert!(
                secrets().read_invitation_token(&forged).is_none_or(|(read, _)| read != id),
                "character {i}"
            );
        }
        assert_eq!(secrets().read_invitation_token(&token[..42]), None);
        assert_eq!(secrets().read_invitation_token("đ"), None);
    }

    #[test]
    fn a_wrapped_key_belongs_to_one_subject() {
        let entropy = Entropy::new([4; 32]);
        let subject = Uuid::from_bytes([5; 16]);
        let (key, wrapped) = secrets().new_data_key(subject, &entropy);
        assert_eq!(secrets().unwrap_data_key(subject, &wrapped).map(|k| *k.expose()), Some(*key.expose()));
        assert!(secrets().unwrap_data_key(Uuid::from_bytes([6; 16]), &wrapped).is_none());
    }
}
