//! Signed notes (C2SP `signed-note`): the newest root, and the promise that a ballot will be in the log.

use data_encoding::BASE64;
use ed25519_dalek::SigningKey;
use signed_note::{Note, Signer as _, StandardSigner, StandardVerifier, Verifier as _, VerifierList};

use super::{Hash, LogFault};
use crate::{listen::receipt::Mark, secret::SecretKey, time::Day};

/// What a key of a note begins with: Ed25519.
const ED25519: u8 = 1;

/// The key that signs.
pub struct LogKey {
    signer: StandardSigner,
    verifier: String,
}

/// The public key by which anybody checks.
#[derive(Clone)]
pub struct LogVerifier {
    verifier: StandardVerifier,
    text: String,
}

/// A root as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Leaves.
    pub size: u64,
    /// The root.
    pub root: Hash,
}

impl LogKey {
    /// The key of a log: `origin` is its name, the same in every checkpoint.
    ///
    /// # Errors
    /// [`LogFault::Key`] for a name with spaces or `+`.
    pub fn new(origin: &str, secret: &SecretKey) -> Result<Self, LogFault> {
        let public = SigningKey::from_bytes(secret.expose()).verifying_key();
        let verifier = signed_note::new_ed25519_verifier_key(origin, &public);
        let number = LogVerifier::parse(&verifier)?.verifier.key_id();
        let secret = [&[ED25519][..], secret.expose()].concat();
        let key = format!("PRIVATE+KEY+{origin}+{number:08x}+{}", BASE64.encode(&secret));
        let signer = StandardSigner::new(&key).map_err(|_| LogFault::Key)?;
        Ok(Self { signer, verifier })
    }

    /// The public key, as it is published: `name+number+key`.
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        self.signer.name()
    }

    /// The signed root of a tree.
    pub fn checkpoint(&self, size: u64, root: &Hash) -> String {
        let text = format!("{}\n{size}\n{}\n", self.signer.name(), BASE64.encode(root));
        self.sign(&text)
    }

    /// The promise that a ballot will be in the log: three lines, the log with the word `receipt`, the receipt, the day. It says nothing of
    /// office or answers.
    pub fn receipt(&self, receipt: &Mark, day: Day) -> String {
        self.sign(&format!("{} receipt\n{}\n{day}\n", self.signer.name(), receipt.grouped()))
    }

    /// A signed text of whole lines; empty when it is none.
    pub fn sign(&self, text: &str) -> String {
        let signed = || {
            let mut note = Note::new(text.as_bytes(), &[]).ok()?;
            note.add_sigs(&[&self.signer]).ok()?;
            String::from_utf8(note.to_bytes()).ok()
        };
        signed().unwrap_or_default()
    }
}

impl LogVerifier {
    /// Reads a public key.
    ///
    /// # Errors
    /// [`LogFault::Key`].
    pub fn parse(text: &str) -> Result<Self, LogFault> {
        let text = text.trim();
        let verifier = StandardVerifier::new(text).map_err(|_| LogFault::Key)?;
        Ok(Self { verifier, text: text.to_owned() })
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        self.verifier.name()
    }

    /// The signed text of a note.
    ///
    /// # Errors
    /// [`LogFault::Note`] and [`LogFault::Signature`].
    pub fn text(&self, note: &[u8]) -> Result<String, LogFault> {
        let note = Note::from_bytes(note).map_err(|_| LogFault::Note)?;
        let keys = VerifierList::new(vec![Box::new(self.verifier.clone())]);
        note.verify(&keys).map_err(|_| LogFault::Signature(self.text.clone()))?;
        String::from_utf8(note.text().to_vec()).map_err(|_| LogFault::Note)
    }

    /// The root that a checkpoint signs.
    ///
    /// # Errors
    /// As [`Self::text`]; [`LogFault::Says`] for another log's.
    pub fn checkpoint(&self, note: &[u8]) -> Result<Checkpoint, LogFault> {
        let text = self.text(note)?;
        let read = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).map_err(|_| LogFault::Note)?;
        if read.origin() != self.origin() {
            return Err(LogFault::Says(format!("it is of the log {}", read.origin())));
        }
        Ok(Checkpoint { size: read.size(), root: read.hash().0 })
    }
}

impl LogVerifier {
    /// The receipt and the day that a promise names.
    ///
    /// # Errors
    /// As [`Self::text`]; [`LogFault::Says`] when it promises something else.
    pub fn receipt(&self, note: &[u8]) -> Result<(Mark, Day), LogFault> {
        let text = self.text(note)?;
        let read = || {
            let mut lines = text.lines();
            (lines.next()? == format!("{} receipt", self.origin())).then_some(())?;
            let receipt = Mark::parse(lines.next()?)?;
            let day = Day::parse(lines.next()?)?;
            lines.next().is_none().then_some((receipt, day))
        };
        read().ok_or_else(|| LogFault::Says("it is no receipt of this log".into()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(origin: &str, byte: u8) -> LogKey {
        LogKey::new(origin, &SecretKey::new([byte; 32])).unwrap()
    }

    #[test]
    fn a_checkpoint_is_read_with_its_own_key_only() {
        let ours = key("hailong/1", 1);
        let verifier = LogVerifier::parse(ours.verifier()).unwrap();
        let note = ours.checkpoint(12, &[3; 32]);
        assert_eq!(verifier.checkpoint(note.as_bytes()), Ok(Checkpoint { size: 12, root: [3; 32] }));
        assert!(note.starts_with("hailong/1\n12\n"));
        let altered = note.replacen("\n12\n", "\n13\n", 1);
        assert!(matches!(verifier.checkpoint(altered.as_bytes()), Err(LogFault::Signature(_))));
        for other in [key("hailong/1", 2), key("hailong/2", 1)] {
            let note = other.checkpoint(12, &[3; 32]);
            assert!(matches!(verifier.checkpoint(note.as_bytes()), Err(LogFault::Signature(_))));
        }
        assert!(LogKey::new("two words", &SecretKey::new([1; 32])).is_err());
        assert!(LogVerifier::parse("hailong/1+00000000+AAAA").is_err());
    }

    #[test]
    fn a_receipt_promises_itself_only() {
        let ours = key("hailong/1", 1);
        let verifier = LogVerifier::parse(ours.verifier()).unwrap();
        let (receipt, day) = (Mark::from_bytes(&[5; 10]).unwrap(), Day::new(2017, 6, 30).unwrap());
        let note = ours.receipt(&receipt, day);
        assert_eq!(verifier.receipt(note.as_bytes()), Ok((receipt, day)));
        assert!(verifier.checkpoint(note.as_bytes()).is_err());
        assert!(verifier.receipt(ours.checkpoint(1, &[0; 32]).as_bytes()).is_err());
        assert!(verifier.receipt(note.replacen("2017", "2016", 1).as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange_to_be_refused(bytes: Vec<u8>, text in "\\PC{0,200}", at in 0_usize..400, byte: u8) {
            let ours = key("hailong/1", 1);
            let verifier = LogVerifier::parse(ours.verifier()).unwrap();
            prop_assert!(verifier.checkpoint(&bytes).is_err());
            prop_assert!(verifier.checkpoint(text.as_bytes()).is_err());
            prop_assert!(LogVerifier::parse(&text).is_err());
            let mut note = ours.checkpoint(12, &[3; 32]).into_bytes();
            let at = at % note.len();
            let changed = note[at] != byte;
            note[at] = byte;
            prop_assert_eq!(verifier.checkpoint(&note).is_err(), changed);
        }
    }
}
